//! Half as many columns and rows.

use super::sample::Sample;

/// Makes a row of two, or of one where it is the last; its length is half theirs, rounded up.
pub(super) fn halve<T: Sample>(upper: &[T], lower: Option<&[T]>, is_label: bool, into: &mut [T]) {
    if is_label {
        for (place, pair) in into.iter_mut().zip(upper.chunks(2)) {
            *place = pair[0];
        }
        return;
    }
    match lower {
        Some(lower) => halve_two(upper, lower, into),
        None => halve_one(upper, into),
    }
}

fn halve_two<T: Sample>(upper: &[T], lower: &[T], into: &mut [T]) {
    let pairs = upper.chunks_exact(2).zip(lower.chunks_exact(2));
    for (place, (upper, lower)) in into.iter_mut().zip(pairs) {
        *place = T::mean_of_four([upper[0], upper[1], lower[0], lower[1]]);
    }
    odd_end(upper, into, |at| T::mean_of_two(upper[at], lower[at]));
}

fn halve_one<T: Sample>(row: &[T], into: &mut [T]) {
    for (place, pair) in into.iter_mut().zip(row.chunks_exact(2)) {
        *place = T::mean_of_two(pair[0], pair[1]);
    }
    odd_end(row, into, |at| row[at]);
}

/// The last column of an odd number has no neighbour.
fn odd_end<T: Sample>(row: &[T], into: &mut [T], last: impl Fn(usize) -> T) {
    if let (true, Some(place)) = (row.len() % 2 == 1, into.last_mut()) {
        *place = last(row.len() - 1);
    }
}
