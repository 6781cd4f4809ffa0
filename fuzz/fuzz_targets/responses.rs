//! Responses over loopback: each operation of the client, with any status, headers and body.
//!
//! Input: operation, status, lines of headers up to an empty line, body.
#![no_main]

use std::future::{Future, ready};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::pin::Pin;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use libfuzzer_sys::fuzz_target;
use opentrain::{Client, Clock, retry::Never};
use opentrain_fuzz::{OPERATIONS, SECRET, STATUSES, check_message};
use tokio::runtime::Runtime;

#[path = "../../tests/operations.rs"]
mod operations;

/// Longest wait that a response may ask for.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Response that the server sends next.
static NEXT: Mutex<Vec<u8>> = Mutex::new(Vec::new());

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts")
});

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            // A client that has gone is no failure.
            let _result = stream.and_then(respond);
        }
    });
    Client::builder()
        .base_url(format!("http://{address}"))
        .token("ot_pat_example_0000")
        .clock(MovedByWaits {
            start: Instant::now(),
            waited: Mutex::default(),
        })
        .jitter(|| u64::MAX / 2)
        .retry_policy(Never)
        .body_limit(1 << 20)
        .build()
        .expect("the settings are good")
});

/// Clock that a wait moves at once.
#[derive(Debug)]
struct MovedByWaits {
    start: Instant,
    waited: Mutex<Duration>,
}

impl Clock for MovedByWaits {
    fn now(&self) -> Instant {
        self.start + *self.waited.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn system_time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        *self.waited.lock().unwrap_or_else(PoisonError::into_inner) += duration;
        Box::pin(ready(()))
    }
}

/// Reads a request and sends the response that is next, on a connection of its own: a response that promises more than it has ends.
fn respond(mut stream: TcpStream) -> std::io::Result<()> {
    read_request(&mut stream)?;
    let response = std::mem::take(&mut *NEXT.lock().unwrap_or_else(PoisonError::into_inner));
    stream.write_all(&response)?;
    stream.shutdown(Shutdown::Write)
}

/// Reads a request with its body, so that the connection is not reset.
fn read_request(stream: &mut TcpStream) -> std::io::Result<()> {
    let (mut request, mut buffer) = (Vec::new(), [0; 8192]);
    loop {
        let head = request.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(head) = head {
            let text = String::from_utf8_lossy(&request[..head]).to_lowercase();
            let length = text.split("content-length: ").nth(1);
            let length = length.and_then(|rest| rest.lines().next()?.parse::<usize>().ok());
            if request.len() >= head + 4 + length.unwrap_or(0) {
                return Ok(());
            }
        }
        match stream.read(&mut buffer)? {
            0 => return Ok(()),
            count => request.extend_from_slice(&buffer[..count]),
        }
    }
}

fn response(status: u16, rest: &[u8]) -> Vec<u8> {
    let end = rest.windows(2).position(|two| two == b"\n\n");
    let (headers, body) = end.map_or((&[][..], rest), |end| (&rest[..end], &rest[end + 2..]));
    let mut response = format!(
        "HTTP/1.1 {status} Any\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
        body.len()
    )
    .into_bytes();
    for line in headers.split(|byte| *byte == b'\n') {
        response.extend_from_slice(line);
        if !line.is_empty() {
            response.extend_from_slice(b"\r\n");
        }
    }
    response.extend_from_slice(b"\r\n");
    response.extend_from_slice(body);
    response
}

fuzz_target!(|input: &[u8]| {
    let [operation, status, rest @ ..] = input else {
        return;
    };
    let operation = &OPERATIONS[usize::from(*operation) % OPERATIONS.len()];
    let status = STATUSES[usize::from(*status) % STATUSES.len()];
    *NEXT.lock().unwrap_or_else(PoisonError::into_inner) = response(status, rest);
    let called = RUNTIME.block_on(operations::call(&CLIENT, operation));
    if let Err(error) = called.expect("the client has every operation") {
        check_message(&error);
        assert!(!format!("{error:?}").contains(SECRET), "{error:?}");
        let wait = error.retry_after();
        assert!(wait.is_none_or(|wait| wait <= DAY), "{wait:?}");
    }
});
