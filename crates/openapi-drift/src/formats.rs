//! Formats: those that decide how a value is read, and those that are hints only.

use super::bounds;
use super::change::Finding;
use super::comparison::Comparison;
use super::kind::{Direction, Kind};
use super::widths::{Width, implied_format};
use openapi_canonical::formats;
use openapi_canonical::json::{self, Object};

/// Formats that readers in other languages may rely on, although our own reader treats them as text.
const OF_TEXT: [&str; 2] = ["binary", "byte"];

/// Formats that exclude each other: no text has two of them.
const STRICT: [&str; 8] = [
    "date",
    "date-time",
    "duration",
    "email",
    "ipv4",
    "ipv6",
    "time",
    "uuid",
];

/// True if no text has both formats.
pub(super) fn exclude_each_other(one: &str, other: &str) -> bool {
    one != other && STRICT.contains(&one) && STRICT.contains(&other)
}

/// Compares the formats of two schemas of one type. Between two lists of values, a format is a hint.
pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &Object,
    new: &Object,
) {
    let (was, is) = (format_of(old), format_of(new));
    if was == is {
        return;
    }
    let are_listed = old.contains_key("enum") && new.contains_key("enum");
    let numbers = (Numbers::of(old), Numbers::of(new));
    if let (Some(old), Some(new)) = numbers
        && !are_listed
    {
        let finding = compare_widths(at, &old, &new);
        return finding
            .into_iter()
            .for_each(|finding| comparison.note(direction, finding));
    }
    let names = was.zip(is).map(|(was, is)| (was.name, is.name));
    let finding = match (read(was), read(is)) {
        _ if are_listed => hint_changed(at, was, is),
        _ if names.is_some_and(|(was, is)| exclude_each_other(was, is)) => {
            Finding::new(at, Kind::FormatChanged)
                .was_and_is(was.map(Format::text), is.map(Format::text))
        }
        (Some(was), Some(is)) => Finding::new(at, Kind::FormatChanged).between(was, is),
        (None, Some(is)) => Finding::new(at, Kind::FormatAdded).of(is),
        (Some(was), None) => Finding::new(at, Kind::FormatRemoved).of(was),
        (None, None) => hint_changed(at, was, is),
    };
    comparison.note(direction, finding);
}

fn hint_changed(at: &str, was: Option<Format<'_>>, is: Option<Format<'_>>) -> Finding {
    let finding = Finding::new(at, Kind::FormatHintChanged);
    finding.was_and_is(was.map(Format::text), is.map(Format::text))
}

/// Returns the change between two widths of numbers. Values within the bounds of one schema that have the width of the
/// other one are no change.
fn compare_widths(at: &str, old: &Numbers<'_>, new: &Numbers<'_>) -> Option<Finding> {
    let kind = match (new.include(old), old.include(new)) {
        (true, true) if old.width == new.width => return None,
        // Clients may have another type for it.
        (true, true) => Kind::FormatHintChanged,
        (true, false) => Kind::TypeWidened,
        (false, true) => Kind::TypeNarrowed,
        (false, false) => Kind::FormatChanged,
    };
    Some(Finding::new(at, kind).between(old.format, new.format))
}

/// Numbers of a schema.
#[derive(Debug)]
struct Numbers<'a> {
    format: &'a str,
    width: Width,
    /// Least and greatest number, as far as the schema states them.
    bounds: [Option<i128>; 2],
}

impl<'a> Numbers<'a> {
    /// `None` if the schema has a format that is no width, or is no number.
    fn of(schema: &'a Object) -> Option<Numbers<'a>> {
        let implied = implied_format(json::string(schema, "type")?)?;
        let format = json::string(schema, "format").unwrap_or(implied);
        Some(Numbers {
            format,
            width: Width::of(format)?,
            bounds: bounds::whole_bounds(schema),
        })
    }

    /// True if each of the other numbers has this width.
    fn include(&self, others: &Numbers<'_>) -> bool {
        let is_within_range = || {
            let ([least, greatest], [low, high]) = (self.width.range()?, others.width.range()?);
            let [other_least, other_greatest] = others.bounds;
            let is_low_enough = other_greatest.unwrap_or(high) <= greatest;
            Some(other_least.unwrap_or(low) >= least && is_low_enough)
        };
        self.width.includes(others.width) || is_within_range() == Some(true)
    }
}

/// Returns the name of a format that decides how a value is read.
fn read(format: Option<Format<'_>>) -> Option<&str> {
    let format = format.filter(|format| format.is_read)?;
    Some(format.name)
}

/// Format of a schema.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Format<'a> {
    name: &'a str,
    /// True if the format decides how a value is read. All others are hints.
    is_read: bool,
}

impl Format<'_> {
    fn text(self) -> String {
        self.name.to_owned()
    }
}

/// Returns the format of a schema, unless the type implies it.
fn format_of(members: &Object) -> Option<Format<'_>> {
    let kind = json::string(members, "type").unwrap_or("string");
    let name = json::string(members, "format")?;
    let implied = implied_format(kind);
    let is_of_text = kind == "string" && OF_TEXT.contains(&name);
    let is_read = is_of_text || formats::chooses_a_type(kind, name);
    (implied != Some(name)).then_some(Format { name, is_read })
}
