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
use openapi_for_progenitor::generated_names;

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
    let is = followed_format(shapes, was.as_deref());
    if let Some(was) = was.as_deref().filter(|was| is == Some(*was)) {
        note_other_formats(scope, shapes, was);
        return;
    }
    let kind = json::string(merged, "type").unwrap_or("string");
    let is_kept =
        |is: &str| kept::is_format_kept(scope.sides, scope.pointer, kind, was.as_deref(), is);
    if let Some(is) = is.filter(|is| is_kept(is)) {
        let is_contradiction = kind == "string" && kept::exclude(was.as_deref(), is);
        let own = was.map_or_else(|| "without".to_owned(), |was| format!("as `{was}`"));
        let what = format!("served with the format `{is}`, kept {own}");
        scope.note_promise(Resolution::Kept, what, is_contradiction);
        return;
    }
    match (&was, is) {
        (Some(was), None) => scope.note(Resolution::Filled, format!("the format `{was}`")),
        (Some(was), Some(is)) => {
            scope.note(
                Resolution::Overruled,
                format!("documented with the format `{was}`, served with `{is}`"),
            );
        }
        (None, _) => return,
    }
    if let Some(is) = is {
        merged.insert("format".to_owned(), json!(is));
    }
}

/// Returns the format of at least half of the locations. If two formats have half of them each, the documented one is followed.
fn followed_format<'a>(shapes: &'a [ResolvedSchema], documented: Option<&str>) -> Option<&'a str> {
    let is_of = |shape: &&ResolvedSchema, format: &str| {
        json::string(&shape.schema, "format") == Some(format)
    };
    let is_common = |format: &&str| {
        let locations = weight(shapes.iter().filter(|shape| is_of(shape, format)));
        locations * 2 >= weight(shapes)
    };
    let common = || formats(shapes).into_iter().filter(is_common);
    let mut same = common().filter(|format| Some(*format) == documented);
    same.next().or_else(|| common().next())
}

/// Returns the served formats, each once.
fn formats(shapes: &[ResolvedSchema]) -> BTreeSet<&str> {
    let formats = shapes
        .iter()
        .filter_map(|shape| json::string(&shape.schema, "format"));
    formats.collect()
}

/// Notes the formats that are served beside the documented one. A reader of dates meets text that is not of its format.
fn note_other_formats(scope: &mut Scope<'_>, shapes: &[ResolvedSchema], documented: &str) {
    for format in formats(shapes) {
        let is_other = format != documented;
        if is_other && scope.is_read() && kept::exclude(Some(documented), format) {
            let what = format!("served with the format `{format}` too, kept as `{documented}`");
            scope.note_promise(Resolution::Kept, what, true);
        }
    }
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
    let mut own: Vec<Value> = Vec::new();
    for value in &known {
        let free = served.iter();
        let free = free.filter(|value| !known.contains(value) && !own.contains(value));
        let free: Vec<&Value> = free.collect();
        own.push(as_served(scope, value, &served, &free));
    }
    let unknown = new_values(scope, &own, &served);
    name_variants(merged, &known, &unknown);
    if !unknown.is_empty() || own != known {
        let values = own.into_iter().chain(unknown).collect();
        merged.insert("enum".to_owned(), values);
    }
}

/// Returns a documented value as it is served: the value itself, or a free one that differs in case or in the marks between its words, such as
/// `CLOSED` for `closed`. The name of its variant is the same.
fn as_served(scope: &mut Scope<'_>, value: &Value, served: &[Value], free: &[&Value]) -> Value {
    if served.contains(value) {
        return value.clone();
    }
    let other = free.iter().find(|other| has_same_words(other, value));
    if let Some(&other) = other {
        let what = format!("the value {value}, served as {other}");
        scope.note_promise(Resolution::Overruled, what, true);
        return other.clone();
    }
    let is_refused = scope.is_written();
    scope.note_promise(Resolution::Absent, format!("the value {value}"), is_refused);
    value.clone()
}

/// Returns the served values that the list lacks. A value that would take the name of another one, or is not text in a list of texts, is
/// left to be read as an unlisted one.
fn new_values(scope: &mut Scope<'_>, own: &[Value], served: &[Value]) -> Vec<Value> {
    let (listed, unlisted): (Vec<&Value>, Vec<&Value>) = served
        .iter()
        .filter(|value| !own.contains(value))
        .partition(|value| value.is_string() || !own.iter().all(Value::is_string));
    for value in unlisted {
        let what = format!("the value {value}, which is not listed: it is not text");
        scope.note_promise(Resolution::New, what, scope.is_read());
    }
    let keep_names = keep_names(own, &listed);
    let mut names: BTreeSet<String> = own.iter().filter_map(variant_name).collect();
    let mut unknown = Vec::new();
    for value in listed {
        let is_named = variant_name(value).is_none_or(|name| names.insert(name));
        if keep_names || is_named {
            scope.note(Resolution::New, format!("the value {value}"));
            unknown.push(value.clone());
        } else {
            let what = format!("the value {value}, which is not listed: its name in Rust is taken");
            scope.note(Resolution::New, what);
        }
    }
    unknown
}

/// True if the generator names the variants of a list as before if further values are added.
fn keep_names(own: &[Value], further: &[&Value]) -> bool {
    let texts: Vec<&str> = own.iter().filter_map(Value::as_str).collect();
    let further = further.iter().filter_map(|value| value.as_str());
    let all: Vec<&str> = texts.iter().copied().chain(further).collect();
    let before = generated_names::variants(&texts);
    let after = generated_names::variants(&all);
    before
        .zip(after)
        .is_some_and(|(before, after)| after.starts_with(&before))
}

fn variant_name(value: &Value) -> Option<String> {
    value.as_str().map(generated_names::type_name)
}

/// True if two texts differ only in case and in the marks between their words.
fn has_same_words(one: &Value, other: &Value) -> bool {
    let begins_and_ends_well = |value: &Value| {
        let text = value.as_str().unwrap_or_default();
        [text.chars().next(), text.chars().last()]
            .iter()
            .all(|character| character.is_some_and(char::is_alphanumeric))
    };
    let words = |value: &Value| names::snake(value.as_str().unwrap_or_default());
    [one, other].into_iter().all(begins_and_ends_well)
        && words(one) == words(other)
        && variant_name(one) == variant_name(other)
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
