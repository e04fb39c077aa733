//! The pages of a catalogue.

use ontologies::schema::xsd;

use super::triples::Triples;
use super::vocabulary::HYDRA;
use crate::http::Format;

/// Which page of a catalogue this is, and how many there are. The address of page 2 is `<address>?page=2`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// The address of the catalogue in the form that is asked for, without a query.
    pub address: String,
    /// This page, from 1.
    pub page: u64,
    /// Studies on a page, at least 1.
    pub per_page: u64,
    /// Studies on all pages.
    pub total: u64,
}

/// Studies on a page: half a megabyte at most in what is usual.
pub const CATALOGUE_PAGE: u64 = 100;

impl Paging {
    /// A page of the catalogue of whoever has this home page, in a form; none where there is no such page.
    pub fn of(home: &str, format: Format, page: u64, total: u64) -> Option<Paging> {
        let paging = Paging {
            address: format!("{home}catalogue.{}", format.suffix()),
            page,
            per_page: CATALOGUE_PAGE,
            total,
        };
        (1..=paging.pages()).contains(&page).then_some(paging)
    }

    /// How many studies stand on the pages before this one.
    pub fn before(&self) -> u64 {
        self.page.saturating_sub(1).saturating_mul(self.per_page)
    }

    /// How many pages there are: at least one, which may be empty.
    pub fn pages(&self) -> u64 {
        self.total.div_ceil(self.per_page.max(1)).max(1)
    }

    /// The address of a page.
    pub fn address_of(&self, page: u64) -> String {
        format!("{}?page={page}", self.address)
    }

    /// The page behind this one.
    pub fn next(&self) -> Option<u64> {
        (self.page < self.pages()).then_some(self.page + 1)
    }

    /// The page before this one.
    pub fn previous(&self) -> Option<u64> {
        (self.page > 1).then(|| self.page - 1)
    }

    /// The pages beside this one (RFC 8288), and of what it is the catalogue: for those who read headers and no Hydra.
    pub fn links(&self, home: &str) -> String {
        let mut links = vec![format!("<{home}>; rel=\"describes\"")];
        let beside = [("prev", self.previous()), ("next", self.next())];
        for (relation, page) in beside {
            let address = page.map(|page| self.address_of(page));
            links.extend(address.map(|address| format!("<{address}>; rel=\"{relation}\"")));
        }
        links.join(", ")
    }

    /// Says it in Hydra, both as it was (`PagedCollection`, which ckanext-dcat follows) and as it is now
    /// (`PartialCollectionView`, which others follow).
    pub(super) fn say(&self, triples: &mut Triples) {
        let own = self.address_of(self.page);
        let Some(node) = Triples::node(&own) else {
            return;
        };
        let term = |name: &str| format!("{HYDRA}{name}");
        triples.class(&node, &term("PagedCollection"));
        triples.class(&node, &term("PartialCollectionView"));
        for (name, number) in [("totalItems", self.total), ("itemsPerPage", self.per_page)] {
            triples.typed(&node, &term(name), &number.to_string(), xsd::INTEGER);
        }
        let steps = [
            ("first", Some(1)),
            ("previous", self.previous()),
            ("next", self.next()),
            ("last", Some(self.pages())),
        ];
        for (name, page) in steps {
            if let Some(page) = page {
                let address = self.address_of(page);
                triples.iri(&node, &term(name), &address);
                // the older words take addresses as text
                triples.text(&node, &term(&format!("{name}Page")), &address);
            }
        }
    }
}

/// The links of the home page of whoever has a catalogue (RFC 8288): the catalogue in each of its forms, and the VoID.
pub fn links_of_home(home: &str) -> String {
    let form = |format: &Format| {
        let (suffix, media_type) = (format.suffix(), format.bare_media_type());
        format!("<{home}catalogue.{suffix}>; rel=\"alternate\"; type=\"{media_type}\"")
    };
    let void = format!("<{home}.well-known/void>; rel=\"describedby\"; type=\"text/turtle\"");
    let forms = Format::WITH_SUFFIX.iter().map(form);
    forms.chain([void]).collect::<Vec<_>>().join(", ")
}
