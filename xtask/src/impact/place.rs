//! Location of a change, split into its owner and the path down from there.

use std::collections::BTreeSet;

use openapi_canonical::schema;

/// Characters that begin a step down.
const STEPS: [char; 4] = ['.', '[', '{', '|'];

#[derive(Debug)]
pub(super) struct Place<'a> {
    whole: &'a str,
    /// Where the way down begins.
    first_step: usize,
    pub(super) owner: Owner<'a>,
    pub(super) steps: Vec<Step<'a>>,
}

/// Owner of a location: a component or an operation.
#[derive(Debug, PartialEq)]
pub(super) enum Owner<'a> {
    Component(&'a str),
    /// A part of an operation: `body`, `200`, `query limit`; empty for the operation itself.
    Operation(&'a str),
}

/// A step down.
#[derive(Debug, PartialEq)]
pub(super) enum Step<'a> {
    Field(&'a str),
    Item,
    Value,
    /// One form of a choice.
    Arm,
}

impl<'a> Place<'a> {
    /// Splits a location. `components` are the names that it may begin with: they may contain any character, so a name ends only where a known
    /// one does.
    pub(super) fn of(place: &'a str, components: &BTreeSet<String>) -> Place<'a> {
        if let Some(part) = part_of_operation(place) {
            let (part, steps) = split_at(part, end(part));
            return Place {
                whole: place,
                first_step: place.len() - steps.len(),
                owner: Owner::Operation(part),
                steps: steps_of(steps),
            };
        }
        let is_known = |end: &usize| components.contains(&place[..*end]);
        let ends = place.match_indices(STEPS).map(|(start, _)| start);
        let known = ends.chain([place.len()]).filter(is_known).max();
        let (component, steps) = split_at(place, known.unwrap_or_else(|| end(place)));
        Place {
            whole: place,
            first_step: component.len(),
            owner: Owner::Component(component),
            steps: steps_of(steps),
        }
    }

    /// Returns the owner and each location on the way down to this one: `Job`, `Job.tags`, `Job.tags[]`.
    pub(super) fn way(&self) -> impl Iterator<Item = &'a str> {
        let whole = self.whole;
        let steps = whole[self.first_step..].match_indices(STEPS);
        let begins = steps.map(move |(start, _)| self.first_step + start);
        begins.chain([whole.len()]).map(move |end| &whole[..end])
    }

    /// The last name on the way, if there is one.
    pub(super) fn last_field(&self) -> Option<&'a str> {
        let fields = self.steps.iter().rev().find_map(|step| match step {
            Step::Field(name) => Some(*name),
            _ => None,
        });
        fields.or_else(|| match self.owner {
            Owner::Operation(part) => parameter(part),
            Owner::Component(_) => None,
        })
    }
}

/// `limit` of `query limit`. A body of a media type is none.
pub(super) fn parameter(part: &str) -> Option<&str> {
    part.split_once(' ')
        .map(|(_, name)| name)
        .filter(|name| !name.starts_with("as "))
}

fn split_at(text: &str, end: usize) -> (&str, &str) {
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Where the first step begins.
fn end(text: &str) -> usize {
    text.find(STEPS).unwrap_or(text.len())
}

/// Returns the part that follows the operation, if the location is in one: `body.title` of `POST /jobs body.title`.
fn part_of_operation(place: &str) -> Option<&str> {
    let (method, rest) = place.split_once(' ')?;
    let is_method = schema::METHODS.contains(&method.to_lowercase().as_str());
    let is_operation = is_method && rest.starts_with('/');
    is_operation.then(|| rest.split_once(' ').map_or("", |(_, part)| part))
}

fn steps_of(mut text: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    while let Some(first) = text.chars().next() {
        let (name, rest) = split_at(&text[1..], end(&text[1..]));
        steps.push(match first {
            '.' => Step::Field(name),
            '[' => Step::Item,
            '{' => Step::Value,
            _ => Step::Arm,
        });
        text = rest;
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_split_where_names_end() {
        let components = ["Job", "api.v1.Job", "api.v1", "Page of Job"];
        let components = components.map(str::to_owned).into();
        for (place, owner, steps) in [
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
                vec![Step::Arm, Step::Field("id")],
            ),
            (
                "Other.id",
                Owner::Component("Other"),
                vec![Step::Field("id")],
            ),
            ("GET /a.b", Owner::Operation(""), vec![]),
            (
                "GET /a.b 200[].id",
                Owner::Operation("200"),
                vec![Step::Item, Step::Field("id")],
            ),
            (
                "GET /a query limit",
                Owner::Operation("query limit"),
                vec![],
            ),
        ] {
            let found = Place::of(place, &components);
            assert_eq!((found.owner, found.steps), (owner, steps));
        }
    }

    #[test]
    fn the_path_to_a_location_begins_with_its_owner() {
        for (place, way) in [
            ("Job", "Job"),
            ("Job.tags[]", "Job, Job.tags, Job.tags[]"),
            (
                "GET /a.b 200|Löaf.id{}",
                "GET /a.b 200, GET /a.b 200|Löaf, GET /a.b 200|Löaf.id, GET /a.b 200|Löaf.id{}",
            ),
            ("GET /a.b", "GET /a.b"),
            ("Job.é[ü]ß", "Job, Job.é, Job.é[ü]ß"),
        ] {
            let components = BTreeSet::new();
            let found: Vec<&str> = Place::of(place, &components).way().collect();
            assert_eq!(found.join(", "), way);
        }
    }

    #[test]
    fn a_location_belongs_to_its_last_name() {
        for (place, name) in [
            ("Job.tags[]", Some("tags")),
            ("GET /a query limit", Some("limit")),
            ("GET /a.b", None),
            ("Job", None),
        ] {
            let components = BTreeSet::new();
            assert_eq!(Place::of(place, &components).last_field(), name);
        }
    }
}
