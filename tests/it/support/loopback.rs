//! A server on loopback that gives the answers it was told, in order, and keeps what it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What to answer.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// A status, headers and a body.
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    },
    /// A body without a length, until the connection ends.
    Unannounced { body: Vec<u8> },
    /// The head and half of the body.
    CutBody { body: Vec<u8> },
    /// Nothing: the connection is closed.
    Cut,
}

impl Reply {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        let headers = vec![("content-type", String::from("application/json"))];
        Self::Answer {
            status,
            headers,
            body: body.to_string().into_bytes(),
        }
    }

    pub(crate) fn html(status: u16) -> Self {
        let headers = vec![("content-type", String::from("text/html"))];
        Self::Answer {
            status,
            headers,
            body: b"<html><h1>Bad gateway</h1></html>".to_vec(),
        }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name, value.into()));
        }
        self
    }

    fn bytes(self) -> Vec<u8> {
        match self {
            Self::Answer {
                status,
                headers,
                body,
            } => {
                let mut head = format!(
                    "HTTP/1.1 {status} Status\r\ncontent-length: {}\r\nconnection: close\r\n",
                    body.len()
                );
                for (name, value) in headers {
                    head.push_str(&format!("{name}: {value}\r\n"));
                }
                [head.into_bytes(), b"\r\n".to_vec(), body].concat()
            }
            Self::Unannounced { body } => [
                b"HTTP/1.1 200 Status\r\nconnection: close\r\n\r\n".to_vec(),
                body,
            ]
            .concat(),
            Self::CutBody { body } => {
                let head = format!(
                    "HTTP/1.1 200 Status\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                [head.as_bytes(), &body[..body.len() / 2]].concat()
            }
            Self::Cut => Vec::new(),
        }
    }
}

/// What the server was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub(crate) method: String,
    /// With the query, as it came.
    pub(crate) target: String,
    /// Names in lower case, in the order they came.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Recorded {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("the body is JSON")
    }
}

#[derive(Default)]
struct Script {
    replies: VecDeque<Reply>,
    requests: Vec<Recorded>,
}

/// The server. Dropping it stops it.
pub(crate) struct Loopback {
    url: String,
    script: Arc<Mutex<Script>>,
    task: tokio::task::JoinHandle<()>,
}

impl Loopback {
    /// Starts a server that gives these answers.
    pub(crate) async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let script = Arc::new(Mutex::new(Script {
            replies: replies.into_iter().collect(),
            ..Script::default()
        }));
        let task = tokio::spawn(serve(listener, Arc::clone(&script)));
        Self { url, script, task }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Everything that was asked.
    pub(crate) fn requests(&self) -> Vec<Recorded> {
        self.script.lock().unwrap().requests.clone()
    }

    /// The one thing that was asked.
    pub(crate) fn request(&self) -> Recorded {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests[0].clone()
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.task.abort();
        let left = self
            .script
            .lock()
            .map(|script| script.replies.len())
            .unwrap_or_default();
        if !std::thread::panicking() {
            assert_eq!(left, 0, "answers that nobody asked for");
        }
    }
}

async fn serve(listener: TcpListener, script: Arc<Mutex<Script>>) {
    while let Ok((stream, _)) = listener.accept().await {
        answer(stream, &script).await;
    }
}

async fn answer(mut stream: TcpStream, script: &Mutex<Script>) {
    let Some(request) = read(&mut stream).await else {
        return;
    };
    let reply = {
        let mut script = script.lock().unwrap();
        let sentence = format!(
            "no answer is left for {} {}",
            request.method, request.target
        );
        script.requests.push(request);
        let unexpected = || Reply::Answer {
            status: 418,
            headers: Vec::new(),
            body: sentence.into_bytes(),
        };
        script.replies.pop_front().unwrap_or_else(unexpected)
    };
    // The other side may have gone already: that is its business.
    let _ = stream.write_all(&reply.bytes()).await;
    let _ = stream.shutdown().await;
}

async fn read(stream: &mut TcpStream) -> Option<Recorded> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).ok()?;
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ').map(String::from);
    let (method, target) = (first.next()?, first.next()?);
    let header = |line: &str| {
        line.split_once(": ")
            .map(|(name, value)| (name.to_lowercase(), String::from(value)))
    };
    let headers: Vec<(String, String)> = lines.filter_map(header).collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or_default();
    while bytes.len() < head_end + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let body = String::from_utf8(bytes[head_end + 4..].to_vec()).ok()?;
    Some(Recorded {
        method,
        target,
        headers,
        body,
    })
}
