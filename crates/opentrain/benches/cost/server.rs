//! Server on loopback that gives every request the same response.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// Server in threads of its own, which end with the process.
pub(crate) struct Server {
    pub(crate) url: String,
}

impl Server {
    pub(crate) fn start(response: fn() -> (u16, String)) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        let (status, body) = response();
        let response = format!(
            "HTTP/1.1 {status} Status\r\ncontent-type: application/json\r\nx-request-id: req_5b\r\ndate: Wed, 04 Mar 2026 05:06:07 GMT\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let response = response.clone();
                thread::spawn(move || serve(&stream, response.as_bytes()));
            }
        });
        Ok(Self { url })
    }
}

fn serve(stream: &TcpStream, response: &[u8]) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while read_request(&mut reader)? {
        let mut writer = stream;
        writer.write_all(response)?;
    }
    Ok(())
}

/// Reads a request. False at the end of the connection.
fn read_request(reader: &mut impl BufRead) -> io::Result<bool> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(false);
        }
        let line = line.trim_end().to_ascii_lowercase();
        if let Some(number) = line.strip_prefix("content-length:") {
            length = number.trim().parse().map_err(io::Error::other)?;
        }
        if line.is_empty() {
            break;
        }
    }
    io::copy(&mut reader.take(length), &mut io::sink())?;
    Ok(true)
}
