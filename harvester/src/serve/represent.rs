//! A record in the form that a program wants, out of the mirror.

use ::web::formats;
use ::web::http::conditional::weak;
use ::web::http::{Document, Format, Keep, STATE};
use actix_web::http::header::{HeaderName, LINK};
use protocol::record::Record;

use super::error::ServeError;
use super::find::Found;
use super::name::Name;

/// Why a copy answers in place of the member: `retired`, `suspended`, `frozen` (a structured field, RFC 9651).
pub(super) const COPY: HeaderName = HeaderName::from_static("ommatidia-copy");

/// The record as it was verified.
///
/// # Errors
/// When the kept bytes are no record.
pub(super) fn record_of(found: &Found) -> Result<Record, ServeError> {
    let bytes = found.bytes.clone();
    Record::parse(bytes, &found.version.id, &found.owner.namespace)
        .map_err(|error| ServeError::Broken(error.into()))
}

/// The record in a form.
///
/// # Errors
/// When the record cannot be written in it.
pub(super) fn represent(
    found: Found,
    name: &Name,
    format: Format,
    base_path: &str,
) -> Result<Document, ServeError> {
    let digest = found.version.digest;
    let links = links(&found, format, base_path);
    let (mark, copy) = (found.mark.header(), found.owner.why_copy());
    // a version never changes, but may be redacted
    let keep = match name.version {
        Some(_) => Keep::Briefly,
        None => Keep::Revalidate,
    };
    let document = if format == Format::NQuads {
        Document::exact(found.bytes, digest, format.media_type(), keep)
    } else {
        let tag = weak(&digest, &format!(".{}", format.suffix()));
        Document::text(text(&found, format)?, tag, format.media_type(), keep)
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

/// The record as text in a form.
///
/// # Errors
/// As [`represent`].
pub(super) fn text(found: &Found, format: Format) -> Result<String, ServeError> {
    let record = record_of(found)?;
    let written = match format {
        Format::Turtle => formats::turtle(&record),
        Format::RdfXml => formats::rdf_xml(&record),
        // a name has no suffix of a form that only studies have
        _ => Ok(formats::json_ld(&record)),
    };
    written.map_err(|error| ServeError::Broken(error.into()))
}

/// What belongs to the resource, as links for programs (RFC 8288, RFC 5829).
pub(super) fn links(found: &Found, format: Format, base_path: &str) -> String {
    let (id, version) = (&found.version.id, found.version.version);
    let mut links = vec![
        format!("<{}>; rel=\"canonical\"", found.owner.namespace.iri(id)),
        // who vouches for it, where it is in which log, and when it was verified
        format!(
            "<{base_path}api/v1/records/{id}.{version}>; rel=\"describedby\"; type=\"application/json\""
        ),
    ];
    for other in Format::WITH_SUFFIX
        .into_iter()
        .filter(|other| *other != format)
    {
        let media_type = other.media_type().split(';').next().unwrap_or_default();
        links.push(format!(
            "<{base_path}id/{id}.{version}.{}>; rel=\"alternate\"; type=\"{media_type}\"",
            other.suffix()
        ));
    }
    if version > 1 {
        links.push(format!(
            "<{base_path}id/{id}.{}>; rel=\"predecessor-version\"",
            version - 1
        ));
    }
    if let Some(study) = id.study_id().filter(|study| study != id) {
        links.push(format!("<{base_path}id/{study}>; rel=\"collection\""));
    }
    links.join(", ")
}
