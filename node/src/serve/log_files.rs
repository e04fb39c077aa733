//! `/log/`: the log as static files (PROTOCOL.md section 3; c2sp.org/tlog-tiles).
//!
//! A path is read by the protocol's own parser and written again, so there is one spelling of each, and none leads
//! out of the log.

use ::web::http::{Document, Keep, Stored, digest_of};
use actix_web::http::header::{EntityTag, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use protocol::bundle;
use protocol::digest::Digest;
use protocol::tile::{
    AddressError, EntryBundleAddress, RecordBundleAddress, TileAddress, record_path,
};

use super::blocking::{blocking, small_file};
use super::error::ServeError;
use super::pages;
use super::state::State;
use crate::log::{self, LogError};
use crate::store::Reader;

/// Tiles and entry bundles (tlog-tiles: "application/octet-stream").
const OCTETS: &str = "application/octet-stream";

/// Answers `/log/`: says to a person what this is.
pub(super) async fn about(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let page = blocking(&state, pages::log).await?;
    Ok(Document::page(page).respond(&request))
}

/// Answers `/log/checkpoint`, read anew each time: another process may have written a larger one.
pub(super) async fn checkpoint(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let note = small_file(&state, |state| read(state, "checkpoint"))?.ok_or_else(|| {
        ServeError::Broken(
            "log/checkpoint is missing; restore it from a backup or a mirror".to_owned(),
        )
    })?;
    Ok(Document::hashed(note, "text/plain; charset=utf-8", Keep::Revalidate).respond(&request))
}

/// Answers `/log/tile/<level>/<index>[.p/<width>]`.
pub(super) async fn tile(
    state: web::Data<State>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ServeError> {
    let address = TileAddress::parse(&format!("tile/{path}")).map_err(no_path)?;
    let bytes = small_file(&state, |state| found(state.archive.log().tile(address)))?;
    Ok(unchanging(bytes, &address.path()).respond(&request))
}

/// Answers `/log/tile/entries/<index>[.p/<width>]`.
pub(super) async fn entry_bundle(
    state: web::Data<State>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ServeError> {
    let address = EntryBundleAddress::parse(&format!("tile/entries/{path}")).map_err(no_path)?;
    let bytes = small_file(&state, |state| entries(state, address))?;
    Ok(unchanging(bytes, &address.path()).respond(&request))
}

/// What never changes is tagged by its path: hashing it for each reader would take longer than reading it.
fn unchanging(bytes: Vec<u8>, path: &str) -> Document {
    Document::bytes(
        bytes,
        EntityTag::new_strong(path.to_owned()),
        OCTETS,
        Keep::Immutable,
    )
}

/// The bytes of an entry bundle; a partial one whose file has gone is cut out of the full one.
fn entries(state: &State, address: EntryBundleAddress) -> Result<Vec<u8>, ServeError> {
    if let Some(bytes) = read(state, &address.path())? {
        return Ok(bytes);
    }
    let entries = found(state.archive.log().entry_bundle(address))?;
    bundle::encode_entries(&entries)
        .map_err(|error| ServeError::Broken(format!("log/{}: {error}", address.path())))
}

/// Answers `/log/records/<index>`.
pub(super) async fn record_bundle(
    state: web::Data<State>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ServeError> {
    let address = RecordBundleAddress::parse(&format!("records/{path}")).map_err(no_path)?;
    Ok(blocking(&state, move |state| open_records(state, address))
        .await?
        .respond(&request)?)
}

fn open_records(state: &State, address: RecordBundleAddress) -> Result<Stored<Reader>, ServeError> {
    let path = address.path();
    let opened = state.archive.store().open(&log::key(&path)?)?;
    let (mut reader, size) = opened.ok_or_else(|| no_file(&path))?;
    // redaction rewrites it, so its tag is its content
    let digest = digest_of(&mut reader).map_err(ServeError::unreadable)?;
    Ok(Stored::new(
        reader,
        size,
        digest,
        HeaderValue::from_static("application/zstd"),
        Keep::Briefly,
    ))
}

/// Answers `/log/record/<first two digits>/<digest>`.
pub(super) async fn record(
    state: web::Data<State>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ServeError> {
    let path = format!("record/{path}");
    let digest = path
        .rsplit('/')
        .next()
        .and_then(|hex| Digest::parse(hex).ok())
        .filter(|digest| record_path(digest) == path);
    let digest = digest
        .ok_or_else(|| ServeError::NotFound(format!("{path:?} is not the path of a record")))?;
    // as it lies there: whoever asks by digest compares, and `omma-node check` does
    let bytes = small_file(&state, |state| read(state, &path))?;
    let bytes = bytes.ok_or_else(|| {
        ServeError::NotFound(format!(
            "there is no record {digest} in this log, or it was removed for legal cause"
        ))
    })?;
    Ok(Document::exact(bytes, digest, "application/n-quads", Keep::Briefly).respond(&request))
}

fn read(state: &State, path: &str) -> Result<Option<Vec<u8>>, ServeError> {
    Ok(state.archive.store().read(&log::key(path)?)?)
}

/// What the log does not have yet is not found; what it has and cannot read is broken.
fn found<T>(read: Result<T, LogError>) -> Result<T, ServeError> {
    read.map_err(|error| match error {
        LogError::Missing { path } => no_file(&path),
        error => error.into(),
    })
}

fn no_file(path: &str) -> ServeError {
    ServeError::NotFound(format!(
        "the log has no {path}; the first number in its checkpoint's second line is its size"
    ))
}

fn no_path(error: AddressError) -> ServeError {
    ServeError::NotFound(format!(
        "{error}; see c2sp.org/tlog-tiles for how the paths of a log are written"
    ))
}
