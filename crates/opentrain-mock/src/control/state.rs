//! Control of everything at once: taking and restoring the state, beginning anew; and of what goes to webhooks.

use std::io::{BufReader, Read};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ControlRefusal, ControlRequest};
use crate::error::MockError;
use crate::shared_world::SharedWorld;
use crate::snapshot::Snapshot;
use crate::time::wire;
use crate::webhook_delivery::{Delivery, DeliveryState};
use crate::webhook_url;
use crate::world::DEFAULT_JOBS;

pub(super) fn restore(world: &SharedWorld, reader: &mut dyn Read) -> Result<Value, ControlRefusal> {
    let snapshot = Snapshot::from_reader(BufReader::with_capacity(CAPACITY, reader))?;
    let taken_at = wire(snapshot.taken_at());
    world.restore(snapshot);
    Ok(json!({ "takenAt": taken_at }))
}

/// Size of the read buffer.
const CAPACITY: usize = 64 * 1024;
/// Largest marketplace: more would fill the memory of most machines.
const MOST_JOBS: usize = 1_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewStateBody {
    #[serde(default)]
    seed: u64,
    jobs: Option<usize>,
}

pub(super) fn start_anew(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let NewStateBody { seed, jobs } = request.body()?;
    if jobs.is_some_and(|jobs| jobs > MOST_JOBS) {
        let sentence = format!("a marketplace has at most {MOST_JOBS} jobs");
        return Err(ControlRefusal::new(400, sentence));
    }
    let jobs = jobs.unwrap_or(DEFAULT_JOBS);
    let token = request.services.world.start_anew(seed, jobs);
    Ok(json!({ "token": token }))
}

pub(super) fn deliveries(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let world = request.services.world.lock();
    let deliveries: Vec<Value> = world.deliveries().map(shown).collect();
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
struct WebhookRouteBody {
    from: String,
    to: String,
}

pub(super) fn route_webhooks(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let WebhookRouteBody { from, to } = request.body()?;
    let routed = request.services.route_webhooks(&from, &to);
    routed.map_err(MockError::from)?;
    Ok(json!({ "from": from, "to": to }))
}
