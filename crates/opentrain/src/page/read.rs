//! Reading a page: straight into types, or element by element once that has failed.

use std::sync::Arc;

use opentrain_api::runtime::{
    Answer, AnswerFault, DecodeError, Error as RawError, ResponseValue, decode_json,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

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

    /// Its parts: the list, where it goes on, when it was made.
    fn split(self) -> (Vec<Self::Item>, Option<Cursor>, Option<Timestamp>);
}

impl<T> Page<T> {
    fn of<P: Paged<Item = T>>(body: P, rejected: Vec<BadElement>) -> Self {
        let (items, next_cursor, generated_at) = body.split();
        // An empty cursor names nothing: it is the end, as null is.
        let next_cursor = next_cursor.filter(|cursor| !cursor.as_str().is_empty());
        Self {
            items,
            rejected,
            next_cursor,
            generated_at,
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
                Ok(response) => {
                    let Received {
                        value,
                        status,
                        request_id,
                    } = response.into();
                    Ok(Received {
                        value: Page::of::<P>(value, Vec::new()),
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

/// Nothing if the fault lies outside of the list.
fn by_element<P: Paged>(answer: &Answer) -> Option<Page<P::Item>> {
    let mut body: Value = serde_json::from_slice(&answer.body).ok()?;
    let Value::Array(elements) = body.get_mut(P::LIST)?.take() else {
        return None;
    };
    body[P::LIST] = Value::Array(Vec::new());
    let frame: P = serde_json::from_value(body).ok()?;
    let (mut items, mut rejected) = (Vec::new(), Vec::new());
    for (index, element) in elements.into_iter().enumerate() {
        let raw = element.to_string();
        match decode_json(raw.as_bytes()) {
            Ok(item) => items.push(item),
            Err(error) => {
                rejected.push(BadElement::new(index, in_list(P::LIST, index, error), raw));
            }
        }
    }
    Some(Page {
        items,
        ..Page::of::<P>(frame, rejected)
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
