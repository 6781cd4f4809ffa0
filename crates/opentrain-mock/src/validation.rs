//! Validation of drafts: missing fields, issues, and the questions for them.

use serde_json::{Value, json};

use crate::amount::LEAST_RATE;
use crate::draft_key::{self, FieldType, Fields};

/// Something that a publishable job needs, and how to ask a person for it.
struct Need {
    key: &'static str,
    label: &'static str,
    question: &'static str,
    example: &'static str,
    hint: Option<&'static str>,
}

const fn need(
    key: &'static str,
    label: &'static str,
    question: &'static str,
    example: &'static str,
    hint: Option<&'static str>,
) -> Need {
    Need {
        key,
        label,
        question,
        example,
        hint,
    }
}

const NEEDS: &[Need] = &[
    need(
        "jobTitle",
        "Job title",
        "What is the job called?",
        "Dialect tagging",
        None,
    ),
    need(
        "jobDescription",
        "Job description",
        "What is the work?",
        "Tag the dialect of short clips.",
        None,
    ),
    need(
        "languages",
        "Languages",
        "Which languages must people speak?",
        "[\"German\"]",
        Some("Full English names."),
    ),
    need(
        "headcount",
        "Headcount",
        "How many people do you need?",
        "3",
        None,
    ),
    need(
        "experienceLevel",
        "Experience level",
        "How experienced must people be?",
        "INTERMEDIATE",
        None,
    ),
    need(
        "paymentType",
        "Payment type",
        "How do you pay?",
        "PAY_PER_HOUR",
        Some("Give the rate along with it."),
    ),
];

/// The rate that belongs to each payment type.
const RATES: &[Need] = &[
    need(
        "pricePerHour",
        "Price per hour",
        "What do you pay per hour, in dollars?",
        "18",
        None,
    ),
    need(
        "pricePerLabel",
        "Price per label",
        "What do you pay per label, in dollars?",
        "0.08",
        None,
    ),
    need(
        "fixedPrice",
        "Fixed price",
        "What do you pay in all, in dollars?",
        "900",
        None,
    ),
];

/// Keys whose values must be above zero.
const POSITIVE: &[&str] = &[
    "headcount",
    "pricePerHour",
    "pricePerLabel",
    "fixedPrice",
    "dataVolume",
];

/// Missing fields and issues of a draft.
pub(crate) struct Validation {
    missing: Vec<&'static Need>,
    issues: Vec<ValidationIssue>,
}

/// Something that is there and cannot stay as it is.
struct ValidationIssue {
    key: &'static str,
    code: &'static str,
    message: String,
}

/// Looks at a draft.
pub(crate) fn validate(fields: &Fields) -> Validation {
    let missing = NEEDS.iter().filter(|need| is_absent(fields, need.key));
    let not_positive = POSITIVE.iter().filter_map(|key| too_small(fields, key));
    Validation {
        missing: missing.chain(missing_rate(fields)).collect(),
        issues: not_positive.chain(partial_headcount(fields)).collect(),
    }
}

impl Validation {
    pub(crate) fn is_publish_ready(&self) -> bool {
        self.missing.is_empty() && self.issues.is_empty()
    }

    /// Objects to the state that the job is in.
    pub(crate) fn refusing_status(mut self, message: impl Into<String>) -> Self {
        self.issues.push(ValidationIssue {
            key: "status",
            code: "custom",
            message: message.into(),
        });
        self
    }

    /// Returns the `validation` object of responses about drafts.
    pub(crate) fn to_json(&self) -> Value {
        let missing: Vec<&str> = self.missing.iter().map(|need| need.key).collect();
        let issues: Vec<Value> = self.issues.iter().map(ValidationIssue::to_json).collect();
        json!({
            "publishReady": self.is_publish_ready(),
            "issueCount": self.issues.len(),
            "missingFieldCount": missing.len(),
            "missingFields": missing,
            "issues": issues,
        })
    }

    /// Returns everything that is missing or wrong, in the form of the issues of a body.
    pub(crate) fn body_issues(&self) -> Vec<Value> {
        let missing = self
            .missing
            .iter()
            .map(|need| json!({ "code": "custom", "path": [need.key], "message": need.message() }));
        let issues = self.issues.iter().map(
            |issue| json!({ "code": issue.code, "path": [issue.key], "message": issue.message }),
        );
        missing.chain(issues).collect()
    }

    /// Returns the work list: one entry with a question for each missing field.
    pub(crate) fn missing_fields(&self) -> Vec<Value> {
        self.missing.iter().map(|need| need.to_json()).collect()
    }
}

impl Need {
    fn to_json(&self) -> Value {
        let kind = draft_key::kind_of(self.key).unwrap_or(FieldType::Text);
        let options = match kind {
            FieldType::OneOf(options) => Some(options),
            FieldType::Text
            | FieldType::Number
            | FieldType::Price
            | FieldType::Texts
            | FieldType::Scalar => None,
        };
        json!({
            "field": self.key,
            "label": self.label,
            "message": self.message(),
            "code": "missing_required_field",
            "prompt": format!("ask: {}", self.question),
            "type": draft_key::documented_type(kind),
            "enumValues": options,
            "updateKeys": self.update_keys(),
            "example": self.example,
            "hint": self.hint,
        })
    }

    fn message(&self) -> String {
        format!("{} is needed.", self.label)
    }

    /// Returns the keys that answer the question. A payment type without its rate would only lead to the next question.
    fn update_keys(&self) -> Vec<&'static str> {
        if self.key == "paymentType" {
            return vec!["paymentType", "pricePerHour", "pricePerLabel", "fixedPrice"];
        }
        vec![self.key]
    }
}

impl ValidationIssue {
    fn to_json(&self) -> Value {
        json!({ "field": self.key, "code": self.code, "message": self.message })
    }
}

fn too_small(fields: &Fields, key: &'static str) -> Option<ValidationIssue> {
    let value = draft_key::number(fields, key)?;
    let is_price = draft_key::kind_of(key) == Some(FieldType::Price);
    let fault = match value {
        value if value <= 0.0 => "above zero".to_owned(),
        value if is_price && value < LEAST_RATE => format!("at least {LEAST_RATE}"),
        _ => return None,
    };
    Some(ValidationIssue {
        key,
        code: "too_small",
        message: format!("{key} must be {fault}"),
    })
}

/// Refuses a headcount that is no whole number.
fn partial_headcount(fields: &Fields) -> Option<ValidationIssue> {
    let count = draft_key::number(fields, "headcount")?;
    (count.fract() != 0.0).then(|| ValidationIssue {
        key: "headcount",
        code: "invalid_type",
        message: "headcount must be a whole number".to_owned(),
    })
}

fn missing_rate(fields: &Fields) -> Option<&'static Need> {
    let key = draft_key::rate_key(draft_key::text(fields, "paymentType")?)?;
    let need = RATES.iter().find(|need| need.key == key)?;
    is_absent(fields, key).then_some(need)
}

fn is_absent(fields: &Fields, key: &str) -> bool {
    match fields.get(key) {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(Value::Array(items)) => items.iter().all(is_blank),
        Some(Value::Bool(_) | Value::Number(_) | Value::Object(_)) => false,
    }
}

fn is_blank(item: &Value) -> bool {
    item.as_str().is_some_and(|text| text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::validate;
    use crate::draft_key::Fields;

    fn fields(value: &Value) -> Fields {
        value.as_object().cloned().expect("the value is an object")
    }

    fn complete() -> Fields {
        fields(&json!({
            "jobTitle": "Tagging", "jobDescription": "Tag clips.", "languages": ["German"], "headcount": 3,
            "experienceLevel": "EXPERT", "paymentType": "PAY_PER_HOUR", "pricePerHour": 18,
        }))
    }

    #[test]
    fn empty_draft_lacks_everything_but_a_rate() {
        let validation = validate(&Fields::new());
        assert_eq!(
            validation.to_json()["missingFields"],
            json!([
                "jobTitle",
                "jobDescription",
                "languages",
                "headcount",
                "experienceLevel",
                "paymentType"
            ])
        );
        let payment = &validation.missing_fields()[5];
        assert_eq!(payment["type"], "enum");
        assert_eq!(payment["enumValues"][0], "PAY_PER_LABEL");
    }

    #[test]
    fn payment_type_brings_its_own_rate_with_it() {
        let mut draft = complete();
        assert!(validate(&draft).is_publish_ready());
        draft.insert("paymentType".to_owned(), json!("FIXED_PRICE"));
        assert_eq!(
            validate(&draft).to_json()["missingFields"],
            json!(["fixedPrice"])
        );
    }

    #[test]
    fn numbers_that_cannot_be_meant_are_issues() {
        for (key, value) in [
            ("pricePerHour", json!(0)),
            ("pricePerHour", json!(1e-9)),
            ("headcount", json!(-1)),
            ("headcount", json!(2.5)),
        ] {
            let mut draft = complete();
            draft.insert(key.to_owned(), value);
            let validation = validate(&draft);
            assert_eq!(validation.body_issues()[0]["path"], json!([key]));
            let validation = validation.to_json();
            assert_eq!(
                (&validation["publishReady"], &validation["issueCount"]),
                (&json!(false), &json!(1))
            );
        }
    }

    #[test]
    fn list_of_blank_texts_counts_as_missing() {
        let mut draft = complete();
        draft.insert("languages".to_owned(), json!(["", " "]));
        assert_eq!(
            validate(&draft).to_json()["missingFields"],
            json!(["languages"])
        );
    }
}
