//! The list of conversations, and the messages of one. Reading them marks none as read.

use serde_json::{Value, json};

use super::World;
use super::conversation::{Conversation, Message};
use crate::api_failure::ApiFailure;
use crate::page::{self, Page};
use crate::request::{AuthorisedRequest, Caller, Outcome, Pairs, Success};

/// Default and largest page size.
const LIMIT_DEFAULT: usize = 20;
const LIMIT_CAP: usize = 100;

/// Parameters of a request, in both modes.
struct MessageFilter<'a> {
    limit: usize,
    cursor: Option<&'a str>,
    newer: bool,
    bucket: Option<&'a str>,
    unread_only: bool,
}

impl<'a> MessageFilter<'a> {
    fn read(query: &'a Pairs) -> Result<Self, ApiFailure> {
        let limit = page::read_limit(query, LIMIT_DEFAULT, LIMIT_CAP);
        let bucket = choice(query, "filter", &["all", "job", "proposal"])?;
        let unread = choice(query, "unreadOnly", &["true", "1", "false", "0"])?;
        Ok(Self {
            limit: limit.map_err(|error| invalid("limit", &error))?,
            cursor: query.get("cursor"),
            newer: choice(query, "direction", &["older", "newer"])? == Some("newer"),
            bucket: bucket.filter(|bucket| *bucket != "all"),
            unread_only: matches!(unread, Some("true" | "1")),
        })
    }

    fn takes(&self, conversation: &Conversation) -> bool {
        let bucket = conversation.subject.bucket();
        let is_unread = !self.unread_only || conversation.unread_count() > 0;
        is_unread && self.bucket.is_none_or(|wanted| wanted == bucket)
    }
}

impl World {
    /// Handles `GET /messages` with conversations, or with the messages of `conversationId`.
    pub(super) fn messages_list(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        let wanted = MessageFilter::read(&request.query)?;
        let Some(id) = request.query.get("conversationId") else {
            return self.list_conversations(caller, &wanted);
        };
        let conversation = self.own_conversation(caller, id)?;
        let page = messages(conversation, &wanted)?;
        let messages = page.items.into_iter();
        let messages: Vec<_> = messages
            .map(|message| conversation.message_json(message))
            .collect();
        Ok(Success::ok(
            json!({ "messages": messages, "nextCursor": page.next_cursor }),
        ))
    }

    /// Lists conversations, newest activity first. The cursor names an activity, so a conversation that moves up meanwhile does not
    /// come twice.
    fn list_conversations(&self, caller: &Caller, wanted: &MessageFilter<'_>) -> Outcome {
        let before = wanted.cursor.map(read_activity).transpose()?;
        let conversations = self.saved.conversations.iter();
        let own = conversations.filter(|conversation| conversation.account == caller.account);
        let mut rest: Vec<_> = own
            .filter(|conversation| before.is_none_or(|before| conversation.activity < before))
            .filter(|conversation| wanted.takes(conversation))
            .collect();
        rest.sort_by_key(|conversation| std::cmp::Reverse(conversation.activity));
        let page = page::take(rest.into_iter(), wanted.limit, |conversation| {
            format!("c_{:08}", conversation.activity)
        });
        let conversations: Vec<_> = page.items.into_iter().map(Conversation::to_json).collect();
        Ok(Success::ok(
            json!({ "conversations": conversations, "nextCursor": page.next_cursor }),
        ))
    }
}

/// Pages through messages. Older: back from the newest, or from the cursor. Newer: on from the oldest, or from the cursor.
fn messages<'a>(
    conversation: &'a Conversation,
    wanted: &MessageFilter<'_>,
) -> Result<Page<&'a Message>, ApiFailure> {
    let all = &conversation.messages;
    let cursor = wanted.cursor.map(|cursor| {
        let place = all.iter().position(|message| message.id == cursor);
        place.ok_or_else(unknown_cursor)
    });
    let cursor = cursor.transpose()?;
    let cursor_of = |message: &&Message| message.id.clone();
    if wanted.newer {
        let start = cursor.map_or(0, |place| place + 1);
        return Ok(page::take(all[start..].iter(), wanted.limit, cursor_of));
    }
    let end = cursor.unwrap_or(all.len());
    Ok(page::take(all[..end].iter().rev(), wanted.limit, cursor_of))
}

fn read_activity(cursor: &str) -> Result<u64, ApiFailure> {
    let number = cursor.strip_prefix("c_").map(str::parse);
    number.and_then(Result::ok).ok_or_else(unknown_cursor)
}

/// Reads a parameter that takes one of the given words.
fn choice<'a>(query: &'a Pairs, name: &str, words: &[&str]) -> Result<Option<&'a str>, ApiFailure> {
    match query.get(name) {
        Some(word) if !words.contains(&word) => Err(invalid(
            name,
            &format!("{name} must be one of {}", words.join(", ")),
        )),
        word => Ok(word),
    }
}

fn unknown_cursor() -> ApiFailure {
    invalid("cursor", "cursor is not one that this list has given out")
}

fn invalid(name: &str, message: &str) -> ApiFailure {
    let issue: Value = json!({ "code": "custom", "path": [name], "message": message });
    ApiFailure::bad_request("The query is invalid").with(json!({ "issues": [issue] }))
}
