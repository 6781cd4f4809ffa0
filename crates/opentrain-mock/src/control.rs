//! The control surface over HTTP, under `/_mock/`: for tests in other languages, what the handles are for tests in Rust.
//!
//! It is apart from the API: it needs no token, no fault strikes it, nothing of it is in the log of requests. JSON in, JSON out.

mod ask;
mod faults;
mod people;
mod requests;
mod settings;
mod state;

use std::io::Read;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::call::Incoming;
use crate::shared::Shared;

pub(crate) use ask::{Ask, Refused};

/// Where it is.
pub(crate) const BASE: &str = "/_mock";

/// What a control request leads to.
type Handler = fn(&Ask<'_>) -> Result<Value, Refused>;

/// What is done with everything at once. It is too large to be handled like the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WholeState {
    Taken,
    PutBack,
}

/// One thing that can be controlled.
struct Route {
    method: &'static str,
    /// After [`BASE`]. A segment in braces is the id.
    path: &'static str,
    /// What it takes, and what it does or tells.
    sentence: &'static str,
    handler: Handler,
}

/// Where the whole state is, after [`BASE`].
const STATE: &str = "/state";

/// Everything that can be controlled.
#[rustfmt::skip]
const ROUTES: &[Route] = &[
    get("/", "this list", index),

    get("/approvals", "what waits for the human, oldest first", people::approvals),
    post("/approvals/{id}/confirm", "the human confirms", people::confirm),
    post("/approvals/{id}/decline", "the human declines", people::decline),
    put("/auto-confirm", "{on}: whether every approval is confirmed when it is read for the second time", settings::auto_confirm),
    post("/claims", "{userCode}: the human types the code and owns the account; its tokens so far are dead", people::claim),
    post("/jobs", "{fields of a draft, or none}: another employer publishes a job; fields that are not given are made up", people::publish),
    patch("/jobs/{id}", "{fields of a draft}: the employer edits an open job", people::edit),
    post("/jobs/{id}/close", "the employer closes an open job", people::close),
    post("/jobs/{id}/applications", "{freelancerId?}: this AI trainer applies to the job, or whoever fits best", people::apply),
    post("/proposals/{id}/answer", "the invited AI trainer answers with a bid", people::answer),
    post("/proposals/{id}/interview", "{score}: the AI trainer takes the interview", people::interview),
    post("/proposals/{id}/review", "{status}: the human shortlists, declines, …", people::review),
    post("/events", "{count, token?}: so many events of the main account, or of that of the token, at once", people::make_events),
    post("/conversations/{id}/messages", "{text}: the AI trainer writes", people::write),
    post("/conversations/{id}/block", "the AI trainer blocks the conversation", people::block),
    post("/conversations/{id}/read", "the human reads the conversation", people::read),
    post("/contracts/{id}/work", "{volume}: the hired AI trainer works so many hours or labels", people::work),
    post("/top-ups/{id}/pay", "the human pays at the checkout", people::pay_top_up),
    put("/payment-method", "{on, token?}: whether the main account, or that of the token, has a card", people::payment_method),
    put("/credits", "{cents, token?}: corrects the credit balance of the main account, or of that of the token", people::credits),
    put("/team", "{on, token?}: whether the main account, or that of the token, has a team", people::team),

    get("/clock", "what the clock shows, and whether it runs", settings::clock),
    put("/clock", "{running}: lets the clock run on from where it is, or freezes it there", settings::set_clock),
    post("/clock/advance", "{seconds}: moves the clock forward", settings::advance),

    get("/features", "the feature flags", settings::features),
    put("/features/{id}", "{on}: switches a feature flag for all accounts", settings::set_feature),
    post("/tokens", "{scopes?, owner?, token?}: makes a token; all scopes, and of main, unclaimed or stranger, or of the token's account", settings::issue_token),
    get("/rate-limits", "whether there are rate limits", settings::rate_limits),
    put("/rate-limits", "{on}: switches them", settings::set_rate_limits),
    put("/strict", "{on}: whether requests that the documents do not allow are refused", settings::strict),
    get("/books", "where the money of the main account is", settings::books),

    get(STATE, "the whole state, tokens and secrets included", elsewhere),
    put(STATE, "{what GET gave}: makes everything as it was then, the clock too", elsewhere),
    post("/state/new", "{seed?, jobs?}: begins anew with the marketplace of that number", state::begin_anew),
    get("/deliveries", "what is or was sent to webhooks, oldest first", state::deliveries),
    post("/webhook-routes", "{from, to}: sends what is meant for webhooks at one origin to another, on loopback", state::route_webhooks),

    get("/faults", "the faults that have been laid down", faults::list),
    post("/faults", "{what, whom, how often: see the README}: lays a fault down", faults::add),
    delete("/faults", "clears all faults", faults::clear_all),
    delete("/faults/{id}", "clears one fault", faults::clear),

    get("/requests", "?since&operation&method&path&status: the requests that were taken, and the mark after the last", requests::list),
    post("/expect", "{count, since?, operation?, method?, path?, status?}: 409 with a sentence unless so many were taken", requests::expect),
];

/// Whether a path is of the control surface.
pub(crate) fn is_here(path: &str) -> bool {
    path.strip_prefix(BASE)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether everything is asked for, or given, at once.
pub(crate) fn whole_state(method: &str, path: &str) -> Option<WholeState> {
    let is_here = path.strip_prefix(BASE) == Some(STATE);
    match method {
        "GET" if is_here => Some(WholeState::Taken),
        "PUT" if is_here => Some(WholeState::PutBack),
        _ => None,
    }
}

/// Makes everything as what is read says: a status and JSON.
pub(crate) fn put_back(shared: &Shared, reader: &mut dyn Read) -> (u16, Value) {
    state::put_back(shared, reader).map_or_else(Refused::answer, |answer| (200, answer))
}

/// Answers a control request: a status and JSON.
pub(crate) fn answer(shared: &Arc<Shared>, incoming: &Incoming) -> (u16, Value) {
    let path = incoming.path.strip_prefix(BASE).unwrap_or(&incoming.path);
    let outcome = find(&incoming.method, path).and_then(|(route, id)| {
        let body = incoming.body.as_deref();
        let body = body.map_err(|fault| Refused::new(400, fault.to_string()))?;
        (route.handler)(&Ask::new(shared, id, &incoming.query, body))
    });
    outcome.map_or_else(Refused::answer, |answer| (200, answer))
}

/// What is routed for the list only: it is seen to before.
fn elsewhere(_ask: &Ask<'_>) -> Result<Value, Refused> {
    Err(Refused::new(500, "the whole state is handled elsewhere"))
}

fn find(method: &str, path: &str) -> Result<(&'static Route, String), Refused> {
    let path = if path.is_empty() { "/" } else { path };
    let here = || {
        ROUTES
            .iter()
            .filter_map(|route| Some((route, ask::id_in(route.path, path)?)))
    };
    if let Some(found) = here().find(|(route, _)| route.method == method) {
        return Ok(found);
    }
    let methods: Vec<&str> = here().map(|(route, _)| route.method).collect();
    Err(match methods.is_empty() {
        true => Refused::new(
            404,
            format!("nothing is at {BASE}{path}: GET {BASE}/ lists what there is"),
        ),
        false => Refused::new(
            405,
            format!("{BASE}{path} takes {}, not {method}", methods.join(" and ")),
        ),
    })
}

fn index(_ask: &Ask<'_>) -> Result<Value, Refused> {
    let line = |route: &Route| {
        let Route {
            method,
            path,
            sentence,
            ..
        } = route;
        format!("{method} {BASE}{path}: {sentence}")
    };
    Ok(json!({ "routes": ROUTES.iter().map(line).collect::<Vec<_>>() }))
}

const fn get(path: &'static str, sentence: &'static str, handler: Handler) -> Route {
    route("GET", path, sentence, handler)
}

const fn post(path: &'static str, sentence: &'static str, handler: Handler) -> Route {
    route("POST", path, sentence, handler)
}

const fn put(path: &'static str, sentence: &'static str, handler: Handler) -> Route {
    route("PUT", path, sentence, handler)
}

const fn patch(path: &'static str, sentence: &'static str, handler: Handler) -> Route {
    route("PATCH", path, sentence, handler)
}

const fn delete(path: &'static str, sentence: &'static str, handler: Handler) -> Route {
    route("DELETE", path, sentence, handler)
}

const fn route(
    method: &'static str,
    path: &'static str,
    sentence: &'static str,
    handler: Handler,
) -> Route {
    Route {
        method,
        path,
        sentence,
        handler,
    }
}
