//! The words of an address: which spot of an image is looked at.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::iiif::{AskedChannel, AskedDepth, Rendering};

/// What stands in a query as it is; the rest is encoded (RFC 3986, section 3.4), `&`, `+` and `=` among it.
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':')
    .remove(b',')
    .remove(b'/');

/// Most characters of a number.
const LONGEST_NUMBER: usize = 24;

/// What an address says of what is looked at; whatever it does not say is as in the default view.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Spot {
    /// The column of the full image in the middle of the view, from 0.
    pub x: Option<f64>,
    /// The row.
    pub y: Option<f64>,
    /// How many points of the screen a column of the full image takes; above 0.
    pub zoom: Option<f64>,
    /// How many columns of the full image whoever made the address saw; above 0. A smaller picture shows them too.
    pub columns: Option<f64>,
    /// How many rows.
    pub rows: Option<f64>,
    /// Planes, time, further axes, channels.
    pub rendering: Rendering,
    /// Whether no channel at all is shown (`c=none`).
    pub is_dark: bool,
    /// What is marked: first column, first row, columns, rows.
    pub marked: Option<[f64; 4]>,
    /// Words that only the viewer in the browser acts on (`labels`, `marks`, `well`, `field`), as they came.
    pub others: Vec<(String, String)>,
}

impl Spot {
    /// Reads names and values of a query, decoded: the spot, and the names of those that say nothing that can be understood.
    /// Names that are no words of a spot are left to whom they belong to.
    pub fn read<'q>(query: impl IntoIterator<Item = (&'q str, &'q str)>) -> (Spot, Vec<String>) {
        let mut spot = Spot::default();
        let mut ignored = Vec::new();
        for (name, value) in query {
            let is_understood = match value {
                "" => true,
                value => spot.set(name, value),
            };
            if !is_understood {
                ignored.push(name.to_owned());
            }
        }
        (spot, ignored)
    }

    /// Takes a word; whether it is understood.
    fn set(&mut self, name: &str, value: &str) -> bool {
        let place = match name {
            "x" => &mut self.x,
            "y" => &mut self.y,
            "zoom" => &mut self.zoom,
            "w" => &mut self.columns,
            "h" => &mut self.rows,
            _ => return self.set_other(name, value),
        };
        let is_length = matches!(name, "zoom" | "w" | "h");
        *place = number(value).filter(|number| !is_length || *number > 0.0);
        place.is_some()
    }

    fn set_other(&mut self, name: &str, value: &str) -> bool {
        match name {
            "c" if value == "none" => {
                self.is_dark = true;
                true
            }
            "z" | "t" | "c" => self.ask(name, value),
            "box" => {
                self.marked =
                    four(value).filter(|[_, _, width, height]| *width > 0.0 && *height > 0.0);
                self.marked.is_some()
            }
            "labels" | "marks" | "well" | "field" => {
                self.others.push((name.to_owned(), value.to_owned()));
                true
            }
            _ => match name.strip_prefix("axis.") {
                Some(axis) => self.ask(
                    &format!("axis.{}", utf8_percent_encode(axis, NON_ALPHANUMERIC)),
                    value,
                ),
                // not ours
                None => true,
            },
        }
    }

    /// Takes a word that is one of an IIIF identifier too; whether it is understood.
    fn ask(&mut self, name: &str, value: &str) -> bool {
        if value.contains('~') {
            return false;
        }
        let Ok(mut asked) = Rendering::parse(&format!("{name}={value}")) else {
            return false;
        };
        let own = &mut self.rendering;
        own.depth = asked.depth.or(own.depth);
        own.time = asked.time.or(own.time);
        own.others.append(&mut asked.others);
        if !asked.channels.is_empty() {
            self.is_dark = false;
            own.channels = asked.channels;
        }
        true
    }

    /// Whether the address says nothing of a spot.
    pub fn is_default(&self) -> bool {
        *self == Spot::default()
    }

    /// As the query of an address, without `?`.
    pub fn query(&self) -> String {
        let words: Vec<String> = self
            .words()
            .into_iter()
            .map(|(name, value)| {
                let name = utf8_percent_encode(&name, IN_QUERY);
                format!("{name}={}", utf8_percent_encode(&value, IN_QUERY))
            })
            .collect();
        words.join("&")
    }

    /// Names and values, in the order in which the viewer in the browser writes them.
    pub fn words(&self) -> Vec<(String, String)> {
        let mut words = Vec::new();
        let mut say = |name: &str, value: Option<String>| {
            words.extend(value.map(|value| (name.to_owned(), value)));
        };
        say("x", self.x.map(|x| rounded(x, 2)));
        say("y", self.y.map(|y| rounded(y, 2)));
        say("zoom", self.zoom.map(|zoom| significant(zoom, 5)));
        say("w", self.columns.map(|columns| rounded(columns, 2)));
        say("h", self.rows.map(|rows| rounded(rows, 2)));
        say("z", self.rendering.depth.map(depth));
        say("t", self.rendering.time.map(|time| time.to_string()));
        for (name, place) in &self.rendering.others {
            say(&format!("axis.{name}"), Some(place.to_string()));
        }
        let channels = &self.rendering.channels;
        say("c", (!channels.is_empty()).then(|| listed(channels)));
        say("c", self.is_dark.then(|| "none".to_owned()));
        let marked = self
            .marked
            .map(|marked| marked.map(|number| rounded(number, 2)));
        say("box", marked.map(|marked| marked.join(",")));
        words.extend(self.others.iter().cloned());
        words
    }

    /// Looks at the whole image.
    pub fn look_at_all(&mut self) {
        (self.x, self.y, self.zoom) = (None, None, None);
        (self.columns, self.rows) = (None, None);
    }

    /// The same spot with other planes, time or channels.
    pub fn with(&self, change: impl FnOnce(&mut Spot)) -> Spot {
        let mut spot = self.clone();
        change(&mut spot);
        spot
    }
}

fn depth(depth: AskedDepth) -> String {
    match depth {
        AskedDepth::Plane(plane) => plane.to_string(),
        AskedDepth::Maximum(first, last) => format!("{first}-{last}"),
        AskedDepth::All => "max".to_owned(),
    }
}

fn listed(channels: &[AskedChannel]) -> String {
    let texts: Vec<String> = channels.iter().map(AskedChannel::to_string).collect();
    texts.join(",")
}

/// A decimal, which may have a sign and an exponent.
pub(super) fn number(text: &str) -> Option<f64> {
    let is_number = text.len() <= LONGEST_NUMBER
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"-+.eE".contains(&byte));
    let number: f64 = is_number.then(|| text.parse().ok()).flatten()?;
    number.is_finite().then_some(number)
}

fn four(text: &str) -> Option<[f64; 4]> {
    let numbers: Option<Vec<f64>> = text.split(',').map(number).collect();
    numbers?.try_into().ok()
}

fn rounded(number: f64, digits: i32) -> String {
    let scale = 10_f64.powi(digits);
    let rounded = (number * scale).round() / scale;
    // beyond that a number has no digits behind its point
    let value = if rounded.is_finite() { rounded } else { number };
    format!("{value}")
}

/// So many digits that say something; five are as many as a screen can tell apart. The number is not 0.
pub(super) fn significant(number: f64, digits: i32) -> String {
    let behind = digits - 1 - number.abs().log10().floor() as i32;
    rounded(number, behind.clamp(0, 300))
}
