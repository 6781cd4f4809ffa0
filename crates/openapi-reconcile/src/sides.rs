//! Both documents, and where each uses its components.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

use super::matching::{self, Operations};
use super::pointers::{below, of_component};
use super::resolved::{ResolvedSchema, ValueKind};
use super::uses::Uses;
use openapi_canonical::document;
use openapi_canonical::json;
use openapi_canonical::schema;

/// The served document and the documentation.
#[derive(Debug)]
pub(super) struct Sides<'a> {
    pub(super) served: &'a Value,
    pub(super) documented: &'a Value,
    pub(super) operations: Operations<'a>,
    /// The bodies of all documented failures, each once.
    pub(super) documented_failures: Vec<Value>,
    served_uses: Uses,
    documented_uses: Uses,
    /// Pointers to the schemas of documented forms that are not served as forms.
    not_served_as_forms: BTreeSet<String>,
}

impl<'a> Sides<'a> {
    pub(super) fn new(served: &'a Value, documented: &'a Value) -> Sides<'a> {
        let operations = Operations::of(served, documented);
        Sides {
            served,
            documented,
            documented_failures: failures(documented),
            served_uses: Uses::of_inlined(served),
            documented_uses: Uses::of(documented),
            not_served_as_forms: not_served_as_forms(served, &operations),
            operations,
        }
    }

    pub(super) fn is_documented(&self, component: &str) -> bool {
        schema::components(self.documented).is_some_and(|schemas| schemas.contains_key(component))
    }

    /// True if a change of a documented component for one location would affect others.
    pub(super) fn is_shared(&self, component: &str) -> bool {
        self.documented_uses.is_shared(component)
    }

    pub(super) fn is_read_component(&self, component: &str) -> bool {
        self.documented_uses.is_read(component)
    }

    /// True if a pointer leads to a schema that readers receive. A schema that is both read and written counts as read: a reader that is
    /// too strict fails, while a writer that is too lax gets an error of the service.
    pub(super) fn is_read(&self, pointer: &str) -> bool {
        match component_in(pointer) {
            Some(name) => self.is_read_component(&name),
            None => is_in_response(pointer),
        }
    }

    /// True if writers send the values of the schema that a pointer leads to.
    pub(super) fn is_written(&self, pointer: &str) -> bool {
        match component_in(pointer) {
            Some(name) => self.documented_uses.is_written(&name),
            None => !is_in_response(pointer),
        }
    }

    /// True if a pointer leads to the schema of a form, documented and served, whose fields are text.
    pub(super) fn is_form(&self, pointer: &str) -> bool {
        if self.not_served_as_forms.contains(pointer) {
            return false;
        }
        let media = |pointer: &str| {
            let media = self.documented.pointer(pointer.strip_suffix("/schema")?)?;
            let media_type = json::unescape(pointer.rsplit('/').nth(1)?);
            Some(document::is_plain_form(&media_type, media))
        };
        match pointer.strip_prefix("/components/schemas/") {
            Some(name) => {
                !name.contains('/') && self.documented_uses.is_form(&json::unescape(name))
            }
            None => media(pointer).unwrap_or_default(),
        }
    }

    /// True if a served component occurs in responses.
    pub(super) fn is_served_to_readers(&self, component: &str) -> bool {
        self.served_uses.is_read(component)
    }

    pub(super) fn resolve_served(&self, schema: &Value) -> ResolvedSchema {
        ResolvedSchema::of(self.served, schema)
    }

    /// Returns the served schema of a parameter, body or response.
    pub(super) fn served_at(&self, pointer: &str, schema: &Value) -> ResolvedSchema {
        ResolvedSchema {
            locations: Rc::new(BTreeSet::from([Rc::from(pointer)])),
            ..self.resolve_served(schema)
        }
    }

    /// Returns the kind of values of a documented schema.
    pub(super) fn documented_kind(&self, schema: &Value) -> ValueKind {
        ValueKind::of(self.documented, schema)
    }

    pub(super) fn resolve_documented(&self, schema: &Value) -> ResolvedSchema {
        ResolvedSchema::of(self.documented, schema)
    }
}

/// Returns the component that a pointer leads into.
fn component_in(pointer: &str) -> Option<String> {
    let rest = pointer.strip_prefix("/components/")?;
    Some(json::unescape(rest.split('/').nth(1).unwrap_or_default()))
}

/// True if a pointer into an operation leads into its responses.
fn is_in_response(pointer: &str) -> bool {
    pointer.split('/').nth(4) == Some("responses")
}

/// Returns the bodies of all failures of a document, each once.
fn failures(document: &Value) -> Vec<Value> {
    let responses = schema::operations(document)
        .into_iter()
        .flat_map(|(.., operation)| json::entries(operation, "responses"));
    let bodies = responses
        .filter(|(status, _)| !status.starts_with('2'))
        .filter_map(|(_, response)| document::json_schema(response.as_object()?));
    let by_text: BTreeMap<String, Value> = bodies.map(|body| (body.to_string(), body)).collect();
    by_text.into_values().collect()
}

/// Returns the pointers to the schemas of documented bodies that are served as anything but a form.
fn not_served_as_forms(served: &Value, operations: &Operations<'_>) -> BTreeSet<String> {
    let bodies = operations.pairs().filter_map(|pair| {
        let documented = pair.documented.operation.get("requestBody")?;
        let other = pair.served.operation.get("requestBody")?;
        let (own_type, own) = matching::chosen_media(documented)?;
        let other = document::resolve(served, other);
        let (served_type, media) = matching::matching_media(other, own_type)?;
        if document::is_plain_form(served_type, media) {
            return None;
        }
        let component = own.get("schema").and_then(schema::component_of);
        let inline = || {
            below(
                &pair.pointer,
                &["requestBody", "content", own_type, "schema"],
            )
        };
        Some(component.map_or_else(inline, of_component))
    });
    bodies.collect()
}
