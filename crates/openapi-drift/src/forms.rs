//! Forms: their fields, which are written as text, and the encoding of each.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::{Value, json};

use super::change::Finding;
use super::comparison::Comparison;
use super::effective_schema::{EffectiveSchema, ValueKind, text_of};
use super::effective_schemas::EffectiveSchemas;
use super::kind::{Direction, Kind};
use super::{schemas, texts};
use openapi_canonical::document::{self, is_form, is_json, is_multipart};
use openapi_canonical::json::{self, Object};

/// True if a media type is a form.
pub(super) fn is_any_form(media_type: &str) -> bool {
    is_form(media_type) || is_multipart(media_type)
}

/// Compares two forms of one media type. A field of a request is text: an integer and its text are the same, unless the
/// field is encoded as JSON.
pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    (old, old_schema): (&Value, &Value),
    (new, new_schema): (&Value, &Value),
) {
    let was = Form::of(&comparison.old_effective, old, old_schema);
    let is = Form::of(&comparison.new_effective, new, new_schema);
    let is_text = direction == Direction::Request && was.object.is_some() && is.object.is_some();
    let not_as_text: BTreeSet<String> = was.not_as_text().chain(is.not_as_text()).collect();
    let changes = encoding_changes(at, &was, &is);
    let headers = part_headers(&was, &is);
    for finding in changes {
        comparison.note(direction, finding);
    }
    for (field, was, is) in headers {
        compare_headers(comparison, &format!("{at}.{field}"), direction, (&was, &is));
    }
    let compare_field = |comparison: &mut Comparison<'_>,
                         at: &str,
                         name: Option<&str>,
                         (old, new): (&Value, &Value)| {
        if name.is_some_and(|name| not_as_text.contains(name)) {
            schemas::compare(comparison, at, direction, old, new);
        } else {
            texts::compare(comparison, at, old, new, true);
        }
    };
    if is_text {
        let pair = (old_schema, new_schema);
        schemas::compare_object(comparison, at, direction, pair, &compare_field);
    } else {
        schemas::compare(comparison, at, direction, old_schema, new_schema);
    }
}

/// A form with the encodings of its fields.
#[derive(Debug)]
struct Form<'a> {
    effective: &'a EffectiveSchemas<'a>,
    /// `None` if the schema is not exactly one object.
    object: Option<Rc<EffectiveSchema>>,
    encodings: Object,
}

impl<'a> Form<'a> {
    fn of(effective: &'a EffectiveSchemas<'a>, media: &Value, schema: &Value) -> Form<'a> {
        let encodings = media.get("encoding").and_then(Value::as_object);
        let object = match effective.variants(&effective.of(schema)).as_slice() {
            [only] if only.kind() == ValueKind::Object => Some(Rc::clone(only)),
            _ => None,
        };
        Form {
            effective,
            object,
            encodings: encodings.cloned().unwrap_or_default(),
        }
    }

    fn encoding(&self, field: &str) -> Encoding<'_> {
        Encoding(json::object(&self.encodings, field))
    }

    /// Returns the fields that are written as JSON, or as objects by a style.
    fn not_as_text(&self) -> impl Iterator<Item = String> {
        let is_not_text = |encoding: &Encoding<'_>| {
            encoding.member("style") == Some(&json!("deepObject"))
                || encoding.declared_types().iter().any(|name| is_json(name))
        };
        let fields = self.encodings.keys();
        fields
            .filter(move |field| is_not_text(&self.encoding(field)))
            .cloned()
    }

    /// Returns the media types of a field: those that are declared, or the one that its schema implies.
    fn media_types(&self, field: &str) -> BTreeSet<String> {
        let declared = self.encoding(field).declared_types();
        if !declared.is_empty() {
            return declared;
        }
        let object = self.object.as_ref();
        let properties = object.and_then(|object| json::object(&object.members, "properties"));
        let schema = properties.and_then(|properties| properties.get(field));
        let implied = schema.and_then(|schema| implied_type(self.effective, schema, DEEPEST));
        implied.map(str::to_owned).into_iter().collect()
    }
}

/// Levels of lists that are resolved for the media type of their elements.
const DEEPEST: usize = 4;

/// Returns the media type of a field without a declared one. `None` if its schema has several.
fn implied_type(
    effective: &EffectiveSchemas<'_>,
    schema: &Value,
    depth: usize,
) -> Option<&'static str> {
    let forms = effective.variants(&effective.of(schema));
    let [form] = forms.as_slice() else {
        return None;
    };
    let is_binary = ["binary", "byte"]
        .map(Some)
        .contains(&json::string(&form.members, "format"));
    match (form.kind(), form.members.get("items")) {
        (ValueKind::Object, _) => Some("application/json"),
        (ValueKind::Array, Some(items)) if depth > 0 => implied_type(effective, items, depth - 1),
        (ValueKind::Scalar(_), _) if is_binary => Some("application/octet-stream"),
        (ValueKind::Scalar(_), _) => Some("text/plain"),
        _ => None,
    }
}

/// Encoding of a field, if the form declares one.
struct Encoding<'a>(Option<&'a Object>);

impl<'a> Encoding<'a> {
    fn member(&self, keyword: &str) -> Option<&'a Value> {
        self.0?.get(keyword)
    }

    fn declared_types(&self) -> BTreeSet<String> {
        let declared = self.member("contentType").and_then(Value::as_str);
        let types = declared.into_iter().flat_map(|list| list.split(','));
        types
            .map(|name| name.trim().to_ascii_lowercase())
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// Returns the keywords that decide how a text is written, each with its value or the implied one.
    fn serialisation(&self) -> [(&'static str, Value); 3] {
        let style = self.member("style").cloned();
        let style = style.unwrap_or_else(|| json!("form"));
        let implied = [
            ("style", style.clone()),
            ("explode", json!(style == "form")),
            ("allowReserved", json!(false)),
        ];
        implied
            .map(|(keyword, implied)| (keyword, self.member(keyword).cloned().unwrap_or(implied)))
    }

    fn headers(&self) -> Object {
        let headers = self.member("headers").and_then(Value::as_object);
        headers.cloned().unwrap_or_default()
    }
}

fn encoding_changes(at: &str, old: &Form<'_>, new: &Form<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let fields: BTreeSet<&String> = old.encodings.keys().chain(new.encodings.keys()).collect();
    for field in fields {
        let inside = format!("{at}.{field}");
        let (was, is) = (old.media_types(field), new.media_types(field));
        found.extend(type_changes(&inside, &was, &is));
        let (was, is) = (old.encoding(field), new.encoding(field));
        let written = was.serialisation().into_iter().zip(is.serialisation());
        let changed = written.filter(|(was, is)| was != is);
        found.extend(changed.map(|((keyword, was), (_, is))| {
            let text = |value: &Value| format!("{keyword} {}", text_of(value));
            Finding::new(&inside, Kind::SerialisationChanged).between(text(&was), text(&is))
        }));
    }
    found
}

/// Returns the headers of each part that is encoded in one of two forms.
fn part_headers(old: &Form<'_>, new: &Form<'_>) -> Vec<(String, Object, Object)> {
    let fields: BTreeSet<&String> = old.encodings.keys().chain(new.encodings.keys()).collect();
    let of = |field: &String| {
        let (was, is) = (old.encoding(field), new.encoding(field));
        (field.clone(), was.headers(), is.headers())
    };
    fields.into_iter().map(of).collect()
}

/// Returns the media types that a field got or lost. A field without a common one is written otherwise.
fn type_changes(at: &str, was: &BTreeSet<String>, is: &BTreeSet<String>) -> Vec<Finding> {
    if was.is_empty() || is.is_empty() {
        return Vec::new();
    }
    let missing = |some: &BTreeSet<String>, others: &BTreeSet<String>| -> Vec<String> {
        let is_covered = |name: &&String| others.iter().any(|other| covers(other, name));
        some.iter()
            .filter(|name| !is_covered(name))
            .cloned()
            .collect()
    };
    let (removed, added) = (missing(was, is), missing(is, was));
    if removed.len() == was.len() && added.len() == is.len() {
        let text = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(", ");
        return vec![Finding::new(at, Kind::SerialisationChanged).between(text(was), text(is))];
    }
    let finding = |kind| move |name: String| Finding::new(at, kind).of(name);
    let removed = removed.into_iter().map(finding(Kind::MediaTypeRemoved));
    removed
        .chain(added.into_iter().map(finding(Kind::MediaTypeAdded)))
        .collect()
}

/// True if a media type, such as `image/*`, includes another one.
fn covers(range: &str, media_type: &str) -> bool {
    let is_in_class = |class: &str| media_type.starts_with(class);
    range == media_type || range.strip_suffix('*').is_some_and(is_in_class) || range == "*/*"
}

/// Compares the headers of a part. In a request, their values are text.
fn compare_headers(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    (was, is): (&Object, &Object),
) {
    let is_required = |header: &Value| header.get("required") == Some(&Value::Bool(true));
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    for name in names {
        let kind = match (was.get(name), is.get(name)) {
            (None, Some(header)) if is_required(header) => Some(Kind::PartHeaderRequired),
            (None, Some(_)) => Some(Kind::PartHeaderAdded),
            (Some(_), None) => Some(Kind::PartHeaderRemoved),
            (Some(was), Some(is)) => match (is_required(was), is_required(is)) {
                (false, true) => Some(Kind::PartHeaderRequired),
                (true, false) => Some(Kind::PartHeaderOptional),
                _ => None,
            },
            (None, None) => None,
        };
        if let Some(kind) = kind {
            comparison.note(direction, Finding::new(at, kind).of(name));
        }
        let (Some(was), Some(is)) = (was.get(name), is.get(name)) else {
            continue;
        };
        let inside = format!("{at} header {name}");
        let was = schema_of_header(comparison.old, was);
        let is = schema_of_header(comparison.new, is);
        match direction {
            Direction::Request => texts::compare(comparison, &inside, &was, &is, true),
            Direction::Response => schemas::compare(comparison, &inside, direction, &was, &is),
        }
    }
}

fn schema_of_header(document: &Value, header: &Value) -> Value {
    let schema = header.get("schema");
    let schema = schema.map(|schema| document::resolve(document, schema).clone());
    schema.unwrap_or_else(|| json!({}))
}
