//! Contradictions between the keywords of a schema, so that no value fits it.

use openapi_canonical::json::{self, Object};

use super::bounds::{self, BOUNDS, Bound};
use super::listed_values::is_of_type;

/// Lists and lengths: the type that they limit, the least and the greatest size.
const SIZES: [(&str, &str, &str); 3] = [
    ("array", "minItems", "maxItems"),
    ("object", "minProperties", "maxProperties"),
    ("string", "minLength", "maxLength"),
];

/// True if the type, the listed values and the limits of a schema exclude every value but perhaps null.
pub(super) fn exclude_all(schema: &Object) -> bool {
    let Some(kind) = json::string(schema, "type") else {
        return false;
    };
    let are_apart = match kind {
        "integer" | "number" => numbers_are_apart(schema),
        kind => sizes_are_apart(schema, kind),
    };
    are_apart || lists_no_fitting_value(schema, kind)
}

/// True if a schema lists values other than null, of which none is of the type and within the bounds.
fn lists_no_fitting_value(schema: &Object, kind: &str) -> bool {
    let mut values = json::elements(schema, "enum")
        .iter()
        .filter(|value| !value.is_null())
        .peekable();
    let fits = |value| is_of_type(kind, value) && bounds::is_within(schema, value);
    values.peek().is_some() && !values.any(fits)
}

/// True if the least number is greater than the greatest one.
fn numbers_are_apart(schema: &Object) -> bool {
    let [most, least] =
        BOUNDS.map(|(keyword, exclusive, tighter)| Bound::of(schema, keyword, exclusive, tighter));
    most.zip(least)
        .is_some_and(|(most, least)| most.is_below(&least))
}

fn sizes_are_apart(schema: &Object, kind: &str) -> bool {
    let size = |keyword| schema.get(keyword)?.as_f64();
    SIZES.iter().any(|(of, least, most)| {
        let sizes = size(*least).zip(size(*most));
        *of == kind && sizes.is_some_and(|(least, most)| least > most)
    })
}
