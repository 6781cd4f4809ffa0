//! Reading an answer's body: bounded, or as a stream.

use std::fmt;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

/// How large the body of this response may be; travels with the response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyLimit(pub(crate) usize);

/// Why a body could not be read to its end.
#[derive(Debug)]
pub(crate) enum BodyFault {
    /// It is larger than the limit, in bytes.
    TooLarge(usize),
    /// The connection failed under way.
    Cut(reqwest::Error),
}

/// Reads a body to its end, but no further than its limit.
pub(crate) async fn read_body(mut response: reqwest::Response) -> Result<Bytes, BodyFault> {
    let limit = response
        .extensions()
        .get::<BodyLimit>()
        .map(|limit| limit.0);
    let limit = limit.unwrap_or(crate::context::DEFAULT_BODY_LIMIT);
    let announced = response.content_length().unwrap_or(0);
    if usize::try_from(announced).is_ok_and(|length| length > limit) {
        return Err(BodyFault::TooLarge(limit));
    }
    let Some(first) = response.chunk().await.map_err(BodyFault::Cut)? else {
        return Ok(Bytes::new());
    };
    // A body that came in one piece is not copied.
    let Some(second) = response.chunk().await.map_err(BodyFault::Cut)? else {
        return within(first.len(), limit).map(|()| first);
    };
    let mut body = BytesMut::from(first);
    let mut next = Some(second);
    while let Some(chunk) = next {
        within(body.len() + chunk.len(), limit)?;
        body.extend_from_slice(&chunk);
        next = response.chunk().await.map_err(BodyFault::Cut)?;
    }
    Ok(body.freeze())
}

fn within(length: usize, limit: usize) -> Result<(), BodyFault> {
    if length > limit {
        Err(BodyFault::TooLarge(limit))
    } else {
        Ok(())
    }
}

/// A body that is no JSON, as it arrives. It has no size limit: it is never held as a whole.
///
/// It ends after its first error, or when the body does. Dropping it closes the connection.
#[must_use]
pub struct ByteStream(Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>);

impl ByteStream {
    pub(crate) fn new(response: reqwest::Response) -> Self {
        Self(Box::pin(response.bytes_stream()))
    }
}

impl Stream for ByteStream {
    type Item = reqwest::Result<Bytes>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut TaskContext<'_>,
    ) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream").finish_non_exhaustive()
    }
}
