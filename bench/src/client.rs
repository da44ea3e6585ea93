//! The plainest of HTTP clients: one connection, one request at a time, kept open. It must cost little, since it shares
//! the machine with what it measures.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

/// No answer is larger.
const ANSWER_BYTES_MAX: usize = 16_000_000;

/// A connection.
pub struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Everything before the body, in lower case but for the values.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find_map(|(known, value)| known.eq_ignore_ascii_case(name).then_some(value))
    }

    /// The body as text.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
}

/// A request, written out.
pub fn get(path: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n");
    for (name, value) in headers {
        request.push_str(name);
        request.push_str(": ");
        request.push_str(value);
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    request.into_bytes()
}

/// A form with its fields, as a browser of ours would send it.
pub fn post(path: &str, cookie: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let part = |(name, value): &(&str, &str)| {
        format!("--xx\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body: String = fields.iter().map(part).chain(["--xx--\r\n".to_owned()]).collect();
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\nsec-fetch-site: same-origin\r\n\
         content-type: multipart/form-data; boundary=xx\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// An address of this machine: all of 127/8 is. Limits count by address.
pub fn address(number: u32) -> Ipv4Addr {
    let [_, a, b, c] = (number + 256).to_be_bytes();
    Ipv4Addr::new(127, a.saturating_add(1), b, c)
}

impl Connection {
    /// Connects from an address of this machine.
    pub async fn open(to: SocketAddr, from: Ipv4Addr) -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        // Whoever connects often from the same address would run out of ports that wait for late packets.
        socket.set_reuseaddr(true)?;
        socket.bind(SocketAddr::new(IpAddr::V4(from), 0))?;
        let stream = socket.connect(to).await.with_context(|| format!("cannot connect to {to}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: Vec::with_capacity(64 * 1024) })
    }

    /// Asks and reads the whole answer.
    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        self.stream.write_all(request).await?;
        self.read.clear();
        let head_ends = loop {
            let from = self.read.len().saturating_sub(3);
            self.more().await?;
            let unseen = self.read.get(from..).unwrap_or_default();
            if let Some(at) = unseen.windows(4).position(|window| window == b"\r\n\r\n") {
                break from + at + 4;
            }
        };
        let head = String::from_utf8_lossy(self.read.get(..head_ends).unwrap_or_default()).into_owned();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).context("no status")?;
        let mut answer = Answer { status, head, body: Vec::new() };
        if matches!(status, 204 | 304) {
            return Ok(answer);
        }
        if answer.header("transfer-encoding").is_some_and(|kind| kind.eq_ignore_ascii_case("chunked")) {
            answer.body = self.chunks(head_ends).await?;
            return Ok(answer);
        }
        let length: usize = answer.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        while self.read.len() < head_ends + length {
            self.more().await?;
        }
        answer.body = self.read.get(head_ends..head_ends + length).unwrap_or_default().to_vec();
        Ok(answer)
    }

    async fn chunks(&mut self, mut at: usize) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = loop {
                let rest = self.read.get(at..).unwrap_or_default();
                if let Some(end) = rest.windows(2).position(|window| window == b"\r\n") {
                    break String::from_utf8_lossy(rest.get(..end).unwrap_or_default()).into_owned();
                }
                self.more().await?;
            };
            let length = usize::from_str_radix(line.trim(), 16).context("a chunk without a length")?;
            at += line.len() + 2;
            while self.read.len() < at + length + 2 {
                self.more().await?;
            }
            body.extend_from_slice(self.read.get(at..at + length).unwrap_or_default());
            at += length + 2;
            if length == 0 {
                return Ok(body);
            }
        }
    }

    async fn more(&mut self) -> Result<()> {
        if self.read.len() > ANSWER_BYTES_MAX {
            bail!("an answer larger than any of ours");
        }
        if self.stream.read_buf(&mut self.read).await? == 0 {
            bail!("the connection was cut off");
        }
        Ok(())
    }
}
