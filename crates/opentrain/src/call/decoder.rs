//! The function that makes a call's value of the body of a success.

use std::fmt;
use std::sync::Arc;

use http::StatusCode;
use opentrain_api::runtime::{DecodeBody, DecodeError, RawResponse};

use super::{compression, salvage};
use crate::error::BadElement;

/// Function that decodes a body. It is called several times if elements of a list must be salvaged.
type Decode<T> = dyn Fn(StatusCode, &[u8], Beside) -> Result<T, DecodeError> + Send + Sync;

/// Decoder of the body of a success.
pub(crate) struct Decoder<T> {
    decode: Arc<Decode<T>>,
    /// Members of the body that hold the lists which the response is about.
    lists: &'static [&'static str],
}

/// What the value of a list keeps beside its elements.
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
        }
    }

    /// Returns the decoder of a body with lists: an element that does not decode is left out and handed to `finish`.
    pub(crate) fn with_lists<B: 'static>(
        decode: DecodeBody<B>,
        lists: &'static [&'static str],
        finish: impl Fn(B, Beside) -> Result<T, DecodeError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            decode: Arc::new(move |status, body, beside| finish(decode(status, body)?, beside)),
            lists,
        }
    }

    /// Returns a decoder that changes the value.
    pub(crate) fn map<U: 'static>(self, change: fn(T) -> U) -> Decoder<U> {
        let decode = self.decode;
        Decoder {
            decode: Arc::new(move |status, body, beside| decode(status, body, beside).map(change)),
            lists: self.lists,
        }
    }

    /// Decodes the body of a success: exactly, and if that fails, what can be had of it. See [`salvage`].
    ///
    /// # Errors
    ///
    /// Fails with the error of the exact reading.
    pub(crate) fn read(&self, response: &RawResponse) -> Result<T, DecodeError> {
        let beside = |rejected| Beside {
            rejected,
            request_id: response.request_id().map(String::from),
        };
        let error = match (self.decode)(response.status, &response.body, beside(Vec::new())) {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let check = |body: &[u8]| {
            let decoded = (self.decode)(response.status, body, Beside::default());
            decoded.map(drop)
        };
        let salvaged = salvage::salvage(response, self.lists, &error, &check);
        let Some(salvaged) = salvaged else {
            return Err(compression::explain(response, error));
        };
        (self.decode)(response.status, &salvaged.body, beside(salvaged.rejected))
            .map_err(|_changed| error)
    }
}

impl<T> Clone for Decoder<T> {
    fn clone(&self) -> Self {
        Self {
            decode: Arc::clone(&self.decode),
            lists: self.lists,
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
