//! Secure connections that are not established: the error of each, and which are tried again.
//!
//! The certificates in `tls/` are invented; `tls/make` creates new ones.

use std::fmt::Write as _;
use std::io::{Read, Write as _, copy, sink};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use insta::assert_snapshot;
use opentrain::{Client, Error};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned, crypto};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{TOKEN, TestClock, chain};

const AUTHORITY: &[u8] = include_bytes!("tls/authority.der");
const STRANGER: &[u8] = include_bytes!("tls/stranger.der");
const SERVER_KEY: &[u8] = include_bytes!("tls/server_key.der");
const SERVER: &[u8] = include_bytes!("tls/server.der");
const EXPIRED: &[u8] = include_bytes!("tls/expired.der");
const NOT_YET_VALID: &[u8] = include_bytes!("tls/not_yet_valid.der");
const OTHER_HOST: &[u8] = include_bytes!("tls/other_host.der");

/// Response of the operation that the tests call.
const RESPONSE: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 13\r\nconnection: close\r\n\r\n{\"tokens\":[]}";

/// Behaviour of a server towards a connection.
#[derive(Clone)]
enum Behaviour {
    /// Speaks TLS.
    Tls(Arc<ServerConfig>),
    /// Reads the first message, sends these bytes and closes.
    Bytes(&'static [u8]),
    /// Closes when bytes have arrived, without reading them. The system resets the connection then.
    Reset,
}

/// Server on this machine, for as long as the runtime of the test lives.
struct Server {
    base_url: String,
    accepted: Arc<AtomicUsize>,
}

impl Server {
    async fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("https://{}", listener.local_addr().unwrap());
        let accepted = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&accepted);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                counter.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, behaviour.clone()));
            }
        });
        Self { base_url, accepted }
    }

    /// Calls an operation that may be repeated, with a client that trusts one authority.
    async fn call(&self, trusted: &[u8]) -> Result<(), Error> {
        let trusted = reqwest::Certificate::from_der(trusted).unwrap();
        let http = reqwest::Client::builder().no_proxy();
        let http = http.tls_certs_only([trusted]).build().unwrap();
        let client = Client::builder()
            .base_url(&self.base_url)
            .token(TOKEN)
            .clock(TestClock::default())
            .http_client(http);
        client.build().unwrap().tokens().list().await.map(drop)
    }

    /// Returns the error of a call. Checks that the number of connections equals the error's number of attempts.
    async fn failure(&self, trusted: &[u8]) -> Error {
        let error = self.call(trusted).await.unwrap_err();
        let accepted = self.accepted.load(Ordering::SeqCst);
        assert_eq!(u32::try_from(accepted).unwrap(), error.attempts());
        error
    }
}

async fn serve(mut stream: TcpStream, behaviour: Behaviour) {
    match behaviour {
        Behaviour::Tls(config) => {
            let stream = stream.into_std().unwrap();
            let respond = move || respond(&stream, config);
            tokio::task::spawn_blocking(respond).await.unwrap();
        }
        Behaviour::Bytes(bytes) => {
            let mut hello = [0; 4096];
            let _ = stream.read(&mut hello).await;
            let _ = stream.write_all(bytes).await;
            let _ = stream.shutdown().await;
            // The other side closes first, so that a reset loses no bytes.
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
        Behaviour::Reset => {
            let _ = stream.peek(&mut [0]).await;
        }
    }
}

/// Responds to one request. The other side decides about failures.
fn respond(stream: &std::net::TcpStream, config: Arc<ServerConfig>) {
    stream.set_nonblocking(false).unwrap();
    let connection = ServerConnection::new(config).unwrap();
    let mut stream = StreamOwned::new(connection, stream);
    if stream.read(&mut [0; 4096]).is_ok() {
        let _ = stream.write_all(RESPONSE);
        stream.conn.send_close_notify();
        let _ = stream.flush();
    }
    // The other side closes first, so that a reset loses no bytes.
    let _ = copy(&mut stream.sock, &mut sink());
}

fn tls(certificate: &'static [u8]) -> Behaviour {
    Behaviour::Tls(config(certificate, false))
}

/// Returns a server with this certificate, which may require one of the client too.
fn config(certificate: &'static [u8], wants_certificate: bool) -> Arc<ServerConfig> {
    let provider = Arc::new(crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let config = if wants_certificate {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(AUTHORITY)).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        config.with_client_cert_verifier(verifier.build().unwrap())
    } else {
        config.with_no_client_auth()
    };
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(SERVER_KEY));
    let certificate = vec![CertificateDer::from(certificate)];
    Arc::new(config.with_single_cert(certificate, key).unwrap())
}

/// Bytes of a fatal alert.
macro_rules! alert {
    ($description:literal) => {
        Behaviour::Bytes(&[21, 3, 1, 0, 2, 2, $description])
    };
}

/// First message of a server in TLS 1.1.
const HELLO_OF_TLS_1_1: &[u8] = &{
    let mut hello = [0; 47];
    let head = [22, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2];
    let mut index = 0;
    while index < head.len() {
        hello[index] = head[index];
        index += 1;
    }
    // The time, the random bytes, an empty session id: zeros. Then a cipher, and no compression.
    hello[45] = 0x2f;
    hello
};

#[tokio::test]
async fn a_certificate_that_is_trusted_is_taken() {
    let server = Server::start(tls(SERVER)).await;
    server.call(AUTHORITY).await.unwrap();
}

#[tokio::test]
async fn secure_connections_that_fail_and_how_often_they_are_tried() {
    let garbage = b"\x00\x01\x02 nothing in particular, and enough of it to be read as something";
    let http = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
    let cases = [
        ("unknown issuer", tls(SERVER), STRANGER),
        ("wrong host", tls(OTHER_HOST), AUTHORITY),
        ("expired", tls(EXPIRED), AUTHORITY),
        ("not yet valid", tls(NOT_YET_VALID), AUTHORITY),
        ("plain HTTP", Behaviour::Bytes(http), AUTHORITY),
        ("garbage", Behaviour::Bytes(garbage), AUTHORITY),
        ("TLS 1.1", Behaviour::Bytes(HELLO_OF_TLS_1_1), AUTHORITY),
        ("alert: protocol version", alert!(70), AUTHORITY),
        ("alert: handshake failure", alert!(40), AUTHORITY),
        ("alert: unrecognised name", alert!(112), AUTHORITY),
        ("alert: unexpected message", alert!(10), AUTHORITY),
        (
            "wants a certificate of the client",
            Behaviour::Tls(config(SERVER, true)),
            AUTHORITY,
        ),
        ("alert: internal error", alert!(80), AUTHORITY),
        ("reset", Behaviour::Reset, AUTHORITY),
        ("closed at once", Behaviour::Bytes(b""), AUTHORITY),
        (
            "closed within a message",
            Behaviour::Bytes(b"\x16\x03\x03\x01\x00\x02"),
            AUTHORITY,
        ),
    ];
    let mut table = String::new();
    for (name, behaviour, trusted) in cases {
        let error = Server::start(behaviour).await.failure(trusted).await;
        let (kind, attempts) = (error.kind(), error.attempts());
        writeln!(
            table,
            "{name}: {}, {attempts} tried, {kind}",
            error.kind().name()
        )
        .unwrap();
    }
    assert_snapshot!(table);
}

#[tokio::test]
async fn the_sentence_comes_before_the_words_of_the_library() {
    let server = Server::start(tls(EXPIRED)).await;
    let error = server.failure(AUTHORITY).await;
    let start = "`tokens_list` failed: no secure connection to the service: its certificate has expired, or this machine's clock is wrong: ";
    let text = chain(&error);
    assert!(
        text.starts_with(start) && text.contains("invalid peer certificate: certificate expired"),
        "{text}"
    );
}
