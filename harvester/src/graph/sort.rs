//! Sorting more lines than memory holds: sorted runs in temporary files, merged a few at a time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};
use std::ops::Range;
use std::path::PathBuf;

/// How many runs are merged into one. A graph of a terabyte makes three rounds of it, with less than 32 files open, which
/// fits beside the files of a database.
const FAN_IN: usize = 8;

/// Sorts lines by their bytes, in memory that does not grow with them.
pub(super) struct Sorter {
    /// where the runs are written
    folder: PathBuf,
    /// how many bytes are kept in memory
    room: usize,
    bytes: Vec<u8>,
    lines: Vec<Range<usize>>,
    /// runs with their ranks: a run of rank n + 1 was merged from [`FAN_IN`] of rank n; never more than that of one rank
    runs: Vec<(u32, File)>,
    count: u64,
}

impl Sorter {
    /// A sorter that keeps about `room` bytes in memory and writes the rest into unnamed files in a folder.
    pub(super) fn new(folder: PathBuf, room: usize) -> Self {
        Self {
            folder,
            room,
            bytes: Vec::new(),
            lines: Vec::new(),
            runs: Vec::new(),
            count: 0,
        }
    }

    /// Takes a line, with its line feed and no other.
    ///
    /// # Errors
    /// When the disk is full.
    pub(super) fn push(&mut self, line: &str) -> io::Result<()> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(line.as_bytes());
        self.lines.push(start..self.bytes.len());
        self.count += 1;
        if self.bytes.len() + self.lines.len() * size_of::<Range<usize>>() >= self.room {
            self.spill()?;
        }
        Ok(())
    }

    /// Writes all lines in order; gives their number.
    ///
    /// # Errors
    /// When a run cannot be written or read, or `out` does not take what is written.
    pub(super) fn finish(mut self, out: &mut dyn Write) -> io::Result<u64> {
        if self.runs.is_empty() {
            self.write_sorted(out)?;
            return Ok(self.count);
        }
        self.spill()?;
        let runs = self.runs.into_iter().map(|(_, run)| run).collect();
        merge(runs, out)?;
        Ok(self.count)
    }

    fn write_sorted(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let bytes = &self.bytes;
        self.lines
            .sort_unstable_by(|one, other| bytes[one.clone()].cmp(&bytes[other.clone()]));
        for line in &self.lines {
            out.write_all(&bytes[line.clone()])?;
        }
        Ok(())
    }

    fn spill(&mut self) -> io::Result<()> {
        if self.lines.is_empty() {
            return Ok(());
        }
        let mut run = BufWriter::new(tempfile::tempfile_in(&self.folder)?);
        self.write_sorted(&mut run)?;
        self.bytes.clear();
        self.lines.clear();
        self.runs.push((0, rewound(run)?));
        self.merge_full_ranks()
    }

    fn merge_full_ranks(&mut self) -> io::Result<()> {
        while let Some((rank, _)) = self.runs.last() {
            let rank = *rank;
            let first = self.runs.partition_point(|(other, _)| *other > rank);
            if self.runs.len() - first < FAN_IN {
                break;
            }
            let runs = self.runs.drain(first..).map(|(_, run)| run).collect();
            let mut merged = BufWriter::new(tempfile::tempfile_in(&self.folder)?);
            merge(runs, &mut merged)?;
            self.runs.push((rank + 1, rewound(merged)?));
        }
        Ok(())
    }
}

fn rewound(run: BufWriter<File>) -> io::Result<File> {
    let mut file = run.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    Ok(file)
}

fn merge(runs: Vec<File>, out: &mut dyn Write) -> io::Result<()> {
    let mut runs: Vec<_> = runs.into_iter().map(BufReader::new).collect();
    let mut heads = BinaryHeap::with_capacity(runs.len());
    for (number, run) in runs.iter_mut().enumerate() {
        heads.extend(next_line(run, Vec::new())?.map(|line| Reverse((line, number))));
    }
    while let Some(Reverse((line, number))) = heads.pop() {
        out.write_all(&line)?;
        // the line's memory is used again
        heads.extend(next_line(&mut runs[number], line)?.map(|line| Reverse((line, number))));
    }
    Ok(())
}

fn next_line(run: &mut BufReader<File>, mut line: Vec<u8>) -> io::Result<Option<Vec<u8>>> {
    line.clear();
    let read = run.read_until(b'\n', &mut line)?;
    Ok((read > 0).then_some(line))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use proptest::prelude::*;

    use super::*;

    fn sorted(lines: &[String], room: usize) -> (Vec<u8>, u64) {
        let mut sorter = Sorter::new(std::env::temp_dir(), room);
        for line in lines {
            sorter.push(line).unwrap();
        }
        let mut out = Vec::new();
        let count = sorter.finish(&mut out).unwrap();
        (out, count)
    }

    proptest! {
        #[test]
        fn the_order_is_that_of_memory_whatever_the_room(
            words in prop::collection::vec("[a-cA-C .é\u{fffd}]{0,6}", 0..400),
            room in 1_usize..2000,
        ) {
            let mut lines: Vec<String> = words.iter().map(|word| format!("{word}\n")).collect();
            let (out, count) = sorted(&lines, room);
            lines.sort_unstable();
            prop_assert_eq!(String::from_utf8(out).unwrap(), lines.concat());
            prop_assert_eq!(count, lines.len() as u64);
        }
    }

    #[test]
    fn many_runs_are_merged_in_ranks() {
        let mut sorter = Sorter::new(std::env::temp_dir(), 1);
        for number in (0..600).rev() {
            sorter.push(&format!("{number:04}\n")).unwrap();
            assert!(sorter.runs.len() < 4 * FAN_IN, "{}", sorter.runs.len());
        }
        // 600 = 1 × 512 + 1 × 64 + 3 × 8
        let ranks: Vec<u32> = sorter.runs.iter().map(|(rank, _)| *rank).collect();
        assert_eq!(ranks, [3, 2, 1, 1, 1]);
        let mut out = Vec::new();
        sorter.finish(&mut out).unwrap();
        let expected: String = (0..600).map(|number| format!("{number:04}\n")).collect();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
