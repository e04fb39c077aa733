//! Numbers of one, two, four or eight bytes, in which samples are held while they are decoded.

/// An unsigned number that holds the bits of a sample, whatever they mean.
pub(super) trait Word: Copy + Default + Eq {
    /// Bytes of one.
    const BYTES: usize;

    /// The least bits of a number.
    fn of(number: u64) -> Self;
    /// The number.
    fn number(self) -> u64;
    /// From its bytes, the least first.
    fn from_little(bytes: &[u8]) -> Self;
    /// From its bytes, the greatest first.
    fn from_big(bytes: &[u8]) -> Self;
    /// The sum, without what overflows.
    fn plus(self, other: Self) -> Self;
    /// The bits that are in both.
    fn and(self, mask: Self) -> Self;
    /// The bits that are in one of both.
    fn xor(self, mask: Self) -> Self;
    /// All as bytes, in the order of this machine.
    fn into_bytes(words: Vec<Self>) -> Vec<u8>;
}

macro_rules! word {
    ($type:ty) => {
        impl Word for $type {
            const BYTES: usize = size_of::<$type>();

            fn of(number: u64) -> Self {
                number as $type
            }
            fn number(self) -> u64 {
                u64::from(self)
            }
            fn from_little(bytes: &[u8]) -> Self {
                let mut array = [0; Self::BYTES];
                array.copy_from_slice(bytes);
                Self::from_le_bytes(array)
            }
            fn from_big(bytes: &[u8]) -> Self {
                let mut array = [0; Self::BYTES];
                array.copy_from_slice(bytes);
                Self::from_be_bytes(array)
            }
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            fn and(self, mask: Self) -> Self {
                self & mask
            }
            fn xor(self, mask: Self) -> Self {
                self ^ mask
            }
            fn into_bytes(words: Vec<Self>) -> Vec<u8> {
                if Self::BYTES == 1 {
                    return words.into_iter().map(|word| word as u8).collect();
                }
                let mut bytes = vec![0; words.len() * Self::BYTES];
                for (bytes, word) in bytes.chunks_exact_mut(Self::BYTES).zip(words) {
                    bytes.copy_from_slice(&word.to_ne_bytes());
                }
                bytes
            }
        }
    };
}

word!(u8);
word!(u16);
word!(u32);
word!(u64);
