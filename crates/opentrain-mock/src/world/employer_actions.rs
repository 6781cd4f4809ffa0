//! Actions of employers on the marketplace, for a test in which the jobs of other accounts appear, change and close.

use std::sync::Arc;

use serde_json::Value;

use super::World;
use super::job::MarketplaceChange;
use crate::draft_key::{self, Fields};
use crate::error::{EmployerError, MockErrorKind};
use crate::seed_jobs::SeedJobs;
use crate::seeded_random::SeededRandom;
use crate::validation::validate;

impl World {
    /// Publishes a job of another employer and returns its id. Fields that are not given are made up.
    pub(crate) fn employer_publishes(&mut self, given: Value) -> Result<String, MockErrorKind> {
        let place = usize::try_from(self.last_number("job")).unwrap_or(usize::MAX);
        let made_up = SeedJobs::new(SeededRandom::new(0)).fields(place);
        let fields = publishable(&made_up, given)?;
        let owner = self.saved.seed_accounts.stranger.clone();
        Ok(self.add_open_job(&owner, fields, self.now()))
    }

    /// Edits an open job, as its employer: values replace, `null` clears.
    pub(crate) fn employer_edits(&mut self, id: &str, patch: Value) -> Result<(), MockErrorKind> {
        let now = self.now();
        let fields = publishable(&self.open_job(id)?.fields, patch)?;
        if let Some(job) = self.saved.jobs.get_mut(id) {
            job.fields = Arc::new(fields);
            job.changed(MarketplaceChange::Updated, now);
        }
        Ok(())
    }

    /// Closes an open job, as its employer.
    pub(crate) fn employer_closes(&mut self, id: &str) -> Result<(), MockErrorKind> {
        let now = self.now();
        self.open_job(id)?;
        if let Some(job) = self.saved.jobs.get_mut(id) {
            job.close(now);
        }
        Ok(())
    }
}

/// Applies a patch, and refuses a result that could not be published.
fn publishable(fields: &Fields, patch: Value) -> Result<Fields, MockErrorKind> {
    let Value::Object(patch) = patch else {
        let sentence = "a job is an object of fields, such as `jobTitle`";
        return Err(EmployerError::InvalidJob(sentence.to_owned()).into());
    };
    let mut issues = draft_key::issues_of(&patch);
    if issues.is_empty() {
        let patched = draft_key::with(fields, patch);
        issues = validate(&patched).body_issues();
        if issues.is_empty() {
            return Ok(patched);
        }
    }
    let messages = issues.iter().filter_map(|issue| issue["message"].as_str());
    let messages = messages.collect::<Vec<_>>().join("; ");
    Err(EmployerError::InvalidJob(format!("the job does not fit: {messages}")).into())
}
