//! Where a document uses its components: in how many places, and whether readers meet them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::json;
use crate::normalise;
use crate::schema;

/// What is known of the components of one document.
#[derive(Debug)]
pub(super) struct Uses {
    /// In how many parameters, bodies and responses each component is, at whatever depth.
    places: BTreeMap<String, usize>,
    /// How many references lead to each component.
    references: BTreeMap<String, usize>,
    /// The components that responses lead to.
    read: BTreeSet<String>,
}

impl Uses {
    pub(super) fn of(document: &Value) -> Uses {
        let mut document = document.clone();
        normalise::inline_references(&mut document);
        let mut uses = Uses {
            places: BTreeMap::new(),
            references: BTreeMap::new(),
            read: BTreeSet::new(),
        };
        for (.., operation) in schema::operations(&document) {
            for parameter in json::elements(operation, "parameters") {
                uses.add(&document, parameter);
            }
            uses.add(
                &document,
                operation.get("requestBody").unwrap_or(&Value::Null),
            );
            for (_, response) in json::entries(operation, "responses") {
                let found = uses.add(&document, response);
                uses.read.extend(found);
            }
        }
        for component in schema::components(&document).into_iter().flatten() {
            uses.count(&referred_below(component.1));
        }
        uses
    }

    /// Whether what one place says of a component would be felt in others.
    pub(super) fn is_shared(&self, component: &str) -> bool {
        let count = |counts: &BTreeMap<String, usize>| counts.get(component).copied();
        count(&self.places).unwrap_or_default() > 1
            || count(&self.references).unwrap_or_default() > 1
    }

    pub(super) fn is_read(&self, component: &str) -> bool {
        self.read.contains(component)
    }

    /// Counts one place; says which components it leads to.
    fn add(&mut self, document: &Value, place: &Value) -> BTreeSet<String> {
        let mut waiting = referred_below(place);
        self.count(&waiting);
        let mut found = BTreeSet::new();
        while let Some(name) = waiting.pop() {
            if found.insert(name.to_owned()) {
                let component = schema::components(document).and_then(|schemas| schemas.get(name));
                waiting.extend(component.into_iter().flat_map(referred_below));
            }
        }
        for name in &found {
            *self.places.entry(name.clone()).or_default() += 1;
        }
        found
    }

    fn count(&mut self, references: &[&str]) {
        for name in references {
            *self.references.entry((*name).to_owned()).or_default() += 1;
        }
    }
}

/// Every reference to a component below a value, as often as it is there.
fn referred_below(value: &Value) -> Vec<&str> {
    let below: Vec<&str> = match value {
        Value::Object(members) => members.values().flat_map(referred_below).collect(),
        Value::Array(elements) => elements.iter().flat_map(referred_below).collect(),
        _ => Vec::new(),
    };
    schema::referred(value).into_iter().chain(below).collect()
}
