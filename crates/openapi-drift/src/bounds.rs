//! Bounds of numbers, and sizes of texts and lists.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use openapi_canonical::json::{self, Object};

/// Bounds of numbers, with the keyword that makes each exclusive, and the tighter direction.
pub(super) const BOUNDS: [(&str, &str, Ordering); 2] = [
    ("maximum", "exclusiveMaximum", Ordering::Less),
    ("minimum", "exclusiveMinimum", Ordering::Greater),
];

/// True if a listed value is within the limits of its schema.
pub(super) fn is_within(schema: &Object, value: &Value) -> bool {
    let length = value.as_str().map(|text| text.chars().count());
    let is_inside = |tighter: Ordering, number: &Number, bound: &Bound| {
        Bound::inclusive(number.clone()).order(bound, tighter) != Some(tighter.reverse())
    };
    let sizes = ["maxLength", "minLength"].map(|keyword| {
        let bound = size(schema, keyword).map(Bound::inclusive);
        let tighter = if keyword == "maxLength" {
            Ordering::Less
        } else {
            Ordering::Greater
        };
        (length.map(Number::from), bound, tighter)
    });
    let bounds = BOUNDS.map(|(keyword, exclusive, tighter)| {
        let bound = Bound::of(schema, keyword, exclusive, tighter);
        (value.as_number().cloned(), bound, tighter)
    });
    sizes
        .into_iter()
        .chain(bounds)
        .all(|(number, bound, tighter)| {
            let both = number.as_ref().zip(bound.as_ref());
            both.is_none_or(|(number, bound)| is_inside(tighter, number, bound))
        })
}

/// Returns the least and the greatest whole number within the bounds of a schema, as far as it states them.
pub(super) fn whole_bounds(schema: &Object) -> [Option<i128>; 2] {
    let bound = |(keyword, exclusive, tighter)| {
        let bound = Bound::of(schema, keyword, exclusive, tighter)?;
        bound.value.as_i128()
    };
    let [maximum, minimum] = BOUNDS.map(bound);
    [minimum, maximum]
}

/// Returns a length or count. A minimum of zero is no limit.
pub(super) fn size(schema: &Object, keyword: &str) -> Option<Number> {
    let size = schema.get(keyword)?.as_number()?;
    let is_limit = keyword.starts_with("max") || size.as_f64() != Some(0.0);
    is_limit.then(|| size.clone())
}

/// Bound of a number.
#[derive(Debug, PartialEq)]
pub(super) struct Bound {
    value: Number,
    /// True if the bound itself is excluded.
    is_exclusive: bool,
}

impl Bound {
    /// Returns the bound; for whole numbers, the last number that is allowed.
    pub(super) fn of(
        schema: &Object,
        keyword: &str,
        exclusive: &str,
        tighter: Ordering,
    ) -> Option<Bound> {
        let value = schema.get(keyword)?.as_number()?;
        let is_exclusive = json::is_true(schema, exclusive);
        let is_whole = json::string(schema, "type") == Some("integer");
        let step = if tighter == Ordering::Less { -1 } else { 1 };
        let last = value.as_i64().filter(|_| is_whole && is_exclusive);
        let last = last.and_then(|value| value.checked_add(step));
        Some(Bound {
            value: last.map_or_else(|| value.clone(), Number::from),
            is_exclusive: is_exclusive && last.is_none(),
        })
    }

    /// True for the largest whole number that a float of 64 bits has exactly with all before it; of minima, for the least one.
    pub(super) fn is_end_of_exact(&self, keyword: &str) -> bool {
        const LARGEST: i64 = (1 << f64::MANTISSA_DIGITS) - 1;
        let end = match keyword {
            "maximum" => Some(LARGEST),
            "minimum" => Some(-LARGEST),
            _ => None,
        };
        !self.is_exclusive && end.is_some() && self.value.as_i64() == end
    }

    pub(super) fn inclusive(value: Number) -> Bound {
        Bound {
            value,
            is_exclusive: false,
        }
    }

    /// True if no number is at most this bound and at least another one.
    pub(super) fn is_below(&self, least: &Bound) -> bool {
        match order(&self.value, &least.value) {
            Some(Ordering::Less) => true,
            Some(Ordering::Equal) => self.is_exclusive || least.is_exclusive,
            _ => false,
        }
    }

    /// Compares this bound with another one. Of two equal bounds the exclusive one is tighter.
    pub(super) fn order(&self, other: &Bound, tighter: Ordering) -> Option<Ordering> {
        let by_value = order(&self.value, &other.value)?;
        Some(
            by_value.then(match (self.is_exclusive, other.is_exclusive) {
                (true, false) => tighter,
                (false, true) => tighter.reverse(),
                _ => Ordering::Equal,
            }),
        )
    }
}

impl std::fmt::Display for Bound {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let exclusive = if self.is_exclusive {
            " itself excluded"
        } else {
            ""
        };
        write!(formatter, "{}{exclusive}", self.value)
    }
}

/// Compares whole numbers exactly, however large they are.
pub(super) fn order(one: &Number, other: &Number) -> Option<Ordering> {
    match (one.as_i128(), other.as_i128()) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}
