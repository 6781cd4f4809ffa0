//! Location of a change as text, such as `Job.tags[]` or `POST /jobs body.title`: its owner, and the path from there.

use openapi_canonical::schema;

/// Characters that begin a step.
const STEPS: [char; 4] = ['.', '[', '{', '|'];

/// Location of a change, in parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Location<'a> {
    text: &'a str,
    /// Offset of the first step.
    first_step: usize,
    /// The part of the document that the path begins in.
    pub owner: Owner<'a>,
    /// Path from the owner to a schema inside it.
    pub steps: Vec<Step<'a>>,
}

/// Part of a document that has schemas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Owner<'a> {
    /// Component with this name, or a part that is in no operation, such as a webhook.
    Component(&'a str),
    /// Part of an operation: `body`, `200`, `query limit`; empty for the operation itself.
    Operation {
        /// Method, in capitals.
        method: &'a str,
        /// Template of the path.
        path: &'a str,
        /// Parameter, body or response.
        part: &'a str,
    },
}

/// Step from a schema to one inside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step<'a> {
    /// To the field of an object.
    Field(&'a str),
    /// To the elements of a list.
    Item,
    /// To the values of a map.
    Value,
    /// To a variant of a choice.
    Variant,
}

impl<'a> Location<'a> {
    /// Splits the text of a location. Names of components may contain the characters of steps, so the longest name that
    /// `is_component` knows counts.
    #[must_use]
    pub fn parse(text: &'a str, is_component: impl Fn(&str) -> bool) -> Location<'a> {
        let (owner, first_step) = operation(text).unwrap_or_else(|| {
            let ends = text.match_indices(STEPS).map(|(start, _)| start);
            let known = ends
                .chain([text.len()])
                .filter(|end| is_component(&text[..*end]));
            let end = known.max().unwrap_or_else(|| end(text));
            (Owner::Component(&text[..end]), end)
        });
        Location {
            text,
            first_step,
            owner,
            steps: steps(&text[first_step..]),
        }
    }

    /// Returns the text of the owner, and of each location on the path to this one: `Job`, `Job.tags`, `Job.tags[]`.
    pub fn path(&self) -> impl Iterator<Item = &'a str> {
        let text = self.text;
        let steps = text[self.first_step..].match_indices(STEPS);
        let begins = steps.map(move |(start, _)| self.first_step + start);
        begins.chain([text.len()]).map(move |end| &text[..end])
    }

    /// Returns the last name on the path: of a field, or of a parameter.
    #[must_use]
    pub fn last_name(&self) -> Option<&'a str> {
        let fields = self.steps.iter().rev().find_map(|step| match step {
            Step::Field(name) => Some(*name),
            _ => None,
        });
        fields.or_else(|| self.owner.parameter())
    }
}

impl<'a> Owner<'a> {
    /// Returns the name of a parameter: `limit` of `query limit`. A body of a media type is no parameter.
    #[must_use]
    pub fn parameter(&self) -> Option<&'a str> {
        let Owner::Operation { part, .. } = self else {
            return None;
        };
        let (_, name) = part.split_once(' ')?;
        Some(name).filter(|name| !name.starts_with("as "))
    }
}

/// Returns the operation that a location is in, with the offset of the first step.
fn operation(text: &str) -> Option<(Owner<'_>, usize)> {
    let (method, rest) = text.split_once(' ')?;
    let is_method = schema::METHODS.contains(&method.to_lowercase().as_str());
    if !is_method || !rest.starts_with('/') {
        return None;
    }
    let (path, part) = rest.split_once(' ').unwrap_or((rest, ""));
    let steps = part.len() - end(part);
    let part = &part[..end(part)];
    Some((Owner::Operation { method, path, part }, text.len() - steps))
}

/// Returns the offset of the first step.
fn end(text: &str) -> usize {
    text.find(STEPS).unwrap_or(text.len())
}

fn steps(mut text: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    while let Some(first) = text.chars().next() {
        let (name, rest) = text[1..].split_at(end(&text[1..]));
        steps.push(match first {
            '.' => Step::Field(name),
            '[' => Step::Item,
            '{' => Step::Value,
            _ => Step::Variant,
        });
        text = rest;
    }
    steps
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn locations_are_split_where_names_end() {
        let components = ["Job", "api.v1.Job", "api.v1", "Page of Job"];
        let components = BTreeSet::from(components);
        let of_operation = |path, part| Owner::Operation {
            method: "GET",
            path,
            part,
        };
        for (text, owner, steps) in [
            ("Job", Owner::Component("Job"), vec![]),
            (
                "Job.tags[]",
                Owner::Component("Job"),
                vec![Step::Field("tags"), Step::Item],
            ),
            (
                "api.v1.Job.pay{}",
                Owner::Component("api.v1.Job"),
                vec![Step::Field("pay"), Step::Value],
            ),
            (
                "Page of Job|Some.id",
                Owner::Component("Page of Job"),
                vec![Step::Variant, Step::Field("id")],
            ),
            (
                "Other.id",
                Owner::Component("Other"),
                vec![Step::Field("id")],
            ),
            ("GET /a.b", of_operation("/a.b", ""), vec![]),
            (
                "GET /a.b 200[].id",
                of_operation("/a.b", "200"),
                vec![Step::Item, Step::Field("id")],
            ),
            (
                "GET /a query limit",
                of_operation("/a", "query limit"),
                vec![],
            ),
        ] {
            let found = Location::parse(text, |name| components.contains(name));
            assert_eq!((found.owner, found.steps), (owner, steps));
        }
    }

    #[test]
    fn the_path_to_a_location_begins_with_its_owner() {
        for (text, path) in [
            ("Job", "Job"),
            ("Job.tags[]", "Job, Job.tags, Job.tags[]"),
            (
                "GET /a.b 200|Löaf.id{}",
                "GET /a.b 200, GET /a.b 200|Löaf, GET /a.b 200|Löaf.id, GET /a.b 200|Löaf.id{}",
            ),
            ("GET /a.b", "GET /a.b"),
            ("Job.é[ü]ß", "Job, Job.é, Job.é[ü]ß"),
        ] {
            let found: Vec<&str> = Location::parse(text, |_| false).path().collect();
            assert_eq!(found.join(", "), path);
        }
    }

    #[test]
    fn a_location_belongs_to_its_last_name() {
        for (text, name) in [
            ("Job.tags[]", Some("tags")),
            ("GET /a query limit", Some("limit")),
            ("GET /a.b", None),
            ("Job", None),
        ] {
            assert_eq!(Location::parse(text, |_| false).last_name(), name);
        }
    }
}
