//! A draft that did not become ready.

use std::fmt;

use super::{AttemptError, Error, ErrorKind};
use crate::resources::DraftQuestion;
use crate::retry::RetryAdvice;
use crate::types::JobId;

/// Reason why a draft cannot be published yet: the questions that stay open.
#[derive(Clone)]
pub struct DraftFault {
    job_id: JobId,
    rounds: u32,
    questions: Vec<DraftQuestion>,
}

impl DraftFault {
    pub(crate) fn new(job_id: JobId, rounds: u32, questions: Vec<DraftQuestion>) -> Self {
        Self {
            job_id,
            rounds,
            questions,
        }
    }

    /// Returns the draft. What was answered is kept there.
    #[must_use]
    pub fn job_id(&self) -> &JobId {
        &self.job_id
    }

    /// Returns the number of rounds of answers that were sent.
    #[must_use]
    pub fn rounds(&self) -> u32 {
        self.rounds
    }

    /// Returns the questions that stay open. Empty if the service names none, although the draft is not ready.
    #[must_use]
    pub fn questions(&self) -> &[DraftQuestion] {
        &self.questions
    }
}

impl From<DraftFault> for Error {
    fn from(fault: DraftFault) -> Self {
        let failure = AttemptError::of(ErrorKind::DraftNotReady(Box::new(fault)));
        Self::new(failure, "job_drafts", RetryAdvice::No)
    }
}

impl fmt::Display for DraftFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { job_id, rounds, .. } = self;
        write!(
            f,
            "draft `{job_id}` is not ready after {rounds} rounds of answers"
        )?;
        if self.questions.is_empty() {
            return f.write_str(", and the service names no field");
        }
        for (index, question) in self.questions.iter().enumerate() {
            let separator = if index == 0 { "; it lacks " } else { ", " };
            write!(f, "{separator}{question}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for DraftFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The names alone: the sentences come from the body.
        let questions: Vec<String> = self.questions.iter().map(ToString::to_string).collect();
        f.debug_struct("DraftFault")
            .field("job_id", &self.job_id)
            .field("rounds", &self.rounds)
            .field("questions", &questions)
            .finish()
    }
}
