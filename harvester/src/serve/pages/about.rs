//! What stands on the page of every resource: its names, what a reader should know first, its versions and forms.

use ::web::http::{Document, Format, STATE};
use ::web::page::{Linked, Notice, ShownTerm};
use ::web::view::Term;
use ::web::words::{self, sentence};
use actix_web::http::header::LINK;
use ontologies::Terms;
use protocol::identifier::{Accession, Kind};

use super::Visit;
use super::evidence::Evidence;
use super::term::term_href;
use crate::ledger::shown;
use crate::serve::error::ServeError;
use crate::serve::find::{Found, Mark};
use crate::serve::name::Name;
use crate::serve::owner::Answers;
use crate::serve::represent::{COPY, archive_of, reading_of, signposts};
use crate::serve::state::Shared;

/// Versions that are listed; the others answer all the same.
const MOST_VERSIONS: usize = 50;

/// A line of the list of versions.
pub(super) struct VersionLine {
    /// the number, linked where it answers
    pub version: Linked,
    /// when it was verified here
    pub date: String,
    /// whether it is the one on the page
    pub is_this: bool,
    /// what became of it
    pub fate: &'static str,
}

/// Names, notices, versions, forms and evidence of a resource.
pub(super) struct About {
    pub id: String,
    pub version: u64,
    /// what to cite
    pub iri: String,
    pub notices: Vec<Notice>,
    pub versions: Vec<VersionLine>,
    /// older versions that are not listed
    pub versions_left_out: usize,
    pub forms: Vec<Linked>,
    /// the page at the institution, or at whoever came after it
    pub at_institution: Option<Linked>,
    pub evidence: Evidence,
    /// whether search engines should show it
    pub is_for_all: bool,
}

impl About {
    /// What is to be said about a resource. `base` is this harvester's address.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(super) fn of(shared: &Shared, found: &Found, base: &str) -> Result<Self, ServeError> {
        let (version, owner) = (&found.version, &found.owner);
        let base_path = &shared.site.base_path;
        let stem = format!("{}.{}", version.id, version.version);
        let form = |format: &Format| {
            Linked::to(
                format.title(),
                format!("{base_path}id/{stem}.{}", format.suffix()),
            )
        };
        let mut forms: Vec<Linked> = Format::of(version.id.kind())
            .iter()
            .skip(1)
            .map(form)
            .collect();
        let vouched = format!("{base_path}api/v1/records/{stem}");
        forms.push(Linked::to("Who vouches for it", vouched));
        Ok(Self {
            id: version.id.to_string(),
            version: version.version,
            iri: owner.namespace.iri(&version.id),
            notices: notices(shared, found),
            versions: versions(shared, found)?,
            versions_left_out: found.versions.len().saturating_sub(MOST_VERSIONS),
            forms,
            at_institution: at_institution(found),
            evidence: Evidence::of(shared, found, base)?,
            is_for_all: found.mark == Mark::Public && version.is_current(),
        })
    }
}

/// The page as an answer, with what belongs to the resource in its headers.
///
/// # Errors
/// When the kept bytes are no record.
pub(super) fn document(
    shared: &Shared,
    page: String,
    found: &Found,
    visit: &Visit,
) -> Result<Document, ServeError> {
    let archive = archive_of(&found.owner, &visit.home);
    let reading = reading_of(shared, found)?;
    let links = signposts(found, visit.is_versioned, &archive).of_page(&reading);
    let mut document = Document::page(page).with(LINK, links);
    if let Some(mark) = found.mark.header() {
        document = document.with(STATE, mark);
    }
    if let Some(why) = found.owner.why_copy() {
        document = document.with(COPY, why.word());
    }
    Ok(document)
}

/// The path of the portal's own page of a resource.
pub(in crate::serve) fn path_of(base_path: &str, id: &Accession, version: Option<u64>) -> String {
    let folder = match id.kind() {
        Kind::Study => "studies",
        Kind::Image => "images",
        _ => "id",
    };
    match version {
        Some(version) => format!("{base_path}{folder}/{id}.{version}"),
        None => format!("{base_path}{folder}/{id}"),
    }
}

/// What a reader should know of how a resource stands.
pub(super) fn mark(mark: Mark) -> Option<&'static str> {
    match mark {
        Mark::Public => None,
        Mark::Suppressed => Some(
            "Its institution has taken this out of lists and search, and can say why. It still answers by its identifier.",
        ),
        Mark::Superseded => {
            Some("The newest version of the study does not have this image any more.")
        }
    }
}

/// How a term is shown: by its name, leading to its page here where it is known.
pub(super) fn show<'t>(terms: &'t Terms, base_path: &'t str) -> impl Fn(&Term) -> ShownTerm + 't {
    move |term| {
        let known = term.iri.as_deref().and_then(|iri| terms.by_iri(iri));
        let href = known.map(|known| term_href(base_path, &known.iri));
        ::web::page::shown(term, known.map(|known| known.label.as_str()), href)
    }
}

/// Something that a record names: a resource of the federation leads to its page here, anything else to its address.
pub(super) fn resource(shared: &Shared, text: &str) -> Linked {
    let roster = shared.harvester.roster();
    let member_of = |id: &Accession| {
        let mut members = roster.members.iter();
        members.find(|member| member.prefix.as_str() == id.prefix())
    };
    let last = text.rsplit('/').next().unwrap_or_default();
    let ours = Accession::parse(last).ok().filter(|id| {
        member_of(id).is_some_and(|member| {
            let namespace = member.namespace.as_ref().unwrap_or(&roster.namespace);
            text == last || namespace.iri(id) == text
        })
    });
    match ours {
        Some(id) => Linked::to(id.to_string(), path_of(&shared.site.base_path, &id, None)),
        None => Linked::out(text, Some(text)),
    }
}

fn at_institution(found: &Found) -> Option<Linked> {
    let (id, version) = (&found.version.id, found.version.version);
    let stem = match found.version.is_current() {
        true => id.to_string(),
        false => format!("{id}.{version}"),
    };
    let address = found.owner.page(&Name::parse(&stem).ok()?)?;
    let name = &found.owner.member.name;
    Some(match &found.owner.answers {
        Answers::Successor(_) => {
            Linked::to(format!("The page at the successor of {name}"), address)
        }
        _ => Linked::to(format!("The page at {name}"), address),
    })
}

fn notices(shared: &Shared, found: &Found) -> Vec<Notice> {
    let (version, member) = (&found.version, &found.owner.member.name);
    let mut notices = Vec::new();
    let mut say = |look, text, link| notices.push(Notice { look, text, link });
    if let Some(why) = found.owner.why_copy() {
        let why = sentence(&why.sentence(member));
        say("warn", format!("This is a copy. {why}"), None);
    }
    if let Some(text) = mark(found.mark) {
        say("gone", text.to_owned(), None);
    }
    if !version.is_current() && found.mark != Mark::Superseded {
        let newest = path_of(&shared.site.base_path, &version.id, None);
        say(
            "warn",
            format!("This is version {}. There is a newer one:", version.version),
            Some(Linked::to(version.id.to_string(), newest)),
        );
    }
    notices
}

fn versions(shared: &Shared, found: &Found) -> Result<Vec<VersionLine>, ServeError> {
    let connection = &mut *shared.harvester.desk().ledger.reader()?;
    let listed = found.versions.iter().rev().take(MOST_VERSIONS);
    let mut lines = Vec::new();
    for version in listed {
        // a version of an image that was left out goes on answering; what was redacted does not
        let is_there = version.is_kept()
            || version.is_removed() && shown::has_good_bytes(connection, version)?;
        let fate = match (is_there, version.is_removed()) {
            (true, _) => "",
            (false, true) => "removed for legal cause",
            (false, false) => "stands aside: what came could not be verified",
        };
        let text = format!("Version {}", version.version);
        let number = Some(version.version);
        let href = path_of(&shared.site.base_path, &version.id, number);
        lines.push(VersionLine {
            version: if is_there {
                Linked::to(text, href)
            } else {
                Linked::text(text)
            },
            date: words::date(&version.verified_at),
            is_this: version.version == found.version.version,
            fate,
        });
    }
    Ok(lines)
}
