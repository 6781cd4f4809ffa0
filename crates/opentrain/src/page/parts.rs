//! Conversion of the body of a list's response into a page.

use opentrain_api::Operation;
use opentrain_api::runtime::{DecodeBody, DecodeError, InvalidRequest, PreparedRequest};

use super::Page;
use crate::call::{Beside, Call, Decoder, OperationProfile};
use crate::client::Client;
use crate::types::{Cursor, Timestamp};

/// Parts of the body of a list's response.
pub(crate) struct PageParts<T> {
    /// The list. `None` if the body has none: a missing list must not count as an empty one.
    pub(crate) items: Option<Vec<T>>,
    pub(crate) next_cursor: Option<Cursor>,
    pub(crate) generated_at: Option<Timestamp>,
}

impl<T> PageParts<T> {
    /// Returns the parts of a list that the service sends as a whole.
    pub(crate) fn unpaged(items: Vec<T>) -> Self {
        Self {
            items: Some(items),
            next_cursor: None,
            generated_at: None,
        }
    }

    /// Returns the parts of a list that continues at a cursor.
    pub(crate) fn paged(items: Vec<T>, next_cursor: Option<Cursor>) -> Self {
        Self {
            next_cursor,
            ..Self::unpaged(items)
        }
    }
}

impl Client {
    /// Returns the call of an operation that responds with a list. `lists` has the name of the member that holds the list.
    pub(crate) fn call_for_page<B, T>(
        &self,
        operation: &'static Operation,
        prepared: Result<PreparedRequest<B>, InvalidRequest>,
        lists: &'static [&'static str; 1],
        split: fn(B) -> PageParts<T>,
    ) -> Call<Page<T>>
    where
        B: 'static,
        T: Send + 'static,
    {
        let prepared = prepared.map(|prepared| {
            let (request, decode) = prepared.into_parts();
            (request, decoder(decode, lists, split))
        });
        Call::new(self, OperationProfile::of(operation), prepared)
    }
}

fn decoder<B: 'static, T: 'static>(
    decode: DecodeBody<B>,
    lists: &'static [&'static str; 1],
    split: fn(B) -> PageParts<T>,
) -> Decoder<Page<T>> {
    Decoder::with_lists(decode, lists, move |body, beside| {
        page(split(body), lists[0], beside)
    })
}

fn page<T>(parts: PageParts<T>, list: &str, beside: Beside) -> Result<Page<T>, DecodeError> {
    let items = parts
        .items
        .ok_or_else(|| DecodeError::missing_member(list))?;
    Ok(Page {
        items,
        rejected: beside.rejected,
        // An empty cursor marks the end, as null does.
        next_cursor: parts
            .next_cursor
            .filter(|cursor| !cursor.as_str().is_empty()),
        generated_at: parts.generated_at,
        request_id: beside.request_id,
    })
}
