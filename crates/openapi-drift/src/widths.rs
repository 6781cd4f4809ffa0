//! Widths of numbers: the ranges that formats stand for.

use serde_json::Number;

use openapi_canonical::json::{self, Object};

/// Widths of whole numbers: the format, the bits, and true if negative numbers are included. A whole number without a
/// format has 64 bits.
const INTEGERS: [(&str, u32, bool); 8] = [
    ("int8", 8, true),
    ("int16", 16, true),
    ("int32", 32, true),
    ("int64", 64, true),
    ("uint8", 8, false),
    ("uint16", 16, false),
    ("uint32", 32, false),
    ("uint64", 64, false),
];

/// Widths of floating-point numbers: the format, and the bits of the whole numbers that count as fitting it. Every whole number counts as
/// fitting a double. A number without a format is the last one.
const FLOATS: [(&str, u32); 2] = [("float", 24), ("double", 64)];

/// Range of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Width {
    Whole { bits: u32, is_signed: bool },
    Fraction { bits: u32 },
}

impl Width {
    pub(super) fn of(format: &str) -> Option<Width> {
        let whole = INTEGERS.iter().find(|(name, ..)| *name == format);
        let whole = whole.map(|(_, bits, is_signed)| Width::Whole {
            bits: *bits,
            is_signed: *is_signed,
        });
        let fraction = FLOATS.iter().find(|(name, _)| *name == format);
        whole.or(fraction.map(|(_, bits)| Width::Fraction { bits: *bits }))
    }

    /// Returns the least and the greatest whole number of this width.
    pub(super) fn range(self) -> Option<[i128; 2]> {
        let Width::Whole { bits, is_signed } = self else {
            return None;
        };
        let count = 1_i128 << bits;
        Some(if is_signed {
            [-count / 2, count / 2 - 1]
        } else {
            [0, count - 1]
        })
    }

    /// True if each number of the other width is one of this width.
    pub(super) fn includes(self, other: Width) -> bool {
        match (self, other) {
            (Width::Fraction { bits }, Width::Fraction { bits: others }) => others <= bits,
            (Width::Fraction { bits }, Width::Whole { bits: others, .. }) => others <= bits,
            (Width::Whole { .. }, Width::Fraction { .. }) => false,
            (
                Width::Whole { bits, is_signed },
                Width::Whole {
                    bits: others,
                    is_signed: is_other_signed,
                },
            ) => match (is_signed, is_other_signed) {
                (false, true) => false,
                (true, false) => others < bits,
                _ => others <= bits,
            },
        }
    }
}

/// Returns the least or greatest number that the format of a whole number implies. A number without a format has 64 bits,
/// which count as no limit.
pub(super) fn implied_bound(schema: &Object, keyword: &str) -> Option<Number> {
    let is_whole = json::string(schema, "type") == Some("integer");
    let format = json::string(schema, "format").filter(|_| is_whole)?;
    if Some(format) == implied_format("integer") {
        return None;
    }
    let [least, greatest] = Width::of(format)?.range()?;
    let bound = match keyword {
        "maximum" => greatest,
        "minimum" => least,
        _ => return None,
    };
    Number::from_i128(bound)
}

/// True if a format is a width of floating-point numbers.
pub(super) fn is_of_fractions(format: &str) -> bool {
    FLOATS.iter().any(|(name, _)| *name == format)
}

/// Returns the format that a number without a format has. `None` for other types.
pub(super) fn implied_format(kind: &str) -> Option<&'static str> {
    match kind {
        "integer" => Some("int64"),
        "number" => Some("double"),
        _ => None,
    }
}
