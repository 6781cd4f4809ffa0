//! Actions of AI trainers: apply, answer an invitation, take the interview.

use super::World;
use super::freelancer::Freelancer;
use super::job::Job;
use super::proposal::{Interview, bid};
use crate::error::{CandidateError, MockErrorKind};
use crate::json_number::round;

/// The best score of an interview.
const BEST: u32 = 100;

impl World {
    /// Lets an AI trainer, by id or slug, apply to an open job. The bid is the job's rate.
    pub(crate) fn candidate_applies(
        &mut self,
        job: &str,
        id_or_slug: &str,
    ) -> Result<String, MockErrorKind> {
        let mut all = self.saved.freelancers.iter();
        let found =
            all.find(|freelancer| freelancer.id == id_or_slug || freelancer.slug == id_or_slug);
        let found =
            found.ok_or_else(|| CandidateError::UnknownFreelancer(id_or_slug.to_owned()))?;
        let freelancer = found.id.clone();
        self.apply(job, &freelancer)
    }

    /// Lets the best fitting AI trainer who has not applied yet apply to an open job.
    pub(crate) fn best_candidate_applies(&mut self, job: &str) -> Result<String, MockErrorKind> {
        let found = self
            .saved
            .jobs
            .get(job)
            .ok_or_else(|| CandidateError::UnknownJob(job.to_owned()))?;
        let all = self.applicants(found, usize::MAX).into_iter();
        let mut others = all.filter(|other| self.application(job, &other.id).is_none());
        let best = others.next().map(|freelancer| freelancer.id.clone());
        let freelancer = best.ok_or_else(|| CandidateError::AllApplied(job.to_owned()))?;
        self.apply(job, &freelancer)
    }

    /// Lets the invited AI trainer of a proposal answer with a bid of the job's rate.
    pub(crate) fn candidate_answers(&mut self, proposal: &str) -> Result<(), MockErrorKind> {
        let unknown = || MockErrorKind::UnknownProposal(proposal.to_owned());
        let found = self.saved.proposals.get(proposal).ok_or_else(unknown)?;
        if found.bid.is_some() {
            return Err(CandidateError::AlreadyBid(proposal.to_owned()).into());
        }
        self.bid(proposal)
    }

    /// Lets the AI trainer of a proposal take the AI interview. A second interview replaces the first.
    pub(crate) fn candidate_interviews(
        &mut self,
        proposal: &str,
        score: u32,
    ) -> Result<(), MockErrorKind> {
        if score > BEST {
            return Err(CandidateError::ScoreTooHigh(score).into());
        }
        if !self.saved.proposals.contains(proposal) {
            return Err(MockErrorKind::UnknownProposal(proposal.to_owned()));
        }
        let (id, now) = (self.next_id("int"), self.now());
        if let Some(found) = self.saved.proposals.get_mut(proposal) {
            found.interview = Some(Interview { id, score });
            found.match_score = Some(round(f64::from(score) / f64::from(BEST), 100.0));
            found.updated_at = now;
        }
        Ok(())
    }

    fn apply(&mut self, job: &str, freelancer: &str) -> Result<String, MockErrorKind> {
        let owner = self.open_job(job)?.owner.clone();
        if let Some(proposal) = self.application(job, freelancer) {
            return Err(CandidateError::AlreadyBid(proposal.to_owned()).into());
        }
        let proposal = self.add_proposal(job, &owner, freelancer);
        self.bid(&proposal)?;
        Ok(proposal)
    }

    /// Returns an open job of any account.
    pub(super) fn open_job(&self, id: &str) -> Result<&Job, CandidateError> {
        let unknown = || CandidateError::UnknownJob(id.to_owned());
        let job = self.saved.jobs.get(id).ok_or_else(unknown)?;
        match job.is_open() {
            true => Ok(job),
            false => Err(CandidateError::JobNotOpen(id.to_owned())),
        }
    }

    /// Returns the proposal of this AI trainer on this job.
    fn application(&self, job: &str, freelancer: &str) -> Option<&str> {
        let mut proposals = self.saved.proposals.iter();
        let found =
            proposals.find(|proposal| proposal.job_id == job && proposal.freelancer == freelancer);
        found.map(|proposal| proposal.id.as_str())
    }

    /// Adds a bid of the job's rate to a proposal.
    fn bid(&mut self, proposal: &str) -> Result<(), MockErrorKind> {
        let now = self.now();
        let unknown = || MockErrorKind::UnknownProposal(proposal.to_owned());
        let saved = &mut *self.saved;
        let found = saved.proposals.get_mut(proposal).ok_or_else(unknown)?;
        let job = saved.jobs.get(&found.job_id);
        let freelancer: Option<&Freelancer> = saved.freelancers.get(&found.freelancer);
        let (Some(job), Some(freelancer)) = (job, freelancer) else {
            return Err(unknown());
        };
        found.bid = Some(bid(job, freelancer, 0));
        found.updated_at = now;
        Ok(())
    }
}
