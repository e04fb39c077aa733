//! A small writer of TIFF files, which writes whatever it is told.

use crate::image::tiff::tags;

/// A value of a tag.
#[derive(Clone)]
pub(super) enum Value {
    Bytes(Vec<u8>),
    Text(String),
    Shorts(Vec<u16>),
    Longs(Vec<u32>),
    Rational(u32, u32),
}

use Value::{Longs, Shorts, Text};

/// A directory, its strips or tiles, and the directories below it.
#[derive(Clone, Default)]
pub(super) struct Page {
    pub(super) tags: Vec<(u16, Value)>,
    pub(super) pieces: Vec<Vec<u8>>,
    pub(super) below: Vec<Page>,
}

impl Page {
    /// A page of one strip of grey pixels.
    pub(super) fn grey(width: u32, height: u32, bits: u16, strip: Vec<u8>) -> Self {
        Self {
            tags: vec![
                (tags::IMAGE_WIDTH, Longs(vec![width])),
                (tags::IMAGE_LENGTH, Longs(vec![height])),
                (tags::BITS_PER_SAMPLE, Shorts(vec![bits])),
                (tags::COMPRESSION, Shorts(vec![1])),
                (tags::PHOTOMETRIC, Shorts(vec![1])),
            ],
            pieces: vec![strip],
            below: Vec::new(),
        }
    }

    /// The same with a tag set.
    pub(super) fn with(mut self, tag: u16, value: Value) -> Self {
        self.tags.retain(|(other, _)| *other != tag);
        self.tags.push((tag, value));
        self
    }

    /// The same with a text.
    pub(super) fn saying(self, text: &str) -> Self {
        self.with(tags::IMAGE_DESCRIPTION, Text(text.to_owned()))
    }

    /// The same with other strips or tiles.
    pub(super) fn holding(mut self, pieces: Vec<Vec<u8>>) -> Self {
        self.pieces = pieces;
        self
    }
}

/// Which form of TIFF.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) big_endian: bool,
    pub(super) big: bool,
}

/// Classic, least byte first.
pub(super) const USUAL: Form = Form {
    big_endian: false,
    big: false,
};

/// Writes pages one behind the other.
pub(super) fn tiff(pages: &[Page]) -> Vec<u8> {
    tiff_as(USUAL, pages)
}

pub(super) fn tiff_as(form: Form, pages: &[Page]) -> Vec<u8> {
    let mut writer = Writer {
        form,
        bytes: Vec::new(),
    };
    writer
        .bytes
        .extend(if form.big_endian { b"MM" } else { b"II" });
    writer.number(if form.big { 43 } else { 42 }, 2);
    if form.big {
        writer.number(8, 2);
        writer.number(0, 2);
    }
    let mut link = writer.bytes.len();
    writer.offset(0);
    for page in pages {
        let at = writer.page(page);
        writer.patch(link, at.0);
        link = at.1;
    }
    writer.bytes
}

struct Writer {
    form: Form,
    bytes: Vec<u8>,
}

impl Writer {
    fn number(&mut self, number: u64, size: usize) {
        let bytes = self.encode(number, size);
        self.bytes.extend(bytes);
    }

    fn encode(&self, number: u64, size: usize) -> Vec<u8> {
        if self.form.big_endian {
            number.to_be_bytes()[8 - size..].to_vec()
        } else {
            number.to_le_bytes()[..size].to_vec()
        }
    }

    fn offset_size(&self) -> usize {
        if self.form.big { 8 } else { 4 }
    }

    fn offset(&mut self, offset: usize) {
        self.number(offset as u64, self.offset_size());
    }

    fn patch(&mut self, at: usize, offset: usize) {
        let bytes = self.encode(offset as u64, self.offset_size());
        self.bytes[at..at + bytes.len()].copy_from_slice(&bytes);
    }

    /// Where the directory is, and where the link to the next.
    fn page(&mut self, page: &Page) -> (usize, usize) {
        let mut offsets = Vec::new();
        for piece in &page.pieces {
            // an empty piece is one that was never written
            offsets.push(if piece.is_empty() {
                0
            } else {
                self.bytes.len() as u32
            });
            self.bytes.extend(piece);
        }
        let lengths = page.pieces.iter().map(|piece| piece.len() as u32).collect();
        let below: Vec<u32> = page
            .below
            .iter()
            .map(|page| self.page(page).0 as u32)
            .collect();
        let is_tiled = page.tags.iter().any(|(tag, _)| *tag == tags::TILE_WIDTH);
        let mut entries = page.tags.clone();
        let (place, length) = if is_tiled {
            (tags::TILE_OFFSETS, tags::TILE_BYTE_COUNTS)
        } else {
            (tags::STRIP_OFFSETS, tags::STRIP_BYTE_COUNTS)
        };
        for (tag, value) in [(place, offsets), (length, lengths), (tags::SUB_IFDS, below)] {
            if !value.is_empty() && !entries.iter().any(|(other, _)| *other == tag) {
                entries.push((tag, Longs(value)));
            }
        }
        entries.sort_by_key(|(tag, _)| *tag);
        let entries: Vec<_> = entries
            .iter()
            .map(|(tag, value)| (*tag, self.value(value)))
            .collect();
        let at = self.bytes.len();
        self.number(entries.len() as u64, if self.form.big { 8 } else { 2 });
        for (tag, (kind, count, value)) in entries {
            self.number(u64::from(tag), 2);
            self.number(kind, 2);
            self.number(count, self.offset_size());
            self.bytes.extend(value);
        }
        let link = self.bytes.len();
        self.offset(0);
        (at, link)
    }

    /// Kind, count, and what stands in the entry: the value, or where it is.
    fn value(&mut self, value: &Value) -> (u64, u64, Vec<u8>) {
        let numbers = |numbers: Vec<u64>, size: usize| -> Vec<u8> {
            numbers
                .into_iter()
                .flat_map(|number| self.encode(number, size))
                .collect()
        };
        let (kind, count, mut bytes) = match value {
            Value::Bytes(bytes) => (1, bytes.len(), bytes.clone()),
            Value::Text(text) => (2, text.len() + 1, [text.as_bytes(), b"\0"].concat()),
            Value::Shorts(all) => {
                let all: Vec<u64> = all.iter().map(|number| u64::from(*number)).collect();
                (3, all.len(), numbers(all, 2))
            }
            Value::Longs(all) => {
                let all: Vec<u64> = all.iter().map(|number| u64::from(*number)).collect();
                (4, all.len(), numbers(all, 4))
            }
            Value::Rational(above, below) => {
                (5, 1, numbers(vec![u64::from(*above), u64::from(*below)], 4))
            }
        };
        if bytes.len() > self.offset_size() {
            let offset = self.bytes.len();
            self.bytes.extend(&bytes);
            bytes = self.encode(offset as u64, self.offset_size());
        }
        bytes.resize(self.offset_size(), 0);
        (kind, count as u64, bytes)
    }
}
