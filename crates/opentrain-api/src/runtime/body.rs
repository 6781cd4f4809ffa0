//! Bodies of responses: read up to a limit, or as a stream.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use super::ResponseFault;
use crate::context::DEFAULT_BODY_LIMIT;

/// Number of bytes that the body of a response may have; an extension of the response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyLimit(pub(crate) usize);

impl BodyLimit {
    /// Returns the limit that a response carries.
    pub(super) fn of(response: &reqwest::Response) -> Self {
        let limit = response.extensions().get::<Self>();
        limit.copied().unwrap_or(Self(DEFAULT_BODY_LIMIT))
    }
}

/// Reads a body to its end, but no further than its limit. Returns what arrived, and why it is not all.
pub(super) async fn read_body(
    mut response: reqwest::Response,
    BodyLimit(limit): BodyLimit,
) -> (Bytes, Option<ResponseFault>) {
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

/// Body that is not JSON, as it arrives. It has no size limit: it is never held as a whole.
///
/// The stream ends after its first error, or with the body. Dropping it closes the connection.
#[must_use]
pub struct ByteStream(Option<Reading>);

/// Read of the next piece, which gives the response back. `None` is the end of the body.
type Reading = Pin<Box<dyn Future<Output = (reqwest::Response, NextPiece)> + Send>>;
type NextPiece = reqwest::Result<Option<Bytes>>;

impl ByteStream {
    pub(crate) fn new(response: reqwest::Response) -> Self {
        Self(Some(Box::pin(next_piece(response))))
    }
}

async fn next_piece(mut response: reqwest::Response) -> (reqwest::Response, NextPiece) {
    let piece = response.chunk().await;
    (response, piece)
}

impl Stream for ByteStream {
    type Item = reqwest::Result<Bytes>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut TaskContext<'_>,
    ) -> Poll<Option<Self::Item>> {
        let Some(reading) = &mut self.0 else {
            return Poll::Ready(None);
        };
        let (response, piece) = ready!(reading.as_mut().poll(context));
        self.0 = None;
        let piece = piece.transpose();
        if let Some(Ok(_)) = piece {
            self.0 = Some(Box::pin(next_piece(response)));
        }
        Poll::Ready(piece)
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{BodyLimit, ByteStream, read_body};
    use crate::runtime::ResponseFault;
    use bytes::Bytes;
    use futures_core::Stream;
    use reqwest::Body;
    use std::collections::VecDeque;
    use std::io;
    use std::pin::{Pin, pin};
    use std::task::{Context, Poll, Waker};

    /// Body that arrives in these pieces, without a length.
    struct Arriving(VecDeque<io::Result<&'static str>>);

    impl Stream for Arriving {
        type Item = io::Result<&'static str>;

        fn poll_next(
            mut self: Pin<&mut Self>,
            _context: &mut Context<'_>,
        ) -> Poll<Option<Self::Item>> {
            Poll::Ready(self.0.pop_front())
        }
    }

    fn in_pieces(pieces: &[&'static str]) -> Body {
        let pieces = pieces.iter().map(|piece| Ok(*piece));
        Body::wrap_stream(Arriving(pieces.collect()))
    }

    fn read_with(limit: Option<usize>, body: Body) -> (Bytes, Option<ResponseFault>) {
        let mut response = reqwest::Response::from(http::Response::new(body));
        if let Some(limit) = limit {
            response.extensions_mut().insert(BodyLimit(limit));
        }
        let mut context = Context::from_waker(Waker::noop());
        let limit = BodyLimit::of(&response);
        match pin!(read_body(response, limit)).poll(&mut context) {
            Poll::Ready(read) => read,
            Poll::Pending => unreachable!("the whole body is there"),
        }
    }

    #[track_caller]
    fn check(limit: usize, body: impl Into<Body>, read: &str, is_whole: bool) {
        let (bytes, fault) = read_with(Some(limit), body.into());
        assert_eq!(bytes, read);
        match fault {
            None => assert!(is_whole),
            Some(ResponseFault::TooLarge(beyond)) => assert_eq!((beyond, is_whole), (limit, false)),
            Some(fault) => unreachable!("{fault:?}"),
        }
    }

    #[test]
    fn pieces_are_joined_in_their_order() {
        for pieces in [
            &["abcdef"][..],
            &["abc", "def"],
            &["a", "b", "cd", "ef"],
            &["", "abc", "", "def", ""],
        ] {
            check(100, in_pieces(pieces), "abcdef", true);
        }
        check(100, in_pieces(&[]), "", true);
    }

    #[test]
    fn pieces_that_exceed_the_limit_only_together_are_refused() {
        check(6, in_pieces(&["abc", "defg"]), "abc", false);
        check(6, in_pieces(&["abc", "def", "g"]), "abcdef", false);
        check(6, in_pieces(&["ab", "cd", "ef", "g"]), "abcdef", false);
        check(6, in_pieces(&["a", "bc", "d", "efgh", "i"]), "abcd", false);
        check(6, in_pieces(&["abcdefg"]), "", false);
        check(0, in_pieces(&["", "a"]), "", false);
    }

    #[test]
    fn a_body_exactly_as_long_as_the_limit_is_read() {
        check(6, "abcdef", "abcdef", true);
        check(6, in_pieces(&["abcdef"]), "abcdef", true);
        check(6, in_pieces(&["abc", "def"]), "abcdef", true);
        check(6, in_pieces(&["ab", "cd", "ef", ""]), "abcdef", true);
        check(0, "", "", true);
    }

    #[test]
    fn a_body_that_is_announced_as_too_long_is_not_read() {
        check(5, "abcdef", "", false);
        check(0, "a", "", false);
    }

    #[test]
    fn a_body_without_a_limit_of_its_own_may_be_16_mebibytes_long() {
        let body = |length: usize| Body::from(vec![b' '; length]);
        let limit = 16 * 1024 * 1024;
        assert!(read_with(None, body(limit)).1.is_none());
        let (_, fault) = read_with(None, body(limit + 1));
        assert!(matches!(fault, Some(ResponseFault::TooLarge(beyond)) if beyond == limit));
    }

    #[test]
    fn a_body_that_breaks_off_keeps_what_arrived() {
        let pieces = [
            Ok("abc"),
            Ok("def"),
            Err(io::ErrorKind::ConnectionReset.into()),
        ];
        let body = Body::wrap_stream(Arriving(pieces.into()));
        let (bytes, fault) = read_with(Some(6), body);
        assert_eq!(bytes, "abcdef");
        assert!(matches!(fault, Some(ResponseFault::Cut(_))), "{fault:?}");
    }

    /// Returns the pieces of a stream, and whether each one came.
    fn streamed(pieces: [io::Result<&'static str>; 3]) -> Vec<Result<Bytes, ()>> {
        let body = Body::wrap_stream(Arriving(pieces.into()));
        let mut stream = pin!(ByteStream::new(http::Response::new(body).into()));
        let mut context = Context::from_waker(Waker::noop());
        let mut seen = Vec::new();
        while let Poll::Ready(Some(piece)) = stream.as_mut().poll_next(&mut context) {
            seen.push(piece.map_err(drop));
        }
        assert!(matches!(stream.poll_next(&mut context), Poll::Ready(None)));
        seen
    }

    #[test]
    fn a_stream_ends_with_the_body_or_after_its_first_error() {
        let seen = streamed([Ok("a"), Ok("b"), Ok("c")]);
        assert_eq!(seen, [Ok("a".into()), Ok("b".into()), Ok("c".into())]);
        let broken = io::ErrorKind::ConnectionReset.into();
        let seen = streamed([Ok("a"), Err(broken), Ok("c")]);
        assert_eq!(seen, [Ok("a".into()), Err(())]);
    }
}
