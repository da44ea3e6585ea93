//! The hash of an import's input, taken while it is read: the run says what it was made from.

use std::io::{self, BufRead, Read};

use sha2::{Digest, Sha256};

/// Hashes what is read.
pub(super) struct Hashing<R> {
    input: io::BufReader<R>,
    hasher: Sha256,
}

impl<R: Read> Hashing<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input: io::BufReader::with_capacity(256 * 1024, input), hasher: Sha256::new() }
    }
    pub(super) fn finish(self) -> String {
        hex::encode(self.hasher.finalize())
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(into)?;
        self.hasher.update(into.get(..read).unwrap_or_default());
        Ok(read)
    }
}

impl<R: Read> BufRead for Hashing<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf()
    }
    fn consume(&mut self, amount: usize) {
        self.hasher.update(self.input.buffer().get(..amount).unwrap_or_default());
        self.input.consume(amount);
    }
}
