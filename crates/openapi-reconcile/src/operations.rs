//! Joins the operations of both documents by their positions.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::divergence::Resolution;
use super::matching::{Operations, Pair, firsts};
use super::merger::Merger;
use super::pointers::below;
use super::{bodies, parameters, responses, security};
use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::json::{self, Object};
use openapi_canonical::names::{self, Taken};
use openapi_canonical::positions::{self, LocatedOperation, Position};

/// Joins all operations: the `paths` of the joined document.
pub(super) fn merge_all(merger: &mut Merger<'_>) -> Value {
    let sides = merger.sides;
    let operations = &sides.operations;
    let mut paths = sides.documented.get("paths").cloned().unwrap_or_default();
    note_host(merger);
    for (position, twins) in &operations.served {
        note_twins(merger, position, twins);
    }
    for (position, located) in Operations::only_in(&operations.documented, &operations.served) {
        let pointer = below("/paths", &[located.path, position.1]);
        merger
            .notes
            .add(Resolution::Absent, &pointer, "an operation");
    }
    for pair in operations.pairs() {
        paths[pair.documented.path][pair.method] = merge(merger, &pair);
    }
    let mut newcomers = Newcomers::new(operations);
    for (position, located) in Operations::only_in(&operations.served, &operations.documented) {
        newcomers.add(merger, &mut paths, position, located);
    }
    paths
}

/// Returns the number of documented operations that are served, and of all documented ones.
pub(super) fn coverage(served: &Value, documented: &Value) -> (usize, usize) {
    let operations = Operations::of(served, documented);
    (operations.pairs().count(), operations.documented.len())
}

/// Notes templates that differ only in the names of their parameters. They have one position, so one of them is dropped.
fn note_twins(merger: &mut Merger<'_>, (whole, method): &Position, twins: &[LocatedOperation<'_>]) {
    let Some((used, others)) = twins.split_first() else {
        return;
    };
    for other in others {
        let what = format!(
            "an operation served as `{}` and as `{}`; the latter is dropped",
            used.path, other.path
        );
        merger
            .notes
            .add(Resolution::New, &below("/paths", &[whole, method]), what);
    }
}

/// Notes another host. Requests go to the documented host: a served document that names another one is usually wrong.
fn note_host(merger: &mut Merger<'_>) {
    let (documented, served) = (
        positions::origin(merger.sides.documented),
        positions::origin(merger.sides.served),
    );
    if let (Some(documented), Some(served)) = (documented, served)
        && documented != served
    {
        let what = format!("the host `{documented}`; `{served}` is served and not used");
        merger
            .notes
            .add_promise(Resolution::Absent, "/servers/0/url", what, true);
    }
}

fn merge(merger: &mut Merger<'_>, pair: &Pair<'_, '_>) -> Value {
    let (pointer, served) = (pair.pointer.as_str(), pair.served.operation);
    let mut merged = pair.documented.operation.clone();
    for words in ["summary", "description"] {
        if let (false, Some(text)) = (merged.contains_key(words), served.get(words)) {
            merged.insert(words.to_owned(), text.clone());
        }
    }
    if json::is_true(served, "deprecated") && !json::is_true(&merged, "deprecated") {
        merger
            .notes
            .add(Resolution::New, pointer, "that it is deprecated");
        merged.insert("deprecated".to_owned(), json!(true));
    }
    parameters::merge(merger, pair, &mut merged);
    bodies::merge(merger, pair, &mut merged);
    responses::merge(merger, pair, &mut merged);
    security::merge(merger, pointer, &mut merged, served);
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
    fn new(operations: &'a Operations<'_>) -> Newcomers<'a> {
        let documented = || firsts(&operations.documented);
        let ids =
            documented().filter_map(|(_, located)| json::string(located.operation, "operationId"));
        Newcomers {
            base: &operations.base,
            templates: documented()
                .map(|((path, _), located)| (path.as_str(), located.path))
                .collect(),
            ids: ids.collect(),
        }
    }

    fn add(
        &mut self,
        merger: &mut Merger<'_>,
        paths: &mut Value,
        (whole, method): &Position,
        located: &LocatedOperation<'_>,
    ) {
        let Some(rest) = whole
            .strip_prefix(self.base)
            .filter(|rest| rest.starts_with('/'))
        else {
            let what = format!("an operation outside `{}`, which is dropped", self.base);
            merger
                .notes
                .add(Resolution::New, &below("/paths", &[whole, method]), what);
            return;
        };
        let template = match self.templates.get(whole.as_str()) {
            Some(known) => (*known).to_owned(),
            None => with_names(rest, &positions::parameter_names(located.path)),
        };
        let id = self.free_id(method, &template, located.operation);
        merger.notes.add(
            Resolution::New,
            &below("/paths", &[&template, method]),
            format!("an operation, `{id}`"),
        );
        let operation = import(merger, method, &id, &template, located);
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

/// Returns an anonymous path with names for its parameters.
fn with_names(path: &str, names: &[&str]) -> String {
    names.iter().fold(path.to_owned(), |path, name| {
        path.replacen("{}", &format!("{{{name}}}"), 1)
    })
}

/// Returns a served operation for the joined document. It has an idempotency by its method, since no documentation specifies it.
fn import(
    merger: &mut Merger<'_>,
    method: &str,
    id: &str,
    template: &str,
    located: &LocatedOperation<'_>,
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
    let kept = located
        .operation
        .iter()
        .filter(|(key, _)| KEPT.contains(&key.as_str()));
    imported.extend(kept.map(|(key, value)| (key.clone(), value.clone())));
    let pointer = below("/paths", &[template, method]);
    parameters::import(merger, &pointer, &mut imported, template, located);
    bodies::import(merger, &pointer, &mut imported, located.operation);
    responses::import(merger, &pointer, &mut imported, located.operation);
    security::import(merger, &mut imported, located.operation);
    let repetition = if matches!(method, "get" | "head") {
        "read"
    } else {
        "write"
    };
    imported.insert(keys::IDEMPOTENCY.to_owned(), json!(repetition));
    imported.insert(keys::UNDOCUMENTED.to_owned(), json!(true));
    Value::Object(imported)
}
