//! Forms as a browser sends them over a real connection: with files, from an address of one's own, and with an honest error
//! when the other end dies in the middle.

use std::{
    fmt::Write as _,
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use crate::scene::Answer;

/// Whoever asks: where from, and what its browser keeps.
#[derive(Debug, Clone)]
pub struct Browser {
    pub from: Ipv4Addr,
    pub cookie: String,
    /// Whether it says where its forms come from. One that does not must show the page's token.
    pub says_site: bool,
}

/// The hidden fields of the form that was shown, and what is typed into it.
#[derive(Debug, Clone, Default)]
pub struct Form {
    pub fields: Vec<(String, String)>,
    pub files: Vec<(String, Vec<u8>)>,
}

impl Default for Browser {
    fn default() -> Self {
        Self { from: Ipv4Addr::LOCALHOST, cookie: String::new(), says_site: true }
    }
}

impl Browser {
    /// Of its own address: all of 127/8 is this machine.
    pub fn at(from: [u8; 4]) -> Self {
        Self { from: from.into(), ..Self::default() }
    }

    pub async fn get(&self, to: SocketAddr, path: &str) -> io::Result<Answer> {
        self.ask(to, "GET", path, &[], &[]).await
    }

    /// Sends a form with files.
    pub async fn send(&self, to: SocketAddr, path: &str, form: &Form) -> io::Result<Answer> {
        let kind = [("content-type", "multipart/form-data; boundary=xx")];
        self.ask(to, "POST", path, &kind, &form.multipart()).await
    }

    /// Sends a form without files.
    pub async fn post(&self, to: SocketAddr, path: &str, form: &Form) -> io::Result<Answer> {
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        self.ask(to, "POST", path, &kind, form.urlencoded().as_bytes()).await
    }

    /// One request, one connection. An answer that was cut off is an error, as it is to a browser.
    pub async fn ask(
        &self,
        to: SocketAddr,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Answer> {
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {to}\r\nconnection: close\r\n");
        let length = body.len().to_string();
        let mut own = vec![("content-length", length.as_str())];
        if !self.cookie.is_empty() {
            own.push(("cookie", &self.cookie));
        }
        if method == "POST" && self.says_site && headers.iter().all(|(name, _)| *name != "origin") {
            own.push(("sec-fetch-site", "same-origin"));
        }
        for (name, value) in headers.iter().chain(&own) {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        let stream = self.connect(to).await?;
        let (mut read, mut write) = stream.into_split();
        let request = [head.as_bytes(), b"\r\n", body].concat();
        // A server may answer before it has read all of a form that is too large.
        let sending = tokio::spawn(async move {
            let sent = write.write_all(&request).await;
            (sent, write)
        });
        let mut bytes = Vec::new();
        let got = read.read_to_end(&mut bytes).await;
        let sent = sending.await.map_err(io::Error::other)?;
        let answer = Answer::parse(&bytes);
        let expected = answer.header("content-length").parse::<usize>().ok();
        let has_head = bytes.windows(4).any(|window| window == b"\r\n\r\n");
        if has_head && expected.is_some_and(|length| method == "HEAD" || answer.body.len() >= length) {
            return Ok(answer);
        }
        got?;
        sent.0?;
        Err(io::ErrorKind::UnexpectedEof.into())
    }

    async fn connect(&self, to: SocketAddr) -> io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(IpAddr::V4(self.from), 0))?;
        socket.connect(to).await
    }

    /// Keeps the cookie that came with a page.
    pub fn keep_cookie(&mut self, page: &Answer) {
        if let Some((cookie, _)) = page.header("set-cookie").split_once(';') {
            self.cookie = cookie.to_owned();
        }
    }
}

impl Form {
    /// The form of a page that leads to `action`, with its hidden fields.
    pub fn on(page: &Answer, action: &str) -> Self {
        let start = page.body.split_once(&format!("action=\"{action}\""));
        let (_, rest) = start.unwrap_or_else(|| panic!("no form to {action}: {} {}", page.status, page.body));
        let form = rest.split_once("</form>").map_or(rest, |(form, _)| form);
        let mut fields = Vec::new();
        for input in form.split("<input ").skip(1).filter(|input| input.starts_with("type=\"hidden\"")) {
            let part = |name: &str| {
                let (_, rest) = input.split_once(&format!("{name}=\""))?;
                Some(rest.split_once('"')?.0.to_owned())
            };
            fields.extend(part("name").zip(part("value")));
        }
        Self { fields, files: Vec::new() }
    }

    /// Types into a field; what stood there goes.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.into()));
        self
    }

    #[must_use]
    pub fn with_file(mut self, name: &str, content: impl Into<Vec<u8>>) -> Self {
        self.files.push((name.to_owned(), content.into()));
        self
    }

    fn multipart(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for (name, value) in &self.fields {
            let part = format!("--xx\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.bytes());
        }
        for (name, content) in &self.files {
            let head = format!(
                "--xx\r\ncontent-disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n"
            );
            body.extend(head.bytes());
            body.extend_from_slice(content);
            body.extend(b"\r\n");
        }
        body.extend(b"--xx--\r\n");
        body
    }

    fn urlencoded(&self) -> String {
        let pair = |(name, value): &(String, String)| format!("{name}={}", web::url_encode(value));
        self.fields.iter().map(pair).collect::<Vec<_>>().join("&")
    }
}

/// Begins to send a form and does not end it. The connection is open for as long as the answer lives.
pub async fn begin(to: SocketAddr, path: &str, body: &[u8]) -> TcpStream {
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {to}\r\nsec-fetch-site: same-origin\r\n\
         content-type: multipart/form-data; boundary=xx\r\ncontent-length: {}\r\n\r\n",
        body.len() + 1_000
    );
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    stream
}
