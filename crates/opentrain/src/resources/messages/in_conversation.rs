//! `GET /messages` of one conversation.

use opentrain_api::public::operations;
use serde::Deserialize;

use crate::call::{Call, CallOptions, Target};
use crate::client::Client;
use crate::page::{Page, Paged, list_methods, page_limit, page_sender};
use crate::types::{ConversationId, Cursor, Message, MessageDirection, MessagesPage, Timestamp};

/// The messages of a conversation. See [`Messages::in_conversation`](super::Messages::in_conversation).
#[derive(Clone, Debug)]
#[must_use = "a list does nothing until it is awaited or streamed"]
pub struct ListMessages {
    client: Client,
    options: CallOptions,
    start: Option<Cursor>,
    conversation: ConversationId,
    direction: Option<MessageDirection>,
    limit: Option<i32>,
}

impl ListMessages {
    pub(super) fn new(client: &Client, conversation: &ConversationId) -> Self {
        let options = client.shared().defaults.clone();
        Self {
            client: client.clone(),
            options,
            start: None,
            conversation: conversation.clone(),
            direction: None,
            limit: None,
        }
    }

    /// Which way the pages go: to older messages unless set. A cursor belongs to the direction that it was given for. The
    /// order within a page is not documented: sort by `created_at` if it matters.
    pub fn direction(mut self, direction: MessageDirection) -> Self {
        self.direction = Some(direction);
        self
    }

    /// How many messages a page holds, from 1 to 100; 20 unless set.
    pub fn page_size(mut self, limit: u32) -> Self {
        self.limit = Some(page_limit(limit));
        self
    }

    fn page_at(&self, cursor: Option<Cursor>) -> Call<Page<Message>> {
        let (id, direction) = (self.conversation.clone(), self.direction.clone());
        let limit = self.limit;
        let sender = page_sender::<ConversationPage, _, _, _>(move |wire| {
            let (id, direction, cursor) = (id.clone(), direction.clone(), cursor.clone());
            async move {
                let (cursor, direction) = (cursor.as_ref(), direction.as_ref());
                let response = wire
                    .public()
                    .messages_list(Some(&id), cursor, direction, None, limit, None)
                    .await?;
                Ok(response.map(ConversationPage))
            }
        });
        Call::new(&self.client, Target::of(&operations::MESSAGES_LIST), sender)
            .with_options(self.options.clone())
    }
}

list_methods!(ListMessages, Message);

/// The body of the two modes of `GET /messages`, read for its messages.
#[derive(Deserialize)]
#[serde(transparent)]
struct ConversationPage(MessagesPage);

impl Paged for ConversationPage {
    type Item = Message;
    const LIST: &'static str = "messages";

    fn has_list(&self) -> bool {
        self.0.messages.is_some()
    }

    fn split(self) -> (Vec<Message>, Option<Cursor>, Option<Timestamp>) {
        let messages = self.0.messages.unwrap_or_default();
        (messages, self.0.next_cursor, None)
    }
}
