//! From the bytes of rows to samples: any depth from 1 to 64 bit, either byte order, either predictor.

use super::input::ByteOrder;
use super::shape::Predictor;
use super::words::Word;

/// How a row of samples is stored.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows {
    /// Bits of a sample, 1 to 64.
    pub(super) bits: u8,
    /// Pixels of a row.
    pub(super) columns: usize,
    /// Samples of a pixel that stand side by side.
    pub(super) samples: usize,
    /// Order of the bytes of a sample; samples that are no whole bytes begin with their greatest bit always.
    pub(super) order: ByteOrder,
    /// What to undo.
    pub(super) predictor: Predictor,
}

impl Rows {
    /// Bytes of a row: each begins with a new byte.
    pub(super) fn row_bytes(&self) -> usize {
        (self.columns * self.samples * usize::from(self.bits)).div_ceil(8)
    }

    /// Unpacks whole rows; each sample on its own: all of the first sample, then all of the second.
    pub(super) fn unpack<W: Word>(&self, bytes: &[u8]) -> Vec<W> {
        let rows = bytes.len() / self.row_bytes();
        let pixels = rows * self.columns;
        let mut apart = vec![W::default(); pixels * self.samples];
        let mut row = vec![W::default(); self.columns * self.samples];
        for (index, bytes) in bytes.chunks_exact(self.row_bytes()).enumerate() {
            self.unpack_row(bytes, &mut row);
            let at = index * self.columns;
            for sample in 0..self.samples {
                let apart = &mut apart[sample * pixels + at..][..self.columns];
                let stored = row.iter().skip(sample).step_by(self.samples);
                for (apart, stored) in apart.iter_mut().zip(stored) {
                    *apart = *stored;
                }
            }
        }
        apart
    }

    /// Unpacks one row, its samples side by side.
    fn unpack_row<W: Word>(&self, bytes: &[u8], row: &mut [W]) {
        match self.predictor {
            Predictor::None => self.split(bytes, row),
            Predictor::Horizontal => {
                self.split(bytes, row);
                self.add_up(row);
            }
            Predictor::FloatingPoint => {
                let bytes = self.gather_significance(bytes);
                let gathered = Self {
                    order: ByteOrder::Big,
                    ..*self
                };
                gathered.split(&bytes, row);
            }
        }
    }

    fn split<W: Word>(&self, bytes: &[u8], row: &mut [W]) {
        let bits = usize::from(self.bits);
        if bits == W::BYTES * 8 {
            let words = bytes.chunks_exact(W::BYTES);
            match self.order {
                ByteOrder::Little => fill(row, words.map(W::from_little)),
                ByteOrder::Big => fill(row, words.map(W::from_big)),
            }
        } else if bits.is_multiple_of(8) {
            let words = bytes.chunks_exact(bits / 8);
            fill(row, words.map(|bytes| W::of(self.order.integer(bytes))));
        } else {
            split_bits(bytes, bits, row);
        }
    }

    /// Undoes horizontal differencing, in as many bits as a sample has.
    fn add_up<W: Word>(&self, row: &mut [W]) {
        let mask = W::of(u64::MAX >> (64 - self.bits));
        for index in self.samples..row.len() {
            row[index] = row[index].plus(row[index - self.samples]).and(mask);
        }
    }

    /// Undoes the floating-point predictor: bytes are differences, all greatest bytes of the row first.
    fn gather_significance(&self, bytes: &[u8]) -> Vec<u8> {
        let mut summed = bytes.to_vec();
        for index in self.samples..summed.len() {
            summed[index] = summed[index].wrapping_add(summed[index - self.samples]);
        }
        let size = usize::from(self.bits / 8);
        let count = self.columns * self.samples;
        let mut gathered = vec![0; summed.len()];
        for (index, sample) in gathered.chunks_exact_mut(size).enumerate() {
            for (significance, byte) in sample.iter_mut().enumerate() {
                *byte = summed[significance * count + index];
            }
        }
        gathered
    }
}

fn fill<W>(row: &mut [W], words: impl Iterator<Item = W>) {
    for (place, word) in row.iter_mut().zip(words) {
        *place = word;
    }
}

/// Samples that are no whole number of bytes: the greatest bit first, without regard to bytes.
fn split_bits<W: Word>(bytes: &[u8], bits: usize, row: &mut [W]) {
    let mut bytes = bytes.iter();
    // 63 bits of a sample and seven of the byte before
    let mut held = 0_u128;
    let mut count = 0;
    for place in row {
        while count < bits {
            held = held << 8 | u128::from(bytes.next().copied().unwrap_or(0));
            count += 8;
        }
        count -= bits;
        let mask = u64::MAX >> (64 - bits);
        *place = W::of((held >> count) as u64 & mask);
    }
}
