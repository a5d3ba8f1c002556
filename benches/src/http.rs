//! A minimal HTTP/1.1 client: preformatted requests on a keep-alive connection, answers read into one
//! buffer. The driver shares two cores with the server, so what it spends is taken from the server. It
//! knows status, `Content-Length`, chunks and `Connection: close`, and nothing else of the protocol.

use std::io::{Error, ErrorKind, Result, Write as _};
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Writes a GET with a bearer token to `out`.
pub fn get(out: &mut Vec<u8>, path: &str, token: &str) {
    // Writing to a Vec cannot fail.
    let _ = write!(out, "GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n");
}

/// Writes a POST of JSON with a bearer token, and `If-Match` where given (with its quotes), to `out`.
pub fn post(out: &mut Vec<u8>, path: &str, token: &str, if_match: Option<&str>, body: &str) {
    let _ = write!(out, "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n");
    if let Some(version) = if_match {
        let _ = write!(out, "If-Match: {version}\r\n");
    }
    let length = body.len();
    let _ = write!(out, "Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}");
}

/// An answer; its body lives in the connection's buffer until the next request.
#[derive(Debug)]
pub struct Answer<'a> {
    /// The status code.
    pub status: u16,
    /// The body, without transfer coding.
    pub body: &'a [u8],
}

/// One keep-alive connection, opened when needed.
#[derive(Debug)]
pub struct Connection {
    address: SocketAddr,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
    body: Vec<u8>,
}

struct Head {
    status: u16,
    length: Option<usize>,
    chunked: bool,
    close: bool,
    end: usize,
}

impl Connection {
    /// A connection to `address`, not yet open.
    pub const fn new(address: SocketAddr) -> Self {
        Self { address, stream: None, buffer: Vec::new(), body: Vec::new() }
    }

    /// Sends `request` whole and reads the answer whole.
    ///
    /// # Errors
    /// Refused, reset, ended early or no HTTP. The next call opens a new connection; nothing is sent again.
    pub async fn send(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        // Taken out, so that an error on the way drops it.
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.address).await?;
                stream.set_nodelay(true)?;
                stream
            }
        };
        stream.write_all(request).await?;
        self.buffer.clear();
        self.body.clear();
        let head = loop {
            if let Some(head) = parse_head(&self.buffer)? {
                break head;
            }
            fill(&mut stream, &mut self.buffer).await?;
        };
        if head.chunked {
            let mut at = head.end;
            loop {
                match next_chunk(&self.buffer[at..])? {
                    Some((0, data, tail)) if self.buffer.len() >= at + data + tail => break,
                    Some((size, data, tail)) if size > 0 && self.buffer.len() >= at + data + size + tail => {
                        self.body.extend_from_slice(&self.buffer[at + data..at + data + size]);
                        at += data + size + tail;
                    }
                    _ => fill(&mut stream, &mut self.buffer).await?,
                }
            }
        } else {
            let end = head.end + head.length.unwrap_or(0);
            while self.buffer.len() < end {
                fill(&mut stream, &mut self.buffer).await?;
            }
        }
        if !head.close {
            self.stream = Some(stream);
        }
        let body = if head.chunked { &self.body[..] } else { &self.buffer[head.end..] };
        Ok(Answer { status: head.status, body })
    }
}

async fn fill(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<()> {
    buffer.reserve(16 * 1024);
    match stream.read_buf(buffer).await? {
        0 => Err(ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}

fn broken(what: &'static str) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}

/// The head of the answer, or `None` while it is not all there.
fn parse_head(buffer: &[u8]) -> Result<Option<Head>> {
    let Some(end) = buffer.windows(4).position(|w| w == b"\r\n\r\n").map(|at| at + 4) else {
        return Ok(None);
    };
    let text = std::str::from_utf8(&buffer[..end]).map_err(|_| broken("a head that is no text"))?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok());
    let status = status.ok_or_else(|| broken("no status line of HTTP/1.1"))?;
    let mut head = Head { status, length: None, chunked: false, close: false, end };
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-length") {
            head.length = Some(value.parse().map_err(|_| broken("no number as Content-Length"))?);
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            head.chunked = value.eq_ignore_ascii_case("chunked");
        } else if name.eq_ignore_ascii_case("connection") {
            head.close = value.eq_ignore_ascii_case("close");
        }
    }
    Ok(Some(head))
}

/// Size of the chunk at the start of `rest`, bytes before its data and after; `None` while unknown.
fn next_chunk(rest: &[u8]) -> Result<Option<(usize, usize, usize)>> {
    let Some(line) = rest.windows(2).position(|w| w == b"\r\n") else { return Ok(None) };
    let size = std::str::from_utf8(&rest[..line]).ok();
    let size = size.and_then(|text| usize::from_str_radix(text.split(';').next()?.trim(), 16).ok());
    Ok(Some((size.ok_or_else(|| broken("no number as chunk size"))?, line + 2, 2)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    async fn answered(pieces: &'static [&'static str]) -> (u16, Vec<u8>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut connection = Connection::new(listener.local_addr().unwrap());
        let server = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 1024];
            assert!(stream.read(&mut request).await.unwrap() > 0);
            for piece in pieces {
                stream.write_all(piece.as_bytes()).await.unwrap();
                tokio::task::yield_now().await;
            }
            stream
        };
        let mut request = Vec::new();
        get(&mut request, "/", "t");
        let (_stream, answer) = tokio::join!(server, connection.send(&request));
        let answer = answer.unwrap();
        (answer.status, answer.body.to_vec())
    }

    #[tokio::test]
    async fn an_answer_is_read_by_its_length_in_whatever_pieces_it_comes() {
        let pieces = &["HTTP/1.1 201 Cre", "ated\r\ncontent-length: 5\r\n\r", "\nhe", "llo"];
        assert_eq!(answered(pieces).await, (201, b"hello".to_vec()));
    }

    #[tokio::test]
    async fn chunks_are_put_together() {
        let pieces = &[
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
            "lo\r\n1;x\r\n!\r\n0\r\n",
            "\r\n",
        ];
        assert_eq!(answered(pieces).await, (200, b"hello!".to_vec()));
    }
}
