//! The function that makes a call's value of the body of a success.

use std::fmt;
use std::sync::Arc;

use http::StatusCode;
use opentrain_api::runtime::{DecodeBody, DecodeError, RawResponse};

use super::{compression, lenient, salvage};
use crate::error::{BadElement, Mask};

/// Function that decodes a body. It is called several times if elements of a list must be salvaged.
type Decode<T> = dyn Fn(StatusCode, &[u8], Beside) -> Result<T, DecodeError> + Send + Sync;

/// Decoder of the body of a success.
pub(crate) struct Decoder<T> {
    decode: Arc<Decode<T>>,
    /// Members of the body that hold the lists which the response is about.
    lists: &'static [&'static str],
    /// True if the value holds nothing, so that the body does not matter.
    ignores_body: bool,
}

/// Function that decodes a body and keeps the value.
type KeepDecoded<'a> = &'a mut dyn FnMut(&[u8], Beside) -> Result<(), DecodeError>;

/// Parts of a list's value beside its elements.
#[derive(Default)]
pub(crate) struct Beside {
    pub(crate) rejected: Vec<BadElement>,
    pub(crate) request_id: Option<String>,
}

impl<T: 'static> Decoder<T> {
    /// Returns the decoder of a body that is decoded as a whole or not at all.
    pub(crate) fn whole(decode: DecodeBody<T>) -> Self {
        Self {
            decode: Arc::new(move |status, body, _| decode(status, body)),
            lists: &[],
            ignores_body: size_of::<T>() == 0,
        }
    }

    /// Returns the decoder of a body with lists: an element that does not decode is dropped and handed to `finish`.
    pub(crate) fn with_lists<B: 'static>(
        decode: DecodeBody<B>,
        lists: &'static [&'static str],
        finish: impl Fn(B, Beside) -> Result<T, DecodeError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            decode: Arc::new(move |status, body, beside| finish(decode(status, body)?, beside)),
            lists,
            ignores_body: false,
        }
    }

    /// Returns a decoder that changes the value.
    pub(crate) fn map<U: 'static>(self, change: fn(T) -> U) -> Decoder<U> {
        let decode = self.decode;
        Decoder {
            decode: Arc::new(move |status, body, beside| decode(status, body, beside).map(change)),
            lists: self.lists,
            ignores_body: self.ignores_body,
        }
    }

    /// Decodes the body of a success: exactly, and if that fails, what can be had of it. See [`salvage`].
    ///
    /// # Errors
    ///
    /// Fails with the error of the exact reading; with `None` if the body did not arrive whole or is too large.
    pub(crate) fn read(
        &self,
        response: &RawResponse,
        mask: Mask<'_>,
    ) -> Result<T, Option<DecodeError>> {
        if response.fault.is_some() && !self.ignores_body {
            return Err(None);
        }
        let mut value = None;
        let mut attempt = |body: &[u8], beside: Beside| {
            value = Some((self.decode)(response.status, body, beside)?);
            Ok(())
        };
        read(response, self.lists, mask, &mut attempt).map_err(Some)?;
        value.ok_or(None)
    }
}

/// Attempts to decode a body, exactly and then what can be had of it. The last attempt counts.
fn read(
    response: &RawResponse,
    lists: &[&'static str],
    mask: Mask<'_>,
    attempt: KeepDecoded<'_>,
) -> Result<(), DecodeError> {
    // Only lists keep the request's id.
    let request_id = response.request_id().filter(|_| !lists.is_empty());
    let request_id = request_id.map(|id| mask.request_id(id));
    let mut attempt = |body: &[u8], rejected| {
        let request_id = request_id.clone();
        let attempted = attempt(
            body,
            Beside {
                rejected,
                request_id,
            },
        );
        attempted.map_err(|error| mask.decode_error(error))
    };
    let Err(mut error) = attempt(&response.body, Vec::new()) else {
        return Ok(());
    };
    let text = lenient::text(&response.body);
    let mut salvaging =
        |body: &str, rejected: &[BadElement]| attempt(body.as_bytes(), rejected.to_vec());
    if salvage::salvage(&text, lists, &error, &mut salvaging) {
        return Ok(());
    }
    if lenient::is_cut(&text) {
        error.ended_early = true;
        return Err(error);
    }
    Err(compression::explain(response, error))
}

impl<T> Clone for Decoder<T> {
    fn clone(&self) -> Self {
        Self {
            decode: Arc::clone(&self.decode),
            lists: self.lists,
            ignores_body: self.ignores_body,
        }
    }
}

impl<T> fmt::Debug for Decoder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder")
            .field("lists", &self.lists)
            .finish_non_exhaustive()
    }
}
