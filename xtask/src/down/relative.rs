//! References that mean something other than a place counted from the root of the document.
//!
//! `#/$defs/…` beside the definitions of the same schema, `#` for the schema itself, anchors and ids: all of them become
//! pointers from the root.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Rewrites;
use crate::document;
use crate::json::{self, Object};
use crate::keywords::{Holds, holds};

/// Rewrites every such reference.
pub(super) fn make_absolute(document: &mut Value, rewrites: &mut Rewrites) {
    let mut search = Search {
        document,
        names: BTreeMap::new(),
        within: Vec::new(),
        found: Vec::new(),
    };
    search.visit(document, "", &mut Search::collect_names);
    search.visit(document, "", &mut Search::resolve);
    for (pointer, target) in search.found {
        let Some(members) = document
            .pointer_mut(&pointer)
            .and_then(Value::as_object_mut)
        else {
            continue;
        };
        members.remove("$dynamicRef");
        members.insert("$ref".to_owned(), json!(reference_to(&target)));
        rewrites.count("relative references made absolute");
    }
}

/// The reference that leads to a pointer.
pub(super) fn reference_to(pointer: &str) -> String {
    format!("#{}", pointer.replace('%', "%25"))
}

struct Search<'a> {
    document: &'a Value,
    /// Where anchors and ids are, by the reference that means them.
    names: BTreeMap<String, String>,
    /// The pointers of the object that is visited and of those around it.
    within: Vec<String>,
    /// Which objects refer to what.
    found: Vec<(String, String)>,
}

impl<'a> Search<'a> {
    /// Goes through everything that is no data.
    fn visit(
        &mut self,
        value: &'a Value,
        pointer: &str,
        act: &mut impl FnMut(&mut Self, &Object, &str),
    ) {
        match value {
            Value::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    self.visit(element, &format!("{pointer}/{index}"), act);
                }
            }
            Value::Object(members) => {
                self.within.push(pointer.to_owned());
                act(self, members, pointer);
                for (key, member) in members {
                    self.visit_member(
                        key,
                        member,
                        &format!("{pointer}/{}", json::escape(key)),
                        act,
                    );
                }
                self.within.pop();
            }
            _ => {}
        }
    }

    fn visit_member(
        &mut self,
        key: &str,
        member: &'a Value,
        pointer: &str,
        act: &mut impl FnMut(&mut Self, &Object, &str),
    ) {
        match (holds(key), member) {
            (Holds::Data, _) => {}
            (Holds::Names, Value::Object(named)) => {
                for (name, value) in named {
                    self.visit(value, &format!("{pointer}/{}", json::escape(name)), act);
                }
            }
            (_, member) => self.visit(member, pointer, act),
        }
    }

    fn collect_names(&mut self, members: &Object, pointer: &str) {
        for key in ["$anchor", "$dynamicAnchor"] {
            if let Some(name) = json::string(members, key) {
                self.add_name(format!("#{name}"), pointer);
            }
        }
        if let Some(id) = json::string(members, "$id") {
            self.add_name(id.to_owned(), pointer);
        }
    }

    /// The first of equals counts.
    fn add_name(&mut self, name: String, pointer: &str) {
        self.names.entry(name).or_insert_with(|| pointer.to_owned());
    }

    fn resolve(&mut self, members: &Object, pointer: &str) {
        let reference =
            json::string(members, "$ref").or_else(|| json::string(members, "$dynamicRef"));
        if let Some(target) = reference.and_then(|reference| self.target(reference)) {
            self.found.push((pointer.to_owned(), target));
        }
    }

    /// What a reference means, unless that is what it says.
    fn target(&self, reference: &str) -> Option<String> {
        if let Some(pointer) = self.names.get(reference) {
            return Some(pointer.clone());
        }
        if reference == "#" {
            return self.within.iter().find(|around| is_root(around)).cloned();
        }
        let pointer = document::pointer_of(reference)?;
        if self.document.pointer(&pointer).is_some() {
            return None;
        }
        let inner = self.within.iter().rev();
        inner
            .map(|around| format!("{around}{pointer}"))
            .find(|absolute| self.document.pointer(absolute).is_some())
    }
}

/// Whether a schema there is inside no other one.
fn is_root(pointer: &str) -> bool {
    let component = pointer.strip_prefix("/components/schemas/");
    component.is_some_and(|name| !name.contains('/'))
        || !pointer.starts_with("/components/schemas/") && pointer.ends_with("/schema")
}
