//! A stand-in for the service's moderation: it objects to jobs and messages that lead people off the platform.

use crate::draft_key::{self, Fields};

/// Words that moderation objects to. Tests use them to be refused.
const OFF_PLATFORM: &[&str] = &["telegram", "whatsapp"];

/// Returns the reasons against a job; empty if there are none.
pub(crate) fn objections(fields: &Fields) -> Vec<String> {
    let texts =
        ["jobTitle", "jobDescription"].map(|key| draft_key::text(fields, key).unwrap_or_default());
    let text = texts.join(" ").to_lowercase();
    let said = words_in(&text);
    said.map(|word| format!("The job asks people to talk outside the platform ({word})"))
        .collect()
}

/// True if a message leads off the platform.
pub(crate) fn leads_off_platform(message: &str) -> bool {
    words_in(&message.to_lowercase()).next().is_some()
}

fn words_in(text: &str) -> impl Iterator<Item = &'static str> {
    let words = OFF_PLATFORM.iter().copied();
    words.filter(move |word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::objections;
    use crate::draft_key::Fields;

    #[test]
    fn jobs_that_lead_off_the_platform_are_objected_to() {
        let mut fields = Fields::new();
        fields.insert("jobTitle".to_owned(), json!("Tag clips"));
        assert!(objections(&fields).is_empty());
        fields.insert("jobDescription".to_owned(), json!("Write me on WhatsApp."));
        assert_eq!(objections(&fields).len(), 1);
    }
}
