//! The event feed of the account.

mod poll;

use super::family;

pub use poll::{EventPosition, PollUpdates};

family! {
    /// The event feed of the account.
    Updates, updates
}

impl Updates {
    /// Returns the account's events after a cursor, oldest first; without a cursor, from the beginning of history.
    ///
    /// This feed is the source of truth that [webhooks](super::Webhooks::create) only point to. To follow it, store
    /// `next_cursor` once a page is dealt with, and go on from it: at once while `has_more`, later otherwise. An empty page
    /// repeats the cursor that was sent, so the end is `has_more` being false; there is no cursor at all only before the
    /// first event. An event may come twice if your program stopped before it stored the cursor.
    ///
    /// Events carry ids and states, never content: read the resource for that. `approval.confirmed` is sent for every final
    /// state of an approval, declined and expired too: look at `data.status`. An approval past its `expires_at` expires when
    /// it is read, see [`Approvals::get`](super::Approvals::get). Changes of the marketplace are not in this feed: see
    /// [`Jobs::changes`](super::Jobs::changes).
    ///
    /// Any one of the scopes `proposals:read`, `messages:read` and `payments:read`: events that the token may not read are
    /// dropped without notice. Works before the account is claimed.
    /// [Documentation](https://www.opentrain.ai/docs/developers/api-reference/updates/poll/).
    ///
    #[doc = concat!("```no_run\n# fn main() {}\n", include_str!("../docs/poll_loop.rust"), "```")]
    ///
    /// # Errors
    ///
    /// 400 with [`Reason::InvalidField`](crate::Reason::InvalidField) for a cursor that is no number and for a limit that is
    /// out of range; 403 with [`Reason::ScopeMissing`](crate::Reason::ScopeMissing) if the token has none of the three
    /// scopes; 401.
    pub fn poll(&self) -> PollUpdates {
        PollUpdates::new(&self.client)
    }
}
