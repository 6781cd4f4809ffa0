//! Failure responses, in the two forms that the service uses, and the one exception.
//!
//! An envelope has `details` only where the documentation describes them; a test holds every failure against a table.

use serde_json::{Value, json};

/// A request that is refused.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ApiFailure {
    pub(crate) status: u16,
    form: Form,
}

/// Form of the body.
#[derive(Clone, Debug, PartialEq)]
enum Form {
    /// `{error, code, requestId, details?}`: everything under `/api/public/v1`.
    Envelope {
        code: &'static str,
        error: String,
        details: Option<Value>,
    },
    /// `{error, error_description}`: everything under `/api/agent`.
    OAuth {
        error: &'static str,
        description: String,
    },
    /// A body of its own: the closed job.
    Bare(Value),
}

impl ApiFailure {
    pub(crate) fn bad_request(error: impl Into<String>) -> Self {
        Self::envelope(400, "BAD_REQUEST", error)
    }

    /// Refuses a field of the query or the body, for the operations whose `details` name the `field`.
    pub(crate) fn bad_field(name: &str, error: impl Into<String>) -> Self {
        Self::bad_request(error).with(json!({ "field": name }))
    }

    /// Refuses a body, for the operations whose `details` list the validation `issues`.
    pub(crate) fn invalid_body(issues: &[Value]) -> Self {
        Self::bad_request("The request body is invalid").with(json!({ "issues": issues }))
    }

    /// Refuses a body for one reason, with an issue at the given path.
    pub(crate) fn invalid_at(path: &[&str], message: &str) -> Self {
        Self::invalid_body(&[json!({ "code": "custom", "path": path, "message": message })])
    }

    pub(crate) fn unauthorized() -> Self {
        Self::envelope(401, "UNAUTHORIZED", "Invalid or expired API token")
    }

    pub(crate) fn forbidden(error: impl Into<String>) -> Self {
        Self::envelope(403, "FORBIDDEN", error)
    }

    pub(crate) fn not_found(error: impl Into<String>) -> Self {
        Self::envelope(404, "NOT_FOUND", error)
    }

    pub(crate) fn conflict(error: impl Into<String>) -> Self {
        Self::envelope(409, "CONFLICT", error)
    }

    pub(crate) fn rate_limited(error: impl Into<String>) -> Self {
        Self::envelope(429, "RATE_LIMITED", error)
    }

    /// Returns the failure for a known path without this method.
    pub(crate) fn method_not_allowed(method: &str, path: &str) -> Self {
        let error = format!("{path} has no method {method}");
        Self::envelope(405, "METHOD_NOT_ALLOWED", error)
    }

    /// Returns the failure for an operation that the mock lacks. A test checks that there is none.
    pub(crate) fn not_implemented(operation: &str) -> Self {
        let error = format!("the mock does not hold the operation {operation}");
        Self::envelope(501, "NOT_IMPLEMENTED", error)
    }

    pub(crate) fn oauth(error: &'static str, description: impl Into<String>) -> Self {
        Self::oauth_with(400, error, description)
    }

    pub(crate) fn oauth_with(
        status: u16,
        error: &'static str,
        description: impl Into<String>,
    ) -> Self {
        let description = description.into();
        Self {
            status,
            form: Form::OAuth { error, description },
        }
    }

    pub(crate) fn bare(status: u16, body: Value) -> Self {
        Self {
            status,
            form: Form::Bare(body),
        }
    }

    /// Adds details to an envelope; other forms have no room for them.
    pub(crate) fn with(mut self, more: Value) -> Self {
        if let Form::Envelope { details, .. } = &mut self.form {
            *details = Some(more);
        }
        self
    }

    /// Returns the body of the response.
    pub(crate) fn body(&self, request_id: &str) -> Value {
        match &self.form {
            Form::Envelope {
                code,
                error,
                details,
            } => {
                let mut body = json!({ "error": error, "code": code, "requestId": request_id });
                if let Some(details) = details {
                    body["details"] = details.clone();
                }
                body
            }
            Form::OAuth { error, description } => {
                json!({ "error": error, "error_description": description })
            }
            Form::Bare(body) => body.clone(),
        }
    }

    fn envelope(status: u16, code: &'static str, error: impl Into<String>) -> Self {
        let form = Form::Envelope {
            code,
            error: error.into(),
            details: None,
        };
        Self { status, form }
    }
}

/// Returns the gate that has stopped a request, by its response.
pub(crate) fn stopped_by(status: u16, body: Option<&Value>) -> Option<&'static str> {
    let details = &body?["details"];
    match status {
        401 => Some("token"),
        403 if !details["requiredScopes"].is_null() => Some("scope"),
        403 if !details["featureKey"].is_null() => Some("feature"),
        403 if details["reason"] == "account_claim_required" => Some("claim"),
        429 => Some("rate limit"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::ApiFailure;

    #[test]
    fn envelope_has_details_only_when_there_are_some() {
        let plain = ApiFailure::unauthorized().body("r1");
        assert_eq!(
            plain,
            json!({"error": "Invalid or expired API token", "code": "UNAUTHORIZED", "requestId": "r1"})
        );
        let detailed = ApiFailure::bad_field("limit", "limit is too small").body("r2");
        assert_eq!(detailed["details"], json!({"field": "limit"}));
    }

    #[test]
    fn agent_failures_have_the_oauth_form() {
        let body = ApiFailure::oauth("slow_down", "Polled too fast").body("r3");
        assert_eq!(
            body,
            json!({"error": "slow_down", "error_description": "Polled too fast"})
        );
    }
}
