//! Strips and tiles as rows of samples: never more bytes than the rows have, whatever the stream holds.

use std::io::Read;

use weezl::{BitOrder, LzwStatus, decode::Decoder};

use super::compression::Compression;
use super::shape::Shape;
use super::{broken, fax, jpeg, subsampled};
use crate::image::ImageError;

/// Decompresses a strip or tile of `columns` by `rows` pixels. What comes out has exactly the bytes of that many rows.
pub(super) fn decompress(
    shape: &Shape,
    tables: Option<&[u8]>,
    mut bytes: Vec<u8>,
    columns: u64,
    rows: u64,
) -> Result<Vec<u8>, ImageError> {
    if shape.bits_reversed && shape.compression != Compression::Jpeg {
        bytes
            .iter_mut()
            .for_each(|byte| *byte = byte.reverse_bits());
    }
    if let Some(grouping) = subsampled::Grouping::of(shape, columns, rows) {
        let grouped = inflate(shape.compression, bytes, grouping.bytes())?;
        return Ok(grouping.spread(&grouped));
    }
    match shape.compression {
        Compression::Jpeg => jpeg::decode(tables, &bytes, shape.interleaved(), columns, rows),
        fax @ (Compression::FaxRuns { .. }
        | Compression::FaxGroup3 { .. }
        | Compression::FaxGroup4) => fax::decode(fax, &bytes, columns, rows),
        other => inflate(other, bytes, shape.row_bytes(columns) * rows),
    }
}

/// Exactly `length` bytes of a stream. What it has beyond them is padding; fewer are an error.
fn inflate(
    compression: Compression,
    mut bytes: Vec<u8>,
    length: u64,
) -> Result<Vec<u8>, ImageError> {
    let length = length as usize;
    let inflated = match compression {
        Compression::Lzw => lzw(&bytes, length)?,
        Compression::PackBits => pack_bits(&bytes, length),
        Compression::Deflate => read_most(flate2::read::ZlibDecoder::new(&bytes[..]), length)?,
        Compression::Zstandard => read_most(
            zstd::stream::read::Decoder::with_buffer(&bytes[..])?,
            length,
        )?,
        _ => {
            bytes.truncate(length);
            bytes
        }
    };
    if inflated.len() < length {
        return Err(broken(format!(
            "one of its strips or tiles holds {} bytes, and {length} are needed",
            inflated.len()
        )));
    }
    Ok(inflated)
}

/// At most so many bytes of a stream; a stream that breaks off behind them is whole enough.
fn read_most(stream: impl Read, length: usize) -> Result<Vec<u8>, ImageError> {
    let mut out = Vec::with_capacity(length);
    stream
        .take(length as u64)
        .read_to_end(&mut out)
        .map_err(|error| broken(format!("one of its strips or tiles is damaged: {error}")))?;
    Ok(out)
}

fn lzw(bytes: &[u8], length: usize) -> Result<Vec<u8>, ImageError> {
    // before TIFF 5 was printed, codes began with their least bit; the first is always 256, which so begins with 0, 1
    let is_old = matches!(bytes, [0, second, ..] if second & 1 == 1);
    let mut decoder = if is_old {
        Decoder::new(BitOrder::Lsb, 8)
    } else {
        Decoder::with_tiff_size_switch(BitOrder::Msb, 8)
    };
    let mut out = vec![0; length];
    let (mut consumed, mut written) = (0, 0);
    while written < length {
        let result = decoder.decode_bytes(&bytes[consumed..], &mut out[written..]);
        consumed += result.consumed_in;
        written += result.consumed_out;
        match result.status {
            Ok(LzwStatus::Ok) if result.consumed_in > 0 || result.consumed_out > 0 => {}
            Ok(_) => break,
            Err(error) => {
                return Err(broken(format!(
                    "one of its strips or tiles is damaged: {error}"
                )));
            }
        }
    }
    out.truncate(written);
    Ok(out)
}

/// Runs of bytes (TIFF 6.0 section 9).
fn pack_bits(bytes: &[u8], length: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(length);
    let mut rest = bytes;
    while let (Some((head, behind)), true) = (rest.split_first(), out.len() < length) {
        rest = behind;
        match *head as i8 {
            -128 => {}
            count @ 0.. => {
                let count = (count as usize + 1).min(rest.len());
                out.extend_from_slice(&rest[..count]);
                rest = &rest[count..];
            }
            count => {
                let Some((byte, behind)) = rest.split_first() else {
                    break;
                };
                let count = 1 - isize::from(count);
                out.resize(out.len() + count as usize, *byte);
                rest = behind;
            }
        }
    }
    out.truncate(length);
    out
}
