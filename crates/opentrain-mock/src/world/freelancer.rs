//! AI trainers: their JSON, and the candidates for a job.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::job::Job;
use crate::api_failure::ApiFailure;
use crate::json_number::usd;
use crate::link;
use crate::request::{AuthorisedRequest, Outcome, Success};
use crate::seed_catalogue::{Language, Task};

/// An AI trainer. Last names are not even known here: they are never shown.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Freelancer {
    pub(crate) id: String,
    pub(crate) slug: String,
    pub(crate) first_name: String,
    pub(crate) last_initial: String,
    #[serde(with = "crate::seed_catalogue::language_by_name")]
    pub(crate) language: &'static Language,
    #[serde(with = "crate::seed_catalogue::task_by_name")]
    pub(crate) task: &'static Task,
    pub(crate) hourly_rate: f64,
    /// True if they take new work.
    pub(crate) available: bool,
    /// A number from 0 to 9 that makes them different from each other.
    pub(crate) seasoning: u32,
}

impl Freelancer {
    pub(crate) fn display_name(&self) -> String {
        format!("{} {}.", self.first_name, self.last_initial)
    }

    pub(crate) fn profile_path(&self) -> String {
        format!("/profile/{}", self.slug)
    }

    fn title(&self) -> String {
        format!(
            "{} {} specialist",
            self.language.name,
            self.task.label_type.to_lowercase()
        )
    }

    fn review_count(&self) -> u32 {
        self.seasoning / 3
    }

    fn speaks_one_of(&self, languages: &[&str]) -> bool {
        let speaks = |name: &&str| name.eq_ignore_ascii_case(self.language.name);
        languages.iter().any(speaks)
    }

    /// Returns the AI trainer as a candidate of a proposal.
    pub(crate) fn to_candidate_json(&self) -> Value {
        json!({
            "id": self.id,
            "profileSlug": self.slug,
            "displayName": self.display_name(),
            "firstName": self.first_name,
            "lastNameInitial": self.last_initial,
            "profileTitle": self.title(),
            "profilePhotoUrl": link::photo(&self.slug),
            "countryCode": self.language.country_code,
            "country": self.language.country,
            "talentType": "FREELANCER",
            "highestEarningsUsd": self.seasoning * 350,
            "reviewCount": self.review_count(),
        })
    }

    fn to_profile_json(&self) -> Value {
        json!({
            "id": self.id,
            "profileSlug": self.slug,
            "profilePath": self.profile_path(),
            "displayName": self.display_name(),
            "firstName": self.first_name,
            "lastNameInitial": self.last_initial,
            "talentType": "Individual",
            "title": self.title(),
            "bio": format!("{} since {}.", self.title(), self.first_year()),
            "city": self.language.city,
            "countryCode": self.language.country_code,
            "country": self.language.country,
            "profilePhotoUrl": link::photo(&self.slug),
            "hourlyRateUsd": usd(self.hourly_rate),
            "availability": self.available.then_some("FULL_TIME"),
            "expertiseLevel": (self.seasoning > 5).then_some("EXPERT"),
            "englishLevel": "FLUENT",
            "memberSince": format!("{}-02-01T09:00:00.000Z", self.first_year()),
            "identityVerified": self.is_identity_verified(),
            "skills": self.skills(),
            "languages": [
                { "language": self.language.name, "proficiency": "NATIVE" },
                { "language": "English", "proficiency": "FLUENT" },
            ],
            "stats": self.stats(),
            "agency": null,
            "labelExperience": [self.label_experience()],
            "workExperience": [],
            "education": [],
            "reviews": self.reviews(),
        })
    }

    pub(crate) fn is_identity_verified(&self) -> bool {
        self.seasoning > 2
    }

    fn first_year(&self) -> u32 {
        2025 - self.seasoning / 2
    }

    fn skills(&self) -> Value {
        json!({
            "subjectMatter": ["General"],
            "tags": [upper_snake(self.task.label_type)],
            "software": self.task.software.into_iter().collect::<Vec<_>>(),
            "dataTypes": [upper_snake(self.task.data_type)],
            "labelTypes": [upper_snake(self.task.label_type)],
        })
    }

    fn stats(&self) -> Value {
        let rating = if self.review_count() > 0 {
            json!(4.5)
        } else {
            Value::Null
        };
        json!({
            "totalEarnedUsd": self.seasoning * 1_200,
            "billedHours": self.seasoning * 80,
            "jobSuccessScore": 90 + self.seasoning,
            "reviewCount": self.review_count(),
            "averageRating": rating,
        })
    }

    fn label_experience(&self) -> Value {
        json!({
            "id": format!("lex_{}", self.slug),
            "title": self.title(),
            "description": format!("{} of {} data.", self.task.label_type, self.task.data_type.to_lowercase()),
            "fromYear": self.first_year(),
            "toYear": null,
            "ongoing": true,
            "software": self.task.software,
            "dataType": upper_snake(self.task.data_type),
            "labelTypes": [upper_snake(self.task.label_type)],
        })
    }

    fn reviews(&self) -> Vec<Value> {
        let review = |number: u32| {
            json!({
                "id": format!("rev_{}_{number}", self.slug),
                "rating": 5 - number % 2,
                "comment": "Careful work, on time.",
                "createdAt": format!("2025-{:02}-15T12:00:00.000Z", number + 1),
            })
        };
        (0..self.review_count()).map(review).collect()
    }
}

impl World {
    /// Handles `GET /freelancers/{idOrSlug}`.
    pub(super) fn freelancers_get(&mut self, request: &AuthorisedRequest) -> Outcome {
        let mut all = self.saved.freelancers.iter();
        let found =
            all.find(|freelancer| freelancer.id == request.id || freelancer.slug == request.id);
        let freelancer = found.ok_or_else(|| ApiFailure::not_found("Freelancer not found"))?;
        Ok(Success::ok(
            json!({ "freelancer": freelancer.to_profile_json() }),
        ))
    }

    /// Returns the AI trainers who would apply to a job: speakers of its languages first, then the others.
    pub(super) fn applicants(&self, job: &Job, count: usize) -> Vec<&Freelancer> {
        let languages = job.languages();
        let available = || {
            self.saved
                .freelancers
                .iter()
                .filter(|freelancer| freelancer.available)
        };
        let speaks = |freelancer: &&Freelancer| freelancer.speaks_one_of(&languages);
        let speakers = available().filter(speaks);
        let others = available().filter(|freelancer| !speaks(freelancer));
        speakers.chain(others).take(count).collect()
    }
}

fn upper_snake(label: &str) -> String {
    label.to_uppercase().replace(' ', "_")
}

#[cfg(test)]
mod tests {
    use super::upper_snake;

    #[test]
    fn a_label_becomes_a_constant() {
        assert_eq!(upper_snake("Image classification"), "IMAGE_CLASSIFICATION");
    }
}
