//! In which colours the channels of an image are shown: the one place that decides it, for pictures of the server, pyramids and,
//! through these, the viewer in the browser.

use std::collections::HashSet;

use super::colours::{COLOURS, WHITE};
use super::view::size_of;
use crate::image::{AxisKind, Channel, Description};

const RED: [u8; 3] = [0xff, 0x00, 0x00];
const GREEN: [u8; 3] = [0x00, 0xff, 0x00];
const BLUE: [u8; 3] = [0x00, 0x00, 0xff];
const CYAN: [u8; 3] = [0x00, 0xff, 0xff];
const MAGENTA: [u8; 3] = [0xff, 0x00, 0xff];
const YELLOW: [u8; 3] = [0xff, 0xff, 0x00];
const ORANGE: [u8; 3] = [0xff, 0x80, 0x00];

/// Red, green and blue, which the channels of a colour picture are.
const PRIMARIES: [[u8; 3]; 3] = [RED, GREEN, BLUE];

/// Sum of differences below which two colours are taken for one.
const ALIKE: u32 = 150;

/// Words by which a file says that a channel is seen in transmitted light.
const TRANSMITTED: [&str; 5] = ["bright", "phase", "dic", "transmi", "differential"];

/// Names of channels that are seen in transmitted light. Names are words of people, in which `phase` may be one of a
/// measurement: they are compared whole.
const TRANSMITTED_NAMES: [&str; 8] = [
    "brightfield",
    "bright field",
    "bf",
    "transmitted",
    "transmitted light",
    "transmission",
    "phase contrast",
    "dic",
];

/// Words in the names of channels, and the colours in which everybody shows these: colours, stains, proteins.
const WORDS: &[(&str, [u8; 3])] = &[
    ("far", MAGENTA),
    ("farred", MAGENTA),
    ("nir", MAGENTA),
    ("infrared", MAGENTA),
    ("red", RED),
    ("green", GREEN),
    ("blue", BLUE),
    ("cyan", CYAN),
    ("magenta", MAGENTA),
    ("yellow", YELLOW),
    ("orange", ORANGE),
    ("dapi", BLUE),
    ("hoechst", BLUE),
    ("fitc", GREEN),
    ("venus", YELLOW),
    ("citrine", YELLOW),
    ("cerulean", CYAN),
    ("turquoise", CYAN),
    ("mneongreen", GREEN),
    ("gcamp", GREEN),
    ("mcherry", RED),
    ("cherry", RED),
    ("tdtomato", RED),
    ("tomato", RED),
    ("dsred", RED),
    ("mscarlet", RED),
    ("mkate", RED),
    ("tritc", RED),
    ("rhodamine", RED),
    ("texas", RED),
    ("cy2", GREEN),
    ("cy3", ORANGE),
    ("cy5", MAGENTA),
    ("cy7", MAGENTA),
];

/// Endings of the names of fluorescent proteins: `EGFP`, `sfGFP`, `TagBFP`.
const ENDINGS: [(&str, [u8; 3]); 6] = [
    ("gfp", GREEN),
    ("rfp", RED),
    ("yfp", YELLOW),
    ("cfp", CYAN),
    ("bfp", BLUE),
    ("neongreen", GREEN),
];

/// Dyes and lasers are called by the light that excites them, in nanometres: `Alexa Fluor 488`, `AF647`, `561`.
const NUMBERED: &[(&[&str], [u8; 3])] = &[
    (&["350", "358", "405"], BLUE),
    (&["430", "440", "445"], CYAN),
    (&["473", "488"], GREEN),
    (&["514"], YELLOW),
    (&["532", "546", "555", "561", "568", "594"], RED),
    (&["633", "635", "640", "647", "660", "680"], MAGENTA),
];

/// The colour of each channel: that of the file, where it says something; else the one in which channels of that name are
/// shown everywhere; else about that of the light that was seen; else one that no other has. A single channel is white.
pub(crate) fn channel_colours(description: &Description) -> Vec<[u8; 3]> {
    let channels = &description.channels;
    let count = usize::try_from(size_of(description, &AxisKind::C)).unwrap_or(usize::MAX);
    if description.is_colour {
        return PRIMARIES.into_iter().cycle().take(count).collect();
    }
    let is_said = is_said(channels);
    // black would show nothing
    let said = |channel: &Channel| channel.colour.filter(|one| is_said && *one != [0; 3]);
    let mut colours: Vec<Option<[u8; 3]>> = channels.iter().map(said).collect();
    colours.resize(count, None);
    if count == 1 {
        return vec![colours[0].unwrap_or(WHITE)];
    }
    let mut taken: HashSet<[u8; 3]> = colours.iter().flatten().copied().collect();
    for (colour, channel) in colours.iter_mut().zip(channels) {
        if colour.is_none() {
            // where two have one name they are told apart all the same
            *colour = usual(channel).filter(|usual| taken.insert(*usual));
        }
    }
    let is_free = |one: &[u8; 3]| !taken.iter().any(|other| is_like(*one, *other));
    let mut free = COLOURS.iter().copied().filter(is_free);
    let placed = colours.iter().enumerate();
    placed
        .map(|(place, colour)| {
            colour.unwrap_or_else(|| free.next().unwrap_or(COLOURS[place % COLOURS.len()]))
        })
        .collect()
}

/// Whether a channel is seen in transmitted light, in which all is bright.
pub(super) fn is_transmitted(channel: &Channel) -> bool {
    let contrast = channel.contrast.as_deref().map(str::to_lowercase);
    let name = channel.name.as_deref().map(str::to_lowercase);
    let is_by_contrast = contrast.is_some_and(|contrast| {
        let mut words = TRANSMITTED.iter();
        words.any(|word| contrast.contains(word))
    });
    is_by_contrast || name.is_some_and(|name| TRANSMITTED_NAMES.contains(&name.trim()))
}

/// Whether the colours that the file gives say something: one for all, most often white, is what programs write that know
/// none. Of channels that it hides nothing is concluded.
fn is_said(channels: &[Channel]) -> bool {
    let shown: Vec<&Channel> = channels.iter().filter(|one| !one.is_hidden).collect();
    let stated: Vec<[u8; 3]> = shown.iter().filter_map(|one| one.colour).collect();
    match stated[..] {
        [] => false,
        [colour] => shown.len() == 1 || colour != WHITE,
        [first, ..] => stated.iter().any(|one| *one != first),
    }
}

fn is_like(one: [u8; 3], other: [u8; 3]) -> bool {
    let apart = one.into_iter().zip(other);
    apart
        .map(|(one, other)| u32::from(one.abs_diff(other)))
        .sum::<u32>()
        < ALIKE
}

/// The colour in which such a channel is shown everywhere.
fn usual(channel: &Channel) -> Option<[u8; 3]> {
    if is_transmitted(channel) {
        return Some(WHITE);
    }
    let called = [&channel.name, &channel.fluorophore];
    let by_name = called.into_iter().flatten().find_map(|name| of_name(name));
    by_name.or_else(|| channel.emission_nm.map(of_light))
}

fn of_name(name: &str) -> Option<[u8; 3]> {
    let name = name.to_lowercase();
    let words: Vec<&str> = name
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    match words[..] {
        ["r"] => return Some(RED),
        ["g"] => return Some(GREEN),
        ["b"] => return Some(BLUE),
        _ => {}
    }
    words.into_iter().find_map(of_word)
}

fn of_word(word: &str) -> Option<[u8; 3]> {
    let named = WORDS.iter().find(|(name, _)| *name == word);
    let ending = || ENDINGS.iter().find(|(ending, _)| word.ends_with(ending));
    if let Some((_, colour)) = named.or_else(ending) {
        return Some(*colour);
    }
    if word.starts_with("hoechst") {
        return Some(BLUE);
    }
    let dyes = ["alexafluor", "alexa", "atto", "dylight", "af", "cf"];
    let number = dyes
        .iter()
        .find_map(|dye| word.strip_prefix(dye))
        .unwrap_or(word);
    let found = NUMBERED
        .iter()
        .find(|(numbers, _)| numbers.contains(&number));
    found.map(|(_, colour)| *colour)
}

/// About the colour of light of a wavelength in nanometres; beyond what eyes see, that of the nearest end.
fn of_light(nanometres: f64) -> [u8; 3] {
    match nanometres {
        ..470.0 => BLUE,
        ..500.0 => CYAN,
        ..560.0 => GREEN,
        ..590.0 => YELLOW,
        ..650.0 => RED,
        _ => MAGENTA,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::render::synthetic::Synthetic;

    fn colours(names: &[&str]) -> Vec<[u8; 3]> {
        let mut source = Synthetic::new(&[("c", names.len() as u64), ("y", 8), ("x", 8)]);
        for (channel, name) in source.description.channels.iter_mut().zip(names) {
            channel.name = Some((*name).to_owned());
        }
        channel_colours(&source.description)
    }

    #[test]
    fn names_that_everybody_knows_have_the_colours_that_everybody_expects() {
        assert_eq!(colours(&["G", "R"]), [GREEN, RED]);
        assert_eq!(colours(&["red", "green", "blue"]), PRIMARIES);
        assert_eq!(
            colours(&["mCherry-H2B", "Hoechst33342", "tubulin EGFP", "Cy5"]),
            [RED, BLUE, GREEN, MAGENTA]
        );
        assert_eq!(
            colours(&["AF647", "Alexa Fluor 488", "561", "w1 DAPI"]),
            [MAGENTA, GREEN, RED, BLUE]
        );
        assert_eq!(colours(&["far red", "Texas Red"]), [MAGENTA, RED]);
        assert_eq!(colours(&["Brightfield", "GFP"]), [WHITE, GREEN]);
        assert_eq!(colours(&["DAPI"]), [WHITE], "a single channel is grey");
    }

    #[test]
    fn what_has_no_such_name_gets_a_colour_that_no_other_has() {
        let found = colours(&["membrane", "GFP", "GFP", "ribosomes", "mCherry"]);
        assert_eq!(found[1], GREEN);
        assert_eq!(found[4], RED);
        for (place, one) in found.iter().enumerate() {
            for other in &found[place + 1..] {
                assert!(!is_like(*one, *other), "{found:?}");
            }
        }
    }

    #[test]
    fn colours_of_the_file_hold_where_they_tell_channels_apart() {
        let mut source = Synthetic::new(&[("c", 3), ("y", 8), ("x", 8)]);
        let channels = &mut source.description.channels;
        channels[0].name = Some("DAPI".to_owned());
        channels[0].colour = Some(YELLOW);
        channels[1].emission_nm = Some(670.0);
        channels[2].colour = Some([0; 3]);
        let found = channel_colours(&source.description);
        assert_eq!(found, [YELLOW, MAGENTA, GREEN]);
        for channel in &mut source.description.channels {
            channel.colour = Some(WHITE);
        }
        let found = channel_colours(&source.description);
        assert_eq!(found[0], BLUE, "white for all says nothing: {found:?}");
    }
}
