//! Joins the operations of both documents by their positions.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::merger::{Merger, below};
use super::{bodies, parameters, responses, security};
use crate::divergence::Kind as Won;
use openapi_canonical::json::{self, Object};
use openapi_canonical::names::{self, Taken};
use openapi_canonical::positions::{self, Index, Place, Position};

/// All operations: the `paths` of the joined document.
pub(super) fn merge_all(merger: &mut Merger<'_>) -> Value {
    let (served, documented) = (merger.served, merger.documented);
    let base = positions::base_path(documented);
    let documented_places = positions::index(documented, &base);
    let served_places = positions::index_like(served, &documented_places, &base);
    note_host(merger);
    let mut paths = documented.get("paths").cloned().unwrap_or_default();
    for (position, twins) in &served_places {
        note_twins(merger, position, twins);
    }
    for (position, place) in firsts(&documented_places) {
        let pointer = below("/paths", &[place.path, position.1]);
        let Some(counterpart) = served_places
            .get(position)
            .and_then(|places| places.first())
        else {
            merger.note(Won::Absent, &pointer, "an operation");
            continue;
        };
        paths[place.path][position.1] = merge(merger, &pointer, place, counterpart);
    }
    let mut newcomers = Newcomers::new(&documented_places, &base);
    for (position, place) in
        firsts(&served_places).filter(|(position, _)| !documented_places.contains_key(*position))
    {
        newcomers.add(merger, &mut paths, position, place);
    }
    paths
}

/// How many documented operations are served, and how many there are.
pub(super) fn coverage(served: &Value, documented: &Value) -> (usize, usize) {
    let base = positions::base_path(documented);
    let documented = positions::index(documented, &base);
    let served = positions::index_like(served, &documented, &base);
    let is_served = |position: &&Position| served.contains_key(*position);
    (
        documented.keys().filter(is_served).count(),
        documented.len(),
    )
}

/// The place that counts at each position.
fn firsts<'i, 'a>(index: &'i Index<'a>) -> impl Iterator<Item = (&'i Position, &'i Place<'a>)> {
    index
        .iter()
        .filter_map(|(position, places)| Some((position, places.first()?)))
}

/// Two templates that differ in the names of their parameters alone are one place, so one of them is left out.
fn note_twins(merger: &mut Merger<'_>, (whole, method): &Position, twins: &[Place<'_>]) {
    let Some((used, others)) = twins.split_first() else {
        return;
    };
    for other in others {
        let what = format!(
            "an operation served as `{}` and as `{}`; the latter is left out",
            used.path, other.path
        );
        merger.note(Won::New, &below("/paths", &[whole, method]), what);
    }
}

/// Requests go where the documentation says: a served document that names another host is more often wrong than not.
fn note_host(merger: &mut Merger<'_>) {
    let (documented, served) = (
        positions::origin(merger.documented),
        positions::origin(merger.served),
    );
    if let (Some(documented), Some(served)) = (documented, served)
        && documented != served
    {
        let what = format!("the host `{documented}`; `{served}` is served and not used");
        merger.note_promise(Won::Absent, "/servers/0/url", what, true);
    }
}

fn merge(
    merger: &mut Merger<'_>,
    pointer: &str,
    documented: &Place<'_>,
    served: &Place<'_>,
) -> Value {
    let mut merged = documented.operation.clone();
    for words in ["summary", "description"] {
        if let (false, Some(text)) = (merged.contains_key(words), served.operation.get(words)) {
            merged.insert(words.to_owned(), text.clone());
        }
    }
    if json::is_true(served.operation, "deprecated") && !json::is_true(&merged, "deprecated") {
        merger.note(Won::New, pointer, "that it is deprecated");
        merged.insert("deprecated".to_owned(), json!(true));
    }
    parameters::merge(merger, pointer, &mut merged, documented, served);
    bodies::merge(merger, pointer, &mut merged, served.operation);
    responses::merge(merger, pointer, &mut merged, served.operation);
    security::merge(merger, pointer, &mut merged, served.operation);
    Value::Object(merged)
}

/// Operations that only the served document has.
struct Newcomers<'a> {
    base: &'a str,
    /// Documented templates by their anonymous whole path: a new method of a known path goes there.
    templates: BTreeMap<&'a str, &'a str>,
    ids: Taken,
}

impl<'a> Newcomers<'a> {
    fn new(documented: &'a Index<'a>, base: &'a str) -> Newcomers<'a> {
        let ids = firsts(documented)
            .filter_map(|(_, place)| json::string(place.operation, "operationId"));
        Newcomers {
            base,
            templates: firsts(documented)
                .map(|((path, _), place)| (path.as_str(), place.path))
                .collect(),
            ids: ids.collect(),
        }
    }

    fn add(
        &mut self,
        merger: &mut Merger<'_>,
        paths: &mut Value,
        (whole, method): &Position,
        place: &Place<'_>,
    ) {
        let Some(rest) = whole
            .strip_prefix(self.base)
            .filter(|rest| rest.starts_with('/'))
        else {
            let what = format!("an operation outside `{}`, which is left out", self.base);
            merger.note(Won::New, &below("/paths", &[whole, method]), what);
            return;
        };
        let template = match self.templates.get(whole.as_str()) {
            Some(known) => (*known).to_owned(),
            None => with_names(rest, &positions::parameter_names(place.path)),
        };
        let id = self.free_id(method, &template, place.operation);
        merger.note(
            Won::New,
            &below("/paths", &[&template, method]),
            format!("an operation, `{id}`"),
        );
        let operation = import(merger, method, &id, &template, place);
        if !paths[&template].is_object() {
            paths[&template] = json!({});
        }
        paths[&template][method] = operation;
    }

    fn free_id(&mut self, method: &str, template: &str, operation: &Object) -> String {
        let own = json::string(operation, "operationId")
            .map(names::snake)
            .filter(|name| !name.is_empty());
        let wanted = own.unwrap_or_else(|| names::snake(&format!("{method} {template}")));
        self.ids.take(&wanted)
    }
}

/// An anonymous path with names for its parameters.
fn with_names(path: &str, names: &[&str]) -> String {
    names.iter().fold(path.to_owned(), |path, name| {
        path.replacen("{}", &format!("{{{name}}}"), 1)
    })
}

/// A served operation as it can stand in our document, with what can be said of it without documentation.
fn import(
    merger: &mut Merger<'_>,
    method: &str,
    id: &str,
    template: &str,
    place: &Place<'_>,
) -> Value {
    const KEPT: [&str; 5] = [
        "tags",
        "summary",
        "description",
        "externalDocs",
        "deprecated",
    ];
    let mut imported = Object::new();
    imported.insert("operationId".to_owned(), json!(id));
    let kept = place
        .operation
        .iter()
        .filter(|(key, _)| KEPT.contains(&key.as_str()));
    imported.extend(kept.map(|(key, value)| (key.clone(), value.clone())));
    let pointer = below("/paths", &[template, method]);
    parameters::import(merger, &pointer, &mut imported, template, place);
    bodies::import(merger, &pointer, &mut imported, place.operation);
    responses::import(merger, &pointer, &mut imported, place.operation);
    security::import(merger, &mut imported, place.operation);
    let repetition = if matches!(method, "get" | "head") {
        "read"
    } else {
        "write"
    };
    imported.insert("x-opentrain-idempotency".to_owned(), json!(repetition));
    imported.insert("x-opentrain-undocumented".to_owned(), json!(true));
    Value::Object(imported)
}
