//! A stand-in for the service's moderation: it objects to jobs that lead people off the platform.

use crate::draft_key::{self, Fields};

/// Words that moderation objects to. Tests use them to be refused.
const OFF_PLATFORM: &[&str] = &["telegram", "whatsapp"];

/// Why the job may not be listed; empty if it may.
pub(crate) fn objections(fields: &Fields) -> Vec<String> {
    let texts =
        ["jobTitle", "jobDescription"].map(|key| draft_key::text(fields, key).unwrap_or_default());
    let text = texts.join(" ").to_lowercase();
    let said = OFF_PLATFORM.iter().filter(|word| text.contains(*word));
    said.map(|word| format!("The job asks people to talk outside the platform ({word})"))
        .collect()
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
