//! Selection of the requests that a fault hits.

use std::fmt;

use crate::error::MockErrorKind;
use crate::operation::{self, Operation, PUBLIC_BASE};
use crate::route::{Route, route};

/// Conditions for a request; an absent one always holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    pub(crate) operation: Option<String>,
    pub(crate) method: Option<String>,
    pub(crate) path: Option<String>,
}

impl Selection {
    /// Refuses an operation that does not exist, and puts its whole name in the place of a verb.
    pub(crate) fn resolve(&mut self) -> Result<(), MockErrorKind> {
        if let Some(name) = &mut self.operation {
            *name = operation_called(name)?.name.to_owned();
        }
        Ok(())
    }

    /// True if a request fits.
    pub(crate) fn fits(&self, method: &str, path: &str) -> bool {
        self.fits_operation(method, path)
            && self
                .method
                .as_ref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self
                .path
                .as_ref()
                .is_none_or(|template| is_like(template, path))
    }

    fn fits_operation(&self, method: &str, path: &str) -> bool {
        let Some(name) = &self.operation else {
            return true;
        };
        matches!(route(method, path), Route::Found { operation, .. } if operation.name == name)
    }
}

/// Returns the operation of that name, or an error that says there is none.
pub(crate) fn operation_called(name: &str) -> Result<&'static Operation, MockErrorKind> {
    operation::find(name).ok_or_else(|| MockErrorKind::UnknownOperation(name.to_owned()))
}

/// True if a path fits the template, from the root or from the base of the Public API.
pub(crate) fn is_like(template: &str, path: &str) -> bool {
    let inner = path.strip_prefix(PUBLIC_BASE);
    is_same(template, path) || inner.is_some_and(|inner| is_same(template, inner))
}

fn is_same(template: &str, path: &str) -> bool {
    let (wanted, given) = (template.split('/'), path.split('/'));
    wanted.clone().count() == given.clone().count()
        && wanted
            .zip(given)
            .all(|(wanted, given)| wanted == given || wanted.starts_with('{'))
}

impl fmt::Display for Selection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &String| format!("`{text}`");
        let parts = [
            self.operation.as_ref().map(quoted),
            self.method.clone(),
            self.path.as_ref().map(quoted),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        match parts.is_empty() {
            true => write!(formatter, "any request"),
            false => write!(formatter, "{}", parts.join(" ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Selection, is_like};

    #[test]
    fn template_fits_from_the_root_and_from_the_base() {
        for (template, path, fits) in [
            ("/jobs/{id}", "/api/public/v1/jobs/job_1", true),
            (
                "/api/public/v1/jobs/{id}",
                "/api/public/v1/jobs/job_1",
                true,
            ),
            ("/jobs/{id}", "/api/public/v1/jobs", false),
            ("/jobs/{id}", "/api/public/v1/jobs/job_1/close", false),
            ("/verify/batches", "/api/public/v1/verify/batches", true),
            ("/", "/", true),
        ] {
            assert_eq!(is_like(template, path), fits, "{template} {path}");
        }
    }

    #[test]
    fn verb_is_settled_to_the_operation_or_refused() {
        let mut selection = Selection {
            operation: Some("hire".to_owned()),
            ..Selection::default()
        };
        assert!(selection.resolve().is_ok());
        assert!(selection.fits("POST", "/api/public/v1/proposals/prp_1/hire"));
        assert!(!selection.fits("GET", "/api/public/v1/proposals/prp_1"));
        selection.operation = Some("get".to_owned());
        assert!(selection.resolve().is_err());
    }
}
