//! Formats: those that decide how a value is read, and those that are hints only.

use super::change::Finding;
use super::comparison::Comparison;
use super::kind::{Direction, Kind};
use openapi_canonical::formats;
use openapi_canonical::json::{self, Object};

/// Formats that readers in other languages may rely on, although our own reader treats them as text.
const OF_TEXT: [&str; 2] = ["binary", "byte"];

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

/// Widths of floating-point numbers: the format, and the bits of the whole numbers that it represents exactly. A number
/// without a format is the last one.
const FLOATS: [(&str, u32); 2] = [("float", 24), ("double", 64)];

/// Compares the formats of two values of one type.
pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    was: Option<Format<'_>>,
    is: Option<Format<'_>>,
) {
    if was == is {
        return;
    }
    if let Some(finding) = compare_widths(at, was, is) {
        return comparison.note(direction, finding);
    }
    let finding = match (read(was), read(is)) {
        (Some(was), Some(is)) => Finding::new(at, Kind::FormatChanged).between(was, is),
        (None, Some(is)) => Finding::new(at, Kind::FormatAdded).of(is),
        (Some(was), None) => Finding::new(at, Kind::FormatRemoved).of(was),
        (None, None) => {
            let text = |format: Option<Format<'_>>| format.map(|format| format.name.to_owned());
            Finding::new(at, Kind::FormatHintChanged).was_and_is(text(was), text(is))
        }
    };
    comparison.note(direction, finding);
}

/// Returns the change between two widths of numbers. `None` if one of the two formats is no width.
fn compare_widths(at: &str, was: Option<Format<'_>>, is: Option<Format<'_>>) -> Option<Finding> {
    let implied = was.or(is)?.implied?;
    let was = was.map_or(implied, |format| format.name);
    let is = is.map_or(implied, |format| format.name);
    let (old, new) = (Width::of(was)?, Width::of(is)?);
    let kind = match (new.includes(old), old.includes(new)) {
        (true, true) => return None,
        (true, false) => Kind::TypeWidened,
        (false, true) => Kind::TypeNarrowed,
        (false, false) => Kind::FormatChanged,
    };
    Some(Finding::new(at, kind).between(was, is))
}

/// Range of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Width {
    Whole { bits: u32, is_signed: bool },
    Fraction { bits: u32 },
}

impl Width {
    fn of(format: &str) -> Option<Width> {
        let whole = INTEGERS.iter().find(|(name, ..)| *name == format);
        let whole = whole.map(|(_, bits, is_signed)| Width::Whole {
            bits: *bits,
            is_signed: *is_signed,
        });
        let fraction = FLOATS.iter().find(|(name, _)| *name == format);
        whole.or(fraction.map(|(_, bits)| Width::Fraction { bits: *bits }))
    }

    /// True if each number of the other width is one of this width.
    fn includes(self, other: Width) -> bool {
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

/// Returns the name of a format that decides how a value is read.
fn read(format: Option<Format<'_>>) -> Option<&str> {
    let format = format.filter(|format| format.is_read)?;
    Some(format.name)
}

/// Format of a schema.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Format<'a> {
    name: &'a str,
    /// True if the format decides how a value is read. All others are hints.
    is_read: bool,
    /// Format that a number without a format has. `None` for other types.
    implied: Option<&'a str>,
}

/// Returns the format of a schema, unless the type implies it.
pub(super) fn format_of(members: &Object) -> Option<Format<'_>> {
    let kind = json::string(members, "type").unwrap_or("string");
    let name = json::string(members, "format")?;
    let implied = match kind {
        "integer" => Some("int64"),
        "number" => Some("double"),
        _ => None,
    };
    let is_of_text = kind == "string" && OF_TEXT.contains(&name);
    let is_read = is_of_text || formats::chooses_a_type(kind, name);
    (implied != Some(name)).then_some(Format {
        name,
        is_read,
        implied,
    })
}
