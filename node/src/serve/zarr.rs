//! `/zarr/<image>[.<version>]/…`: an image as OME-Zarr, file by file, for programs that read such over HTTP.
//!
//! It is the pyramid that was made of the image, or the OME-Zarr that was deposited, where that has small levels of its own; masks
//! that were deposited apart are then below `labels/` all the same. There
//! are no lists of what is in a folder: readers of Zarr know what they want. A chunk that is not there is one of background.

use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use ::web::http::{DATA_POLICY, Keep, STATE, Stored, conditional};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue, LOCATION};
use actix_web::{HttpRequest, HttpResponse, web};
use protocol::digest::Digest;

use super::blocking::blocking;
use super::error::ServeError;
use super::files::digest_of;
use super::iiif::{Found, find_image, rest_of};
use super::state::State;
use crate::database::file;
use crate::derive::{Pixels, Place, Progress};
use crate::relative_path::RelPath;
use crate::store::{Key, Reader};

/// Answers `/zarr/<image>[.<version>]/<path>`.
pub(super) async fn file(
    state: web::Data<State>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ServeError> {
    let (name, path) = path.into_inner();
    let found = blocking(&state, move |state| find_file(state, &name, &path)).await?;
    Ok(match found {
        OneOfTwo::Made(stored) => stored.respond(&request)?,
        OneOfTwo::Deposited(stored) => stored.respond(&request)?,
    })
}

/// Answers `/id/<image>[.<version>]/zarr/…`.
pub(super) async fn redirect(state: web::Data<State>, request: HttpRequest) -> HttpResponse {
    let rest = rest_of(&state, &request, "id/");
    // the name is looked up where this leads
    let (name, rest) = rest.split_once('/').unwrap_or((rest, ""));
    let rest = rest.strip_prefix("zarr").unwrap_or_default();
    HttpResponse::build(StatusCode::FOUND)
        .insert_header((LOCATION, state.path(&format!("zarr/{name}{rest}"))))
        .insert_header((CACHE_CONTROL, Keep::Briefly.cache_control()))
        .finish()
}

/// A file of what was made, or of what was deposited.
enum OneOfTwo {
    Made(Stored<File>),
    Deposited(Stored<Reader>),
}

fn find_file(state: &State, name: &str, path: &str) -> Result<OneOfTwo, ServeError> {
    let found = find_image(state, name)?;
    let missing = || {
        ServeError::NotFound(match path {
            "" => format!(
                "{} is the address of an OME-Zarr, which programs open; there is no page and no list of files here",
                state.address(&format!("zarr/{name}"))
            ),
            path => format!(
                "there is no {path} in the OME-Zarr of {}",
                found.resolved.versioned()
            ),
        })
    };
    let wanted = RelPath::parse(path).map_err(|_| missing())?;
    match &found.progress {
        Progress::Ready(place, made) => match &made.pixels {
            Pixels::Pyramid => {
                let stored = of_pyramid(&found, place, &wanted)?.ok_or_else(missing)?;
                Ok(OneOfTwo::Made(marked(stored, &found)))
            }
            Pixels::Deposited { folder } => {
                // masks that were deposited apart lie beside the levels
                if let Some(stored) = of_labels(&found, place, &wanted)? {
                    return Ok(OneOfTwo::Made(marked(stored, &found)));
                }
                // it is a copy of the documents of all that is below, in which these are not
                if wanted.as_str() == ".zmetadata" && place.labels().exists() {
                    return Err(missing());
                }
                let stored = of_deposit(state, &found, folder, &wanted)?.ok_or_else(missing)?;
                Ok(OneOfTwo::Deposited(marked(stored, &found)))
            }
        },
        Progress::Waiting => Err(ServeError::NotReady(format!(
            "{} is still being made ready to be looked at; ask again in a moment",
            found.resolved.versioned()
        ))),
        Progress::NotMade => Err(ServeError::NotFound(format!(
            "no OME-Zarr is kept of {}, which is not the newest version; its files can be downloaded as they are",
            found.resolved.versioned()
        ))),
        Progress::Unreadable(reason) => Err(ServeError::NotFound(format!(
            "{} cannot be given as OME-Zarr: {reason}; its files can be downloaded as they are",
            found.resolved.versioned()
        ))),
    }
}

/// The files that list label images: masks come with new versions of the study, which need not be new ones of the image.
const LABEL_LISTS: [&str; 2] = ["labels/zarr.json", "labels/.zattrs"];

/// A file of a pyramid: hardly ever changed in place, so that its time and size tell it from one that was made another time.
fn of_pyramid(
    found: &Found,
    place: &Place,
    path: &RelPath,
) -> Result<Option<Stored<File>>, ServeError> {
    let at = path.below(&place.pyramid());
    made(found, path, at, keep_listed(found, path))
}

/// A file of the label images that stand in below the OME-Zarr that was deposited.
fn of_labels(
    found: &Found,
    place: &Place,
    path: &RelPath,
) -> Result<Option<Stored<File>>, ServeError> {
    if path.as_str() == "zarr.json" {
        let at = place.document_beside_labels();
        return made(found, path, at, Keep::Revalidate);
    }
    let below = path.as_str().strip_prefix("labels/");
    match below.and_then(|below| RelPath::parse(below).ok()) {
        Some(below) => {
            let at = below.below(&place.labels());
            made(found, path, at, keep_listed(found, path))
        }
        None => Ok(None),
    }
}

/// A file that was made: `path` in the OME-Zarr, `at` on disk.
fn made(
    found: &Found,
    path: &RelPath,
    at: PathBuf,
    keep: Keep,
) -> Result<Option<Stored<File>>, ServeError> {
    let file = match File::open(at) {
        Ok(file) => file,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(ServeError::unreadable(error)),
    };
    let metadata = file.metadata().map_err(ServeError::unreadable)?;
    if !metadata.is_file() {
        return Ok(None);
    }
    let text = format!(
        "{}.{} {path} {} {}.{}",
        found.resolved.id,
        found.resolved.version(),
        metadata.size(),
        metadata.mtime(),
        metadata.mtime_nsec()
    );
    let tag = conditional::strong(&Digest::of(text.as_bytes()));
    let size = metadata.size();
    Ok(Some(Stored::tagged(
        file,
        size,
        tag,
        media_type(path),
        keep,
    )))
}

/// A file of the OME-Zarr that was deposited.
fn of_deposit(
    state: &State,
    found: &Found,
    folder: &str,
    path: &RelPath,
) -> Result<Option<Stored<Reader>>, ServeError> {
    let mut connection = state.archive.database().connection()?;
    let version = found.study.version.unsigned_abs();
    let path_in_study = format!("{folder}/{path}");
    let row = file::find(&mut connection, &found.study.id, version, &path_in_study)?;
    let Some(row) = row else {
        return Ok(None);
    };
    let Some(content) = &row.content_key else {
        return Ok(None);
    };
    let opened = state.archive.store().open(&Key::parse(content)?)?;
    let (reader, size) = opened.ok_or_else(|| {
        ServeError::Broken(format!(
            "{content} is not in the storage; run omma-node check"
        ))
    })?;
    let digest = digest_of(&row)?;
    Ok(Some(Stored::new(
        reader,
        size,
        digest,
        media_type(path),
        keep(found),
    )))
}

fn marked<R: io::Read + io::Seek + Send + 'static>(stored: Stored<R>, found: &Found) -> Stored<R> {
    let stored = stored.with(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(DATA_POLICY),
    );
    let mark = found.resolved.mark.as_ref();
    match mark.and_then(|mark| HeaderValue::from_str(&mark.header()).ok()) {
        Some(mark) => stored.with(STATE, mark),
        None => stored,
    }
}

fn keep(found: &Found) -> Keep {
    if found.resolved.is_versioned {
        Keep::Immutable
    } else {
        Keep::Revalidate
    }
}

fn keep_listed(found: &Found, path: &RelPath) -> Keep {
    match LABEL_LISTS.contains(&path.as_str()) {
        true => Keep::Revalidate,
        false => keep(found),
    }
}

/// The documents of Zarr are JSON, everything else is chunks.
fn media_type(path: &RelPath) -> HeaderValue {
    let name = Path::new(path.file_name());
    let is_document = matches!(
        path.file_name(),
        "zarr.json" | ".zattrs" | ".zgroup" | ".zarray" | ".zmetadata"
    ) || name
        .extension()
        .is_some_and(|extension| extension == "json");
    HeaderValue::from_static(match is_document {
        true => "application/json",
        false => "application/octet-stream",
    })
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory
    )
}
