//! What a document has words for. Where it has none, that something is not in it denies nothing.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::Direction;
use crate::document;
use crate::json::{self, Object};
use crate::schema;

/// What a document tells at all, in any of its operations.
#[derive(Debug, Default)]
pub(super) struct Habits {
    requests: Told,
    answers: Told,
    /// Whether it says of any operation which credentials it takes.
    pub(super) has_security: bool,
}

/// What is told of all that goes one way.
#[derive(Debug, Default)]
struct Told {
    /// Which fields there are.
    fields: bool,
    /// Which of them must be there.
    requirements: bool,
}

impl Habits {
    pub(super) fn of(document: &Value) -> Habits {
        let mut habits = Habits {
            has_security: document.get("security").is_some(),
            ..Habits::default()
        };
        let (mut requests, mut answers) = (Vec::new(), Vec::new());
        for (_, _, operation) in schema::operations(document) {
            habits.has_security |= operation.contains_key("security");
            requests.extend(operation.get("requestBody"));
            let successes = json::entries(operation, "responses")
                .filter(|(status, _)| status.starts_with('2') || *status == "default");
            answers.extend(successes.map(|(_, response)| response));
        }
        habits.requests = Told::of(document, requests);
        habits.answers = Told::of(document, answers);
        habits
    }

    /// Whether it tells the fields of anything that goes this way.
    pub(super) fn tells_fields(&self, direction: Direction) -> bool {
        self.told(direction).fields
    }

    /// Whether it tells of anything that goes this way which fields must be there.
    pub(super) fn tells_requirements(&self, direction: Direction) -> bool {
        self.told(direction).requirements
    }

    fn told(&self, direction: Direction) -> &Told {
        match direction {
            Direction::Request => &self.requests,
            Direction::Answer => &self.answers,
        }
    }
}

impl Told {
    /// Of these bodies, and of everything that they lead to.
    fn of(document: &Value, bodies: Vec<&Value>) -> Told {
        let mut told = Told::default();
        let mut met = BTreeSet::new();
        let mut waiting: Vec<&Value> = bodies
            .into_iter()
            .filter_map(|body| document::resolve(document, body).as_object())
            .flat_map(|body| json::entries(body, "content"))
            .filter_map(|(_, media)| media.get("schema"))
            .collect();
        while let Some(schema) = waiting.pop() {
            if let Some(name) = schema::referred(schema) {
                let is_new = met.insert(name);
                let component = schema::components(document).and_then(|all| all.get(name));
                waiting.extend(component.filter(|_| is_new));
            } else if let Some(schema) = schema.as_object() {
                told.add(schema);
                waiting.extend(schema::children(schema).into_iter().map(|(_, child)| child));
            }
        }
        told
    }

    fn add(&mut self, schema: &Object) {
        let has_fields = json::object(schema, "properties").is_some_and(|all| !all.is_empty());
        self.fields |= has_fields;
        self.requirements |= !json::strings(schema, "required").is_empty();
    }
}
