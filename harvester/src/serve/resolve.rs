//! `/id/<id>`: every resource of the federation under one roof (docs/PROTOCOL.md section 2).
//!
//! Data come from the mirror, never from the graph; pages, files and pictures are at the member that owns the prefix.

use ::web::formats;
use ::web::http::conditional::weak;
use ::web::http::{Accept, Document, Format, Keep, STATE, Tombstone};
use actix_web::http::header::{LINK, LOCATION};
use actix_web::{HttpRequest, HttpResponse, web};
use protocol::history::State as Shown;
use protocol::identifier::{Accession, Namespace, VersionedId};
use protocol::record::Record;
use protocol::roster::{Member, Status};

use super::error::ServeError;
use super::state::{State, blocking};
use crate::harvest::round::namespace_of;
use crate::ledger::shown::{self, Version};
use crate::operate::Harvester;

/// What an address names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    /// the resource
    pub id: Accession,
    /// one version of it; none for the newest
    pub version: Option<u64>,
    /// the form that a suffix asks for
    pub format: Option<Format>,
}

impl Asked {
    /// Reads `DND-S42`, `DND-S42.2`, `DND-S42.ttl`, `DND-S42.2.nq`.
    pub fn parse(name: &str) -> Result<Self, ServeError> {
        let (rest, format) = match name.rsplit_once('.') {
            Some((rest, suffix)) => match Format::from_suffix(suffix) {
                Some(format) => (rest, Some(format)),
                None => (name, None),
            },
            None => (name, None),
        };
        if let Ok(id) = Accession::parse(rest) {
            return Ok(Self {
                id,
                version: None,
                format,
            });
        }
        let versioned = VersionedId::parse(rest).map_err(|_| {
            ServeError::NotFound(format!(
                "{name:?} is no accession; one is like DND-S42, DND-S42-I7 or DND-S42.2"
            ))
        })?;
        Ok(Self {
            id: versioned.id().clone(),
            version: Some(versioned.version()),
            format,
        })
    }
}

/// A record that answers.
pub(super) struct Found {
    /// which version
    pub version: Version,
    /// all of them
    pub versions: Vec<Version>,
    /// whether it is suppressed
    pub state: Shown,
    /// canonical N-Quads
    pub bytes: Vec<u8>,
    /// the namespace of its member
    pub namespace: Namespace,
    /// its member
    pub member: Member,
}

/// The member that owns the prefix of an accession.
fn owner(harvester: &Harvester, id: &Accession) -> Result<(Member, Namespace), ServeError> {
    let roster = harvester.roster();
    let found = roster
        .members
        .iter()
        .find(|member| member.prefix.as_str() == id.prefix());
    let member = found.cloned().ok_or_else(|| {
        ServeError::NotFound(format!(
            "no member of this federation has the prefix {}",
            id.prefix()
        ))
    })?;
    let namespace = namespace_of(&roster, &member);
    Ok((member, namespace))
}

/// The record that is asked for: the newest good version, or the one that is named.
///
/// # Errors
/// 404 for what is not known here, 410 for what is gone.
pub(super) fn find(harvester: &Harvester, asked: &Asked) -> Result<Found, ServeError> {
    let (member, namespace) = owner(harvester, &asked.id)?;
    let connection = &mut *harvester.desk().ledger.reader()?;
    let unknown = || ServeError::NotFound(format!("{} is not known here", asked.id));
    let state = shown::state(connection, &asked.id)?.ok_or_else(unknown)?;
    let versions = shown::versions(connection, &asked.id)?;
    if let Shown::Gone { reason, by } = &state {
        let successor = by.as_ref().map(ToString::to_string);
        return Err(ServeError::Gone {
            detail: match &successor {
                Some(successor) => format!("{} was replaced by {successor} ({reason})", asked.id),
                None => format!("{} was withdrawn ({reason})", asked.id),
            },
            tombstone: Box::new(Tombstone {
                id: asked.id.to_string(),
                reason: Some(reason.to_string()),
                successor,
                ..Tombstone::default()
            }),
        });
    }
    let wanted = versions.iter().find(|version| match asked.version {
        Some(number) => version.version == number,
        None => version.is_current(),
    });
    let version = wanted.cloned().ok_or_else(unknown)?;
    if version.is_removed() {
        return Err(ServeError::Gone {
            detail: format!("the bytes of {}.{} were removed", asked.id, version.version),
            tombstone: Box::new(Tombstone {
                id: format!("{}.{}", asked.id, version.version),
                ..Tombstone::default()
            }),
        });
    }
    if !version.is_kept() {
        return Err(ServeError::NotFound(format!(
            "{}.{} was announced and stands aside; the report of {} says why",
            asked.id, version.version, member.id
        )));
    }
    let bytes = harvester
        .projections()
        .record_of(&version)?
        .ok_or_else(unknown)?;
    Ok(Found {
        version,
        versions,
        state,
        bytes,
        namespace,
        member,
    })
}

/// `/id/<id>`.
pub(super) async fn resource(
    state: web::Data<State>,
    name: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let asked = Asked::parse(&name)?;
    let accept = Accept::of(request.headers());
    let format = asked.format.or_else(|| accept.choose()).ok_or_else(|| {
        let forms = Format::ALL.map(Format::media_type);
        ServeError::NotAcceptable(forms.join(", "))
    })?;
    let query = request.query_string().to_owned();
    if format == Format::Html {
        let location = blocking(&state, move |harvester| {
            at_member(harvester, &asked, &name, &query)
        })
        .await?;
        return Ok(HttpResponse::SeeOther()
            .insert_header((LOCATION, location))
            .finish());
    }
    let document = blocking(&state, move |harvester| {
        represent(find(harvester, &asked)?, format)
    })
    .await?;
    Ok(document.respond(&request))
}

/// Files, pictures and tiles of a resource: its member has them.
pub(super) async fn below(
    state: web::Data<State>,
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let (name, rest) = path.into_inner();
    let asked = Asked::parse(&name)?;
    let query = request.query_string().to_owned();
    // as the client wrote it: a name with an escaped slash stays one
    let raw = request.uri().path();
    let rest = raw
        .split_once(&format!("{name}/"))
        .map_or(rest.clone(), |(_, rest)| rest.to_owned());
    let location = blocking(&state, move |harvester| {
        at_member(harvester, &asked, &format!("{name}/{rest}"), &query)
    })
    .await?;
    Ok(HttpResponse::TemporaryRedirect()
        .insert_header((LOCATION, location))
        .finish())
}

/// Where the member, or its successor, answers.
fn at_member(
    harvester: &Harvester,
    asked: &Asked,
    path: &str,
    query: &str,
) -> Result<String, ServeError> {
    let (member, _) = owner(harvester, &asked.id)?;
    let base = match member.status {
        Status::Retired => member.successor.as_ref(),
        _ => member.base.as_ref(),
    };
    let base = base.filter(|base| base.starts_with("https://") || base.starts_with("http://"));
    let base = base.ok_or_else(|| {
        ServeError::NotFound(format!(
            "{} has ended, and nobody serves its pages and files; its records are kept here: ask for /id/{}.ttl, .jsonld, .nq or .rdf",
            member.name, asked.id
        ))
    })?;
    let question = if query.is_empty() { "" } else { "?" };
    let slash = if base.ends_with('/') { "" } else { "/" };
    Ok(format!("{base}{slash}id/{path}{question}{query}"))
}

/// A record in a form, out of the mirror.
fn represent(found: Found, format: Format) -> Result<Document, ServeError> {
    let Found {
        version,
        bytes,
        namespace,
        state,
        ..
    } = found;
    let digest = version.digest;
    let document = if format == Format::NQuads {
        Document::exact(bytes, digest, format.media_type(), Keep::Revalidate)
    } else {
        let record = Record::parse(bytes, &version.id, &namespace)
            .map_err(|error| ServeError::Broken(error.into()))?;
        let text = match format {
            Format::JsonLd => formats::json_ld(&record),
            Format::Turtle => {
                formats::turtle(&record).map_err(|error| ServeError::Broken(error.into()))?
            }
            _ => formats::rdf_xml(&record).map_err(|error| ServeError::Broken(error.into()))?,
        };
        let tag = weak(&digest, format.suffix());
        Document::text(text, tag, format.media_type(), Keep::Revalidate)
    };
    let canonical = namespace.iri_of_version(&version.id, version.version);
    let document = document.with(LINK, format!("<{canonical}>; rel=\"canonical\""));
    Ok(match state {
        Shown::Suppressed => document.with(STATE, "suppressed"),
        _ if !version.is_current() => document.with(STATE, "superseded"),
        _ => document,
    })
}
