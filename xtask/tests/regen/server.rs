//! Server on this machine that sends the same response to every request.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

pub(crate) struct Server {
    port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts a server that responds with what the function writes for the request's head. The thread ends with the test's process.
    pub(crate) fn new(response: impl Fn(&str, &mut TcpStream) + Send + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let head = head_of(&stream);
                seen.lock().unwrap().push(head.clone());
                response(&head, &mut stream);
            }
        });
        Server { port, requests }
    }

    /// Responds with 200 with a body and an `ETag`; 304 to who has that already.
    pub(crate) fn of(body: &str, etag: &str) -> Server {
        let (body, etag) = (body.to_owned(), etag.to_owned());
        Server::new(move |head, stream| {
            if head
                .to_ascii_lowercase()
                .contains(&format!("if-none-match: {}\r\n", etag.to_ascii_lowercase()))
            {
                write(stream, "304 Not Modified", &[], "");
            } else {
                write(
                    stream,
                    "200 OK",
                    &[("etag", &etag), ("content-type", "application/json")],
                    &body,
                );
            }
        })
    }

    /// Responds with a status, headers and a body.
    pub(crate) fn responding(
        status: &'static str,
        headers: &'static [(&str, &str)],
        body: &'static str,
    ) -> Server {
        Server::new(move |_, stream| write(stream, status, headers, body))
    }

    pub(crate) fn url(&self) -> String {
        self.url_of("/openapi.json")
    }

    /// Returns another address of the same server.
    pub(crate) fn url_of(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Returns the heads of all requests, lower case.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests
            .lock()
            .unwrap()
            .iter()
            .map(|head| head.to_ascii_lowercase())
            .collect()
    }
}

fn head_of(stream: &TcpStream) -> String {
    let lines = BufReader::new(stream)
        .lines()
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty());
    lines.fold(String::new(), |head, line| head + &line + "\r\n")
}

pub(crate) fn write(stream: &mut TcpStream, status: &str, headers: &[(&str, &str)], body: &str) {
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let length = body.len();
    let response = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
    );
    // Who hangs up early has its reasons; the test looks at what it says.
    let _hung_up = stream.write_all(response.as_bytes());
}
