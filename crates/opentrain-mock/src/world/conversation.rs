//! Conversations between an employer and an AI trainer: how they begin, and who may read and write in them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::proposal::{Proposal, ProposalStatus};
use crate::api_failure::ApiFailure;
use crate::request::{AuthorisedRequest, Caller, Outcome, Success};
use crate::time::wire;

/// A conversation with one AI trainer.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Conversation {
    pub(crate) id: String,
    /// The employer's account.
    pub(crate) account: String,
    pub(crate) freelancer: String,
    pub(crate) subject: ConversationKind,
    pub(crate) updated_at: Timestamp,
    /// Number of the last activity. Later activity has a higher number, even if the clock stands still.
    pub(crate) activity: u64,
    /// True if the AI trainer has blocked the conversation.
    pub(crate) blocked: bool,
    /// Oldest first.
    pub(crate) messages: Vec<Message>,
}

/// Subject of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ConversationKind {
    /// Proposal, before a hire.
    Proposal { proposal: String, job: String },
    /// Contract, after a hire.
    Contract { contract: String, job: String },
}

/// Message of a conversation.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) author: Author,
    pub(crate) content: String,
    pub(crate) at: Timestamp,
    /// True if the employer has not read it.
    pub(crate) unread: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Author {
    Employer,
    Freelancer,
}

impl ConversationKind {
    /// Returns the job as an event shows it.
    pub(crate) fn job(&self) -> &str {
        match self {
            Self::Proposal { job, .. } | Self::Contract { job, .. } => job,
        }
    }

    /// Returns the job as a conversation shows it: only after a hire.
    fn shown_job(&self) -> Option<&str> {
        match self {
            Self::Proposal { .. } => None,
            Self::Contract { job, .. } => Some(job),
        }
    }

    fn proposal(&self) -> Option<&str> {
        match self {
            Self::Proposal { proposal, .. } => Some(proposal),
            Self::Contract { .. } => None,
        }
    }

    pub(crate) fn bucket(&self) -> &'static str {
        match self {
            Self::Proposal { .. } => "proposal",
            Self::Contract { .. } => "job",
        }
    }
}

impl Conversation {
    pub(crate) fn unread_count(&self) -> usize {
        self.messages
            .iter()
            .filter(|message| message.unread)
            .count()
    }

    /// Returns the number of messages of the AI trainer since the employer's last one.
    fn needs_reply_count(&self) -> usize {
        let newest = self.messages.iter().rev();
        newest
            .take_while(|message| message.author == Author::Freelancer)
            .count()
    }

    pub(crate) fn employer_has_written(&self) -> bool {
        let mut messages = self.messages.iter();
        messages.any(|message| message.author == Author::Employer)
    }

    fn sender(&self, message: &Message) -> &str {
        match message.author {
            Author::Employer => &self.account,
            Author::Freelancer => &self.freelancer,
        }
    }

    /// Returns the conversation in a list.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "type": "DIRECT_MESSAGE",
            "bucket": self.subject.bucket(),
            "jobId": self.subject.shown_job(),
            "proposalId": self.subject.proposal(),
            "channelName": null,
            "updatedAt": wire(self.updated_at),
            "lastMessage": self.messages.last().map(|message| json!({
                "id": message.id,
                "content": message.content,
                "senderUserId": self.sender(message),
                "isFromViewer": message.author == Author::Employer,
                "createdAt": wire(message.at),
            })),
            "unreadCount": self.unread_count(),
            "needsReplyCount": self.needs_reply_count(),
        })
    }

    /// Returns one of its messages.
    pub(crate) fn message_json(&self, message: &Message) -> Value {
        json!({
            "id": message.id,
            "createdAt": wire(message.at),
            "updatedAt": wire(message.at),
            "conversationId": self.id,
            "jobId": self.subject.shown_job(),
            "senderUserId": self.sender(message),
            "isFromViewer": message.author == Author::Employer,
            "content": message.content,
            "messageType": null,
            "system": false,
            "hasUnreadFlag": message.unread,
            "attachmentCount": 0,
            "hasAudio": false,
            "editedAt": null,
            "reactionCount": 0,
        })
    }
}

impl World {
    /// Handles `POST /proposals/{proposalId}/conversation` with the existing conversation, or a new one.
    pub(super) fn proposals_start_conversation(&mut self, request: &AuthorisedRequest) -> Outcome {
        if request.id.is_empty() {
            return Err(ApiFailure::bad_request("The proposal id is missing"));
        }
        let proposal = self.own_proposal(request.caller()?, request.id)?;
        check_ready(proposal)?;
        let subject = ConversationKind::Proposal {
            proposal: proposal.id.clone(),
            job: proposal.job_id.clone(),
        };
        let (owner, freelancer) = (proposal.owner.clone(), proposal.freelancer.clone());
        let job = proposal.job_id.clone();
        let mut conversations = self.saved.conversations.iter();
        let there = conversations.find(|conversation| conversation.subject == subject);
        let (id, created) = match there.map(|conversation| conversation.id.clone()) {
            Some(id) => (id, false),
            None => (self.add_conversation(owner, freelancer, subject), true),
        };
        Ok(Success::ok(json!({
            "ok": true,
            "conversationId": id,
            "proposalId": request.id,
            "jobId": job,
            "created": created,
        })))
    }

    /// Adds a conversation without messages, and returns its id.
    pub(super) fn add_conversation(
        &mut self,
        account: String,
        freelancer: String,
        subject: ConversationKind,
    ) -> String {
        let id = self.next_id("cnv");
        let conversation = Conversation {
            id: id.clone(),
            account,
            freelancer,
            subject,
            updated_at: self.now(),
            activity: self.next_number("activity"),
            blocked: false,
            messages: Vec::new(),
        };
        self.saved.conversations.insert(&id, conversation);
        id
    }

    /// Returns a conversation of the caller. One of another account is forbidden rather than not found.
    pub(super) fn own_conversation(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<&Conversation, ApiFailure> {
        let conversation = self.saved.conversations.get(id);
        let conversation =
            conversation.ok_or_else(|| ApiFailure::not_found("Conversation not found"))?;
        if conversation.account != caller.account {
            let error = "You take no part in this conversation";
            return Err(ApiFailure::forbidden(error));
        }
        Ok(conversation)
    }

    /// True if its contract has ended, so that it takes no more messages.
    pub(super) fn is_read_only(&self, conversation: &Conversation) -> bool {
        let ConversationKind::Contract { contract, .. } = &conversation.subject else {
            return false;
        };
        let contract = self.saved.contracts.get(contract);
        contract.is_some_and(|contract| !contract.is_active())
    }
}

/// Refuses a proposal of a sent-in resume: it has no user to write to.
fn check_ready(proposal: &Proposal) -> Result<(), ApiFailure> {
    if proposal.status != ProposalStatus::ResumeSent {
        return Ok(());
    }
    let details = json!({ "reason": "proposal_not_ready_for_messaging" });
    let error = "This proposal has no user to write to yet";
    Err(ApiFailure::conflict(error).with(details))
}
