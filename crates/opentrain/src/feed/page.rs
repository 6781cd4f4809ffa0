//! A page of the feed, element by element.

use std::collections::{HashSet, VecDeque};

use http::StatusCode;
use opentrain_api::public::operations;
use opentrain_api::runtime::{DecodeError, decode_json};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::checkpoint::Checkpoint;
use super::decide::{Next, after_page};
use super::place::{Place, Placing};
use crate::call::{Call, Decoder, OperationProfile};
use crate::client::Client;
use crate::event::{Event, UnreadableEvent, id_in};
use crate::types::Cursor;

/// Page as it came. Its elements are read one by one, so that none hides the others, and fields that this version does not know stay.
pub(super) struct RawPage {
    pub(super) events: Vec<Box<RawValue>>,
    pub(super) next_cursor: Option<Cursor>,
    pub(super) has_more: bool,
}

/// Returns the call for the page behind a cursor.
pub(super) fn call(client: &Client, cursor: Option<&Cursor>, limit: i32) -> Call<RawPage> {
    let prepared = client.public().updates_poll_request(cursor, Some(limit));
    let prepared = prepared.map(|prepared| (prepared.into_request(), Decoder::whole(decode)));
    Call::new(
        client,
        OperationProfile::of(&operations::UPDATES_POLL),
        prepared,
    )
}

fn decode(_: StatusCode, body: &[u8]) -> Result<RawPage, DecodeError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Body {
        events: Vec<Box<RawValue>>,
        // Neither must hide the events: without them, the feed goes on from the last event, later.
        next_cursor: Option<Box<RawValue>>,
        has_more: Option<Box<RawValue>>,
    }
    let body: Body = decode_json(body)?;
    let cursor = body.next_cursor.and_then(|cursor| id_in(cursor.get()));
    Ok(RawPage {
        events: body.events,
        next_cursor: cursor.map(|cursor| Cursor::from(String::from(cursor))),
        has_more: body.has_more.is_some_and(|more| more.get() == "true"),
    })
}

/// Event of a page that is not handled yet.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) place: Place,
    pub(super) content: Result<Event, UnreadableEvent>,
}

/// Rest of a page.
#[derive(Debug)]
pub(super) struct Page {
    /// Events that are not handled yet, in the order of the feed.
    pub(super) items: VecDeque<Item>,
    /// Last number on the page.
    pub(super) last: Option<u64>,
    pub(super) next_cursor: Option<Cursor>,
    pub(super) has_more: bool,
}

impl Page {
    /// Reads the elements of the page behind a cursor and drops those that are handled already.
    pub(super) fn read(raw: RawPage, sent: Option<&Cursor>, checkpoint: &mut Checkpoint) -> Self {
        let mut placing = Placing::behind(sent);
        let (mut seen, mut last) = (HashSet::new(), None);
        let mut items = VecDeque::new();
        for element in raw.events {
            let content = Event::parse(element.get().as_bytes());
            let place = placing.place(&content);
            if let Place::Numbered(number) = place {
                last = last.max(Some(number));
                if !seen.insert(number) {
                    continue;
                }
            }
            if checkpoint.is_new(&place) {
                items.push_back(Item { place, content });
            }
        }
        Self {
            items,
            last,
            next_cursor: raw.next_cursor,
            has_more: raw.has_more,
        }
    }
}

impl Page {
    /// Returns the cursor just behind the page, if it has one.
    pub(super) fn end(&self) -> Option<Cursor> {
        let last = || self.last.map(|number| Cursor::from(number.to_string()));
        self.next_cursor.clone().or_else(last)
    }

    /// Decides what follows the page, which came for `sent`.
    pub(super) fn next(&self, sent: Option<&Cursor>) -> Next {
        after_page(sent, self.end(), self.has_more)
    }
}
