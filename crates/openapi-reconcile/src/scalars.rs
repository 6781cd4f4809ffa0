//! Joins two scalars of the same type: their format, and the values they may have.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::divergence::Resolution;
use super::kept;
use super::resolved::{ResolvedSchema, weight};
use super::scope::Scope;
use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::json::{self, Object};
use openapi_canonical::names;

/// Joins the keywords of a documented scalar with the served ones.
pub(super) fn merge(scope: &mut Scope<'_>, merged: &mut Object, shapes: &[ResolvedSchema]) {
    merge_format(scope, merged, shapes);
    if is_opaque(merged) {
        note_values(scope, shapes);
    } else {
        merge_values(scope, merged, shapes);
    }
}

/// True if a schema is an id or a secret: a type of its own, whose values cannot be listed.
pub(super) fn is_opaque(documented: &Object) -> bool {
    [keys::ID, keys::SECRET].iter().any(|mark| {
        documented
            .get(*mark)
            .is_some_and(|mark| *mark != json!(false))
    })
}

fn note_values(scope: &mut Scope<'_>, shapes: &[ResolvedSchema]) {
    if !served_values(shapes).is_empty() {
        let what = "served with a list of values somewhere, kept open: it is an id or a secret";
        scope.note(Resolution::Kept, what);
    }
}

fn merge_format(scope: &mut Scope<'_>, merged: &mut Object, shapes: &[ResolvedSchema]) {
    let was = json::string(merged, "format").map(str::to_owned);
    let is = commonest_format(shapes);
    let kind = json::string(merged, "type").unwrap_or("string");
    let is_kept =
        |is: &str| kept::is_format_kept(scope.sides, scope.pointer, kind, was.as_deref(), is);
    if let Some(is) = is.filter(|is| was.as_deref() != Some(*is) && is_kept(is)) {
        let is_contradiction = kind == "string" && kept::exclude(was.as_deref(), is);
        let own = was.map_or_else(|| "without".to_owned(), |was| format!("as `{was}`"));
        let what = format!("served with the format `{is}`, kept {own}");
        scope.note_promise(Resolution::Kept, what, is_contradiction);
        return;
    }
    match (&was, is) {
        (Some(was), None) => scope.note(Resolution::Filled, format!("the format `{was}`")),
        (Some(was), Some(is)) if was != is => {
            scope.note(
                Resolution::Overruled,
                format!("documented with the format `{was}`, served with `{is}`"),
            );
        }
        _ => return,
    }
    if let Some(is) = is {
        merged.insert("format".to_owned(), json!(is));
    }
}

/// Returns the format of at least half of the locations.
fn commonest_format(shapes: &[ResolvedSchema]) -> Option<&str> {
    let format = |shape: &&ResolvedSchema, format: &str| {
        json::string(&shape.schema, "format") == Some(format)
    };
    let said: BTreeSet<&str> = shapes
        .iter()
        .filter_map(|shape| json::string(&shape.schema, "format"))
        .collect();
    said.into_iter().find(|said| {
        let locations = weight(shapes.iter().filter(|shape| format(shape, said)));
        locations * 2 >= weight(shapes)
    })
}

/// Joins the documented values with the served ones, which come last.
fn merge_values(scope: &mut Scope<'_>, merged: &mut Object, shapes: &[ResolvedSchema]) {
    let known: Vec<Value> = json::elements(merged, "enum").to_vec();
    let served = served_values(shapes);
    if served.is_empty() {
        if !known.is_empty() {
            scope.note(Resolution::Filled, "the list of values");
        }
        return;
    }
    if known.is_empty() {
        let what = "served with a list of values, kept open: it holds them";
        scope.note(Resolution::Kept, what);
        return;
    }
    for absent in known.iter().filter(|value| !served.contains(value)) {
        let is_refused = scope.is_written();
        let what = format!("the value {absent}");
        scope.note_promise(Resolution::Absent, what, is_refused);
    }
    let unknown: Vec<Value> = served
        .into_iter()
        .filter(|value| !known.contains(value))
        .collect();
    if unknown.is_empty() {
        return;
    }
    for value in &unknown {
        scope.note(Resolution::New, format!("the value {value}"));
    }
    name_variants(merged, &known, &unknown);
    merged.insert(
        "enum".to_owned(),
        known.into_iter().chain(unknown).collect(),
    );
}

/// Returns every served value but null, which makes the location nullable.
fn served_values(shapes: &[ResolvedSchema]) -> Vec<Value> {
    let mut values: Vec<Value> = Vec::new();
    for value in shapes
        .iter()
        .flat_map(|shape| json::elements(&shape.schema, "enum"))
    {
        if !value.is_null() && !values.contains(value) {
            values.push(value.clone());
        }
    }
    values
}

/// Names for the new values beside the documented names, which must stay one for each value.
fn name_variants(merged: &mut Object, known: &[Value], unknown: &[Value]) {
    let Some(Value::Array(variants)) = merged.get_mut("x-enum-varnames") else {
        return;
    };
    if variants.len() != known.len() {
        return;
    }
    for value in unknown {
        let wanted = names::pascal(value.as_str().unwrap_or_default());
        let name = names::unique(&wanted, |taken| {
            variants.iter().any(|variant| variant == taken)
        });
        variants.push(json!(name));
    }
}
