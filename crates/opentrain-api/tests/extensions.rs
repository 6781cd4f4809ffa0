//! An extension key that no code reads stops the build.

#[path = "../build/extensions.rs"]
mod extensions;

use serde_json::{Value, json};

#[test]
fn known_keys_and_keys_of_others_are_accepted_and_names_of_properties_are_data() {
    for document in [
        json!({"paths": {"/a": {"get": {"x-opentrain-scopes": {}, "x-other": 1}}}}),
        json!({"properties": {"x-opentrain-mine": {"x-opentrain-id": true}}}),
    ] {
        assert_eq!(extensions::check(&document), Ok(()), "{document}");
    }
}

#[test]
fn an_unknown_extension_is_reported_with_its_location_and_the_nearest_known_one() {
    let check = |document: Value, key: &str, pointer: &str, nearest: &str| {
        let fault = extensions::check(&document).unwrap_err();
        let expected = format!(
            "the extension `{key}` at `{pointer}` is unknown, the nearest known one is `{nearest}`; "
        );
        assert!(fault.starts_with(&expected), "{fault}");
    };
    let operation = json!({"paths": {"/a/{id}": {"get": {"x-opentrain-scope": {}}}}});
    check(
        operation,
        "x-opentrain-scope",
        "/paths/~1a~1{id}/get",
        "x-opentrain-scopes",
    );
    let listed = json!({"a": [{}, {"x-opentrain-ID": true}]});
    check(listed, "x-opentrain-ID", "/a/1", "x-opentrain-id");
    let property = json!({"properties": {"x-opentrain-mine": {"x-opentrain-taggs": true}}});
    check(
        property,
        "x-opentrain-taggs",
        "/properties/x-opentrain-mine",
        "x-opentrain-tag",
    );
    let root = json!({"x-opentrain-claimed-acount": true});
    check(
        root,
        "x-opentrain-claimed-acount",
        "",
        "x-opentrain-claimed-account",
    );
}
