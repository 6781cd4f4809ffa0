//! Responses as a later version of the service might write them, with unknown fields and enum values.

use serde_json::{Value, json};

/// Undocumented parts of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnknownShape {
    /// Every object has a field more: `"addedLater": {"unheardOf": true}`. But for an object called `enums`, whose names are
    /// data.
    Fields,
    /// Every value of an enumeration, in the [`ENUM_FIELDS`], is another: `NEW_VALUE`, or `new_value` where the real one has small
    /// letters.
    Values,
    /// Both the fields and the values.
    Both,
}

/// Fields that hold an enum value, or a list of enum values, somewhere in the API's documents. [`UnknownShape::Values`] changes them,
/// except texts with spaces.
// A test holds them against the documents.
pub const ENUM_FIELDS: &[&str] = &[
    "apiVersion",
    "authBootstrap",
    "availability",
    "bucket",
    "code",
    "dataVolumeUnit",
    "decision",
    "employmentTypes",
    "englishLevel",
    "error",
    "eventType",
    "eventTypes",
    "experienceLevel",
    "expertiseLevel",
    "featureKey",
    "format",
    "grant_type",
    "grantedScopes",
    "identity_type",
    "importFormats",
    "kind",
    "memberRole",
    "method",
    "namespace",
    "paymentType",
    "previousState",
    "proficiency",
    "raw",
    "reason",
    "requiredScopes",
    "role",
    "rolloutMode",
    "scopes",
    "state",
    "status",
    "supportedScopes",
    "talentType",
    "tokenType",
    "token_type",
    "type",
    "unit",
    "userType",
];
/// Object whose names are data: one more name would have a meaning.
const NAMES_ARE_DATA: &str = "enums";
/// Field that every object gets.
const NEW_FIELD: &str = "addedLater";

/// Changes a response in place. The same response always changes in the same way.
pub(super) fn apply(unknown_shape: UnknownShape, response: &mut Value) {
    if matches!(unknown_shape, UnknownShape::Values | UnknownShape::Both) {
        change_values(response, "");
    }
    if matches!(unknown_shape, UnknownShape::Fields | UnknownShape::Both) {
        add_fields(response, "");
    }
}

/// Changes the enum values in a value. `field` is the name of the value, or of the list that it is in.
fn change_values(value: &mut Value, field: &str) {
    match value {
        Value::Object(object) => {
            for (name, value) in object.iter_mut() {
                change_values(value, name);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|item| change_values(item, field)),
        Value::String(text) if ENUM_FIELDS.contains(&field) && !text.contains(' ') => {
            let is_small = text.contains(|letter: char| letter.is_ascii_lowercase());
            let other = if is_small { "new_value" } else { "NEW_VALUE" };
            other.clone_into(text);
        }
        _ => {}
    }
}

fn add_fields(value: &mut Value, field: &str) {
    match value {
        Value::Object(object) => {
            for (name, value) in object.iter_mut() {
                add_fields(value, name);
            }
            if field != NAMES_ARE_DATA {
                object.insert(NEW_FIELD.to_owned(), json!({ "unheardOf": true }));
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|item| add_fields(item, field)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{UnknownShape, apply};

    #[test]
    fn values_of_enumerations_change_and_texts_do_not() {
        let mut response = json!({
            "status": "pending", "error": "A sentence is no code", "scopes": ["jobs:read"],
            "job": {"status": "OPEN", "title": "OPEN"}, "proposal": {"status": {"raw": "MAYBE", "label": "Maybe"}},
        });
        apply(UnknownShape::Values, &mut response);
        assert_eq!(
            response,
            json!({
                "status": "new_value", "error": "A sentence is no code", "scopes": ["new_value"],
                "job": {"status": "NEW_VALUE", "title": "OPEN"},
                "proposal": {"status": {"raw": "NEW_VALUE", "label": "Maybe"}},
            })
        );
    }

    #[test]
    fn every_object_has_a_field_more_but_where_names_are_data() {
        let mut response = json!({"jobs": [{"id": "a"}], "enums": {"paymentType": []}});
        apply(UnknownShape::Fields, &mut response);
        let added = json!({"unheardOf": true});
        assert_eq!(
            response,
            json!({
                "jobs": [{"id": "a", "addedLater": added}], "enums": {"paymentType": []}, "addedLater": added,
            })
        );
    }
}
