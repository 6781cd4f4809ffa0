//! A draft and its open questions: asked, answered, until nothing is open.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;

use super::question::{DraftIssue, DraftQuestion, object, read};
use super::{CreateJobDraft, JobPatch};
use crate::client::Client;
use crate::error::{DraftFault, Error, Reason};
use crate::types::{DraftValidation, JobDraftCreated, JobId, MissingField};

/// Number of rounds of questions and answers, unless set.
const ROUNDS: u32 = 10;

/// Draft with its open questions. See [`CreateJobDraft::open`].
#[derive(Clone, Debug)]
pub struct Draft {
    client: Client,
    job_id: JobId,
    draft_url: String,
    is_ready: bool,
    questions: Vec<DraftQuestion>,
    /// Every question so far, for the details of fields that are only named later.
    known: Vec<DraftQuestion>,
}

impl Draft {
    fn new(client: Client, created: &JobDraftCreated) -> Self {
        let mut draft = Self {
            client,
            job_id: created.job_id.clone(),
            draft_url: created.draft_url.clone(),
            is_ready: false,
            questions: Vec::new(),
            known: Vec::new(),
        };
        draft.take(&created.missing_fields, &created.validation);
        draft
    }

    /// Returns the job's id, which stays the same when it is published.
    #[must_use]
    pub fn job_id(&self) -> &JobId {
        &self.job_id
    }

    /// Returns the page of the app where a human can edit the draft.
    #[must_use]
    pub fn draft_url(&self) -> &str {
        &self.draft_url
    }

    /// Returns true if the draft can be published: [`Jobs::publish`](crate::resources::Jobs::publish).
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.is_ready
    }

    /// Returns the open questions.
    #[must_use]
    pub fn questions(&self) -> &[DraftQuestion] {
        &self.questions
    }

    /// Sends answers and takes the questions that are open then.
    ///
    /// # Errors
    ///
    /// As [`JobDrafts::update`](super::JobDrafts::update). After a 400 with [`Reason::InvalidBody`], nothing of the patch was taken, and
    /// [`questions`](Self::questions) has the objections.
    pub async fn answer(&mut self, patch: JobPatch) -> crate::Result<()> {
        match self.client.job_drafts().update(&self.job_id, patch).await {
            Ok(updated) => {
                let missing = updated.missing_fields.unwrap_or_default();
                self.take(&missing, &updated.validation);
            }
            Err(error) => {
                self.objected(&error);
                return Err(error);
            }
        }
        Ok(())
    }

    fn take(&mut self, missing: &[MissingField], validation: &DraftValidation) {
        self.is_ready = validation.publish_ready;
        self.questions = if self.is_ready {
            Vec::new()
        } else {
            read(missing, validation, &self.known)
        };
        for question in &self.questions {
            self.known.retain(|known| known.field != question.field);
            self.known.push(question.clone());
        }
    }

    /// Takes the objections to answers that were refused.
    fn objected(&mut self, error: &Error) {
        let issues = match error.reason() {
            Some(Reason::InvalidBody { issues }) => issues.iter().map(DraftIssue::read).collect(),
            Some(Reason::InvalidField { field }) => vec![DraftIssue {
                field: Some(field.clone()),
                message: error.message().map(String::from),
                ..DraftIssue::default()
            }],
            _ => return,
        };
        for question in &mut self.questions {
            question.issues.clear();
        }
        object(&mut self.questions, issues.into_iter(), &self.known);
    }
}

/// Answers of the caller: an open question and the patch so far in, the patch with the answer out.
type Answer = Box<dyn FnMut(&DraftQuestion, JobPatch) -> JobPatch + Send>;

/// Draft that is asked about until it can be published. See [`CreateJobDraft::until_ready`].
#[must_use = "nothing is asked until it is awaited"]
pub struct CompleteDraft {
    create: CreateJobDraft,
    answer: Answer,
    rounds: u32,
}

impl CompleteDraft {
    /// Limits the rounds of questions and answers; 10 unless set.
    pub fn rounds(mut self, rounds: u32) -> Self {
        self.rounds = rounds;
        self
    }

    async fn run(self) -> crate::Result<Draft> {
        let Self {
            create,
            mut answer,
            rounds,
        } = self;
        let mut draft = create.open().await?;
        for round in 0.. {
            if draft.is_ready {
                break;
            }
            let patch = if round < rounds {
                answers(&mut answer, &draft.questions)
            } else {
                JobPatch::new()
            };
            if patch.is_empty() {
                return Err(DraftFault::new(draft.job_id, round, draft.questions).into());
            }
            match draft.answer(patch).await {
                Err(error) if !is_objection(&error) => return Err(error),
                _ => {}
            }
        }
        Ok(draft)
    }
}

/// Asks each question and collects the answers.
fn answers(answer: &mut Answer, questions: &[DraftQuestion]) -> JobPatch {
    let questions = questions.iter();
    questions.fold(JobPatch::new(), |patch, question| answer(question, patch))
}

/// True if the answers were refused, rather than the request.
fn is_objection(error: &Error) -> bool {
    matches!(
        error.reason(),
        Some(Reason::InvalidBody { .. } | Reason::InvalidField { .. })
    )
}

impl CreateJobDraft {
    /// Creates the draft, or finds it by its idempotency key, and returns it with its open questions.
    ///
    /// ```no_run
    /// # async fn ask(_: &[opentrain::resources::DraftQuestion]) -> opentrain::JobPatch { opentrain::JobPatch::new() }
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// let mut draft = client.job_drafts().create("Tag clips of German speech by dialect").open().await?;
    /// while !draft.is_ready() {
    ///     let answers = ask(draft.questions()).await;
    ///     draft.answer(answers).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`JobDrafts::create`](super::JobDrafts::create).
    pub async fn open(self) -> crate::Result<Draft> {
        let client = self.client().clone();
        let created = self.call().await?;
        Ok(Draft::new(client, &created))
    }

    /// Creates the draft, or finds it by its idempotency key, and asks for what it lacks until it can be published.
    ///
    /// `answer` gets each open question and returns the patch with its answer; a patch that it returns as it is leaves the question
    /// open. The answers of a round are sent together. What the service objects to is asked again, with the objection. To wait for
    /// answers, use [`open`](Self::open).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::ExperienceLevel;
    ///
    /// let draft = client
    ///     .job_drafts()
    ///     .create("Tag 2,000 clips of German speech by dialect, $18 an hour")
    ///     .until_ready(|question, patch| match question.field.as_str() {
    ///         "headcount" => patch.headcount(3),
    ///         "experienceLevel" => patch.experience_level(ExperienceLevel::Expert),
    ///         _ => patch,
    ///     })
    ///     .await?;
    /// client.jobs().publish(draft.job_id()).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::DraftNotReady`](crate::ErrorKind::DraftNotReady) with the questions that stay open, if a round brings no answer or
    /// 10 rounds are over; as [`JobDrafts::create`](super::JobDrafts::create) and [`JobDrafts::update`](super::JobDrafts::update).
    pub fn until_ready(
        self,
        answer: impl FnMut(&DraftQuestion, JobPatch) -> JobPatch + Send + 'static,
    ) -> CompleteDraft {
        CompleteDraft {
            create: self,
            answer: Box::new(answer),
            rounds: ROUNDS,
        }
    }
}

impl IntoFuture for CompleteDraft {
    type Output = crate::Result<Draft>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for CompleteDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompleteDraft")
            .field("create", &self.create)
            .field("rounds", &self.rounds)
            .finish_non_exhaustive()
    }
}
