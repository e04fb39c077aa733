//! A stack of planes as a microscope sees it: in each, the light of all others, the more blurred the further they are.

use super::Plane;

/// Adds to each plane the light of the others.
///
/// `spread` is the blur from one plane to the next in pixels, `kept` the part of the light that goes on to it: 1 for a
/// wide-field microscope, less where pinhole, sheet or two photons keep light from elsewhere out. Light goes through
/// the stack once in each direction, and blurs add up on the way, as variances do.
pub(in crate::samples) fn defocus(stack: &mut [Plane], spread: f32, kept: f32) {
    let Some(first) = stack.first() else { return };
    let dark = Plane::new(first.width, first.height);
    let pass = |planes: &mut dyn Iterator<Item = &Plane>| -> Vec<Plane> {
        let mut passing = dark.clone();
        let mut seen = Vec::new();
        for plane in planes {
            seen.push(passing.clone());
            passing.add(plane, 1.0);
            passing.blur(spread);
            passing.times(kept);
        }
        seen
    };
    let from_above = pass(&mut stack.iter());
    let from_below = pass(&mut stack.iter().rev());
    let others = from_above.iter().zip(from_below.iter().rev());
    for (plane, (above, below)) in stack.iter_mut().zip(others) {
        plane.add(above, 1.0);
        plane.add(below, 1.0);
    }
}
