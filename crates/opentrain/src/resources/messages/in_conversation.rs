//! `GET /messages` of one conversation.

use opentrain_api::public::operations;

use crate::call::Call;
use crate::client::Client;
use crate::page::{List, ListQuery, Page, PageParts, page_limit};
use crate::types::{ConversationId, Cursor, Message, MessageDirection};

/// List of the messages of a conversation. See [`Messages::in_conversation`](super::Messages::in_conversation).
pub type ListMessages = List<MessagesQuery>;

/// Filters of [`ListMessages`].
#[derive(Clone, Debug)]
pub struct MessagesQuery {
    conversation: ConversationId,
    direction: Option<MessageDirection>,
    limit: Option<i32>,
}

impl MessagesQuery {
    pub(super) fn new(conversation: &ConversationId) -> Self {
        Self {
            conversation: conversation.clone(),
            direction: None,
            limit: None,
        }
    }
}

impl ListMessages {
    /// Sets the direction of the pages: to older messages unless set. A cursor belongs to the direction that it was returned for.
    /// The order within a page is not documented: sort by `created_at` if it matters.
    pub fn direction(mut self, direction: MessageDirection) -> Self {
        self.query.direction = Some(direction);
        self
    }

    /// Sets the number of messages in a page, from 1 to 100; 20 unless set.
    pub fn page_size(mut self, limit: u32) -> Self {
        self.query.limit = Some(page_limit(limit));
        self
    }
}

impl ListQuery for MessagesQuery {
    type Item = Message;

    fn page_at(&self, client: &Client, cursor: Option<&Cursor>) -> Call<Page<Message>> {
        let (id, direction) = (Some(&self.conversation), self.direction.as_ref());
        let public = client.public();
        let prepared = public.messages_list_request(id, cursor, direction, None, self.limit, None);
        // The body of both modes of the endpoint, read for its messages.
        client.call_for_page(
            &operations::MESSAGES_LIST,
            prepared,
            &["messages"],
            |body| PageParts {
                items: body.messages,
                next_cursor: body.next_cursor,
                generated_at: None,
            },
        )
    }
}
