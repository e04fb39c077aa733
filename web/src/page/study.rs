//! What the page of a study says, whoever shows it: from its record alone. What a program knows beside that (who
//! confirmed it, where the files are, what the versions are) it adds itself.

use super::{
    Author, Cards, Linked, Notice, Pair, Publication, ShownTerm, Terms, author, by_role,
    cards_of_study, funded, licence, organisation, pairs, paragraphs, publication,
};
use crate::view::{StudyView, Term};
use crate::words;

/// Authors that stand in sight; the others are a click away.
const FIRST_AUTHORS: usize = 20;

/// Articles among the key facts; all of them are under "Publications".
const ARTICLES_IN_SIGHT: usize = 2;

/// `dct:accessRights` of what is open to everybody.
const OPEN: &str = "http://publications.europa.eu/resource/authority/access-right/PUBLIC";

/// What the record of a study says, as the macros of `study_parts.html` show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyBody {
    /// Authors that stand in sight.
    pub authors: Vec<Author>,
    /// The authors behind them.
    pub more_authors: Vec<Author>,
    /// What the licence allows, where that is known.
    pub licence_meaning: Option<&'static str>,
    /// The description as paragraphs.
    pub description: Vec<String>,
    /// What was imaged and how, as terms under their headings.
    pub subjects: Vec<Terms>,
    /// Keywords.
    pub keywords: Vec<String>,
    /// Samples, preparation, acquisition, components, annotations, figures.
    pub cards: Vec<Cards>,
    /// Articles.
    pub publications: Vec<Publication>,
    /// Who paid.
    pub funding: Vec<Linked>,
    /// Ties to other studies and resources.
    pub related: Vec<Pair>,
    /// Names and values that no other word is made for.
    pub further: Vec<Pair>,
    /// What the profile asks for and the study does not have.
    pub missing: Vec<String>,
}

impl StudyBody {
    /// What a record says. `show` says how a term is shown, `link` where another resource is to be found.
    pub fn of(
        view: &StudyView,
        show: &dyn Fn(&Term) -> ShownTerm,
        link: &dyn Fn(&str) -> Linked,
    ) -> StudyBody {
        let mut authors: Vec<Author> = view.authors.iter().map(author).collect();
        let more_authors = authors.split_off(authors.len().min(FIRST_AUTHORS));
        let licence = view.licence.as_deref().map(licence);
        StudyBody {
            authors,
            more_authors,
            licence_meaning: licence.and_then(|licence| licence.meaning),
            description: paragraphs(view.description.as_deref()),
            subjects: by_role(view.terms.iter(), show),
            keywords: view.keywords.clone(),
            cards: cards_of_study(view, show),
            publications: view.articles.iter().map(publication).collect(),
            funding: view.grants.iter().filter_map(funded).collect(),
            related: related(view, link),
            further: pairs(&view.properties),
            missing: view.missing.clone(),
        }
    }

    /// Whether anything is known of an author beside the name.
    pub fn says_more_of_authors(&self) -> bool {
        let mut all = self.authors.iter().chain(&self.more_authors);
        all.any(|author| !author.affiliations.is_empty() || !author.roles.is_empty())
    }
}

/// The key facts of a study, in the order in which they are asked for. `images` and `files` are words of the program's
/// own, which knows what it shows of them: `12 images`, `24 files, 3.4 MB`.
pub fn facts_of_study(view: &StudyView, images: Option<&str>, files: Option<&str>) -> Vec<Pair> {
    let mut facts = Vec::new();
    let mut say = |name: &str, value: Option<Linked>| {
        facts.extend(value.map(|value| Pair::linked(name, value)));
    };
    let date = |text: &Option<String>| text.as_deref().map(words::date).map(Linked::text);
    let address = |text: &String| Some(Linked::out(text.as_str(), Some(text)));
    for article in view.articles.iter().take(ARTICLES_IN_SIGHT) {
        say("Article", publication(article).links.into_iter().next());
    }
    let licence = view.licence.as_deref().map(licence);
    say("Licence", licence.map(|licence| licence.name));
    say("Access", view.access.as_deref().map(access));
    for policy in &view.data_use {
        say("Data use", address(policy));
    }
    say("Released", date(&view.date_published));
    say("Here since", date(&view.issued));
    say("This version", date(&view.modified));
    say("Publisher", view.publisher.as_ref().map(organisation));
    say("Images", images.map(Linked::text));
    say("Files", files.map(Linked::text));
    for kind in &view.sample_kinds {
        say("Sample", Some(Linked::text(kind.replace('-', " "))));
    }
    for id in &view.source_ids {
        say("Known as", address(id));
    }
    for same in &view.same_as {
        say("Same as", address(same));
    }
    facts
}

fn access(text: &str) -> Linked {
    match text {
        OPEN => Linked::text("open to everybody"),
        other => Linked::out(other, Some(other)),
    }
}

/// A catalogued study says where its data are, before anybody looks for a download.
pub fn data_elsewhere(view: &StudyView) -> Option<Notice> {
    if view.is_held() {
        return None;
    }
    let publisher = view.publisher.as_ref();
    let publisher = publisher.and_then(|publisher| publisher.name.as_deref());
    let amount = match amount(view.files, view.bytes) {
        amount if amount.is_empty() => amount,
        amount => format!(" ({amount})"),
    };
    let (text, link) = match &view.data_at {
        Some(at) => (
            format!(
                "Data are at {}{amount}:",
                publisher.unwrap_or("another place")
            ),
            Some(Linked::out(at.as_str(), Some(at))),
        ),
        None => (
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

/// `12 files, 3.4 MB`, as far as either is known.
pub fn amount(files: Option<u64>, bytes: Option<u64>) -> String {
    let files = files.map(|files| words::count(files, "file", "files"));
    let known: Vec<String> = [files, bytes.map(words::bytes)]
        .into_iter()
        .flatten()
        .collect();
    known.join(", ")
}

fn related(view: &StudyView, link: &dyn Fn(&str) -> Linked) -> Vec<Pair> {
    let named = view.relations.iter().map(|relation| {
        let name = relation.name.replace('-', " ");
        Pair::linked(&name, link(&relation.target))
    });
    let from = view.derived_from.iter();
    let from = from.map(|text| Pair::linked("derived from", link(text)));
    let see = view.see_also.iter();
    let see = see.map(|text| Pair::linked("see also", link(text)));
    named.chain(from).chain(see).collect()
}
