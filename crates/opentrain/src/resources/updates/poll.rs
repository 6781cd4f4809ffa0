//! `GET /updates`.

use opentrain_api::public::operations;

use crate::call::Call;
use crate::call_options::{CallOptions, awaited_as_call, option_setters};
use crate::client::Client;
use crate::page::{Listed, page_limit};
use crate::types::{Cursor, EventId, UpdatesPage};

/// Poll of the event feed. See [`Updates::poll`](super::Updates::poll).
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is awaited"]
pub struct PollUpdates {
    client: Client,
    options: CallOptions,
    cursor: Option<Cursor>,
    limit: Option<i32>,
}

impl PollUpdates {
    pub(super) fn new(client: &Client) -> Self {
        Self {
            client: client.clone(),
            options: client.shared().defaults.clone(),
            cursor: None,
            limit: None,
        }
    }

    option_setters!();

    /// Returns only events after this one: the `next_cursor` of the page before, or the id of an event.
    pub fn cursor(mut self, cursor: impl EventPosition) -> Self {
        self.cursor = cursor.into_cursor();
        self
    }

    /// Sets the most events to return, from 1 to 200; 50 unless set.
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = Some(page_limit(limit));
        self
    }

    /// Turns it into a [`Call`], to be kept or to be given more options.
    pub fn call(self) -> Call<Listed<UpdatesPage>> {
        let prepared = self
            .client
            .public()
            .updates_poll_request(self.cursor.as_ref(), self.limit);
        let operation = &operations::UPDATES_POLL;
        let call = self
            .client
            .call_for_listed(operation, prepared, &["events"]);
        call.with_options(self.options)
    }
}

awaited_as_call!(PollUpdates => Listed<UpdatesPage>);

/// Position among the events: a [`Cursor`], the [`EventId`] of the last event, text of either, or an `Option` of these.
pub trait EventPosition: sealed::Sealed {
    /// Returns the cursor. `None` is the beginning.
    fn into_cursor(self) -> Option<Cursor>;
}

impl<P: EventPosition> EventPosition for Option<P> {
    fn into_cursor(self) -> Option<Cursor> {
        self.and_then(P::into_cursor)
    }
}

impl<P: EventPosition> sealed::Sealed for Option<P> {}

mod sealed {
    /// Keeps the trait to the types of this file.
    pub trait Sealed {}
}

macro_rules! event_positions {
    ($($position:ty),*) => {
        $(impl sealed::Sealed for $position {}

        impl EventPosition for $position {
            fn into_cursor(self) -> Option<Cursor> {
                Some(Cursor::from(AsRef::<str>::as_ref(&self)))
            }
        })*
    };
}
event_positions!(Cursor, &Cursor, EventId, &EventId, &str, String);
