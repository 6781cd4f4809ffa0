//! An extension key that no code reads stops the build.

#[path = "../build/document.rs"]
#[expect(dead_code, reason = "the build script needs more of it")]
mod document;
#[path = "../build/extensions.rs"]
mod extensions;

use serde_json::json;

#[test]
fn an_unknown_extension_is_found_wherever_it_is() {
    for (document, found) in [
        (
            json!({"paths": {"/a": {"get": {"x-opentrain-scopes": {}, "x-other": 1}}}}),
            None,
        ),
        (
            json!({"paths": {"/a": {"get": {"x-opentrain-scope": {}}}}}),
            Some("x-opentrain-scope"),
        ),
        (
            json!({"a": [{"x-opentrain-ID": true}]}),
            Some("x-opentrain-ID"),
        ),
        (json!({"x-opentrain-": true}), Some("x-opentrain-")),
        (
            json!({"properties": {"x-opentrain-mine": {"x-opentrain-id": true}}}),
            None,
        ),
        (
            json!({"properties": {"x-opentrain-mine": {"x-opentrain-ids": true}}}),
            Some("x-opentrain-ids"),
        ),
    ] {
        assert_eq!(document::unknown_extension(&document), found, "{document}");
    }
}
