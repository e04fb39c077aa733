//! Channels of a view: which are shown and how, as rows of a form.

use super::Spot;
use super::spot::number;
use crate::iiif::AskedChannel;
use crate::image::Description;
use crate::image::render::{ChannelView, View, channel_colours};

/// The word that says that the query is that of the form.
const OF_FORM: &str = "set";

/// Channels that have a row; the others are shown by their numbers in an address.
const MOST_ROWS: usize = 100;

/// A channel on the page.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelRow {
    /// Which, from 0.
    pub index: u64,
    /// Its name, else its number from 1.
    pub name: String,
    /// Whether it is shown.
    pub is_shown: bool,
    /// The value that is black, where it is known.
    pub least: String,
    /// The value that is brightest.
    pub greatest: String,
    /// The exponent of the curve between.
    pub gamma: String,
    /// Its colour, as `#rrggbb`.
    pub colour: String,
    /// The view with this channel shown or not shown.
    pub toggle: String,
}

/// The rows; `view` is what is shown now, `default` what is shown where nothing is said.
pub(super) fn rows(
    spot: &Spot,
    description: &Description,
    view: &View,
    default: &View,
) -> Vec<ChannelRow> {
    let colours = channel_colours(description);
    let row = |((index, channel), colour): ((usize, &crate::image::Channel), [u8; 3])| {
        let index = index as u64;
        let of = |view: &View| view.channels.iter().find(|one| one.index == index).copied();
        let shown = of(view).filter(|_| !spot.is_dark);
        let known = shown.or_else(|| of(default));
        let name = channel.name.clone().filter(|name| !name.trim().is_empty());
        ChannelRow {
            index,
            name: name.unwrap_or_else(|| format!("Channel {}", index + 1)),
            is_shown: shown.is_some(),
            least: known
                .map(|known| known.window[0].to_string())
                .unwrap_or_default(),
            greatest: known
                .map(|known| known.window[1].to_string())
                .unwrap_or_default(),
            gamma: known.map_or_else(|| "1".to_owned(), |known| known.gamma.to_string()),
            colour: hash(known.map_or(colour, |known| known.colour)),
            toggle: toggled(spot, view, index, shown.is_some()).query(),
        }
    };
    let channels = description.channels.iter().enumerate();
    channels.take(MOST_ROWS).zip(colours).map(row).collect()
}

fn hash([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// The spot with this channel shown where it was not, or the other way round. What is shown is written out, so that the
/// address shows the same when defaults change.
fn toggled(spot: &Spot, view: &View, index: u64, is_shown: bool) -> Spot {
    let mut channels: Vec<AskedChannel> = match spot.is_dark {
        true => Vec::new(),
        false => view.channels.iter().filter_map(written_out).collect(),
    };
    match is_shown {
        true => channels.retain(|one| u64::from(one.index) != index),
        false => channels.extend(u32::try_from(index).ok().map(bare)),
    }
    channels.sort_by_key(|one| one.index);
    spot.with(|spot| {
        spot.is_dark = channels.is_empty();
        spot.rendering.channels = channels;
    })
}

fn bare(index: u32) -> AskedChannel {
    AskedChannel {
        index,
        window: None,
        colour: None,
        gamma: None,
    }
}

/// A channel as it is shown, with everything said.
pub(super) fn written_out(shown: &ChannelView) -> Option<AskedChannel> {
    Some(AskedChannel {
        index: u32::try_from(shown.index).ok()?,
        window: Some(shown.window),
        colour: Some(shown.colour),
        gamma: (shown.gamma != 1.0).then_some(shown.gamma),
    })
}

/// What the form of the channels sends, as the spot that it means; none where the query is not that of the form.
///
/// Its fields are `on=<channel>` for each that is shown, and `least.<channel>`, `greatest.<channel>`, `colour.<channel>`,
/// `gamma.<channel>`. One that is empty, or says nothing that can be, is as in the default view.
pub(super) fn of_form(spot: &Spot, query: &[(String, String)]) -> Option<Spot> {
    let field = |name: &str| {
        let mut fields = query.iter();
        let found = fields.find(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str())
    };
    field(OF_FORM)?;
    let shown = query.iter().filter(|(name, _)| name == "on");
    let mut channels: Vec<AskedChannel> = shown
        .filter_map(|(_, value)| value.parse().ok())
        .map(|index: u32| {
            let of = |name: &str| field(&format!("{name}.{index}")).and_then(number);
            let window = of("least").zip(of("greatest"));
            let colour = field(&format!("colour.{index}"));
            AskedChannel {
                index,
                window: window
                    .filter(|(least, greatest)| least < greatest)
                    .map(Into::into),
                colour: colour.and_then(three),
                gamma: of("gamma").filter(|gamma| *gamma != 1.0 && (0.01..=100.0).contains(gamma)),
            }
        })
        .collect();
    channels.sort_by_key(|one| one.index);
    channels.dedup_by_key(|one| one.index);
    Some(spot.with(|spot| {
        spot.is_dark = channels.is_empty();
        spot.rendering.channels = channels;
    }))
}

fn three(colour: &str) -> Option<[u8; 3]> {
    let digits = colour.strip_prefix('#')?;
    let number = (digits.len() == 6).then(|| u32::from_str_radix(digits, 16).ok())??;
    let [_, red, green, blue] = number.to_be_bytes();
    Some([red, green, blue])
}
