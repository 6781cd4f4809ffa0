//! Conversations and their messages.

mod conversations;
mod in_conversation;

use opentrain_api::public::operations;

use super::Messages;
use crate::call::Call;
use crate::page::List;
use crate::types::{ConversationId, Message, SendMessageRequest};

pub use conversations::{ConversationsQuery, ListConversations};
pub use in_conversation::{ListMessages, MessagesQuery};

impl Messages {
    /// Returns the conversations that you take part in, newest activity first. Reading them changes nothing.
    ///
    /// Scope `messages:read`; works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/messages/list/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::ConversationFilter;
    ///
    /// let mut unread = client.messages().conversations().filter(ConversationFilter::Proposal).unread_only().items();
    /// while let Some(conversation) = unread.try_next().await? {
    ///     println!("{} waits for {:?} replies", conversation.id, conversation.needs_reply_count);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 400 with [`Reason::InvalidBody`](crate::Reason::InvalidBody) for a filter or a limit that the service does not take;
    /// 401; 403 without the scope. 404 is for [`in_conversation`](Self::in_conversation).
    pub fn conversations(&self) -> ListConversations {
        List::new(&self.client, ConversationsQuery::default())
    }

    /// Returns the messages of a conversation that you take part in. Reading them changes nothing, so they stay unread.
    ///
    /// Attachments are counted, not returned. The event `message.received` tells of new messages. Scope `messages:read`;
    /// works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/messages/list/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::ConversationId;
    ///
    /// let mut messages = client.messages().in_conversation(&ConversationId::from("cnv_6h")).items().limit_items(20);
    /// while let Some(message) = messages.try_next().await? {
    ///     println!("{:?}: {:?}", message.sender_user_id, message.content);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 403 if you take no part in the conversation, and without the scope; 404 for a conversation that does not exist; 400
    /// with [`Reason::InvalidBody`](crate::Reason::InvalidBody) for a direction or a limit that the service does not take;
    /// 401.
    pub fn in_conversation(&self, id: &ConversationId) -> ListMessages {
        List::new(&self.client, MessagesQuery::new(id))
    }

    /// Sends plain text, 1 to 10,000 characters, into a conversation that exists.
    /// [`start_conversation`](super::Proposals::start_conversation) opens one.
    ///
    /// **Sending again posts again**, so a message that may have gone out is not repeated by retries. Scope `messages:write`,
    /// feature `public_api_messaging_writes`, claimed account.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/messages/send/).
    ///
    /// ```no_run
    /// # async fn example(client: opentrain::Client) -> opentrain::Result<()> {
    /// use opentrain::types::ConversationId;
    ///
    /// let message = client.messages().send(&ConversationId::from("cnv_6h"), "Could you start on Monday?").await?;
    /// println!("sent as {}", message.id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// 403 with [`Reason::MessagePolicyBlocked`](crate::Reason::MessagePolicyBlocked) if the text offends the content policy,
    /// with [`Reason::ClaimRequired`](crate::Reason::ClaimRequired),
    /// [`Reason::FeatureDisabled`](crate::Reason::FeatureDisabled), if you take no part in the conversation, or without the
    /// scope; 409 with [`Reason::Plain`](crate::Reason::Plain): `employer_first_message_required`, `read_only_conversation`
    /// or `message_blocked`; 429 with [`Reason::TooFast`](crate::Reason::TooFast): the app's limit for messages, of which the
    /// number is not documented, with the time to wait; 404 for a conversation that does not exist; 400 with
    /// [`Reason::InvalidBody`](crate::Reason::InvalidBody); 401.
    pub fn send(&self, id: &ConversationId, content: impl Into<String>) -> Call<Message> {
        let body = SendMessageRequest::new(content.into(), id.clone());
        let prepared = self.client.public().messages_send_request(&body);
        self.client
            .call(&operations::MESSAGES_SEND, prepared)
            .map(|response| response.message)
    }
}
