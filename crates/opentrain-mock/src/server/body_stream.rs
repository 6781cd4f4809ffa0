//! Bytes between a body, which comes and goes in pieces, and a thread that reads or writes one after the other: a state of any size
//! passes through without ever being in memory as text.

use std::future::poll_fn;
use std::io::{self, BufWriter, Read, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, BodyDataStream, Bytes};
use futures_core::Stream;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::spawn_blocking;

use crate::request::BodyError;

/// Size of an outgoing piece.
const CHUNK_SIZE: usize = 64 * 1024;
/// Number of chunks in flight.
const CHUNKS_IN_FLIGHT: usize = 4;

type Chunk = io::Result<Bytes>;

/// Returns a body that is written while it is sent. If `write` fails, the connection ends before the body does.
pub(super) fn outgoing(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()> + Send + 'static,
) -> Body {
    let (sender, receiver) = mpsc::channel(CHUNKS_IN_FLIGHT);
    spawn_blocking(move || {
        let mut writer = BufWriter::with_capacity(CHUNK_SIZE, ChunkWriter(sender.clone()));
        let written = write(&mut writer).and_then(|()| writer.flush());
        if let Err(error) = written {
            // The receiver may be gone.
            let _gone = sender.blocking_send(Err(error));
        }
    });
    Body::from_stream(ChunkStream(receiver))
}

/// Passes a body to a thread that reads it, and returns the thread's result. The body is read to its end in any case: a client that
/// is still writing would not see the response.
pub(super) async fn incoming<T: Send + 'static>(
    body: Body,
    cap: usize,
    read: impl FnOnce(&mut dyn Read) -> T + Send + 'static,
) -> Result<T, BodyError> {
    let (sender, receiver) = mpsc::channel(CHUNKS_IN_FLIGHT);
    let reading = spawn_blocking(move || {
        read(&mut ChunkReader {
            chunks: receiver,
            chunk: Bytes::new(),
            is_whole: false,
        })
    });
    let fed = feed(body, cap, sender).await;
    let read = reading.await.map_err(|_panic| BodyError::Broken)?;
    fed.map(|()| read)
}

async fn feed(body: Body, cap: usize, sender: Sender<BodyChunk>) -> Result<(), BodyError> {
    let mut chunks = body.into_data_stream();
    let mut length = 0;
    let mut sender = Some(sender);
    while let Some(chunk) = next_chunk(&mut chunks).await {
        let chunk = chunk.map_err(|_error| BodyError::Broken)?;
        length += chunk.len();
        sender = sender.filter(|_| length <= cap);
        if let Some(open) = &sender
            && open.send(BodyChunk::Chunk(chunk)).await.is_err()
        {
            sender = None;
        }
    }
    if length > cap {
        return Err(BodyError::TooLarge { cap });
    }
    if let Some(open) = sender {
        // The thread may have read enough and gone.
        let _gone = open.send(BodyChunk::End).await;
    }
    Ok(())
}

/// Returns the next chunk of a body, or the error that it broke off.
pub(super) async fn next_chunk(chunks: &mut BodyDataStream) -> Option<Result<Bytes, axum::Error>> {
    poll_fn(|context| Pin::new(&mut *chunks).poll_next(context)).await
}

/// Input of a thread that reads a body. Only a whole body has an end: one that breaks off, or is too large, has none.
enum BodyChunk {
    Chunk(Bytes),
    End,
}

struct ChunkWriter(Sender<Chunk>);

impl Write for ChunkWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let chunk = Bytes::copy_from_slice(bytes);
        let sent = self.0.blocking_send(Ok(chunk));
        sent.map_err(|_gone| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct ChunkStream(Receiver<Chunk>);

impl Stream for ChunkStream {
    type Item = Chunk;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Chunk>> {
        self.0.poll_recv(context)
    }
}

struct ChunkReader {
    chunks: Receiver<BodyChunk>,
    /// Rest of the last piece.
    chunk: Bytes,
    is_whole: bool,
}

impl Read for ChunkReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() && !self.is_whole {
            match self.chunks.blocking_recv() {
                Some(BodyChunk::Chunk(chunk)) => self.chunk = chunk,
                Some(BodyChunk::End) => self.is_whole = true,
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
        let taken = self.chunk.len().min(buffer.len());
        buffer[..taken].copy_from_slice(&self.chunk.split_to(taken));
        Ok(taken)
    }
}
