//! The page of a study.

use askama::Template;
use ::web::{Site, words};
use percent_encoding::utf8_percent_encode;

use super::Turned;
use super::about::{About, Notice};
use super::parts::{Linked, Pair, Paging, in_address, pairs, paragraphs};
use super::sample::{self, Cards, Terms};
use crate::database::file::{self, FileRow};
use crate::database::record::{self, RecordRow};
use crate::database::study::{self as studies, StudyRow};
use crate::database::{Connection, standing};
use crate::relative_path::RelPath;
use crate::serve::contents;
use crate::serve::error::ServeError;
use crate::serve::resolve::Resolved;
use crate::serve::state::State;
use crate::study::{Article, Image, Organisation, Person, Pixels, Study};

/// Images and files on a page.
const IMAGES: u64 = 25;
const FILES: u64 = 50;
/// Authors that a citation names before it says "et al."
const AUTHORS_CITED: usize = 12;

#[derive(Template)]
#[template(path = "study.html")]
struct StudyPage<'a> {
    site: &'a Site,
    about: About,
    title: String,
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
    citation: String,
    images: Option<Images>,
    files: Option<Files>,
    file_commands: String,
}

impl StudyPage<'_> {
    /// Whether anything is known of an author beside the name.
    fn says_more_of_authors(&self) -> bool {
        self.authors.iter().any(|author| !author.more.is_empty())
    }
}

struct Author {
    name: String,
    orcid: Option<String>,
    /// Where the person worked and what the person did.
    more: String,
}

struct Publication {
    title: String,
    links: Vec<Linked>,
    date: Option<String>,
}

/// A page of the list of images.
struct Images {
    lines: Vec<ImageLine>,
    paging: Paging,
}

struct ImageLine {
    image: Linked,
    title: String,
    dimensions: String,
    component: String,
    files: usize,
}

/// A page of the list of files.
struct Files {
    lines: Vec<FileLine>,
    paging: Paging,
    /// Bytes of all files.
    bytes: String,
    list: String,
    sums: String,
}

struct FileLine {
    file: Linked,
    size: String,
    media_type: String,
    image: Option<Linked>,
    sha256: String,
}

/// The page of a study in a version; nothing where the storage no longer describes it.
///
/// # Errors
/// [`ServeError::NotFound`] for a page of a list that there is not; what cannot be read.
pub(super) fn study(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
    turned: &Turned,
) -> Result<Option<String>, ServeError> {
    let Some(content) = contents::content(state, &resolved.row)? else { return Ok(None) };
    let study = &content.study;
    let mut about = About::of(state, resolved)?;
    about.notices.extend(elsewhere(study));
    let images = images(state, connection, resolved, study, turned)?;
    let files = files(state, connection, resolved, study, turned)?;
    let issued = studies::find(connection, resolved.id.as_str())?;
    let title = study.title.clone().unwrap_or_else(|| resolved.id.to_string());
    let page = StudyPage {
        site: &state.site,
        authors: study.authors.iter().map(author).collect(),
        facts: facts(study, resolved, issued.as_ref(), files.as_ref()),
        description: paragraphs(study.description.as_deref()),
        subjects: sample::by_role(study.subjects.iter()),
        methods: sample::by_role(study.imaging_methods.iter()),
        keywords: study.keywords.clone(),
        cards: sample::of_study(study),
        publications: study.publications.iter().map(publication).collect(),
        funding: study.funding.iter().map(|funding| funded(&funding.funder, funding.award.as_deref())).collect(),
        related: study.related.iter().map(|related| Pair { name: related.relation.replace('-', " "), value: other(state, &related.id) }).collect(),
        further: pairs(&study.additional),
        missing: study.missing.clone(),
        findings: content.findings.iter().map(|finding| Pair::new(&finding.path, finding.message.clone())).collect(),
        citation: citation(state, study, &about, &title),
        file_commands: files.as_ref().map(|_| file_commands(state, resolved)).unwrap_or_default(),
        title,
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
    let publisher = study.publisher.as_ref().and_then(|publisher| publisher.name.as_deref());
    let stated = [study.stated_files.map(|files| words::count(files, "file", "files")), study.stated_bytes.map(words::bytes)];
    let stated: Vec<String> = stated.into_iter().flatten().collect();
    let amount = if stated.is_empty() { String::new() } else { format!(" ({})", stated.join(", ")) };
    let (text, link) = match (&study.data_at, publisher) {
        (Some(at), Some(name)) => (format!("Data are at {name}{amount}:"), Some(Linked::out(at.clone(), Some(at)))),
        (Some(at), None) => (format!("Data are elsewhere{amount}:"), Some(Linked::out(at.clone(), Some(at)))),
        (None, _) => (format!("The data{amount} are not in this archive, and the source does not say where they are."), None),
    };
    Some(Notice { look: "elsewhere", text, link })
}

fn author(person: &Person) -> Author {
    let affiliations = person.affiliations.iter().map(organisation).map(|linked| linked.text);
    let more: Vec<String> = affiliations.chain(person.roles.iter().cloned()).collect();
    Author { name: name_of(person), orcid: person.orcid.as_deref().and_then(super::parts::web_link).map(str::to_owned), more: more.join("; ") }
}

fn name_of(person: &Person) -> String {
    let parts = [person.given_name.as_deref(), person.family_name.as_deref()];
    let joined = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    match (&person.name, joined.is_empty(), &person.orcid) {
        (Some(name), ..) => name.clone(),
        (None, false, _) => joined,
        (None, true, Some(orcid)) => orcid.trim_start_matches("https://orcid.org/").to_owned(),
        (None, true, None) => "an author without a name".to_owned(),
    }
}

fn organisation(organisation: &Organisation) -> Linked {
    let address = organisation.ror.as_deref().or(organisation.url.as_deref());
    let name = organisation.name.as_deref().or(address).unwrap_or("an organisation without a name");
    Linked::out(name, address)
}

fn funded(funder: &Organisation, award: Option<&str>) -> Linked {
    let funder = organisation(funder);
    match award {
        Some(award) => Linked { text: format!("{}, award {award}", funder.text), href: funder.href },
        None => funder,
    }
}

fn publication(article: &Article) -> Publication {
    let doi = article.doi.as_deref().map(|doi| Linked::out(doi.trim_start_matches("https://doi.org/"), Some(doi)));
    let is_number = |pmid: &&String| pmid.bytes().all(|byte| byte.is_ascii_digit());
    let pmid = article.pmid.as_ref().filter(is_number).map(|pmid| Linked::to(format!("PubMed {pmid}"), format!("https://pubmed.ncbi.nlm.nih.gov/{pmid}/")));
    let url = article.url.as_deref().filter(|url| Some(*url) != article.doi.as_deref()).map(|url| Linked::out(url, Some(url)));
    Publication {
        title: article.title.clone().unwrap_or_default(),
        links: [doi, pmid, url].into_iter().flatten().collect(),
        date: article.date.as_deref().map(words::date),
    }
}

/// Another study or resource: of this archive by its id, else by its address.
fn other(state: &State, id: &str) -> Linked {
    let is_ours = id.split_once('-').is_some_and(|(prefix, _)| prefix == state.archive.config().prefix.as_str());
    if is_ours { Linked::to(id, state.path(&format!("id/{}", utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC)))) } else { Linked::out(id, Some(id)) }
}

fn facts(study: &Study, resolved: &Resolved, row: Option<&StudyRow>, files: Option<&Files>) -> Vec<Pair> {
    let mut facts = Vec::new();
    let mut say = |name: &str, value: Option<Linked>| facts.extend(value.map(|value| Pair::linked(name, value)));
    let text = |text: String| Some(Linked::text(text));
    say("Licence", study.licence.as_deref().map(|licence| Linked::out(licence_name(licence), Some(licence))));
    say("Released", study.release_date.as_deref().map(words::date).and_then(text));
    say("Here since", row.map(|row| words::date(&row.issued)).and_then(text));
    if resolved.version() > 1 {
        say("This version", text(words::date(&resolved.row.time)));
    }
    say("Publisher", study.publisher.as_ref().map(organisation));
    if !study.images.is_empty() {
        say("Images", text(words::number(study.images.len() as u64)));
    }
    if let Some(files) = files {
        say("Files", text(format!("{} ({})", words::number(files.paging.total), files.bytes)));
    }
    say("Sample", study.sample_kind.as_deref().map(|kind| Linked::text(kind.replace('-', " "))));
    say("Access", study.access_level.as_deref().map(Linked::text));
    for term in &study.data_use {
        say("Data use", Some(Linked::out(term.clone(), Some(term))));
    }
    if study.source.identifier_is_given {
        let iri = study.source.iri.as_deref();
        say("Known as", Some(Linked::out(study.source.identifier.clone(), iri)));
    }
    for same in &study.source.same_as {
        say("Same as", Some(Linked::out(same.clone(), Some(same))));
    }
    facts
}

/// Creative Commons licences by the names that people use; any other by its address.
pub(super) fn licence_name(licence: &str) -> String {
    let path = licence.split_once("creativecommons.org/").map(|(_, path)| path.trim_end_matches('/'));
    let mut parts = path.unwrap_or_default().split('/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("licenses"), Some(code), version) => format!("CC {} {}", code.to_ascii_uppercase(), version.unwrap_or_default()).trim_end().to_owned(),
        (Some("publicdomain"), Some("zero"), version) => format!("CC0 {}", version.unwrap_or_default()).trim_end().to_owned(),
        (Some("publicdomain"), Some("mark"), _) => "Public domain".to_owned(),
        _ => licence.to_owned(),
    }
}

fn citation(state: &State, study: &Study, about: &About, title: &str) -> String {
    let names: Vec<String> = study.authors.iter().take(AUTHORS_CITED).map(name_of).collect();
    let more = if study.authors.len() > AUTHORS_CITED { " et al." } else { "" };
    let year = study.release_date.as_deref().and_then(|date| date.get(..4)).unwrap_or_default();
    let year = if year.is_empty() { String::new() } else { format!(" ({year})") };
    let title = title.trim_end_matches('.');
    format!("{}{more}{year}. {title}. Version {}. {}. {}", names.join(", "), about.version, state.archive.config().name, about.iri)
}

fn images(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
    study: &Study,
    turned: &Turned,
) -> Result<Option<Images>, ServeError> {
    if study.images.is_empty() {
        return Ok(None);
    }
    let paging = Paging::new(study.images.len() as u64, IMAGES, turned.images, |page| {
        format!("?images={page}&files={}#images", turned.files.unwrap_or(1))
    })?;
    let first = usize::try_from(paging.before).unwrap_or(usize::MAX);
    let on_page = study.images.iter().skip(first).take(IMAGES as usize);
    let lines = on_page.map(|image| image_line(state, connection, resolved, study, image)).collect::<Result<_, _>>()?;
    Ok(Some(Images { lines, paging }))
}

fn image_line(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
    study: &Study,
    image: &Image,
) -> Result<ImageLine, ServeError> {
    let id = match image.files.first() {
        Some(path) => file::find(connection, resolved.id.as_str(), resolved.version(), path.as_str())?.and_then(|row| row.image),
        None => None,
    };
    let Some(id) = id else {
        return Ok(shown(Linked::text("no longer here"), study, image));
    };
    let is_gone = standing::of(connection, &id)?.is_some_and(|row| row.is_gone());
    let versions = record::versions(connection, &id)?;
    let of_this_study = version_of_image(&versions, resolved);
    // a page that is of the newest version leads to the image, one of an older version to the image as it then was
    let is_newest = resolved.version() == resolved.latest();
    match of_this_study {
        Some(row) if row.redacted => Ok(withdrawn(id)),
        Some(row) if !is_newest => Ok(shown(Linked::to(&id, state.path(&format!("id/{id}.{}", row.version))), study, image)),
        _ if is_gone => Ok(withdrawn(id)),
        _ => Ok(shown(Linked::to(&id, state.path(&format!("id/{id}"))), study, image)),
    }
}

/// The version of an image that a version of its study has: the newest one announced before the study's next version.
fn version_of_image<'a>(versions: &'a [RecordRow], study: &Resolved) -> Option<&'a RecordRow> {
    let next = study.versions.iter().find(|row| row.version > study.row.version).map_or(i64::MAX, |row| row.log_index);
    versions.iter().rfind(|row| row.log_index < next)
}

fn shown(name: Linked, study: &Study, image: &Image) -> ImageLine {
    ImageLine {
        image: name,
        title: image.title.clone(),
        dimensions: image.pixels.as_ref().map(dimensions).unwrap_or_default(),
        component: study.components.get(image.component).map(|component| component.title.clone()).unwrap_or_default(),
        files: image.files.len(),
    }
}

/// What is gone keeps its number and says nothing more.
fn withdrawn(id: String) -> ImageLine {
    ImageLine { image: Linked::text(id), title: "withdrawn".to_owned(), dimensions: String::new(), component: String::new(), files: 0 }
}

/// `2048 × 2048, uint16`.
pub(super) fn dimensions(pixels: &Pixels) -> String {
    let size = format!("{} \u{d7} {}", pixels.size_x, pixels.size_y);
    match &pixels.pixel_type {
        Some(pixel_type) => format!("{size}, {pixel_type}"),
        None => size,
    }
}

fn files(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
    study: &Study,
    turned: &Turned,
) -> Result<Option<Files>, ServeError> {
    if study.is_catalogued() {
        return Ok(None);
    }
    let sums = file::sums(connection, resolved.id.as_str(), resolved.version())?;
    let paging = Paging::new(sums.files, FILES, turned.files, |page| {
        format!("?images={}&files={page}#files", turned.images.unwrap_or(1))
    })?;
    let rows = file::page(connection, resolved.id.as_str(), resolved.version(), FILES, paging.before)?;
    let at = |below: &str| state.path(&format!("id/{}/{below}", resolved.versioned()));
    Ok(Some(Files {
        lines: rows.iter().map(|row| file_line(state, resolved, row)).collect(),
        paging,
        bytes: words::bytes(sums.bytes),
        list: at("files.tsv"),
        sums: at("sha256sums.txt"),
    }))
}

/// A file as a list shows it.
fn file_line(state: &State, resolved: &Resolved, row: &FileRow) -> FileLine {
    let address = RelPath::parse(&row.path).ok().filter(|_| row.content_key.is_some());
    let href = address.map(|path| state.path(&format!("id/{}/files/{}", resolved.versioned(), in_address(&path))));
    FileLine {
        file: Linked { text: row.path.clone(), href },
        size: words::bytes(row.bytes.unsigned_abs()),
        media_type: row.media_type.clone(),
        image: row.image.as_ref().map(|image| Linked::to(image, state.path(&format!("id/{image}")))),
        sha256: row.sha256.clone(),
    }
}

/// How to check files that were fetched.
fn file_commands(state: &State, resolved: &Resolved) -> String {
    let at = |below: &str| state.address(&format!("id/{}/{below}", resolved.versioned()));
    format!(
        "# the list of all files; the signed record above states its SHA-256 (omma:manifest)\ncurl -O {}\nsha256sum files.tsv\n\n# in the folder that holds the files\ncurl -O {}\nsha256sum -c sha256sums.txt\n",
        at("files.tsv"),
        at("sha256sums.txt")
    )
}

#[cfg(test)]
mod tests {
    use super::{dimensions, licence_name, name_of};
    use crate::study::{Person, Pixels};

    #[test]
    fn licences_have_the_names_that_people_use() {
        for (iri, name) in [
            ("https://creativecommons.org/licenses/by/4.0/", "CC BY 4.0"),
            ("http://creativecommons.org/licenses/by-nc-sa/3.0", "CC BY-NC-SA 3.0"),
            ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
            ("https://opensource.org/license/mit", "https://opensource.org/license/mit"),
        ] {
            assert_eq!(licence_name(iri), name);
        }
    }

    #[test]
    fn an_author_is_called_by_what_is_known() {
        let person = |name: Option<&str>, family: Option<&str>, orcid: Option<&str>| Person {
            name: name.map(str::to_owned),
            family_name: family.map(str::to_owned),
            orcid: orcid.map(str::to_owned),
            ..Person::default()
        };
        assert_eq!(name_of(&person(Some("A. Author"), Some("Author"), None)), "A. Author");
        assert_eq!(name_of(&person(None, Some("Author"), None)), "Author");
        assert_eq!(name_of(&person(None, None, Some("https://orcid.org/0000-0002-1825-0097"))), "0000-0002-1825-0097");
        assert_eq!(name_of(&person(None, None, None)), "an author without a name");
    }

    #[test]
    fn dimensions_say_what_the_header_says() {
        let pixels = Pixels { size_x: 2048, size_y: 1024, pixel_type: Some("uint16".to_owned()) };
        assert_eq!(dimensions(&pixels), "2048 \u{d7} 1024, uint16");
    }
}
