//! `GET /updates`.

use std::future::IntoFuture;
use std::pin::Pin;

use opentrain_api::public::operations;

use crate::call::{Call, CallOptions, Target, option_setters, sender};
use crate::client::Client;
use crate::page::page_limit;
use crate::types::{Cursor, UpdatesPage};

/// One look at what has happened. See [`Updates::poll`](super::Updates::poll).
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

    /// Only what comes after this: the `next_cursor` of the page before, or the id of an event.
    pub fn cursor(mut self, cursor: impl Into<Cursor>) -> Self {
        self.cursor = Some(cursor.into());
        self
    }

    /// How many events to give at the most, from 1 to 200; 50 unless set.
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = Some(page_limit(limit));
        self
    }

    /// The call, to be kept or to be given more options.
    pub fn call(self) -> Call<UpdatesPage> {
        let (cursor, limit) = (self.cursor, self.limit);
        let sender = sender(move |wire| {
            let cursor = cursor.clone();
            async move { wire.public().updates_poll(cursor.as_ref(), limit).await }
        });
        Call::new(&self.client, Target::of(&operations::UPDATES_POLL), sender)
            .with_options(self.options)
    }
}

impl IntoFuture for PollUpdates {
    type Output = crate::Result<UpdatesPage>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        self.call().into_future()
    }
}
