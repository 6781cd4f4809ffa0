//! Decides where a documented type stays although another one is served, because the values that are sent fit both.
//!
//! A response is read by the documented type, so the type must hold every value that is served. A request is written by it, so the
//! service must take what the type writes. A component that is in both counts as one in responses, as elsewhere.

use serde_json::{Map, Value, json};

use super::divergence::Resolution;
use super::resolved::{ResolvedSchema, ValueKind};
use super::scope::Scope;
use super::sides::Sides;
use openapi_canonical::json::{self, Object};

/// Levels of choices that are searched for their variants.
const DEEPEST: usize = 8;

/// Returns the served schemas that remain to be joined with a documented one. A schema of another type whose values fit is noted and
/// removed. A union whose variants fit is noted and replaced with its variants.
pub(super) fn without_fitting(
    scope: &mut Scope<'_>,
    documented: &Value,
    shapes: Vec<ResolvedSchema>,
) -> Vec<ResolvedSchema> {
    let own = scope.sides.resolve_documented(documented);
    let mut left = Vec::new();
    for shape in shapes {
        if shape.kind() == own.kind() || own.kind() == ValueKind::Union {
            left.push(shape);
            continue;
        }
        if shape.kind() == ValueKind::Union && own.kind() != ValueKind::Unspecified {
            left.extend(variants_in_place(scope, &own, shape));
            continue;
        }
        match reason(scope.sides, scope.pointer, &own, &shape) {
            Some(reason) => {
                let kinds = (&own, &shape.kind());
                note(scope, kinds, reason, std::slice::from_ref(&shape));
            }
            None => left.push(shape),
        }
    }
    left
}

/// `variants` are the served types that are kept as the documented one.
fn note(
    scope: &mut Scope<'_>,
    (own, served): (&ResolvedSchema, &ValueKind),
    reason: &str,
    variants: &[ResolvedSchema],
) {
    let is_contradiction = scope.is_read()
        && variants
            .iter()
            .any(|variant| is_outside(&own.kind(), &variant.kind()));
    let what = format!(
        "served as {}, kept as {}: {reason}",
        served.name(),
        own.kind().name()
    );
    scope.note_promise(Resolution::Kept, what, is_contradiction);
}

/// True if a served type has values that the documented type rules out, although the documented type is kept for it.
fn is_outside(documented: &ValueKind, served: &ValueKind) -> bool {
    let (ValueKind::Scalar(documented), ValueKind::Scalar(served)) = (documented, served) else {
        return false;
    };
    let is_integer = documented == "number" && served == "integer";
    documented != served && !is_integer
}

fn scalar(shape: &ResolvedSchema) -> Option<String> {
    match shape.kind() {
        ValueKind::Scalar(scalar) => Some(scalar),
        _ => None,
    }
}

/// Returns the reason why the values of a served type, which is no choice, fit the documented type. `None` if they do not fit.
fn reason(
    sides: &Sides<'_>,
    pointer: &str,
    own: &ResolvedSchema,
    served: &ResolvedSchema,
) -> Option<&'static str> {
    if own.is_unspecified() {
        return Some("anything is documented");
    }
    let is_money = json::string(&own.schema, "format") == Some("decimal");
    match (scalar(own)?.as_str(), scalar(served)?.as_str()) {
        ("integer", "number") => Some("a number without a fraction is both"),
        ("number", "integer") if sides.is_read(pointer) => Some("an integer is a number"),
        ("number", "string") if is_money && !sides.is_written(pointer) => {
            Some("an amount is read from text too")
        }
        _ => None,
    }
}

/// Returns the variants of a choice that have the documented type or fit it, or the choice itself if it does not fit. A reader
/// meets each variant, a writer sends one.
fn variants_in_place(
    scope: &mut Scope<'_>,
    own: &ResolvedSchema,
    choice: ResolvedSchema,
) -> Vec<ResolvedSchema> {
    let mut variants = Vec::new();
    collect_variants(scope.sides, &choice, DEEPEST, &mut variants);
    let is_same = |shape: &ResolvedSchema| shape.kind() == own.kind();
    let fits = |shape: &ResolvedSchema| {
        is_same(shape) || reason(scope.sides, scope.pointer, own, shape).is_some()
    };
    let is_kept = if scope.is_read() {
        variants.iter().all(fits)
    } else {
        variants.iter().any(fits)
    };
    if !is_kept || variants.is_empty() {
        return vec![choice];
    }
    let served = variants.clone();
    variants.retain(is_same);
    if own.kind() == ValueKind::Object {
        variants = combined(&choice, &variants).into_iter().collect();
    }
    let kinds = (own, &ValueKind::Union);
    note(scope, kinds, "its variants fit", &served);
    variants
}

/// Adds the variants of a choice, and of those that are choices again; what is no choice is its only variant.
pub(super) fn collect_variants(
    sides: &Sides<'_>,
    shape: &ResolvedSchema,
    depth: usize,
    found: &mut Vec<ResolvedSchema>,
) {
    if shape.kind() != ValueKind::Union {
        found.push(shape.clone());
    } else if depth > 0 {
        for variant in shape.variants(sides.served) {
            collect_variants(sides, &variant, depth - 1, found);
        }
    }
}

/// Returns one object with the properties of all variants. It requires what each of them requires.
fn combined(choice: &ResolvedSchema, variants: &[ResolvedSchema]) -> Option<ResolvedSchema> {
    let mut served: Map<String, Value> = Map::new();
    for (name, property) in variants
        .iter()
        .flat_map(|variant| json::entries(&variant.schema, "properties"))
    {
        let schemas = served.entry(name.clone()).or_insert_with(|| json!([]));
        if let Some(schemas) = schemas.as_array_mut().filter(|all| !all.contains(property)) {
            schemas.push(property.clone());
        }
    }
    let one = |schemas: Value| match schemas {
        Value::Array(mut one) if one.len() == 1 => one.remove(0),
        several => json!({ "anyOf": several }),
    };
    let properties: Object = served
        .into_iter()
        .map(|(name, schemas)| (name, one(schemas)))
        .collect();
    let (first, others) = variants.split_first()?;
    let mut required = json::strings(&first.schema, "required");
    required.retain(|name| {
        let requires =
            |variant: &ResolvedSchema| json::strings(&variant.schema, "required").contains(name);
        others.iter().all(requires)
    });
    let schema = json!({"type": "object", "properties": properties, "required": required});
    Some(ResolvedSchema {
        schema: schema.as_object().cloned().unwrap_or_default().into(),
        ..choice.clone()
    })
}

/// True if a documented format holds the values of a served one: as they are read, or as they are written.
pub(super) fn is_format_kept(
    sides: &Sides<'_>,
    pointer: &str,
    kind: &str,
    documented: Option<&str>,
    served: &str,
) -> bool {
    match (kind, documented) {
        // Text and numbers without a format hold those with one.
        ("number", _) | (_, None) => true,
        ("integer", Some(documented)) => {
            let bits = |format: &str| if format == "int32" { 32 } else { 64 };
            if sides.is_read(pointer) {
                bits(documented) >= bits(served)
            } else {
                bits(documented) <= bits(served)
            }
        }
        (_, Some("date" | "date-time")) => !TEXT_FORMATS.contains(&served),
        (_, Some(_)) => true,
    }
}

/// Formats of text that differ from those of dates. A name that is not among them is a name of the service's own.
const TEXT_FORMATS: [&str; 14] = [
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "regex",
    "time",
    "uri",
    "uri-reference",
    "url",
    "uuid",
    "uuidv4",
];

/// True if no text is of both formats: both are well-known, and neither includes the other.
pub(super) fn exclude(documented: Option<&str>, served: &str) -> bool {
    let family = |format: &str| {
        match format {
            "uri" | "uri-reference" | "url" => "uri",
            "uuid" | "uuidv4" => "uuid",
            _ => return format.to_owned(),
        }
        .to_owned()
    };
    documented.is_some_and(|documented| {
        [documented, served]
            .iter()
            .all(|format| TEXT_FORMATS.contains(format))
            && family(documented) != family(served)
    })
}

/// True if a documented map stays a map although the fields are listed: it holds each of the fields, and a request may contain others.
pub(super) fn is_map_kept(
    sides: &Sides<'_>,
    pointer: &str,
    documented: &Object,
    shapes: &[ResolvedSchema],
) -> bool {
    if documented.contains_key("properties") {
        return false;
    }
    let is_closed =
        |shape: &ResolvedSchema| shape.schema.get("additionalProperties") == Some(&json!(false));
    if sides.is_written(pointer) && shapes.iter().any(is_closed) {
        return false;
    }
    let Some(values) = map_values(documented) else {
        return true;
    };
    let own = sides.resolve_documented(values);
    own.is_unspecified() || fields(sides, shapes).all(|field| holds(sides, pointer, &own, &field))
}

/// True if a field of the service may be null and the documented values of a map may not, so that a reader would fail.
pub(super) fn is_map_of_nulls(
    sides: &Sides<'_>,
    pointer: &str,
    documented: &Object,
    shapes: &[ResolvedSchema],
) -> bool {
    let Some(values) = map_values(documented) else {
        return false;
    };
    let own = sides.resolve_documented(values);
    let is_null = |field: ResolvedSchema| field.nullable == Some(true);
    let is_typed = !own.is_unspecified() && own.nullable != Some(true);
    is_typed && sides.is_read(pointer) && fields(sides, shapes).any(is_null)
}

/// Returns the schema of the values of a map, unless they may be anything.
pub(super) fn map_values(documented: &Object) -> Option<&Value> {
    let values = documented.get("additionalProperties");
    values.filter(|values| values.is_object())
}

fn fields<'a>(
    sides: &'a Sides<'_>,
    shapes: &'a [ResolvedSchema],
) -> impl Iterator<Item = ResolvedSchema> {
    let entries = |shape: &'a ResolvedSchema| json::entries(&shape.schema, "properties");
    let fields = shapes
        .iter()
        .flat_map(move |shape| entries(shape).map(move |entry| (shape, entry.1)));
    fields.map(|(shape, field)| shape.inner(sides.served, field))
}

/// True if a documented type holds the values of a served one.
fn holds(sides: &Sides<'_>, pointer: &str, own: &ResolvedSchema, served: &ResolvedSchema) -> bool {
    let format = |shape: &ResolvedSchema| json::string(&shape.schema, "format").map(str::to_owned);
    let kind = own.kind();
    match &kind {
        _ if kind != served.kind() => reason(sides, pointer, own, served).is_some(),
        ValueKind::Scalar(name) => match (format(own), format(served)) {
            (own, Some(served)) => {
                is_format_kept(sides, pointer, name, own.as_deref(), &served) || own == Some(served)
            }
            // A text without a format may be no date.
            (Some(own), None) => !matches!(own.as_str(), "date" | "date-time"),
            (None, None) => true,
        },
        _ => true,
    }
}
