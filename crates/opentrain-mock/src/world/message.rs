//! Messages of employers and AI trainers.

use serde_json::{Map, Value, json};

use super::World;
use super::conversation::{Author, Conversation, Message};
use super::events::{EventContent, EventKind};
use crate::api_failure::ApiFailure;
use crate::error::MockErrorKind;
use crate::moderation;
use crate::request::{AuthorisedRequest, Outcome, Success};

/// The longest message, in characters.
const LENGTH_CAP: usize = 10_000;

impl World {
    /// Handles `POST /messages`, for an existing conversation.
    pub(super) fn messages_send(&mut self, request: &AuthorisedRequest) -> Outcome {
        let body = request.validated_object()?;
        let (conversation, content) = read(&body)?;
        let found = self.own_conversation(request.caller()?, conversation)?;
        self.check_writable(found)?;
        check_policy(content)?;
        let id = self.add_message(conversation, Author::Employer, content);
        let found = self.own_conversation(request.caller()?, conversation)?;
        let message = found.messages.iter().find(|message| message.id == id);
        let message = message.map(|message| found.message_json(message));
        Ok(Success::created(json!({ "ok": true, "message": message })))
    }

    fn check_writable(&self, conversation: &Conversation) -> Result<(), ApiFailure> {
        if self.is_read_only(conversation) {
            let error = "This conversation is read-only";
            return Err(conflict("read_only_conversation", error));
        }
        if conversation.blocked {
            let error = "This message is blocked";
            return Err(conflict("message_blocked", error));
        }
        Ok(())
    }

    /// Adds a message and returns its id. A message of the employer marks the others as read.
    fn add_message(&mut self, conversation: &str, author: Author, content: &str) -> String {
        let (id, now) = (self.next_id("msg"), self.now());
        let activity = self.next_number("activity");
        let message = Message {
            id: id.clone(),
            author,
            content: content.to_owned(),
            at: now,
            unread: author == Author::Freelancer,
        };
        if let Some(conversation) = self.saved.conversations.get_mut(conversation) {
            if author == Author::Employer {
                mark_read(conversation);
            }
            conversation.activity = activity;
            conversation.updated_at = now;
            conversation.messages.push(message);
        }
        id
    }

    /// Adds a message of the AI trainer, and returns its id.
    pub(crate) fn candidate_writes(
        &mut self,
        id: &str,
        content: &str,
    ) -> Result<String, MockErrorKind> {
        let unknown = || MockErrorKind::UnknownConversation(id.to_owned());
        let conversation = self.saved.conversations.get(id).ok_or_else(unknown)?;
        if !conversation.employer_has_written() {
            return Err(MockErrorKind::EmployerWritesFirst(id.to_owned()));
        }
        if self.is_read_only(conversation) {
            return Err(MockErrorKind::ReadOnlyConversation(id.to_owned()));
        }
        let account = conversation.account.clone();
        let job = conversation.subject.job().to_owned();
        let message = self.add_message(id, Author::Freelancer, content);
        self.announce(EventContent {
            account,
            kind: EventKind::MessageReceived,
            resource: message.clone(),
            job: Some(job),
            data: json!({ "conversationId": id, "messageId": message }),
        });
        Ok(message)
    }

    /// Marks a conversation as read by the human on the site.
    pub(crate) fn human_reads(&mut self, id: &str) -> Result<(), MockErrorKind> {
        mark_read(self.conversation_mut(id)?);
        Ok(())
    }

    /// Blocks a conversation for the AI trainer.
    pub(crate) fn candidate_blocks(&mut self, id: &str) -> Result<(), MockErrorKind> {
        self.conversation_mut(id)?.blocked = true;
        Ok(())
    }

    fn conversation_mut(&mut self, id: &str) -> Result<&mut Conversation, MockErrorKind> {
        let unknown = || MockErrorKind::UnknownConversation(id.to_owned());
        self.saved.conversations.get_mut(id).ok_or_else(unknown)
    }
}

fn mark_read(conversation: &mut Conversation) {
    for message in &mut conversation.messages {
        message.unread = false;
    }
}

fn read(body: &Map<String, Value>) -> Result<(&str, &str), ApiFailure> {
    let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default();
    let (conversation, content) = (text("conversationId"), text("content"));
    let mut issues = Vec::new();
    if conversation.is_empty() {
        issues.push(issue("conversationId", "conversationId must be an id"));
    }
    if content.is_empty() || content.chars().count() > LENGTH_CAP {
        let error = "content must be a text of 1 to 10,000 characters";
        issues.push(issue("content", error));
    }
    if issues.is_empty() {
        return Ok((conversation, content));
    }
    Err(ApiFailure::invalid_body(&issues))
}

fn issue(key: &str, message: &str) -> Value {
    json!({ "code": "custom", "path": [key], "message": message })
}

fn check_policy(content: &str) -> Result<(), ApiFailure> {
    if !moderation::leads_off_platform(content) {
        return Ok(());
    }
    let details = json!({ "reason": "message_policy_blocked", "policy": "off_platform_contact" });
    Err(ApiFailure::forbidden("The content policy forbids this message").with(details))
}

fn conflict(reason: &str, error: &str) -> ApiFailure {
    ApiFailure::conflict(error).with(json!({ "reason": reason }))
}
