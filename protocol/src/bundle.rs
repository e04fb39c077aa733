//! Bundles: the entries of a tile in one file, and the records that they announce in another (`docs/PROTOCOL.md` section 3).
//!
//! An entry bundle is C2SP tlog-tiles': each entry behind its length as a big-endian 16-bit number. A record bundle, once inflated, is each
//! record behind its length as a big-endian 32-bit number; length 0 stands for a redacted one. Compression is not done here.

use crate::record;
use crate::tile::WIDTH;

/// Why bytes are no bundle, or things cannot be bundled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// More than 256.
    #[error("a bundle holds at most 256 of them, not {0}")]
    TooMany(usize),
    /// Another number than the entries beside the bundle ask for.
    #[error("the bundle ends after {found} of {expected}, or goes on behind them")]
    Count {
        /// whole ones that were found
        found: usize,
        /// how many there should be
        expected: usize,
    },
    /// The bytes end inside a length or behind too few bytes.
    #[error("the bundle is cut off inside number {0}")]
    CutOff(usize),
    /// Longer than allowed.
    #[error("number {place} of the bundle has {length} bytes and may have {limit}")]
    TooLong {
        /// counted from 0
        place: usize,
        /// its length
        length: usize,
        /// the most that it may have
        limit: usize,
    },
}

/// Writes entries, 1 to 256 of them, as a bundle.
///
/// # Errors
/// [`BundleError::TooMany`], and [`BundleError::TooLong`] above 65,535 bytes: no 16-bit length could say it.
pub fn encode_entries<B: AsRef<[u8]>>(entries: &[B]) -> Result<Vec<u8>, BundleError> {
    check_number(entries.len())?;
    let mut bundle = Vec::new();
    for (place, entry) in entries.iter().map(AsRef::as_ref).enumerate() {
        let length = u16::try_from(entry.len()).map_err(|_| BundleError::TooLong {
            place,
            length: entry.len(),
            limit: u16::MAX.into(),
        })?;
        bundle.extend_from_slice(&length.to_be_bytes());
        bundle.extend_from_slice(entry);
    }
    Ok(bundle)
}

/// Reads a bundle of exactly `width` entries. An entry above [`crate::entry::MAX_BYTES`] is given too: it is invalid and still counts.
///
/// # Errors
/// [`BundleError`] when there are more or fewer, or the bytes end inside one.
pub fn decode_entries(bundle: &[u8], width: u16) -> Result<Vec<&[u8]>, BundleError> {
    check_number(width.into())?;
    let mut frames = Frames::of(bundle);
    let mut entries = Vec::with_capacity(width.into());
    for _ in 0..width {
        entries.push(frames.next::<2>(usize::from(width))?);
    }
    frames.finish(width.into())?;
    Ok(entries)
}

/// Writes the records of a full entry bundle's `put`s, in order; `None` for a redacted one.
///
/// # Errors
/// [`BundleError::TooMany`] above 256, [`BundleError::TooLong`] above [`record::MAX_BYTES`].
pub fn encode_records<B: AsRef<[u8]>>(records: &[Option<B>]) -> Result<Vec<u8>, BundleError> {
    check_number(records.len())?;
    let mut bundle = Vec::new();
    for (place, record) in records.iter().enumerate() {
        let bytes = record.as_ref().map_or(&[][..], AsRef::as_ref);
        check_length(place, bytes.len(), record::MAX_BYTES)?;
        bundle.extend_from_slice(&(bytes.len() as u32).to_be_bytes());
        bundle.extend_from_slice(bytes);
    }
    Ok(bundle)
}

/// Reads an inflated record bundle, given the `size` that each `put` of the entry bundle announced, in order. `None` stands for length 0,
/// which is right only where the log redacts that id and digest. Digests are not compared here.
///
/// # Errors
/// [`BundleError`] when there are more or fewer records than `put`s, one is longer than announced or allowed, or the bytes end inside one.
pub fn decode_records<'a>(
    bundle: &'a [u8],
    sizes: &[u64],
) -> Result<Vec<Option<&'a [u8]>>, BundleError> {
    check_number(sizes.len())?;
    let mut frames = Frames::of(bundle);
    let mut records = Vec::with_capacity(sizes.len());
    for (place, size) in sizes.iter().enumerate() {
        let record = frames.next::<4>(sizes.len())?;
        check_length(place, record.len(), record_limit(*size))?;
        records.push(Some(record).filter(|record| !record.is_empty()));
    }
    frames.finish(sizes.len())?;
    Ok(records)
}

/// The most bytes that a record bundle may inflate to: for each `put` 4 and the announced size, at most 1 MiB (section 10).
pub fn inflated_limit(sizes: &[u64]) -> usize {
    sizes.iter().map(|size| record_limit(*size) + 4).sum()
}

fn record_limit(size: u64) -> usize {
    usize::try_from(size).map_or(record::MAX_BYTES, |size| size.min(record::MAX_BYTES))
}

fn check_number(number: usize) -> Result<(), BundleError> {
    if number as u64 > WIDTH {
        return Err(BundleError::TooMany(number));
    }
    Ok(())
}

fn check_length(place: usize, length: usize, limit: usize) -> Result<(), BundleError> {
    if length > limit {
        return Err(BundleError::TooLong {
            place,
            length,
            limit,
        });
    }
    Ok(())
}

/// Bytes cut into pieces, each behind its big-endian length.
struct Frames<'a> {
    rest: &'a [u8],
    found: usize,
}

impl<'a> Frames<'a> {
    fn of(bundle: &'a [u8]) -> Self {
        Self {
            rest: bundle,
            found: 0,
        }
    }

    /// The next piece, behind a length of `N` bytes.
    fn next<const N: usize>(&mut self, expected: usize) -> Result<&'a [u8], BundleError> {
        if self.rest.is_empty() {
            let found = self.found;
            return Err(BundleError::Count { found, expected });
        }
        let cut_off = BundleError::CutOff(self.found);
        let Some((length, behind)) = self.rest.split_first_chunk::<N>() else {
            return Err(cut_off);
        };
        let length = length
            .iter()
            .fold(0, |length, byte| length << 8 | usize::from(*byte));
        let Some((piece, rest)) = behind.split_at_checked(length) else {
            return Err(cut_off);
        };
        self.rest = rest;
        self.found += 1;
        Ok(piece)
    }

    fn finish(self, expected: usize) -> Result<(), BundleError> {
        if self.rest.is_empty() {
            return Ok(());
        }
        Err(BundleError::Count {
            found: self.found,
            expected,
        })
    }
}
