//! Control of faults: from JSON to a [`Fault`].

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ControlRefusal, ControlRequest};
use crate::fault::{
    Cut, Fault, FaultId, FaultReport, Faults, ScriptedResponse, Selection, UnknownShape,
};

/// A fault in JSON, with at most one of the fields from `status` to `noResponse`. Without one it is a latency.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct FaultBody {
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
    cut: Option<CutName>,
    truncated_json: Option<bool>,
    unknown_shape: Option<UnknownShapeName>,
    response: Option<ScriptedResponseBody>,
    raw: Option<BytesBody>,
    no_response: Option<bool>,

    code: Option<String>,
    message: Option<String>,
    details: Option<Value>,
    retry_after: Option<String>,
    retry_after_seconds: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum CutName {
    BeforeResponse,
    AfterHead,
    InBody,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum UnknownShapeName {
    Fields,
    Values,
    Both,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ScriptedResponseBody {
    status: u16,
    #[serde(default)]
    headers: Vec<(String, String)>,
    body: Option<BytesBody>,
    json: Option<Value>,
    #[serde(default)]
    without_length: bool,
}

/// Text, or bytes in hexadecimal: `{"hex": "1f8b"}`.
#[derive(Deserialize)]
#[serde(untagged)]
enum BytesBody {
    Plain(String),
    Bytes(Hex),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hex {
    hex: String,
}

pub(super) fn list(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let faults: Vec<Value> = handle(request).list().iter().map(shown).collect();
    Ok(json!({ "faults": faults, "left": handle(request).left() }))
}

pub(super) fn add(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let fault = request.body::<FaultBody>()?.fault()?;
    let sentence = fault.to_string();
    let id = handle(request).add(fault)?;
    Ok(json!({ "id": id.0, "sentence": sentence }))
}

pub(super) fn clear(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    let id = request.id.parse().map(FaultId);
    let id = id.map_err(|_error| {
        ControlRefusal::new(404, format!("there is no fault `{}`", request.id))
    })?;
    handle(request).clear(id)?;
    Ok(json!({ "ok": true }))
}

pub(super) fn clear_all(request: &ControlRequest<'_>) -> Result<Value, ControlRefusal> {
    handle(request).clear_all();
    Ok(json!({ "ok": true }))
}

fn handle(request: &ControlRequest<'_>) -> Faults {
    Faults::new(Arc::clone(&request.services.faults))
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

impl FaultBody {
    fn fault(mut self) -> Result<Fault, ControlRefusal> {
        let fault = self.what()?;
        let fault = self.worded(fault)?;
        if self.seed.is_some() && self.probability.is_none() {
            let sentence = "`seed` is that of the draws of a `probability`: give both";
            return Err(ControlRefusal::new(400, sentence));
        }
        Ok(self.aimed(fault))
    }

    /// Reads the effect.
    fn what(&mut self) -> Result<Fault, ControlRefusal> {
        let latency = self.latency_ms.map(Duration::from_millis);
        let is_asked = |asked: Option<bool>| asked.unwrap_or_default();
        let response = self
            .response
            .take()
            .map(ScriptedResponseBody::response)
            .transpose()?;
        let raw = self.raw.take().map(BytesBody::bytes).transpose()?;
        let effects = [
            self.status.map(Fault::status),
            self.html.map(Fault::html),
            self.cut.take().map(|place| Fault::cut(place.into())),
            is_asked(self.truncated_json).then(Fault::truncated_json),
            self.unknown_shape
                .take()
                .map(|shape| Fault::unknown_shape(shape.into())),
            response.map(Fault::response),
            raw.map(Fault::raw),
            is_asked(self.no_response).then(Fault::no_response),
        ];
        let mut effects = effects.into_iter().flatten();
        let fault = match (effects.next(), latency) {
            (Some(fault), latency) => fault.delayed(latency.unwrap_or_default()),
            (None, Some(latency)) => Fault::latency(latency),
            (None, None) => {
                let sentence = "a fault needs one of `status`, `html`, `cut`, `truncatedJson`, `unknownShape`, `response`, `raw`, `noResponse`, `latencyMs`";
                return Err(ControlRefusal::new(400, sentence));
            }
        };
        if effects.next().is_some() {
            let sentence = "a fault does one thing, besides taking its time: lay down several";
            return Err(ControlRefusal::new(400, sentence));
        }
        Ok(fault)
    }

    /// Reads the code, message and advice of a refusal.
    fn worded(&mut self, mut fault: Fault) -> Result<Fault, ControlRefusal> {
        let has_words = self.code.is_some()
            || self.message.is_some()
            || self.details.is_some()
            || self.retry_after_seconds.is_some();
        if has_words && self.status.is_none() {
            let sentence =
                "`code`, `message`, `details` and `retryAfterSeconds` are the words of a `status`";
            return Err(ControlRefusal::new(400, sentence));
        }
        if self.retry_after.is_some() && !fault.takes_headers() {
            let sentence = "`retryAfter` is a header of a `status`, an `html` or a `response`";
            return Err(ControlRefusal::new(400, sentence));
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

impl ScriptedResponseBody {
    fn response(self) -> Result<ScriptedResponse, ControlRefusal> {
        let mut response = match self.json {
            Some(json) => ScriptedResponse::json(self.status, &json),
            None => ScriptedResponse::new(self.status),
        };
        if let Some(body) = self.body {
            response = response.body(body.bytes()?);
        }
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        if self.without_length {
            response = response.without_length();
        }
        Ok(response)
    }
}

impl BytesBody {
    fn bytes(self) -> Result<Vec<u8>, ControlRefusal> {
        match self {
            Self::Plain(text) => Ok(text.into_bytes()),
            Self::Bytes(Hex { hex }) => {
                let refused =
                    || ControlRefusal::new(400, "`hex` is two hexadecimal digits for each byte");
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

impl From<CutName> for Cut {
    fn from(place: CutName) -> Self {
        match place {
            CutName::BeforeResponse => Self::BeforeResponse,
            CutName::AfterHead => Self::AfterHead,
            CutName::InBody => Self::InBody,
        }
    }
}

impl From<UnknownShapeName> for UnknownShape {
    fn from(shape: UnknownShapeName) -> Self {
        match shape {
            UnknownShapeName::Fields => Self::Fields,
            UnknownShapeName::Values => Self::Values,
            UnknownShapeName::Both => Self::Both,
        }
    }
}
