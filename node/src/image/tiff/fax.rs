//! CCITT compressions: runs of white and black (ITU-T T.4), and rows by their difference from the row before (T.4 two
//! dimensions, T.6). The tables of codes are those of the crate `fax`; its decoders are not used, because they want widths
//! below 65,536, an end of line before every row, and no rows that begin with a byte.

use std::convert::Infallible;

use fax::BitReader;
use fax::maps::{Mode, black, mode, white};

use super::broken;
use super::compression::Compression;
use crate::image::ImageError;

/// Bits of an end of line: eleven of 0 and one of 1.
const END_OF_LINE: u8 = 12;

/// Decodes rows of one bit a pixel, 1 for black. What a damaged or short stream leaves out of a row is white, as every fax
/// machine does it; a stream of which no row at all can be decoded is an error.
pub(super) fn decode(
    compression: Compression,
    bytes: &[u8],
    columns: u64,
    rows: u64,
) -> Result<Vec<u8>, ImageError> {
    let row_bytes = columns.div_ceil(8) as usize;
    let mut decoder = Decoder {
        bits: Bits { bytes, position: 0 },
        columns: columns as u32,
    };
    let mut out = vec![0; row_bytes * rows as usize];
    let mut before = Vec::new();
    for (index, row) in out.chunks_exact_mut(row_bytes).enumerate() {
        let Some(changes) = decoder.row(compression, &before) else {
            if index == 0 {
                return Err(broken("its fax codes cannot be read"));
            }
            break;
        };
        paint(&changes, columns as u32, row);
        before = changes;
    }
    Ok(out)
}

/// Sets the bits from each change to black to the next to white.
fn paint(changes: &[u32], columns: u32, row: &mut [u8]) {
    for pair in changes.chunks(2) {
        let end = pair.get(1).copied().unwrap_or(columns).min(columns);
        for column in pair[0].min(columns)..end {
            row[column as usize / 8] |= 0x80 >> (column % 8);
        }
    }
}

struct Decoder<'a> {
    bits: Bits<'a>,
    columns: u32,
}

impl Decoder<'_> {
    /// The columns at which the colour of a row changes, which begins with white; none at the end of the stream.
    fn row(&mut self, compression: Compression, before: &[u32]) -> Option<Vec<u32>> {
        match compression {
            Compression::FaxRuns { words } => {
                let changes = self.runs();
                self.bits.align(if words { 16 } else { 8 });
                changes
            }
            Compression::FaxGroup3 { two_dimensional } => {
                let ends = self.skip_ends_of_line();
                if ends > 2 {
                    return None;
                }
                // behind an end of line, a bit says how the row is coded
                if two_dimensional && ends > 0 && !self.bits.take_one() {
                    return self.differences(before);
                }
                self.runs()
            }
            _ => self.differences(before),
        }
    }

    /// Ends of lines, with the zeros that fill before them.
    fn skip_ends_of_line(&mut self) -> usize {
        let mut ends = 0;
        loop {
            let start = self.bits.position;
            let mut zeros = 0;
            while !self.bits.at_end() && self.bits.peek(1) == Some(0) {
                self.bits.position += 1;
                zeros += 1;
            }
            if zeros < usize::from(END_OF_LINE) - 1 || self.bits.at_end() {
                self.bits.position = start;
                return ends;
            }
            self.bits.position += 1;
            ends += 1;
            // where rows say how they are coded, so do the ends of lines that end the page
            if self.bits.peek(13) == Some(0x1001) {
                self.bits.position += 1;
            }
        }
    }

    /// A row of runs.
    fn runs(&mut self) -> Option<Vec<u32>> {
        if self.bits.at_end() {
            return None;
        }
        let mut changes = Vec::new();
        let mut column = 0;
        let mut is_black = false;
        while column < self.columns {
            let Some(run) = self.run(is_black) else {
                break;
            };
            column = column.saturating_add(run);
            if column < self.columns {
                changes.push(column);
            }
            is_black = !is_black;
        }
        Some(changes)
    }

    /// The length of a run of one colour: any number of codes for multiples of 64, then one for the rest.
    fn run(&mut self, is_black: bool) -> Option<u32> {
        let mut length = 0_u32;
        loop {
            let code = if is_black {
                black::decode(&mut self.bits)
            } else {
                white::decode(&mut self.bits)
            };
            let code = u32::from(code?);
            length = length.checked_add(code)?;
            if code < 64 {
                return Some(length);
            }
            if self.bits.at_end() {
                return None;
            }
        }
    }

    /// A row by its difference from the one before (T.6 section 2.2).
    fn differences(&mut self, before: &[u32]) -> Option<Vec<u32>> {
        let mut changes = Vec::new();
        let mut column = 0_u32;
        let mut at_start = true;
        let mut is_black = false;
        if self.bits.at_end() {
            return None;
        }
        while column < self.columns {
            let (first, second) = self.changes_beyond(before, column, at_start, is_black);
            match mode::decode(&mut self.bits) {
                Some(Mode::Pass) => column = second,
                Some(Mode::Horizontal) => {
                    let (Some(one), Some(other)) = (self.run(is_black), self.run(!is_black)) else {
                        break;
                    };
                    let middle = column.saturating_add(one);
                    column = middle.saturating_add(other);
                    changes.push(middle);
                    changes.push(column);
                }
                Some(Mode::Vertical(shift)) => {
                    let change = first.saturating_add_signed(i32::from(shift));
                    // a change that runs backwards is damage
                    if change < column {
                        break;
                    }
                    changes.push(change);
                    column = change;
                    is_black = !is_black;
                }
                Some(Mode::EOF) if changes.is_empty() && at_start => return None,
                _ => break,
            }
            at_start = false;
        }
        Some(changes)
    }

    /// The next change of the row before to the colour that is not the present one, and the one after it.
    fn changes_beyond(
        &self,
        before: &[u32],
        column: u32,
        at_start: bool,
        is_black: bool,
    ) -> (u32, u32) {
        let beyond = before.partition_point(|change| {
            if at_start {
                *change < column
            } else {
                *change <= column
            }
        });
        // changes to black have even places, those to white odd ones
        let index = if beyond % 2 == usize::from(is_black) {
            beyond
        } else {
            beyond + 1
        };
        let at = |index: usize| before.get(index).copied().unwrap_or(self.columns);
        (at(index), at(index + 1))
    }
}

/// Bits of a slice, the greatest of each byte first; zeros beyond its end.
struct Bits<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl Bits<'_> {
    fn at_end(&self) -> bool {
        self.position >= self.bytes.len() * 8
    }

    fn align(&mut self, bits: usize) {
        self.position = self.position.next_multiple_of(bits);
    }

    fn take_one(&mut self) -> bool {
        let bit = self.peek(1) == Some(1);
        self.position += 1;
        bit
    }
}

impl BitReader for Bits<'_> {
    type Error = Infallible;

    fn peek(&self, bits: u8) -> Option<u16> {
        let byte = self.position / 8;
        let at = |index: usize| u32::from(self.bytes.get(index).copied().unwrap_or(0));
        let held = at(byte) << 16 | at(byte + 1) << 8 | at(byte + 2);
        let shifted = held << (self.position % 8) & 0xff_ffff;
        (bits <= 16).then(|| (shifted >> (24 - u32::from(bits))) as u16)
    }

    fn consume(&mut self, bits: u8) -> Result<(), Infallible> {
        self.position += usize::from(bits);
        Ok(())
    }

    fn bits_to_byte_boundary(&self) -> u8 {
        ((8 - self.position % 8) % 8) as u8
    }
}
