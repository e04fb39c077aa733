//! What the depositor states of an image's channels and of the size of its pixels.

use crate::study::{Channel, Number, Scale, Step};

use super::fields::{Fields, Placed, Report};

pub(super) fn read_channel(item: &Placed<'_>, report: &mut Report) -> Option<Channel> {
    const KNOWN: [&str; 7] = [
        "name",
        "target",
        "fluorophore",
        "colour",
        "excitation",
        "emission",
        "contrast",
    ];
    let fields = item.fields(&KNOWN, report)?;
    let targets = fields.one_or_many("target", "texts", report);
    Some(Channel {
        name: fields.text("name", report),
        targets: targets
            .iter()
            .filter_map(|target| target.text(report).map(str::to_owned))
            .collect(),
        fluorophore: fields.text("fluorophore", report),
        colour: colour(&fields, report),
        excitation: nanometres(&fields, "excitation", report),
        emission: nanometres(&fields, "emission", report),
        contrast: fields.text("contrast", report),
    })
}

/// `pixel_size: {x: 0.1, y: 0.1, z: 0.3, unit: µm}` and `time_increment: 30 s`.
pub(super) fn read_scale(fields: &Fields<'_>, report: &mut Report) -> Scale {
    let t = fields.get("time_increment").and_then(|item| {
        let said = item.text(report)?;
        let (number, unit) = number_and_unit(said, "s");
        let step = number.and_then(|number| Step::of_time(number, unit));
        if step.is_none() {
            item.wrong_text("a time such as `30 s`, `250 ms` or `5 min`", said, report);
        }
        step
    });
    let size = fields.get("pixel_size").map(|item| match item.is_text() {
        true => square(&item, report),
        false => by_axis(&item, report),
    });
    Scale {
        t,
        ..size.unwrap_or_default()
    }
}

/// `pixel_size: 0.1 µm`: pixels that are as wide as they are high.
fn square(item: &Placed<'_>, report: &mut Report) -> Scale {
    let Some(said) = item.text(report) else {
        return Scale::default();
    };
    let (number, unit) = number_and_unit(said, "");
    let step = number.and_then(|number| Step::of_length(number, unit));
    if step.is_none() {
        item.wrong_text(
            "a length such as `0.1 µm`, or a map of `x`, `y`, `z`, `unit`",
            said,
            report,
        );
    }
    Scale {
        x: step.clone(),
        y: step,
        ..Scale::default()
    }
}

fn by_axis(item: &Placed<'_>, report: &mut Report) -> Scale {
    let Some(fields) = item.fields(&["x", "y", "z", "unit"], report) else {
        return Scale::default();
    };
    let unit = fields.text("unit", report);
    let unit = unit.as_deref().unwrap_or("\u{b5}m");
    if Step::of_length(1.0, unit).is_none() {
        report.error(
            &fields.at("unit"),
            fields.line,
            format!("{unit:?} is no unit of length that is known here; write `nm`, `µm` or `mm`"),
        );
        return Scale::default();
    }
    let mut step = |axis: &str| {
        let item = fields.get(axis)?;
        let said = item.text(report)?;
        let step = said
            .parse()
            .ok()
            .and_then(|number| Step::of_length(number, unit));
        if step.is_none() {
            item.wrong_text("a number above 0", said, report);
        }
        step
    };
    Scale {
        x: step("x"),
        y: step("y"),
        z: step("z"),
        t: None,
    }
}

/// `488` or `488 nm`.
fn nanometres(fields: &Fields<'_>, key: &str, report: &mut Report) -> Option<Number> {
    let item = fields.get(key)?;
    let said = item.text(report)?;
    let (number, unit) = number_and_unit(said, "nm");
    let number = number.filter(|_| unit == "nm").and_then(Number::of);
    if number.is_none() {
        item.wrong_text("a wavelength in nanometres, such as `488`", said, report);
    }
    number
}

/// Six hexadecimal digits, with or without `#`.
fn colour(fields: &Fields<'_>, report: &mut Report) -> Option<String> {
    let item = fields.get("colour")?;
    let said = item.text(report)?;
    let digits = said.strip_prefix('#').unwrap_or(said);
    let is_colour = digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if !is_colour {
        item.wrong_text("a colour as `\"#00FF00\"`, in quotes", said, report);
    }
    is_colour.then(|| digits.to_ascii_uppercase())
}

/// A number and what stands behind it, or a unit where nothing does.
fn number_and_unit<'t>(said: &'t str, without: &'t str) -> (Option<f64>, &'t str) {
    let is_of_number = |letter: char| letter.is_ascii_digit() || ".+-eE".contains(letter);
    let end = said
        .find(|letter| !is_of_number(letter))
        .unwrap_or(said.len());
    let unit = said[end..].trim();
    let unit = if unit.is_empty() { without } else { unit };
    (said[..end].parse().ok(), unit)
}
