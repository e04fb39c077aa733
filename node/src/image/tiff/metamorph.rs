//! MetaMorph stacks (STK): one directory, and as many planes behind it as its tag UIC2 has entries.

use super::chain::Chain;
use super::stack::Stack;
use super::tags;
use crate::image::{AxisKind, ImageError};

/// Numbers of one plane in UIC2: its distance in z as a fraction, then dates and times.
const NUMBERS_OF_A_PLANE: u64 = 6;

/// What MetaMorph says of a file; none where it has one plane, which is then as any other.
pub(super) fn read(chain: &Chain) -> Result<Option<Stack>, ImageError> {
    let Some(entry) = chain.first.entry(tags::UIC2) else {
        return Ok(None);
    };
    let planes = entry.count();
    if planes <= 1 || chain.pages.len() > 1 {
        return Ok(None);
    }
    let distances = distances(chain, planes)?;
    let is_depth = distances.iter().any(|distance| *distance != 0);
    let (axis, word) = if is_depth {
        (AxisKind::Z, "focal planes")
    } else {
        (AxisKind::T, "time points")
    };
    Ok(Some(Stack {
        format: "MetaMorph STK",
        axes: vec![(axis, planes)],
        steps: Vec::new(),
        channels: Vec::new(),
        warnings: vec![format!("its {planes} planes are taken for {word}")],
    }))
}

/// Numerators of the distances in z, of the first planes.
fn distances(chain: &Chain, planes: u64) -> Result<Vec<u64>, ImageError> {
    let Some(entry) = chain.first.entry(tags::UIC2) else {
        return Ok(Vec::new());
    };
    let planes = planes.min(1000);
    let bytes = chain
        .input
        .read_some(entry.offset(), planes * NUMBERS_OF_A_PLANE * 4)?;
    Ok(bytes
        .chunks_exact(NUMBERS_OF_A_PLANE as usize * 4)
        .map(|plane| chain.input.order.integer(&plane[..4]))
        .collect())
}
