//! Which bytes of a file are there already.

use std::ops::Range;

/// Ranges of bytes, in order, none of which touches another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ranges(Vec<Range<u64>>);

impl Ranges {
    /// Adds a range, which may overlap others.
    pub fn add(&mut self, range: Range<u64>) {
        if range.is_empty() {
            return;
        }
        // those that end before it begins, and those that begin behind its end, stay as they are
        let from = self.0.partition_point(|one| one.end < range.start);
        let to = self.0.partition_point(|one| one.start <= range.end);
        let merged = self.0[from..to].iter().fold(range, |all, one| {
            all.start.min(one.start)..all.end.max(one.end)
        });
        self.0.splice(from..to, [merged]);
    }

    /// How many bytes.
    pub fn bytes(&self) -> u64 {
        self.0.iter().map(|range| range.end - range.start).sum()
    }

    /// What a file of this size lacks, in pieces of at most so many bytes.
    pub fn missing(&self, size: u64, most: u64) -> Vec<Range<u64>> {
        let mut missing = Vec::new();
        let mut from = 0;
        let whole = size..size;
        for range in self.0.iter().chain([&whole]) {
            let end = range.start.min(size);
            while from < end {
                let to = end.min(from + most.max(1));
                missing.push(from..to);
                from = to;
            }
            from = from.max(range.end);
        }
        missing
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_missing_comes_in_pieces() {
        let mut ranges = Ranges::default();
        assert_eq!(ranges.missing(25, 10), [0..10, 10..20, 20..25]);
        ranges.add(5..10);
        ranges.add(18..20);
        assert_eq!(ranges.missing(25, 10), [0..5, 10..18, 20..25]);
        ranges.add(9..19);
        assert_eq!(ranges.bytes(), 15);
        assert_eq!(ranges.missing(25, 10), [0..5, 20..25]);
        // of a file that became shorter
        assert_eq!(ranges.missing(7, 10), std::slice::from_ref(&(0..5)));
        assert_eq!(Ranges::default().missing(0, 10), []);
    }

    proptest! {
        #[test]
        fn what_is_there_and_what_is_missing_are_the_whole(
            added in proptest::collection::vec((0..60_u64, 0..20_u64), 0..12), most in 1..30_u64,
        ) {
            let mut ranges = Ranges::default();
            let mut there = [false; 60];
            for (start, length) in added {
                let end = (start + length).min(60);
                ranges.add(start..end);
                there[start as usize..end as usize].fill(true);
            }
            prop_assert_eq!(ranges.bytes(), there.iter().filter(|there| **there).count() as u64);
            for range in ranges.missing(60, most) {
                prop_assert!(range.end - range.start <= most && !range.is_empty());
                for place in range {
                    prop_assert!(!there[place as usize], "{place} is there, or is missing twice");
                    there[place as usize] = true;
                }
            }
            prop_assert!(there.iter().all(|there| *there));
        }
    }
}
