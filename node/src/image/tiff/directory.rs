//! Image file directories (TIFF 6.0 section 2; BigTIFF): entries and their values, each bounded before it is read.

use super::broken;
use super::input::{ByteOrder, Input};
use crate::image::ImageError;

/// A directory has some twenty entries, those of microscopes up to a few hundred. 4,096 × 20 bytes are 80 KiB.
const MOST_ENTRIES: u64 = 4096;
/// What is read at once in the hope that it holds the whole directory: 24 entries of BigTIFF and their count.
const FIRST_READ: u64 = 512;

/// One entry: `count` values of a type, which stand at `offset`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    tag: u16,
    kind: u16,
    count: u64,
    offset: u64,
    /// The values themselves, where they fit into the entry.
    inline: Option<[u8; 8]>,
}

/// A directory of entries.
#[derive(Debug)]
pub(super) struct Directory {
    entries: Vec<Entry>,
    /// Where it stands.
    pub(super) offset: u64,
    /// Where the next of the chain stands; 0 where there is none.
    pub(super) next: u64,
    /// Bytes that it takes.
    pub(super) length: u64,
}

impl Directory {
    /// Reads the directory at an offset.
    pub(super) fn read(input: &Input, offset: u64) -> Result<Self, ImageError> {
        let (count_size, entry_size, offset_size) = if input.big {
            (8_u64, 20_u64, 8_u64)
        } else {
            (2, 12, 4)
        };
        let mut bytes = input.read_some(offset, FIRST_READ)?;
        if bytes.len() < count_size as usize {
            return Err(broken(format!(
                "a directory stands at byte {offset}, and the file ends at {}",
                input.size()
            )));
        }
        let count = input.order.integer(&bytes[..count_size as usize]);
        if count == 0 || count > MOST_ENTRIES {
            return Err(broken(format!(
                "the directory at byte {offset} says that it has {count} entries"
            )));
        }
        let end = count_size + count * entry_size;
        if (bytes.len() as u64) < end + offset_size {
            bytes = input.read_some(offset, end + offset_size)?;
        }
        if (bytes.len() as u64) < end {
            return Err(broken(format!(
                "the file ends inside the directory at byte {offset}"
            )));
        }
        let entries = bytes[count_size as usize..end as usize]
            .chunks_exact(entry_size as usize)
            .enumerate()
            .map(|(index, bytes)| {
                let at = offset + count_size + index as u64 * entry_size;
                Entry::read(input, bytes, at)
            })
            .collect();
        // some writers end the file with the last entry
        let next = bytes
            .get(end as usize..(end + offset_size) as usize)
            .map_or(0, |bytes| input.order.integer(bytes));
        Ok(Self {
            entries,
            offset,
            next,
            length: end + offset_size,
        })
    }

    pub(super) fn entry(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }

    /// Whole numbers of a tag; empty where it is not there.
    pub(super) fn numbers(
        &self,
        input: &Input,
        tag: u16,
        most: u64,
    ) -> Result<Vec<u64>, ImageError> {
        match self.entry(tag) {
            Some(entry) => entry.numbers(input, most),
            None => Ok(Vec::new()),
        }
    }

    /// The first whole number of a tag.
    pub(super) fn number(&self, input: &Input, tag: u16) -> Result<Option<u64>, ImageError> {
        match self.entry(tag) {
            Some(entry) if entry.inline.is_some() => Ok(entry.numbers(input, 8)?.first().copied()),
            Some(entry) => Ok(Entry { count: 1, ..*entry }
                .numbers(input, 1)?
                .first()
                .copied()),
            None => Ok(None),
        }
    }

    /// Numbers with fractions.
    pub(super) fn fractions(
        &self,
        input: &Input,
        tag: u16,
        most: u64,
    ) -> Result<Vec<f64>, ImageError> {
        match self.entry(tag) {
            Some(entry) => entry.fractions(input, most),
            None => Ok(Vec::new()),
        }
    }

    /// The bytes of a tag, at most so many.
    pub(super) fn bytes(
        &self,
        input: &Input,
        tag: u16,
        most: u64,
    ) -> Result<Option<Vec<u8>>, ImageError> {
        self.entry(tag)
            .map(|entry| entry.bytes(input, most))
            .transpose()
    }

    /// A text: up to its first 0; UTF-8, else Latin-1, which old programs write.
    pub(super) fn text(
        &self,
        input: &Input,
        tag: u16,
        most: u64,
    ) -> Result<Option<String>, ImageError> {
        let Some(mut bytes) = self.bytes(input, tag, most)? else {
            return Ok(None);
        };
        if let Some(end) = bytes.iter().position(|byte| *byte == 0) {
            bytes.truncate(end);
        }
        Ok(Some(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => error.into_bytes().into_iter().map(char::from).collect(),
        }))
    }
}

impl Entry {
    fn read(input: &Input, bytes: &[u8], at: u64) -> Self {
        let (count_size, value_size) = if input.big { (8, 8) } else { (4, 4) };
        let kind = input.order.integer(&bytes[2..4]) as u16;
        let count = input.order.integer(&bytes[4..4 + count_size]);
        let value = &bytes[4 + count_size..];
        let fits = count
            .checked_mul(size_of_kind(kind))
            .is_some_and(|size| size <= value_size);
        let mut inline = [0; 8];
        inline[..value.len()].copy_from_slice(value);
        Self {
            tag: input.order.integer(&bytes[..2]) as u16,
            kind,
            count,
            offset: if fits {
                at + 4 + count_size as u64
            } else {
                input.order.integer(value)
            },
            inline: fits.then_some(inline),
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Where the values stand.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The bytes of the values.
    fn bytes(&self, input: &Input, most: u64) -> Result<Vec<u8>, ImageError> {
        let length = self.count.saturating_mul(size_of_kind(self.kind));
        if let Some(inline) = self.inline {
            return Ok(inline[..length as usize].to_vec());
        }
        if length > most {
            return Err(ImageError::TooLarge {
                what: "the number of bytes of one of its tags",
                number: length,
                limit: most,
            });
        }
        input.read(self.offset, length)
    }

    /// Whole numbers, at most so many: more are an error.
    pub(super) fn numbers(&self, input: &Input, most: u64) -> Result<Vec<u64>, ImageError> {
        let size = size_of_kind(self.kind);
        if self.count > most {
            return Err(ImageError::TooLarge {
                what: "the number of values of one of its tags",
                number: self.count,
                limit: most,
            });
        }
        if ![1, 2, 3, 4, 6, 7, 8, 9, 13, 16, 17, 18].contains(&self.kind) {
            return Err(broken(format!(
                "its tag {} is not a whole number",
                self.tag
            )));
        }
        let bytes = self.bytes(input, most.saturating_mul(size))?;
        Ok(bytes
            .chunks_exact(size as usize)
            .map(|bytes| input.order.integer(bytes))
            .collect())
    }

    fn fractions(&self, input: &Input, most: u64) -> Result<Vec<f64>, ImageError> {
        if ![5, 10, 11, 12].contains(&self.kind) {
            let numbers = self.numbers(input, most)?;
            return Ok(numbers.into_iter().map(|number| number as f64).collect());
        }
        let size = size_of_kind(self.kind);
        let bytes = self.bytes(input, most.saturating_mul(size))?;
        Ok(bytes
            .chunks_exact(size as usize)
            .map(|bytes| self.fraction(input.order, bytes))
            .collect())
    }

    fn fraction(&self, order: ByteOrder, bytes: &[u8]) -> f64 {
        let integer = |bytes| order.integer(bytes) as u32;
        match self.kind {
            5 => f64::from(integer(&bytes[..4])) / f64::from(integer(&bytes[4..])),
            10 => f64::from(integer(&bytes[..4]) as i32) / f64::from(integer(&bytes[4..]) as i32),
            11 => f64::from(f32::from_bits(integer(bytes))),
            _ => f64::from_bits(order.integer(bytes)),
        }
    }
}

/// Bytes of one value of a type; 1 for a type that nobody knows.
fn size_of_kind(kind: u16) -> u64 {
    match kind {
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16 | 17 | 18 => 8,
        _ => 1,
    }
}
