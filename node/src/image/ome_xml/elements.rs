//! What each element of OME-XML says.

use std::collections::HashMap;

use super::model::{OmeImage, OmeXml, PlaneBlock};
use super::parts::{block, channel, objective, pixels, set, text};
use super::reader::{Attributes, OmeXmlError, Reading};
use super::units;
use crate::image::{Instrument, Limits, Objective};

/// Channels of one image; spectral ones have some hundred.
const MOST_CHANNELS: usize = 4096;
/// Instruments and objectives.
const MOST_INSTRUMENTS: usize = 10_000;

/// Where the walk through a document is.
pub(super) struct Elements {
    document: OmeXml,
    limits: Limits,
    /// Whether the walk is below an element that may repeat the names of others (annotations).
    annotations: usize,
    instrument: Option<(String, Instrument)>,
    instruments: HashMap<String, Instrument>,
    objective: Option<(String, Objective)>,
    objectives: HashMap<String, Objective>,
    image: Option<OpenImage>,
    files: HashMap<(String, String), u32>,
    blocks: u64,
    /// How many images began, those without pixels among them.
    begun: u64,
    /// Regions of interest that stand beside the images.
    regions: u64,
    /// Instrument and objective that each image names: they may come later in the document.
    references: Vec<[Option<String>; 2]>,
}

/// An image whose element has not ended.
#[derive(Default)]
struct OpenImage {
    image: OmeImage,
    /// The first `Pixels` counts; schemas before 2009 allowed several.
    pixels: usize,
    instrument: Option<String>,
    objective: Option<String>,
    block: Option<(PlaneBlock, String)>,
}

impl Elements {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            document: OmeXml::default(),
            limits: *limits,
            annotations: 0,
            instrument: None,
            instruments: HashMap::new(),
            objective: None,
            objectives: HashMap::new(),
            image: None,
            files: HashMap::new(),
            blocks: 0,
            begun: 0,
            regions: 0,
            references: Vec::new(),
        }
    }

    /// Whether an element says anything that is taken.
    fn wants(name: &str) -> bool {
        matches!(
            name,
            "OME"
                | "BinaryOnly"
                | "StructuredAnnotations"
                | "Instrument"
                | "Microscope"
                | "Objective"
                | "Immersion"
                | "LensNA"
                | "NominalMagnification"
                | "Image"
                | "AcquisitionDate"
                | "AcquiredDate"
                | "CreationDate"
                | "InstrumentRef"
                | "ObjectiveRef"
                | "ObjectiveSettings"
                | "Pixels"
                | "Channel"
                | "LogicalChannel"
                | "TiffData"
                | "UUID"
                | "ROI"
                | "ROIRef"
        )
    }

    /// An element begins.
    fn begin(&mut self, name: &str, attributes: &Attributes) -> Result<(), OmeXmlError> {
        if name == "StructuredAnnotations" {
            self.annotations += 1;
        }
        if self.annotations > 0 {
            return Ok(());
        }
        match (name, self.image.is_some()) {
            ("OME", _) => self.document.uuid = attributes.get("UUID").cloned(),
            ("BinaryOnly", _) => {
                self.document.metadata_file = attributes.get("MetadataFile").cloned();
            }
            ("Instrument", _) => {
                let id = attributes.get("ID").cloned().unwrap_or_default();
                self.instrument = Some((id, Instrument::default()));
            }
            ("Microscope", _) => {
                if let Some((_, instrument)) = &mut self.instrument {
                    instrument.manufacturer = text(attributes, "Manufacturer");
                    instrument.model = text(attributes, "Model");
                }
            }
            ("Objective", false) => self.objective = Some(objective(attributes)),
            ("Image", _) => {
                if self.document.images.len() >= self.limits.images {
                    return Err(OmeXmlError::TooMuch("images"));
                }
                let mut open = OpenImage::default();
                open.image.name = text(attributes, "Name");
                open.image.place = self.begun;
                self.begun += 1;
                self.image = Some(open);
            }
            ("ROI", false) => self.regions += 1,
            _ => {
                if let Some(open) = &mut self.image {
                    open.part(name, attributes)?;
                    if name == "TiffData" {
                        self.blocks += 1;
                    }
                }
            }
        }
        match self.blocks > self.limits.planes {
            true => Err(OmeXmlError::TooMuch("planes")),
            false => Ok(()),
        }
    }

    /// An element ends; `said` is the text in it.
    fn end(&mut self, name: &str, said: &str) {
        if name == "StructuredAnnotations" {
            self.annotations = self.annotations.saturating_sub(1);
        }
        if self.annotations > 0 {
            return;
        }
        match name {
            "Instrument" => {
                if let Some((id, instrument)) = self.instrument.take()
                    && self.instruments.len() < MOST_INSTRUMENTS
                {
                    self.instruments.insert(id, instrument);
                }
            }
            "Objective" => {
                if let Some((id, objective)) = self.objective.take()
                    && self.objectives.len() < MOST_INSTRUMENTS
                {
                    self.objectives.insert(id, objective);
                }
            }
            // schemas before 2009 wrote elements where later ones have attributes
            "Immersion" | "LensNA" | "NominalMagnification" => {
                if let Some((_, objective)) = &mut self.objective {
                    set(objective, name, said);
                }
            }
            "UUID" => self.note_file(said),
            "TiffData" => self.end_block(),
            "Image" => self.end_image(),
            "AcquisitionDate" | "AcquiredDate" | "CreationDate" => {
                if let Some(open) = &mut self.image {
                    open.image.acquired = units::moment(said);
                }
            }
            _ => {}
        }
    }

    /// The file of the planes that are being read gets its identifier.
    fn note_file(&mut self, uuid: &str) {
        let Some((block, name)) = self.image.as_mut().and_then(|open| open.block.as_mut()) else {
            return;
        };
        let key = (std::mem::take(name), uuid.to_owned());
        let next = self.document.files.len() as u32;
        let index = *self.files.entry(key.clone()).or_insert(next);
        if index == next {
            self.document.files.push(key);
        }
        block.file = Some(index);
    }

    fn end_block(&mut self) {
        if let Some(open) = &mut self.image
            && let Some((block, _)) = open.block.take()
        {
            open.image.planes.push(block);
        }
    }

    fn end_image(&mut self) {
        let Some(open) = self.image.take() else {
            return;
        };
        // an image without pixels says nothing that could be shown
        if open.pixels > 0 {
            self.references.push([open.instrument, open.objective]);
            self.document.images.push(open.image);
        }
    }

    /// The document, with its references resolved.
    pub(super) fn finish(mut self) -> OmeXml {
        for (image, [instrument, objective]) in
            self.document.images.iter_mut().zip(&self.references)
        {
            image.instrument = instrument
                .as_ref()
                .and_then(|id| self.instruments.get(id).cloned())
                .filter(|instrument| *instrument != Instrument::default());
            image.objective = objective
                .as_ref()
                .and_then(|id| self.objectives.get(id).cloned())
                .filter(|objective| *objective != Objective::default());
        }
        // a document of one image need not say whose its regions are
        if let [only] = &mut self.document.images[..]
            && self.begun == 1
            && only.regions == 0
        {
            only.regions = self.regions;
        }
        self.document
    }
}

impl Reading for Elements {
    fn wants(&self, name: &str) -> bool {
        Elements::wants(name)
    }

    fn open(&mut self, name: &str, attributes: &Attributes) -> Result<(), OmeXmlError> {
        self.begin(name, attributes)
    }

    fn close(&mut self, name: &str, said: &str) -> Result<(), OmeXmlError> {
        self.end(name, said);
        Ok(())
    }
}

impl OpenImage {
    /// An element inside an image.
    fn part(&mut self, name: &str, attributes: &Attributes) -> Result<(), OmeXmlError> {
        match name {
            "InstrumentRef" => self.instrument = attributes.get("ID").cloned(),
            "ObjectiveRef" | "ObjectiveSettings" => self.objective = attributes.get("ID").cloned(),
            "Pixels" => {
                self.pixels += 1;
                if self.pixels == 1 {
                    pixels(&mut self.image, attributes)?;
                }
            }
            "Channel" | "LogicalChannel" if self.pixels <= 1 => {
                if self.image.channels.len() >= MOST_CHANNELS {
                    return Err(OmeXmlError::TooMuch("channels"));
                }
                self.image.channels.push(channel(attributes));
            }
            "TiffData" if self.pixels == 1 => {
                self.block = Some((block(attributes), String::new()));
            }
            "UUID" => {
                if let Some((_, name)) = &mut self.block {
                    *name = attributes.get("FileName").cloned().unwrap_or_default();
                }
            }
            "ROI" | "ROIRef" => self.image.regions += 1,
            _ => {}
        }
        Ok(())
    }
}
