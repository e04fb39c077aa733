//! The fields of the index.

use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions,
};

use super::facet::Facet;
use super::words::{KEYS, PLAIN, STEMMED};

/// Raised whenever fields, analysers or what is written into them changes: an index of another version is made anew.
pub(super) const VERSION: u32 = 5;

/// A field of text with the weight that a match there has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weighted {
    pub field: Field,
    pub weight: f32,
}

/// All fields.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    /// Accession: to delete by, and to order by.
    pub id: Field,
    /// What the document is, for filters, as a list: `organism=http://…`, `organism^` and the digest of what is broader,
    /// `kind=study`, `ident=doi:10.1/x`, `title=` and the digest of a study's, `term=http://…`.
    pub is: Field,
    /// Title, stemmed.
    pub title: Field,
    /// Labels and synonyms of its terms, labels as submitted, genes.
    pub terms: Field,
    /// Keywords and authors.
    pub credit: Field,
    /// Description.
    pub description: Field,
    /// All other text. What broader terms are called is not in the index ([`super::broader`]).
    pub other: Field,
    /// The words of the title as they are written, for prefixes.
    pub title_words: Field,
    /// All words as they are written, for prefixes.
    pub words: Field,
    /// The folded title, to order by.
    pub title_key: Field,
    /// The document's place in the order in which documents came in, from 1.
    pub sequence: Field,
    /// Date of publication as a number, 20190501; 0 where there is none.
    pub day: Field,
    /// Year of publication; 0 where there is none.
    pub year: Field,
    /// Channels of an image, as many as its record states.
    pub channels: Field,
    /// Planes of an image.
    pub planes: Field,
    /// Time points of an image.
    pub times: Field,
    /// Widths and heights of an image's pixels, in micrometres.
    pub pixel_size: Field,
    /// What a hit shows, as JSON.
    pub hit: Field,
    /// What is broader than its terms ([`super::bundle`]).
    pub broader: Field,
    /// For each facet the document's values ([`super::bundle`]), in the order of [`Facet::ALL`].
    pub facets: [Field; Facet::ALL.len()],
}

/// The schema and its fields.
pub(super) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let keyword = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic),
    );
    let listed = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(KEYS)
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic),
    );
    let ordered = TextOptions::from(FAST);
    let stemmed = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(STEMMED)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions),
    );
    let plain = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(PLAIN)
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic),
    );
    let fields = Fields {
        id: builder.add_text_field("id", keyword | FAST),
        is: builder.add_text_field("is", listed),
        title: builder.add_text_field("title", stemmed.clone()),
        terms: builder.add_text_field("terms", stemmed.clone()),
        credit: builder.add_text_field("credit", stemmed.clone()),
        description: builder.add_text_field("description", stemmed.clone()),
        other: builder.add_text_field("other", stemmed),
        title_words: builder.add_text_field("title_words", plain.clone()),
        words: builder.add_text_field("words", plain),
        title_key: builder.add_text_field("title_key", ordered.clone()),
        sequence: builder.add_u64_field("sequence", FAST),
        day: builder.add_u64_field("day", FAST),
        year: builder.add_u64_field("year", FAST),
        channels: builder.add_u64_field("channels", FAST),
        planes: builder.add_u64_field("planes", FAST),
        times: builder.add_u64_field("times", FAST),
        pixel_size: builder.add_f64_field("pixel_size", FAST),
        hit: builder.add_text_field("hit", STORED),
        broader: builder.add_text_field("broader", ordered.clone()),
        facets: Facet::ALL.map(|facet| builder.add_text_field(&column(facet), ordered.clone())),
    };
    (builder.build(), fields)
}

/// The name of a facet's column.
pub(super) fn column(facet: Facet) -> String {
    format!("facet_{}", facet.name())
}

impl Fields {
    /// The numbers of a facet; none for a facet that has none.
    pub(super) fn numbers(&self, facet: Facet) -> Option<Field> {
        match facet {
            Facet::Year => Some(self.year),
            Facet::Channels => Some(self.channels),
            Facet::Planes => Some(self.planes),
            Facet::Times => Some(self.times),
            Facet::PixelSize => Some(self.pixel_size),
            _ => None,
        }
    }

    /// Where words are looked for: the title before terms, then keywords and authors, the description, all else.
    pub(super) fn of_text(&self) -> [Weighted; 5] {
        let weighted = |field, weight| Weighted { field, weight };
        [
            weighted(self.title, 8.0),
            weighted(self.terms, 6.0),
            weighted(self.credit, 3.0),
            weighted(self.description, 1.5),
            weighted(self.other, 0.5),
        ]
    }
}
