//! Bytes between a body, which comes and goes in pieces, and a thread that reads or writes one after the other: a state of any size
//! passes through without ever being in memory as text.

use std::io::{self, BufWriter, Read, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use futures_core::Stream;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::spawn_blocking;

use crate::request::BodyFault;

/// Size of an outgoing piece.
const PIECE: usize = 64 * 1024;
/// Number of pieces under way.
const ON_THEIR_WAY: usize = 4;

type Piece = io::Result<Bytes>;

/// Returns a body that is written while it is sent. If `write` fails, the connection ends before the body does.
pub(super) fn outgoing(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()> + Send + 'static,
) -> Body {
    let (sender, receiver) = mpsc::channel(ON_THEIR_WAY);
    spawn_blocking(move || {
        let mut writer = BufWriter::with_capacity(PIECE, Outlet(sender.clone()));
        let written = write(&mut writer).and_then(|()| writer.flush());
        if let Err(error) = written {
            // The receiver may be gone.
            let _gone = sender.blocking_send(Err(error));
        }
    });
    Body::from_stream(Pieces(receiver))
}

/// Passes a body to a thread that reads it, and returns the thread's result. The body is read to its end in any case: a client that
/// is still writing would not see the response.
pub(super) async fn incoming<T: Send + 'static>(
    body: Body,
    cap: usize,
    read: impl FnOnce(&mut dyn Read) -> T + Send + 'static,
) -> Result<T, BodyFault> {
    let (sender, receiver) = mpsc::channel(ON_THEIR_WAY);
    let reading = spawn_blocking(move || {
        read(&mut Inlet {
            pieces: receiver,
            piece: Bytes::new(),
            is_whole: false,
        })
    });
    let fed = feed(body, cap, sender).await;
    let read = reading.await.map_err(|_panic| BodyFault::Broken)?;
    fed.map(|()| read)
}

async fn feed(body: Body, cap: usize, sender: Sender<Incoming>) -> Result<(), BodyFault> {
    let mut pieces = body.into_data_stream();
    let mut length = 0;
    let mut sender = Some(sender);
    while let Some(piece) = super::http::next_piece(&mut pieces).await {
        let piece = piece.map_err(|_error| BodyFault::Broken)?;
        length += piece.len();
        sender = sender.filter(|_| length <= cap);
        if let Some(open) = &sender
            && open.send(Incoming::Piece(piece)).await.is_err()
        {
            sender = None;
        }
    }
    if length > cap {
        return Err(BodyFault::TooLarge { cap });
    }
    if let Some(open) = sender {
        // The thread may have read enough and gone.
        let _gone = open.send(Incoming::End).await;
    }
    Ok(())
}

/// Input of a thread that reads a body. Only a whole body has an end: one that breaks off, or is too large, has none.
enum Incoming {
    Piece(Bytes),
    End,
}

struct Outlet(Sender<Piece>);

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Bytes::copy_from_slice(bytes);
        let sent = self.0.blocking_send(Ok(piece));
        sent.map_err(|_gone| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Pieces(Receiver<Piece>);

impl Stream for Pieces {
    type Item = Piece;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Piece>> {
        self.0.poll_recv(context)
    }
}

struct Inlet {
    pieces: Receiver<Incoming>,
    /// Rest of the last piece.
    piece: Bytes,
    is_whole: bool,
}

impl Read for Inlet {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() && !self.is_whole {
            match self.pieces.blocking_recv() {
                Some(Incoming::Piece(piece)) => self.piece = piece,
                Some(Incoming::End) => self.is_whole = true,
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
        let taken = self.piece.len().min(buffer.len());
        buffer[..taken].copy_from_slice(&self.piece.split_to(taken));
        Ok(taken)
    }
}
