//! The question of a results page: what its address says, and the addresses of questions that differ from it by one thing.

use url::form_urlencoded;

use crate::text::{Facet, asks_for_images};

/// Facets in the margin, in their order.
pub(super) const FACETS: [Facet; 12] = [
    Facet::Organism,
    Facet::Method,
    Facet::Tissue,
    Facet::Cell,
    Facet::Disease,
    Facet::Member,
    Facet::Year,
    Facet::Licence,
    Facet::Holding,
    Facet::Process,
    Facet::Phenotype,
    Facet::Access,
];

/// The same for images: behind what was imaged and how comes what the image itself is.
const FACETS_OF_IMAGES: [Facet; 19] = [
    Facet::Organism,
    Facet::Method,
    Facet::Tissue,
    Facet::Cell,
    Facet::Disease,
    Facet::Planes,
    Facet::Times,
    Facet::Channels,
    Facet::PixelSize,
    Facet::Annotated,
    Facet::ImageFormat,
    Facet::PixelType,
    Facet::Member,
    Facet::Year,
    Facet::Licence,
    Facet::Holding,
    Facet::Process,
    Facet::Phenotype,
    Facet::Access,
];

/// Images on a page: whole rows of two, three and four.
const IMAGES: &str = "24";

/// A question: the parameters of the address, in their order, without the empty ones of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::serve) struct Asked {
    pairs: Vec<(String, String)>,
}

impl Asked {
    /// Reads the parameters. A page has no forms and no facets to choose, and looks for studies unless it is told otherwise, or
    /// asks for images or what only images have.
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        let mut pairs: Vec<(String, String)> = pairs
            .into_iter()
            .filter(|(name, value)| {
                !value.trim().is_empty() && !matches!(name.as_str(), "format" | "facets" | "cursor")
            })
            .collect();
        if !pairs.iter().any(|(name, _)| name == "kind") {
            let kind = match wants_images(&pairs) {
                true => "image",
                false => "study",
            };
            pairs.push(("kind".to_owned(), kind.to_owned()));
        }
        Self { pairs }
    }

    /// By what the answer can be narrowed, in the order of the margin.
    pub fn facets(&self) -> &'static [Facet] {
        match self.is_kind("study") {
            true => &FACETS,
            false => &FACETS_OF_IMAGES,
        }
    }

    /// The parameters for the index.
    pub fn for_index(&self) -> Vec<(String, String)> {
        let facets = self.facets().iter();
        let names: Vec<&str> = facets.map(|facet| facet.name()).collect();
        let mut pairs = self.having("sort", self.sort()).pairs;
        if self.is_kind("image") && self.value("size").is_none() {
            pairs.push(("size".to_owned(), IMAGES.to_owned()));
        }
        pairs.extend(
            self.value("page")
                .map(|page| ("page".to_owned(), page.to_owned())),
        );
        pairs.push(("facets".to_owned(), names.join(",")));
        pairs
    }

    /// The first value of a parameter.
    pub fn value(&self, name: &str) -> Option<&str> {
        let mut values = self.pairs.iter().filter(|(other, _)| other == name);
        values.next().map(|(_, value)| value.as_str())
    }

    /// The order: without words nothing fits better than anything else, and the newest comes first.
    pub fn sort(&self) -> &str {
        let usual = match self.value("q") {
            Some(_) => "relevance",
            None => "newest",
        };
        self.value("sort").unwrap_or(usual)
    }

    /// The filters: parameter and value, but for the kind, which the page shows by itself.
    pub fn filters(&self) -> impl Iterator<Item = (Facet, &str)> {
        self.pairs.iter().filter_map(|(name, value)| {
            Facet::from_name(name)
                .filter(|facet| *facet != Facet::Kind)
                .map(|facet| (facet, value.as_str()))
        })
    }

    /// Whether the kind of what is looked for is this one alone.
    pub fn is_kind(&self, kind: &str) -> bool {
        let mut kinds = self.pairs.iter().filter(|(name, _)| name == "kind");
        kinds.all(|(_, value)| value == kind)
    }

    /// All parameters but these: what a form sends along unseen.
    pub fn others_than(&self, names: &[&str]) -> Vec<(String, String)> {
        let others = self.pairs.iter();
        others
            .filter(|(name, _)| !names.contains(&name.as_str()))
            .cloned()
            .collect()
    }

    /// The same question with this value too, from the first page.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut pairs = self.others_than(&["page"]);
        pairs.push((name.to_owned(), value.to_owned()));
        Self { pairs }
    }

    /// The same question without this value, from the first page.
    pub fn without(&self, name: &str, value: &str) -> Self {
        let mut pairs = self.others_than(&["page"]);
        pairs.retain(|(other, text)| !(other == name && text == value));
        Self { pairs }
    }

    /// The same question with this as the only value.
    pub fn having(&self, name: &str, value: &str) -> Self {
        let mut pairs = self.others_than(&["page", name]);
        pairs.push((name.to_owned(), value.to_owned()));
        Self { pairs }
    }

    /// The same question about studies or about images, from the first page. Studies are not asked for what only images have.
    pub fn about(&self, kind: &str) -> Self {
        let mut asked = self.having("kind", kind);
        if kind == "study" {
            asked.pairs.retain(|(name, _)| !is_of_images(name));
        }
        asked
    }

    /// The part of an address behind its `?`.
    pub fn to_query(&self) -> String {
        let is_usual = self.is_kind("study") && !wants_images(&self.pairs);
        let pairs = self
            .pairs
            .iter()
            .filter(|(name, _)| !(is_usual && name == "kind"));
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish()
    }

    /// The address of its page.
    pub fn href(&self, base_path: &str) -> String {
        format!("{base_path}search?{}", self.to_query())
    }

    /// The address of its answer for programs.
    pub fn api_href(&self, base_path: &str, format: &str) -> String {
        let mut pairs = self.others_than(&["page"]);
        if format == "json" {
            pairs.retain(|(name, _)| name != "sort");
            pairs.push(("sort".to_owned(), self.sort().to_owned()));
        } else {
            // everything, a hundred at a time: then the order is the index's own
            pairs.retain(|(name, _)| !matches!(name.as_str(), "sort" | "size"));
            pairs.push(("size".to_owned(), "100".to_owned()));
        }
        pairs.push(("format".to_owned(), format.to_owned()));
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&pairs)
            .finish();
        format!("{base_path}api/v1/search?{query}")
    }
}

/// Whether it is images that are looked for where no kind is said: by what only images have, or in words ("images of neurons").
fn wants_images(pairs: &[(String, String)]) -> bool {
    pairs
        .iter()
        .any(|(name, value)| is_of_images(name) || (name == "q" && asks_for_images(value)))
}

fn is_of_images(name: &str) -> bool {
    Facet::from_name(name).is_some_and(Facet::is_of_images)
}

#[cfg(test)]
mod tests {
    use super::Asked;

    fn asked(text: &str) -> Asked {
        let pairs = url::form_urlencoded::parse(text.as_bytes());
        Asked::new(pairs.into_owned().collect())
    }

    #[test]
    fn studies_are_looked_for_unless_images_are_wanted() {
        assert!(asked("q=mouse").is_kind("study"));
        assert!(!asked("q=mouse&kind=image").is_kind("study"));
        assert_eq!(asked("q=mouse").to_query(), "q=mouse");
        assert_eq!(asked("kind=image").to_query(), "kind=image");
    }

    #[test]
    fn what_only_images_have_is_asked_of_images() {
        let stacks = asked("q=mouse&z=2..&organism=NCBITaxon:10090");
        assert!(stacks.is_kind("image"));
        let studies = stacks.about("study");
        assert_eq!(studies.to_query(), "q=mouse&organism=NCBITaxon%3A10090");
        assert_eq!(
            studies.about("image").to_query(),
            "q=mouse&organism=NCBITaxon%3A10090&kind=image"
        );
        // whoever insists is answered: no study has planes
        let none = asked("z=2..&kind=study");
        assert_eq!(none.to_query(), "z=2..&kind=study");
        assert_eq!(asked(&none.to_query()), none);
    }

    #[test]
    fn images_of_something_are_answered_image_by_image() {
        let images = asked("q=images of neurons");
        assert!(images.is_kind("image"));
        let studies = images.about("study").to_query();
        assert_eq!(studies, "q=images+of+neurons&kind=study");
        assert!(asked(&studies).is_kind("study"));
    }

    #[test]
    fn a_filter_more_or_less_begins_at_the_first_page() {
        let one = asked("q=a b&organism=NCBITaxon:10090&page=3&sort=title");
        assert_eq!(
            one.with("year", "2019").to_query(),
            "q=a+b&organism=NCBITaxon%3A10090&sort=title&year=2019"
        );
        assert_eq!(
            one.without("organism", "NCBITaxon:10090").to_query(),
            "q=a+b&sort=title"
        );
        assert_eq!(
            one.having("page", "2").to_query(),
            "q=a+b&organism=NCBITaxon%3A10090&sort=title&page=2"
        );
    }

    #[test]
    fn what_a_form_leaves_empty_and_what_pages_do_not_have_is_left_out() {
        assert_eq!(
            asked("q=&organism=+&format=csv&facets=year&cursor=*").to_query(),
            ""
        );
    }
}
