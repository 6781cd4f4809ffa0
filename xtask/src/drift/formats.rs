//! Formats, as far as they decide how a value is read.

use super::change::{Change, Direction};
use super::comparison::Comparison;
use super::kind::Kind;
use crate::json;
use crate::normalise;
use crate::reconcile::shape::Shape;

/// Formats that readers of other programs may go by, though our own take them as text.
const OF_TEXT: [&str; 3] = ["binary", "byte", "date"];

/// Widths of numbers, the narrow one first. The wide one is what readers take a number without any for.
const WIDTHS: [(&str, &str); 2] = [("int32", "int64"), ("float", "double")];

/// Compares two values of one type. All other formats are words.
pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Shape,
    new: &Shape,
) {
    let (was, is) = (format_of(old), format_of(new));
    if was == is {
        return;
    }
    let wide = |narrow: &str| WIDTHS.iter().find(|(name, _)| *name == narrow);
    let change = match (was, is) {
        (Some(was), Some(is)) => Change::new(at, Kind::FormatChanged).between(was, is),
        (None, Some(is)) => match wide(is) {
            Some((_, was)) => Change::new(at, Kind::TypeNarrowed).between(*was, is),
            None => Change::new(at, Kind::FormatAdded).of(is),
        },
        (Some(was), None) => match wide(was) {
            Some((_, is)) => Change::new(at, Kind::TypeWidened).between(was, *is),
            None => Change::new(at, Kind::FormatRemoved).of(was),
        },
        (None, None) => return,
    };
    comparison.note(direction, change);
}

/// The format, unless it says nothing that the type does not.
fn format_of(shape: &Shape) -> Option<&str> {
    let kind = json::string(&shape.schema, "type")?;
    let format = json::string(&shape.schema, "format")?;
    let is_wide = WIDTHS.iter().any(|(_, wide)| *wide == format);
    let is_of_text = kind == "string" && OF_TEXT.contains(&format);
    let is_known = is_of_text || normalise::chooses_a_type(kind, format);
    (is_known && !is_wide).then_some(format)
}
