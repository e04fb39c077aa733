//! `/id/<id>`: a resource in the form that the client wants.

use ::web::formats;
use ::web::http::{Accept, Document, Format, Keep, STATE, conditional};
use actix_web::http::header::{CONTENT_LOCATION, LINK, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use protocol::digest::Digest;
use protocol::identifier::Kind;
use protocol::record::Record;

use super::blocking::blocking;
use super::error::ServeError;
use super::name::Name;
use super::pages::{self, Turned};
use super::resolve::{Resolved, resolve};
use super::state::State;

/// Answers `/id/<id>[.<version>][.<suffix>]`.
pub(super) async fn resource(
    state: web::Data<State>,
    request: HttpRequest,
    name: web::Path<String>,
    turned: web::Query<Turned>,
) -> Result<HttpResponse, ServeError> {
    let name = Name::parse(&name, &state.archive.config().prefix)?;
    let format = match name.format {
        Some(format) => Some(format),
        None => Accept::of(request.headers()).choose(),
    };
    let document = blocking(&state, move |state| document(state, &name, format, &turned)).await?;
    Ok(document.respond(&request))
}

fn document(
    state: &State,
    name: &Name,
    format: Option<Format>,
    turned: &Turned,
) -> Result<Document, ServeError> {
    let mut connection = state.archive.database().connection()?;
    let resolved = resolve(state, &mut connection, name)?.with_record()?;
    let format = format.ok_or_else(|| not_acceptable(state, name))?;
    let document = match format {
        Format::Html => Document::page(pages::of_resource(
            state,
            &mut connection,
            &resolved,
            turned,
        )?),
        _ => representation(state, &resolved, format)?,
    };
    let mut document = document.with(LINK, links(state, &resolved, format));
    if name.format.is_none() {
        document = document.with(VARY, "Accept");
        if format != Format::Html {
            document = document.with(
                CONTENT_LOCATION,
                state.path(&format!("id/{}.{}", name.stem(), format.suffix())),
            );
        }
    }
    Ok(match &resolved.mark {
        Some(mark) => document.with(STATE, mark.header()),
        None => document,
    })
}

/// The record in a form for programs.
fn representation(
    state: &State,
    resolved: &Resolved,
    format: Format,
) -> Result<Document, ServeError> {
    let row = &resolved.row;
    let broken = |detail: &str| {
        ServeError::Broken(format!(
            "the record {} of {} {detail}; run omma-node check",
            row.digest,
            resolved.versioned()
        ))
    };
    let digest = Digest::parse(&row.digest).map_err(|_| broken("has no digest in the database"))?;
    let bytes = state
        .archive
        .log()
        .record(&digest)?
        .ok_or_else(|| broken("is not in the log"))?;
    // a version never changes, but may be redacted
    let keep = if resolved.is_versioned {
        Keep::Briefly
    } else {
        Keep::Revalidate
    };
    if format == Format::NQuads {
        return Ok(Document::exact(bytes, digest, format.media_type(), keep));
    }
    let record = Record::parse(bytes, &resolved.id, &state.archive.config().namespace).map_err(
        |source| ServeError::Record {
            digest: row.digest.clone(),
            source,
        },
    )?;
    let text = match format {
        Format::Turtle => formats::turtle(&record)?,
        Format::RdfXml => formats::rdf_xml(&record)?,
        // a name and an Accept give only forms that any record has
        _ => formats::json_ld(&record),
    };
    let tag = conditional::weak(&digest, &format!(".{}", format.suffix()));
    Ok(Document::text(text, tag, format.media_type(), keep))
}

/// What belongs to the resource, as links for programs (RFC 8288, RFC 5829).
fn links(state: &State, resolved: &Resolved, format: Format) -> String {
    let at = |name: &str| state.path(&format!("id/{name}"));
    let versioned = resolved.versioned();
    let mut links = vec![format!(
        "<{}>; rel=\"canonical\"",
        state.archive.config().namespace.iri(&resolved.id)
    )];
    for other in Format::WITH_SUFFIX
        .into_iter()
        .filter(|other| *other != format)
    {
        let rel = if format == Format::Html {
            "alternate describedby"
        } else {
            "alternate"
        };
        let media_type = other.media_type().split(';').next().unwrap_or_default();
        links.push(format!(
            "<{}.{}>; rel=\"{rel}\"; type=\"{media_type}\"",
            at(&versioned),
            other.suffix()
        ));
    }
    if format != Format::Html {
        links.push(format!(
            "<{}>; rel=\"describes\"",
            at(&resolved.id.to_string())
        ));
    }
    links.push(format!(
        "<{}.{}>; rel=\"latest-version\"",
        at(resolved.id.as_str()),
        resolved.latest()
    ));
    if resolved.version() > 1 {
        links.push(format!(
            "<{}.{}>; rel=\"predecessor-version\"",
            at(resolved.id.as_str()),
            resolved.version() - 1
        ));
    }
    if let Some(study) = resolved
        .id
        .study_part()
        .filter(|_| resolved.id.kind() != Kind::Study)
    {
        links.push(format!("<{}>; rel=\"collection\"", at(study)));
    }
    links.join(", ")
}

fn not_acceptable(state: &State, name: &Name) -> ServeError {
    let forms: Vec<String> = Format::WITH_SUFFIX
        .iter()
        .map(|format| {
            format!(
                "{} at {}",
                format.media_type(),
                state.path(&format!("id/{}.{}", name.stem(), format.suffix()))
            )
        })
        .collect();
    ServeError::NotAcceptable(format!(
        "{} has none of the forms that you accept; it has text/html, {}",
        name.stem(),
        forms.join(", ")
    ))
}
