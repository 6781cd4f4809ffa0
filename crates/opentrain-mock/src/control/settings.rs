//! Control of the settings: clock, feature flags, tokens, limits; and the ledger.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ControlRefusal, ControlRequest};
use crate::changes_settings::ChangesCut;
use crate::error::MockError;
use crate::scope;
use crate::time::wire;
use crate::token_owner::TokenOwner;

pub(super) fn auto_confirm(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let on = request.on()?;
    request.services.world.lock().set_auto_confirm(on);
    Ok(json!({ "on": on }))
}

pub(super) fn clock(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let clock = &request.services.world.clock();
    Ok(json!({ "now": wire(clock.now()), "running": clock.is_running() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockBody {
    running: bool,
}

pub(super) fn set_clock(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let ClockBody { running } = request.body()?;
    match running {
        true => request.services.world.clock().run(),
        false => request.services.world.clock().freeze(),
    }
    clock(request)
}

pub(super) fn advance(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    request.services.world.clock().advance(request.seconds()?);
    clock(request)
}

pub(super) fn features(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    Ok(json!({ "features": request.services.world.lock().features().all() }))
}

pub(super) fn set_feature(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    request
        .services
        .world
        .set_feature(&request.id, request.on()?)?;
    features(request)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenBody {
    scopes: Option<Vec<String>>,
    owner: Option<OwnerName>,
    token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum OwnerName {
    Main,
    Unclaimed,
    Stranger,
}

impl From<OwnerName> for TokenOwner {
    fn from(owner: OwnerName) -> Self {
        match owner {
            OwnerName::Main => Self::Main,
            OwnerName::Unclaimed => Self::Unclaimed,
            OwnerName::Stranger => Self::Stranger,
        }
    }
}

pub(super) fn issue_token(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let TokenBody {
        scopes,
        owner,
        token,
    } = request.body()?;
    let scopes: Vec<&str> = match &scopes {
        Some(scopes) => scopes.iter().map(String::as_str).collect(),
        None => scope::ALL.to_vec(),
    };
    let account = match (owner, token) {
        (Some(_), Some(_)) => {
            let sentence = "`owner` and `token` both name an account: leave one of the two out";
            return Err(ControlRefusal::new(400, sentence));
        }
        (None, Some(token)) => {
            let owner = request.services.world.lock().owner_of(&token);
            owner.map_err(MockError::from)?
        }
        (owner, None) => request
            .services
            .world
            .account_of(owner.map_or(TokenOwner::Main, TokenOwner::from)),
    };
    let token = request.services.world.issue_token(&scopes, &account)?;
    Ok(json!({ "token": token }))
}

pub(super) fn rate_limits(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    Ok(json!({ "on": request.services.gateway.limits().on }))
}

pub(super) fn set_rate_limits(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let on = request.on()?;
    request.services.gateway.limits().on = on;
    Ok(json!({ "on": on }))
}

pub(super) fn strict(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let on = request.on()?;
    request.services.gateway.set_strict(on);
    Ok(json!({ "on": on }))
}

pub(super) fn edge_cache(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    Ok(json!({ "on": request.services.gateway.edge_cache().is_on() }))
}

pub(super) fn set_edge_cache(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let on = request.on()?;
    request.services.gateway.edge_cache().switch(on);
    Ok(json!({ "on": on }))
}

pub(super) fn changes(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    Ok(json!(request.services.world.lock().changes))
}

/// Settings to change; the others stay.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangesPatch {
    cap: Option<usize>,
    cut: Option<ChangesCut>,
    unsorted: Option<bool>,
}

pub(super) fn set_changes(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let ChangesPatch { cap, cut, unsorted } = request.body()?;
    {
        let settings = &mut request.services.world.lock().changes;
        settings.cap = cap.unwrap_or(settings.cap);
        settings.cut = cut.unwrap_or(settings.cut);
        settings.unsorted = unsorted.unwrap_or(settings.unsorted);
    }
    // A stored response has the earlier settings.
    request.services.gateway.edge_cache().clear();
    changes(request)
}

pub(super) fn ledger(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let ledger = request.services.world.ledger();
    Ok(json!({
        "creditedCents": ledger.credited_cents,
        "debitedCents": ledger.debited_cents,
        "availableCents": ledger.available_cents,
        "reservedCents": ledger.reserved_cents,
        "escrowCents": ledger.escrow_cents,
        "cardChargedCents": ledger.card_charged_cents,
        "cardRefundedCents": ledger.card_refunded_cents,
        "paidOutCents": ledger.paid_out_cents,
        "feesCents": ledger.fees_cents,
    }))
}
