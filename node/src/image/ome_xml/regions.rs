//! Regions of interest (`ROI`), which lie beside the images that refer to them, or in them before the schema of 2009-09.
//!
//! The document is gone through twice: an image may come before or after the regions that it refers to.

use std::collections::HashMap;
use std::rc::Rc;

use super::reader::{Attributes, OmeXmlError, Reading, walk};

/// References of images to regions.
const MOST_REFERENCES: usize = 200_000;
/// Regions, and shapes in all of them, those of no image among them.
pub(super) const MOST_REGIONS: usize = 400_000;
/// Characters of the name of a region that are kept: each of its shapes has it.
const MOST_CHARACTERS: usize = 200;

/// A shape of a region of interest, as it is written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OmeShape {
    /// The name of its element in small letters: `rectangle`, `ellipse`; `rect` in the first schemas.
    pub kind: String,
    /// The attributes of its element and of the `Shape` that it is in, by their names in small letters: those of 2008 begin with
    /// small ones.
    pub attributes: Attributes,
    /// The text that is written beside it, where that is in an element.
    pub text: Option<String>,
    /// What its region is called: its first 200 characters.
    pub region: Option<String>,
}

/// Who is told of a shape, with the places of the images that it is of; may end the reading.
pub type TellShape<'a> = dyn FnMut(&[u64], &OmeShape) -> Result<(), OmeXmlError> + 'a;

/// Tells of each shape of all regions, with the places of the images that it is of (from 0, those without pixels counted). Regions
/// to which no image refers are those of the only image.
///
/// # Errors
/// [`OmeXmlError`]; `tell` may end it.
pub fn regions(text: &str, tell: &mut TellShape<'_>) -> Result<(), OmeXmlError> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let mut links = Links::default();
    walk(text, &mut links)?;
    let mut shapes = Shapes {
        by_region: links
            .by_region
            .into_iter()
            .map(|(id, images)| (id, images.into()))
            .collect(),
        images: links.images,
        nobodys: Rc::default(),
        begun: 0,
        regions: 0,
        forms: 0,
        is_in_image: false,
        annotations: 0,
        region: None,
        outer: None,
        shape: None,
        tell,
    };
    walk(text, &mut shapes)
}

/// Which images refer to which regions.
#[derive(Default)]
struct Links {
    images: u64,
    /// Folders and experiments refer to regions as well.
    is_in_image: bool,
    annotations: usize,
    references: usize,
    by_region: HashMap<String, Vec<u64>>,
}

impl Reading for Links {
    fn wants(&self, name: &str) -> bool {
        matches!(name, "Image" | "ROIRef" | "StructuredAnnotations")
    }

    fn open(&mut self, name: &str, attributes: &Attributes) -> Result<(), OmeXmlError> {
        match name {
            "StructuredAnnotations" => self.annotations += 1,
            "Image" if self.annotations == 0 => {
                self.images += 1;
                self.is_in_image = true;
            }
            _ => {}
        }
        let is_reference = name == "ROIRef" && self.is_in_image && self.annotations == 0;
        let (true, Some(id)) = (is_reference, attributes.get("ID")) else {
            return Ok(());
        };
        let image = self.images - 1;
        self.references += 1;
        if self.references > MOST_REFERENCES {
            return Err(OmeXmlError::TooMuch("references to regions of interest"));
        }
        let images = self.by_region.entry(id.clone()).or_default();
        if images.last() != Some(&image) {
            images.push(image);
        }
        Ok(())
    }

    fn close(&mut self, name: &str, _: &str) -> Result<(), OmeXmlError> {
        match name {
            "StructuredAnnotations" => self.annotations = self.annotations.saturating_sub(1),
            "Image" if self.annotations == 0 => self.is_in_image = false,
            _ => {}
        }
        Ok(())
    }
}

/// A region that has not ended.
struct Region {
    images: Rc<[u64]>,
    name: Option<String>,
}

struct Shapes<'a, 't> {
    /// How many images there are in the whole document.
    images: u64,
    /// Many regions may have the same identifier: they share the list of its images.
    by_region: HashMap<String, Rc<[u64]>>,
    /// The images of a region that is of none.
    nobodys: Rc<[u64]>,
    begun: u64,
    regions: usize,
    forms: usize,
    is_in_image: bool,
    annotations: usize,
    region: Option<Region>,
    /// The attributes of a `Shape` that its form is inside of, and the text in it (schemas before 2016).
    outer: Option<(Attributes, Option<String>)>,
    shape: Option<OmeShape>,
    tell: &'a mut TellShape<'t>,
}

/// What is inside of regions and is no form.
const NO_FORMS: [&str; 12] = [
    "Union",
    "Description",
    "AnnotationRef",
    "MicrobeamManipulationRef",
    "ChannelRef",
    "Channels",
    "BinData",
    "MaskPixels",
    "External",
    "Namespace",
    "Display",
    "StructuredAnnotations",
];

impl Shapes<'_, '_> {
    /// The images whose region it is.
    fn images_of(&self, id: Option<&String>) -> Rc<[u64]> {
        if self.is_in_image {
            return Rc::new([self.begun.saturating_sub(1)]);
        }
        match id.and_then(|id| self.by_region.get(id)) {
            Some(images) => Rc::clone(images),
            None if self.images <= 1 && self.by_region.is_empty() => Rc::new([0]),
            None => Rc::clone(&self.nobodys),
        }
    }

    fn begin_region(&mut self, attributes: &Attributes) -> Result<(), OmeXmlError> {
        self.regions += 1;
        if self.regions > MOST_REGIONS {
            return Err(OmeXmlError::TooMuch("regions of interest"));
        }
        let name = attributes.get("Name");
        self.region = Some(Region {
            images: self.images_of(attributes.get("ID")),
            name: name.map(|name| name.chars().take(MOST_CHARACTERS).collect()),
        });
        Ok(())
    }

    fn begin_form(&mut self, name: &str, attributes: &Attributes) -> Result<(), OmeXmlError> {
        self.forms += 1;
        if self.forms > MOST_REGIONS {
            return Err(OmeXmlError::TooMuch("shapes in regions of interest"));
        }
        let Some(region) = self.region.as_ref().filter(|one| !one.images.is_empty()) else {
            return Ok(());
        };
        // taken, not copied: a `Shape` has one form
        let outer = self.outer.as_mut();
        let (mut all, text) = outer.map(std::mem::take).unwrap_or_default();
        all.extend(small(attributes));
        self.shape = Some(OmeShape {
            kind: name.to_ascii_lowercase(),
            attributes: all,
            text,
            region: region.name.clone(),
        });
        Ok(())
    }

    fn end_form(&mut self) -> Result<(), OmeXmlError> {
        let (Some(shape), Some(region)) = (self.shape.take(), &self.region) else {
            return Ok(());
        };
        // before 2016 what is said of the shape may come behind its form: it is told when the shape ends
        if self.outer.is_some() {
            self.shape = Some(shape);
            return Ok(());
        }
        (self.tell)(&region.images, &shape)
    }
}

impl Reading for Shapes<'_, '_> {
    fn wants(&self, name: &str) -> bool {
        matches!(name, "Image" | "ROI" | "StructuredAnnotations") || self.region.is_some()
    }

    fn open(&mut self, name: &str, attributes: &Attributes) -> Result<(), OmeXmlError> {
        if name == "StructuredAnnotations" {
            self.annotations += 1;
        }
        if self.annotations > 0 {
            return Ok(());
        }
        match name {
            "Image" => {
                self.begun += 1;
                self.is_in_image = true;
            }
            "ROI" => self.begin_region(attributes)?,
            "Shape" => self.outer = Some((small(attributes).collect(), None)),
            "Transform" | "ShapeDisplayOptions" => {
                // where it is an element, its attributes say what an attribute of the shape said before
                if let Some(shape) = &mut self.shape {
                    shape.attributes.extend(small(attributes));
                } else if let Some((outer, _)) = &mut self.outer {
                    outer.extend(small(attributes));
                }
            }
            // the text of a form is in an element of the same name as a form of its own
            "Value" | "Text" if self.shape.is_some() => {}
            _ if NO_FORMS.contains(&name) || self.shape.is_some() => {}
            _ => self.begin_form(name, attributes)?,
        }
        Ok(())
    }

    fn close(&mut self, name: &str, said: &str) -> Result<(), OmeXmlError> {
        if name == "StructuredAnnotations" {
            self.annotations = self.annotations.saturating_sub(1);
        }
        if self.annotations > 0 {
            return Ok(());
        }
        match name {
            "Image" => self.is_in_image = false,
            "ROI" => {
                self.region = None;
                self.shape = None;
                self.outer = None;
            }
            "Shape" => {
                self.outer = None;
                return self.end_form();
            }
            "Value" => {
                if let Some(shape) = &mut self.shape {
                    shape.text = Some(said.to_owned());
                }
            }
            _ => {
                let is_form = |shape: &OmeShape| shape.kind.eq_ignore_ascii_case(name);
                if self.shape.as_ref().is_some_and(is_form) {
                    return self.end_form();
                }
            }
        }
        Ok(())
    }
}

fn small(attributes: &Attributes) -> impl Iterator<Item = (String, String)> {
    attributes
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
}
