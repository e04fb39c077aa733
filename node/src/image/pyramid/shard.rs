//! Shards: files of compressed chunks with an index at their end. Zarr v3, codec `sharding_indexed`.

use zstd::bulk::Compressor;

use super::ZarrForm;
use super::sample::Sample;

/// How strongly chunks are compressed. Of a noisy stack of 16 bit, level 3 makes 7 % less than level 1 in two and a half times
/// the time, and level 5 another 3 % in twice that again: what is left is noise.
pub(super) const ZSTD_LEVEL: i32 = 3;

/// Compresses a chunk: zstd, then its CRC-32C in Zarr 3. None where all of it is 0, which is what is read where nothing is stored.
///
/// # Errors
/// What zstd says.
pub(super) fn encode<T: Sample>(
    compressor: &mut Compressor<'_>,
    chunk: &[T],
    form: ZarrForm,
) -> std::io::Result<Option<Vec<u8>>> {
    let bytes: &[u8] = bytemuck::cast_slice(chunk);
    if bytes.iter().all(|byte| *byte == 0) {
        return Ok(None);
    }
    let mut encoded = compressor.compress(bytes)?;
    if form == ZarrForm::Three {
        let sum = crc32c::crc32c(&encoded);
        encoded.extend_from_slice(&sum.to_le_bytes());
    }
    Ok(Some(encoded))
}

/// Puts chunks together in the order of their numbers; none where there is no chunk at all.
pub(super) fn assemble(chunks: Vec<Option<Vec<u8>>>) -> Option<Vec<u8>> {
    let bytes: usize = chunks.iter().flatten().map(Vec::len).sum();
    if chunks.iter().all(Option::is_none) {
        return None;
    }
    let mut shard = Vec::with_capacity(bytes + chunks.len() * 16 + 4);
    let mut index = Vec::with_capacity(chunks.len() * 16);
    for chunk in chunks {
        let (offset, length) = match &chunk {
            Some(chunk) => (shard.len() as u64, chunk.len() as u64),
            None => (u64::MAX, u64::MAX),
        };
        index.extend_from_slice(&offset.to_le_bytes());
        index.extend_from_slice(&length.to_le_bytes());
        shard.extend_from_slice(&chunk.unwrap_or_default());
    }
    let sum = crc32c::crc32c(&index);
    shard.extend_from_slice(&index);
    shard.extend_from_slice(&sum.to_le_bytes());
    Some(shard)
}
