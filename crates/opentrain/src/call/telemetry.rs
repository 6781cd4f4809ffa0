//! The span of a call, with the attributes of OpenTelemetry's conventions for HTTP clients.
//!
//! Of the response it shows the status and the request's id alone, with secrets masked; no value of the query is shown.

use http::StatusCode;
use opentrain_api::runtime::printable;
use reqwest::Url;
use tracing::{Span, debug_span, field};

use super::operation_profile::OperationProfile;
use crate::error::Error;

/// Number of characters of a URL that are shown.
const URL_SHOWN: usize = 500;

/// Opens the span of a call.
pub(crate) fn span(profile: &OperationProfile, request: &reqwest::Request) -> Span {
    let url = request.url();
    debug_span!(
        "opentrain.call",
        otel.kind = "client",
        otel.name = &*profile.span_name(request.method()),
        otel.status_code = field::Empty,
        opentrain.operation = profile.name(),
        http.request.method = request.method().as_str(),
        url.template = Some(profile.template()).filter(|template| !template.is_empty()),
        url.full = redacted(url),
        server.address = url.host_str(),
        server.port = url.port_or_known_default(),
        http.response.status_code = field::Empty,
        http.request.resend_count = field::Empty,
        opentrain.request_id = field::Empty,
        error.r#type = field::Empty,
    )
}

/// Records the response of a call that succeeded. The request's id comes masked.
pub(crate) fn record_success(
    span: &Span,
    status: StatusCode,
    request_id: Option<&str>,
    attempts: u32,
) {
    record(span, Some(status), request_id, attempts);
}

/// Records why a call failed: by the convention, the status if there was one, else the kind of failure.
pub(crate) fn record_error(span: &Span, error: &Error) {
    record(span, error.status(), error.request_id(), error.attempts());
    span.record("otel.status_code", "ERROR");
    match error.status() {
        Some(status) if !status.is_success() => span.record("error.type", status.as_str()),
        _ => span.record("error.type", error.kind().name()),
    };
}

fn record(span: &Span, status: Option<StatusCode>, request_id: Option<&str>, attempts: u32) {
    if let Some(status) = status {
        span.record("http.response.status_code", status.as_u16());
    }
    if let Some(request_id) = request_id {
        span.record("opentrain.request_id", request_id);
    }
    span.record("http.request.resend_count", attempts.saturating_sub(1));
}

/// Returns a URL whose query has names alone.
fn redacted(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    let names: Vec<String> = url
        .query_pairs()
        .map(|(name, _)| format!("{name}=REDACTED"))
        .collect();
    let separator = if names.is_empty() { "" } else { "?" };
    printable(&format!("{shown}{separator}{}", names.join("&")), URL_SHOWN)
}

#[cfg(test)]
mod tests {
    use super::redacted;

    #[test]
    fn a_url_shows_the_names_of_its_query_alone() {
        for (url, shown) in [
            (
                "https://a.example/jobs?q=hush&limit=5",
                "https://a.example/jobs?q=REDACTED&limit=REDACTED",
            ),
            ("http://127.0.0.1:8080/jobs", "http://127.0.0.1:8080/jobs"),
            (
                "https://a.example/x/ot_pat_abc",
                "https://a.example/x/ot_pat_[redacted]",
            ),
        ] {
            assert_eq!(redacted(&url.parse().unwrap()), shown);
        }
    }
}
