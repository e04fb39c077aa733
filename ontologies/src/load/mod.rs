//! Ontology files, in the formats in which ontologies are released. The format is told from the content, never from the name:
//! `.owl` files are RDF/XML or functional syntax as it pleases their makers.

mod ancestor_table;
mod name;
mod obo;
mod obo_graphs;
mod rdf;
mod sniff;

use crate::term::Ontology;
use sniff::Format;

/// Why a file gave no terms.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Nothing but white space.
    #[error("the file is empty")]
    Empty,
    /// The bytes are not text.
    #[error("the file is not UTF-8 text (byte {0}); if it is compressed, decompress it first")]
    NotText(usize),
    /// The content looks like no format that is known.
    #[error(
        "the file is in none of the formats read here: OBO, OBO Graphs JSON, OWL as RDF/XML, Turtle"
    )]
    UnknownFormat,
    /// A format that is known and not read.
    #[error(
        "the file is in {0}, which is not read here; convert it to OBO, RDF/XML or Turtle first, for instance with \"robot convert\""
    )]
    NotRead(&'static str),
    /// The format's own rules are broken.
    #[error("the file looks like {format} and breaks its rules: {problem}")]
    Syntax {
        /// Name of the format.
        format: &'static str,
        /// What the parser says, with the place where it can.
        problem: String,
    },
    /// Well-formed, and without a single class.
    #[error("the file is well-formed {0} and defines no class: it is not an ontology of terms")]
    NoClasses(&'static str),
}

/// Reads an ontology from the bytes of its file.
///
/// Taken are, for each named class: label, exact synonyms, definition, named superclasses, `part_of some` restrictions
/// (BFO_0000050), whether it is deprecated, and what replaces it (IAO_0100001). Everything else is left.
///
/// # Errors
/// [`LoadError`] says what the file is and what to do. Nothing is returned of a file that is broken half-way.
pub fn load(bytes: &[u8]) -> Result<Ontology, LoadError> {
    let text =
        std::str::from_utf8(bytes).map_err(|error| LoadError::NotText(error.valid_up_to()))?;
    let text = text.trim_start_matches('\u{feff}');
    let format = sniff::format(text)?;
    let mut ontology = match format {
        Format::Obo => obo::read(text),
        Format::OboGraphs => obo_graphs::read(text),
        Format::AncestorTable => ancestor_table::read(text),
        Format::RdfXml => rdf::read_xml(text),
        Format::Turtle => rdf::read_turtle(text),
    }?;
    if ontology.terms.is_empty() {
        return Err(LoadError::NoClasses(format.name()));
    }
    ontology.source.name = name::of(&ontology);
    for term in &mut ontology.terms {
        term.ontology.clone_from(&ontology.source.name);
    }
    Ok(ontology)
}
