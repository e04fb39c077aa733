//! How much data the source says there is.

use super::graph::Entity;
use super::taking::{Reader, Taking, Target};
use crate::study::{Property, Study};

/// What a quantity counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Bytes,
    Files,
}

/// Reads `size`: a number of bytes and a number of files. What is neither stays.
pub(super) fn read<'g>(reader: &mut Reader<'g>, dataset: &mut Taking<'g>, study: &mut Study) {
    let graph = reader.graph;
    let quantities = dataset.take_if("size", |item| {
        graph
            .find(item.raw())
            .is_some_and(|index| quantity(&graph.entities[index]).is_some())
    });
    for item in quantities {
        let Target::Entity(index, entity) = reader.target(item) else {
            continue;
        };
        let Some((unit, value)) = quantity(entity) else {
            continue;
        };
        let place = match unit {
            Unit::Bytes => &mut study.stated_bytes,
            Unit::Files => &mut study.stated_files,
        };
        let mut taking = reader.open(index);
        if let Some(other) = place.filter(|other| *other != value) {
            reader.warn(
                entity,
                "value",
                format!("the size is stated twice, as {other} and as {value}; the first is taken"),
            );
        }
        place.get_or_insert(value);
        for key in ["value", "unitCode", "unitText"] {
            taking.take(key);
        }
        if let Some(rendered) = taking.text("description") {
            reader.additional.push(Property {
                name: "size".to_owned(),
                value: rendered,
            });
        }
        reader.leftovers_of(&taking, "size");
    }
}

/// A quantity in bytes (UO:0000233) or in files (UO:0000189, count), if the entity is one.
fn quantity(entity: &Entity) -> Option<(Unit, u64)> {
    let code = entity
        .values("unitCode")
        .next()
        .map(|item| item.raw().to_owned())
        .unwrap_or_default();
    let text = entity
        .text("unitText")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let unit = if code.ends_with("UO_0000233")
        || code.ends_with("UO:0000233")
        || matches!(text.as_str(), "byte" | "bytes" | "b")
    {
        Unit::Bytes
    } else if code.ends_with("UO_0000189")
        || code.ends_with("UO:0000189")
        || matches!(text.as_str(), "file" | "files" | "file count")
    {
        Unit::Files
    } else {
        return None;
    };
    let value = entity.text("value")?;
    value
        .parse()
        .ok()
        .or_else(|| whole(value))
        .map(|value| (unit, value))
}

/// `5.899e3` and `12.0` are whole numbers too, as long as they are exact.
fn whole(text: &str) -> Option<u64> {
    let value: f64 = text.parse().ok()?;
    // above 2^53 a floating-point number no longer says which whole number was meant
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be whole, not negative and below 2^53"
    )]
    (value.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&value))
        .then_some(value as u64)
}
