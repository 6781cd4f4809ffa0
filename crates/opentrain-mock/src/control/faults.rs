//! Control of faults: from JSON to a [`Fault`].

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ask, Refused};
use crate::fault::{Answer, Cut, Drift, Fault, FaultId, FaultReport, Faults, Selection};

/// A fault in JSON, with at most one of the fields from `status` to `silence`. Without one it is a latency.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Asked {
    operation: Option<String>,
    method: Option<String>,
    path: Option<String>,
    nth: Option<u64>,
    times: Option<u64>,
    #[serde(default)]
    always: bool,
    probability: Option<f64>,
    seed: Option<u64>,
    latency_ms: Option<u64>,
    #[serde(default)]
    after_the_work: bool,

    status: Option<u16>,
    html: Option<u16>,
    cut: Option<Place>,
    truncated_json: Option<bool>,
    drift: Option<Drifted>,
    answer: Option<Scripted>,
    raw: Option<Text>,
    silence: Option<bool>,

    code: Option<String>,
    message: Option<String>,
    details: Option<Value>,
    retry_after: Option<String>,
    retry_after_seconds: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Place {
    BeforeAnswer,
    AfterHead,
    InBody,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Drifted {
    Fields,
    Values,
    Both,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Scripted {
    status: u16,
    #[serde(default)]
    headers: Vec<(String, String)>,
    body: Option<Text>,
    json: Option<Value>,
    #[serde(default)]
    without_length: bool,
}

/// Text, or bytes in hexadecimal: `{"hex": "1f8b"}`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    Plain(String),
    Bytes(Hex),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hex {
    hex: String,
}

pub(super) fn list(ask: &Ask<'_>) -> Result<Value, Refused> {
    let faults: Vec<Value> = handle(ask).list().iter().map(shown).collect();
    Ok(json!({ "faults": faults, "left": handle(ask).left() }))
}

pub(super) fn add(ask: &Ask<'_>) -> Result<Value, Refused> {
    let fault = ask.body::<Asked>()?.fault()?;
    let sentence = fault.to_string();
    let id = handle(ask).add(fault)?;
    Ok(json!({ "id": id.0, "sentence": sentence }))
}

pub(super) fn clear(ask: &Ask<'_>) -> Result<Value, Refused> {
    let id = ask.id.parse().map(FaultId);
    let id = id.map_err(|_error| Refused::new(404, format!("there is no fault `{}`", ask.id)))?;
    handle(ask).clear(id)?;
    Ok(json!({ "ok": true }))
}

pub(super) fn clear_all(ask: &Ask<'_>) -> Result<Value, Refused> {
    handle(ask).clear_all();
    Ok(json!({ "ok": true }))
}

fn handle(ask: &Ask<'_>) -> Faults {
    Faults::new(Arc::clone(ask.shared))
}

fn shown(report: &FaultReport) -> Value {
    json!({
        "id": report.id.0,
        "sentence": report.sentence,
        "seen": report.seen,
        "hits": report.hits,
        "left": report.left,
    })
}

impl Asked {
    fn fault(mut self) -> Result<Fault, Refused> {
        let fault = self.what()?;
        let fault = self.worded(fault)?;
        if self.seed.is_some() && self.probability.is_none() {
            let sentence = "`seed` is that of the draws of a `probability`: give both";
            return Err(Refused::new(400, sentence));
        }
        Ok(self.aimed(fault))
    }

    /// Reads the effect.
    fn what(&mut self) -> Result<Fault, Refused> {
        let latency = self.latency_ms.map(Duration::from_millis);
        let is_asked = |asked: Option<bool>| asked.unwrap_or_default();
        let answer = self.answer.take().map(Scripted::answer).transpose()?;
        let raw = self.raw.take().map(Text::bytes).transpose()?;
        let effects = [
            self.status.map(Fault::status),
            self.html.map(Fault::html),
            self.cut.take().map(|place| Fault::cut(place.into())),
            is_asked(self.truncated_json).then(Fault::truncated_json),
            self.drift.take().map(|drift| Fault::drift(drift.into())),
            answer.map(Fault::answer),
            raw.map(Fault::raw),
            is_asked(self.silence).then(Fault::silence),
        ];
        let mut effects = effects.into_iter().flatten();
        let fault = match (effects.next(), latency) {
            (Some(fault), latency) => fault.delayed(latency.unwrap_or_default()),
            (None, Some(latency)) => Fault::latency(latency),
            (None, None) => {
                let sentence = "a fault needs one of `status`, `html`, `cut`, `truncatedJson`, `drift`, `answer`, `raw`, `silence`, `latencyMs`";
                return Err(Refused::new(400, sentence));
            }
        };
        if effects.next().is_some() {
            let sentence = "a fault does one thing, besides taking its time: lay down several";
            return Err(Refused::new(400, sentence));
        }
        Ok(fault)
    }

    /// Reads the code, message and advice of a refusal.
    fn worded(&mut self, mut fault: Fault) -> Result<Fault, Refused> {
        let has_words = self.code.is_some()
            || self.message.is_some()
            || self.details.is_some()
            || self.retry_after_seconds.is_some();
        if has_words && self.status.is_none() {
            let sentence =
                "`code`, `message`, `details` and `retryAfterSeconds` are the words of a `status`";
            return Err(Refused::new(400, sentence));
        }
        if self.retry_after.is_some() && !fault.takes_headers() {
            let sentence = "`retryAfter` is a header of a `status`, an `html` or an `answer`";
            return Err(Refused::new(400, sentence));
        }
        if let Some(code) = self.code.take() {
            fault = fault.code(code);
        }
        if let Some(message) = self.message.take() {
            fault = fault.message(message);
        }
        if let Some(details) = self.details.take() {
            fault = fault.details(details);
        }
        if let Some(seconds) = self.retry_after_seconds {
            fault = fault.retry_after_seconds(seconds);
        }
        if let Some(advice) = self.retry_after.take() {
            fault = fault.retry_after(advice);
        }
        Ok(fault)
    }

    /// Reads which requests the fault hits.
    fn aimed(self, mut fault: Fault) -> Fault {
        fault.selection = Selection {
            operation: self.operation,
            method: self.method,
            path: self.path,
        };
        if let Some(place) = self.nth {
            fault = fault.nth(place);
        }
        if let Some(times) = self.times {
            fault = fault.times(times);
        }
        if self.always {
            fault = fault.always();
        }
        if let Some(probability) = self.probability {
            fault = fault.probability(probability, self.seed.unwrap_or_default());
        }
        if self.after_the_work {
            fault = fault.after_the_work();
        }
        fault
    }
}

impl Scripted {
    fn answer(self) -> Result<Answer, Refused> {
        let mut answer = match self.json {
            Some(json) => Answer::json(self.status, &json),
            None => Answer::new(self.status),
        };
        if let Some(body) = self.body {
            answer = answer.body(body.bytes()?);
        }
        for (name, value) in self.headers {
            answer = answer.header(name, value);
        }
        if self.without_length {
            answer = answer.without_length();
        }
        Ok(answer)
    }
}

impl Text {
    fn bytes(self) -> Result<Vec<u8>, Refused> {
        match self {
            Self::Plain(text) => Ok(text.into_bytes()),
            Self::Bytes(Hex { hex }) => {
                let refused = || Refused::new(400, "`hex` is two hexadecimal digits for each byte");
                bytes_of(&hex).ok_or_else(refused)
            }
        }
    }
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.as_bytes().chunks(2);
    let byte = |digits: &[u8]| {
        let [high, low] = *digits else {
            return None;
        };
        let value = |digit: u8| char::from(digit).to_digit(16);
        u8::try_from(value(high)? * 16 + value(low)?).ok()
    };
    digits.map(byte).collect()
}

impl From<Place> for Cut {
    fn from(place: Place) -> Self {
        match place {
            Place::BeforeAnswer => Self::BeforeAnswer,
            Place::AfterHead => Self::AfterHead,
            Place::InBody => Self::InBody,
        }
    }
}

impl From<Drifted> for Drift {
    fn from(drift: Drifted) -> Self {
        match drift {
            Drifted::Fields => Self::Fields,
            Drifted::Values => Self::Values,
            Drifted::Both => Self::Both,
        }
    }
}
