//! Checks of a derived document: every reference leads to a component, and every schema is well-formed.

use serde_json::Value;

use openapi_canonical::document;
use openapi_canonical::json;
use openapi_canonical::locations::{self, Location};
use openapi_canonical::schema;
use openapi_canonical::{Error, Result};

/// Checks a document before it is written. `place` is the name of its source in errors.
pub fn check(derived: &Value, place: &str) -> Result<()> {
    document::check_references(derived, place)?;
    let mut derived = derived.clone();
    for (name, component) in schema::components_mut(&mut derived) {
        check_schema(component, &pointer_to(name), place)?;
    }
    let mut result = Ok(());
    schema::for_each_operation(&mut derived, |path, method, operation| {
        let around = Location::Root(vec!["paths", path, method]);
        locations::for_each_root_of(operation, &around, &mut |location, root| {
            let checked = check_schema(root, &location.pointer(), place);
            result = std::mem::replace(&mut result, Ok(())).and(checked);
        });
    });
    result
}

fn pointer_to(component: &str) -> String {
    json::pointer(&["components", "schemas", component])
}

fn check_schema(schema: &Value, pointer: &str, place: &str) -> Result<()> {
    let fault = |what: &str| {
        Err(Error::new(format!(
            "{place} cannot be used: {what} at `{pointer}` of what is derived from it; fix the document"
        )))
    };
    let Some(members) = schema.as_object() else {
        return fault("there is no schema");
    };
    if members.contains_key("$ref") && schema::referred(schema).is_none() {
        return fault("a reference leads to no component");
    }
    for key in ["items", "not"] {
        if members.get(key).is_some_and(|child| !child.is_object()) {
            return fault(&format!("`{key}` is no schema"));
        }
    }
    for child in schema::children(members) {
        check_schema(child.schema, &child.pointer(pointer), place)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn null_and_unresolvable_references_are_faults() {
        for (schema, fault) in [
            (
                json!({"properties": {"a": {"type": "string"}}, "items": schema::reference_to("It")}),
                "",
            ),
            (
                json!({"properties": {"a": null}}),
                "there is no schema at `/components/schemas/It/properties/a`",
            ),
            (
                Value::Null,
                "there is no schema at `/components/schemas/It`",
            ),
            (json!({"items": true}), "`items` is no schema"),
            (json!({"oneOf": [null]}), "there is no schema"),
            (schema::reference_to("Gone"), "which is not in it"),
            (json!({"$ref": "#/components/schemas/It/properties"}), ""),
        ] {
            let document = json!({"components": {"schemas": {"It": schema}}});
            let found =
                check(&document, "It").map_or_else(|error| error.to_string(), |()| String::new());
            assert!(
                found.contains(fault)
                    && (!fault.is_empty() || found.is_empty() || found.contains("is not in it")),
                "{found}"
            );
        }
    }

    #[test]
    fn a_fault_in_an_operation_has_its_own_pointer() {
        let schema = json!({"type": "array", "items": {"oneOf": [{}, true]}});
        let response = json!({"content": {"application/json": {"schema": schema}}});
        let document = json!({"paths": {"/jobs": {"get": {"responses": {"200": response}}}}});
        let error = check(&document, "It").unwrap_err().to_string();
        let pointer =
            "/paths/~1jobs/get/responses/200/content/application~1json/schema/items/oneOf/1";
        assert!(error.contains(pointer), "{error}");
    }
}
