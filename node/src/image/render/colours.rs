//! Colours where a file gives none.

/// Colours of channels, in order: each pair of the first four can be told apart by people with any of the common forms of
/// colour blindness, and two of them that overlap become white or nearly so.
pub const COLOURS: &[[u8; 3]] = &[
    [0x00, 0xff, 0x00],
    [0xff, 0x00, 0xff],
    [0x00, 0x9d, 0xff],
    [0xff, 0xb0, 0x00],
    [0x00, 0xff, 0xff],
    [0xff, 0x40, 0x40],
    [0xff, 0xff, 0x60],
    [0x90, 0x70, 0xff],
];

/// White: the colour of the only channel.
pub(super) const WHITE: [u8; 3] = [0xff; 3];

/// The colour of an object in a label image, the same wherever its number is met; black for the background, 0. Numbers
/// that follow each other are far apart on the circle of hues.
pub fn label_colour(number: u64) -> [u8; 3] {
    if number == 0 {
        return [0; 3];
    }
    // the golden ratio of 2⁶⁴: multiples of it spread evenly over the circle (Fibonacci hashing)
    let spread = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let hue = f64::from((spread >> 40) as u32) / f64::from(1 << 24) * 6.0;
    let brightness = [255.0, 205.0, 160.0][((spread >> 8) % 3) as usize];
    let saturation = [0.55, 0.8][((spread >> 16) % 2) as usize];
    let part = |shift: f64| {
        let distance = (hue + shift).rem_euclid(6.0);
        let ramp = distance.min(4.0 - distance).clamp(0.0, 1.0);
        (brightness * (1.0 - saturation * ramp)) as u8
    };
    [part(5.0), part(3.0), part(1.0)]
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{COLOURS, label_colour};

    #[test]
    fn neighbouring_objects_have_colours_that_differ() {
        assert_eq!(label_colour(0), [0, 0, 0]);
        let far = |one: [u8; 3], other: [u8; 3]| {
            let apart = one.iter().zip(other).map(|(a, b)| a.abs_diff(b));
            apart.map(u32::from).sum::<u32>()
        };
        for number in 1..5000 {
            let (one, next) = (label_colour(number), label_colour(number + 1));
            assert!(far(one, next) > 40, "{number}: {one:?} {next:?}");
            assert!(one.iter().any(|part| *part > 120), "{number}: {one:?}");
        }
        let first: HashSet<_> = (1..=200).map(label_colour).collect();
        assert!(first.len() > 180, "{} colours", first.len());
        assert_eq!(label_colour(u64::MAX), label_colour(u64::MAX));
    }

    #[test]
    fn the_viewer_in_the_browser_has_the_same_colours() {
        let script = include_str!("../../../../web/islands/viewer/store/channels.js");
        let colours: Vec<String> = COLOURS
            .iter()
            .map(|[red, green, blue]| format!("'{red:02x}{green:02x}{blue:02x}'"))
            .collect();
        let line = format!("const COLOURS = [{}];", colours.join(", "));
        assert!(script.contains(&line), "{line} is not in channels.js");
    }

    #[test]
    fn no_two_channels_have_the_same_colour() {
        assert_eq!(COLOURS.iter().collect::<HashSet<_>>().len(), COLOURS.len());
    }
}
