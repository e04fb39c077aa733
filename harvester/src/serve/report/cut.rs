//! Lists of several logs, cut to one page.

/// Cuts lists, one of each log and each in the order of its indexes, to a page of about `size`, and gives the index at which
/// the next page begins in all of them. What has one index is on one page, in every log: so nothing is skipped and nothing
/// comes twice, whatever has come or gone at other indexes. That may make a page longer than `size`.
///
/// A list has to have all that there is from the page's beginning on, or more than `size` and all of its first index.
pub(in crate::serve) fn cut<T>(
    lists: &mut [Vec<T>],
    size: usize,
    index_of: impl Fn(&T) -> u64,
) -> Option<u64> {
    let mut indexes: Vec<u64> = lists.iter().flatten().map(&index_of).collect();
    indexes.sort_unstable();
    let end = (*indexes.get(size)?).max(indexes.first()? + 1);
    end_before(lists, end, &index_of);
    indexes.into_iter().find(|index| *index >= end)
}

/// Takes away what has this index or a larger one.
pub(in crate::serve) fn end_before<T>(
    lists: &mut [Vec<T>],
    end: u64,
    index_of: impl Fn(&T) -> u64,
) {
    for list in lists {
        list.retain(|one| index_of(one) < end);
    }
}

#[cfg(test)]
mod tests {
    use super::cut;

    /// Goes through all pages of lists of indexes.
    fn all_pages(logs: &[&[u64]], size: usize, longest: usize) -> Vec<(usize, u64)> {
        let (mut seen, mut from) = (Vec::new(), Some(0));
        while let Some(first) = from {
            let behind = |log: &&[u64]| -> Vec<u64> {
                let rest = log.iter().copied().filter(|index| *index >= first);
                rest.take(size + longest + 1).collect()
            };
            let mut lists: Vec<Vec<u64>> = logs.iter().map(behind).collect();
            from = cut(&mut lists, size, |index| *index);
            assert!(from.is_none_or(|next| next > first), "it goes on");
            for (log, list) in lists.into_iter().enumerate() {
                seen.extend(list.into_iter().map(|index| (log, index)));
            }
        }
        seen
    }

    #[test]
    fn every_page_of_several_logs_together_has_all_once() {
        let cases: [&[&[u64]]; 5] = [
            &[],
            &[&[0, 5, 1000], &[1, 2, 3, 4, 6, 7, 8, 9, 10, 11]],
            &[&[7, 7, 7, 7, 8], &[7, 8, 8, 9]],
            &[&[3, 4, 5], &[3, 4, 5], &[3, 4, 5]],
            &[&[], &[u64::MAX - 1]],
        ];
        for logs in cases {
            for size in 1..6 {
                let mut seen = all_pages(logs, size, 4);
                seen.sort_unstable();
                let mut expected = Vec::new();
                for (log, list) in logs.iter().enumerate() {
                    expected.extend(list.iter().map(|index| (log, *index)));
                }
                assert_eq!(seen, expected, "{logs:?} by {size}");
            }
        }
    }
}
