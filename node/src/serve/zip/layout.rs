//! The bytes of a zip file around those of its members (PKWARE's APPNOTE 6.3.10, whose sections are named below).
//!
//! Members are stored, not deflated: images are compressed already or are read by ranges, and so the length of the whole is known before
//! the first byte is. Each header says the checksum, and nothing follows the bytes of a member: every reader takes that, also those that
//! read from the front. What is larger than 32 bits can say is said by Zip64, and only then.

/// "Version needed to extract" (4.4.3): folders and UTF-8.
const VERSION: u16 = 20;
/// The same with Zip64.
const VERSION_ZIP64: u16 = 45;
/// "Version made by" (4.4.2): a Unix, so that the mode below counts.
const MADE_BY_UNIX: u16 = 3 << 8;
/// Bit 11 (4.4.4): the name is UTF-8.
const IS_UTF8: u16 = 1 << 11;
/// 1980-01-01 (4.4.6): the same files give the same bytes, whenever they are asked for.
const DATE: u16 = 0x21;
/// A plain file that everybody may read, in the upper half (4.4.15).
const MODE: u32 = 0o100_644 << 16;
/// Stands where Zip64 says the number.
const ELSEWHERE_32: u32 = u32::MAX;
const ELSEWHERE_16: u16 = u16::MAX;

/// A file that becomes a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    /// Its path in the zip.
    pub name: String,
    /// Its size.
    pub size: u64,
}

/// A member that was written.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub member: Member,
    /// CRC-32 of its bytes
    pub crc: u32,
    /// where its header begins
    pub offset: u64,
}

impl Member {
    fn is_large(&self) -> bool {
        self.size >= u64::from(ELSEWHERE_32)
    }

    /// What stands before its bytes (4.3.7).
    pub fn header(&self, crc: u32) -> Vec<u8> {
        let mut extra = Vec::new();
        if self.is_large() {
            // both sizes, always (4.5.3)
            extra = zip64(&[self.size, self.size]);
        }
        let mut bytes = Vec::with_capacity(30 + self.name.len() + extra.len());
        put_32(&mut bytes, 0x0403_4b50);
        self.put_shared(&mut bytes, crc, self.is_large(), extra.len());
        bytes.extend_from_slice(self.name.as_bytes());
        bytes.extend_from_slice(&extra);
        bytes
    }

    /// The fields that both headers have, in this order.
    fn put_shared(&self, bytes: &mut Vec<u8>, crc: u32, is_zip64: bool, extra: usize) {
        put_16(bytes, if is_zip64 { VERSION_ZIP64 } else { VERSION });
        put_16(bytes, IS_UTF8);
        // stored
        put_16(bytes, 0);
        put_16(bytes, 0);
        put_16(bytes, DATE);
        put_32(bytes, crc);
        let size = u32::try_from(self.size).unwrap_or(ELSEWHERE_32);
        put_32(bytes, size);
        put_32(bytes, size);
        put_16(bytes, short(self.name.len()));
        put_16(bytes, short(extra));
    }
}

impl Written {
    /// Its line in the directory (4.3.12).
    fn entry(&self) -> Vec<u8> {
        let Written {
            member,
            crc,
            offset,
        } = self;
        let is_far = *offset >= u64::from(ELSEWHERE_32);
        let mut numbers = Vec::new();
        if member.is_large() {
            numbers.extend([member.size, member.size]);
        }
        if is_far {
            numbers.push(*offset);
        }
        let extra = if numbers.is_empty() {
            Vec::new()
        } else {
            zip64(&numbers)
        };
        let mut bytes = Vec::with_capacity(46 + member.name.len() + extra.len());
        put_32(&mut bytes, 0x0201_4b50);
        put_16(&mut bytes, MADE_BY_UNIX | VERSION_ZIP64);
        member.put_shared(&mut bytes, *crc, !numbers.is_empty(), extra.len());
        // comment, disk, internal attributes
        for nothing in [0, 0, 0] {
            put_16(&mut bytes, nothing);
        }
        put_32(&mut bytes, MODE);
        put_32(&mut bytes, u32::try_from(*offset).unwrap_or(ELSEWHERE_32));
        bytes.extend_from_slice(member.name.as_bytes());
        bytes.extend_from_slice(&extra);
        bytes
    }
}

/// What stands behind all members: the directory, and its end. `start` is where it begins.
pub(super) fn directory(written: &[Written], start: u64) -> Vec<u8> {
    let mut bytes: Vec<u8> = written.iter().flat_map(Written::entry).collect();
    let (count, size) = (written.len() as u64, bytes.len() as u64);
    let is_zip64 = count >= u64::from(ELSEWHERE_16)
        || size >= u64::from(ELSEWHERE_32)
        || start >= u64::from(ELSEWHERE_32);
    if is_zip64 {
        put_zip64_end(&mut bytes, count, size, start);
    }
    // 4.3.16
    put_32(&mut bytes, 0x0605_4b50);
    put_16(&mut bytes, 0);
    put_16(&mut bytes, 0);
    let count = u16::try_from(count).unwrap_or(ELSEWHERE_16);
    put_16(&mut bytes, count);
    put_16(&mut bytes, count);
    put_32(&mut bytes, u32::try_from(size).unwrap_or(ELSEWHERE_32));
    put_32(&mut bytes, u32::try_from(start).unwrap_or(ELSEWHERE_32));
    put_16(&mut bytes, 0);
    bytes
}

/// The end of a directory by Zip64, and where it is (4.3.14 and 4.3.15).
fn put_zip64_end(bytes: &mut Vec<u8>, count: u64, size: u64, start: u64) {
    put_32(bytes, 0x0606_4b50);
    // of the rest of this record
    put_64(bytes, 44);
    put_16(bytes, MADE_BY_UNIX | VERSION_ZIP64);
    put_16(bytes, VERSION_ZIP64);
    put_32(bytes, 0);
    put_32(bytes, 0);
    for number in [count, count, size, start] {
        put_64(bytes, number);
    }
    put_32(bytes, 0x0706_4b50);
    put_32(bytes, 0);
    put_64(bytes, start + size);
    put_32(bytes, 1);
}

/// The length of the whole.
pub(super) fn length(members: &[Member]) -> u64 {
    let mut start = 0;
    let written: Vec<Written> = members
        .iter()
        .map(|member| {
            let offset = start;
            start += member.header(0).len() as u64 + member.size;
            Written {
                member: member.clone(),
                crc: 0,
                offset,
            }
        })
        .collect();
    start + directory(&written, start).len() as u64
}

/// The extra field of Zip64 (4.5.3).
fn zip64(numbers: &[u64]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(4 + 8 * numbers.len());
    put_16(&mut bytes, 1);
    put_16(&mut bytes, short(8 * numbers.len()));
    for number in numbers {
        put_64(&mut bytes, *number);
    }
    bytes
}

/// Names have at most 1,000 bytes and what stands before them, extra fields 28.
fn short(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

fn put_16(bytes: &mut Vec<u8>, number: u16) {
    bytes.extend_from_slice(&number.to_le_bytes());
}

fn put_32(bytes: &mut Vec<u8>, number: u32) {
    bytes.extend_from_slice(&number.to_le_bytes());
}

fn put_64(bytes: &mut Vec<u8>, number: u64) {
    bytes.extend_from_slice(&number.to_le_bytes());
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::io::{self, Cursor, Read, Seek, SeekFrom};

    use super::*;

    const GIB: u64 = 1 << 30;

    /// A zip file whose members are nothing but zeros, of which only what is around them is in memory.
    struct Hollow {
        parts: Vec<(u64, Vec<u8>)>,
        length: u64,
        place: u64,
    }

    impl Hollow {
        fn of(sizes: &[u64]) -> Hollow {
            let (mut parts, mut written, mut start) = (Vec::new(), Vec::new(), 0);
            for (number, size) in sizes.iter().enumerate() {
                let member = Member {
                    name: format!("DND-S1.1/\u{e4} {number}.tif"),
                    size: *size,
                };
                let header = member.header(7);
                let offset = start;
                start += header.len() as u64 + size;
                parts.push((offset, header));
                written.push(Written {
                    member,
                    crc: 7,
                    offset,
                });
            }
            let end = directory(&written, start);
            let length = start + end.len() as u64;
            parts.push((start, end));
            let members: Vec<Member> = written.into_iter().map(|one| one.member).collect();
            assert_eq!(super::length(&members), length);
            Hollow {
                parts,
                length,
                place: 0,
            }
        }
    }

    impl Read for Hollow {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.place >= self.length {
                return Ok(0);
            }
            let known = self
                .parts
                .partition_point(|(start, _)| *start <= self.place);
            let (start, bytes) = &self.parts[known - 1];
            let within = usize::try_from(self.place - start).unwrap_or(usize::MAX);
            let next = self
                .parts
                .get(known)
                .map_or(self.length, |(start, _)| *start);
            let rest = bytes.get(within..).unwrap_or_default();
            let length = if rest.is_empty() {
                let zeros = usize::try_from(next - self.place).unwrap_or(usize::MAX);
                let length = buffer.len().min(zeros);
                buffer[..length].fill(0);
                length
            } else {
                let length = buffer.len().min(rest.len());
                buffer[..length].copy_from_slice(&rest[..length]);
                length
            };
            self.place += length as u64;
            Ok(length)
        }
    }

    impl Seek for Hollow {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            let place = match to {
                SeekFrom::Start(place) => Some(place),
                SeekFrom::End(more) => self.length.checked_add_signed(more),
                SeekFrom::Current(more) => self.place.checked_add_signed(more),
            };
            self.place = place.ok_or(io::ErrorKind::InvalidInput)?;
            Ok(self.place)
        }
    }

    #[test]
    fn a_reader_of_others_finds_members_of_every_size_where_they_are() {
        for sizes in [
            &[][..],
            &[0, 5, 70_000],
            &[5 * GIB, 1, 4 * GIB - 1, 4 * GIB - 2, 3],
        ] {
            let hollow = Hollow::of(sizes);
            let starts: Vec<u64> = hollow.parts.iter().map(|(start, _)| *start).collect();
            let mut zip = zip::ZipArchive::new(hollow).unwrap();
            assert_eq!(zip.len(), sizes.len());
            for (number, size) in sizes.iter().enumerate() {
                let member = zip.by_index(number).unwrap();
                assert_eq!(
                    member.name().unwrap(),
                    format!("DND-S1.1/\u{e4} {number}.tif")
                );
                assert_eq!((member.size(), member.crc32()), (*size, 7));
                assert_eq!(member.header_start(), starts[number]);
            }
        }
    }

    #[test]
    fn more_members_than_sixteen_bits_can_count_are_counted() {
        let zip = zip::ZipArchive::new(Hollow::of(&vec![0; 70_000])).unwrap();
        assert_eq!(zip.len(), 70_000);
    }

    #[test]
    fn a_small_zip_has_nothing_of_zip64() {
        let member = Member {
            name: "a".to_owned(),
            size: 1,
        };
        assert_eq!(member.header(0).len(), 31);
        // header, byte, line, end
        assert_eq!(length(&[member]), 31 + 1 + 47 + 22);
        assert!(zip::ZipArchive::new(Cursor::new(directory(&[], 0))).is_ok());
    }
}
