//! OME-XML (<https://docs.openmicroscopy.org/ome-model/>), schemas of 2008-02 to 2016-06: what it says of images and where
//! their planes are. Elements are known by their names without namespaces, which changed with each schema while the names
//! hardly did.

mod elements;
mod model;
mod parts;
mod reader;
mod regions;
mod units;

#[cfg(test)]
mod tests;

pub use model::{Measure, OmeChannel, OmeImage, OmeXml, PlaneBlock};
pub use reader::{Attributes, OmeXmlError, read};
pub use regions::{OmeShape, TellShape, regions};

/// Whether a name is one of Bio-Formats' for the pictures of a slide that are not of the specimen.
pub fn is_of_slide(name: Option<&str>) -> bool {
    name.is_some_and(|name| {
        let name = name.trim().to_ascii_lowercase();
        name == "label image" || name == "macro image"
    })
}
