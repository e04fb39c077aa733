//! `/thumbnails/<id>[.<version>]/<side>`: the small picture that stands for a study or an image, out of a cache of our own.
//!
//! ```text
//! gone                        410, also where the picture is kept still; suppressed or without a picture 404
//! kept                        the JPEG; with a version in the address, browsers keep it for ever
//! not kept                    fetched now; whoever asks waits a moment, then gets a drawing in its place
//! its server down, or liar    the drawing at once
//! ```
//!
//! Which address is asked follows from the roster and the record alone ([`address`]).

mod address;
mod ahead;
mod sweeping;

use std::sync::Arc;

use ::web::http::{Document, Keep};
use actix_web::http::header::HeaderName;
use actix_web::{HttpRequest, HttpResponse, web};
use diesel::Connection as _;
use ontologies::schema::schema_org;
use protocol::identifier::{Namespace, VersionedId};
use protocol::record::{ObjectRef, Record, StatementRef};
use url::Url;

use super::error::ServeError;
use super::find::{self, Found, Mark};
use super::name::{Form, Name};
use super::represent::record_of;
use super::state::{Shared, State, blocking};
use crate::fetch::{AddressRules, HttpFetch};
use crate::ledger::run;
use crate::ledger::shown::{self, Version};
use crate::operate::Harvester;
use crate::text::own_thumbnail;
use crate::thumbnails::{Got, Key, Size, Thumbnails};
pub(super) use address::may_be_fetched;
pub(super) use ahead::fetch_ahead_for_ever;
pub(super) use sweeping::sweep_for_ever;

/// What stands in the place of a picture: `none` lately, or `pending`.
const PLACEHOLDER: HeaderName = HeaderName::from_static("ommatidia-placeholder");
/// A drawing that is as quiet on a light page as on a dark one.
const DRAWING: &str = include_str!("thumbnails/placeholder.svg");

/// Opens the cache of a harvester, with a way to fetch that has little patience.
///
/// # Errors
/// When the folder cannot be used, or there is nothing to fetch with.
pub(super) fn open(harvester: &Harvester) -> anyhow::Result<Arc<Thumbnails>> {
    let config = harvester.config();
    let rules = AddressRules::new(config.allowed()?);
    let fetch = HttpFetch::new(rules, config.limits_of_thumbnails())?;
    let most = config.thumbnails.cache_mib << 20;
    Thumbnails::open(&harvester.folder().thumbnails(), most, Arc::new(fetch))
}

/// What is known before anybody is asked.
enum Known {
    Kept(Vec<u8>),
    At(Key, Url),
    /// Its server was not reached when it was last asked for news.
    Unreachable,
}

/// A thumbnail.
pub(super) async fn thumbnail(
    state: web::Data<State>,
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let (name, side) = path.into_inner();
    let name = Name::parse(&name)?;
    let mut sizes = Size::ALL.into_iter();
    let size = sizes.find(|size| size.side().to_string() == side);
    let (Some(size), Form::Negotiated) = (size, name.form) else {
        return Err(ServeError::NotFound(format!(
            "there is nothing at {}; thumbnails are like /thumbnails/DND-S42/128 or /256",
            request.path()
        )));
    };
    let keep = match name.version {
        Some(_) => Keep::WithReader,
        None => Keep::Revalidate,
    };
    let known = blocking(&state, move |shared| look_up(shared, &name, size)).await?;
    let got = match known {
        Known::Kept(bytes) => Got::Picture(bytes),
        Known::Unreachable => Got::NotYet,
        Known::At(key, url) => state.shared().thumbnails.picture(&key, size, &url).await,
    };
    Ok(match got {
        Got::Picture(bytes) => Document::hashed(bytes, "image/jpeg", keep).respond(&request),
        Got::Nothing => drawing("none", Keep::Briefly).respond(&request),
        Got::NotYet => drawing("pending", Keep::Never).respond(&request),
    })
}

fn drawing(why: &str, keep: Keep) -> Document {
    Document::hashed(DRAWING.into(), "image/svg+xml", keep).with(PLACEHOLDER, why)
}

fn look_up(shared: &Shared, name: &Name, size: Size) -> Result<Known, ServeError> {
    let harvester = &shared.harvester;
    if let Some(key) = public(harvester, name)?
        && let Some(bytes) = shared.thumbnails.kept(&key, size)
    {
        return Ok(Known::Kept(bytes));
    }
    where_from(harvester, name)
}

/// Where a picture that is not kept is to be had.
fn where_from(harvester: &Harvester, name: &Name) -> Result<Known, ServeError> {
    // says what is wrong where something is: gone, aside, never there
    let found = find::find(harvester, name)?;
    let none = || ServeError::NotFound(format!("{} has no thumbnail", name.stem()));
    if found.mark != Mark::Public {
        return Err(ServeError::NotFound(format!(
            "{} is out of lists, and its thumbnail with it",
            name.stem()
        )));
    }
    let text = picture_of(&found)?.ok_or_else(none)?;
    let address = address::of(&text, &found.owner.namespace, &found.version.id);
    let address = address.ok_or_else(none)?;
    if address.is_at_member() && is_unreachable(harvester, &found.owner.member.id)? {
        return Ok(Known::Unreachable);
    }
    let is_allowed = address.is_at_member() || harvester.config().thumbnails.elsewhere;
    let url = address.url(&found.owner).filter(|_| is_allowed);
    Ok(Known::At(key(&found.version)?, url.ok_or_else(none)?))
}

/// What a name means, as far as the ledger knows without the record; none for what is not public.
fn public(harvester: &Harvester, name: &Name) -> Result<Option<Key>, ServeError> {
    let connection = &mut *harvester.desk().ledger.reader()?;
    // one snapshot: state and version are of the same moment
    connection.transaction(|connection| {
        let Some(current) = shown::shown(connection, &name.id)? else {
            return Ok(None);
        };
        let version = match name.version {
            Some(number) if number != current.version => {
                shown::version(connection, &name.id, number)?.filter(Version::is_kept)
            }
            _ => Some(current),
        };
        version.as_ref().map(key).transpose()
    })
}

fn key(version: &Version) -> Result<Key, ServeError> {
    let of = VersionedId::new(version.id.clone(), version.version);
    Ok(Key {
        of: of.map_err(|error| ServeError::Broken(error.into()))?,
        record: version.digest,
    })
}

/// The picture of what is found; see [`picture_in`].
///
/// # Errors
/// When the mirror cannot be read.
pub(super) fn picture_of(found: &Found) -> Result<Option<String>, ServeError> {
    let key = key(&found.version)?;
    let record = record_of(found)?;
    Ok(picture_in(&record, &found.owner.namespace, &key.of))
}

/// The picture that a record names: one that is a file of its own before one that is elsewhere. Of an image that names none it is the
/// one that its node makes.
pub(super) fn picture_in(
    record: &Record,
    namespace: &Namespace,
    of: &VersionedId,
) -> Option<String> {
    let iri = namespace.iri(of.id());
    let named = record
        .statements()
        .filter_map(|statement: StatementRef<'_>| {
            let is_it =
                statement.predicate() == schema_org::THUMBNAIL_URL && statement.subject() == iri;
            match statement.object() {
                ObjectRef::Iri(picture) if is_it => Some((*picture).to_owned()),
                _ => None,
            }
        });
    let named = named.min_by_key(|text: &String| !text.starts_with(namespace.as_str()));
    named.or_else(|| own_thumbnail(record, &iri, of))
}

/// Whether a member's server could not be reached at its last harvest.
///
/// # Errors
/// When the ledger cannot be read.
pub(super) fn is_unreachable(harvester: &Harvester, member: &str) -> Result<bool, ServeError> {
    let connection = &mut *harvester.desk().ledger.reader()?;
    let last = run::last(connection, member)?;
    Ok(last.is_some_and(|last| last.state == "unreachable"))
}
