//! Questions that a draft leaves open: missing fields and objections in one form.

use std::fmt;

use opentrain_api::runtime::printable;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::types::{DraftValidation, MissingField, MissingFieldType};

/// Number of characters of a name that are shown.
const NAME_SHOWN: usize = 80;
/// Mark that the service may put before a question.
const PROMPT_MARK: &str = "ask:";

/// Question that a draft leaves open: a field that is missing, or one whose value cannot stay.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DraftQuestion {
    /// Name of the field, such as `headcount`; empty if the service objects without naming one.
    pub field: String,
    /// Name of the field for display.
    pub label: Option<String>,
    /// Question for a human.
    pub prompt: Option<String>,
    /// Kind of the value.
    pub kind: Option<MissingFieldType>,
    /// Values to choose from; empty if it is not a choice.
    pub choices: Vec<String>,
    /// Keys of the patch that answers it.
    pub update_keys: Vec<String>,
    /// A possible value, as text even where a number is wanted.
    pub example: Option<String>,
    /// More help.
    pub hint: Option<String>,
    /// Objections to the value that is there or was sent; empty if it is only missing.
    pub issues: Vec<DraftIssue>,
}

/// Objection of the service's validation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DraftIssue {
    /// Field that it is about, with dots between the parts of a path. `None` if it names none.
    pub field: Option<String>,
    /// Code for programs, such as `too_small`.
    pub code: Option<String>,
    /// Sentence for people.
    pub message: Option<String>,
    /// The objection as it came. Its form is not documented.
    pub raw: Value,
}

impl DraftQuestion {
    /// Reads what a validation finds: that of a draft, or that of [`Reason::DraftNotReady`](crate::Reason::DraftNotReady), with which
    /// a publication is refused.
    ///
    /// ```
    /// use opentrain::resources::DraftQuestion;
    ///
    /// let validation = serde_json::from_str(
    ///     r#"{"publishReady": false, "missingFields": ["headcount"], "issues": [{"path": ["pricePerHour"], "code": "too_small"}]}"#,
    /// )?;
    /// let questions = DraftQuestion::of(&validation);
    /// assert_eq!((questions[0].field.as_str(), questions[1].field.as_str()), ("headcount", "pricePerHour"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn of(validation: &DraftValidation) -> Vec<Self> {
        read(&[], validation, &[])
    }

    /// Returns the bare question for a field of which only the name is known.
    fn bare(field: &str) -> Self {
        Self {
            field: String::from(field),
            update_keys: vec![String::from(field)],
            ..Self::default()
        }
    }
}

impl From<&MissingField> for DraftQuestion {
    fn from(missing: &MissingField) -> Self {
        let keys = missing.update_keys.clone().unwrap_or_default();
        let field = missing.field.as_ref().or(keys.first());
        let field = field.or(missing.label.as_ref()).cloned();
        let field = field.unwrap_or_default();
        Self {
            label: missing.label.clone(),
            prompt: missing
                .prompt
                .as_deref()
                .or(missing.message.as_deref())
                .map(question),
            kind: missing.type_.clone(),
            choices: missing.enum_values.clone().unwrap_or_default(),
            update_keys: if keys.is_empty() {
                vec![field.clone()]
            } else {
                keys
            },
            example: missing.example.clone(),
            hint: missing.hint.clone(),
            issues: Vec::new(),
            field,
        }
    }
}

impl DraftIssue {
    /// Reads an objection in any of the forms that are known: text, `field`, or the `path` of a schema's validator.
    pub(super) fn read(raw: &Value) -> Self {
        let text = |name: &str| Some(String::from(raw.get(name)?.as_str()?));
        let path = |name: &str| match raw.get(name)? {
            Value::String(path) => Some(path.clone()),
            Value::Array(parts) => Some(parts.iter().map(part).collect::<Vec<_>>().join(".")),
            _ => None,
        };
        let fields = [text("field"), path("path"), path("keys")]
            .into_iter()
            .flatten();
        Self {
            field: fields.into_iter().find(|field| !field.is_empty()),
            code: text("code"),
            message: raw.as_str().map(String::from).or_else(|| text("message")),
            raw: raw.clone(),
        }
    }
}

fn part(part: &Value) -> String {
    part.as_str().map_or_else(|| part.to_string(), String::from)
}

/// Returns a prompt without the mark before it.
fn question(prompt: &str) -> String {
    let prompt = prompt.trim();
    String::from(
        prompt
            .strip_prefix(PROMPT_MARK)
            .unwrap_or(prompt)
            .trim_start(),
    )
}

/// Reads the open questions of a draft: `missing` is the typed list of a response, which only the creation is documented to have. The
/// details of a field that is only named are taken from the questions that were `known` before.
pub(super) fn read(
    missing: &[MissingField],
    validation: &DraftValidation,
    known: &[DraftQuestion],
) -> Vec<DraftQuestion> {
    let mut questions: Vec<DraftQuestion> = missing.iter().map(DraftQuestion::from).collect();
    for element in validation.missing_fields.iter().flatten() {
        let found = match element.as_str() {
            Some(name) => about(name, known),
            None => match MissingField::deserialize(element) {
                Ok(missing) => DraftQuestion::from(&missing),
                Err(_unknown_form) => continue,
            },
        };
        if questions
            .iter()
            .all(|question| question.field != found.field)
        {
            questions.push(found);
        }
    }
    let is_counted = validation
        .missing_field_count
        .is_some_and(|count| count > 0);
    if questions.is_empty() && is_counted {
        // The list may be empty although fields are missing: those that were not answered are still open.
        questions.extend(
            known
                .iter()
                .filter(|question| question.issues.is_empty())
                .cloned(),
        );
    }
    let issues = validation.issues.iter().flatten().map(DraftIssue::read);
    object(&mut questions, issues, known);
    questions
}

/// Adds objections to the questions that they are about, or as questions of their own.
pub(super) fn object(
    questions: &mut Vec<DraftQuestion>,
    issues: impl Iterator<Item = DraftIssue>,
    known: &[DraftQuestion],
) {
    for issue in issues {
        let field = issue.field.clone().unwrap_or_default();
        let is_about = |question: &DraftQuestion| {
            question.field == field || question.update_keys.contains(&field)
        };
        match questions.iter_mut().find(|question| is_about(question)) {
            Some(question) => question.issues.push(issue),
            None => {
                let mut question = about(&field, known);
                question.issues = vec![issue];
                questions.push(question);
            }
        }
    }
}

/// Returns the question about a field, as it was known before or bare.
fn about(field: &str, known: &[DraftQuestion]) -> DraftQuestion {
    let found = known.iter().find(|question| question.field == field);
    let mut question = found.cloned().unwrap_or_else(|| DraftQuestion::bare(field));
    question.issues.clear();
    question
}

/// The field, and the code of what is wrong with it.
impl fmt::Display for DraftQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.as_str() {
            "" => f.write_str("a field that is not named")?,
            field => write!(f, "`{}`", printable(field, NAME_SHOWN))?,
        }
        let codes = self.issues.iter().filter_map(|issue| issue.code.as_deref());
        match codes.into_iter().next() {
            Some(code) => write!(f, " (`{}`)", printable(code, NAME_SHOWN)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{DraftIssue, DraftQuestion, read};
    use crate::types::{DraftValidation, MissingField};

    fn validation(value: Value) -> DraftValidation {
        serde_json::from_value(value).unwrap()
    }

    fn fields(questions: &[DraftQuestion]) -> Vec<&str> {
        questions
            .iter()
            .map(|question| question.field.as_str())
            .collect()
    }

    #[test]
    fn fields_are_read_in_every_form_and_each_is_asked_for_once() {
        let missing: MissingField = serde_json::from_value(json!({
            "field": "headcount", "prompt": "ask: How many?", "type": "number", "updateKeys": ["headcount"]
        }))
        .unwrap();
        let found = validation(json!({"publishReady": false, "missingFields": [
            "headcount", "languages", {"updateKeys": ["dataVolume"]}, {"label": "Title"}, 7
        ]}));
        let known = [DraftQuestion {
            prompt: Some(String::from("Which?")),
            ..DraftQuestion::bare("languages")
        }];
        let questions = read(std::slice::from_ref(&missing), &found, &known);
        assert_eq!(
            fields(&questions),
            ["headcount", "languages", "dataVolume", "Title"]
        );
        assert_eq!(questions[0].prompt.as_deref(), Some("How many?"));
        assert_eq!(questions[1].prompt.as_deref(), Some("Which?"));
    }

    #[test]
    fn fields_that_are_only_counted_are_those_that_were_asked_for() {
        let counted =
            validation(json!({"publishReady": false, "missingFieldCount": 1, "missingFields": []}));
        let known = [DraftQuestion::bare("headcount")];
        assert_eq!(fields(&read(&[], &counted, &known)), ["headcount"]);
        let ready = validation(json!({"publishReady": true, "missingFieldCount": 0}));
        assert!(read(&[], &ready, &known).is_empty());
    }

    #[test]
    fn objections_are_read_in_every_form_and_put_to_their_fields() {
        let objections = json!([
            {"field": "headcount", "code": "too_small", "message": "above zero"},
            {"path": ["languages", 0], "code": "invalid_type", "message": "text"},
            {"path": [], "keys": ["colour"], "code": "unrecognized_keys"},
            {"path": "paymentType"},
            "It needs a title",
            17
        ]);
        let found = validation(
            json!({"publishReady": false, "missingFields": ["headcount"], "issues": objections}),
        );
        let questions = DraftQuestion::of(&found);
        assert_eq!(
            fields(&questions),
            ["headcount", "languages.0", "colour", "paymentType", ""]
        );
        assert_eq!(
            questions[0].issues[0].message.as_deref(),
            Some("above zero")
        );
        let unnamed: Vec<Option<&str>> = questions[4]
            .issues
            .iter()
            .map(|issue| issue.message.as_deref())
            .collect();
        assert_eq!(unnamed, [Some("It needs a title"), None]);
        let shown: Vec<String> = questions.iter().map(ToString::to_string).collect();
        assert_eq!(shown[0], "`headcount` (`too_small`)");
        assert_eq!(shown[4], "a field that is not named");
        assert_eq!(DraftIssue::read(&json!(17)).raw, json!(17));
    }
}
