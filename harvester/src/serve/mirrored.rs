//! `/mirror/<origin hash>/…`: the log prefix of a member, as it is mirrored (docs/PROTOCOL.md sections 3 and 9).

use std::fs::File;
use std::io;

use ::web::http::{Document, Keep, Stored, digest_of};
use actix_web::http::header::HeaderValue;
use actix_web::{HttpRequest, HttpResponse, web};
use protocol::digest::Digest;
use protocol::tile::{EntryBundleAddress, RecordBundleAddress, TileAddress, record_path};

use super::error::ServeError;
use super::state::{State, blocking};
use crate::ledger::{log, shown};
use crate::mirror::{LogMirror, name_of};
use crate::operate::Harvester;

/// What a path under a log prefix names.
enum Named {
    Checkpoint,
    Tile,
    Entries,
    Records,
    Record(Digest),
}

impl Named {
    fn parse(path: &str) -> Option<Self> {
        if path == "checkpoint" {
            return Some(Self::Checkpoint);
        }
        if EntryBundleAddress::parse(path).is_ok() {
            return Some(Self::Entries);
        }
        if TileAddress::parse(path).is_ok() {
            return Some(Self::Tile);
        }
        if RecordBundleAddress::parse(path).is_ok() {
            return Some(Self::Records);
        }
        let digest = Digest::parse(path.rsplit('/').next()?).ok()?;
        (record_path(&digest) == path).then_some(Self::Record(digest))
    }

    /// Content type and caching (section 3).
    fn manner(&self) -> (&'static str, Keep) {
        match self {
            Self::Checkpoint => ("text/plain; charset=utf-8", Keep::Revalidate),
            Self::Tile | Self::Entries => ("application/octet-stream", Keep::Immutable),
            Self::Records => ("application/zstd", Keep::Briefly),
            Self::Record(_) => ("application/n-quads", Keep::Briefly),
        }
    }
}

/// A file of a mirror.
pub(super) async fn file(
    state: web::Data<State>,
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let (name, path) = path.into_inner();
    let absent = ServeError::NotFound(format!("there is nothing at {}", request.path()));
    let Some(named) = Named::parse(&path) else {
        return Err(absent);
    };
    let (media_type, keep) = named.manner();
    if matches!(named, Named::Records) {
        let opened = blocking(&state, move |shared| open(&shared.harvester, &name, &path));
        let (file, size, digest) = opened.await?.ok_or(absent)?;
        let media_type = HeaderValue::from_static(media_type);
        return Ok(Stored::new(file, size, digest, media_type, keep).respond(&request)?);
    }
    let bytes = blocking(&state, move |shared| {
        read(&shared.harvester, &name, &path, &named)
    })
    .await?;
    let bytes = bytes.ok_or(absent)?;
    Ok(Document::hashed(bytes, media_type, keep).respond(&request))
}

/// A record bundle, which is too large to have in memory for each reader. Redaction puts another file in its place, so what is open stays
/// as it is, and its tag is its content.
fn open(
    harvester: &Harvester,
    name: &str,
    path: &str,
) -> Result<Option<(File, u64, Digest)>, ServeError> {
    let broken = |error: io::Error| ServeError::Broken(error.into());
    let Some(mirror) = mirror(harvester, name)? else {
        return Ok(None);
    };
    let mut file = match File::open(mirror.folder().join(path)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(broken(error)),
    };
    let size = file.metadata().map_err(broken)?.len();
    let digest = digest_of(&mut file).map_err(broken)?;
    Ok(Some((file, size, digest)))
}

fn read(
    harvester: &Harvester,
    name: &str,
    path: &str,
    named: &Named,
) -> Result<Option<Vec<u8>>, ServeError> {
    let Some(mirror) = mirror(harvester, name)? else {
        return Ok(None);
    };
    let broken = |error: crate::mirror::MirrorError| ServeError::Broken(error.into());
    let found = mirror.read(path).map_err(broken)?;
    let (None, Named::Record(digest)) = (&found, named) else {
        return Ok(found);
    };
    // out of the bundle that took the place of the single file
    let connection = &mut *harvester.desk().ledger.reader()?;
    for version in shown::by_digest(connection, digest)? {
        let is_here = protocol::identifier::Origin::parse(&version.origin)
            .is_ok_and(|origin| name_of(&origin) == name);
        if is_here {
            return mirror.record(version.index, digest).map_err(broken);
        }
    }
    Ok(None)
}

/// The mirror with this name, of a log that is known.
fn mirror(harvester: &Harvester, name: &str) -> Result<Option<LogMirror>, ServeError> {
    let connection = &mut *harvester.desk().ledger.reader()?;
    let origins = log::all(connection)?
        .into_iter()
        .filter_map(|log| protocol::identifier::Origin::parse(&log.origin).ok());
    Ok(origins
        .into_iter()
        .find(|origin| name_of(origin) == name)
        .map(|origin| harvester.desk().mirror.log(&origin)))
}
