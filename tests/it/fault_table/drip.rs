//! Server whose responses never end: a byte a second, by the clock of the runtime.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::stage::VirtualTime;

/// Server on a loopback port; it counts its requests.
pub(super) struct Drip {
    pub(super) base_url: String,
    requests: Arc<AtomicUsize>,
}

impl Drip {
    pub(super) async fn start(time: VirtualTime) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(drip(stream, Arc::clone(&counted), time.clone()));
            }
        });
        Self { base_url, requests }
    }

    /// Returns the number of requests since the last time.
    pub(super) fn take_requests(&self) -> usize {
        self.requests.swap(0, Ordering::SeqCst)
    }
}

/// Reads the beginning of a request, lets the time run by itself, and sends spaces until the client leaves.
async fn drip(mut stream: TcpStream, requests: Arc<AtomicUsize>, time: VirtualTime) {
    let mut request = [0; 16 * 1024];
    if stream.read(&mut request).await.unwrap_or_default() == 0 {
        return;
    }
    requests.fetch_add(1, Ordering::SeqCst);
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n";
    let mut sent = stream.write_all(head).await;
    time.pause();
    while sent.is_ok() {
        tokio::time::sleep(Duration::from_secs(1)).await;
        sent = stream.write_all(b" ").await;
    }
}
