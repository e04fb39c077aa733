//! What the image viewer in the browser is told by its page (docs/design/0007-viewer.md).

use serde_json::{Map, Value, json};

use crate::Site;
use crate::view::{ChannelView, ImageView, StudyView};

use super::licence;

/// The attributes of the place of the viewer, as the template `viewer.html` writes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The address of the OME-Zarr.
    pub zarr: String,
    /// The address of the IIIF service.
    pub iiif: String,
    /// The address of the IIIF manifest.
    pub manifest: String,
    /// The address of the annotations that mark something in it; none where it has none.
    pub annotations: Option<String>,
    /// The address of the page that shows this version, which links to a view lead to.
    pub page: String,
    /// What annotations and citations name: the IRI of the image in this version.
    pub iri: String,
    /// The title.
    pub title: String,
    /// How the study is cited, and which image of it this is.
    pub citation: String,
    /// The licence, in short.
    pub licence: Option<String>,
    /// The names of label images in the OME-Zarr, percent-encoded, by spaces; none where the viewer has to look.
    pub labels: Option<String>,
    /// What these are called, percent-encoded, by spaces, in the same order; none where their names are all that is known.
    pub label_titles: Option<String>,
    /// The format of the OME-Zarr's metadata, 2 or 3; none where the viewer has to look.
    pub format: Option<u8>,
    /// What the record says of channels and steps, as JSON; none where it says nothing.
    pub stated: Option<String>,
    /// How the image is shown where no link says how; none where the viewer has to find out.
    pub opening: Option<Opening>,
    /// The address of the script; none in a program that was built without npm, which shows what the server made.
    pub script: Option<String>,
}

/// How an image is shown at first, so that the viewer shows what the server's pictures show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The query of an address of that view (docs/design/0007-viewer.md).
    pub view: String,
    /// The colour of every channel, by spaces: `00ff00 ff00ff`.
    pub colours: String,
}

impl Viewer {
    /// The viewer of an image in a version of it, whose node answers below `base` (with its last `/`); `citation` is that of its
    /// study. All that it tells others names the version: what they see later is what was meant.
    pub fn of(
        site: &Site,
        base: &str,
        (image, version): (&ImageView, u64),
        study: Option<&StudyView>,
        citation: Option<&str>,
    ) -> Viewer {
        let id = format!("{}.{version}", image.id);
        let licence = study
            .and_then(|study| study.licence.as_deref())
            .map(|iri| licence(iri).name.text);
        Viewer {
            zarr: format!("{base}zarr/{id}/"),
            iiif: format!("{base}iiif/3/{id}"),
            manifest: format!("{base}iiif/presentation/3/{id}/manifest"),
            annotations: None,
            page: format!("{base}id/{id}"),
            iri: format!("{}.{version}", image.iri),
            title: image.title().to_owned(),
            citation: match citation {
                Some(study) => format!("{} Image {id}: {}", study.trim(), image.title()),
                None => format!("{} ({id})", image.title()),
            },
            licence,
            // where none is known, the viewer need not ask for them
            labels: image.annotated_with.is_empty().then(String::new),
            label_titles: None,
            format: None,
            stated: stated(image),
            opening: None,
            script: crate::viewer().map(|script| format!("{}{}", site.base_path, script.path)),
        }
    }
}

/// Names and colours of the channels, in order, and the steps in micrometres and seconds: they hold, whatever the OME-Zarr says.
fn stated(image: &ImageView) -> Option<String> {
    let channels: Vec<Value> = image.channels.iter().map(channel).collect();
    let steps: Map<String, Value> = [
        ("x", &image.physical_size_x),
        ("y", &image.physical_size_y),
        ("z", &image.physical_size_z),
        ("t", &image.time_increment),
    ]
    .into_iter()
    .filter_map(|(axis, step)| Some((axis.to_owned(), json!(number(step.size.as_deref()?)?))))
    .collect();
    let is_any = !steps.is_empty() || channels.iter().any(|channel| *channel != json!({}));
    let mut stated = json!({"channels": channels, "steps": steps});
    // an OME-Zarr that does not have these axes counts their places as channels, with names of their own
    if !image.axes.is_empty() {
        stated["axes"] = json!(image.axes.len());
    }
    is_any.then(|| stated.to_string())
}

fn channel(channel: &ChannelView) -> Value {
    let mut said = Map::new();
    // a channel that nobody gave a name is known by what is seen in it
    let named = [&channel.name, &channel.fluorophore].into_iter().flatten();
    if let Some(name) = named.chain(channel.targets.first()).next() {
        said.insert("name".to_owned(), json!(name));
    }
    if let Some(colour) = &channel.colour {
        said.insert("colour".to_owned(), json!(colour));
    }
    Value::Object(said)
}

fn number(text: &str) -> Option<f64> {
    let number: f64 = text.parse().ok()?;
    (number.is_finite() && number > 0.0).then_some(number)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use protocol::identifier::{Accession, Namespace};
    use protocol::record::{Object, Record, SALT_PREDICATE, Statement};

    use super::*;
    use crate::view::read_image;

    fn image() -> ImageView {
        let namespace = Namespace::parse("https://example.org/id/").unwrap();
        let salt = Object::text("AAAAAAAAAAAAAAAAAAAAAA");
        let salt = Statement::parse("https://example.org/id/DND-S1-I1", SALT_PREDICATE, salt);
        let id = Accession::parse("DND-S1-I1").unwrap();
        let record = Record::from_statements(&id, &namespace, vec![salt.unwrap()]);
        read_image(&record.unwrap()).unwrap()
    }

    #[test]
    fn channels_are_stated_with_how_many_further_axes_there_are() {
        let mut image = image();
        assert_eq!(stated(&image), None);
        image.channels.push(ChannelView {
            name: Some("GFP".to_owned()),
            ..ChannelView::default()
        });
        let said =
            |image: &ImageView| -> Value { serde_json::from_str(&stated(image).unwrap()).unwrap() };
        let channels = json!([{"name": "GFP"}]);
        assert_eq!(said(&image), json!({"channels": channels, "steps": {}}));
        image.axes.push(("angle".to_owned(), 2));
        assert_eq!(
            said(&image),
            json!({"channels": channels, "steps": {}, "axes": 1})
        );
    }
}
