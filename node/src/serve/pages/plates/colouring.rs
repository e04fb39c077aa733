//! The colours of wells: a hue for each of a few values, or a scale from the least number to the greatest.
//!
//! The colours are classes of the style sheet (`hue-1` to `hue-8`, of Okabe and Ito's palette, which people who do not see
//! red and green apart can tell; `step-1` to `step-7`, from light to dark). No colour says anything alone: the label of each
//! well has its value, and the legend lists the wells of each hue.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::wells::Plate;
use crate::study::Study;
use crate::study::plate::Well;

/// The class of wells of which nothing is said.
const UNSAID: &str = "unsaid";

/// Hues that can be told apart.
const HUES: usize = 8;
/// Steps of a scale.
const STEPS: usize = 7;
/// Numbers that span more than this are put on a scale of powers.
const WIDE: f64 = 100.0;

/// A line of the legend.
pub(super) struct LegendLine {
    /// The class of its colour.
    pub look: String,
    /// The value, or a span of numbers.
    pub value: String,
    /// The wells that have it: `B02, B03 and 12 more`.
    pub wells: String,
}

/// How wells are coloured.
pub(super) struct Colouring {
    values: BTreeMap<Well, String>,
    /// The wells of which nothing is said.
    unsaid: Vec<Well>,
    how: How,
}

enum How {
    /// Nothing is known by which they could be.
    Plain,
    /// Each value with its hue, from 1; the rarest share the last. Where the images of a well say several they are one value
    /// together: no colour may hide that there is another.
    Hues(HashMap<String, usize>),
    /// Each well's number.
    Steps {
        scale: Scale,
        numbers: BTreeMap<Well, f64>,
        /// The wells whose number is the mean of several.
        means: BTreeSet<Well>,
    },
}

/// A scale of numbers.
struct Scale {
    least: f64,
    greatest: f64,
    is_of_powers: bool,
}

impl Scale {
    fn of(numbers: impl Iterator<Item = f64> + Clone) -> Scale {
        let least = numbers.clone().fold(f64::MAX, f64::min);
        let greatest = numbers.fold(f64::MIN, f64::max);
        Scale {
            least,
            greatest,
            is_of_powers: least > 0.0 && greatest / least >= WIDE,
        }
    }

    fn step(&self, number: f64) -> usize {
        let place = |number: f64| {
            if self.is_of_powers {
                number.ln()
            } else {
                number
            }
        };
        let (least, greatest) = (place(self.least), place(self.greatest));
        if greatest <= least {
            return STEPS;
        }
        let part = (place(number) - least) / (greatest - least);
        1 + ((part * STEPS as f64) as usize).min(STEPS - 1)
    }
}

impl Colouring {
    /// The colours of a plate's wells by a column.
    pub fn of(plate: &Plate<'_>, study: &Study, by: Option<&str>) -> Colouring {
        let mut values: BTreeMap<Well, String> = BTreeMap::new();
        let mut numbers = Some(BTreeMap::new());
        let mut means = BTreeSet::new();
        for well in plate.wells.keys() {
            let said = by
                .map(|by| plate.said(study, *well, by))
                .unwrap_or_default();
            if said.is_empty() {
                continue;
            }
            let said: Vec<&str> = said.into_iter().collect();
            numbers = numbers.zip(mean(&said)).map(|(mut numbers, mean)| {
                numbers.insert(*well, mean);
                numbers
            });
            if said.len() > 1 {
                means.insert(*well);
            }
            values.insert(*well, said.join(", "));
        }
        let how = match numbers {
            _ if values.is_empty() => How::Plain,
            Some(numbers) => How::Steps {
                scale: Scale::of(numbers.values().copied()),
                numbers,
                means,
            },
            None => How::Hues(hues(&values)),
        };
        let wells = plate.wells.keys();
        let unsaid = wells.filter(|well| !values.contains_key(well));
        Colouring {
            unsaid: unsaid.copied().collect(),
            values,
            how,
        }
    }

    /// The class of a well's colour.
    pub fn look(&self, well: Well) -> String {
        match &self.how {
            How::Hues(hues) => self
                .values
                .get(&well)
                .and_then(|value| hues.get(value))
                .map_or_else(|| UNSAID.to_owned(), |hue| format!("hue-{hue}")),
            How::Steps { scale, numbers, .. } => numbers.get(&well).map_or_else(
                || UNSAID.to_owned(),
                |number| format!("step-{}", scale.step(*number)),
            ),
            How::Plain => UNSAID.to_owned(),
        }
    }

    /// What a well has, in words.
    pub fn value_in_words(&self, well: Well) -> Option<&str> {
        self.values.get(&well).map(String::as_str)
    }

    /// Of numbers, how they are spread over the colours.
    pub fn scale(&self) -> Option<String> {
        let How::Steps { scale, means, .. } = &self.how else {
            return None;
        };
        let kind = match scale.is_of_powers {
            true => ", in steps of equal ratio",
            false => "",
        };
        let mean = match means.is_empty() {
            true => "",
            false => "; where the images of a well say several numbers, by their mean",
        };
        Some(format!(
            "from {} (light) to {} (dark){kind}{mean}",
            number(scale.least),
            number(scale.greatest)
        ))
    }

    /// What the colours mean, and which wells have them.
    pub fn legend(&self) -> Vec<LegendLine> {
        let mut legend = match &self.how {
            How::Plain => return Vec::new(),
            How::Hues(hues) => legend_of_hues(hues, &self.values),
            How::Steps {
                scale,
                numbers,
                means,
            } => legend_of_steps(scale, numbers, means),
        };
        if !self.unsaid.is_empty() {
            legend.push(LegendLine {
                look: UNSAID.to_owned(),
                value: "nothing is said".to_owned(),
                wells: listed(&self.unsaid),
            });
        }
        legend
    }
}

/// The mean of texts that are all numbers.
fn mean(texts: &[&str]) -> Option<f64> {
    let numbers: Option<Vec<f64>> = texts
        .iter()
        .map(|text| text.parse().ok().filter(|number: &f64| number.is_finite()))
        .collect();
    let numbers = numbers?;
    Some(numbers.iter().sum::<f64>() / numbers.len() as f64)
}

/// A hue for each value, the commonest first; where there are more values than hues the rest share the last.
fn hues(values: &BTreeMap<Well, String>) -> HashMap<String, usize> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for value in values.values() {
        *counts.entry(value).or_default() += 1;
    }
    let mut by_count: Vec<(&str, usize)> = counts.into_iter().collect();
    by_count.sort_by_key(|(value, count)| (usize::MAX - count, *value));
    let numbered = by_count.into_iter().enumerate();
    numbered
        .map(|(place, (value, _))| (value.to_owned(), (place + 1).min(HUES)))
        .collect()
}

fn legend_of_hues(
    hues: &HashMap<String, usize>,
    values: &BTreeMap<Well, String>,
) -> Vec<LegendLine> {
    const MOST_NAMED: usize = 8;
    let line = |hue: usize| {
        let of_hue = values
            .iter()
            .filter(|(_, value)| hues.get(*value) == Some(&hue));
        let wells: Vec<Well> = of_hue.clone().map(|(well, _)| *well).collect();
        let names: BTreeSet<&str> = of_hue.map(|(_, value)| value.as_str()).collect();
        let first: Vec<&str> = names.iter().copied().take(MOST_NAMED).collect();
        let value = match names.len() - first.len() {
            // a value may have commas: several that one well has are one
            0 => first.join("; "),
            more => format!("{} and {more} more", first.join("; ")),
        };
        (!wells.is_empty()).then(|| LegendLine {
            look: format!("hue-{hue}"),
            value,
            wells: listed(&wells),
        })
    };
    (1..=HUES).filter_map(line).collect()
}

fn legend_of_steps(
    scale: &Scale,
    numbers: &BTreeMap<Well, f64>,
    means: &BTreeSet<Well>,
) -> Vec<LegendLine> {
    let line = |step: usize| {
        let of_step = numbers
            .iter()
            .filter(|(_, number)| scale.step(**number) == step);
        let wells: Vec<Well> = of_step.clone().map(|(well, _)| *well).collect();
        // the numbers that there are, not the bounds of the step
        let there = Scale::of(of_step.map(|(_, number)| *number));
        let value = match there.least < there.greatest {
            true => format!("{} to {}", number(there.least), number(there.greatest)),
            false => number(there.least),
        };
        let of_means = wells.iter().filter(|well| means.contains(well));
        let of_means: Vec<Well> = of_means.copied().collect();
        let value = match of_means.len() {
            0 => value,
            some if some == wells.len() => format!("{value} (mean of its images)"),
            _ => format!("{value} (of {}: mean of its images)", listed(&of_means)),
        };
        (!wells.is_empty()).then(|| LegendLine {
            look: format!("step-{step}"),
            value,
            wells: listed(&wells),
        })
    };
    (1..=STEPS).filter_map(line).collect()
}

fn listed(wells: &[Well]) -> String {
    const MOST: usize = 24;
    let first: Vec<String> = wells.iter().take(MOST).map(Well::to_string).collect();
    match wells.len() - first.len() {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// A number with at most four figures that count.
fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = value.abs().log10().floor();
    if !(-5.0..15.0).contains(&magnitude) {
        return format!("{value:.3e}");
    }
    let decimals = (3.0 - magnitude).max(0.0) as usize;
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::{Scale, number};

    #[test]
    fn numbers_are_short() {
        for (value, text) in [
            (0.01, "0.01"),
            (25.0, "25"),
            (1234.5678, "1235"),
            (0.0, "0"),
            (-1.25, "-1.25"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn a_scale_goes_from_the_least_to_the_greatest() {
        let doses = [0.01, 0.05, 0.25, 1.0, 5.0, 25.0];
        let scale = Scale::of(doses.into_iter());
        let steps: Vec<usize> = doses.iter().map(|dose| scale.step(*dose)).collect();
        assert_eq!(steps, [1, 2, 3, 5, 6, 7]);
        let same = Scale::of([2.0, 2.0].into_iter());
        assert_eq!(same.step(2.0), 7);
    }
}
