//! Chunks that c-blosc 1 wrote, as most of Zarr v2 are.
//!
//! A header of 16 bytes, where each block begins, then the blocks: each compressed as a whole or as one stream for each
//! byte of the samples, and shuffled before. See `README_HEADER.rst` of c-blosc. Ours because the C library would be given
//! strangers' bytes, and brings four others.

use super::blosc_unshuffle::{unshuffle_bits, unshuffle_bytes};
use super::blosclz;

const HEADER_BYTES: usize = 16;
const SHUFFLED_BYTES: u8 = 0x01;
const STORED: u8 = 0x02;
const SHUFFLED_BITS: u8 = 0x04;
const NOT_SPLIT: u8 = 0x10;
/// Streams are split by bytes of samples only up to so many.
const MOST_SPLITS: usize = 16;
/// … and where each has at least so many.
const LEAST_OF_SPLIT: usize = 128;

struct Header {
    flags: u8,
    sample_bytes: usize,
    bytes: usize,
    block_bytes: usize,
}

/// Decompresses a chunk; at most so many bytes come out.
///
/// # Errors
/// What is wrong with it.
pub(super) fn decompress(input: &[u8], most: usize) -> Result<Vec<u8>, String> {
    let header = header(input)?;
    if header.bytes > most {
        return Err(format!(
            "blosc says it holds {} bytes, and its shape allows {most}",
            header.bytes
        ));
    }
    if header.flags & STORED != 0 {
        let content = input.get(HEADER_BYTES..HEADER_BYTES + header.bytes);
        return content.map(<[u8]>::to_vec).ok_or_else(short);
    }
    let mut output = vec![0; header.bytes];
    if output.is_empty() {
        return Ok(output);
    }
    let mut plain = vec![0; header.block_bytes];
    for (number, block) in output.chunks_mut(header.block_bytes).enumerate() {
        let start = int(input, HEADER_BYTES + 4 * number)?;
        let stream = input.get(start..).ok_or_else(short)?;
        let plain = &mut plain[..block.len()];
        decompress_block(&header, stream, plain)?;
        unshuffle(&header, plain, block);
    }
    Ok(output)
}

fn header(input: &[u8]) -> Result<Header, String> {
    let (Some(&flags), Some(&sample_bytes)) = (input.get(2), input.get(3)) else {
        return Err(short());
    };
    let bytes = int(input, 4)?;
    let block_bytes = int(input, 8)?;
    let is_sound = sample_bytes > 0 && block_bytes > 0 && block_bytes <= bytes.max(1);
    // each block has four bytes that tell its beginning
    let blocks = bytes.div_ceil(block_bytes.max(1));
    if flags & STORED == 0 && (!is_sound || blocks > input.len() / 4) {
        return Err("the header of blosc contradicts itself".to_owned());
    }
    Ok(Header {
        flags,
        sample_bytes: usize::from(sample_bytes),
        bytes,
        block_bytes,
    })
}

fn decompress_block(header: &Header, mut stream: &[u8], output: &mut [u8]) -> Result<(), String> {
    let is_last_and_short = output.len() < header.block_bytes;
    let is_split = header.flags & NOT_SPLIT == 0
        && !is_last_and_short
        && header.sample_bytes <= MOST_SPLITS
        && header.block_bytes / header.sample_bytes >= LEAST_OF_SPLIT;
    let parts = if is_split { header.sample_bytes } else { 1 };
    if !output.len().is_multiple_of(parts) {
        return Err("the header of blosc contradicts itself".to_owned());
    }
    for part in output.chunks_mut(output.len() / parts) {
        let size = int(stream, 0)?;
        let end = size.checked_add(4).ok_or_else(short)?;
        let compressed = stream.get(4..end).ok_or_else(short)?;
        if size == part.len() {
            part.copy_from_slice(compressed);
        } else {
            decompress_stream(header.flags >> 5, compressed, part)?;
        }
        stream = &stream[end..];
    }
    Ok(())
}

fn decompress_stream(format: u8, input: &[u8], output: &mut [u8]) -> Result<(), String> {
    let written = match format {
        0 => blosclz::decompress(input, output)?,
        1 => lz4_flex::block::decompress_into(input, output)
            .map_err(|error| format!("lz4 cannot read it: {error}"))?,
        2 => return Err("blosc with snappy is not read here".to_owned()),
        3 => inflate(input, output)?,
        4 => zstd::bulk::decompress_to_buffer(input, output)
            .map_err(|error| format!("zstd cannot read it: {error}"))?,
        other => return Err(format!("blosc does not know the compressor {other}")),
    };
    if written != output.len() {
        return Err(format!(
            "a block of blosc holds {written} bytes instead of {}",
            output.len()
        ));
    }
    Ok(())
}

fn inflate(input: &[u8], output: &mut [u8]) -> Result<usize, String> {
    use std::io::Read;
    flate2::bufread::ZlibDecoder::new(input)
        .read_exact(output)
        .map_err(|error| format!("zlib cannot read it: {error}"))?;
    Ok(output.len())
}

fn unshuffle(header: &Header, input: &[u8], output: &mut [u8]) {
    if header.flags & SHUFFLED_BYTES != 0 && header.sample_bytes > 1 {
        unshuffle_bytes(input, output, header.sample_bytes);
    } else if header.flags & SHUFFLED_BITS != 0 {
        unshuffle_bits(input, output, header.sample_bytes);
    } else {
        output.copy_from_slice(input);
    }
}

fn int(bytes: &[u8], at: usize) -> Result<usize, String> {
    let four = bytes
        .get(at..)
        .and_then(|rest| rest.first_chunk::<4>())
        .ok_or_else(short)?;
    usize::try_from(u32::from_le_bytes(*four)).map_err(|_| short())
}

fn short() -> String {
    "blosc ends too early".to_owned()
}
