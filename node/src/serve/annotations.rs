//! `/id/<image>[.<version>]/annotations?page=…`: what is marked in an image, as pages of W3C annotations.
//!
//! Each file that was derived from the image is an annotation of it, and each mark in a file that can be read is one more.
//! They are read out of the stored files at each request, within bounds; nothing is kept.

use std::io::Read as _;

use ::web::http::{Document, Keep, STATE};
use actix_web::{HttpRequest, HttpResponse, web};
use protocol::identifier::Accession;
use serde::Deserialize;
use serde_json::{Value, json};

use super::blocking::blocking;
use super::error::ServeError;
use super::iiif::{Found, find_image};
use super::state::State;
use crate::database::file::FileRow;
use crate::database::{Connection, file};
use crate::describe::file_iri;
use crate::marks::web_annotation::{MEDIA_TYPE, annotation, context};
use crate::marks::{self, Form, Mark};
use crate::store::Key;
use crate::study::{AnnotationFile, AnnotationSet};

/// Annotations on a page.
const ON_A_PAGE: u64 = 500;

/// Bytes of files that are read for one request; the marks of files beyond are not told one by one.
const MOST_BYTES: u64 = 2 * marks::MOST_BYTES;

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
    let document = blocking(&state, move |state| document(state, &name, page)).await?;
    Ok(document.respond(&request))
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
    for of_image in content.study.annotations_of(image) {
        for file in of_image.files {
            let number = of_image.set.files.iter().position(|one| one == file);
            let place = (of_image.place + 1, number.unwrap_or(0) + 1);
            gathering.file(&mut connection, of_image.set, file, place)?;
        }
    }
    let document = Document::written(gathering.into_page()?, MEDIA_TYPE, Keep::Briefly);
    Ok(match &found.resolved.mark {
        Some(mark) => document.with(STATE, mark.header()),
        None => document,
    })
}

/// Counts annotations, and keeps those of one page.
struct Gathering<'a> {
    state: &'a State,
    found: &'a Found,
    study: Accession,
    page: u64,
    count: u64,
    items: Vec<Value>,
    bytes_left: u64,
}

impl<'a> Gathering<'a> {
    fn new(state: &'a State, found: &'a Found, page: u64) -> Result<Gathering<'a>, ServeError> {
        let study = Accession::parse(&found.study.id)
            .map_err(|error| ServeError::Broken(format!("{error}; run omma-node rebuild")))?;
        Ok(Gathering {
            state,
            found,
            study,
            page,
            count: 0,
            items: Vec::new(),
            bytes_left: MOST_BYTES,
        })
    }

    fn add(&mut self, item: impl FnOnce() -> Value) {
        let first = self.page.saturating_sub(1).saturating_mul(ON_A_PAGE);
        if (first..first.saturating_add(ON_A_PAGE)).contains(&self.count) {
            self.items.push(item());
        }
        self.count += 1;
    }

    fn version(&self) -> u64 {
        self.found.study.version.unsigned_abs()
    }

    /// The file as a whole, and what it marks. One whose bytes were removed is passed over.
    fn file(
        &mut self,
        connection: &mut Connection,
        set: &AnnotationSet,
        file: &AnnotationFile,
        (set_number, file_number): (usize, usize),
    ) -> Result<(), ServeError> {
        let (study, version) = (self.study.clone(), self.version());
        let row = file::find(connection, study.as_str(), version, file.file.as_str())?;
        let Some(row) = row.filter(|row| row.content_key.is_some()) else {
            return Ok(());
        };
        let namespace = &self.state.archive.config().namespace;
        let image = namespace.iri(&self.found.resolved.id);
        let address = file_iri(namespace, &study, version, &file.file);
        // a hash of the study, in whose record the set has the hash `annotation-<n>`
        let id = format!(
            "{}#annotation-{set_number}-file-{file_number}",
            namespace.iri(&study)
        );
        self.add(|| whole(&id, set, &row, &image, &address));
        for (index, mark) in self.marks(&row)?.iter().enumerate() {
            let id = format!("{id}-mark-{}", index + 1);
            let kind = set.annotation_type.as_deref();
            self.add(|| annotation(&id, mark, &image, &address, kind));
        }
        Ok(())
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
        Ok(marks::read(form, &bytes).unwrap_or_default())
    }

    fn into_page(self) -> Result<String, ServeError> {
        let pages = self.count.div_ceil(ON_A_PAGE).max(1);
        if !(1..=pages).contains(&self.page) {
            return Err(ServeError::NotFound(format!(
                "there is no page {} of the annotations of {}; there are {pages}",
                self.page,
                self.found.resolved.versioned()
            )));
        }
        let here = self.state.address(&format!(
            "id/{}/annotations",
            self.found.resolved.versioned()
        ));
        let at = |page: u64| format!("{here}?page={page}");
        let mut document = json!({
            "@context": context(),
            "id": at(self.page),
            "type": "AnnotationPage",
            "partOf": {
                "id": here,
                "type": "AnnotationCollection",
                "label": format!("Annotations of {}", self.found.resolved.versioned()),
                "total": self.count,
                "first": at(1),
                "last": at(pages),
            },
            "startIndex": (self.page - 1) * ON_A_PAGE,
            "items": self.items,
        });
        if self.page > 1 {
            document["prev"] = json!(at(self.page - 1));
        }
        if self.page < pages {
            document["next"] = json!(at(self.page + 1));
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
