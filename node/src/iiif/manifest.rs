//! Manifests of the Presentation API 3.0: an image with its planes, or a study with its images.

use serde_json::{Value, json};

use super::{Identifier, Limits, Refusal, Rendering, Size};
use crate::iiif::rendering::AskedDepth;
use crate::image::render::size_of;
use crate::image::{Area, AxisKind, Description};

/// Most canvases in a manifest: viewers draw a thumbnail of each.
pub const MOST_CANVASES: usize = 1_000;

/// A manifest.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Its address.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Whose it is, in a sentence.
    pub source: String,
    /// The licence, an IRI.
    pub rights: Option<String>,
    /// The address of the page about it.
    pub page: String,
    /// The address of its record in RDF.
    pub record: String,
    /// What it shows, in order.
    pub canvases: Vec<Canvas>,
    /// The one that is shown first.
    pub start: usize,
    /// What is left out, in a sentence.
    pub remark: Option<String>,
}

/// One picture in a manifest.
#[derive(Debug, Clone, PartialEq)]
pub struct Canvas {
    /// Its label.
    pub label: String,
    /// The language of the label; `none` where nobody knows.
    pub language: &'static str,
    /// Columns of the image.
    pub width: u64,
    /// Rows of the image.
    pub height: u64,
    /// The identifier that shows it.
    pub identifier: Identifier,
}

impl Canvas {
    /// A canvas for each time point and focal plane of an image, the planes of a time point together, and which of them the
    /// default view shows. Where that would be more than [`MOST_CANVASES`], only the planes of the first time point, or only
    /// the middle plane of each time point, or the one that is shown.
    pub fn of_image(
        resource: &str,
        description: &Description,
        size: [u64; 2],
    ) -> (Vec<Self>, usize) {
        let planes = size_of(description, &AxisKind::Z);
        let times = size_of(description, &AxisKind::T);
        let most = MOST_CANVASES as u64;
        let middle = planes / 2;
        let (shown_planes, shown_times) = if planes.saturating_mul(times) <= most {
            (0..planes, 0..times)
        } else if planes > 1 && planes <= most {
            (0..planes, 0..1)
        } else if times <= most {
            (middle..middle + 1, 0..times)
        } else {
            (middle..middle + 1, 0..1)
        };
        let start = (middle - shown_planes.start) as usize;
        let place = |what: &str, index: u64, size: u64| {
            (size > 1).then(|| format!("{what} {} of {size}", index + 1))
        };
        let canvases = shown_times.flat_map(|time| {
            let planes_of_time = shown_planes.clone();
            planes_of_time.map(move |plane| {
                let words = [place("plane", plane, planes), place("time", time, times)];
                let label = words.into_iter().flatten().collect::<Vec<_>>().join(", ");
                Self {
                    label: if label.is_empty() {
                        "Image".to_owned()
                    } else {
                        label
                    },
                    language: "en",
                    width: size[0],
                    height: size[1],
                    identifier: Identifier {
                        resource: resource.to_owned(),
                        rendering: Rendering {
                            // an index of at most a thousand fits
                            depth: (planes > 1).then_some(AskedDepth::Plane(plane as u32)),
                            time: (times > 1).then_some(time as u32),
                            ..Rendering::default()
                        },
                    },
                }
            })
        });
        (canvases.collect(), start)
    }

    fn to_json(
        &self,
        manifest: &str,
        number: usize,
        services: &str,
        limits: &Limits,
    ) -> Result<Value, Refusal> {
        // no fragment: parts of a canvas are named by one
        let id = format!("{manifest}/canvas/{number}");
        let service = format!("{services}{}", self.identifier.segment());
        let body = self.body(&service, limits, "max")?;
        let mut thumbnail = self.body(&service, limits, "^!256,256")?;
        let fits = self.width <= 256 && self.height <= 256;
        if fits {
            thumbnail = body.clone();
        }
        Ok(json!({
            "id": id,
            "type": "Canvas",
            "label": { self.language: [self.label] },
            "width": self.width,
            "height": self.height,
            "thumbnail": [thumbnail],
            "items": [{
                "id": format!("{id}/page"),
                "type": "AnnotationPage",
                "items": [{
                    "id": format!("{id}/image"),
                    "type": "Annotation",
                    "motivation": "painting",
                    "body": body,
                    "target": id,
                }],
            }],
        }))
    }

    /// The picture in a size that IIIF has a word for.
    fn body(&self, service: &str, limits: &Limits, size: &str) -> Result<Value, Refusal> {
        let whole = Area {
            x: 0,
            y: 0,
            width: self.width,
            height: self.height,
        };
        let [width, height] = Size::parse(size)?.of(&whole, limits)?;
        let written = if size == "max" {
            size.to_owned()
        } else {
            format!("{width},{height}")
        };
        Ok(json!({
            "id": format!("{service}/full/{written}/0/default.jpg"),
            "type": "Image",
            "format": "image/jpeg",
            "width": width,
            "height": height,
            "service": [{ "id": service, "type": "ImageService3", "profile": "level2" }],
        }))
    }
}

impl Manifest {
    /// The document. `services` is the address that all identifiers follow: `https://x.org/iiif/3/`.
    ///
    /// # Errors
    /// Where a canvas has no pixels.
    pub fn to_json(&self, services: &str, limits: &Limits) -> Result<Value, Refusal> {
        let canvases = self.canvases.iter().enumerate();
        let items = canvases
            .map(|(number, canvas)| canvas.to_json(&self.id, number, services, limits))
            .collect::<Result<Vec<_>, _>>()?;
        let mut document = json!({
            "@context": "http://iiif.io/api/presentation/3/context.json",
            "id": self.id,
            "type": "Manifest",
            "label": { "none": [self.label] },
            "requiredStatement": { "label": { "en": ["Source"] }, "value": { "none": [self.source] } },
            "homepage": [{
                "id": self.page,
                "type": "Text",
                "format": "text/html",
                "label": { "none": [self.label] },
            }],
            "seeAlso": [{
                "id": self.record,
                "type": "Dataset",
                "format": "application/ld+json",
                "label": { "en": ["The signed record"] },
            }],
            "items": items,
        });
        if let Some(rights) = &self.rights {
            document["rights"] = json!(rights);
        }
        if let Some(remark) = &self.remark {
            document["summary"] = json!({ "en": [remark] });
        }
        if let Some(first) = document["items"].get(self.start) {
            let (id, thumbnail) = (first["id"].clone(), first["thumbnail"].clone());
            document["thumbnail"] = thumbnail;
            if self.start > 0 {
                document["start"] = json!({ "id": id, "type": "Canvas" });
            }
        }
        Ok(document)
    }
}
