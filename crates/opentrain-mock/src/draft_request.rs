//! The three shapes in which a draft is handed in, and the five formats of its content.

use serde_json::{Map, Value, json};

use crate::api_failure::ApiFailure;
use crate::draft_key::{self, Fields};
use crate::job_text;

/// Formats of an import.
pub(crate) const FORMATS: &[&str] = &[
    "text",
    "opentrain_canonical",
    "schema_org_job_posting",
    "indeed_xml",
    "hr_xml",
];

/// The longest text that is taken, in characters.
const TEXT_CAP: usize = 60_000;

/// Keys of the canonical format that a draft calls by another name.
const CANONICAL_NAMES: &[(&str, &str)] = &[
    ("title", "jobTitle"),
    ("description", "jobDescription"),
    ("tools", "labelingSoftware"),
];

/// A request for a draft, understood.
#[derive(Debug)]
pub(crate) struct DraftRequest {
    pub(crate) idempotency_key: Option<String>,
    pub(crate) found: DraftContent,
}

/// Fields that were found in the content.
#[derive(Debug, Default)]
pub(crate) struct DraftContent {
    pub(crate) fields: Fields,
    pub(crate) low_confidence: Vec<&'static str>,
    /// `{path, reason, valuePreview}` of each value that could not be mapped.
    pub(crate) unmapped: Vec<Value>,
}

/// Understands the body of a draft request.
pub(crate) fn read(body: &Map<String, Value>) -> Result<DraftRequest, ApiFailure> {
    let (format, holder) = shape(body)?;
    check_format(format)?;
    // The service stores it, but shows it nowhere that the Public API reaches.
    optional_text(holder, "externalId")?;
    Ok(DraftRequest {
        idempotency_key: optional_text(holder, "idempotencyKey")?.filter(|key| !key.is_empty()),
        found: content(format, holder)?,
    })
}

/// Checks `format` and `source` beside plain text, which are not used.
fn check_unused(body: &Map<String, Value>) -> Result<(), ApiFailure> {
    if let Some(format) = optional_text(body, "format")? {
        check_format(&format)?;
    }
    let Some(source) = body.get("source").and_then(Value::as_object) else {
        return Ok(());
    };
    check_length(
        "text",
        source.get("text").and_then(Value::as_str).unwrap_or(""),
    )?;
    check_format(required_text(source, "type")?)
}

fn check_format(format: &str) -> Result<(), ApiFailure> {
    if FORMATS.contains(&format) {
        return Ok(());
    }
    let issue = json!({ "code": "invalid_enum_value", "options": FORMATS, "path": ["format"], "message": "Unknown format" });
    Err(ApiFailure::invalid_body(&[issue]))
}

/// Returns the format, and the object that holds the content.
fn shape(body: &Map<String, Value>) -> Result<(&str, &Map<String, Value>), ApiFailure> {
    if body.contains_key("rawJobDescription") {
        check_unused(body)?;
        return Ok(("text", body));
    }
    let holder = match body.get("source") {
        Some(Value::Object(source)) => source,
        Some(_) => return Err(wrong_type("source", "object")),
        None => body,
    };
    let key = if body.contains_key("source") {
        "type"
    } else {
        "format"
    };
    match holder.get(key) {
        Some(Value::String(format)) => Ok((format, holder)),
        Some(_) => Err(wrong_type(key, "string")),
        None => Err(ApiFailure::bad_request(
            "One of rawJobDescription, source and format is needed",
        )),
    }
}

fn content(format: &str, holder: &Map<String, Value>) -> Result<DraftContent, ApiFailure> {
    match format {
        "opentrain_canonical" => Ok(canonical(required_object(holder, "job")?)),
        "schema_org_job_posting" => Ok(posting(required_object(holder, "jsonLd")?)),
        "indeed_xml" | "hr_xml" => Ok(xml(required_text(holder, "xml")?)),
        _ => {
            let key = if holder.contains_key("rawJobDescription") {
                "rawJobDescription"
            } else {
                "text"
            };
            Ok(plain(required_text(holder, key)?))
        }
    }
}

fn plain(text: &str) -> DraftContent {
    let reading = job_text::read(text);
    DraftContent {
        fields: reading.fields,
        low_confidence: reading.low_confidence,
        unmapped: Vec::new(),
    }
}

fn canonical(job: &Map<String, Value>) -> DraftContent {
    let mut content = DraftContent::default();
    for (key, value) in job {
        let name = canonical_key(job, key);
        if let Some(name) = name.filter(|name| takes(name, value)) {
            content.fields.insert(name.to_owned(), value.clone());
            continue;
        }
        let reason = if name.is_some() {
            "invalid_value"
        } else {
            "unknown_field"
        };
        content
            .unmapped
            .push(unmapped(&format!("job.{key}"), reason, value));
    }
    content
}

/// Returns the draft's name for a key of the canonical format. The meaning of `rateAmount` depends on the payment type beside it.
fn canonical_key<'a>(job: &Map<String, Value>, key: &'a str) -> Option<&'a str> {
    if key == "rateAmount" {
        return draft_key::rate_key(job.get("paymentType")?.as_str()?);
    }
    let renamed = CANONICAL_NAMES.iter().find(|(name, _)| *name == key);
    let name = renamed.map_or(key, |(_, name)| *name);
    draft_key::kind_of(name).map(|_| name)
}

fn takes(key: &str, value: &Value) -> bool {
    draft_key::kind_of(key).is_some_and(|kind| draft_key::fits(kind, value))
}

/// Reads a schema.org posting: its title, and its description as text.
fn posting(json_ld: &Map<String, Value>) -> DraftContent {
    let mut content = plain(
        json_ld
            .get("description")
            .and_then(Value::as_str)
            .unwrap_or_default(),
    );
    if let Some(Value::String(title)) = json_ld.get("title") {
        content.fields.insert("jobTitle".to_owned(), json!(title));
    }
    let known = |key: &str| key.starts_with('@') || matches!(key, "title" | "description");
    let rest = json_ld.iter().filter(|(key, _)| !known(key));
    let rest =
        rest.map(|(key, value)| unmapped(&format!("jsonLd.{key}"), "unsupported_field", value));
    content.unmapped.extend(rest);
    content
}

/// Reads a posting in XML: the first title, and the first description as text.
fn xml(xml: &str) -> DraftContent {
    let mut content = plain(element(xml, "description").unwrap_or_default());
    if let Some(title) = element(xml, "title") {
        content.fields.insert("jobTitle".to_owned(), json!(title));
    }
    content
}

fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (inner, _) = rest.split_once(&format!("</{name}>"))?;
    let inner = inner.trim();
    let bare = inner
        .strip_prefix("<![CDATA[")
        .and_then(|inner| inner.strip_suffix("]]>"));
    Some(bare.unwrap_or(inner).trim())
}

fn unmapped(path: &str, reason: &str, value: &Value) -> Value {
    let preview: String = value.to_string().chars().take(60).collect();
    json!({ "path": path, "reason": reason, "valuePreview": preview })
}

fn optional_text(holder: &Map<String, Value>, key: &str) -> Result<Option<String>, ApiFailure> {
    match holder.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(wrong_type(key, "string")),
    }
}

fn check_length(key: &str, text: &str) -> Result<(), ApiFailure> {
    if text.chars().count() <= TEXT_CAP {
        return Ok(());
    }
    let message = format!("{key} may have at most {TEXT_CAP} characters");
    Err(ApiFailure::invalid_body(&[
        json!({ "code": "too_big", "path": [key], "message": message }),
    ]))
}

fn required_text<'a>(holder: &'a Map<String, Value>, key: &str) -> Result<&'a str, ApiFailure> {
    let text = holder
        .get(key)
        .and_then(Value::as_str)
        .ok_or_else(|| wrong_type(key, "string"))?;
    check_length(key, text)?;
    if text.trim().is_empty() {
        let message = format!("{key} must not be empty");
        return Err(ApiFailure::invalid_body(&[
            json!({ "code": "too_small", "path": [key], "message": message }),
        ]));
    }
    Ok(text)
}

fn required_object<'a>(
    holder: &'a Map<String, Value>,
    key: &str,
) -> Result<&'a Map<String, Value>, ApiFailure> {
    holder
        .get(key)
        .and_then(Value::as_object)
        .ok_or_else(|| wrong_type(key, "object"))
}

fn wrong_type(key: &str, expected: &str) -> ApiFailure {
    let message = format!("{key} must be of type {expected}");
    ApiFailure::invalid_body(&[
        json!({ "code": "invalid_type", "expected": expected, "path": [key], "message": message }),
    ])
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{DraftRequest, read};
    use crate::api_failure::ApiFailure;

    fn import(body: &Value) -> Result<DraftRequest, ApiFailure> {
        read(body.as_object().expect("the body is an object"))
    }

    fn title(body: &Value) -> Value {
        import(body).expect("the body is understood").found.fields["jobTitle"].clone()
    }

    #[test]
    fn all_shapes_and_formats_lead_to_the_same_title() {
        for body in [
            json!({"rawJobDescription": "Tag clips."}),
            json!({"source": {"type": "text", "text": "Tag clips."}}),
            json!({"format": "opentrain_canonical", "job": {"title": "Tag clips"}}),
            json!({"source": {"type": "opentrain_canonical", "job": {"title": "Tag clips"}}}),
            json!({"format": "schema_org_job_posting", "jsonLd": {"@type": "JobPosting", "title": "Tag clips"}}),
            json!({"format": "hr_xml", "xml": "<job><title><![CDATA[Tag clips]]></title></job>"}),
        ] {
            assert_eq!(title(&body), "Tag clips", "{body}");
        }
    }

    #[test]
    fn canonical_rate_goes_where_the_payment_type_says_and_the_rest_is_reported() {
        let job = json!({"paymentType": "FIXED_PRICE", "headcount": "many", "mood": "good", "rateAmount": 900});
        let found = import(&json!({"format": "opentrain_canonical", "job": job}))
            .expect("it is understood")
            .found;
        assert_eq!(found.fields["fixedPrice"], 900);
        let paths: Vec<_> = found
            .unmapped
            .iter()
            .map(|field| field["path"].clone())
            .collect();
        assert_eq!(paths, ["job.headcount", "job.mood"]);
    }

    #[test]
    fn bodies_without_a_usable_shape_are_refused() {
        for body in [
            json!({}),
            json!({"rawJobDescription": 3}),
            json!({"rawJobDescription": " "}),
            json!({"rawJobDescription": "x".repeat(60_001)}),
            json!({"rawJobDescription": "Tag clips.", "source": {"type": "text", "text": "x".repeat(60_001)}}),
            json!({"source": "text"}),
            json!({"source": {"text": "no type"}}),
            json!({"format": "pdf"}),
            json!({"format": "opentrain_canonical"}),
        ] {
            let status = import(&body).map(|_| ()).map_err(|failure| failure.status);
            assert_eq!(status, Err(400));
        }
    }
}
