//! `/id/<image>[.<version>]/annotations?page=…`: what is marked in an image, as pages of W3C annotations.
//!
//! Each file that was derived from the image is an annotation of it, and each mark in a file that can be read is one more.
//! They are read out of the stored files at each request, within bounds, for a few requests at once; nothing is kept.

use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use ::web::http::{Document, Keep, STATE};
use actix_web::{HttpRequest, HttpResponse, web};
use protocol::identifier::Accession;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::blocking::blocking;
use super::error::ServeError;
use super::iiif::{Found, find_image};
use super::state::State;
use crate::database::file::FileRow;
use crate::database::{Connection, file};
use crate::derive::StudyFiles;
use crate::describe::file_iri;
use crate::image::{ImageError, tiff};
use crate::marks::web_annotation::{
    MEDIA_TYPE, MOST_POINTS_TOLD, annotation, context, points_told,
};
use crate::marks::{self, Form, Mark, PixelSize};
use crate::store::Key;
use crate::study::{AnnotationFile, AnnotationSet, Image, Regions};

/// Most annotations on a page.
const ON_A_PAGE: u64 = 500;

/// Most points that the annotations of a page tell together: some 6 MiB, of 65 bytes each. The longest mark has room on a page.
const POINTS_ON_A_PAGE: usize = MOST_POINTS_TOLD;

/// Bytes of files that are read for one request; the marks of files beyond are not told one by one.
const MOST_BYTES: u64 = 2 * marks::MOST_BYTES;

/// Requests for which files are read at once: each may take the memory of two million points and of the text they are read from.
const AT_ONCE: usize = 2;

/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// The turns of all requests of this process.
static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);

/// Which page is asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Turned {
    page: Option<u64>,
}

/// Answers `/id/<image>[.<version>]/annotations`.
pub(super) async fn annotations(
    state: web::Data<State>,
    request: HttpRequest,
    name: web::Path<String>,
    turned: web::Query<Turned>,
) -> Result<HttpResponse, ServeError> {
    let page = turned.page.unwrap_or(1);
    let turn = turn(&TURNS, PATIENCE).await?;
    let document = blocking(&state, move |state| {
        // the turn goes with the work, which goes on where the client went away
        let document = document(state, &name, page);
        drop(turn);
        document
    });
    Ok(document.await?.respond(&request))
}

/// Waits for a turn, which ends when what is returned is dropped.
async fn turn(turns: &Semaphore, patience: Duration) -> Result<SemaphorePermit<'_>, ServeError> {
    match tokio::time::timeout(patience, turns.acquire()).await {
        Ok(Ok(turn)) => Ok(turn),
        // nobody closes the semaphore
        Ok(Err(_)) | Err(_) => Err(ServeError::NotReady(
            "more annotations are asked for than this node can read at once; ask again in a moment"
                .to_owned(),
        )),
    }
}

fn document(state: &State, name: &str, page: u64) -> Result<Document, ServeError> {
    let found = find_image(state, name)?;
    let content = found.content(state)?;
    let image = content.study.images.iter().find(|one| one.key == found.key);
    let image = image.ok_or_else(|| {
        ServeError::Broken(format!(
            "{} is not in its study; run omma-node check",
            found.resolved.versioned()
        ))
    })?;
    let mut connection = state.archive.database().connection()?;
    let mut gathering = Gathering::new(state, &found, page)?;
    gathering.pixel = image.scale.pixel_size();
    for of_image in content.study.annotations_of(image) {
        for file in of_image.files {
            let number = of_image.set.files.iter().position(|one| one == file);
            let place = (of_image.place + 1, number.unwrap_or(0) + 1);
            gathering.file(&mut connection, image, (of_image.set, file), place)?;
        }
    }
    let document = Document::written(gathering.into_page()?, MEDIA_TYPE, Keep::Briefly);
    Ok(match &found.resolved.mark {
        Some(mark) => document.with(STATE, mark.header()),
        None => document,
    })
}

/// Counts annotations and the pages that they fill, and keeps those of one page.
struct Pages {
    asked: u64,
    /// Which page is being filled, from 1, and what is on it already.
    last: u64,
    on_last: u64,
    points_on_last: usize,
    count: u64,
    /// The number of the first one that is kept, from 0.
    start: u64,
    items: Vec<Value>,
}

impl Pages {
    fn new(asked: u64) -> Pages {
        Pages {
            asked,
            last: 1,
            on_last: 0,
            points_on_last: 0,
            count: 0,
            start: 0,
            items: Vec::new(),
        }
    }

    /// Adds one that tells so many points: on a new page where it has no room on the last.
    fn add(&mut self, points: usize, item: impl FnOnce() -> Value) {
        let has_room = self.on_last < ON_A_PAGE
            && self.points_on_last.saturating_add(points) <= POINTS_ON_A_PAGE;
        if !has_room {
            self.last += 1;
            self.on_last = 0;
            self.points_on_last = 0;
        }
        self.on_last += 1;
        self.points_on_last = self.points_on_last.saturating_add(points);
        if self.last == self.asked {
            if self.items.is_empty() {
                self.start = self.count;
            }
            self.items.push(item());
        }
        self.count += 1;
    }
}

/// Gathers the annotations of an image out of its files.
struct Gathering<'a> {
    state: &'a State,
    found: &'a Found,
    study: Accession,
    pages: Pages,
    bytes_left: u64,
    /// How large a pixel of the image is.
    pixel: PixelSize,
}

impl<'a> Gathering<'a> {
    fn new(state: &'a State, found: &'a Found, page: u64) -> Result<Gathering<'a>, ServeError> {
        let study = Accession::parse(&found.study.id)
            .map_err(|error| ServeError::Broken(format!("{error}; run omma-node rebuild")))?;
        Ok(Gathering {
            state,
            found,
            study,
            pages: Pages::new(page),
            bytes_left: MOST_BYTES,
            pixel: PixelSize::default(),
        })
    }

    fn version(&self) -> u64 {
        self.found.study.version.unsigned_abs()
    }

    /// The file as a whole, and what it marks. One whose bytes were removed is passed over.
    fn file(
        &mut self,
        connection: &mut Connection,
        image: &Image,
        (set, file): (&AnnotationSet, &AnnotationFile),
        (set_number, file_number): (usize, usize),
    ) -> Result<(), ServeError> {
        let (study, version) = (self.study.clone(), self.version());
        let row = file::find(connection, study.as_str(), version, file.file.as_str())?;
        let Some(row) = row.filter(|row| row.content_key.is_some()) else {
            return Ok(());
        };
        let namespace = &self.state.archive.config().namespace;
        let regions = image.pixels.as_ref().and_then(|one| one.regions.as_ref());
        let image = namespace.iri(&self.found.resolved.id);
        let address = file_iri(namespace, &study, version, &file.file);
        // a hash of the study, in whose record the set has the hash `annotation-<n>`
        let id = format!(
            "{}#annotation-{set_number}-file-{file_number}",
            namespace.iri(&study)
        );
        self.pages
            .add(0, || whole(&id, set, &row, &image, &address));
        let marks = match regions.filter(|regions| regions.file == file.file) {
            Some(regions) => self.regions(regions)?,
            None => self.marks(&row)?,
        };
        for (index, mark) in marks.iter().enumerate() {
            let id = format!("{id}-mark-{}", index + 1);
            let kind = set.annotation_type.as_deref();
            self.pages.add(points_told(mark), || {
                annotation(&id, mark, &image, &address, kind)
            });
        }
        Ok(())
    }

    /// The regions that an image's own file describes; none where they are not understood, or more than is read for one request.
    fn regions(&mut self, regions: &Regions) -> Result<Vec<Mark>, ServeError> {
        let files = StudyFiles {
            archive: Arc::clone(&self.state.archive),
            study: self.study.to_string(),
            version: self.version(),
        };
        let most = marks::MOST_BYTES.min(self.bytes_left);
        // why they are not understood was a finding when the image was deposited
        let text = match tiff::ome_xml(&files, &regions.file, most) {
            Ok(Some(text)) => text,
            Err(ImageError::Read(error)) => return Err(ServeError::unreadable(error)),
            Ok(None) | Err(_) => return Ok(Vec::new()),
        };
        self.bytes_left = self.bytes_left.saturating_sub(text.len() as u64);
        Ok(marks::ome_xml::of_image(&text, regions.place).unwrap_or_default())
    }

    /// The marks of a file; none where it is of another form, not understood, or more than is read for one request.
    fn marks(&mut self, row: &FileRow) -> Result<Vec<Mark>, ServeError> {
        let Some(form) = Form::of(&row.path) else {
            return Ok(Vec::new());
        };
        let size = row.bytes.unsigned_abs();
        let (true, Some(key)) = (
            size <= form.most_bytes().min(self.bytes_left),
            &row.content_key,
        ) else {
            return Ok(Vec::new());
        };
        self.bytes_left -= size;
        let Some((reader, _)) = self.state.archive.store().open(&Key::parse(key)?)? else {
            return Ok(Vec::new());
        };
        let mut bytes = Vec::new();
        reader
            .take(size)
            .read_to_end(&mut bytes)
            .map_err(ServeError::unreadable)?;
        // why it is not understood was a finding when it was deposited
        Ok(marks::read(form, &bytes, &self.pixel).unwrap_or_default())
    }

    fn into_page(self) -> Result<String, ServeError> {
        let Pages {
            asked: page,
            last: pages,
            count,
            start,
            items,
            ..
        } = self.pages;
        if !(1..=pages).contains(&page) {
            return Err(ServeError::NotFound(format!(
                "there is no page {page} of the annotations of {}; there are {pages}",
                self.found.resolved.as_asked()
            )));
        }
        let asked = self.found.resolved.as_asked();
        let here = self.state.address(&format!("id/{asked}/annotations"));
        let at = |page: u64| format!("{here}?page={page}");
        let mut document = json!({
            "@context": context(),
            "id": at(page),
            "type": "AnnotationPage",
            "partOf": {
                "id": here,
                "type": "AnnotationCollection",
                "label": format!("Annotations of {asked}"),
                "total": count,
                "first": at(1),
                "last": at(pages),
            },
            "startIndex": start,
            "items": items,
        });
        if page > 1 {
            document["prev"] = json!(at(page - 1));
        }
        if page < pages {
            document["next"] = json!(at(page + 1));
        }
        Ok(format!("{document:#}\n"))
    }
}

/// A file as an annotation of the whole image.
fn whole(id: &str, set: &AnnotationSet, row: &FileRow, image: &str, address: &str) -> Value {
    let is_image = row.media_type.starts_with("image/");
    let mut item = json!({
        "id": id,
        "type": "Annotation",
        "motivation": "linking",
        "body": {
            "id": address,
            "type": if is_image { "Image" } else { "Dataset" },
            "format": row.media_type,
        },
        "target": image,
        "label": set.title,
    });
    if let Some(kind) = &set.annotation_type {
        item["omma:annotationType"] = json!(kind);
    }
    item
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::time::Duration;

    use actix_web::ResponseError;
    use actix_web::http::StatusCode;
    use serde_json::json;
    use tokio::sync::Semaphore;

    use super::{Pages, turn};

    /// The number of pages, and the first annotation and how many there are on the one that is asked for.
    fn turned(asked: u64, points: &[usize]) -> (u64, u64, usize) {
        let mut pages = Pages::new(asked);
        for points in points {
            pages.add(*points, || json!({}));
        }
        assert_eq!(pages.count, points.len() as u64);
        (pages.last, pages.start, pages.items.len())
    }

    #[test]
    fn a_page_ends_where_it_has_enough_annotations_or_points() {
        assert_eq!(turned(1, &[]), (1, 0, 0));
        assert_eq!(turned(3, &[1; 1001]), (3, 1000, 1));
        assert_eq!(turned(2, &[1; 1000]), (2, 500, 500));
        let long = [0, 60_000, 40_000, 1, 100_000, 0, 60_000];
        assert_eq!(turned(1, &long), (4, 0, 3));
        assert_eq!(turned(2, &long), (4, 3, 1));
        assert_eq!(turned(3, &long), (4, 4, 2));
        assert_eq!(turned(4, &long), (4, 6, 1));
        assert_eq!(turned(5, &long), (4, 0, 0));
    }

    #[actix_web::test]
    async fn who_does_not_get_a_turn_is_asked_to_come_again() {
        let turns = Semaphore::new(1);
        let at_once = Duration::from_millis(1);
        let first = turn(&turns, at_once).await.unwrap();
        let busy = turn(&turns, at_once).await.unwrap_err();
        assert_eq!(busy.status_code(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(busy.to_string().contains("ask again in a moment"), "{busy}");
        drop(first);
        let _again = turn(&turns, at_once).await.unwrap();
    }
}
