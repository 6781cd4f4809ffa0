//! Uses of the components of a document: the number of locations, and whether readers or writers meet them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use openapi_canonical::document;
use openapi_canonical::inline;
use openapi_canonical::json;
use openapi_canonical::keywords::inner;
use openapi_canonical::schema;

/// Number of locations from which on a component counts as shared.
const SHARED: usize = 2;

/// Uses of the components of one document.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// Number of parameters, bodies and responses that each component occurs in, at any depth. Counting stops at [`SHARED`], so that each
    /// component is visited that often at most.
    locations: BTreeMap<String, usize>,
    /// Number of references to each component.
    references: BTreeMap<String, usize>,
    /// The components that responses lead to.
    read: BTreeSet<String>,
    /// The components that parameters and request bodies lead to.
    written: BTreeSet<String>,
    /// The components that are a body whose fields are text.
    forms: BTreeSet<String>,
    /// The components that are elsewhere: what a form is made of, too.
    not_forms: BTreeSet<String>,
}

impl Uses {
    pub(super) fn of(document: &Value) -> Uses {
        let mut document = document.clone();
        inline::inline(&mut document);
        Uses::of_inlined(&document)
    }

    /// Returns the uses in a document whose references lead to schemas only.
    pub(super) fn of_inlined(document: &Value) -> Uses {
        let mut uses = Uses::default();
        for (.., operation) in schema::operations(document) {
            for parameter in json::elements(operation, "parameters") {
                uses.add(document, parameter);
                add_below(document, parameter, &mut uses.written);
                add_below(document, parameter, &mut uses.not_forms);
            }
            if let Some(body) = operation.get("requestBody") {
                uses.add(document, body);
                add_below(document, body, &mut uses.written);
                uses.add_forms(document, body);
            }
            for (_, response) in json::entries(operation, "responses") {
                uses.add(document, response);
                add_below(document, response, &mut uses.read);
                add_below(document, response, &mut uses.not_forms);
            }
        }
        for (_, component) in schema::components(document).into_iter().flatten() {
            uses.count(&referred_below(component));
        }
        uses
    }

    /// True if a change of a component for one location would affect others.
    pub(super) fn is_shared(&self, component: &str) -> bool {
        let count = |counts: &BTreeMap<String, usize>| counts.get(component).copied();
        count(&self.locations).unwrap_or_default() >= SHARED
            || count(&self.references).unwrap_or_default() >= SHARED
    }

    pub(super) fn is_read(&self, component: &str) -> bool {
        self.read.contains(component)
    }

    pub(super) fn is_written(&self, component: &str) -> bool {
        self.written.contains(component)
    }

    /// True if a component is the whole body of a form, and is used only there.
    pub(super) fn is_form(&self, component: &str) -> bool {
        self.forms.contains(component) && !self.not_forms.contains(component)
    }

    fn add_forms(&mut self, document: &Value, body: &Value) {
        let members = body.as_object().into_iter();
        for (media_type, media) in members.flat_map(|body| json::entries(body, "content")) {
            let component = media.get("schema").and_then(schema::component_of);
            match component.filter(|_| document::is_plain_form(media_type, media)) {
                Some(component) => {
                    self.forms.insert(component.to_owned());
                    for inside in below_component(document, component) {
                        let reference = schema::reference_to(inside);
                        add_below(document, &reference, &mut self.not_forms);
                    }
                }
                None => add_below(document, media, &mut self.not_forms),
            }
        }
    }

    /// Counts one location. The components that a shared component leads to are shared too, and were counted with it.
    fn add(&mut self, document: &Value, location: &Value) {
        let mut waiting = referred_below(location);
        self.count(&waiting);
        let mut found = BTreeSet::new();
        while let Some(name) = waiting.pop() {
            if self.locations.get(name) == Some(&SHARED) || !found.insert(name) {
                continue;
            }
            *self.locations.entry(name.to_owned()).or_default() += 1;
            waiting.extend(below_component(document, name));
        }
    }

    fn count(&mut self, references: &[&str]) {
        for name in references {
            *self.references.entry((*name).to_owned()).or_default() += 1;
        }
    }
}

/// Adds every component that a location leads to. One that is there already was followed before.
fn add_below(document: &Value, location: &Value, found: &mut BTreeSet<String>) {
    let mut waiting = referred_below(location);
    while let Some(name) = waiting.pop() {
        if found.insert(name.to_owned()) {
            waiting.extend(below_component(document, name));
        }
    }
}

fn below_component<'a>(document: &'a Value, name: &str) -> Vec<&'a str> {
    let component = schema::components(document).and_then(|schemas| schemas.get(name));
    component.map(referred_below).unwrap_or_default()
}

/// Lists every reference to a component below a value, repeated ones too.
fn referred_below(value: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    add_referred(value, &mut found);
    found
}

fn add_referred<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    found.extend(schema::referred(value));
    inner(value).for_each(|below| add_referred(below.value, found));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn data_uses_no_component() {
        let reference = || schema::reference_to("Job");
        let content = json!({"application/json": {
            "schema": {"default": reference(), "enum": [reference()], "x-note": reference()},
            "example": reference(),
        }});
        let named =
            json!({"application/json": {"schema": {"properties": {"example": reference()}}}});
        let document = json!({
            "paths": {"/jobs": {"post": {"requestBody": {"content": content}, "responses": {"200": {"content": named}}}}},
            "components": {"schemas": {"Job": {"type": "object"}}},
        });
        let uses = Uses::of(&document);
        assert_eq!((uses.written.len(), uses.read.len()), (0, 1));
    }
}
