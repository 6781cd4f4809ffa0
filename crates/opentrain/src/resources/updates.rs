//! What has happened in the account.

mod poll;

use super::family;

pub use poll::{EventPosition, PollUpdates};

family! {
    /// What has happened in the account.
    Updates, updates
}

impl Updates {
    /// The account's events after a cursor, the oldest first; without a cursor, from the beginning of history.
    ///
    /// This is the source of truth that webhooks only point to. To follow it, store `next_cursor` once a page is dealt with,
    /// and go on from it: at once while `has_more`, later otherwise. An empty page gives the cursor back that was sent, so the
    /// end is `has_more` being false; there is no cursor at all only before the first event. An event may come twice if your
    /// program stopped before it stored the cursor.
    ///
    /// Any one of the scopes `proposals:read`, `messages:read` and `payments:read`: events that the token may not read are left
    /// out without notice. Works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/updates/poll/).
    ///
    #[doc = concat!("```no_run\n# fn main() {}\n", include_str!("../docs/poll_loop.rust"), "```")]
    ///
    /// # Errors
    ///
    /// [`Reason::InvalidField`](crate::Reason::InvalidField) for a cursor that is no number and for a limit that is out of
    /// range; 403 with none of the three scopes; 401.
    pub fn poll(&self) -> PollUpdates {
        PollUpdates::new(&self.client)
    }
}
