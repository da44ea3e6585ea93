//! A virus scanner that speaks clamd's protocol (clamd(8): `zPING`, `zINSTREAM` in pieces) and finds one word.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What it finds.
pub const VIRUS: &[u8] = b"EN-VIRUS-TIL-TEST";
/// What it takes, in bytes.
pub const STREAM_BYTES_MAX: usize = 1_000_000;

/// The scanner; it ends with the test.
#[derive(Debug)]
pub struct Clamd {
    /// Where it listens.
    pub address: SocketAddr,
    is_away: Arc<AtomicBool>,
    listening: JoinHandle<()>,
}

impl Drop for Clamd {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Clamd {
    /// Begins to listen on a port of this machine.
    pub async fn start() -> Self {
        let listener =
            TcpListener::bind("127.0.0.1:0").await.unwrap_or_else(|error| panic!("no port: {error}"));
        let address = listener.local_addr().unwrap_or_else(|error| panic!("no address: {error}"));
        let is_away = Arc::new(AtomicBool::new(false));
        let away = is_away.clone();
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if !away.load(Ordering::Relaxed) {
                    // Whoever hangs up gets no answer.
                    tokio::spawn(async move { answer(stream).await.unwrap_or_default() });
                }
            }
        });
        Self { address, is_away, listening }
    }

    /// From now on it hangs up on everyone, or no longer.
    pub fn be_away(&self, is_away: bool) {
        self.is_away.store(is_away, Ordering::Relaxed);
    }
}

async fn answer(mut stream: TcpStream) -> io::Result<()> {
    let mut command = Vec::new();
    loop {
        match stream.read_u8().await? {
            0 => break,
            byte => command.push(byte),
        }
    }
    match command.as_slice() {
        b"zPING" => stream.write_all(b"PONG\0").await,
        b"zINSTREAM" => {
            let said = look(&mut stream).await?;
            stream.write_all(said).await
        }
        _ => stream.write_all(b"UNKNOWN COMMAND\0").await,
    }
}

async fn look(stream: &mut TcpStream) -> io::Result<&'static [u8]> {
    let mut content = Vec::new();
    loop {
        let length = stream.read_u32().await? as usize;
        if length == 0 {
            let is_found = content.windows(VIRUS.len()).any(|window| window == VIRUS);
            return Ok(if is_found { b"stream: Til-Test.UNOFFICIAL FOUND\0" } else { b"stream: OK\0" });
        }
        if content.len() + length > STREAM_BYTES_MAX {
            return Ok(b"INSTREAM size limit exceeded. ERROR\0");
        }
        let start = content.len();
        content.resize(start + length, 0);
        stream.read_exact(content.get_mut(start..).unwrap_or_default()).await?;
    }
}
