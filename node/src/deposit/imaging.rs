//! Reads what the files of a deposit say as images, and puts it in the words of a study. Of their pixels only as many are
//! read as one small picture needs, for what the image looks like.
//!
//! What comes from a file is a stranger's: texts are cut and brought to one line, lists end somewhere, so that no file
//! makes a record larger than a record may be.

mod converted;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Means;
use crate::image::perceptual_hash::perceptual_hash;
use crate::image::render::Bounds;
use crate::image::sequence::Counted;
use crate::image::{
    self, AxisKind, ByFormat, Description, FieldOfPlate, Files, Held, ImageError, ImageFiles,
    Instrument, Length, Limits, Objective, PixelSource,
};
use crate::relative_path::RelPath;
use crate::study::{
    Channel, CountedAxis, NamedAxis, Number, Pixels, Property, Regions, Scale, Series, Step,
};

/// Letters of a text from a file.
const MOST_LETTERS: usize = 200;

/// Channels that are described one by one: 200 of them with eight statements each leave room in a record of 10,000.
pub const MOST_CHANNELS: usize = 200;

/// Axes beyond X, Y, Z, C and T.
const MOST_OTHER_AXES: usize = 20;

/// Warnings about one file.
const MOST_WARNINGS: usize = 20;

/// What readers allow themselves here. Several files are looked into side by side, no pixel is kept.
const LIMITS: Limits = Limits {
    chunk_bytes: 256 << 20,
    planes: 1 << 20,
    metadata_bytes: 32 << 20,
    images: 10_000,
    cache_bytes: 1 << 20,
};

/// Bytes that have to be decoded at once from which on images are looked at one by one, and not side by side.
const MUCH_AT_ONCE: u64 = 16 << 20;

/// Whoever looks at an image of which much has to be decoded at once.
static ONE_BY_ONE: Mutex<()> = Mutex::new(());

/// What files say.
#[derive(Debug)]
pub struct Imaged {
    /// The images in them, at least one.
    pub images: Vec<ImagedOne>,
    /// What is odd about them, in sentences.
    pub warnings: Vec<String>,
}

/// An image in files.
#[derive(Debug)]
pub struct ImagedOne {
    /// Which of several it is.
    pub series: Option<Series>,
    /// The files that it needs, the one by which it is opened first.
    pub files: Vec<RelPath>,
    /// What the files say of the image.
    pub pixels: Pixels,
    /// How large a pixel is.
    pub scale: Scale,
    /// Its channels, where the file says more of them than how many there are.
    pub channels: Vec<Channel>,
    /// Where in a plate it was taken: `plate`, `well` and `field`, as the columns of a file list are called.
    pub in_plate: Vec<Property>,
}

impl ImagedOne {
    /// Adds where in a plate it was taken to what is said of it, which holds where it says so itself.
    pub fn say_place(&self, said: &mut Vec<Property>) {
        for property in &self.in_plate {
            if said.iter().all(|other| other.name != property.name) {
                said.push(property.clone());
            }
        }
    }

    /// What one of several images in files is called: `x.tif, image 2: overview`. Numbers begin with 1.
    pub fn title(&self, of_files: &str, number: usize) -> String {
        if let [.., well, field] = &self.in_plate[..] {
            return format!("{of_files}, well {}, field {}", well.value, field.value);
        }
        let inside = self.series.as_ref().and_then(|series| series.path.as_ref());
        match self.pixels.name.as_ref().or(inside) {
            Some(name) => format!("{of_files}, image {number}: {name}"),
            None => format!("{of_files}, image {number}"),
        }
    }
}

/// Why no image is read from files.
#[derive(Debug)]
pub enum NoImage {
    /// Their format is none that is read here; they may well be an image.
    OtherFormat,
    /// The same, of a format that a converter could be expected to read; the operator has none.
    WithoutConverter,
    /// The same, and the converter that the operator has did not manage it: why, in a sentence.
    NotConverted(String),
    /// The same, and the converter could not be asked, for a reason that passes: why, in a sentence. The study is to be refused.
    NotNow(String),
    /// They cannot be read as an image.
    Unreadable(ImageError),
}

impl NoImage {
    /// What goes on behind "its format is not read here", where there is more to say.
    pub fn further(&self) -> Option<String> {
        match self {
            NoImage::OtherFormat | NoImage::Unreadable(_) => None,
            NoImage::WithoutConverter => Some(
                "and no converter is configured that could read it (images.converter)".to_owned(),
            ),
            NoImage::NotConverted(why) => Some(format!("and it was not converted: {why}")),
            NoImage::NotNow(why) => Some(format!(
                "and it could not be converted now: {why}; mend that and import the study again"
            )),
        }
    }
}

/// Reads what is in a file, in the OME-Zarr that it is in, or in several files that are one image; a file of another format by
/// way of the converter.
///
/// # Errors
/// [`NoImage`].
pub fn read(
    files: Arc<dyn Files>,
    paths: Vec<RelPath>,
    counted: &[CountedAxis],
    means: Means<'_>,
) -> Result<Imaged, NoImage> {
    let only = match &paths[..] {
        [only] => Some(only.clone()),
        _ => None,
    };
    match (read_here(Arc::clone(&files), paths, counted), only) {
        (Err(NoImage::OtherFormat), Some(path)) => converted::read(files.as_ref(), &path, means),
        (read, _) => read,
    }
}

/// The same without a converter.
///
/// # Errors
/// [`NoImage`].
pub fn read_here(
    files: Arc<dyn Files>,
    paths: Vec<RelPath>,
    counted: &[CountedAxis],
) -> Result<Imaged, NoImage> {
    let reader = ByFormat { limits: LIMITS };
    let of_image = ImageFiles {
        files,
        paths,
        number: 0,
        inside: None,
        counted: counted.iter().map(counted_axis).collect(),
    };
    let (mut images, mut told) = (Vec::new(), Vec::new());
    let mut known = HashSet::new();
    let contents = reader.contents(&of_image, &mut |held| {
        // a list of images may name one twice
        if known.insert(held.inside.map_or(held.number.to_string(), str::to_owned)) {
            told.extend(
                held.description
                    .warnings
                    .iter()
                    .take(MOST_WARNINGS)
                    .cloned(),
            );
            let (hash, warning) = looks(held.source);
            told.extend(warning);
            told.truncate(MOST_WARNINGS * MOST_WARNINGS);
            images.push(one(&held, hash));
        }
    });
    let mut warnings = contents.map_err(|error| match reader.knows(&of_image) {
        Ok(false) => NoImage::OtherFormat,
        Ok(true) | Err(_) => NoImage::Unreadable(error),
    })?;
    warnings.extend(told);
    // the only image of a file is that file, unless it is somewhere in an OME-Zarr
    if let [only] = &mut images[..]
        && let Some(Series { path, .. }) = &only.series
        && path.as_deref().unwrap_or_default().is_empty()
    {
        only.series = None;
    }
    Ok(Imaged {
        images,
        warnings: tidy(warnings),
    })
}

/// The axis of a pattern as readers have it.
pub fn counted_axis(axis: &CountedAxis) -> Counted {
    Counted {
        kind: match axis.axis.as_str() {
            "t" => AxisKind::T,
            "c" => AxisKind::C,
            "z" => AxisKind::Z,
            other => AxisKind::Other(other.to_owned()),
        },
        names: axis.places.clone(),
    }
}

/// Each warning once, and not too many.
fn tidy(warnings: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut tidied: Vec<String> = warnings
        .iter()
        .map(|warning| text_of_length(warning, 3 * MOST_LETTERS))
        .filter(|warning| !warning.is_empty() && seen.insert(warning.clone()))
        .collect();
    tidied.truncate(MOST_WARNINGS);
    tidied
}

/// What an image looks like, or why nobody can see it.
fn looks(source: &dyn PixelSource) -> (Option<String>, Option<String>) {
    let _alone = alone(source);
    match perceptual_hash(source, &Bounds::default()) {
        Ok(hash) => (hash.map(|hash| hash.to_string()), None),
        Err(error) => {
            let warning = format!(
                "there will be no picture of it, because its pixels cannot be read: {error}"
            );
            (None, Some(warning))
        }
    }
}

/// Waits for others where much memory is needed.
fn alone(source: &dyn PixelSource) -> Option<MutexGuard<'static, ()>> {
    let (level, description) = (source.levels()[0], source.description());
    let channels = if description.is_colour { 3 } else { 1 };
    let samples = level.chunk_width.saturating_mul(level.chunk_height);
    let bytes = samples.saturating_mul(channels * description.pixel_type.bytes() as u64);
    (bytes > MUCH_AT_ONCE).then(|| ONE_BY_ONE.lock().unwrap_or_else(PoisonError::into_inner))
}

fn one(held: &Held<'_>, perceptual_hash: Option<String>) -> ImagedOne {
    let description = held.description;
    let step = |kind: AxisKind, of: fn(f64, &str) -> Option<Step>| {
        let axis = description.axes.iter().find(|axis| axis.kind == kind)?;
        let Length { value, unit } = axis.step.as_ref()?;
        of(*value, unit.as_deref()?)
    };
    ImagedOne {
        series: Some(Series {
            number: held.number as u64,
            path: held.inside.map(str::to_owned),
        }),
        files: held.files.to_vec(),
        pixels: Pixels {
            perceptual_hash,
            regions: held.regions.map(|regions| Regions {
                file: regions.file.clone(),
                place: regions.place,
            }),
            ..pixels(description)
        },
        scale: Scale {
            x: step(AxisKind::X, Step::of_length),
            y: step(AxisKind::Y, Step::of_length),
            z: step(AxisKind::Z, Step::of_length),
            t: step(AxisKind::T, Step::of_time),
        },
        channels: channels(description),
        in_plate: held.field.map_or(Vec::new(), in_plate),
    }
}

fn in_plate(field: &FieldOfPlate) -> Vec<Property> {
    let property = |name: &str, value: String| Property {
        name: name.to_owned(),
        value,
    };
    let plate = field.plate.as_deref().and_then(text);
    let well = text(&field.well).unwrap_or_default();
    let plate = plate.map(|plate| property("plate", plate));
    let place = [
        property("well", well),
        property("field", field.field.to_string()),
    ];
    plate.into_iter().chain(place).collect()
}

fn pixels(description: &Description) -> Pixels {
    let size = |kind: &AxisKind| {
        let axis = description.axes.iter().find(|axis| axis.kind == *kind);
        axis.map_or(1, |axis| axis.size)
    };
    let other = description.axes.iter().filter_map(|axis| match &axis.kind {
        AxisKind::Other(name) => Some(NamedAxis {
            name: text(name)?,
            size: axis.size,
        }),
        _ => None,
    });
    let bits = description.pixel_type.bytes() * 8;
    let significant = description.significant_bits;
    Pixels {
        size_x: size(&AxisKind::X),
        size_y: size(&AxisKind::Y),
        pixel_type: Some(description.pixel_type.to_string()),
        significant_bits: (significant > 0 && usize::from(significant) < bits)
            .then_some(significant),
        size_z: Some(size(&AxisKind::Z)),
        size_c: Some(size(&AxisKind::C)),
        is_colour: description.is_colour,
        size_t: Some(size(&AxisKind::T)),
        other_axes: other.take(MOST_OTHER_AXES).collect(),
        format: Some(description.format.to_owned()),
        name: description.name.as_deref().and_then(text),
        instrument: description.instrument.as_ref().and_then(instrument),
        objective: description.objective.as_ref().and_then(objective),
        acquired: description.acquired.as_deref().and_then(text),
        perceptual_hash: None,
        converter: None,
        regions: None,
    }
}

/// The channels of an image, unless nothing is said of them, or they are red, green and blue of one picture.
fn channels(description: &Description) -> Vec<Channel> {
    let said: Vec<Channel> = match description.is_colour {
        true => Vec::new(),
        false => {
            let channels = description.channels.iter().take(MOST_CHANNELS);
            channels.map(channel).collect()
        }
    };
    match said.iter().all(Channel::is_empty) {
        true => Vec::new(),
        false => said,
    }
}

fn channel(channel: &image::Channel) -> Channel {
    let said = |said: &Option<String>| said.as_deref().and_then(text);
    Channel {
        name: said(&channel.name),
        targets: Vec::new(),
        fluorophore: said(&channel.fluorophore),
        colour: channel
            .colour
            .map(|[red, green, blue]| format!("{red:02X}{green:02X}{blue:02X}")),
        excitation: channel.excitation_nm.and_then(Number::of),
        emission: channel.emission_nm.and_then(Number::of),
        contrast: said(&channel.contrast),
    }
}

/// Maker and model, the maker once.
fn instrument(instrument: &Instrument) -> Option<String> {
    let part = |part: &Option<String>| part.as_deref().and_then(text);
    match (part(&instrument.manufacturer), part(&instrument.model)) {
        (Some(maker), Some(model)) if model.starts_with(&maker) => Some(model),
        (Some(maker), Some(model)) => Some(format!("{maker} {model}")),
        (maker, model) => maker.or(model),
    }
}

/// `Plan-Apochromat, 63×, NA 1.4, Oil`.
fn objective(objective: &Objective) -> Option<String> {
    let number = |number: Option<f64>| number.and_then(Number::of);
    let parts = [
        objective.model.as_deref().and_then(text),
        number(objective.magnification).map(|magnification| format!("{magnification}\u{d7}")),
        number(objective.numerical_aperture).map(|aperture| format!("NA {aperture}")),
        objective.immersion.as_deref().and_then(text),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// A text from a file: on one line, and not too long; none where nothing is left.
fn text(said: &str) -> Option<String> {
    let said = text_of_length(said, MOST_LETTERS);
    (!said.is_empty()).then_some(said)
}

fn text_of_length(said: &str, most: usize) -> String {
    // twice as much is looked at as is kept: the rest is white space, or too long
    let said: String = said
        .chars()
        .take(2 * most)
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    let words: Vec<&str> = said.split_whitespace().collect();
    let words = words.join(" ");
    match words.char_indices().nth(most) {
        Some((end, _)) => format!("{}\u{2026}", words[..end].trim_end()),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_LETTERS, objective, text};
    use crate::image::Objective;

    #[test]
    fn a_text_from_a_file_is_short_and_on_one_line() {
        assert_eq!(
            text(" DAPI\t\u{0}405 \n nm ").as_deref(),
            Some("DAPI 405 nm")
        );
        assert_eq!(text(" \u{7} "), None);
        let long = text(&"x".repeat(1 << 20)).unwrap_or_default();
        assert_eq!(long.chars().count(), MOST_LETTERS + 1);
    }

    #[test]
    fn an_objective_is_said_in_one_line() {
        let plan = Objective {
            model: Some("Plan-Apochromat".to_owned()),
            magnification: Some(63.0),
            numerical_aperture: Some(1.4),
            immersion: Some("Oil".to_owned()),
        };
        assert_eq!(
            objective(&plan).as_deref(),
            Some("Plan-Apochromat, 63\u{d7}, NA 1.4, Oil")
        );
        assert_eq!(objective(&Objective::default()), None);
    }
}
