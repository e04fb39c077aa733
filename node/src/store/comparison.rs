//! Whether what is stored is what is to be stored, or what a power cut leaves of it.

use std::io::{self, Read};

/// How stored bytes compare with those that should be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    /// They are the same.
    Equal,
    /// They are the beginning of what should be there, or such a beginning and zeros, and not longer. File systems
    /// that allocate late leave this of a file that was written and not yet synchronised.
    Torn,
    /// They are something else.
    Different,
}

const BLOCK: usize = 64 * 1024;

/// Compares two streams to their end, holding a block of each.
pub(super) fn compare(stored: &mut dyn Read, wanted: &mut dyn Read) -> io::Result<Comparison> {
    let (mut left, mut right) = (vec![0; BLOCK], vec![0; BLOCK]);
    let (mut same, mut only_zeros_follow) = (true, true);
    loop {
        let left = fill(stored, &mut left)?;
        let right = fill(wanted, &mut right)?;
        if left.len() > right.len() {
            return Ok(Comparison::Different);
        }
        let agreeing = if same {
            left.iter()
                .zip(right)
                .take_while(|(one, other)| one == other)
                .count()
        } else {
            0
        };
        same = same && agreeing == right.len();
        only_zeros_follow = only_zeros_follow && left[agreeing..].iter().all(|byte| *byte == 0);
        if !only_zeros_follow {
            return Ok(Comparison::Different);
        }
        if left.len() < BLOCK {
            return Ok(if same {
                Comparison::Equal
            } else {
                Comparison::Torn
            });
        }
    }
}

/// Reads until the block is full or the stream ends.
fn fill<'block>(stream: &mut dyn Read, block: &'block mut [u8]) -> io::Result<&'block [u8]> {
    let mut filled = 0;
    while filled < block.len() {
        match stream.read(&mut block[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(&block[..filled])
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::{BLOCK, Comparison, compare};

    fn verdict(stored: &[u8], wanted: &[u8]) -> Comparison {
        compare(&mut &stored[..], &mut &wanted[..]).unwrap()
    }

    #[test]
    fn what_a_power_cut_leaves_is_told_from_other_bytes() {
        assert_eq!(verdict(b"", b""), Comparison::Equal);
        assert_eq!(verdict(b"abcd", b"abcd"), Comparison::Equal);
        assert_eq!(verdict(b"", b"abcd"), Comparison::Torn);
        assert_eq!(verdict(b"ab", b"abcd"), Comparison::Torn);
        assert_eq!(verdict(b"ab\0\0", b"abcd"), Comparison::Torn);
        assert_eq!(verdict(b"ab\0", b"abcd"), Comparison::Torn);
        assert_eq!(verdict(b"ab\0d", b"abcd"), Comparison::Different);
        assert_eq!(verdict(b"abcde", b"abcd"), Comparison::Different);
        assert_eq!(verdict(b"abcd\0", b"abcd"), Comparison::Different);
        assert_eq!(verdict(b"x", b"abcd"), Comparison::Different);
    }

    #[test]
    fn the_verdict_does_not_change_at_the_edge_of_a_block() {
        let wanted: Vec<u8> = (0..2 * BLOCK + 17).map(|at| (at % 251) as u8 + 1).collect();
        for length in [BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 16] {
            assert_eq!(
                verdict(&wanted[..length], &wanted),
                Comparison::Torn,
                "{length}"
            );
            assert_eq!(
                verdict(&wanted, &wanted[..length]),
                Comparison::Different,
                "{length}"
            );
            let mut zeros = wanted[..length].to_vec();
            zeros.resize(wanted.len(), 0);
            assert_eq!(verdict(&zeros, &wanted), Comparison::Torn, "{length}");
            *zeros.last_mut().unwrap() = 7;
            assert_eq!(verdict(&zeros, &wanted), Comparison::Different, "{length}");
        }
        assert_eq!(verdict(&wanted, &wanted), Comparison::Equal);
    }
}
