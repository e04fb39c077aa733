//! The portal's page of a study: what it says in words that a biologist uses, whose word that is, and how to get the data.

use ::web::formats::{Cite, cite, dataset};
use ::web::http::Document;
use ::web::page::{
    Author, Cards, Linked, Pair, Publication, Terms, Title, author, by_role, cards_of_study,
    funded, licence, organisation, pairs, paragraphs, publication,
};
use ::web::view::{Reading, StudyView};
use ::web::{Site, words};
use askama::Template;
use protocol::identifier::VersionedId;

use super::Visit;
use super::about::{About, Notice, document, resource, show};
use super::copy::copy;
use super::holdings::{self, Files, Images};
use super::picture::Picture;
use crate::serve::error::ServeError;
use crate::serve::find::{Found, Mark};
use crate::serve::represent::{archive_of, reading_of};
use crate::serve::state::Shared;

/// Authors that stand in sight; the others are a click away.
const FIRST_AUTHORS: usize = 20;

/// Articles among the key facts; all of them are under "Publications".
const ARTICLES_IN_SIGHT: usize = 2;

/// `dct:accessRights` of what is open to everybody.
const OPEN: &str = "http://publications.europa.eu/resource/authority/access-right/PUBLIC";

#[derive(Template)]
#[template(path = "study.html")]
struct StudyPage<'a> {
    site: &'a Site,
    about: About,
    title: Title,
    picture: Option<Picture>,
    /// where the images themselves are to be had
    data: Option<Linked>,
    authors: Vec<Author>,
    more_authors: Vec<Author>,
    licence_meaning: Option<&'static str>,
    facts: Vec<Pair>,
    description: Vec<String>,
    subjects: Vec<Terms>,
    keywords: Vec<String>,
    images: Option<Images>,
    files: Option<Files>,
    cards: Vec<Cards>,
    publications: Vec<Publication>,
    funding: Vec<Linked>,
    related: Vec<Pair>,
    further: Vec<Pair>,
    missing: Vec<String>,
    cite: Cite,
    structured: Option<String>,
}

impl StudyPage<'_> {
    /// Whether anything is known of an author beside the name.
    fn says_more_of_authors(&self) -> bool {
        let mut all = self.authors.iter().chain(&self.more_authors);
        all.any(|author| !author.affiliations.is_empty() || !author.roles.is_empty())
    }
}

/// The page.
///
/// # Errors
/// 404 for a page of images that there is not; when ledger, mirror or page cannot be had.
pub(super) fn study(shared: &Shared, found: &Found, visit: &Visit) -> Result<Document, ServeError> {
    let Reading::Study(view) = reading_of(shared, found)? else {
        // a record that every rule holds for and that is about something else
        return copy(shared, found, visit);
    };
    let page = page(shared, found, &view, visit)?.render()?;
    document(shared, page, found, visit)
}

fn page<'a>(
    shared: &'a Shared,
    found: &Found,
    view: &StudyView,
    visit: &Visit,
) -> Result<StudyPage<'a>, ServeError> {
    let terms = shared.harvester.projections().terms();
    let show = show(&terms, &shared.site.base_path);
    let mut about = About::of(shared, found, &visit.home)?;
    about.notices.extend(elsewhere(view));
    let images = holdings::images(shared, found, view, visit.images)?;
    let files = holdings::files(found, view);
    let mut authors: Vec<Author> = view.authors.iter().map(author).collect();
    let more_authors = authors.split_off(authors.len().min(FIRST_AUTHORS));
    let archive = archive_of(&found.owner, &visit.home);
    let views = images.as_ref().map(|images| &images.views[..]);
    // what is out of lists is for no search engine either
    let structured = about
        .is_for_all
        .then(|| dataset(view, &archive, views.unwrap_or_default()));
    Ok(StudyPage {
        site: &shared.site,
        title: Title::of(view.title()),
        picture: picture(shared, found, view),
        data: data(&about, view),
        authors,
        more_authors,
        licence_meaning: view
            .licence
            .as_deref()
            .and_then(|text| licence(text).meaning),
        facts: facts(&about, view, images.as_ref(), files.as_ref()),
        description: paragraphs(view.description.as_deref()),
        subjects: by_role(view.terms.iter(), &show),
        keywords: view.keywords.clone(),
        cards: cards_of_study(view, &show),
        publications: view.articles.iter().map(publication).collect(),
        funding: view.grants.iter().filter_map(funded).collect(),
        related: related(shared, view),
        further: pairs(&view.properties),
        missing: view.missing.clone(),
        cite: cite(view, &archive, &shared.site.base_path),
        structured,
        images,
        files,
        about,
    })
}

/// The picture that stands for the study; what is out of sight has none.
fn picture(shared: &Shared, found: &Found, view: &StudyView) -> Option<Picture> {
    let version = VersionedId::new(found.version.id.clone(), found.version.version).ok()?;
    let namespace = &found.owner.namespace;
    let mut named = view
        .thumbnails
        .iter()
        .filter(|_| found.mark == Mark::Public);
    named.find_map(|named| Picture::of(shared, named, namespace, &version))
}

/// Where somebody gets the images: from the institution's page, or from where the study says that they are.
fn data(about: &About, view: &StudyView) -> Option<Linked> {
    let held = || {
        let page = about.at_institution.as_ref()?.href.as_deref()?;
        Some(Linked::to("Get the files", format!("{page}#files")))
    };
    let elsewhere = || {
        let at = view.data_at.as_deref()?;
        Some(Linked::out("Go to the data", Some(at)))
    };
    let data = match view.is_held() {
        true => held(),
        false => elsewhere(),
    };
    data.filter(|data| data.href.is_some())
}

/// A catalogued study says where its data are, before anybody looks for a download.
fn elsewhere(view: &StudyView) -> Option<Notice> {
    if view.is_held() {
        return None;
    }
    let publisher = view.publisher.as_ref();
    let publisher = publisher.and_then(|publisher| publisher.name.as_deref());
    let amount = [
        view.files.map(|files| words::count(files, "file", "files")),
        view.bytes.map(words::bytes),
    ];
    let amount: Vec<String> = amount.into_iter().flatten().collect();
    let amount = match amount.is_empty() {
        true => String::new(),
        false => format!(" ({})", amount.join(", ")),
    };
    let (text, link) = match (&view.data_at, publisher) {
        (Some(at), name) => (
            format!("Data are at {}{amount}:", name.unwrap_or("another place")),
            Some(Linked::out(at.as_str(), Some(at))),
        ),
        (None, _) => (
            format!(
                "The data{amount} are not kept by this institution, and it does not say where they are."
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

fn facts(
    about: &About,
    view: &StudyView,
    images: Option<&Images>,
    files: Option<&Files>,
) -> Vec<Pair> {
    let mut facts = Vec::new();
    let mut say = |name: &str, value: Option<Linked>| {
        facts.extend(value.map(|value| Pair::linked(name, value)));
    };
    let date = |text: &Option<String>| text.as_deref().map(words::date).map(Linked::text);
    say("Institution", Some(about.evidence.member.clone()));
    for article in view.articles.iter().take(ARTICLES_IN_SIGHT) {
        say("Article", publication(article).links.into_iter().next());
    }
    say(
        "Licence",
        view.licence.as_deref().map(|text| licence(text).name),
    );
    say("Access", view.access.as_deref().map(access));
    for policy in &view.data_use {
        say("Data use", Some(Linked::out(policy.as_str(), Some(policy))));
    }
    say("Released", date(&view.date_published));
    say("Here since", date(&view.issued));
    say("This version", date(&view.modified));
    say("Publisher", view.publisher.as_ref().map(organisation));
    say("Images", images.map(|images| Linked::text(&images.total)));
    say("Files", files.map(|files| Linked::text(&files.amount)));
    for kind in &view.sample_kinds {
        say("Sample", Some(Linked::text(kind.replace('-', " "))));
    }
    for id in &view.source_ids {
        say("Known as", Some(Linked::out(id.as_str(), Some(id))));
    }
    for same in &view.same_as {
        say("Same as", Some(Linked::out(same.as_str(), Some(same))));
    }
    facts
}

fn access(text: &str) -> Linked {
    match text {
        OPEN => Linked::text("open to everybody"),
        other => Linked::out(other, Some(other)),
    }
}

fn related(shared: &Shared, view: &StudyView) -> Vec<Pair> {
    let mut related: Vec<Pair> = view
        .relations
        .iter()
        .map(|relation| {
            let name = relation.name.replace('-', " ");
            Pair::linked(&name, resource(shared, &relation.target))
        })
        .collect();
    let named = |name: &'static str, all: &[String]| -> Vec<Pair> {
        let all = all.iter();
        all.map(|text| Pair::linked(name, resource(shared, text)))
            .collect()
    };
    related.extend(named("derived from", &view.derived_from));
    related.extend(named("see also", &view.see_also));
    related
}
