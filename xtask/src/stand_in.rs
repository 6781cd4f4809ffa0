//! The stand-in: a copy of the documentation in place of the served document, until that is fetched for the first time.

use serde_json::{Value, json};

use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::keywords::for_each_object_mut;

/// Field at the root that marks a stand-in, so that it is not mistaken for the served document.
pub(crate) const MARK: &str = keys::STAND_IN;

const TITLE: &str = "OpenTrain Public API (stand-in for the served document)";
const DESCRIPTION: &str = "A stand-in: made from spec/documented.json, which was written by hand from the public \
    documentation. It is not the document that the service serves, which was not fetched yet. Run `cargo xtask regen` \
    on a machine with network to replace it with the served one.";

/// Makes the stand-in from the documentation.
pub(crate) fn from_documented(documented: &Value) -> Value {
    let mut document = documented.clone();
    strip_extensions(&mut document);
    document["info"]["title"] = json!(TITLE);
    document["info"]["description"] = json!(DESCRIPTION);
    document[MARK] = json!(true);
    document
}

/// True if a document is a stand-in.
pub(crate) fn is_stand_in(document: &Value) -> bool {
    document.get(MARK).is_some()
}

/// Removes the `x-…` extensions. Keys in examples and other data are left as they are.
fn strip_extensions(value: &mut Value) {
    for_each_object_mut(value, &mut |members| {
        members.retain(|key, _| !key.starts_with("x-"));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stand_in_has_no_extensions_keeps_names_and_data_and_says_so_in_its_title() {
        let documented = json!({
            "info": {"title": "OpenTrain", "x-logo": 1},
            "paths": {"/a": {"get": {"x-opentrain-scopes": {}, "responses": {"200": {"headers": {"x-request-id": {"x-gone": 1}}}}}}},
            "components": {"schemas": {"A": {"properties": {"x-kept": {"x-gone": 1}, "example": {"x-gone": 1}}, "example": {"x-kept": 1}}}},
        });
        let stand_in = from_documented(&documented);
        assert_eq!(stand_in["info"]["title"], TITLE);
        assert_eq!(stand_in["info"].get("x-logo"), None);
        assert_eq!(
            stand_in["paths"]["/a"]["get"],
            json!({"responses": {"200": {"headers": {"x-request-id": {}}}}})
        );
        assert_eq!(
            stand_in["components"]["schemas"]["A"],
            json!({"properties": {"x-kept": {}, "example": {}}, "example": {"x-kept": 1}})
        );
        assert!(is_stand_in(&stand_in) && !is_stand_in(&documented));
    }
}
