//! What the page of an image says, whoever shows it: from its record, and from that of its study.

use super::annotations::{AnnotationsOfImage, annotations_of};
use super::{Cards, Linked, Pair, ShownTerm, Terms, by_role, cards_of_image, licence, pairs};
use crate::view::{ChannelView, ImageView, Step, StudyView, Term};
use crate::words;

/// What the record of an image says, as the macros of `study_parts.html` show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageBody {
    /// The key facts.
    pub facts: Vec<Pair>,
    /// What was imaged and how, as terms under their headings.
    pub subjects: Vec<Terms>,
    /// The channels, in order.
    pub channels: Vec<Channel>,
    /// What was derived from it.
    pub annotations: Vec<AnnotationsOfImage>,
    /// Where its annotations are to be had as documents for programs.
    pub annotations_link: Option<Linked>,
    /// What its record says that it was made from, as its study describes that.
    pub cards: Vec<Cards>,
    /// Names and values that no other word is made for.
    pub further: Vec<Pair>,
}

/// A channel in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its number, from 1.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// The dye or fluorescent protein.
    pub fluorophore: String,
    /// What is seen in it, in one line.
    pub targets: String,
    /// The colour in which it is shown, `#00FF00`; nothing but that.
    pub colour: Option<String>,
    /// Its light and how its contrast arises, in one line: `Fluorescence, 488 nm → 525 nm`.
    pub light: String,
}

/// A file in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLine {
    /// Its path in the study, linked where its bytes are to be had.
    pub file: Linked,
    /// What people call its form: `TIFF`.
    pub form: String,
    /// Its size in words.
    pub size: String,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
}

impl ImageBody {
    /// Whether something stands in a column of the table of channels: one in which nothing does is left out.
    fn is_said(&self, column: impl Fn(&Channel) -> bool) -> bool {
        self.channels.iter().any(column)
    }

    /// Whether a channel has a name.
    pub fn has_names(&self) -> bool {
        self.is_said(|channel| !channel.name.is_empty())
    }

    /// Whether the dye of a channel is said.
    pub fn has_fluorophores(&self) -> bool {
        self.is_said(|channel| !channel.fluorophore.is_empty())
    }

    /// Whether it is said what is seen in a channel.
    pub fn has_targets(&self) -> bool {
        self.is_said(|channel| !channel.targets.is_empty())
    }

    /// Whether the light of a channel is said.
    pub fn has_light(&self) -> bool {
        self.is_said(|channel| !channel.light.is_empty())
    }

    /// Whether the colour of a channel is said.
    pub fn has_colours(&self) -> bool {
        self.is_said(|channel| channel.colour.is_some())
    }

    /// What a record says; `study` is what is known of its study, `show` says how a term is shown.
    pub fn of(
        view: &ImageView,
        study: Option<&StudyView>,
        show: &dyn Fn(&Term) -> ShownTerm,
    ) -> ImageBody {
        let channels = view.channels.iter().enumerate();
        ImageBody {
            facts: facts(view, study),
            subjects: by_role(view.terms.iter(), show),
            channels: channels.map(channel).collect(),
            annotations: study.map_or_else(Vec::new, |study| annotations_of(study, &view.iri)),
            annotations_link: None,
            cards: study.map_or_else(Vec::new, |study| cards_of_image(study, view, show)),
            further: pairs(&view.properties),
        }
    }
}

fn facts(view: &ImageView, study: Option<&StudyView>) -> Vec<Pair> {
    let mut facts = Vec::new();
    let mut say = |name: &str, value: Option<String>| {
        facts.extend(value.map(|value| Pair::new(name, value)));
    };
    let size = size_in_pixels(view.size_x, view.size_y);
    let listed = Some(view.channels.len() as u64).filter(|channels| *channels > 0);
    // one focal plane and one time point are what everybody thinks of an image
    let several = |size: Option<u64>| size.filter(|size| *size > 1).map(words::number);
    say("Width \u{d7} height", size);
    say("Focal planes", several(view.size_z));
    say("Channels", view.size_c.or(listed).map(words::number));
    say("Time points", several(view.size_t));
    for (name, size) in &view.axes {
        say(&format!("Along {name}"), Some(words::number(*size)));
    }
    say("A pixel is", pixel(view));
    say("Size of a pixel", pixel_size(view));
    say(
        "Between focal planes",
        step(&view.physical_size_z, "\u{b5}m"),
    );
    say("Between time points", step(&view.time_increment, "s"));
    say("Taken on", view.taken.as_deref().map(taken));
    say("Microscope", view.instrument.clone());
    say("Objective", view.objective.clone());
    say("Format", view.format.clone());
    say(
        "Read by way of",
        view.converter
            .as_ref()
            .map(|name| format!("the converter {name}")),
    );
    say("Image in its file", view.series.map(words::number));
    say("Name in its file", view.name_in_file.clone());
    say("Plate", view.plate.clone());
    say("Well", well_and_field(view));
    say("Annotations", kinds_in_words(&view.annotated_with));
    say("Files", view.file_count.map(words::number));
    say("Size", bytes_of_all(view).map(words::bytes));
    let licence = study
        .and_then(|study| study.licence.as_deref())
        .map(licence);
    facts.extend(licence.map(|licence| Pair::linked("Licence", licence.name)));
    facts
}

/// `B03, field 2`.
fn well_and_field(view: &ImageView) -> Option<String> {
    let well = view.well.as_deref()?;
    Some(match view.field {
        Some(field) => format!("{well}, field {field}"),
        None => well.to_owned(),
    })
}

/// Kinds of annotations in words: `segmentation mask, tracks`.
pub fn kinds_in_words(kinds: &[String]) -> Option<String> {
    let words: Vec<String> = kinds.iter().map(|kind| kind.replace('_', " ")).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// `uint16, 12 bits of it used`.
fn pixel(view: &ImageView) -> Option<String> {
    let pixel_type = view.pixel_type.as_deref()?;
    Some(match view.significant_bits {
        Some(bits) => format!("{pixel_type}, {bits} bits of it used"),
        None => pixel_type.to_owned(),
    })
}

/// `0.1 × 0.2 µm`; how it was stated stands behind it, where that was in another unit.
fn pixel_size(view: &ImageView) -> Option<String> {
    let (x, y) = (&view.physical_size_x, &view.physical_size_y);
    match (&x.size, &y.size) {
        (Some(wide), Some(high)) if wide == high => {
            step(x, "\u{b5}m").map(|side| format!("{wide} \u{d7} {side}"))
        }
        (Some(wide), Some(high)) => Some(format!("{wide} \u{d7} {high} \u{b5}m")),
        (Some(_), None) => step(x, "\u{b5}m").map(|side| format!("{side} wide")),
        (None, Some(_)) => step(y, "\u{b5}m").map(|side| format!("{side} high")),
        (None, None) => None,
    }
}

/// `0.0001 µm (stated as 0.1 nm)`.
fn step(step: &Step, unit: &str) -> Option<String> {
    let size = format!("{} {unit}", step.size.as_deref()?);
    let stated = step.stated.as_deref().filter(|stated| *stated != size);
    Some(match stated {
        Some(stated) => format!("{size} (stated as {stated})"),
        None => size,
    })
}

/// A date or a moment, as people read it.
fn taken(text: &str) -> String {
    match text.contains('T') {
        true => words::moment(text),
        false => words::date(text),
    }
}

/// `2048 × 1024`; none where one of the two is not known.
pub fn size_in_pixels(columns: Option<u64>, rows: Option<u64>) -> Option<String> {
    let (columns, rows) = columns.zip(rows)?;
    Some(format!("{columns} \u{d7} {rows}"))
}

/// The bytes of all files, where the record lists every one of them with its size.
pub fn bytes_of_all(view: &ImageView) -> Option<u64> {
    let listed = view.files.len() as u64;
    let is_whole = listed > 0 && view.file_count.is_none_or(|stated| stated == listed);
    let mut sizes = view.files.iter().map(|file| file.bytes);
    let sum = sizes.try_fold(0_u64, |sum, bytes| sum.checked_add(bytes?));
    sum.filter(|_| is_whole)
}

/// The title of the part of its study that an image belongs to; empty where neither record says.
pub fn component_of<'s>(study: &'s StudyView, image: &ImageView) -> &'s str {
    let mut components = study.components.iter();
    let found = components.find(|component| image.made_from.contains(&component.node));
    found
        .and_then(|component| component.title.as_deref())
        .unwrap_or_default()
}

fn channel((index, channel): (usize, &ChannelView)) -> Channel {
    Channel {
        number: index + 1,
        name: channel.name.clone().unwrap_or_default(),
        fluorophore: channel.fluorophore.clone().unwrap_or_default(),
        targets: channel.targets.join(", "),
        colour: channel.colour.as_deref().and_then(colour),
        light: light(channel),
    }
}

/// A colour as pictures in pages write it. What a record says becomes a part of a page here, so that nothing else may pass.
fn colour(said: &str) -> Option<String> {
    let is_colour = said.len() == 6 && said.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_colour.then(|| format!("#{said}"))
}

fn light(channel: &ChannelView) -> String {
    let wavelengths = match (&channel.excitation, &channel.emission) {
        (Some(excitation), Some(emission)) => {
            Some(format!("{excitation} nm \u{2192} {emission} nm"))
        }
        (Some(excitation), None) => Some(format!("excited at {excitation} nm")),
        (None, Some(emission)) => Some(format!("seen at {emission} nm")),
        (None, None) => None,
    };
    let parts: Vec<String> = channel
        .contrast
        .clone()
        .into_iter()
        .chain(wavelengths)
        .collect();
    parts.join(", ")
}

/// What people call a form of files.
pub fn form(media_type: &str) -> &str {
    match media_type {
        "image/tiff" => "TIFF",
        "image/png" => "PNG",
        "image/jpeg" => "JPEG",
        "image/jp2" => "JPEG 2000",
        "image/webp" => "WebP",
        "application/zip" => "Zip",
        "application/x-hdf5" | "application/x-hdf" => "HDF5",
        "application/octet-stream" => "a form without a name",
        other => other,
    }
}
