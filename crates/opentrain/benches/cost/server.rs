//! Server on loopback that makes each response of the target of its request.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

/// Server in threads of its own, which end with the process.
pub(crate) struct Server {
    pub(crate) url: String,
}

/// Function from the target of a request to the status and the body of the response.
type Respond = dyn Fn(&str) -> (u16, String) + Send + Sync;

impl Server {
    pub(crate) fn start(
        respond: impl Fn(&str) -> (u16, String) + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        let respond: Arc<Respond> = Arc::new(respond);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let respond = Arc::clone(&respond);
                thread::spawn(move || serve(&stream, &*respond));
            }
        });
        Ok(Self { url })
    }
}

fn serve(stream: &TcpStream, respond: &Respond) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(target) = read_request(&mut reader)? {
        let (status, body) = respond(&target);
        let response = format!(
            "HTTP/1.1 {status} Status\r\ncontent-type: application/json\r\nx-request-id: req_5b\r\ndate: Wed, 04 Mar 2026 05:06:07 GMT\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut writer = stream;
        writer.write_all(response.as_bytes())?;
    }
    Ok(())
}

/// Reads a request and returns its target. `None` at the end of the connection.
fn read_request(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let target = first.split(' ').nth(1).unwrap_or_default();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        if let Some(number) = line.strip_prefix("content-length:") {
            length = number.trim().parse().map_err(io::Error::other)?;
        }
        if line.is_empty() {
            break;
        }
    }
    io::copy(&mut reader.take(length), &mut io::sink())?;
    Ok(Some(String::from(target)))
}
