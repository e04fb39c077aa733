//! TIFF 6.0 and BigTIFF: the first image file directory says how large the image is.
//!
//! Ours because the crate `tiff` refuses a file whose compression or depth it cannot decode, and here nothing is
//! decoded: a palette image, Group 3 fax or 12 bits has its size in the same three tags as any other.

use std::io::{Read, Seek, SeekFrom};

use super::{HeaderError, fill, pixels};
use crate::study::Pixels;

const FORMAT: &str = "TIFF";
/// A directory has some twenty entries; those of microscopes up to a few hundred. 1,024 × 20 bytes are 20 KiB.
const MOST_ENTRIES: u64 = 1024;
/// One value a channel; beyond eight they are taken to repeat.
const MOST_VALUES: usize = 8;

const IMAGE_WIDTH: u16 = 256;
const IMAGE_LENGTH: u16 = 257;
const BITS_PER_SAMPLE: u16 = 258;
const COMPRESSION: u16 = 259;
const PHOTOMETRIC: u16 = 262;
const STRIP_OFFSETS: u16 = 273;
const SAMPLES_PER_PIXEL: u16 = 277;
const TILE_OFFSETS: u16 = 324;
const SAMPLE_FORMAT: u16 = 339;
const OLD_JPEG_OFFSET: u16 = 513;

/// Reads the first directory of a file of `length` bytes.
pub(super) fn read(reader: &mut (impl Read + Seek), length: u64) -> Result<Pixels, HeaderError> {
    let mut file = Tiff::open(reader)?;
    let directory = file.directory()?;
    let width = file
        .number(&directory, IMAGE_WIDTH)?
        .ok_or_else(|| missing("width"))?;
    let height = file
        .number(&directory, IMAGE_LENGTH)?
        .ok_or_else(|| missing("height"))?;
    if ![STRIP_OFFSETS, TILE_OFFSETS, OLD_JPEG_OFFSET]
        .iter()
        .any(|tag| directory.entry(*tag).is_some())
    {
        return Err(missing("place of its pixels"));
    }
    let bits = file.numbers(&directory, BITS_PER_SAMPLE)?;
    let formats = file.numbers(&directory, SAMPLE_FORMAT)?;
    file.check_length(&directory, width, height, &bits, length)?;
    pixels(width, height, pixel_type(&bits, &formats), FORMAT)
}

fn missing(what: &str) -> HeaderError {
    HeaderError::broken(
        FORMAT,
        format!("its first directory does not give the {what}"),
    )
}

/// The type of one sample, in the words of OME, where all channels have the same.
fn pixel_type(bits: &[u64], formats: &[u64]) -> Option<String> {
    let one_of = |values: &[u64], default: u64| {
        let first = values.first().copied().unwrap_or(default);
        values.iter().all(|value| *value == first).then_some(first)
    };
    // the defaults of the specification: one bit, unsigned
    match (one_of(formats, 1)?, one_of(bits, 1)?) {
        (1, 1) => Some("bit".to_owned()),
        (1, bits @ 2..=64) => Some(format!("uint{bits}")),
        (2, bits @ 2..=64) => Some(format!("int{bits}")),
        (3, bits @ (16 | 24 | 32 | 64)) => Some(format!("float{bits}")),
        (6, bits @ (64 | 128)) => Some(format!("complex{bits}")),
        _ => None,
    }
}

struct Tiff<'a, R> {
    reader: &'a mut R,
    little_endian: bool,
    big: bool,
}

/// An entry of a directory: its value stands in `value`, or at the offset that stands there.
struct Entry {
    tag: u16,
    kind: u16,
    count: u64,
    value: [u8; 8],
}

struct Directory(Vec<Entry>);

impl Directory {
    fn entry(&self, tag: u16) -> Option<&Entry> {
        self.0.iter().find(|entry| entry.tag == tag)
    }
}

impl<'a, R: Read + Seek> Tiff<'a, R> {
    /// Byte order and version; leaves the reader behind them.
    fn open(reader: &'a mut R) -> Result<Tiff<'a, R>, HeaderError> {
        let mut start = [0; 4];
        fill(reader, &mut start, FORMAT)?;
        let (little_endian, big) = match &start {
            b"II\x2a\0" => (true, false),
            b"MM\0\x2a" => (false, false),
            b"II\x2b\0" => (true, true),
            b"MM\0\x2b" => (false, true),
            _ => return Err(HeaderError::broken(FORMAT, "it does not begin as one")),
        };
        let mut file = Tiff {
            reader,
            little_endian,
            big,
        };
        if big && file.take(4)? != file.integer(&file.offset_size_field()) {
            return Err(HeaderError::broken(
                FORMAT,
                "its offsets are not of eight bytes",
            ));
        }
        Ok(file)
    }

    /// BigTIFF says that its offsets have eight bytes, then nothing, in four bytes.
    fn offset_size_field(&self) -> [u8; 4] {
        if self.little_endian {
            [8, 0, 0, 0]
        } else {
            [0, 8, 0, 0]
        }
    }

    fn integer(&self, bytes: &[u8]) -> u64 {
        let join = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        if self.little_endian {
            bytes.iter().rev().fold(0, join)
        } else {
            bytes.iter().fold(0, join)
        }
    }

    /// The next integer of `size` bytes, at most eight.
    fn take(&mut self, size: usize) -> Result<u64, HeaderError> {
        let mut buffer = [0; 8];
        fill(self.reader, &mut buffer[..size], FORMAT)?;
        Ok(self.integer(&buffer[..size]))
    }

    fn word(&self) -> usize {
        if self.big { 8 } else { 4 }
    }

    /// The first directory.
    fn directory(&mut self) -> Result<Directory, HeaderError> {
        let offset = self.take(self.word())?;
        self.reader.seek(SeekFrom::Start(offset))?;
        let count = self.take(if self.big { 8 } else { 2 })?;
        if count == 0 || count > MOST_ENTRIES {
            return Err(HeaderError::broken(
                FORMAT,
                format!("its first directory has {count} entries"),
            ));
        }
        (0..count)
            .map(|_| self.next_entry())
            .collect::<Result<_, _>>()
            .map(Directory)
    }

    fn next_entry(&mut self) -> Result<Entry, HeaderError> {
        let tag = self.take(2)? as u16;
        let kind = self.take(2)? as u16;
        let count = self.take(self.word())?;
        let mut value = [0; 8];
        let word = self.word();
        fill(self.reader, &mut value[..word], FORMAT)?;
        Ok(Entry {
            tag,
            kind,
            count,
            value,
        })
    }

    /// The first values of a tag whose type is a whole number; none where the tag is not there or is of another type.
    fn numbers(&mut self, directory: &Directory, tag: u16) -> Result<Vec<u64>, HeaderError> {
        let Some(entry) = directory.entry(tag) else {
            return Ok(Vec::new());
        };
        let size = match entry.kind {
            1 => 1,
            3 => 2,
            4 | 13 => 4,
            16 | 18 => 8,
            _ => return Ok(Vec::new()),
        };
        let wanted = entry.count.min(MOST_VALUES as u64) as usize;
        let mut bytes = [0; MOST_VALUES * 8];
        // by the number of all values, not of those wanted, is decided where they stand
        if entry.count.saturating_mul(size as u64) <= self.word() as u64 {
            bytes[..8].copy_from_slice(&entry.value);
        } else {
            let offset = self.integer(&entry.value[..self.word()]);
            self.reader.seek(SeekFrom::Start(offset))?;
            fill(self.reader, &mut bytes[..wanted * size], FORMAT)?;
        }
        Ok(bytes
            .chunks_exact(size)
            .take(wanted)
            .map(|value| self.integer(value))
            .collect())
    }

    fn number(&mut self, directory: &Directory, tag: u16) -> Result<Option<u64>, HeaderError> {
        Ok(self.numbers(directory, tag)?.first().copied())
    }

    /// An image that is not compressed takes as many bytes as its size says: a file that is shorter was cut off on
    /// its way, and its depositor wants to know. With colour differences (photometric 6) some are left out.
    fn check_length(
        &mut self,
        directory: &Directory,
        width: u64,
        height: u64,
        bits: &[u64],
        length: u64,
    ) -> Result<(), HeaderError> {
        let compressed = self.number(directory, COMPRESSION)?.unwrap_or(1) != 1;
        if compressed || self.number(directory, PHOTOMETRIC)? == Some(6) {
            return Ok(());
        }
        let samples = self.number(directory, SAMPLES_PER_PIXEL)?.unwrap_or(1);
        let bits = bits.iter().copied().min().unwrap_or(1);
        let needed =
            u128::from(width) * u128::from(height) * u128::from(samples) * u128::from(bits) / 8;
        if needed > u128::from(length) {
            let reason =
                format!("its {width} × {height} pixels need {needed} bytes, and it has {length}");
            return Err(HeaderError::broken(FORMAT, reason));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::io::Cursor;

    use super::read;

    /// A TIFF with the given entries (tag, type, count, value) in one directory, and 64 bytes behind it.
    fn tiff(little_endian: bool, big: bool, entries: &[(u16, u16, u64, u64)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut put = |value: u64, size: usize| {
            let all = value.to_be_bytes();
            let mut part = all[8 - size..].to_vec();
            if little_endian {
                part.reverse();
            }
            bytes.extend(part);
        };
        let order = if little_endian { 0x4949 } else { 0x4d4d };
        put(order, 2);
        put(if big { 43 } else { 42 }, 2);
        let word = if big { 8 } else { 4 };
        if big {
            put(8, 2);
            put(0, 2);
        }
        put(if big { 16 } else { 8 }, word);
        put(entries.len() as u64, if big { 8 } else { 2 });
        for (tag, kind, count, value) in entries {
            put((*tag).into(), 2);
            put((*kind).into(), 2);
            put(*count, word);
            let size = if *kind == 3 { 2 } else { 4 };
            put(*value, size);
            put(0, word - size);
        }
        bytes.extend([0; 64]);
        bytes
    }

    fn sizes(bytes: &[u8]) -> Result<(u64, u64, Option<String>), String> {
        let pixels =
            read(&mut Cursor::new(bytes), bytes.len() as u64).map_err(|error| error.to_string())?;
        Ok((pixels.size_x, pixels.size_y, pixels.pixel_type))
    }

    #[test]
    fn both_byte_orders_and_both_sizes_of_offsets_are_read() {
        let entries = [
            (256, 4, 1, 4),
            (257, 3, 1, 3),
            (258, 3, 1, 16),
            (273, 4, 1, 8),
            (339, 3, 1, 2),
        ];
        for (little_endian, big) in [(true, false), (false, false), (true, true), (false, true)] {
            let read = sizes(&tiff(little_endian, big, &entries)).unwrap();
            assert_eq!(
                read,
                (4, 3, Some("int16".to_owned())),
                "little {little_endian}, big {big}"
            );
        }
    }

    #[test]
    fn a_file_that_was_cut_off_says_how_much_is_missing() {
        let entries = [
            (256, 4, 1, 4000),
            (257, 4, 1, 3000),
            (258, 3, 1, 8),
            (273, 4, 1, 8),
        ];
        let message = sizes(&tiff(true, false, &entries)).unwrap_err();
        assert_eq!(
            message,
            "it is not a whole TIFF file: its 4000 × 3000 pixels need 12000000 bytes, and it has 122"
        );
    }

    #[test]
    fn a_compressed_file_is_taken_at_its_word() {
        let entries = [
            (256, 4, 1, 4000),
            (257, 4, 1, 3000),
            (259, 3, 1, 34_925),
            (273, 4, 1, 8),
        ];
        assert_eq!(
            sizes(&tiff(true, false, &entries)).unwrap(),
            (4000, 3000, Some("bit".to_owned()))
        );
    }

    #[test]
    fn nothing_is_believed_that_cannot_be() {
        let no_width = [(257, 4, 1, 3), (273, 4, 1, 8)];
        let no_pixels = [(256, 4, 1, 3), (257, 4, 1, 3)];
        let zero = [(256, 4, 1, 0), (257, 4, 1, 3), (273, 4, 1, 8)];
        let far_away = [
            (256, 4, 1, 3),
            (257, 4, 1, 3),
            (258, 3, u32::MAX.into(), 60_000),
            (273, 4, 1, 8),
        ];
        for entries in [&no_width[..], &no_pixels, &zero, &far_away, &[]] {
            assert!(sizes(&tiff(true, false, entries)).is_err(), "{entries:?}");
        }
        assert!(sizes(b"II\x2a\0\xff\xff\xff\xff").is_err());
        assert!(sizes(b"GIF89a").is_err());
    }
}
