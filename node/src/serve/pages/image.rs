//! The page of an image.

use ::web::formats::cite;
use ::web::page::{
    Download, FileLine, ImageBody, Linked, Opening, Pair, Title, Viewer, component_of,
    downloads_of_image, form,
};
use ::web::view::{ImageView, StudyView};
use ::web::{Site, words};
use askama::Template;
use protocol::digest::Digest;
use protocol::identifier::Accession;

use super::about::About;
use super::image_marks::{self, Seen};
use super::parts::show;
use crate::database::{Connection, file, image as images, manifest};
use crate::derive::{self, Progress};
use crate::describe::{MOST_FILES_DESCRIBED, in_address};
use crate::look::{Place, Plain};
use crate::relative_path::RelPath;
use crate::serve::contents;
use crate::serve::described::{archive_of, study_of};
use crate::serve::error::ServeError;
use crate::serve::iiif::Looked;
use crate::serve::resolve::Resolved;
use crate::serve::state::State;
use crate::study::{Image, Study};

#[derive(Template)]
#[template(path = "image.html")]
struct ImagePage<'a> {
    site: &'a Site,
    about: About,
    title: Title,
    /// what is seen of it
    look: Option<Look>,
    /// why nothing is
    not_seen: Option<String>,
    study: Linked,
    component: String,
    image: ImageBody,
    files: Vec<FileLine>,
    files_left_out: usize,
    list: String,
    fetch: Option<Fetch>,
}

/// How the image's files are downloaded.
struct Fetch {
    /// `67 files, 3.1 MB`
    amount: String,
    /// `3.1 MB`
    size: String,
    /// Several files as one; none where that is too much for a zip, or this archive makes none.
    zip: Option<String>,
    /// Whether it is too much for a zip.
    is_too_large: bool,
    downloads: Vec<Download>,
}

impl Fetch {
    /// A record that does not list all files of an image does not say how large they are; this archive knows.
    fn say_size(&self, facts: &mut Vec<Pair>) {
        if facts.iter().any(|fact| fact.name == "Size") {
            return;
        }
        let files = facts.iter().position(|fact| fact.name == "Files");
        let place = files.map_or(facts.len(), |files| files + 1);
        facts.insert(place, Pair::new("Size", self.size.as_str()));
    }
}

/// The image as it is seen on the page.
struct Look {
    /// none where its OME-Zarr is not there
    viewer: Option<Viewer>,
    /// what is shown without the viewer
    plain: Option<Plain>,
    /// what a reader should know of it
    sentences: Vec<String>,
}

impl Look {
    /// Tells the viewer where the marks of the annotations are, if there are any that may have some.
    fn with_marks(mut self, body: &ImageBody) -> Look {
        let link = body.annotations_link.as_ref();
        let may_mark = body.annotations.iter().any(|set| set.may_mark);
        let link = link.filter(|_| may_mark);
        if let Some(viewer) = &mut self.viewer {
            viewer.annotations = link.and_then(|link| link.href.clone());
        }
        self
    }
}

/// The page of an image in a version; nothing where the storage no longer describes it.
///
/// # Errors
/// When something cannot be read.
pub(super) fn image(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
    view: &ImageView,
    looked: Option<Looked>,
) -> Result<Option<String>, ServeError> {
    let Some(of_study) = resolved.study(connection)? else {
        return Ok(None);
    };
    let study_id = of_study.id.as_str();
    let Some(content) = contents::content(state, &of_study)? else {
        return Ok(None);
    };
    let version = of_study.version.unsigned_abs();
    let Some(image) = find(connection, resolved, &content.study)? else {
        return Ok(None);
    };
    let Some(study) = study_of(state, &of_study)? else {
        return Ok(None);
    };
    let listed = &image.files[..image.files.len().min(MOST_FILES_DESCRIBED)];
    let files = file_lines(state, connection, listed, study_id, version)?;
    let mut body = ImageBody::of(view, Some(&study), &show);
    let seen = Seen {
        resolved,
        image,
        study: &content.study,
        study_id,
        version,
    };
    image_marks::add(state, connection, &seen, &mut body)?;
    let fetch = fetch(state, connection, &resolved.id, (study_id, version))?;
    if let Some(fetch) = &fetch {
        fetch.say_size(&mut body.facts);
    }
    let (id, of_image) = (resolved.id.as_str(), resolved.version());
    let not_seen = match derive::progress(&state.archive, connection, id, of_image)? {
        Progress::Ready(..) => None,
        Progress::Unreadable(reason) => Some(format!(
            "There is no picture of this image: {reason}. Its files can be downloaded as they are."
        )),
        Progress::Waiting => Some(waiting(looked.is_some()).to_owned()),
        Progress::NotMade => Some(not_made(looked.is_some()).to_owned()),
    };
    let look = looked.and_then(|looked| look_of(state, &seen, view, &study, looked));
    let look = look.map(|look| look.with_marks(&body));
    let page = ImagePage {
        site: &state.site,
        about: About::of(state, resolved)?,
        title: Title::of(view.title()),
        look,
        not_seen,
        study: Linked::to(
            Title::of(study.title()).in_line(),
            state.path(&format!("id/{study_id}")),
        ),
        component: Title::of(component_of(&study, view)).in_line().into_owned(),
        image: body,
        files_left_out: usize::try_from(image.file_count())
            .unwrap_or(usize::MAX)
            .saturating_sub(files.len()),
        files,
        fetch,
        list: state.path(&format!("id/{study_id}.{version}/files.tsv")),
    };
    Ok(Some(page.render()?))
}

/// What is said of an image that will be made ready.
fn waiting(is_seen: bool) -> &'static str {
    match is_seen {
        true => {
            "The viewer of this image is still being made ready; come back in a moment. Until then its picture is made of its files, view by view. These can be downloaded already."
        }
        false => {
            "This image is still being made ready to be looked at; come back in a moment. Its files can be downloaded already."
        }
    }
}

/// What is said of an older version of an image that was not made ready.
fn not_made(is_seen: bool) -> &'static str {
    match is_seen {
        true => {
            "This older version of the image is not kept ready for the viewer; its picture is made of its files, view by view. These can be downloaded as they are."
        }
        false => {
            "No picture is kept of this older version of the image. Its files can be downloaded as they are."
        }
    }
}

/// How the files of an image in a version of its study are downloaded; nothing where this archive has none.
fn fetch(
    state: &State,
    connection: &mut Connection,
    image: &Accession,
    (study_id, version): (&str, u64),
) -> Result<Option<Fetch>, ServeError> {
    let sums = file::sums_of_image(connection, study_id, version, image.as_str())?;
    if sums.files == 0 {
        return Ok(None);
    }
    let size = words::bytes(sums.bytes);
    let stem = format!("{study_id}.{version}");
    let config = state.archive.config();
    let makes_zips = config.zip_files > 0 && sums.files > 1;
    let fits = sums.files <= config.zip_files as u64 && sums.bytes <= config.zip_bytes;
    let place = manifest::find(connection, study_id, version)?;
    let digest = place.and_then(|place| Digest::parse(&place.sha256).ok());
    let home = state.address(&format!("id/{stem}"));
    let downloads = digest.map(|digest| downloads_of_image(&home, &stem, &digest, image));
    Ok(Some(Fetch {
        amount: format!("{}, {size}", words::count(sums.files, "file", "files")),
        size,
        zip: (makes_zips && fits)
            .then(|| state.path(&format!("id/{stem}/files.zip?image={image}"))),
        is_too_large: makes_zips && !fits,
        downloads: downloads.unwrap_or_default(),
    }))
}

/// What is seen of the image, and what the viewer in the browser is told.
fn look_of(
    state: &State,
    seen: &Seen<'_>,
    view: &ImageView,
    study: &StudyView,
    looked: Looked,
) -> Option<Look> {
    let resolved = seen.resolved;
    let Looked::At {
        is_ready,
        plain,
        sentences,
        labels,
    } = looked
    else {
        return None;
    };
    let citation = cite(study, &archive_of(state), &state.site.base_path).text;
    let mut viewer = Viewer::of(
        &state.site,
        &state.site.base_path,
        (view, resolved.version()),
        Some(study),
        Some(&citation),
    );
    if let Some(labels) = labels {
        // ours: the viewer need not ask what is not there, and the names need no encoding
        let titles = (!labels.is_empty()).then(|| image_marks::label_titles(seen, &labels));
        viewer.label_titles = titles;
        viewer.labels = Some(labels.join(" "));
        viewer.format = Some(3);
    }
    viewer.opening = plain.as_ref().map(|plain| Opening {
        view: plain.opening.view.clone(),
        colours: plain.opening.colours.clone(),
    });
    let plain = plain.map(|plain| shared(*plain, state, resolved, &viewer, is_ready));
    Some(Look {
        viewer: is_ready.then_some(viewer),
        plain,
        sentences,
    })
}

/// The view with what others need to find it again: of the version that is seen, so that they find the same.
fn shared(
    plain: Plain,
    state: &State,
    resolved: &Resolved,
    viewer: &Viewer,
    has_zarr: bool,
) -> Plain {
    plain.share(&Place {
        base: &state.archive.config().base,
        resource: &resolved.versioned(),
        iri: &viewer.iri,
        citation: &viewer.citation,
        licence: viewer.licence.as_deref(),
        has_zarr,
    })
}

/// The image in the study: it is known by its first file's path.
fn find<'a>(
    connection: &mut Connection,
    resolved: &Resolved,
    study: &'a Study,
) -> Result<Option<&'a Image>, ServeError> {
    let row = images::find(connection, resolved.id.as_str())?;
    Ok(row.and_then(|row| study.images.iter().find(|image| image.key == row.image_key)))
}

/// Files of a version of a study as they stand in the table of an image's page.
///
/// # Errors
/// When the database cannot be read.
pub(super) fn file_lines(
    state: &State,
    connection: &mut Connection,
    paths: &[RelPath],
    study_id: &str,
    version: u64,
) -> Result<Vec<FileLine>, ServeError> {
    let mut lines = Vec::with_capacity(paths.len());
    for path in paths {
        let row = file::find(connection, study_id, version, path.as_str())?;
        let is_here = row.as_ref().is_some_and(|row| row.content_key.is_some());
        let href = is_here.then(|| address(state, study_id, version, path));
        let text = path.to_string();
        let file = Linked { text, href };
        lines.push(match row {
            Some(row) => FileLine {
                file,
                form: form(&row.media_type).to_owned(),
                size: words::bytes(row.bytes.unsigned_abs()),
                sha256: row.sha256,
            },
            None => FileLine {
                file,
                form: String::new(),
                size: String::new(),
                sha256: String::new(),
            },
        });
    }
    Ok(lines)
}

fn address(state: &State, study_id: &str, version: u64, path: &RelPath) -> String {
    state.path(&format!(
        "id/{study_id}.{version}/files/{}",
        in_address(path)
    ))
}
