//! `info.json`: what there is of an image (Image API 3.0, section 5).

use serde_json::{Value, json};

use super::Limits;
use crate::image::{AxisKind, Description, Level};

/// Columns and rows of a tile.
pub const TILE: u32 = 512;

/// What `info.json` says.
#[derive(Debug, Clone)]
pub struct Info<'a> {
    /// The address of the image service, identifier included and nothing after it.
    pub id: &'a str,
    /// What the image is.
    pub description: &'a Description,
    /// Its full level.
    pub full: Level,
    /// How large answers may be.
    pub limits: &'a Limits,
    /// The licence, an IRI.
    pub rights: Option<&'a str>,
    /// The address of its manifest.
    pub manifest: &'a str,
    /// The address of its record in RDF.
    pub record: &'a str,
}

impl Info<'_> {
    /// The document.
    pub fn to_json(&self) -> Value {
        let factors = self.scale_factors();
        let mut document = json!({
            "@context": "http://iiif.io/api/image/3/context.json",
            "id": self.id,
            "type": "ImageService3",
            "protocol": "http://iiif.io/api/image",
            "profile": "level2",
            "width": self.full.width,
            "height": self.full.height,
            "maxWidth": self.limits.side,
            "maxHeight": self.limits.side,
            "maxArea": self.limits.pixels,
            "sizes": self.sizes(&factors),
            "tiles": [{ "width": TILE, "height": TILE, "scaleFactors": factors }],
            "preferredFormats": ["jpg"],
            "extraFormats": ["webp"],
            "extraQualities": ["color", "gray", "bitonal"],
            "extraFeatures": [
                "canonicalLinkHeader", "mirroring", "profileLinkHeader", "rotationArbitrary", "sizeUpscaling",
            ],
            "partOf": [{ "id": self.manifest, "type": "Manifest" }],
            "seeAlso": [{
                "id": self.record,
                "type": "Dataset",
                "format": "application/ld+json",
                "label": { "en": ["The signed record of this image"] },
            }],
        });
        if let Some(rights) = self.rights {
            document["rights"] = json!(rights);
        }
        if let Some(millimetres) = pixel_size(self.description) {
            // the annex asks for no id and type; readers of version 3 do
            document["service"] = json!([{
                "@context": "http://iiif.io/api/annex/services/physdim/1/context.json",
                "@id": format!("{}#physdim", self.id),
                "@type": "PhysicalDimensions",
                "profile": "http://iiif.io/api/annex/services/physdim",
                "physicalScale": millimetres,
                "physicalUnits": "mm",
            }]);
        }
        document
    }

    /// How much smaller tiles are than the image: until all of it is one tile.
    fn scale_factors(&self) -> Vec<u64> {
        let longest = self.full.width.max(self.full.height);
        let mut factors = vec![1];
        while longest.div_ceil(factors[factors.len() - 1]) > u64::from(TILE) {
            factors.push(factors[factors.len() - 1] * 2);
        }
        factors
    }

    /// The sizes of the whole image that are made fastest, the smallest first.
    fn sizes(&self, factors: &[u64]) -> Vec<Value> {
        let sizes = factors.iter().rev().map(|factor| {
            let sides = [self.full.width, self.full.height];
            sides.map(|side| side.div_ceil(*factor))
        });
        let is_made = |[width, height]: &[u64; 2]| {
            let side = u64::from(self.limits.side);
            *width <= side && *height <= side && width * height <= self.limits.pixels
        };
        sizes
            .filter(is_made)
            .map(|[width, height]| json!({ "width": width, "height": height }))
            .collect()
    }
}

/// The side of a pixel in millimetres, where pixels are known to be square.
fn pixel_size(description: &Description) -> Option<f64> {
    let step = |kind: AxisKind| {
        let axis = description.axes.iter().find(|axis| axis.kind == kind)?;
        let step = axis.step.as_ref()?;
        let factor = match step.unit.as_deref()? {
            "picometer" => 1e-9,
            "angstrom" => 1e-7,
            "nanometer" => 1e-6,
            "micrometer" => 1e-3,
            "millimeter" => 1.0,
            "centimeter" => 10.0,
            "meter" => 1e3,
            "inch" => 25.4,
            _ => return None,
        };
        Some(step.value * factor)
    };
    let (across, down) = (step(AxisKind::X)?, step(AxisKind::Y)?);
    ((across - down).abs() <= across * 1e-3).then_some(across)
}
