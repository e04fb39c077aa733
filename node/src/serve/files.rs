//! `/id/<study>[.<version>]/files/…`: the files of a study, and the two lists of them.

use std::io::Read as _;

use ::web::http::{DATA_POLICY, Document, Keep, STATE, Stored, Tombstone};
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, HeaderValue, LINK};
use actix_web::{HttpRequest, HttpResponse, web};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use protocol::digest::Digest;
use protocol::identifier::Accession;

use super::blocking::blocking;
use super::described::{archive_of, signposts};
use super::error::ServeError;
use super::name::Name;
use super::resolve::{self, Resolved, resolve};
use super::state::State;
use crate::database::file::{self, FileRow};
use crate::database::{Connection, manifest as manifest_rows, standing};
use crate::relative_path::RelPath;
use crate::store::{Key, Reader, manifest as manifests};
use crate::study_object::StudyObject;

/// Everything but the characters that RFC 8187 lets stand in an extended parameter.
const IN_PARAMETER: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Answers `/id/<study>[.<version>]/files/<path>`.
pub(super) async fn file(
    state: web::Data<State>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ServeError> {
    let (name, path) = path.into_inner();
    let name = Name::parse_study(&name, &state.archive.config().prefix)?;
    let path = RelPath::parse(&path).map_err(|error| ServeError::NotFound(error.to_string()))?;
    Ok(
        blocking(&state, move |state| find_file(state, &name, &path))
            .await?
            .respond(&request)?,
    )
}

fn find_file(state: &State, name: &Name, path: &RelPath) -> Result<Stored<Reader>, ServeError> {
    let mut connection = state.archive.database().connection()?;
    let resolved = resolve(state, &mut connection, name)?;
    let row = file::find(
        &mut connection,
        resolved.id.as_str(),
        resolved.version(),
        path.as_str(),
    )?
    .ok_or_else(|| {
        ServeError::NotFound(format!(
            "{} has no file {path}; {}/files.tsv lists all it has",
            resolved.versioned(),
            resolved.versioned()
        ))
    })?;
    refuse_withdrawn(state, &mut connection, &row)?;
    let Some(content) = &row.content_key else {
        return Err(erased(&row, name));
    };
    let opened = state.archive.store().open(&Key::parse(content)?)?;
    let (reader, size) = opened.ok_or_else(|| {
        ServeError::Broken(format!(
            "{content} is not in the storage; run omma-node check"
        ))
    })?;
    let digest = digest_of(&row)?;
    let media_type = HeaderValue::from_str(&row.media_type)
        .unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"));
    let keep = if resolved.is_versioned {
        Keep::Immutable
    } else {
        Keep::Revalidate
    };
    let stored = Stored::new(reader, size, digest, media_type, keep)
        .with(CONTENT_DISPOSITION, disposition(path, &row.media_type))
        .with(
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(DATA_POLICY),
        );
    Ok(marked(state, stored, &resolved))
}

/// A file that holds an image which was withdrawn goes with it; an image that a newer version merely left out does not
/// take its file from the older one.
///
/// # Errors
/// [`ServeError::Gone`] for such a file.
pub(super) fn refuse_withdrawn(
    state: &State,
    connection: &mut Connection,
    row: &FileRow,
) -> Result<(), ServeError> {
    let column = row.image.as_deref().unwrap_or_default();
    let Some(standing) = standing::withdrawn_among(connection, column)? else {
        return Ok(());
    };
    let Ok(id) = Accession::parse(&standing.id) else {
        return Ok(());
    };
    let name = Name {
        id,
        version: None,
        suffix: None,
    };
    Err(resolve::gone(state, &name, &standing, Vec::new()))
}

pub(super) fn erased(row: &FileRow, name: &Name) -> ServeError {
    let detail = format!(
        "the bytes of {} were removed from {} for legal cause; their digest stays in its manifest",
        row.path, row.study
    );
    let tombstone = Tombstone {
        id: format!("{}/files/{}", name.stem(), row.path),
        ..Tombstone::default()
    };
    ServeError::Gone {
        detail,
        tombstone: Box::new(tombstone),
    }
}

/// The digest of a file's bytes, as the manifest has it.
///
/// # Errors
/// Where the database holds something else.
pub(super) fn digest_of(row: &FileRow) -> Result<Digest, ServeError> {
    Digest::parse(&row.sha256).map_err(|error| {
        ServeError::Broken(format!(
            "the database row of {} in {}: {error}; run omma-node rebuild",
            row.path, row.study
        ))
    })
}

/// How its study stands, and where the page of its study is (FAIR Signposting level 1).
fn marked(state: &State, stored: Stored<Reader>, resolved: &Resolved) -> Stored<Reader> {
    let archive = archive_of(state);
    let page = signposts(state, resolved, &archive).page();
    let link = format!("<{page}>; rel=\"collection\"; type=\"text/html\"");
    let stored = match HeaderValue::from_str(&link) {
        Ok(link) => stored.with(LINK, link),
        Err(_) => stored,
    };
    match resolved
        .mark
        .as_ref()
        .and_then(|mark| HeaderValue::from_str(&mark.header()).ok())
    {
        Some(mark) => stored.with(STATE, mark),
        None => stored,
    }
}

/// `Content-Disposition` (RFC 6266): whatever a browser could run or render as a document is offered for saving.
fn disposition(path: &RelPath, media_type: &str) -> HeaderValue {
    let way = if may_be_shown(media_type) {
        "inline"
    } else {
        "attachment"
    };
    let name = utf8_percent_encode(path.file_name(), IN_PARAMETER);
    HeaderValue::from_str(&format!("{way}; filename*=UTF-8''{name}"))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

/// Types that a browser shows without running anything. A list of what is known to be harmless: HTML, SVG, XML,
/// JavaScript and whatever comes after them are not in it.
fn may_be_shown(media_type: &str) -> bool {
    let essence = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match essence.split_once('/') {
        Some(("image", sub)) => !sub.contains("svg") && !sub.ends_with("+xml"),
        Some(("audio" | "video", sub)) => !sub.ends_with("+xml"),
        Some(("text", sub)) => matches!(sub, "plain" | "csv" | "tab-separated-values"),
        Some(("application", sub)) => sub == "json",
        _ => false,
    }
}

/// Answers `/id/<study>[.<version>]/files.tsv`: the manifest, whose digest the study's record states.
pub(super) async fn manifest(
    state: web::Data<State>,
    request: HttpRequest,
    name: web::Path<String>,
) -> Result<HttpResponse, ServeError> {
    let name = Name::parse_study(&name, &state.archive.config().prefix)?;
    Ok(blocking(&state, move |state| find_manifest(state, &name))
        .await?
        .respond(&request)?)
}

fn find_manifest(state: &State, name: &Name) -> Result<Stored<Reader>, ServeError> {
    let (resolved, (reader, size, digest)) = manifest_of(state, name)?;
    let media_type = HeaderValue::from_static("text/tab-separated-values; charset=utf-8");
    Ok(marked(
        state,
        Stored::new(reader, size, digest, media_type, keep(&resolved)),
        &resolved,
    ))
}

/// The list of files of a version: reader, size and digest. The database knows where it is; the inventory of a hundred
/// thousand files, which takes most of a second to read, is opened only where the database does not know yet.
fn manifest_of(
    state: &State,
    name: &Name,
) -> Result<(Resolved, (Reader, u64, Digest)), ServeError> {
    let mut connection = state.archive.database().connection()?;
    let resolved = resolve(state, &mut connection, name)?;
    let place = manifest_rows::find(&mut connection, resolved.id.as_str(), resolved.version())?;
    let (key, digest) = match place {
        Some(place) => {
            let damaged = |error: &dyn std::fmt::Display| {
                ServeError::Broken(format!(
                    "the database row of the manifest of {}: {error}; run omma-node rebuild",
                    resolved.versioned()
                ))
            };
            let digest = Digest::parse(&place.sha256).map_err(|error| damaged(&error))?;
            (place.content_key, digest)
        }
        None => {
            let iri = state.archive.config().namespace.iri(&resolved.id);
            let object = StudyObject::open(&state.archive, &iri, resolved.version())?;
            object
                .manifest_file()?
                .ok_or_else(|| without_files(&resolved))?
        }
    };
    let opened = state.archive.store().open(&Key::parse(&key)?)?;
    let (reader, size) = opened.ok_or_else(|| {
        ServeError::Broken(format!("{key} is not in the storage; run omma-node check"))
    })?;
    Ok((resolved, (reader, size, digest)))
}

/// Answers `/id/<study>[.<version>]/sha256sums.txt`: what `sha256sum -c` reads.
pub(super) async fn sums(
    state: web::Data<State>,
    request: HttpRequest,
    name: web::Path<String>,
) -> Result<HttpResponse, ServeError> {
    let name = Name::parse_study(&name, &state.archive.config().prefix)?;
    Ok(blocking(&state, move |state| make_sums(state, &name))
        .await?
        .respond(&request))
}

fn make_sums(state: &State, name: &Name) -> Result<Document, ServeError> {
    let (resolved, (mut reader, _, _)) = manifest_of(state, name)?;
    let mut bytes = Vec::new();
    reader
        .read_to_end(&mut bytes)
        .map_err(ServeError::unreadable)?;
    let rows = manifests::parse(&bytes)?;
    let sums = manifests::sha256sums(&rows).into_bytes();
    let document = Document::hashed(sums, "text/plain; charset=utf-8", keep(&resolved));
    Ok(match &resolved.mark {
        Some(mark) => document.with(STATE, mark.header()),
        None => document,
    })
}

fn without_files(resolved: &Resolved) -> ServeError {
    ServeError::NotFound(format!(
        "{} is a description of data that are elsewhere; this archive has no files of it, its page says where they are",
        resolved.versioned()
    ))
}

fn keep(resolved: &Resolved) -> Keep {
    if resolved.is_versioned {
        Keep::Briefly
    } else {
        Keep::Revalidate
    }
}

#[cfg(test)]
mod tests {
    use crate::relative_path::RelPath;

    use super::{disposition, may_be_shown};

    #[test]
    fn nothing_that_a_browser_could_run_is_shown_inline() {
        for media_type in [
            "image/tiff",
            "image/png",
            "IMAGE/JPEG",
            "text/plain; charset=utf-8",
            "text/csv",
            "video/mp4",
            "application/json",
        ] {
            assert!(may_be_shown(media_type), "{media_type}");
        }
        for media_type in [
            "text/html",
            "TEXT/HTML; charset=utf-8",
            "image/svg+xml",
            "image/svg",
            "application/xhtml+xml",
            "text/xml",
            "application/xml",
            "text/javascript",
            "application/javascript",
            "text/css",
            "application/wasm",
            "image/x+xml",
            "application/octet-stream",
            "text/html,image/png",
            "",
            "image",
        ] {
            assert!(!may_be_shown(media_type), "{media_type}");
        }
    }

    #[test]
    fn a_file_name_is_one_parameter_whatever_is_in_it() {
        let path = RelPath::parse("plate 1/\u{e4} \"b\"; x=y.tif").expect("a path");
        assert_eq!(
            disposition(&path, "image/tiff"),
            "inline; filename*=UTF-8''%C3%A4%20%22b%22%3B%20x%3Dy.tif"
        );
        assert_eq!(
            disposition(&path, "text/html"),
            "attachment; filename*=UTF-8''%C3%A4%20%22b%22%3B%20x%3Dy.tif"
        );
    }
}
