//! The page of a study.

use ::web::formats::{Cite, cite, dataset};
use ::web::page::Title;
use ::web::view::Reading;
use ::web::{Site, words};
use askama::Template;
use protocol::identifier::ResourceId;

use super::about::{About, Notice};
use super::credit::{Author, Publication, author, funded, licence_name, organisation, publication};
use super::holdings::{self, Files, Images};
use super::parts::{Linked, Pair, pairs, paragraphs};
use super::sample::{self, Cards, Terms};
use super::{Turned, is_for_search};
use crate::database::Connection;
use crate::database::study::{self as studies, StudyRow};
use crate::serve::contents;
use crate::serve::described::archive_of;
use crate::serve::error::ServeError;
use crate::serve::resolve::Resolved;
use crate::serve::state::State;
use crate::study::Study;

#[derive(Template)]
#[template(path = "study.html")]
struct StudyPage<'a> {
    site: &'a Site,
    about: About,
    title: Title,
    /// the address of the picture that stands for the study
    portrait: Option<String>,
    authors: Vec<Author>,
    facts: Vec<Pair>,
    description: Vec<String>,
    subjects: Vec<Terms>,
    methods: Vec<Terms>,
    keywords: Vec<String>,
    cards: Vec<Cards>,
    publications: Vec<Publication>,
    funding: Vec<Linked>,
    related: Vec<Pair>,
    further: Vec<Pair>,
    missing: Vec<String>,
    findings: Vec<Pair>,
    cite: Option<Cite>,
    structured: Option<String>,
    images: Option<Images>,
    files: Option<Files>,
    file_commands: String,
}

/// Authors that stand under the title; more are folded away.
const FIRST_AUTHORS: usize = 20;

impl StudyPage<'_> {
    fn first_authors(&self) -> &[Author] {
        self.authors.get(..FIRST_AUTHORS).unwrap_or(&self.authors)
    }

    fn further_authors(&self) -> &[Author] {
        self.authors.get(FIRST_AUTHORS..).unwrap_or_default()
    }

    /// Whether anything is known of an author beside the name.
    fn says_more_of_authors(&self) -> bool {
        self.authors.iter().any(|author| !author.more.is_empty())
    }
}

/// The page of a study in a version; nothing where the storage no longer describes it.
///
/// # Errors
/// [`ServeError::NotFound`] for a page of a list that there is not; what cannot be read.
pub(super) fn study(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
    reading: &Reading,
    turned: &Turned,
) -> Result<Option<String>, ServeError> {
    let Some(content) = contents::content(state, &resolved.row)? else {
        return Ok(None);
    };
    let study = &content.study;
    let mut about = About::of(state, resolved)?;
    about.notices.extend(elsewhere(study));
    let images = holdings::images(state, connection, resolved, study, turned)?;
    let files = holdings::files(state, connection, resolved, study, turned)?;
    let issued = studies::find(connection, resolved.id.as_str())?;
    let title = study
        .title
        .clone()
        .unwrap_or_else(|| resolved.id.to_string());
    let page = StudyPage {
        site: &state.site,
        portrait: holdings::portrait(state, connection, resolved, study)?,
        authors: study.authors.iter().map(author).collect(),
        facts: facts(study, resolved, issued.as_ref(), files.as_ref()),
        description: paragraphs(study.description.as_deref()),
        subjects: sample::by_role(study.subjects.iter()),
        methods: sample::by_role(study.imaging_methods.iter()),
        keywords: study.keywords.clone(),
        cards: sample::of_study(study),
        publications: study.publications.iter().map(publication).collect(),
        funding: study
            .funding
            .iter()
            .map(|funding| funded(&funding.funder, funding.award.as_deref()))
            .collect(),
        related: study
            .related
            .iter()
            .map(|related| Pair {
                name: related.relation.replace('-', " "),
                value: other(state, &related.id),
            })
            .collect(),
        further: pairs(&study.additional),
        missing: study.missing.clone(),
        findings: content
            .findings
            .iter()
            .map(|finding| Pair::new(&finding.path, finding.message.clone()))
            .collect(),
        cite: reading
            .study()
            .map(|view| cite(view, &archive_of(state), &state.site.base_path)),
        structured: reading
            .study()
            .filter(|_| is_for_search(resolved))
            .map(|view| dataset(view, &archive_of(state), &[])),
        file_commands: files
            .as_ref()
            .map(|_| holdings::file_commands(state, resolved))
            .unwrap_or_default(),
        title: Title::of(title),
        images,
        files,
        about,
    };
    Ok(Some(page.render()?))
}

/// A catalogued study says where its data are, before anybody looks for a download.
fn elsewhere(study: &Study) -> Option<Notice> {
    if !study.is_catalogued() {
        return None;
    }
    let publisher = study
        .publisher
        .as_ref()
        .and_then(|publisher| publisher.name.as_deref());
    let stated = [
        study
            .stated_files
            .map(|files| words::count(files, "file", "files")),
        study.stated_bytes.map(words::bytes),
    ];
    let stated: Vec<String> = stated.into_iter().flatten().collect();
    let amount = if stated.is_empty() {
        String::new()
    } else {
        format!(" ({})", stated.join(", "))
    };
    let (text, link) = match (&study.data_at, publisher) {
        (Some(at), Some(name)) => (
            format!("Data are at {name}{amount}:"),
            Some(Linked::out(at.clone(), Some(at))),
        ),
        (Some(at), None) => (
            format!("Data are elsewhere{amount}:"),
            Some(Linked::out(at.clone(), Some(at))),
        ),
        (None, _) => (
            format!(
                "The data{amount} are not in this archive, and the source does not say where they are."
            ),
            None,
        ),
    };
    Some(Notice {
        look: "elsewhere",
        text,
        link,
    })
}

/// Another study or resource: of this archive by its id, else by its address.
fn other(state: &State, id: &str) -> Linked {
    let prefix = state.archive.config().prefix.as_str();
    let is_ours = ResourceId::parse(id).is_ok()
        && id.split_once('-').is_some_and(|(found, _)| found == prefix);
    if is_ours {
        Linked::to(id, state.path(&format!("id/{id}")))
    } else {
        Linked::out(id, Some(id))
    }
}

fn facts(
    study: &Study,
    resolved: &Resolved,
    row: Option<&StudyRow>,
    files: Option<&Files>,
) -> Vec<Pair> {
    let mut facts = Vec::new();
    let mut say = |name: &str, value: Option<Linked>| {
        facts.extend(value.map(|value| Pair::linked(name, value)))
    };
    let text = |text: String| Some(Linked::text(text));
    say(
        "Licence",
        study
            .licence
            .as_deref()
            .map(|licence| Linked::out(licence_name(licence), Some(licence))),
    );
    say(
        "Released",
        study
            .release_date
            .as_deref()
            .map(words::date)
            .and_then(text),
    );
    say(
        "Here since",
        row.map(|row| words::date(&row.issued)).and_then(text),
    );
    if resolved.version() > 1 {
        say("This version", text(words::date(&resolved.row.time)));
    }
    say("Publisher", study.publisher.as_ref().map(organisation));
    if !study.images.is_empty() {
        say("Images", text(words::number(study.images.len() as u64)));
    }
    if let Some(files) = files {
        say(
            "Files",
            text(format!(
                "{} ({})",
                words::number(files.paging.total),
                files.bytes
            )),
        );
    }
    say(
        "Sample",
        study
            .sample_kind
            .as_deref()
            .map(|kind| Linked::text(kind.replace('-', " "))),
    );
    say("Access", study.access_level.as_deref().map(Linked::text));
    for term in &study.data_use {
        say("Data use", Some(Linked::out(term.clone(), Some(term))));
    }
    if study.source.identifier_is_given {
        let iri = study.source.iri.as_deref();
        say(
            "Known as",
            Some(Linked::out(study.source.identifier.clone(), iri)),
        );
    }
    for same in &study.source.same_as {
        say("Same as", Some(Linked::out(same.clone(), Some(same))));
    }
    facts
}
