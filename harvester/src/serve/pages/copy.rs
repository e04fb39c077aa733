//! A record of a member that cannot be sent to: the copy that was verified here, marked as one.

use ::web::formats::{Cite, cite};
use ::web::http::conditional::weak;
use ::web::http::{Document, Format, Keep, STATE};
use ::web::{Site, words};
use actix_web::http::header::LINK;
use askama::Template;
use protocol::digest::Digest;
use protocol::record::{ObjectRef, Record};

use super::sentence;
use crate::serve::error::ServeError;
use crate::serve::find::{Found, Mark};
use crate::serve::name::Name;
use crate::serve::represent::{COPY, archive_of, reading_of, record_of, signposts, text};
use crate::serve::state::Shared;

/// What a study or an image is called.
const NAME: &str = "https://schema.org/name";
/// The same in records whose context says http.
const NAME_HTTP: &str = "http://schema.org/name";

#[derive(Template)]
#[template(path = "copy.html")]
struct CopyPage<'a> {
    site: &'a Site,
    title: String,
    id: String,
    version: u64,
    iri: String,
    member: &'a str,
    why: String,
    mark: Option<&'static str>,
    is_newest: bool,
    origin: &'a str,
    index: String,
    digest: String,
    verified_at: String,
    forms: Vec<(&'static str, String)>,
    cite: Option<Cite>,
    turtle: String,
}

/// The page.
///
/// # Errors
/// When the record or the page cannot be written.
pub(in crate::serve) fn copy(
    shared: &Shared,
    found: &Found,
    name: &Name,
    home: &str,
) -> Result<Document, ServeError> {
    let (version, owner) = (&found.version, &found.owner);
    let iri = owner.namespace.iri(&version.id);
    let member = owner.member.name.as_str();
    let why = owner.why_copy();
    let stem = format!("{}.{}", version.id, version.version);
    let base_path = &shared.site.base_path;
    let at = |format: &Format| {
        let address = format!("{base_path}id/{stem}.{}", format.suffix());
        (format.title(), address)
    };
    let archive = archive_of(owner, home);
    let reading = reading_of(shared, found)?;
    let links = signposts(found, name.is_versioned(), &archive).of_page(&reading);
    let page = CopyPage {
        site: &shared.site,
        title: title(&record_of(found)?, &iri).unwrap_or_else(|| version.id.to_string()),
        id: version.id.to_string(),
        version: version.version,
        member,
        why: why.map_or_else(String::new, |why| sentence(&why.sentence(member))),
        mark: mark(found.mark),
        is_newest: version.is_current(),
        origin: &version.origin,
        index: words::number(version.index),
        digest: version.digest.to_string(),
        verified_at: words::date(&version.verified_at),
        forms: Format::of(version.id.kind())
            .iter()
            .skip(1)
            .map(at)
            .collect(),
        cite: reading
            .study()
            .map(|study| cite(study, &archive, base_path)),
        turtle: text(shared, found, Format::Turtle, &archive)?,
        iri,
    }
    .render()?;
    let tag = weak(&Digest::of(page.as_bytes()), "");
    let media_type = Format::Html.media_type();
    let mut document = Document::text(page, tag, media_type, Keep::Revalidate).with(LINK, links);
    if let Some(mark) = found.mark.header() {
        document = document.with(STATE, mark);
    }
    if let Some(why) = why {
        document = document.with(COPY, why.word());
    }
    Ok(document)
}

fn mark(mark: Mark) -> Option<&'static str> {
    match mark {
        Mark::Public => None,
        Mark::Suppressed => Some(
            "Its institution has taken this out of lists and search. It still answers by its identifier.",
        ),
        Mark::Superseded => {
            Some("The newest version of the study does not have this image any more.")
        }
    }
}

/// What the record calls its resource.
fn title(record: &Record, iri: &str) -> Option<String> {
    record.statements().find_map(|statement| {
        let is_name = matches!(statement.predicate(), NAME | NAME_HTTP);
        match statement.object() {
            ObjectRef::Literal(literal) if is_name && statement.subject() == iri => {
                Some(literal.value().to_owned())
            }
            _ => None,
        }
    })
}
