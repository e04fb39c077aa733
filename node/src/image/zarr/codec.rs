//! What stands between the bytes of a chunk and those on disk.
//!
//! Every step is told how many bytes may come out, and gives no more: what a chunk holds is known from its shape.

use std::cell::RefCell;
use std::io::Read;

use serde_json::Value;
use zstd::bulk::Decompressor;

use super::blosc;
use super::store::FORMAT;
use crate::image::ImageError;

/// A step that makes bytes of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    Gzip,
    Zlib,
    Zstd,
    Blosc,
    Crc32c,
}

impl Codec {
    /// A codec by the name that Zarr v3 or numcodecs gives it.
    pub fn named(name: &str) -> Result<Codec, ImageError> {
        match name {
            "gzip" | "numcodecs.gzip" => Ok(Codec::Gzip),
            "zlib" | "numcodecs.zlib" => Ok(Codec::Zlib),
            "zstd" | "numcodecs.zstd" => Ok(Codec::Zstd),
            "blosc" | "numcodecs.blosc" => Ok(Codec::Blosc),
            "crc32c" | "numcodecs.crc32c" => Ok(Codec::Crc32c),
            _ => Err(unknown(name)),
        }
    }

    /// Undoes the step; at most so many bytes come out.
    fn decode(self, mut bytes: Vec<u8>, most: usize) -> Result<Vec<u8>, ImageError> {
        match self {
            Codec::Gzip => at_most(flate2::bufread::MultiGzDecoder::new(&bytes[..]), most),
            Codec::Zlib => at_most(flate2::bufread::ZlibDecoder::new(&bytes[..]), most),
            Codec::Zstd => unzstd(&bytes, most)
                .map_err(|error| damaged(format!("zstd cannot read it: {error}"))),
            Codec::Blosc => blosc::decompress(&bytes, most).map_err(damaged),
            Codec::Crc32c => {
                let content = checked(&bytes)?.len();
                bytes.truncate(content);
                Ok(bytes)
            }
        }
    }
}

/// The codec's name in a metadata document, for a sentence.
pub(super) fn unknown(name: &str) -> ImageError {
    let short: String = name.chars().take(60).collect();
    ImageError::Unsupported(format!("its chunks are stored with the codec {short:?}"))
}

/// The codecs of a Zarr v2 array: its `compressor`, and its `filters`, of which none are read.
pub(super) fn of_v2(document: &Value) -> Result<Vec<Codec>, ImageError> {
    let filters = document.get("filters").and_then(Value::as_array);
    if let Some(filter) = filters.and_then(|filters| filters.first()) {
        return Err(unknown(
            filter.get("id").and_then(Value::as_str).unwrap_or("?"),
        ));
    }
    match document.get("compressor") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(compressor) => Ok(vec![Codec::named(
            compressor.get("id").and_then(Value::as_str).unwrap_or("?"),
        )?]),
    }
}

/// Undoes all steps, the last first, and gives exactly so many bytes.
pub(super) fn decode(
    codecs: &[Codec],
    mut bytes: Vec<u8>,
    size: usize,
) -> Result<Vec<u8>, ImageError> {
    for codec in codecs.iter().rev() {
        bytes = codec.decode(bytes, most_encoded(size))?;
    }
    if bytes.len() != size {
        return Err(damaged(format!(
            "it holds {} bytes, and its shape asks for {size}",
            bytes.len()
        )));
    }
    Ok(bytes)
}

/// What a chunk of so many bytes may be at most while it is encoded: no codec here makes incompressible bytes larger than this.
pub(super) fn most_encoded(size: usize) -> usize {
    size.saturating_add(size / 8).saturating_add(1 << 16)
}

thread_local! {
    /// Making one for each chunk costs as much as a small chunk.
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

fn unzstd(bytes: &[u8], most: usize) -> std::io::Result<Vec<u8>> {
    DECOMPRESSOR.with_borrow_mut(|kept| {
        let decompressor = match kept {
            Some(decompressor) => decompressor,
            none => none.insert(Decompressor::new()?),
        };
        let mut content = decompressor.decompress(bytes, most)?;
        // it may be kept for long, and there was room for more
        content.shrink_to_fit();
        Ok(content)
    })
}

fn at_most(reader: impl Read, most: usize) -> Result<Vec<u8>, ImageError> {
    let mut decoded = Vec::new();
    reader
        // one more byte tells that there is more
        .take(most as u64 + 1)
        .read_to_end(&mut decoded)
        .map_err(|error| damaged(format!("deflate cannot read it: {error}")))?;
    if decoded.len() > most {
        return Err(damaged(format!(
            "it holds more than the {most} bytes that its shape allows"
        )));
    }
    Ok(decoded)
}

/// Bytes without the four of the CRC-32C at their end, which is right.
pub(super) fn checked(bytes: &[u8]) -> Result<&[u8], ImageError> {
    let (content, sum) = bytes
        .split_last_chunk::<4>()
        .ok_or_else(|| damaged("it ends before its checksum"))?;
    if crc32c::crc32c(content) != u32::from_le_bytes(*sum) {
        return Err(damaged("its checksum does not fit"));
    }
    Ok(content)
}

fn damaged(reason: impl AsRef<str>) -> ImageError {
    ImageError::broken(FORMAT, format!("a chunk is damaged: {}", reason.as_ref()))
}
