//! Formats: those that decide how a value is read, and those that are but hints.

use super::change::Finding;
use super::comparison::Comparison;
use super::kind::{Direction, Kind};
use crate::formats;
use crate::json::{self, Object};

/// Formats that readers of other programs may go by, though our own take them as text.
const OF_TEXT: [&str; 2] = ["binary", "byte"];

/// Widths of numbers, the narrow one first. The wide one is what readers take a number without any for.
const WIDTHS: [(&str, &str); 2] = [("int32", "int64"), ("float", "double")];

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
    let wide = |narrow: &str| WIDTHS.iter().find(|(name, _)| *name == narrow);
    let finding = match (read(was), read(is)) {
        (Some(was), Some(is)) => Finding::new(at, Kind::FormatChanged).between(was, is),
        (None, Some(is)) => match wide(is) {
            Some((_, was)) => Finding::new(at, Kind::TypeNarrowed).between(*was, is),
            None => Finding::new(at, Kind::FormatAdded).of(is),
        },
        (Some(was), None) => match wide(was) {
            Some((_, is)) => Finding::new(at, Kind::TypeWidened).between(was, *is),
            None => Finding::new(at, Kind::FormatRemoved).of(was),
        },
        (None, None) => {
            let text = |format: Option<Format<'_>>| format.map(|format| format.name.to_owned());
            Finding::new(at, Kind::FormatHintChanged).was_and_is(text(was), text(is))
        }
    };
    comparison.note(direction, finding);
}

/// The name of a format that decides how a value is read.
fn read(format: Option<Format<'_>>) -> Option<&str> {
    let format = format.filter(|format| format.is_read)?;
    Some(format.name)
}

/// A format.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Format<'a> {
    name: &'a str,
    /// Whether it decides how a value is read. All others are hints.
    is_read: bool,
}

/// The format of a schema, unless it says nothing that the type does not.
pub(super) fn format_of(members: &Object) -> Option<Format<'_>> {
    let kind = json::string(members, "type").unwrap_or("string");
    let name = json::string(members, "format")?;
    let is_wide = WIDTHS.iter().any(|(_, wide)| *wide == name);
    let is_of_text = kind == "string" && OF_TEXT.contains(&name);
    let is_read = is_of_text || formats::chooses_a_type(kind, name);
    (!is_wide).then_some(Format { name, is_read })
}
