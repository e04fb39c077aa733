//! The pages of a catalogue. A page begins behind a study and not at a number, so that nothing is skipped and nothing comes
//! twice when studies come or go while somebody turns the pages.

use ontologies::schema::xsd;

use super::triples::Triples;
use super::vocabulary::HYDRA;
use crate::http::Format;

/// Studies on a page: half a megabyte at most in what is usual.
pub const CATALOGUE_PAGE: u64 = 100;

/// Where a page of a catalogue begins: behind the study with this accession, or, where there is none, with the first.
pub type After = Option<String>;

/// Which page of a catalogue this is, and which are beside it. The address of the page behind DND-S100 is
/// `<address>?after=DND-S100`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// The address of the catalogue in the form that is asked for, without a query.
    pub address: String,
    /// Where this page begins.
    pub after: After,
    /// Where the page before this one begins; none where this is the first.
    pub previous: Option<After>,
    /// The study behind which the next page begins; none where this is the last.
    pub next: Option<String>,
    /// Studies on a page, at least 1.
    pub per_page: u64,
    /// Studies on all pages.
    pub total: u64,
}

impl Paging {
    /// A page of the catalogue of whoever has this home page, in a form.
    ///
    /// `listed` are the accessions from `after` on in the order of the catalogue, one more than [`CATALOGUE_PAGE`] where
    /// there are so many; `before` those up to `after` and with it in the order turned round, as many again.
    pub fn of(
        home: &str,
        format: Format,
        after: After,
        listed: &[String],
        before: &[String],
        total: u64,
    ) -> Paging {
        let per_page = CATALOGUE_PAGE as usize;
        let is_last = listed.len() <= per_page;
        let last = listed.get(per_page - 1).cloned();
        let is_first = before.is_empty();
        Paging {
            address: format!("{home}catalogue.{}", format.suffix()),
            after,
            previous: (!is_first).then(|| before.get(per_page).cloned()),
            next: last.filter(|_| !is_last),
            per_page: CATALOGUE_PAGE,
            total,
        }
    }

    /// What stands behind `?` in the address of the page that begins there, with the sign; nothing for the first page.
    pub fn query_of(after: Option<&str>) -> String {
        // an accession is letters, digits and hyphens
        after.map_or_else(String::new, |after| format!("?after={after}"))
    }

    /// The address of the page that begins there.
    pub fn address_of(&self, after: Option<&str>) -> String {
        format!("{}{}", self.address, Paging::query_of(after))
    }

    /// The address of the page before this one.
    pub fn previous(&self) -> Option<String> {
        let previous = self.previous.as_ref()?;
        Some(self.address_of(previous.as_deref()))
    }

    /// The address of the page behind this one.
    pub fn next(&self) -> Option<String> {
        let next = self.next.as_deref()?;
        Some(self.address_of(Some(next)))
    }

    /// The value of the header `Link` (RFC 8288), for those who read headers and no Hydra: what the catalogue describes, and
    /// the pages beside this one.
    pub fn links(&self, home: &str) -> String {
        let mut links = vec![format!("<{home}>; rel=\"describes\"")];
        for (relation, address) in [("prev", self.previous()), ("next", self.next())] {
            links.extend(address.map(|address| format!("<{address}>; rel=\"{relation}\"")));
        }
        links.join(", ")
    }

    /// Says it in Hydra, both as it was (`PagedCollection`, which ckanext-dcat follows) and as it is now
    /// (`PartialCollectionView`, which others follow).
    pub(super) fn say(&self, triples: &mut Triples) {
        let own = self.address_of(self.after.as_deref());
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
            ("first", Some(self.address_of(None))),
            ("previous", self.previous()),
            ("next", self.next()),
        ];
        for (name, address) in steps {
            if let Some(address) = address {
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

#[cfg(test)]
mod tests {
    use super::{CATALOGUE_PAGE, Paging};
    use crate::http::Format;

    fn ids(numbers: impl Iterator<Item = u64>) -> Vec<String> {
        numbers.map(|number| format!("DND-S{number}")).collect()
    }

    /// The page behind a study, of a catalogue of 250.
    fn page(after: Option<u64>) -> Paging {
        let most = CATALOGUE_PAGE as usize + 1;
        let first = after.map_or(1, |after| after + 1);
        let listed = ids((first..=250).take(most));
        let before = ids((1..first).rev().take(most));
        let after = after.map(|after| format!("DND-S{after}"));
        let home = "https://node.example.org/";
        Paging::of(home, Format::Turtle, after, &listed, &before, 250)
    }

    #[test]
    fn pages_lead_to_each_other() {
        let at = |query: &str| Some(format!("https://node.example.org/catalogue.ttl{query}"));
        for (after, previous, next) in [
            (None, None, at("?after=DND-S100")),
            (Some(100), at(""), at("?after=DND-S200")),
            (Some(150), at("?after=DND-S50"), None),
            (Some(200), at("?after=DND-S100"), None),
            (Some(250), at("?after=DND-S150"), None),
            (Some(30), at(""), at("?after=DND-S130")),
        ] {
            let page = page(after);
            assert_eq!(
                (page.previous(), page.next()),
                (previous, next),
                "{after:?}"
            );
        }
    }
}
