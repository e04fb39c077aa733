//! An image.

use ontologies::schema::{MEDIA_TYPES, dcat, dct, dwciri, omma, prov, schema_org, spdx};
use percent_encoding::percent_decode_str;
use protocol::identifier::{Accession, Kind};
use protocol::record::Record;

use super::facts::{Facts, Node};
use super::sample::fragments;
use super::terms::{Term, terms};
use super::{OtherStatement, Property, ViewError, accession_of};

/// What the record of an image says (docs/METADATA.md, "In the record of an image").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageView {
    /// Its IRI.
    pub iri: String,
    /// Its accession.
    pub id: Accession,
    /// The IRI of its study.
    pub study: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// What it is about and how it was made, as its study says it.
    pub terms: Vec<Term>,
    /// Nodes of its study that it belongs to or was made from, as the study's reading names them (`biosample-1`):
    /// component, biosamples, specimens, protocols. What is no node of its study is an IRI.
    pub made_from: Vec<String>,
    /// Columns, in pixels.
    pub size_x: Option<u64>,
    /// Rows, in pixels.
    pub size_y: Option<u64>,
    /// Focal planes.
    pub size_z: Option<u64>,
    /// Channels; red, green and blue of one picture are three.
    pub size_c: Option<u64>,
    /// Time points.
    pub size_t: Option<u64>,
    /// Further axes, with their lengths.
    pub axes: Vec<(String, u64)>,
    /// How a pixel is stored: `uint16` …
    pub pixel_type: Option<String>,
    /// Bits of a pixel that mean something, where they are fewer.
    pub significant_bits: Option<u64>,
    /// The format of its files, as people call it.
    pub format: Option<String>,
    /// The program that converted its files so that they could be described, where one did.
    pub converter: Option<String>,
    /// Which of several images in its files it is, from 1.
    pub series: Option<u64>,
    /// What it is called in its file.
    pub name_in_file: Option<String>,
    /// What it looks like, in 256 bits.
    pub perceptual_hash: Option<String>,
    /// The width of a pixel.
    pub physical_size_x: Step,
    /// The height of a pixel.
    pub physical_size_y: Step,
    /// From one focal plane to the next.
    pub physical_size_z: Step,
    /// From one time point to the next.
    pub time_increment: Step,
    /// The microscope.
    pub instrument: Option<String>,
    /// The objective.
    pub objective: Option<String>,
    /// When it was taken: a date, or RFC 3339.
    pub taken: Option<String>,
    /// Channels, in order.
    pub channels: Vec<ChannelView>,
    /// The kinds of annotations that are made from it, in the order of the alphabet: `segmentation_mask`.
    pub annotated_with: Vec<String>,
    /// The multi-well plate that it was taken in.
    pub plate: Option<String>,
    /// The well of the plate: `B03`.
    pub well: Option<String>,
    /// The number of the field of view in the well.
    pub field: Option<u64>,
    /// How many files it has.
    pub file_count: Option<u64>,
    /// Its files, as far as the record lists them.
    pub files: Vec<FileView>,
    /// Further names and values.
    pub properties: Vec<Property>,
    /// Statements that have no place above.
    pub others: Vec<OtherStatement>,
}

/// A step along an axis.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Step {
    /// In micrometres, of time in seconds: a decimal number.
    pub size: Option<String>,
    /// As it was stated, with its unit.
    pub stated: Option<String>,
}

/// A channel of an image.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChannelView {
    /// Its name.
    pub name: Option<String>,
    /// The dye or fluorescent protein.
    pub fluorophore: Option<String>,
    /// What is seen in it.
    pub targets: Vec<String>,
    /// The colour in which it is shown: six hexadecimal digits.
    pub colour: Option<String>,
    /// Wavelength of the light that excites, in nanometres: a decimal number.
    pub excitation: Option<String>,
    /// Wavelength of the light that is recorded, in nanometres: a decimal number.
    pub emission: Option<String>,
    /// How its contrast arises.
    pub contrast: Option<String>,
}

/// A file of an image.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileView {
    /// Its path in the study.
    pub path: Option<String>,
    /// Where its bytes are.
    pub address: Option<String>,
    /// Its size in bytes.
    pub bytes: Option<u64>,
    /// Its media type: `image/tiff`.
    pub media_type: Option<String>,
    /// SHA-256 of its bytes, in hex.
    pub sha256: Option<String>,
}

/// Reads the record of an image.
///
/// # Errors
/// The record is about something else, such as a study.
pub fn read_image(record: &Record) -> Result<ImageView, ViewError> {
    let facts = Facts::of(record);
    let home = facts.resource();
    let id = accession_of(home.iri, Kind::Image, "an image")?;
    home.texts(dct::IDENTIFIER);
    let made_from = [
        omma::COMPONENT,
        omma::BIOSAMPLE,
        omma::SPECIMEN,
        prov::WAS_GENERATED_BY,
        omma::PROTOCOL,
    ];
    let predicates = [
        (dwciri::MEASUREMENT_METHOD, "method"),
        (schema_org::MEASUREMENT_TECHNIQUE, "method"),
        (schema_org::ABOUT, "subject"),
    ];
    let study = home.text(schema_org::IS_PART_OF);
    let made_from = made_from
        .iter()
        .flat_map(|predicate| fragments(&home, predicate));
    let mut view = ImageView {
        iri: home.iri.to_owned(),
        id,
        title: home.text(schema_org::NAME),
        terms: terms(&home, &predicates),
        made_from: made_from
            .map(|node| in_study(node, study.as_deref()))
            .collect(),
        study,
        size_x: home.number(omma::SIZE_X),
        size_y: home.number(omma::SIZE_Y),
        size_z: home.number(omma::SIZE_Z),
        size_c: home.number(omma::SIZE_C),
        size_t: home.number(omma::SIZE_T),
        axes: home.nodes(omma::HAS_AXIS).iter().filter_map(axis).collect(),
        pixel_type: home.text(omma::PIXEL_TYPE),
        significant_bits: home.number(omma::SIGNIFICANT_BITS),
        format: home.text(omma::IMAGE_FORMAT),
        converter: home.text(omma::CONVERTER),
        series: home.number(omma::SERIES),
        name_in_file: home.text(omma::NAME_IN_FILE),
        perceptual_hash: home.text(omma::PERCEPTUAL_HASH),
        physical_size_x: step(&home, omma::PHYSICAL_SIZE_X, omma::STATED_PHYSICAL_SIZE_X),
        physical_size_y: step(&home, omma::PHYSICAL_SIZE_Y, omma::STATED_PHYSICAL_SIZE_Y),
        physical_size_z: step(&home, omma::PHYSICAL_SIZE_Z, omma::STATED_PHYSICAL_SIZE_Z),
        time_increment: step(&home, omma::TIME_INCREMENT, omma::STATED_TIME_INCREMENT),
        instrument: home.text(omma::INSTRUMENT),
        objective: home.text(omma::OBJECTIVE),
        taken: home.text(schema_org::DATE_CREATED),
        channels: home.nodes(omma::CHANNEL).iter().map(channel).collect(),
        annotated_with: home.texts(omma::ANNOTATED_WITH),
        plate: home.text(omma::PLATE),
        well: home.text(omma::WELL),
        field: home.number(omma::FIELD),
        file_count: home.number(omma::FILE_COUNT),
        files: home.nodes(dcat::DISTRIBUTION).iter().map(file).collect(),
        properties: home.properties(),
        others: Vec::new(),
    };
    view.others = facts.others();
    Ok(view)
}

impl ImageView {
    /// The title, else the accession.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(self.id.as_str())
    }
}

/// A node of the study as the study's own reading names it; what is none of its nodes keeps its IRI.
fn in_study(node: String, study: Option<&str>) -> String {
    let below = study.and_then(|study| node.strip_prefix(study)?.strip_prefix('#'));
    below.map(str::to_owned).unwrap_or(node)
}

fn channel(node: &Node<'_, '_>) -> ChannelView {
    ChannelView {
        name: node.text(schema_org::NAME),
        fluorophore: node.text(omma::FLUOROPHORE),
        targets: node.texts(omma::TARGET),
        colour: node.text(omma::COLOUR),
        excitation: node.decimal(omma::EXCITATION_WAVELENGTH),
        emission: node.decimal(omma::EMISSION_WAVELENGTH),
        contrast: node.text(omma::CONTRAST_METHOD),
    }
}

fn axis(node: &Node<'_, '_>) -> Option<(String, u64)> {
    Some((node.text(schema_org::NAME)?, node.number(omma::SIZE)?))
}

fn step(node: &Node<'_, '_>, size: &str, stated: &str) -> Step {
    Step {
        size: node.decimal(size),
        stated: node.text(stated),
    }
}

fn file(node: &Node<'_, '_>) -> FileView {
    let sha256 = node.nodes(spdx::CHECKSUM).iter().find_map(|checksum| {
        let algorithm = checksum.text(spdx::ALGORITHM);
        let value = checksum.text(spdx::CHECKSUM_VALUE);
        value.filter(|_| algorithm.as_deref() == Some(spdx::SHA_256))
    });
    FileView {
        path: node.text(omma::PATH),
        address: node.text(dcat::DOWNLOAD_URL),
        bytes: node.number(dcat::BYTE_SIZE),
        media_type: node.text(dcat::MEDIA_TYPE).map(|text| media_type(&text)),
        sha256,
    }
}

/// A media type from the IRI that IANA's registry gives it; what is no such IRI stays as it is.
fn media_type(text: &str) -> String {
    match text.strip_prefix(MEDIA_TYPES) {
        Some(encoded) => percent_decode_str(encoded).decode_utf8_lossy().into_owned(),
        None => text.to_owned(),
    }
}
