//! `GET /messages` without a conversation.

use opentrain_api::public::operations;
use serde::Deserialize;

use crate::call::{Call, CallOptions, Target};
use crate::client::Client;
use crate::page::{Page, Paged, list_methods, page_limit, page_sender};
use crate::types::{ConversationFilter, ConversationSummary, Cursor, MessagesPage, Timestamp};

/// The conversations that you take part in. See [`Messages::conversations`](super::Messages::conversations).
#[derive(Clone, Debug)]
#[must_use = "a list does nothing until it is awaited or streamed"]
pub struct ListConversations {
    client: Client,
    options: CallOptions,
    start: Option<Cursor>,
    filter: Option<ConversationFilter>,
    unread_only: Option<bool>,
    limit: Option<i32>,
}

impl ListConversations {
    pub(super) fn new(client: &Client) -> Self {
        let options = client.shared().defaults.clone();
        Self {
            client: client.clone(),
            options,
            start: None,
            filter: None,
            unread_only: None,
            limit: None,
        }
    }

    /// Only conversations of this kind: about proposals, or about jobs that somebody was hired for.
    pub fn filter(mut self, filter: ConversationFilter) -> Self {
        self.filter = Some(filter);
        self
    }

    /// Only conversations with something unread.
    pub fn unread_only(mut self) -> Self {
        self.unread_only = Some(true);
        self
    }

    /// How many conversations a page holds, from 1 to 100; 20 unless set.
    pub fn page_size(mut self, limit: u32) -> Self {
        self.limit = Some(page_limit(limit));
        self
    }

    fn page_at(&self, cursor: Option<Cursor>) -> Call<Page<ConversationSummary>> {
        let (filter, unread_only, limit) = (self.filter.clone(), self.unread_only, self.limit);
        let sender = page_sender::<ConversationsPage, _, _, _>(move |wire| {
            let (filter, cursor) = (filter.clone(), cursor.clone());
            async move {
                let (cursor, filter) = (cursor.as_ref(), filter.as_ref());
                let response = wire
                    .public()
                    .messages_list(None, cursor, None, filter, limit, unread_only)
                    .await?;
                Ok(response.map(ConversationsPage))
            }
        });
        Call::new(&self.client, Target::of(&operations::MESSAGES_LIST), sender)
            .with_options(self.options.clone())
    }
}

list_methods!(ListConversations, ConversationSummary);

/// The body of the two modes of `GET /messages`, read for its conversations.
#[derive(Deserialize)]
#[serde(transparent)]
struct ConversationsPage(MessagesPage);

impl Paged for ConversationsPage {
    type Item = ConversationSummary;
    const LIST: &'static str = "conversations";

    fn has_list(&self) -> bool {
        self.0.conversations.is_some()
    }

    fn split(self) -> (Vec<ConversationSummary>, Option<Cursor>, Option<Timestamp>) {
        let conversations = self.0.conversations.unwrap_or_default();
        (conversations, self.0.next_cursor, None)
    }
}
