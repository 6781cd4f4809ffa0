//! Bodies of responses: read up to a limit, or as a stream.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use super::ResponseFault;
use crate::context::DEFAULT_BODY_LIMIT;

/// Number of bytes that the body of a response may have; an extension of the response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyLimit(pub(crate) usize);

/// Reads a body to its end, but no further than its limit. Returns what arrived, and why it is not all.
pub(super) async fn read_body(mut response: reqwest::Response) -> (Bytes, Option<ResponseFault>) {
    let limit = response.extensions().get::<BodyLimit>();
    let limit = limit.map_or(DEFAULT_BODY_LIMIT, |limit| limit.0);
    let announced = response.content_length().unwrap_or(0);
    if usize::try_from(announced).map_or(true, |length| length > limit) {
        return (Bytes::new(), Some(ResponseFault::TooLarge(limit)));
    }
    let mut body = Pieces::default();
    loop {
        match response.chunk().await {
            Ok(Some(piece)) if piece.len() > limit - body.len() => {
                return (body.join(), Some(ResponseFault::TooLarge(limit)));
            }
            Ok(Some(piece)) => body.push(piece),
            Ok(None) => return (body.join(), None),
            Err(error) => {
                let error = Arc::new(error.without_url());
                return (body.join(), Some(ResponseFault::Cut(error)));
            }
        }
    }
}

/// Body in pieces. A body that came in one piece is not copied.
#[derive(Default)]
struct Pieces {
    first: Bytes,
    joined: BytesMut,
}

impl Pieces {
    fn len(&self) -> usize {
        self.first.len().max(self.joined.len())
    }

    fn push(&mut self, piece: Bytes) {
        if self.len() == 0 {
            self.first = piece;
            return;
        }
        if self.joined.is_empty() {
            self.joined.extend_from_slice(&self.first);
        }
        self.joined.extend_from_slice(&piece);
    }

    fn join(self) -> Bytes {
        if self.joined.is_empty() {
            self.first
        } else {
            self.joined.freeze()
        }
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
