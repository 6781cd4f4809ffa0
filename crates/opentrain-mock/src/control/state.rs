//! Control of everything at once: taking and restoring the state, beginning anew; and of what goes to webhooks.

use std::io::{BufReader, Read};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ask, Refused};
use crate::error::MockError;
use crate::shared::Shared;
use crate::snapshot::Snapshot;
use crate::time::wire;
use crate::webhook_delivery::{Delivery, DeliveryState};
use crate::webhook_url;

pub(super) fn put_back(shared: &Shared, reader: &mut dyn Read) -> Result<Value, Refused> {
    let snapshot = Snapshot::from_reader(BufReader::with_capacity(CAPACITY, reader))?;
    let taken_at = wire(snapshot.taken_at());
    shared.restore(snapshot);
    Ok(json!({ "takenAt": taken_at }))
}

/// Size of the read buffer.
const CAPACITY: usize = 64 * 1024;
/// Largest marketplace: more would fill the memory of most machines.
const MOST_JOBS: usize = 1_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Beginning {
    #[serde(default)]
    seed: u64,
    jobs: Option<usize>,
}

pub(super) fn begin_anew(ask: &Ask<'_>) -> Result<Value, Refused> {
    let Beginning { seed, jobs } = ask.body()?;
    if jobs.is_some_and(|jobs| jobs > MOST_JOBS) {
        let sentence = format!("a marketplace has at most {MOST_JOBS} jobs");
        return Err(Refused::new(400, sentence));
    }
    let token = match jobs {
        Some(jobs) => ask.shared.begin_anew(seed, jobs),
        None => ask.shared.begin_anew(seed, crate::server::JOBS),
    };
    Ok(json!({ "token": token }))
}

pub(super) fn deliveries(ask: &Ask<'_>) -> Result<Value, Refused> {
    let world = ask.shared.world();
    let deliveries: Vec<Value> = world.outbox.deliveries().map(shown).collect();
    Ok(json!({ "deliveries": deliveries }))
}

fn shown(delivery: &Delivery) -> Value {
    let (state, reason) = match &delivery.state {
        DeliveryState::Pending { .. } => ("pending", None),
        DeliveryState::Delivered => ("delivered", None),
        DeliveryState::Failed => ("failed", None),
        DeliveryState::NotSent { reason } => ("notSent", Some(reason)),
    };
    let attempts = delivery.attempts.iter().map(|attempt| {
        json!({ "at": wire(attempt.at), "success": attempt.outcome.is_success(), "outcome": attempt.outcome.to_string() })
    });
    json!({
        "id": delivery.id,
        "webhookId": delivery.webhook_id,
        "url": webhook_url::shown(&delivery.url),
        "eventId": delivery.event_id,
        "eventType": delivery.event_type,
        "state": state,
        "reason": reason,
        "nextAttemptAt": delivery.next_attempt_at().map(wire),
        "attempts": attempts.collect::<Vec<_>>(),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Detour {
    from: String,
    to: String,
}

pub(super) fn route_webhooks(ask: &Ask<'_>) -> Result<Value, Refused> {
    let Detour { from, to } = ask.body()?;
    let routed = ask.shared.route_webhooks(&from, &to);
    routed.map_err(MockError::from)?;
    Ok(json!({ "from": from, "to": to }))
}
