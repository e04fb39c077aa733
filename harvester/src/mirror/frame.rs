use std::io::Read;

use zstd::zstd_safe;

/// The largest window: 8 MiB is 2^23 (section 3).
const WINDOW_LOG: u32 = 23;

/// What a frame begins with (RFC 8878 section 3.1.1). The library reads skippable frames and those of its own past as well.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Why bytes are no record bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// No zstd frame.
    #[error("it is no zstd frame: {0}")]
    NotAFrame(String),
    /// The header does not say how long the content is.
    #[error("its zstd header does not say how long the content is")]
    NoSize,
    /// It says more than the entries allow.
    #[error("it says that it inflates to {size} bytes, and its entries allow {limit}")]
    TooLarge {
        /// what the header says
        size: u64,
        /// the most
        limit: usize,
    },
    /// Something follows the frame.
    #[error("{0} bytes follow its zstd frame")]
    Trailing(usize),
    /// The frame is damaged.
    #[error("its zstd frame is damaged: {0}")]
    Damaged(String),
}

/// Inflates the one zstd frame of a record bundle: content size in the header, window of at most 8 MiB, no dictionary, nothing after it
/// (section 3). Never more than `limit` bytes are made, whatever the header says.
///
/// # Errors
/// [`FrameError`] says which of these does not hold.
pub fn inflate(bytes: &[u8], limit: usize) -> Result<Vec<u8>, FrameError> {
    if !bytes.starts_with(&MAGIC) {
        return Err(FrameError::NotAFrame(
            "it does not begin like one".to_owned(),
        ));
    }
    let size = match zstd_safe::get_frame_content_size(bytes) {
        Ok(Some(size)) => size,
        Ok(None) => return Err(FrameError::NoSize),
        Err(_) => {
            return Err(FrameError::NotAFrame(
                "its header cannot be read".to_owned(),
            ));
        }
    };
    if size > limit as u64 {
        return Err(FrameError::TooLarge { size, limit });
    }
    let length = zstd_safe::find_frame_compressed_size(bytes)
        .map_err(|code| FrameError::Damaged(zstd_safe::get_error_name(code).to_owned()))?;
    if length != bytes.len() {
        return Err(FrameError::Trailing(bytes.len() - length));
    }
    let damaged = |error: std::io::Error| FrameError::Damaged(error.to_string());
    let mut decoder = zstd::stream::read::Decoder::with_buffer(bytes)
        .map_err(damaged)?
        .single_frame();
    decoder.window_log_max(WINDOW_LOG).map_err(damaged)?;
    let mut content = Vec::with_capacity(size as usize);
    decoder
        .take(limit as u64 + 1)
        .read_to_end(&mut content)
        .map_err(damaged)?;
    if content.len() as u64 == size {
        Ok(content)
    } else {
        Err(FrameError::Damaged(format!(
            "it holds {} bytes and says {size}",
            content.len()
        )))
    }
}

/// Writes content as such a frame: for a bundle that a redaction makes shorter.
///
/// # Errors
/// Those of the compressor.
pub fn compress(content: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut compressor = zstd::bulk::Compressor::new(3)?;
    compressor.set_parameter(zstd_safe::CParameter::WindowLog(WINDOW_LOG))?;
    compressor.compress(content)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;

    #[test]
    fn what_was_compressed_comes_back() {
        for content in [&b""[..], b"one", &[7; 3_000_000]] {
            let frame = compress(content).unwrap();
            assert_eq!(inflate(&frame, content.len()).unwrap(), content);
        }
    }

    #[test]
    fn a_bomb_is_refused_by_what_its_header_says() {
        let frame = compress(&vec![0; 100_000_000]).unwrap();
        assert!(frame.len() < 20_000);
        assert_eq!(
            inflate(&frame, 1_000),
            Err(FrameError::TooLarge {
                size: 100_000_000,
                limit: 1_000
            })
        );
    }

    #[test]
    fn what_follows_the_frame_and_what_is_cut_is_refused() {
        let mut frame = compress(b"content").unwrap();
        let cut = &frame[..frame.len() - 1];
        assert!(matches!(inflate(cut, 100), Err(FrameError::Damaged(_))));
        frame.push(0);
        assert_eq!(inflate(&frame, 100), Err(FrameError::Trailing(1)));
        assert!(matches!(
            inflate(b"<html>", 100),
            Err(FrameError::NotAFrame(_))
        ));
        assert!(inflate(b"", 100).is_err());
    }

    #[test]
    fn what_only_the_library_takes_for_a_frame_is_none() {
        // skippable, with nothing in it; and a frame of version 0.7 (2016)
        for other in [
            &[0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0][..],
            &[0x27, 0xb5, 0x2f, 0xfd, 0x20, 0, 1, 0, 0],
        ] {
            let refused = inflate(other, 100);
            assert!(matches!(refused, Err(FrameError::NotAFrame(_))));
        }
    }
}
