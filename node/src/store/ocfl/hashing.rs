//! Both digests of a file in the one pass that copies it: SHA-512 for OCFL, SHA-256 for the signed manifest.

use std::io::{self, Read};

use protocol::digest::Digest;
use sha2::{Digest as _, Sha256, Sha512};

use super::sha512::Sha512Digest;

/// What one pass over some bytes tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hashes {
    pub(super) sha512: Sha512Digest,
    pub(super) sha256: Digest,
    pub(super) bytes: u64,
}

/// Hashes what is read through it.
pub(super) struct HashingReader<R> {
    inner: R,
    sha512: Sha512,
    sha256: Sha256,
    bytes: u64,
}

impl<R: Read> HashingReader<R> {
    pub(super) fn new(inner: R) -> HashingReader<R> {
        HashingReader {
            inner,
            sha512: Sha512::new(),
            sha256: Sha256::new(),
            bytes: 0,
        }
    }

    /// The hashes of what was read so far.
    pub(super) fn finish(self) -> Hashes {
        Hashes {
            sha512: Sha512Digest::from_bytes(self.sha512.finalize().into()),
            sha256: Digest::from_bytes(self.sha256.finalize().into()),
            bytes: self.bytes,
        }
    }
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(block)?;
        self.sha512.update(&block[..count]);
        self.sha256.update(&block[..count]);
        self.bytes += count as u64;
        Ok(count)
    }
}

/// Reads a stream to its end.
pub(super) fn hash_all(stream: &mut dyn Read) -> io::Result<Hashes> {
    let mut hashing = HashingReader::new(stream);
    let mut block = vec![0; 128 * 1024];
    loop {
        match hashing.read(&mut block) {
            Ok(0) => return Ok(hashing.finish()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The hashes of bytes in memory.
pub(super) fn hash_bytes(bytes: &[u8]) -> Hashes {
    Hashes {
        sha512: Sha512Digest::of(bytes),
        sha256: Digest::of(bytes),
        bytes: bytes.len() as u64,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::{hash_all, hash_bytes};

    #[test]
    fn a_stream_and_its_bytes_hash_alike() {
        for length in [0, 1, 128 * 1024, 300_000] {
            let bytes = vec![7; length];
            assert_eq!(hash_all(&mut &bytes[..]).unwrap(), hash_bytes(&bytes));
        }
    }
}
