//! A connection that can send any bytes in place of a response, also some that HTTP does not allow, and then ends.

use std::io::{ErrorKind, IoSlice, Result};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// Accepts connections and counts them.
pub(super) struct CountingListener {
    listener: TcpListener,
    accepted: Arc<AtomicU64>,
}

/// A connection.
pub(super) struct Connection {
    stream: TcpStream,
    connection: ConnectionHandle,
}

/// Handle on the connection of a request.
#[derive(Clone)]
pub(super) struct ConnectionHandle {
    /// The first connection is 1.
    pub(super) number: u64,
    replacement: Arc<Mutex<Option<Replacement>>>,
}

/// Bytes that are sent instead of the rest of the response.
struct Replacement {
    bytes: Vec<u8>,
    sent: usize,
}

impl CountingListener {
    pub(super) fn new(listener: TcpListener, accepted: Arc<AtomicU64>) -> Self {
        Self { listener, accepted }
    }
}

impl Listener for CountingListener {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Responses are small: without this, some would wait for the client's acknowledgement of the one before.
        let _without = stream.set_nodelay(true);
        let connection = ConnectionHandle {
            number: self.accepted.fetch_add(1, Ordering::Relaxed) + 1,
            replacement: Arc::default(),
        };
        (Connection { stream, connection }, address)
    }

    fn local_addr(&self) -> Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, CountingListener>> for ConnectionHandle {
    fn connect_info(stream: IncomingStream<'_, CountingListener>) -> Self {
        stream.io().connection.clone()
    }
}

impl ConnectionHandle {
    /// Sends these bytes from now on, instead of those of the HTTP library. The returned response must close the connection.
    pub(super) fn replace_with(&self, bytes: Vec<u8>) {
        let replacement = Replacement { bytes, sent: 0 };
        let mut place = self
            .replacement
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *place = Some(replacement);
    }
}

impl Connection {
    /// Sends the replacement if there is one. Says whether there is, so that what was to be written must be passed over.
    fn poll_replacement(&mut self, context: &mut Context<'_>) -> Poll<Result<bool>> {
        let Self { stream, connection } = self;
        let mut replacement = connection
            .replacement
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let Some(replacement) = &mut *replacement else {
            return Poll::Ready(Ok(false));
        };
        while replacement.sent < replacement.bytes.len() {
            let rest = &replacement.bytes[replacement.sent..];
            match ready!(Pin::new(&mut *stream).poll_write(context, rest))? {
                0 => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
                sent => replacement.sent += sent,
            }
        }
        Poll::Ready(Ok(true))
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<Result<usize>> {
        if ready!(self.poll_replacement(context))? {
            return Poll::Ready(Ok(buffer.len()));
        }
        Pin::new(&mut self.stream).poll_write(context, buffer)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        if ready!(self.poll_replacement(context))? {
            return Poll::Ready(Ok(buffers.iter().map(|buffer| buffer.len()).sum()));
        }
        Pin::new(&mut self.stream).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
