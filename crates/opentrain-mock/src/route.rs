//! Routing of a method and a path to an operation.

use percent_encoding::percent_decode_str;

use crate::operation::{OPERATIONS, Operation, PUBLIC_BASE};

/// Result of routing.
#[derive(Debug, PartialEq)]
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

/// Finds the operation. A literal segment is preferred to a parameter: `/jobs/mine` is never the job called `mine`.
pub(crate) fn route(method: &str, path: &str) -> Route {
    let mut here: Vec<_> = OPERATIONS
        .iter()
        .filter_map(|operation| Some((operation, id_in(operation, path)?)))
        .collect();
    if here.iter().any(|(operation, _)| is_literal(operation)) {
        here.retain(|(operation, _)| is_literal(operation));
    }
    if here.is_empty() {
        return Route::Nowhere;
    }
    match here
        .iter()
        .position(|(operation, _)| operation.method == method)
    {
        Some(place) => {
            let (operation, id) = here.swap_remove(place);
            Route::Found { operation, id }
        }
        None => Route::WrongMethod {
            siblings: here.into_iter().map(|(operation, _)| operation).collect(),
        },
    }
}

/// Returns the id in the path if the path is the operation's: empty where it has none.
fn id_in(operation: &Operation, path: &str) -> Option<String> {
    if operation.path.starts_with("/api/") {
        return match_path(operation.path, path);
    }
    match_path(operation.path, path.strip_prefix(PUBLIC_BASE)?)
}

fn is_literal(operation: &Operation) -> bool {
    !operation.path.contains('{')
}

/// Returns the value of the template's parameter if the path fits: empty where the template has none.
fn match_path(template: &str, path: &str) -> Option<String> {
    let mut id = String::new();
    let mut segments = path.split('/');
    for expected in template.split('/') {
        let segment = segments.next()?;
        if expected.starts_with('{') {
            id = percent_decode_str(segment).decode_utf8_lossy().into_owned();
        } else if expected != segment {
            return None;
        }
    }
    segments.next().is_none().then_some(id)
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
