//! What the image viewer in the browser is told by its page (docs/design/0007-viewer.md).

use crate::Site;
use crate::view::{ImageView, StudyView};

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
    /// What annotations and citations name: the IRI of the image.
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
    /// The address of the script; none in a program that was built without npm, which shows what the server made.
    pub script: Option<String>,
}

impl Viewer {
    /// The viewer of an image whose node answers below `base` (with its last `/`); `citation` is that of its study.
    pub fn of(
        site: &Site,
        base: &str,
        image: &ImageView,
        study: Option<&StudyView>,
        citation: Option<&str>,
    ) -> Viewer {
        let id = &image.id;
        let licence = study
            .and_then(|study| study.licence.as_deref())
            .map(|iri| licence(iri).name.text);
        let [zarr, iiif, manifest] = addresses(base, id.as_str());
        Viewer {
            zarr,
            iiif,
            manifest,
            annotations: None,
            iri: image.iri.clone(),
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
            script: crate::viewer().map(|script| format!("{}{}", site.base_path, script.path)),
        }
    }

    /// Shows the image under another name, such as that of a version.
    pub fn name(&mut self, base: &str, name: &str) {
        [self.zarr, self.iiif, self.manifest] = addresses(base, name);
    }
}

fn addresses(base: &str, name: &str) -> [String; 3] {
    [
        format!("{base}zarr/{name}/"),
        format!("{base}iiif/3/{name}"),
        format!("{base}iiif/presentation/3/{name}/manifest"),
    ]
}
