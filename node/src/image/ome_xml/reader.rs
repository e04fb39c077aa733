//! Reads OME-XML in one pass: bounded in bytes by whoever calls, in depth and numbers here.

use std::collections::HashMap;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

use super::elements::Elements;
use super::model::OmeXml;
use crate::image::Limits;

/// OME-XML is some ten elements deep; annotations hold what anybody likes.
const MOST_DEPTH: usize = 256;
/// Texts that matter (a name, a date, a number) are short; those of annotations are not kept.
const MOST_TEXT: usize = 10_000;
/// Attributes of one element, which are compared with each other; the schemas have some thirty at most.
const MOST_ATTRIBUTES: usize = 256;
/// Bytes of an attribute that are kept, as long as a path may be: what is said once may be copied to many images.
const MOST_VALUE: usize = 4096;
/// The attribute that holds all points of a polygon, which is kept whole and never copied.
const POINTS: &str = "points";

/// Why OME-XML cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OmeXmlError {
    /// It has a document type, which could make it grow without end or have it fetch other files.
    #[error("its OME-XML declares a document type (DTD), which is not allowed")]
    DocumentType,
    /// It is not well-formed.
    #[error("its OME-XML is damaged: {0}")]
    Damaged(String),
    /// It asks for too much.
    #[error("its OME-XML has more {0} than are read")]
    TooMuch(&'static str),
    /// It is other XML.
    #[error("its XML is not OME-XML")]
    Other,
}

/// What an element carries in its start tag.
pub type Attributes = HashMap<String, String>;

/// Whoever is told of the elements of a document, by their names without namespaces.
pub(super) trait Reading {
    /// Whether an element says anything that is taken.
    fn wants(&self, name: &str) -> bool;

    /// An element begins.
    fn open(&mut self, name: &str, attributes: &Attributes) -> Result<(), OmeXmlError>;

    /// An element ends; `said` is the text in it.
    fn close(&mut self, name: &str, said: &str) -> Result<(), OmeXmlError>;
}

/// Reads a document.
///
/// # Errors
/// [`OmeXmlError`] where it is no OME-XML that can be trusted.
pub fn read(text: &str, limits: &Limits) -> Result<OmeXml, OmeXmlError> {
    let mut elements = Elements::new(limits);
    walk(text, &mut elements)?;
    Ok(elements.finish())
}

/// Goes through a document once.
pub(super) fn walk(text: &str, elements: &mut dyn Reading) -> Result<(), OmeXmlError> {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut depth = 0;
    let mut said = String::new();
    loop {
        match reader.read_event().map_err(damaged)? {
            Event::DocType(_) => return Err(OmeXmlError::DocumentType),
            Event::Start(start) => {
                let name = start.local_name();
                let name = name.as_ref();
                if depth == 0 && name != "OME" {
                    return Err(OmeXmlError::Other);
                }
                depth += 1;
                if depth > MOST_DEPTH {
                    return Err(OmeXmlError::TooMuch("elements inside each other"));
                }
                said.clear();
                if elements.wants(name) {
                    elements.open(name, &attributes(&start)?)?;
                }
            }
            Event::End(end) => {
                depth = depth
                    .checked_sub(1)
                    .ok_or_else(|| OmeXmlError::Damaged("it ends too often".to_owned()))?;
                let name = end.local_name();
                if elements.wants(name.as_ref()) {
                    elements.close(name.as_ref(), said.trim())?;
                }
                said.clear();
            }
            Event::Text(text) => keep(&mut said, &text.xml10_content()),
            Event::CData(text) => keep(&mut said, &text.xml10_content()),
            Event::GeneralRef(reference) => {
                let resolved = reference.resolve_char_ref().map_err(damaged)?;
                let known = quick_xml::escape::resolve_xml_entity(&reference.xml10_content());
                match (resolved, known) {
                    (Some(character), _) => said.push(character),
                    (None, Some(known)) => keep(&mut said, known),
                    (None, None) => {
                        return Err(OmeXmlError::Damaged(format!(
                            "nobody says what &{}; is",
                            reference.xml10_content()
                        )));
                    }
                }
            }
            Event::Eof if depth == 0 => return Ok(()),
            Event::Eof => return Err(OmeXmlError::Damaged("it breaks off".to_owned())),
            // the reader makes a start and an end of an empty element
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Empty(_) => {}
        }
    }
}

fn keep(said: &mut String, text: &str) {
    if said.len() + text.len() <= MOST_TEXT {
        said.push_str(text);
    }
}

fn damaged(error: impl std::fmt::Display) -> OmeXmlError {
    OmeXmlError::Damaged(error.to_string())
}

fn attributes(start: &BytesStart<'_>) -> Result<Attributes, OmeXmlError> {
    let mut attributes = Attributes::new();
    for (index, attribute) in start.attributes().enumerate() {
        if index == MOST_ATTRIBUTES {
            return Err(OmeXmlError::TooMuch("attributes in one element"));
        }
        let attribute = attribute.map_err(damaged)?;
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(damaged)?;
        let name = attribute.key.local_name();
        let name = name.as_ref();
        let mut value = value.into_owned();
        if !name.eq_ignore_ascii_case(POINTS) {
            value.truncate(value.floor_char_boundary(MOST_VALUE));
        }
        attributes.insert(name.to_owned(), value);
    }
    Ok(attributes)
}
