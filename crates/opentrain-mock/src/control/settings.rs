//! Control of what the mock goes by: the clock, feature flags, tokens, limits; and its books.

use std::sync::atomic::Ordering;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ask, Refused};
use crate::changes::ChangesCut;
use crate::error::MockError;
use crate::scope;
use crate::server::TokenOwner;
use crate::time::wire;

pub(super) fn auto_confirm(ask: &Ask<'_>) -> Result<Value, Refused> {
    let on = ask.switch()?;
    ask.shared.world().set_auto_confirm(on);
    Ok(json!({ "on": on }))
}

pub(super) fn clock(ask: &Ask<'_>) -> Result<Value, Refused> {
    let clock = &ask.shared.clock;
    Ok(json!({ "now": wire(clock.now()), "running": clock.is_running() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hand {
    running: bool,
}

pub(super) fn set_clock(ask: &Ask<'_>) -> Result<Value, Refused> {
    let Hand { running } = ask.body()?;
    match running {
        true => ask.shared.clock.run(),
        false => ask.shared.clock.freeze(),
    }
    clock(ask)
}

pub(super) fn advance(ask: &Ask<'_>) -> Result<Value, Refused> {
    ask.shared.clock.advance(ask.seconds()?);
    clock(ask)
}

pub(super) fn features(ask: &Ask<'_>) -> Result<Value, Refused> {
    Ok(json!({ "features": ask.shared.world().features().all() }))
}

pub(super) fn set_feature(ask: &Ask<'_>) -> Result<Value, Refused> {
    ask.shared.set_feature(&ask.id, ask.switch()?)?;
    features(ask)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Token {
    scopes: Option<Vec<String>>,
    owner: Option<Owner>,
    token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Owner {
    Main,
    Unclaimed,
    Stranger,
}

impl From<Owner> for TokenOwner {
    fn from(owner: Owner) -> Self {
        match owner {
            Owner::Main => Self::Main,
            Owner::Unclaimed => Self::Unclaimed,
            Owner::Stranger => Self::Stranger,
        }
    }
}

pub(super) fn issue_token(ask: &Ask<'_>) -> Result<Value, Refused> {
    let Token {
        scopes,
        owner,
        token,
    } = ask.body()?;
    let scopes: Vec<&str> = match &scopes {
        Some(scopes) => scopes.iter().map(String::as_str).collect(),
        None => scope::ALL.to_vec(),
    };
    let account = match (owner, token) {
        (Some(_), Some(_)) => {
            let sentence = "`owner` and `token` both name an account: leave one of the two out";
            return Err(Refused::new(400, sentence));
        }
        (None, Some(token)) => {
            let owner = ask.shared.world().owner_of(&token);
            owner.map_err(MockError::from)?
        }
        (owner, None) => ask
            .shared
            .account_of(owner.map_or(TokenOwner::Main, TokenOwner::from)),
    };
    let token = ask.shared.issue_token(&scopes, &account)?;
    Ok(json!({ "token": token }))
}

pub(super) fn rate_limits(ask: &Ask<'_>) -> Result<Value, Refused> {
    Ok(json!({ "on": ask.shared.limits().on }))
}

pub(super) fn set_rate_limits(ask: &Ask<'_>) -> Result<Value, Refused> {
    let on = ask.switch()?;
    ask.shared.limits().on = on;
    Ok(json!({ "on": on }))
}

pub(super) fn strict(ask: &Ask<'_>) -> Result<Value, Refused> {
    let on = ask.switch()?;
    ask.shared.strict.store(on, Ordering::Relaxed);
    Ok(json!({ "on": on }))
}

pub(super) fn edge_cache(ask: &Ask<'_>) -> Result<Value, Refused> {
    Ok(json!({ "on": ask.shared.edge_cache().is_on() }))
}

pub(super) fn set_edge_cache(ask: &Ask<'_>) -> Result<Value, Refused> {
    let on = ask.switch()?;
    ask.shared.edge_cache().switch(on);
    Ok(json!({ "on": on }))
}

pub(super) fn changes(ask: &Ask<'_>) -> Result<Value, Refused> {
    Ok(json!(ask.shared.world().changes))
}

/// Settings to change; the others stay.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangesPatch {
    cap: Option<usize>,
    cut: Option<ChangesCut>,
    unsorted: Option<bool>,
}

pub(super) fn set_changes(ask: &Ask<'_>) -> Result<Value, Refused> {
    let ChangesPatch { cap, cut, unsorted } = ask.body()?;
    {
        let settings = &mut ask.shared.world().changes;
        settings.cap = cap.unwrap_or(settings.cap);
        settings.cut = cut.unwrap_or(settings.cut);
        settings.unsorted = unsorted.unwrap_or(settings.unsorted);
    }
    // A stored response has the earlier settings.
    ask.shared.edge_cache().clear();
    changes(ask)
}

pub(super) fn books(ask: &Ask<'_>) -> Result<Value, Refused> {
    let books = ask.shared.books();
    Ok(json!({
        "creditedCents": books.credited_cents,
        "debitedCents": books.debited_cents,
        "availableCents": books.available_cents,
        "reservedCents": books.reserved_cents,
        "escrowCents": books.escrow_cents,
        "cardChargedCents": books.card_charged_cents,
        "cardRefundedCents": books.card_refunded_cents,
        "paidOutCents": books.paid_out_cents,
        "feesCents": books.fees_cents,
    }))
}
