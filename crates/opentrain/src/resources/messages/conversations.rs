//! `GET /messages` without a conversation.

use opentrain_api::public::operations;

use crate::call::Call;
use crate::client::Client;
use crate::page::{List, ListQuery, Page, PageParts, page_limit};
use crate::types::{ConversationFilter, ConversationSummary, Cursor};

/// List of the conversations that you take part in. See [`Messages::conversations`](super::Messages::conversations).
pub type ListConversations = List<ConversationsQuery>;

/// Filters of [`ListConversations`].
#[derive(Clone, Debug, Default)]
pub struct ConversationsQuery {
    filter: Option<ConversationFilter>,
    unread_only: Option<bool>,
    limit: Option<i32>,
}

impl ListConversations {
    /// Lists only conversations of this kind: `proposal` for those before a hire, `job` for those after it and for channels.
    pub fn filter(mut self, filter: ConversationFilter) -> Self {
        self.query.filter = Some(filter);
        self
    }

    /// Lists only conversations with unread messages.
    pub fn unread_only(mut self) -> Self {
        self.query.unread_only = Some(true);
        self
    }

    /// Sets the number of conversations in a page, from 1 to 100; 20 unless set.
    pub fn page_size(mut self, limit: u32) -> Self {
        self.query.limit = Some(page_limit(limit));
        self
    }
}

impl ListQuery for ConversationsQuery {
    type Item = ConversationSummary;

    fn page_at(&self, client: &Client, cursor: Option<&Cursor>) -> Call<Page<ConversationSummary>> {
        let (filter, unread_only) = (self.filter.as_ref(), self.unread_only);
        let public = client.public();
        let prepared =
            public.messages_list_request(None, cursor, None, filter, self.limit, unread_only);
        // The body of both modes of the endpoint, read for its conversations.
        client.call_for_page(
            &operations::MESSAGES_LIST,
            prepared,
            &["conversations"],
            |body| PageParts {
                items: body.conversations,
                next_cursor: body.next_cursor,
                generated_at: None,
            },
        )
    }
}
