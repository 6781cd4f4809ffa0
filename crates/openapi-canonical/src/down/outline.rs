//! Conversion of everything outside schemas.

use serde_json::{Value, json};

use crate::inline;
use crate::json::{self, Object};
use crate::losses::Rewrites;
use crate::schema;

/// Drops what 3.0 does not have, and resolves references outside schemas, those to `components.pathItems` among them.
pub(super) fn simplify(document: &mut Value, rewrites: &mut Rewrites) {
    if let Some(root) = document.as_object_mut() {
        if root.remove("jsonSchemaDialect").is_some() {
            rewrites.count("jsonSchemaDialect dropped");
        }
        if let Some(webhooks) = root.remove("webhooks") {
            let names = webhooks.as_object().into_iter().flatten();
            for (name, _) in names {
                rewrites.drop_part(&json::pointer(&["webhooks", name]), "a webhook");
            }
        }
        if let Some(info) = json::object_mut(root, "info") {
            simplify_info(info, rewrites);
        }
        if let Some(components) = json::object_mut(root, "components") {
            simplify_components(components, rewrites);
        }
    }
    inline::inline(document);
    schema::for_each_operation(document, |path, method, operation| {
        simplify_operation(
            operation,
            &json::pointer(&["paths", path, method]),
            rewrites,
        );
    });
}

fn simplify_info(info: &mut Object, rewrites: &mut Rewrites) {
    if info.remove("summary").is_some() {
        rewrites.count("info.summary dropped");
    }
    let license = json::object_mut(info, "license");
    if license.is_some_and(|license| license.remove("identifier").is_some()) {
        rewrites.count("license.identifier dropped");
    }
}

fn simplify_components(components: &mut Object, rewrites: &mut Rewrites) {
    if components.contains_key("pathItems") {
        rewrites.count("components.pathItems resolved");
    }
    let Some(schemes) = json::object_mut(components, "securitySchemes") else {
        return;
    };
    schemes.retain(|name, scheme| {
        let is_known = scheme.get("type") != Some(&json!("mutualTLS"));
        if !is_known {
            let pointer = json::pointer(&["components", "securitySchemes", name]);
            rewrites.drop_part(&pointer, "mutual TLS");
        }
        is_known
    });
}

fn simplify_operation(operation: &mut Object, pointer: &str, rewrites: &mut Rewrites) {
    if operation.remove("callbacks").is_some() {
        rewrites.drop_part(pointer, "callbacks");
    }
    if !operation.contains_key("responses") {
        operation.insert("responses".to_owned(), json!({}));
        rewrites.count("responses added where there were none");
    }
}
