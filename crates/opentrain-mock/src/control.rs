//! The control routes under `/_mock/`: for tests in other languages what the handles are for tests in Rust.
//!
//! They are no part of the API: they need no token, faults do not hit them, and the log of requests does not have them.

mod control_request;
mod faults;
mod human;
mod request_log;
mod settings;
mod state;

use std::io::Read;

use serde_json::{Value, json};

use crate::request::RawRequest;
use crate::services::Services;
use crate::shared_world::SharedWorld;

pub(crate) use control_request::{ControlRefusal, ControlRequest};

/// Prefix of the control routes.
pub(crate) const BASE: &str = "/_mock";

/// Function that handles a control request.
type RouteHandler = fn(&ControlRequest<'_>) -> Result<Value, ControlRefusal>;

/// Request for the whole state. Its body is too large to be handled like the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WholeState {
    Taken,
    Restore,
}

/// A control route.
struct ControlRoute {
    method: &'static str,
    /// Path after [`BASE`]. A segment in braces is the id.
    path: &'static str,
    /// Body and effect, for the list of routes.
    sentence: &'static str,
    handler: RouteHandler,
}

/// Path of the whole state, after [`BASE`].
const STATE: &str = "/state";

/// All control routes.
#[rustfmt::skip]
const ROUTES: &[ControlRoute] = &[
    get("/", "this list", index),

    get("/approvals", "the approvals that wait for the human, oldest first", human::approvals),
    post("/approvals/{id}/confirm", "the human confirms an approval", human::confirm),
    post("/approvals/{id}/decline", "the human declines an approval", human::decline),
    put("/auto-confirm", "{on}: whether every approval is confirmed at its second read", settings::auto_confirm),
    post("/claims", "{userCode}: the human claims an account; its tokens so far are revoked", human::claim),
    post("/jobs", "{fields of a draft, or none}: another employer publishes a job; fields that are not given are made up", human::publish),
    patch("/jobs/{id}", "{fields of a draft}: the employer edits an open job", human::edit),
    post("/jobs/{id}/close", "the employer closes an open job", human::close),
    post("/jobs/{id}/applications", "{freelancerId?}: this AI trainer, or the best fitting one, applies to the job", human::apply),
    post("/proposals/{id}/answer", "the invited AI trainer answers with a bid", human::answer),
    post("/proposals/{id}/interview", "{score}: the AI trainer takes the interview", human::interview),
    post("/proposals/{id}/review", "{status}: the human sets the status of a proposal", human::review),
    post("/events", "{count, token?}: makes so many events at once, of the main account or of that of the token", human::make_events),
    post("/events/{id}/delay", "{seconds}: hides an event from polls until the clock has moved so far", human::delay_event),
    put("/events/{id}", "{any JSON}: replaces the record of an event", human::replace_event),
    post("/conversations/{id}/messages", "{text}: the AI trainer writes", human::write),
    post("/conversations/{id}/block", "the AI trainer blocks the conversation", human::block),
    post("/conversations/{id}/read", "the human reads the conversation", human::read),
    post("/contracts/{id}/work", "{volume}: records so many hours or labels of the hired AI trainer", human::work),
    post("/top-ups/{id}/pay", "the human pays at the checkout", human::pay_top_up),
    put("/payment-method", "{on, token?}: whether the main account, or that of the token, has a card", human::payment_method),
    put("/credits", "{cents, token?}: corrects the credit balance of the main account, or of that of the token", human::credits),
    put("/team", "{on, token?}: whether the main account, or that of the token, has a team", human::team),

    get("/clock", "the time of the clock, and whether it runs", settings::clock),
    put("/clock", "{running}: lets the clock run on from its present time, or freezes it there", settings::set_clock),
    post("/clock/advance", "{seconds}: moves the clock forward", settings::advance),

    get("/features", "the feature flags", settings::features),
    put("/features/{id}", "{on}: switches a feature flag for all accounts", settings::set_feature),
    post("/tokens", "{scopes?, owner?, token?}: makes a token, by default with all scopes; owner is main, unclaimed or stranger, token names an account by another token of it", settings::issue_token),
    get("/rate-limits", "whether there are rate limits", settings::rate_limits),
    put("/rate-limits", "{on}: switches the rate limits", settings::set_rate_limits),
    put("/strict", "{on}: whether requests that the documents do not allow are refused", settings::strict),
    get("/edge-cache", "whether an edge cache stands before the tokenless job endpoints", settings::edge_cache),
    put("/edge-cache", "{on}: switches the edge cache, which is empty then", settings::set_edge_cache),
    get("/changes", "the settings of GET /jobs/changes", settings::changes),
    put("/changes", "{cap?, cut?, unsorted?}: the most changes in a response; which are dropped above that: newest, newest-until-now or oldest; whether they come in no order", settings::set_changes),
    get("/ledger", "the money of the main account", settings::ledger),

    get(STATE, "the whole state, tokens and secrets included", handled_as_stream),
    put(STATE, "{the body of GET}: restores a state, its clock included", handled_as_stream),
    post("/state/new", "{seed?, jobs?}: starts anew with the marketplace of this seed", state::start_anew),
    get("/deliveries", "the deliveries to webhooks, oldest first", state::deliveries),
    post("/webhook-routes", "{from, to}: sends the webhooks of one origin to another on loopback", state::route_webhooks),

    get("/faults", "the faults", faults::list),
    post("/faults", "{effect, requests, number of hits: see the README}: adds a fault", faults::add),
    delete("/faults", "clears all faults", faults::clear_all),
    delete("/faults/{id}", "clears one fault", faults::clear),

    get("/requests", "?since&operation&method&path&status: the recorded requests, and the mark after the last", request_log::list),
    post("/expect", "{count, since?, operation?, method?, path?, status?}: 409 with a sentence unless there were so many", request_log::expect),
];

/// True if a path is one of the control routes.
pub(crate) fn is_here(path: &str) -> bool {
    path.strip_prefix(BASE)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns the direction if the request is for the whole state.
pub(crate) fn whole_state(method: &str, path: &str) -> Option<WholeState> {
    let is_here = path.strip_prefix(BASE) == Some(STATE);
    match method {
        "GET" if is_here => Some(WholeState::Taken),
        "PUT" if is_here => Some(WholeState::Restore),
        _ => None,
    }
}

/// Restores the state that is read. Returns a status and JSON.
pub(crate) fn restore(world: &SharedWorld, reader: &mut dyn Read) -> (u16, Value) {
    state::restore(world, reader).map_or_else(ControlRefusal::into_response, |body| (200, body))
}

/// Handles a control request: returns a status and JSON.
pub(crate) fn handle(services: &Services, raw: &RawRequest) -> (u16, Value) {
    let path = raw.path.strip_prefix(BASE).unwrap_or(&raw.path);
    let outcome = find(&raw.method, path).and_then(|(route, id)| {
        let body = raw.body.as_deref();
        let body = body.map_err(|fault| ControlRefusal::new(400, fault.to_string()))?;
        (route.handler)(&ControlRequest::new(services, id, &raw.query, body))
    });
    outcome.map_or_else(ControlRefusal::into_response, |body| (200, body))
}

/// Stands in the table for the list only: requests for the whole state are handled before routing.
fn handled_as_stream(_request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    Err(ControlRefusal::new(
        500,
        "the whole state is handled elsewhere",
    ))
}

fn find(method: &str, path: &str) -> Result<(&'static ControlRoute, String), ControlRefusal> {
    let path = if path.is_empty() { "/" } else { path };
    let here = || {
        ROUTES
            .iter()
            .filter_map(|route| Some((route, control_request::id_in(route.path, path)?)))
    };
    if let Some(found) = here().find(|(route, _)| route.method == method) {
        return Ok(found);
    }
    let methods: Vec<&str> = here().map(|(route, _)| route.method).collect();
    Err(match methods.is_empty() {
        true => ControlRefusal::new(
            404,
            format!("{BASE}{path} does not exist: GET {BASE}/ lists the routes"),
        ),
        false => ControlRefusal::new(
            405,
            format!("{BASE}{path} takes {}, not {method}", methods.join(" and ")),
        ),
    })
}

fn index(_request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let line = |route: &ControlRoute| {
        let ControlRoute {
            method,
            path,
            sentence,
            ..
        } = route;
        format!("{method} {BASE}{path}: {sentence}")
    };
    Ok(json!({ "routes": ROUTES.iter().map(line).collect::<Vec<_>>() }))
}

const fn get(path: &'static str, sentence: &'static str, handler: RouteHandler) -> ControlRoute {
    route("GET", path, sentence, handler)
}

const fn post(path: &'static str, sentence: &'static str, handler: RouteHandler) -> ControlRoute {
    route("POST", path, sentence, handler)
}

const fn put(path: &'static str, sentence: &'static str, handler: RouteHandler) -> ControlRoute {
    route("PUT", path, sentence, handler)
}

const fn patch(path: &'static str, sentence: &'static str, handler: RouteHandler) -> ControlRoute {
    route("PATCH", path, sentence, handler)
}

const fn delete(path: &'static str, sentence: &'static str, handler: RouteHandler) -> ControlRoute {
    route("DELETE", path, sentence, handler)
}

const fn route(
    method: &'static str,
    path: &'static str,
    sentence: &'static str,
    handler: RouteHandler,
) -> ControlRoute {
    ControlRoute {
        method,
        path,
        sentence,
        handler,
    }
}
