//! Routing of a method and a path to an operation.

use std::sync::LazyLock;

use percent_encoding::percent_decode_str;

use crate::operation::{OPERATIONS, Operation};

/// Result of routing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Route {
    /// An operation. No path has more than one parameter; `id` is its decoded value, empty where the path has none.
    Found {
        operation: &'static Operation,
        id: String,
    },
    /// The path exists, but only with other methods.
    WrongMethod { siblings: Vec<&'static Operation> },
    /// The path is unknown.
    Nowhere,
}

/// Path template, split around its parameter.
struct Template {
    operation: &'static Operation,
    /// Path from the root up to the parameter, or the whole path without one.
    before: String,
    /// Path after the parameter; `None` without one.
    after: Option<String>,
}

/// Templates of all operations, those without a parameter first: `/jobs/mine` is never the job called `mine`.
static TEMPLATES: LazyLock<Vec<Template>> = LazyLock::new(|| {
    let mut templates: Vec<_> = OPERATIONS.iter().map(Template::new).collect();
    templates.sort_by_key(|template| template.after.is_some());
    templates
});

/// Finds the operation. A path without a parameter is preferred to one with a parameter.
pub(crate) fn route(method: &str, path: &str) -> Route {
    let mut siblings = Vec::new();
    let mut literal = false;
    for template in &*TEMPLATES {
        if literal && template.after.is_some() {
            break;
        }
        let Some(id) = template.parameter(path) else {
            continue;
        };
        if template.operation.method == method {
            return Route::Found {
                operation: template.operation,
                id: percent_decode_str(id).decode_utf8_lossy().into_owned(),
            };
        }
        literal |= template.after.is_none();
        siblings.push(template.operation);
    }
    match siblings.is_empty() {
        true => Route::Nowhere,
        false => Route::WrongMethod { siblings },
    }
}

impl Template {
    fn new(operation: &'static Operation) -> Self {
        let path = operation.full_path();
        let parts = path.split_once('{');
        let parts = parts.and_then(|(before, rest)| Some((before, rest.split_once('}')?.1)));
        let (before, after) = match parts {
            Some((before, after)) => (before.to_owned(), Some(after.to_owned())),
            None => (path, None),
        };
        Self {
            operation,
            before,
            after,
        }
    }

    /// Returns the parameter's segment if the path fits: empty if the template has no parameter.
    fn parameter<'a>(&self, path: &'a str) -> Option<&'a str> {
        let rest = path.strip_prefix(self.before.as_str())?;
        match &self.after {
            None => rest.is_empty().then_some(rest),
            Some(after) => {
                let segment = rest.strip_suffix(after.as_str())?;
                (!segment.contains('/')).then_some(segment)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Route, route};
    use crate::operation::OPERATIONS;

    fn found(method: &str, path: &str) -> Option<(&'static str, String)> {
        match route(method, path) {
            Route::Found { operation, id } => Some((operation.name, id)),
            Route::WrongMethod { .. } | Route::Nowhere => None,
        }
    }

    #[test]
    fn every_operation_is_found_by_its_own_path() {
        for operation in OPERATIONS {
            let path = operation.full_path().replace('{', "x").replace('}', "y");
            let name = found(operation.method, &path).map(|(name, _)| name);
            assert_eq!(name, Some(operation.name));
        }
    }

    #[test]
    fn literal_segment_wins_over_a_parameter() {
        let mine = found("GET", "/api/public/v1/jobs/mine");
        assert_eq!(mine, Some(("jobs_mine", String::new())));
        assert!(matches!(
            route("PATCH", "/api/public/v1/jobs/mine"),
            Route::WrongMethod { .. }
        ));
    }

    #[test]
    fn parameters_are_decoded_and_may_be_empty() {
        let decoded = found("GET", "/api/public/v1/jobs/a%2Fb");
        assert_eq!(decoded, Some(("jobs_get", "a/b".to_owned())));
        let empty = found("GET", "/api/public/v1/jobs/");
        assert_eq!(empty, Some(("jobs_get", String::new())));
    }

    #[test]
    fn paths_outside_the_two_bases_lead_nowhere() {
        for path in [
            "/",
            "/jobs",
            "/api/public/v1",
            "/api/public/v1beta/jobs",
            "/api/public/v1/api/agent/identity",
        ] {
            assert_eq!(route("GET", path), Route::Nowhere, "{path}");
        }
    }
}
