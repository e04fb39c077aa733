//! A record in the form that a program wants, out of the mirror.

use ::web::formats::{self, Archive, LINKSET_MEDIA_TYPE, Signposts, TypedLink};
use ::web::http::{Document, Format, Keep, STATE};
use ::web::view::{self, Reading};
use actix_web::http::header::{HeaderName, LINK};
use protocol::record::Record;

use super::error::ServeError;
use super::find::Found;
use super::items::items;
use super::name::Name;
use super::owner::Owner;
use super::state::Shared;

/// Why a copy answers in place of the member: `retired`, `suspended`, `frozen` (a structured field, RFC 9651).
pub(super) const COPY: HeaderName = HeaderName::from_static("ommatidia-copy");

/// The member that published something, as everything that is written about it names it; pages and forms are here, at
/// `home`.
pub(super) fn archive_of(owner: &Owner, home: &str) -> Archive {
    Archive {
        name: owner.member.name.clone(),
        ror: owner.member.ror.clone(),
        home: home.to_owned(),
    }
}

/// The record as it was verified.
///
/// # Errors
/// When the kept bytes are no record.
pub(super) fn record_of(found: &Found) -> Result<Record, ServeError> {
    let bytes = found.bytes.clone();
    Record::parse(bytes, &found.version.id, &found.owner.namespace)
        .map_err(|error| ServeError::Broken(error.into()))
}

/// What the record says.
///
/// # Errors
/// When the kept bytes are no record.
pub(super) fn reading_of(shared: &Shared, found: &Found) -> Result<Reading, ServeError> {
    let record = record_of(found)?;
    let version = &found.version;
    Ok(view::read(
        &record,
        version.id.kind(),
        version.version,
        label(shared),
    ))
}

/// The label of a term that was submitted without one, out of the loaded ontologies.
pub(super) fn label(shared: &Shared) -> impl Fn(&str) -> Option<String> {
    let terms = shared.harvester.projections().terms();
    move |iri| {
        let term = terms.by_iri(iri)?;
        (!term.label.is_empty()).then(|| term.label.clone())
    }
}

/// The record in a form.
///
/// # Errors
/// When the record cannot be written in it.
pub(super) fn represent(
    shared: &Shared,
    found: Found,
    name: &Name,
    format: Format,
    home: &str,
) -> Result<Document, ServeError> {
    let archive = archive_of(&found.owner, home);
    let links = signposts(&found, name.is_versioned(), &archive).of_form(format);
    let (mark, copy) = (found.mark.header(), found.owner.why_copy());
    let document = if format == Format::NQuads {
        let digest = found.version.digest;
        Document::exact(found.bytes, digest, format.media_type(), keep(name))
    } else {
        let text = text(shared, &found, format, &archive)?;
        // its tag is not the record's: names and addresses go into some forms
        Document::written(text, format.media_type(), keep(name))
    };
    let mut document = document.with(LINK, links);
    if let Some(mark) = mark {
        document = document.with(STATE, mark);
    }
    if let Some(why) = copy {
        document = document.with(COPY, why.word());
    }
    Ok(document)
}

/// The links of the page of a record, as a document of their own.
///
/// # Errors
/// When the kept bytes are no record.
pub(super) fn linkset(
    shared: &Shared,
    found: &Found,
    name: &Name,
    home: &str,
) -> Result<Document, ServeError> {
    let archive = archive_of(&found.owner, home);
    let reading = reading_of(shared, found)?;
    let contents = items(shared, found, &reading)?;
    let text = signposts(found, name.is_versioned(), &archive).linkset(&reading, contents);
    let document = Document::written(text, LINKSET_MEDIA_TYPE, keep(name));
    Ok(match found.mark.header() {
        Some(mark) => document.with(STATE, mark),
        None => document,
    })
}

/// The record as text in a form.
///
/// # Errors
/// As [`represent`].
pub(super) fn text(
    shared: &Shared,
    found: &Found,
    format: Format,
    archive: &Archive,
) -> Result<String, ServeError> {
    let record = record_of(found)?;
    let version = found.version.version;
    Ok(formats::of_study(
        &record,
        version,
        format,
        archive,
        label(shared),
    )?)
}

/// The links that belong to a record: [`Signposts::of_page`] for its page here, [`Signposts::of_form`] for all others.
pub(super) fn signposts<'a>(
    found: &'a Found,
    is_versioned: bool,
    archive: &'a Archive,
) -> Signposts<'a> {
    let (id, version) = (&found.version.id, found.version.version);
    let newest = found.versions.iter().rfind(|version| version.is_current());
    // who vouches for it, where it is in which log, and when it was verified
    let vouched = format!("{}api/v1/records/{id}.{version}", archive.home);
    Signposts {
        iri: found.owner.namespace.iri(id),
        id,
        version,
        latest: newest.map_or(version, |newest| newest.version),
        is_versioned,
        archive,
        further: vec![TypedLink::to("describedby", &vouched).of_type("application/json")],
    }
}

/// A version never changes, but may be redacted.
fn keep(name: &Name) -> Keep {
    match name.is_versioned() {
        true => Keep::Briefly,
        false => Keep::Revalidate,
    }
}
