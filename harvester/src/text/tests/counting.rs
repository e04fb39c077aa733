//! Every count of every facet is compared with counting over the raw inputs, for random documents, changes and searches.

use std::collections::{BTreeMap, BTreeSet};

use ontologies::Terms;
use ontologies::schema::{dct, omma};
use proptest::prelude::*;

use super::{Scene, Thing};

const TAXA: [&str; 6] = ["9606", "10090", "10088", "40674", "4896", "7227"];
const METHODS: [&str; 6] = [
    "00000251", "00000253", "00000369", "00000246", "00000258", "00000222",
];
const WORDS: [&str; 4] = ["septin", "actin", "tubulin", "kinesin"];
const MEMBERS: [&str; 3] = ["dundee", "ebi", "riken"];
const LICENCES: [(&str, &str); 2] = [
    ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    (
        "CC0-1.0",
        "https://creativecommons.org/publicdomain/zero/1.0/",
    ),
];
const AUTHORS: [&str; 3] = ["Jane Doe", "John Roe", "A. Author"];
const FACETS: &str = "organism,method,kind,member,licence,year,author,holding";

/// What a document is, in the plainest form.
#[derive(Debug, Clone)]
struct Raw {
    taxa: BTreeSet<usize>,
    methods: BTreeSet<usize>,
    words: BTreeSet<usize>,
    member: usize,
    licence: Option<usize>,
    year: Option<u64>,
    authors: BTreeSet<usize>,
    is_held: bool,
    is_image: bool,
}

#[derive(Debug, Clone)]
struct Asked {
    word: Option<(bool, usize)>,
    taxa: Vec<(bool, usize)>,
    methods: Vec<(bool, usize)>,
    member: Option<(bool, usize)>,
    years: Option<(u64, u64)>,
    kind: Option<bool>,
}

fn taxon(number: usize) -> String {
    format!("http://purl.obolibrary.org/obo/NCBITaxon_{}", TAXA[number])
}

fn method(number: usize) -> String {
    format!("http://purl.obolibrary.org/obo/FBbi_{}", METHODS[number])
}

fn some_of(most: usize) -> impl Strategy<Value = BTreeSet<usize>> {
    prop::collection::btree_set(0..most, 0..3)
}

fn raw() -> impl Strategy<Value = Raw> {
    let terms = (
        some_of(TAXA.len()),
        some_of(METHODS.len()),
        some_of(WORDS.len()),
    );
    let plain = (
        0..MEMBERS.len(),
        prop::option::of(0..LICENCES.len()),
        prop::option::of(2015..2020_u64),
        some_of(AUTHORS.len()),
        any::<bool>(),
        any::<bool>(),
    );
    (terms, plain).prop_map(
        |((taxa, methods, words), (member, licence, year, authors, is_held, is_image))| Raw {
            taxa,
            methods,
            words,
            member,
            licence,
            year,
            authors,
            is_held,
            is_image,
        },
    )
}

fn asked() -> impl Strategy<Value = Asked> {
    (
        prop::option::of((any::<bool>(), 0..WORDS.len())),
        prop::collection::vec((prop::bool::weighted(0.3), 0..TAXA.len()), 0..3),
        prop::collection::vec((prop::bool::weighted(0.3), 0..METHODS.len()), 0..3),
        prop::option::of((any::<bool>(), 0..MEMBERS.len())),
        prop::option::of((2014..2021_u64, 0..4_u64).prop_map(|(from, more)| (from, from + more))),
        prop::option::of(any::<bool>()),
    )
        .prop_map(|(word, taxa, methods, member, years, kind)| Asked {
            word,
            taxa,
            methods,
            member,
            years,
            kind,
        })
}

impl Raw {
    fn thing(&self, serial: usize) -> Thing {
        let id = if self.is_image {
            format!("DND-S{serial}-I1")
        } else {
            format!("DND-S{serial}")
        };
        let words: Vec<&str> = self.words.iter().map(|word| WORDS[*word]).collect();
        let mut thing =
            Thing::new(&id, &format!("Title {}", words.join(" "))).of(MEMBERS[self.member]);
        for number in &self.taxa {
            thing = thing.about(&taxon(*number));
        }
        for number in &self.methods {
            thing = thing.method(&method(*number));
        }
        if let Some(licence) = self.licence {
            thing = thing.link(dct::LICENSE, LICENCES[licence].1);
        }
        if let Some(year) = self.year {
            thing = thing.year(year);
        }
        for author in &self.authors {
            thing = thing.author(AUTHORS[*author], None);
        }
        match (self.is_image, self.is_held) {
            (true, _) => thing.text(omma::FILE_COUNT, if self.is_held { "1" } else { "0" }),
            (false, true) => thing.text(omma::MANIFEST, "0"),
            (false, false) => thing.link(omma::DATA_AT, "https://archive.example.org/x"),
        }
    }

    fn is_hit(&self, asked: &Asked) -> bool {
        let choice = |chosen: &[(bool, usize)], has: &dyn Fn(usize) -> bool| {
            let mut wanted = chosen.iter().filter(|(excluded, _)| !excluded).peekable();
            let any = wanted.peek().is_none() || wanted.any(|(_, number)| has(*number));
            any && !chosen
                .iter()
                .any(|(excluded, number)| *excluded && has(*number))
        };
        let below = |own: &BTreeSet<usize>, iri: fn(usize) -> String, wanted: usize| {
            own.iter()
                .any(|number| is_at_or_below(&iri(*number), &iri(wanted)))
        };
        choice(&asked.taxa, &|wanted| below(&self.taxa, taxon, wanted))
            && choice(&asked.methods, &|wanted| {
                below(&self.methods, method, wanted)
            })
            && choice(&asked.member.into_iter().collect::<Vec<_>>(), &|member| {
                self.member == member
            })
            && asked
                .word
                .is_none_or(|(excluded, word)| self.words.contains(&word) != excluded)
            && asked
                .years
                .is_none_or(|(from, to)| self.year.is_some_and(|year| (from..=to).contains(&year)))
            && asked.kind.is_none_or(|is_image| self.is_image == is_image)
    }

    fn plain(&self, facet: &str) -> Vec<String> {
        match facet {
            "kind" => vec![if self.is_image { "image" } else { "study" }.to_owned()],
            "member" => vec![MEMBERS[self.member].to_owned()],
            "licence" => self
                .licence
                .map(|licence| LICENCES[licence].1.to_owned())
                .into_iter()
                .collect(),
            "year" => self.year.map(|year| year.to_string()).into_iter().collect(),
            "author" => self
                .authors
                .iter()
                .map(|author| AUTHORS[*author].to_owned())
                .collect(),
            "holding" => match (self.is_image, self.is_held) {
                (_, true) => vec!["held".to_owned()],
                (false, false) => vec!["catalogued".to_owned()],
                (true, false) => Vec::new(),
            },
            _ => Vec::new(),
        }
    }
}

fn is_at_or_below(iri: &str, wanted: &str) -> bool {
    iri == wanted
        || Terms::builtin()
            .ancestors(iri)
            .iter()
            .any(|term| term.iri == wanted)
}

impl Asked {
    fn parameters(&self) -> Vec<(String, String)> {
        let mark = |excluded: bool| if excluded { "-" } else { "" };
        let mut parameters: Vec<(String, String)> = Vec::new();
        let mut add = |name: &str, value: String| parameters.push((name.to_owned(), value));
        if let Some((excluded, word)) = self.word {
            add("q", format!("{}{}", mark(excluded), WORDS[word]));
        }
        for (excluded, number) in &self.taxa {
            add(
                "organism",
                format!("{}NCBITaxon:{}", mark(*excluded), TAXA[*number]),
            );
        }
        for (excluded, number) in &self.methods {
            add(
                "method",
                format!("{}FBbi:{}", mark(*excluded), METHODS[*number]),
            );
        }
        if let Some((excluded, member)) = self.member {
            add("member", format!("{}{}", mark(excluded), MEMBERS[member]));
        }
        if let Some((from, to)) = self.years {
            add("year", format!("{from}..{to}"));
        }
        if let Some(is_image) = self.kind {
            add("kind", if is_image { "image" } else { "study" }.to_owned());
        }
        parameters
    }
}

/// The numbers of a document's terms in a facet, and the IRI of a number.
type OfTerms = (fn(&Raw) -> &BTreeSet<usize>, fn(usize) -> String);

/// Counting as a reader of the specification would do it, hit by hit.
fn counted(hits: &[&Raw], facet: &str) -> BTreeMap<String, u64> {
    let of_terms: Option<OfTerms> = match facet {
        "organism" => Some((|raw| &raw.taxa, taxon)),
        "method" => Some((|raw| &raw.methods, method)),
        _ => None,
    };
    let mut counts = BTreeMap::new();
    match of_terms {
        None => {
            for value in hits.iter().flat_map(|hit| hit.plain(facet)) {
                *counts.entry(value).or_insert(0) += 1;
            }
        }
        Some((own, iri)) => {
            let used: BTreeSet<usize> = hits
                .iter()
                .flat_map(|hit| own(hit).iter().copied())
                .collect();
            for term in used {
                let has = |hit: &&&Raw| {
                    own(hit)
                        .iter()
                        .any(|other| is_at_or_below(&iri(*other), &iri(term)))
                };
                let id = crate::text::filter::short(&iri(term));
                counts.insert(id, hits.iter().filter(has).count() as u64);
            }
        }
    }
    counts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn counts_are_those_of_counting_one_by_one(
        batches in prop::collection::vec(prop::collection::vec(raw(), 1..12), 1..5),
        removed in prop::collection::btree_set(1..30_usize, 0..6),
        searches in prop::collection::vec(asked(), 1..12),
    ) {
        let scene = Scene::empty();
        let mut all: BTreeMap<usize, Raw> = BTreeMap::new();
        for batch in batches {
            let first = all.len() + 1;
            let changes: Vec<_> = batch.iter().zip(first..).map(|(raw, serial)| raw.thing(serial).comes()).collect();
            all.extend((first..).zip(batch));
            scene.apply(&changes);
        }
        let gone: Vec<_> = removed.iter().filter_map(|serial| Some(all.get(serial)?.thing(*serial).goes())).collect();
        scene.apply(&gone);
        all.retain(|serial, _| !removed.contains(serial));
        for asked in searches {
            let mut parameters = asked.parameters();
            parameters.push(("facets".to_owned(), FACETS.to_owned()));
            let borrowed: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let answer = scene.search(&borrowed).unwrap();
            let hits: Vec<&Raw> = all.values().filter(|raw| raw.is_hit(&asked)).collect();
            prop_assert_eq!(answer.total, hits.len() as u64, "{:?}", asked);
            for (facet, values) in &answer.facets {
                let found: BTreeMap<String, u64> = values.iter().map(|value| (value.id.clone(), value.count)).collect();
                prop_assert_eq!(found, counted(&hits, facet), "{} of {:?}", facet, asked);
                prop_assert!(values.windows(2).all(|pair| (std::cmp::Reverse(pair[0].count), &pair[0].label) <= (std::cmp::Reverse(pair[1].count), &pair[1].label)));
            }
        }
    }
}

#[test]
fn the_hundred_most_frequent_values_are_given_and_the_rest_is_numbered() {
    let things: Vec<Thing> = (1..=130)
        .map(|serial| {
            let thing = Thing::new(&format!("DND-S{serial}"), "Study");
            let thing = thing.author(&format!("Author {serial:03}"), None);
            if serial > 125 {
                thing.author("Everybody", None)
            } else {
                thing
            }
        })
        .collect();
    let scene = Scene::with(&things);
    let answer = scene.search(&[("facets", "author,kind")]).unwrap();
    let authors = &answer.facets[0].1;
    assert_eq!(authors.len(), 100);
    assert_eq!(
        (authors[0].label.as_str(), authors[0].count),
        ("Everybody", 5)
    );
    assert_eq!(authors[1].label, "Author 001");
    assert_eq!(answer.more, [("author", 31)]);
}

#[test]
fn a_facet_of_methods_has_the_terms_that_are_used_and_counts_what_is_below_them() {
    let scene = Scene::with(&[
        Thing::new("DND-S1", "One").method(super::CONFOCAL),
        Thing::new("DND-S2", "Two").method(super::SPINNING_DISK),
        Thing::new("DND-S3", "Three").method(super::SPINNING_DISK),
    ]);
    let counts = |parameters: &[(&str, &str)]| -> Vec<(String, u64)> {
        let answer = scene.search(parameters).unwrap();
        answer.facets[0]
            .1
            .iter()
            .map(|value| (value.id.clone(), value.count))
            .collect()
    };
    let confocal = ("FBbi:00000251".to_owned(), 3);
    let spinning = ("FBbi:00000253".to_owned(), 2);
    assert_eq!(
        counts(&[("facets", "method")]),
        [confocal, spinning.clone()]
    );
    // confocal is not used by a hit itself, so that it is not listed, however broad
    assert_eq!(
        counts(&[("facets", "method"), ("method", "FBbi:00000253")]),
        [spinning]
    );
}
