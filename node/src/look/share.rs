//! The view for others, as the viewer in the browser offers it (`look/forms.js` there): a link, a citation, a picture by IIIF, an
//! annotation, and how the image opens in other programs.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::channels::written_out;
use super::scale::{micrometres, step};
use super::{Plain, Region, Spot};
use crate::iiif::{AskedDepth, Identifier, Rendering};
use crate::image::render::{Depth, View, others, size_of};
use crate::image::{AxisKind, Description};

/// What stands in a component of an address as it is (`encodeURIComponent` of ECMA-262).
const IN_COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// Where the image is to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place<'a> {
    /// The public address of the node, ending in `/`.
    pub base: &'a str,
    /// The image's accession with its version: what is linked to and cited shall not change.
    pub resource: &'a str,
    /// What annotations name: the IRI of the image.
    pub iri: &'a str,
    /// How it is cited.
    pub citation: &'a str,
    /// The licence, in short.
    pub licence: Option<&'a str>,
    /// Whether there is an OME-Zarr of it.
    pub has_zarr: bool,
}

/// The view for others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// What it is, and the text to copy.
    pub texts: Vec<(&'static str, String)>,
    /// Other programs.
    pub elsewhere: Vec<Elsewhere>,
}

/// Another program that opens the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// Its name.
    pub name: &'static str,
    /// A command or an address to copy, or the address of a page that shows the image.
    pub text: String,
    /// Whether `text` is the address of such a page.
    pub is_page: bool,
    /// What one has to know to use it.
    pub note: &'static str,
}

/// A view, as far as others are told of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Seen {
    /// Everything said, so that it shows the same when defaults change.
    spot: Spot,
    /// First column, first row, columns, rows: of what is marked, else of what is seen.
    part: [u64; 4],
    is_all: bool,
    /// Planes and time, in words.
    words: Vec<String>,
    /// The format of Zarr, where the image is an OME-Zarr.
    format: Option<u8>,
    /// Dimensions, position and layer in the state of neuroglancer.
    dimensions: Option<Map<String, Value>>,
    position: Vec<Value>,
    has_channels: bool,
    name: String,
}

impl Seen {
    pub(super) fn of(spot: &Spot, description: &Description, view: &View, region: &Region) -> Seen {
        let [x, y] = region.middle();
        let (first, _) = view.depth.range();
        let (dimensions, position) = match dimensions(description) {
            Some(known) => {
                let place = |name: &String| match name.as_str() {
                    "x" => json!(x),
                    "y" => json!(y),
                    _ => json!(first),
                };
                let position = known.keys().map(place).collect();
                (Some(known), position)
            }
            None => (None, Vec::new()),
        };
        Seen {
            spot: said(spot, description, view, region),
            part: spot.marked.map_or_else(
                || [region.x, region.y, region.width, region.height],
                whole_pixels,
            ),
            is_all: region.is_all && spot.marked.is_none(),
            words: words(description, view),
            format: format(description.format),
            dimensions,
            position,
            has_channels: size_of(description, &AxisKind::C) > 1,
            name: description
                .name
                .clone()
                .unwrap_or_else(|| "image".to_owned()),
        }
    }
}

/// The spot with everything said that is seen.
fn said(spot: &Spot, description: &Description, view: &View, region: &Region) -> Spot {
    let several = |kind| size_of(description, kind) > 1;
    let planes = size_of(description, &AxisKind::Z);
    let number = |place: u64| u32::try_from(place).ok();
    spot.with(|spot| {
        if !region.is_all {
            let [x, y] = region.middle();
            (spot.x, spot.y, spot.zoom) = (Some(x), Some(y), Some(region.zoom));
            spot.columns = Some(region.width as f64);
            spot.rows = Some(region.height as f64);
        }
        let depth = match view.depth {
            Depth::Plane(plane) => number(plane).map(AskedDepth::Plane),
            Depth::Maximum { first, last } if (first, last + 1) == (0, planes) => {
                Some(AskedDepth::All)
            }
            Depth::Maximum { first, last } => number(first)
                .zip(number(last))
                .map(|(first, last)| AskedDepth::Maximum(first, last)),
        };
        let axes = others(description).into_iter().zip(&view.others);
        let further = axes.filter(|((_, size), _)| *size > 1);
        let channels = view.channels.iter().filter(|_| !spot.is_dark);
        spot.rendering = Rendering {
            depth: depth.filter(|_| several(&AxisKind::Z)),
            time: number(view.time).filter(|_| several(&AxisKind::T)),
            others: further
                .filter_map(|((name, _), place)| Some((name.to_owned(), number(*place)?)))
                .collect(),
            channels: channels.filter_map(written_out).collect(),
            ..Rendering::default()
        };
    })
}

/// A rectangle in whole pixels, never empty.
fn whole_pixels([x, y, width, height]: [f64; 4]) -> [u64; 4] {
    let along = |from: f64, length: f64| {
        let first = from.floor().max(0.0);
        let end = (from + length).ceil().max(first + 1.0);
        (first as u64, (end - first) as u64)
    };
    let ((x, width), (y, height)) = (along(x, width), along(y, height));
    [x, y, width, height]
}

fn words(description: &Description, view: &View) -> Vec<String> {
    let mut words = Vec::new();
    if size_of(description, &AxisKind::Z) > 1 {
        let planes = size_of(description, &AxisKind::Z);
        words.push(super::plain::plane_in_words(view.depth, planes));
    }
    if size_of(description, &AxisKind::T) > 1 {
        words.push(format!("time point {}", view.time + 1));
    }
    words
}

/// The format of Zarr that a format of images is stored in.
fn format(name: &str) -> Option<u8> {
    match name.strip_prefix("OME-Zarr ") {
        Some("0.5") => Some(3),
        Some(_) => Some(2),
        None => None,
    }
}

/// x, y and z with the size of a step in metres; none where one of them is not known.
fn dimensions(description: &Description) -> Option<Map<String, Value>> {
    let named = [("x", AxisKind::X), ("y", AxisKind::Y), ("z", AxisKind::Z)];
    let mut dimensions = Map::new();
    for (name, kind) in named {
        if description.axes.iter().any(|axis| axis.kind == kind) {
            let size = micrometres(step(description, &kind)?)?;
            dimensions.insert(name.to_owned(), json!([size * 1e-6, "m"]));
        }
    }
    Some(dimensions)
}

impl Plain {
    /// Writes the view for others; `place` says where the image is.
    #[must_use]
    pub fn share(mut self, place: &Place<'_>) -> Plain {
        self.share = Some(Share {
            texts: self.seen.texts(place),
            elsewhere: self.seen.elsewhere(place),
        });
        self
    }
}

impl Seen {
    fn link(&self, place: &Place<'_>) -> String {
        let page = format!("{}id/{}", place.base, place.resource);
        match self.spot.query() {
            query if query.is_empty() => page,
            query => format!("{page}?{query}"),
        }
    }

    fn texts(&self, place: &Place<'_>) -> Vec<(&'static str, String)> {
        let link = self.link(place);
        let [x, y, width, height] = self.part;
        let identifier = Identifier {
            resource: place.resource.to_owned(),
            rendering: self.spot.rendering.clone(),
        };
        let picture = format!(
            "{}iiif/3/{}/{x},{y},{width},{height}/max/0/default.jpg",
            place.base,
            identifier.segment()
        );
        let annotation = json!({
            "@context": "http://www.w3.org/ns/anno.jsonld",
            "type": "Annotation",
            "motivation": "highlighting",
            "target": {
                "type": "SpecificResource",
                "source": place.iri,
                "selector": {
                    "type": "FragmentSelector",
                    "conformsTo": "http://www.w3.org/TR/media-frags/",
                    "value": format!("xywh=pixel:{x},{y},{width},{height}"),
                },
                "scope": link,
            },
        });
        let mut texts = vec![
            ("Link to this view", link.clone()),
            ("Cite this view", self.citation(place, &link)),
        ];
        if !self.spot.is_dark {
            texts.push(("As a picture (IIIF)", picture));
        }
        texts.push(("As a W3C annotation", format!("{annotation:#}")));
        texts
    }

    fn citation(&self, place: &Place<'_>, link: &str) -> String {
        let [x, y, width, height] = self.part;
        let mut what = self.words.clone();
        what.push(match self.is_all {
            true => "whole image".to_owned(),
            false => format!("x {x} to {}, y {y} to {} (pixels)", x + width, y + height),
        });
        let head = place.citation.trim();
        let head = head.strip_suffix('.').unwrap_or(head);
        let licensed = place.licence;
        let licensed = licensed.map_or_else(String::new, |name| format!(" Licence: {name}."));
        format!("{head}. View: {}.{licensed} {link}", what.join(", "))
    }

    fn elsewhere(&self, place: &Place<'_>) -> Vec<Elsewhere> {
        let mut ways = Vec::new();
        if let Some(format) = self.format.filter(|_| place.has_zarr) {
            let address = format!("{}zarr/{}", place.base, place.resource);
            ways.extend(self.of_zarr(&address, format));
        }
        ways.push(Elsewhere {
            name: "Mirador and other viewers of IIIF",
            text: format!(
                "{}iiif/presentation/3/{}/manifest",
                place.base, place.resource
            ),
            is_page: false,
            note: "Add this address of the manifest there.",
        });
        ways
    }

    fn of_zarr(&self, address: &str, format: u8) -> [Elsewhere; 5] {
        let command = |name, text, note| Elsewhere {
            name,
            text,
            is_page: false,
            note,
        };
        let page = |name, text| Elsewhere {
            name,
            text,
            is_page: true,
            note: "Opens at another site, which then asks this server for the image.",
        };
        let encoded = utf8_percent_encode(address, IN_COMPONENT);
        [
            command(
                "napari",
                format!("napari --plugin napari-ome-zarr \"{address}\""),
                match format {
                    3 => {
                        "Install once: pip install \"napari[all]\" \"ome-zarr>=0.12\" napari-ome-zarr"
                    }
                    _ => "Install once: pip install \"napari[all]\" napari-ome-zarr",
                },
            ),
            command(
                "Fiji",
                address.to_owned(),
                match format {
                    3 => {
                        "In Fiji: File \u{203a} Import \u{203a} HDF5/N5/Zarr/OME-NGFF\u{2026}, paste this address. This image is OME-Zarr 0.5, for which Fiji has to be of 2026 or newer (Help \u{203a} Update\u{2026})."
                    }
                    _ => {
                        "In Fiji: File \u{203a} Import \u{203a} HDF5/N5/Zarr/OME-NGFF\u{2026}, paste this address."
                    }
                },
            ),
            page("neuroglancer", self.neuroglancer(address, format)),
            page(
                "vizarr",
                format!("https://hms-dbmi.github.io/vizarr/?source={encoded}"),
            ),
            command(
                "Python",
                format!("import zarr; image = zarr.open_group(\"{address}\", mode=\"r\")"),
                "Install once: pip install \"zarr>=3\" aiohttp requests fsspec",
            ),
        ]
    }

    /// Its state is JSON behind `#!`.
    fn neuroglancer(&self, address: &str, format: u8) -> String {
        let mut layer = json!({
            "type": "image",
            "source": format!("{address}/|zarr{format}:"),
            "name": self.name,
        });
        if self.has_channels {
            let shown = self.spot.rendering.channels.first();
            layer["localPosition"] = json!([shown.map_or(0, |channel| channel.index)]);
        }
        let mut state = json!({"layers": [layer], "layout": "xy"});
        if let Some(dimensions) = &self.dimensions {
            state["dimensions"] = json!(dimensions);
            state["position"] = json!(self.position);
        }
        let state = state.to_string();
        let encoded = utf8_percent_encode(&state, IN_COMPONENT);
        format!("https://neuroglancer-demo.appspot.com/#!{encoded}")
    }
}
