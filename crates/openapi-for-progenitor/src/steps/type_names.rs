//! Components: each with its own type name in Rust.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::generated_names;
use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::locations;
use openapi_canonical::schema;

/// Renames the components whose type names collide. The first by name keeps its own, unless the name of another one is
/// the same in Rust and in the document.
pub(super) fn disambiguate(document: &mut Value) -> usize {
    let renamed = renamed(schema::components_mut(document).keys());
    if renamed.is_empty() {
        return 0;
    }
    let components = std::mem::take(schema::components_mut(document));
    *schema::components_mut(document) = components
        .into_iter()
        .map(|(name, component)| (renamed.get(&name).cloned().unwrap_or(name), component))
        .collect();
    locations::visit_all(document, &mut |_, schema| {
        let name = schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|target| target.strip_prefix(schema::SCHEMAS));
        if let Some(name) = name.and_then(|name| renamed.get(name)) {
            schema.insert(
                "$ref".to_owned(),
                json!(format!("{}{name}", schema::SCHEMAS)),
            );
        }
        let by_status = schema
            .get_mut(keys::BY_STATUS)
            .and_then(Value::as_object_mut);
        for component in by_status
            .into_iter()
            .flat_map(|by_status| by_status.values_mut())
        {
            if let Some(name) = component.as_str().and_then(|name| renamed.get(name)) {
                *component = json!(name);
            }
        }
    });
    renamed.len()
}

fn renamed<'a>(components: impl Iterator<Item = &'a String>) -> BTreeMap<String, String> {
    let mut by_type: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for name in components {
        by_type
            .entry(generated_names::type_name(name))
            .or_default()
            .push(name);
    }
    let mut taken: BTreeSet<String> = by_type.keys().cloned().collect();
    let mut renamed = BTreeMap::new();
    for (own, mut same) in by_type.into_iter().filter(|(_, same)| same.len() > 1) {
        same.sort_by_key(|name| (**name != own, *name));
        for name in same.into_iter().skip(1) {
            let free = (2_u32..)
                .map(|number| format!("{own}N{number}"))
                .find(|free| !taken.contains(free))
                .unwrap_or_else(|| own.clone());
            taken.insert(free.clone());
            renamed.insert(name.clone(), free);
        }
    }
    renamed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colliding_type_names_get_a_number() {
        let text = |words: &str| json!({"type": "string", "description": words});
        let mut document = json!({
            "paths": {"/a": {"get": {"responses": {"2XX": {"content": {"application/json": {"schema": schema::reference_to("job_page")}}}}}}},
            "components": {"schemas": {"JobPage": text("first"), "job_page": text("second"), "job-page": text("third"),
            "Other": {"oneOf": [schema::reference_to("job_page"), schema::reference_to("JobPage")],
                "x-opentrain-by-status": {"200": "job_page"}}}}});
        assert_eq!(disambiguate(&mut document), 2);
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["JobPageN2"], text("third"));
        assert_eq!(schemas["JobPageN3"], text("second"));
        let second = schema::reference_to("JobPageN3");
        assert_eq!(schemas["Other"]["oneOf"][0], second);
        assert_eq!(
            schemas["Other"]["x-opentrain-by-status"],
            json!({"200": "JobPageN3"})
        );
        assert_eq!(
            document.pointer("/paths/~1a/get/responses/2XX/content/application~1json/schema"),
            Some(&second)
        );
        assert_eq!(disambiguate(&mut document), 0);
    }
}
