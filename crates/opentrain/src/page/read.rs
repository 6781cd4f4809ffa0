//! Reading a page: straight into types, or element by element once that has failed.

use std::collections::BTreeMap;
use std::sync::Arc;

use opentrain_api::runtime::{
    Answer, AnswerFault, DecodeError, Error as RawError, ResponseValue, decode_json,
};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{BadElement, Page};
use crate::call::{Received, Sender};
use crate::client::Wire;
use crate::types::{Cursor, Timestamp};

/// A page's body as the document has it.
pub(crate) trait Paged: DeserializeOwned + Send + 'static {
    /// What the list is of.
    type Item: DeserializeOwned + Send + 'static;
    /// The member that holds the list.
    const LIST: &'static str;

    /// Whether the list is there, where the type leaves it open. A list that is not there must not pass for an empty one.
    fn has_list(&self) -> bool {
        true
    }

    /// Its parts: the list, where it goes on, when it was made.
    fn split(self) -> (Vec<Self::Item>, Option<Cursor>, Option<Timestamp>);
}

impl<T> Page<T> {
    fn of<P: Paged<Item = T>>(
        body: P,
        rejected: Vec<BadElement>,
        request_id: Option<String>,
    ) -> Self {
        let (items, next_cursor, generated_at) = body.split();
        // An empty cursor names nothing: it is the end, as null is.
        let next_cursor = next_cursor.filter(|cursor| !cursor.as_str().is_empty());
        Self {
            items,
            rejected,
            next_cursor,
            generated_at,
            request_id,
        }
    }
}

/// A generated method as a sender of pages.
pub(crate) fn page_sender<P, E, F, R>(send: F) -> Sender<Page<P::Item>>
where
    P: Paged,
    E: Send + 'static,
    F: Fn(Wire) -> R + Send + Sync + 'static,
    R: Future<Output = Result<ResponseValue<P>, RawError<E>>> + Send + 'static,
{
    Arc::new(move |wire| {
        let sent = send(wire);
        Box::pin(async move {
            match sent.await {
                Ok(response) if !response.has_list() => Err(response.lacking(P::LIST)),
                Ok(response) => {
                    let Received {
                        value,
                        status,
                        request_id,
                    } = response.into();
                    let value = Page::of::<P>(value, Vec::new(), request_id.clone());
                    Ok(Received {
                        value,
                        status,
                        request_id,
                    })
                }
                Err(error) => salvage::<P>(error.into_untyped().await),
            }
        })
    })
}

/// What can be had of a page that did not decode as a whole: the elements that do.
fn salvage<P: Paged>(
    error: RawError<std::convert::Infallible>,
) -> Result<Received<Page<P::Item>>, RawError<std::convert::Infallible>> {
    let RawError::InvalidResponse(answer) = error else {
        return Err(error);
    };
    let undecodable =
        matches!(answer.fault, Some(AnswerFault::Undecodable(_))) && answer.status.is_success();
    let page = if undecodable {
        by_element::<P>(&answer)
    } else {
        None
    };
    match page {
        Some(value) => {
            let request_id = answer.request_id().map(String::from);
            Ok(Received {
                value,
                status: answer.status,
                request_id,
            })
        }
        None => Err(RawError::InvalidResponse(answer)),
    }
}

/// Nothing if the fault lies outside of the list. The elements stay text until each is read by itself, so that even one that is
/// not quite JSON spoils nothing but itself.
fn by_element<P: Paged>(answer: &Answer) -> Option<Page<P::Item>> {
    let mut members: BTreeMap<String, &RawValue> = serde_json::from_slice(&answer.body).ok()?;
    let list = members.remove(P::LIST)?;
    let elements: Vec<&RawValue> = serde_json::from_str(list.get()).ok()?;
    let empty = RawValue::from_string(String::from("[]")).ok()?;
    members.insert(String::from(P::LIST), &empty);
    let frame: P = serde_json::from_str(&serde_json::to_string(&members).ok()?).ok()?;
    let (mut items, mut rejected) = (Vec::new(), Vec::new());
    for (index, element) in elements.into_iter().enumerate() {
        match decode_json(element.get().as_bytes()) {
            Ok(item) => items.push(item),
            Err(error) => {
                let raw = String::from(element.get());
                rejected.push(BadElement::new(index, in_list(P::LIST, index, error), raw));
            }
        }
    }
    let request_id = answer.request_id().map(String::from);
    Some(Page {
        items,
        ..Page::of::<P>(frame, rejected, request_id)
    })
}

fn in_list(list: &str, index: usize, mut error: DecodeError) -> DecodeError {
    let separator = if error.path.is_empty() || error.path.starts_with('[') {
        ""
    } else {
        "."
    };
    error.path = format!("{list}[{index}]{separator}{}", error.path);
    error
}
