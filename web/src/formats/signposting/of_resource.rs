//! The links of a resource in one of its versions, as both programs give them with every answer about it.

use protocol::identifier::{Accession, Kind};

use super::{TypedLink, link_header, links_of_image, links_of_study, linkset};
use crate::formats::Archive;
use crate::http::{Format, Suffix};
use crate::view::Reading;

/// A version of a resource, and by which of its two names somebody asked for it.
#[derive(Debug, Clone)]
pub struct Signposts<'a> {
    /// The IRI of the resource.
    pub iri: String,
    /// Its accession.
    pub id: &'a Accession,
    /// The version that answers.
    pub version: u64,
    /// The newest version.
    pub latest: u64,
    /// Whether the version was named, so that the page is that of the version.
    pub is_versioned: bool,
    /// Who publishes it, and where whoever answers shows it.
    pub archive: &'a Archive,
    /// What only this program knows of it.
    pub further: Vec<TypedLink>,
}

impl Signposts<'_> {
    /// The header `Link` of its page: FAIR Signposting level 1, other forms, other versions (RFC 5829). With all of it for
    /// a study or an image; a resource of another kind has its forms and versions.
    pub fn of_page(&self, reading: &Reading) -> String {
        let links = self.page_links(reading);
        match self.linkset_address() {
            Some(address) => link_header(&links, &address),
            None => joined(&links),
        }
    }

    /// The header `Link` of any other form of it: which page it describes, other forms, other versions.
    pub fn of_form(&self, format: Format) -> String {
        let mut links = vec![TypedLink::to("describes", &self.page()).of_type("text/html")];
        let others = Format::of(self.id.kind()).iter().skip(1);
        for other in others.filter(|other| **other != format && other.is_negotiated()) {
            links.push(self.form("alternate", *other));
        }
        links.extend(self.of_versions());
        links.extend(self.study());
        joined(&links)
    }

    /// The link set of its page (level 2): what the header has, and beside it `contents`, the files of a study that has few
    /// ([`super::MOST_ITEMS`]).
    pub fn linkset(&self, reading: &Reading, contents: Vec<TypedLink>) -> String {
        let mut links = self.page_links(reading);
        links.extend(contents);
        linkset(&self.page(), &links)
    }

    /// Where its page is, by the name that was asked for.
    pub fn page(&self) -> String {
        match self.is_versioned {
            true => format!("{}.{}", self.archive.page(self.id), self.version),
            false => self.archive.page(self.id),
        }
    }

    fn linkset_address(&self) -> Option<String> {
        let has_one = Suffix::LinkSet.is_of(self.id.kind());
        has_one.then(|| format!("{}.{}", self.page(), Suffix::OF_LINK_SET))
    }

    /// What a reader cannot do without comes first: authors and files, which are many, may be cut off.
    fn page_links(&self, reading: &Reading) -> Vec<TypedLink> {
        let links = match reading {
            Reading::Study(study) => links_of_study(study, self.archive),
            Reading::Image(image) => links_of_image(image, self.archive, self.version),
            Reading::Other => {
                let forms = Format::of(self.id.kind()).iter().skip(1);
                forms
                    .filter(|format| format.is_of(Kind::Statement))
                    .map(|format| self.form("describedby alternate", *format))
                    .chain(self.study())
                    .collect()
            }
        };
        let (many, mut links): (Vec<_>, Vec<_>) = links
            .into_iter()
            .partition(|link| matches!(link.relation, "author" | "item"));
        links.extend(self.of_versions());
        links.extend(many);
        links
    }

    fn form(&self, relation: &'static str, format: Format) -> TypedLink {
        let page = self.archive.page(self.id);
        let address = format!("{page}.{}.{}", self.version, format.suffix());
        TypedLink::to(relation, &address).of_type(format.bare_media_type())
    }

    fn study(&self) -> Option<TypedLink> {
        let study = self.id.study_id().filter(|study| study != self.id)?;
        let page = self.archive.page(&study);
        Some(TypedLink::to("collection", &page).of_type("text/html"))
    }

    fn of_versions(&self) -> Vec<TypedLink> {
        let page = self.archive.page(self.id);
        let at = |relation, version: u64| TypedLink::to(relation, &format!("{page}.{version}"));
        let mut links = vec![TypedLink::to("canonical", &self.iri)];
        links.extend(self.further.iter().cloned());
        links.push(at("latest-version", self.latest));
        if self.version > 1 {
            links.push(at("predecessor-version", self.version - 1));
        }
        if self.version < self.latest {
            links.push(at("successor-version", self.version + 1));
        }
        links
    }
}

fn joined(links: &[TypedLink]) -> String {
    let all: Vec<String> = links.iter().map(TypedLink::in_header).collect();
    all.join(", ")
}
