//! The answer to a search, as `/api/v1/search` gives it.

use std::io::{self, Write};

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::record::Pixels;
use super::request::Format;

/// A term with its label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LabelledTerm {
    /// Its CURIE, or its IRI where no vocabulary is known for it.
    pub id: String,
    /// What the ontologies call it, else what the record calls it, else its id.
    pub label: String,
}

/// A study or image that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// Accession.
    pub id: String,
    /// IRI.
    pub iri: String,
    /// `study` or `image`.
    pub kind: String,
    /// Title.
    pub title: String,
    /// HTML: a part of the description (of the title where there is none) with matched words in `<mark>`, all else escaped.
    pub snippet: String,
    /// The member's id.
    pub member: String,
    /// `schema:datePublished`, the source's date, as exactly as it is stated; where there is none the day of `dct:issued`.
    pub published: Option<String>,
    /// Organisms.
    pub organism: Vec<LabelledTerm>,
    /// Imaging methods.
    pub method: Vec<LabelledTerm>,
    /// `schema:thumbnailUrl`.
    pub thumbnail: Option<String>,
    /// The accession of the study that an image belongs to; none for a study.
    pub study: Option<String>,
    /// What is said of an image's pixels; none where nothing is.
    pub pixels: Option<Pixels>,
    /// How well it matches, for comparison within one answer; none where the order is another or there were no words.
    pub score: Option<f32>,
}

/// A value of a facet with the number of hits that have it or something narrower.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FacetValue {
    /// What to filter by: a CURIE, a member's id, an ORCID or name, an IRI of a licence …
    pub id: String,
    /// For display.
    pub label: String,
    /// Number of hits.
    pub count: u64,
}

/// The answer to a search.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchAnswer {
    /// Number of all hits.
    pub total: u64,
    /// How long the search took, in milliseconds.
    pub took_ms: u64,
    /// The page, from 1; none where a cursor was given.
    pub page: Option<u64>,
    /// The most hits in an answer.
    pub size: usize,
    /// With what to go on, where a cursor was given and there may be more.
    pub cursor: Option<String>,
    /// The hits of this page.
    pub hits: Vec<Hit>,
    /// Counts over all hits, by facet in the order in which facets were asked for; at most 100 values each.
    #[serde(serialize_with = "as_object")]
    pub facets: Vec<(&'static str, Vec<FacetValue>)>,
    /// Of facets with more than 100 values, how many are left out.
    #[serde(serialize_with = "as_object", skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<(&'static str, usize)>,
    /// The state of the federation, filled in by whoever serves the answer.
    pub state: Option<String>,
    /// In which form the answer is wanted.
    #[serde(skip)]
    pub(super) format: Format,
}

fn as_object<S: Serializer, V: Serialize>(
    pairs: &[(&'static str, V)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut object = serializer.serialize_map(Some(pairs.len()))?;
    for (name, value) in pairs {
        object.serialize_entry(name, value)?;
    }
    object.end()
}

/// The header of the CSV form.
const COLUMNS: [&str; 21] = [
    "id",
    "iri",
    "kind",
    "title",
    "member",
    "published",
    "organism",
    "method",
    "thumbnail",
    "score",
    "snippet",
    "study",
    "size_x",
    "size_y",
    "size_z",
    "channels",
    "time_points",
    "pixel_size",
    "pixel_type",
    "image_format",
    "annotated",
];

impl SearchAnswer {
    /// Writes the answer in the form that was asked for.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        match self.format {
            Format::Json => serde_json::to_writer(out, self).map_err(io::Error::from),
            Format::JsonLines => self.write_lines(out),
            Format::Csv => self.write_csv(out),
        }
    }

    fn write_lines(&self, out: &mut impl Write) -> io::Result<()> {
        for hit in &self.hits {
            serde_json::to_writer(&mut *out, hit)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Terms as `CURIE label`, several with a semicolon between them. A cell that a spreadsheet would run has a ' before it.
    fn write_csv(&self, out: &mut impl Write) -> io::Result<()> {
        let mut table = csv::Writer::from_writer(out);
        table.write_record(COLUMNS)?;
        for hit in &self.hits {
            let terms = |terms: &[LabelledTerm]| {
                let named: Vec<String> = terms
                    .iter()
                    .map(|term| format!("{} {}", term.id, term.label))
                    .collect();
                named.join("; ")
            };
            let first = [
                hit.id.clone(),
                hit.iri.clone(),
                hit.kind.clone(),
                hit.title.clone(),
                hit.member.clone(),
                hit.published.clone().unwrap_or_default(),
                terms(&hit.organism),
                terms(&hit.method),
                hit.thumbnail.clone().unwrap_or_default(),
                hit.score.map(|score| score.to_string()).unwrap_or_default(),
                hit.snippet.clone(),
            ];
            let pixels = cells_of_pixels(hit.pixels.as_ref());
            let study = hit.study.clone().unwrap_or_default();
            let cells = first.into_iter().chain([study]).chain(pixels);
            let cells: Vec<String> = cells.collect();
            table.write_record(cells.iter().map(|cell| harmless(cell)))?;
        }
        table.flush()
    }
}

/// Sizes are numbers; the size of a pixel is in micrometres.
fn cells_of_pixels(pixels: Option<&Pixels>) -> [String; 9] {
    let Some(pixels) = pixels else {
        return Default::default();
    };
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    [
        number(pixels.size_x),
        number(pixels.size_y),
        number(pixels.size_z),
        number(pixels.channels),
        number(pixels.time_points),
        pixels
            .pixel_size
            .map(|size| size.to_string())
            .unwrap_or_default(),
        pixels.pixel_type.clone().unwrap_or_default(),
        pixels.image_format.clone().unwrap_or_default(),
        pixels.annotated.join("; "),
    ]
}

/// Titles come from strangers, and spreadsheets take a cell that begins so for a formula.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}
