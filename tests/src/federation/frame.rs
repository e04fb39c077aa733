//! zstd frames: record bundles as a node writes them, and bombs as no node does (RFC 8878).

/// The largest window that a reader must have: 2²³ bytes (PROTOCOL.md section 3).
const WINDOW_LOG: u32 = 23;

/// The largest block of a frame: 128 KiB (RFC 8878 section 3.1.1.2.4).
const BLOCK: u64 = 128 << 10;

/// Records as one frame with its content size and nothing after it; none is written as length 0. Any length goes, also one that the
/// protocol forbids.
pub fn of_records<B: AsRef<[u8]>>(records: &[Option<B>]) -> Vec<u8> {
    let mut plain = Vec::new();
    for record in records {
        let bytes = record.as_ref().map_or(&[][..], AsRef::as_ref);
        plain.extend_from_slice(&u32::try_from(bytes.len()).unwrap().to_be_bytes());
        plain.extend_from_slice(bytes);
    }
    deflate(&plain)
}

/// One frame of these bytes.
pub fn deflate(plain: &[u8]) -> Vec<u8> {
    let mut compressor = zstd::bulk::Compressor::new(3).unwrap();
    compressor.include_contentsize(true).unwrap();
    compressor.include_checksum(true).unwrap();
    compressor.window_log(WINDOW_LOG).unwrap();
    compressor.compress(plain).unwrap()
}

/// What a frame of ours holds.
pub fn inflate(frame: &[u8]) -> Vec<u8> {
    zstd::stream::decode_all(frame).unwrap()
}

/// A small frame that states one size of its content and inflates to another, all zeros: both may be gigabytes.
pub fn bomb(stated: u64, inflated: u64) -> Vec<u8> {
    // a frame header with eight bytes of content size and a window of 8 MiB: exponent 13 above 2¹⁰, no eighths
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0b1100_0000, 13 << 3];
    frame.extend_from_slice(&stated.to_le_bytes());
    let blocks = inflated.div_ceil(BLOCK).max(1);
    for block in 0..blocks {
        let size = BLOCK.min(inflated - block * BLOCK);
        let is_last = u64::from(block + 1 == blocks);
        // type 1: one byte, repeated
        let header = size << 3 | 1 << 1 | is_last;
        frame.extend_from_slice(&header.to_le_bytes()[..3]);
        frame.push(0);
    }
    frame
}
