//! Marks as W3C annotations (Web Annotation Data Model, 2017).
//!
//! A rectangle and a point are a media fragment (`xywh=pixel:…`, section 4.2.1), every other shape an SVG whose coordinates
//! are pixels (section 4.2.7). The selector also says the plane and the time point, from 0, in words of our own
//! (`omma:plane`, `omma:timePoint`, `omma:channelIndex`); that of a track says the time point of each point of its line. A mark of very many points
//! is told without them, and says so.

use serde_json::{Map, Value, json};

use super::{Mark, Shape};

/// The context of the documents: that of the model, and the prefix of our own words.
pub fn context() -> Value {
    json!([
        "http://www.w3.org/ns/anno.jsonld",
        {"omma": ontologies::schema::omma::NAMESPACE}
    ])
}

/// The media type of the documents (Web Annotation Protocol, section 3.2).
pub const MEDIA_TYPE: &str = "application/ld+json; profile=\"http://www.w3.org/ns/anno.jsonld\"";

/// Most points of a mark that are told. Of each, a document has at most 65 bytes: two numbers of 14 characters and what is
/// round them, and a time point of 20 digits on an indented line of its own.
pub const MOST_POINTS_TOLD: usize = 100_000;

/// How many points the annotation of a mark tells: all, or none where they are too many.
pub fn points_told(mark: &Mark) -> usize {
    Some(mark.points())
        .filter(|points| *points <= MOST_POINTS_TOLD)
        .unwrap_or(0)
}

/// A mark as an annotation of the image `image`, made from the file `file`; all of them are IRIs.
pub fn annotation(id: &str, mark: &Mark, image: &str, file: &str, kind: Option<&str>) -> Value {
    let mut body = Vec::new();
    let mut say = |text: &Option<String>, purpose: &str| {
        if let Some(text) = text {
            body.push(json!({"type": "TextualBody", "value": text, "purpose": purpose}));
        }
    };
    say(&mark.label, "identifying");
    say(&mark.class, "classifying");
    say(&left_out(mark), "describing");
    let mut annotation = json!({
        "id": id,
        "type": "Annotation",
        "motivation": if mark.class.is_some() { "classifying" } else { "highlighting" },
        "via": file,
        "target": {"type": "SpecificResource", "source": image, "selector": selector(mark)},
    });
    if !body.is_empty() {
        annotation["body"] = Value::Array(body);
    }
    if let Some(kind) = kind {
        annotation["omma:annotationType"] = json!(kind);
    }
    if let Some([red, green, blue]) = mark.colour {
        annotation["omma:strokeColour"] = json!(format!("{red:02X}{green:02X}{blue:02X}"));
    }
    annotation
}

/// What is said where the points of a mark are not told.
fn left_out(mark: &Mark) -> Option<String> {
    let points = mark.points();
    (points > MOST_POINTS_TOLD).then(|| {
        format!(
            "its {points} points are not told here, for they are more than {MOST_POINTS_TOLD}; they are in the file"
        )
    })
}

fn selector(mark: &Mark) -> Value {
    let is_told = mark.points() <= MOST_POINTS_TOLD;
    let mut selector = Map::new();
    let mut say = |name: &str, value: Value| selector.insert(name.to_owned(), value);
    match fragment(&mark.shape) {
        Some(fragment) => {
            say("type", json!("FragmentSelector"));
            say("conformsTo", json!("http://www.w3.org/TR/media-frags/"));
            say("value", json!(fragment));
        }
        None if is_told => {
            say("type", json!("SvgSelector"));
            say("value", json!(svg(&mark.shape)));
        }
        // the class of all selectors: readers count it among those that they cannot draw
        None => {
            say("type", json!("oa:Selector"));
        }
    }
    if let Some(z) = mark.z {
        say("omma:plane", json!(z));
    }
    if let Some(c) = mark.c {
        say("omma:channelIndex", json!(c));
    }
    match &mark.shape {
        Shape::Track(points) if is_told => {
            let times: Vec<u64> = points.iter().map(|point| point.t).collect();
            say("omma:timePoint", json!(times));
        }
        _ => {
            if let Some(t) = mark.t {
                say("omma:timePoint", json!(t));
            }
        }
    }
    Value::Object(selector)
}

/// `xywh=pixel:10,20,30,40`; none for what is no rectangle, and for what begins outside of the image, where a fragment cannot.
fn fragment(shape: &Shape) -> Option<String> {
    let (x, y, width, height) = match *shape {
        Shape::Point([x, y]) => (x, y, 1.0, 1.0),
        Shape::Rectangle([x, y, width, height]) => (x, y, width, height),
        _ => return None,
    };
    let is_sound = x >= 0.0 && y >= 0.0 && width > 0.0 && height > 0.0;
    is_sound.then(|| {
        let [x, y, width, height] = [x, y, width, height].map(number);
        format!("xywh=pixel:{x},{y},{width},{height}")
    })
}

fn svg(shape: &Shape) -> String {
    let inner = match shape {
        Shape::Point([x, y]) => format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"0.5\"/>",
            number(*x),
            number(*y)
        ),
        Shape::Rectangle(rectangle) => {
            let [x, y, width, height] = rectangle.map(number);
            format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>")
        }
        Shape::Ellipse([x, y, width, height]) => {
            let [cx, cy] = [x + width / 2.0, y + height / 2.0].map(number);
            let [rx, ry] = [width / 2.0, height / 2.0].map(number);
            format!("<ellipse cx=\"{cx}\" cy=\"{cy}\" rx=\"{rx}\" ry=\"{ry}\"/>")
        }
        Shape::Lines { lines, is_closed } => {
            let lines = lines
                .iter()
                .map(|line| path(line.iter().copied(), *is_closed));
            let path = lines.collect::<Vec<_>>().join(" ");
            match is_closed {
                true => format!("<path fill-rule=\"evenodd\" d=\"{path}\"/>"),
                false => format!("<path fill=\"none\" d=\"{path}\"/>"),
            }
        }
        Shape::Track(points) => {
            let path = path(points.iter().map(|point| [point.x, point.y]), false);
            format!("<path fill=\"none\" d=\"{path}\"/>")
        }
    };
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{inner}</svg>")
}

fn path(points: impl Iterator<Item = [f64; 2]>, is_closed: bool) -> String {
    let mut path = String::new();
    for (index, point) in points.enumerate() {
        let [x, y] = point.map(number);
        path += &match index {
            0 => format!("M{x} {y}"),
            _ => format!("L{x} {y}"),
        };
    }
    if is_closed {
        path.push('Z');
    }
    path
}

/// A thousandth of a pixel is finer than anything is measured.
fn number(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
