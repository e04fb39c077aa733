//! What the `omero` metadata says of channels.

use serde_json::Value;

use super::axes::text;
use crate::image::Channel;

/// The channels of an image that has so many, in order.
pub(super) fn channels(
    omero: Option<&Value>,
    count: usize,
    warnings: &mut Vec<String>,
) -> Vec<Channel> {
    let list = omero
        .and_then(|omero| omero.get("channels"))
        .and_then(Value::as_array);
    let mut channels: Vec<Channel> = list
        .map(|list| list.iter().take(count).map(channel).collect())
        .unwrap_or_default();
    let stated = list.map_or(0, Vec::len);
    if stated != 0 && stated != count {
        warnings.push(format!(
            "its metadata describe {stated} channels, and it has {count}"
        ));
    }
    channels.resize(count, Channel::default());
    channels
}

/// What pyramids of our own say beyond OME-Zarr: how channels were taken, and whether they are one picture of colours.
/// Anybody may write the same; it says nothing that could harm.
pub(super) fn add_own(own: Option<&Value>, channels: &mut [Channel]) -> Option<bool> {
    let own = own?;
    let contrasts = own.get("contrasts").and_then(Value::as_array);
    for (channel, contrast) in channels.iter_mut().zip(contrasts.into_iter().flatten()) {
        channel.contrast = text(Some(contrast));
    }
    let is_colour = own.get("colour").and_then(Value::as_bool)?;
    Some(is_colour && channels.len() == 3)
}

/// Whether three channels are red, green and blue of one picture, by what they are called and shown as.
pub(super) fn is_colour(channels: &[Channel]) -> bool {
    let names = [["red", "r"], ["green", "g"], ["blue", "b"]];
    let colours = [[255, 0, 0], [0, 255, 0], [0, 0, 255]];
    channels.len() == 3
        && channels
            .iter()
            .zip(names.iter().zip(colours))
            .all(|(channel, (names, colour))| {
                let name = channel.name.as_deref().unwrap_or_default().to_lowercase();
                names.contains(&name.as_str()) && channel.colour.is_none_or(|given| given == colour)
            })
}

fn channel(value: &Value) -> Channel {
    let label = value.get("label");
    // some writers give numbers
    let number = label
        .and_then(Value::as_i64)
        .map(|number| number.to_string());
    Channel {
        name: text(label).or(number),
        colour: value.get("color").and_then(Value::as_str).and_then(colour),
        window: value.get("window").and_then(window),
        is_hidden: value.get("active") == Some(&Value::Bool(false)),
        ..Channel::default()
    }
}

fn colour(text: &str) -> Option<[u8; 3]> {
    let hex = text.strip_prefix('#').unwrap_or(text);
    if !(hex.len() == 6 || hex.len() == 8) || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let part = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

fn window(window: &Value) -> Option<[f64; 2]> {
    let number = |name: &str| window.get(name).and_then(Value::as_f64);
    let (start, end) = (number("start")?, number("end")?);
    (start.is_finite() && end.is_finite() && start < end).then_some([start, end])
}
