//! The contents of the fields of the text index, made from the statements of the graph by the shortest way.
//!
//! It follows `harvester/src/text/document.rs` for studies and images as `omma-make-log` makes them, and shares no code with it.
//! `floor tokens` shows how near it comes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;

use ontologies::schema::{dcat, dct, dwciri, omma, schema_org};
use ontologies::{Term, Terms};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{NamedOrBlankNode, Quad, Term as Object};

use super::Outcome;

/// The columns of facets.
pub const FACETS: [&str; 15] = [
    "facet_organism",
    "facet_method",
    "facet_cell",
    "facet_tissue",
    "facet_disease",
    "facet_process",
    "facet_phenotype",
    "facet_gene",
    "facet_author",
    "facet_licence",
    "facet_member",
    "facet_kind",
    "facet_access",
    "facet_holding",
    "facet_year",
];

/// The columns of numbers.
pub const NUMBERS: [&str; 3] = ["sequence", "day", "year"];

/// Facets of which terms are values, with the vocabularies that say so.
const OF_TERMS: [(&str, &[&str]); 7] = [
    ("organism", &["NCBITaxon_"]),
    ("method", &["FBbi_"]),
    ("cell", &["CL_"]),
    ("tissue", &["UBERON_"]),
    ("disease", &["MONDO_", "DOID_"]),
    ("process", &["GO_"]),
    ("phenotype", &["CMPO_", "PATO_"]),
];

/// Words that are nobody's text.
const WITHOUT_WORDS: [&str; 9] = [
    omma::SALT,
    omma::MANIFEST,
    omma::ROLE,
    omma::SUBMITTED_LABEL,
    omma::PIXEL_TYPE,
    dct::IDENTIFIER,
    dcat::VERSION,
    dcat::MEDIA_TYPE,
    schema_org::DATE_PUBLISHED,
];

/// What one document has in its fields.
pub struct Document {
    /// Names of fields with their texts; a field may come many times.
    pub texts: Vec<(&'static str, String)>,
    /// In the order of [`NUMBERS`].
    pub numbers: [u64; 3],
}

/// The documents of a sorted dump: what has a record's identifier, with everything that its parts say.
pub fn read(
    lines: impl Iterator<Item = io::Result<String>>,
    terms: &Terms,
) -> Outcome<Vec<Document>> {
    let mut records: BTreeMap<String, Vec<Quad>> = BTreeMap::new();
    for line in lines {
        let line = line?;
        for quad in RdfParser::from_format(RdfFormat::NQuads).for_slice(line.as_bytes()) {
            let quad = quad?;
            let NamedOrBlankNode::NamedNode(subject) = &quad.subject else {
                continue;
            };
            let home = subject.as_str().split('#').next().unwrap_or_default();
            records.entry(home.to_owned()).or_default().push(quad);
        }
    }
    let names = names_by_iri(terms);
    // statements about terms and the catalogue's records have no salt
    let is_record = |quads: &[Quad]| {
        quads
            .iter()
            .any(|quad| quad.predicate.as_str() == omma::SALT)
    };
    let mut documents = Vec::new();
    for (home, quads) in records.into_iter().filter(|(_, quads)| is_record(quads)) {
        let sequence = documents.len() as u64 + 1;
        documents.push(document(&home, &quads, terms, &names, sequence));
    }
    Ok(documents)
}

/// What the project calls methods, by IRI.
fn names_by_iri(terms: &Terms) -> HashMap<&str, Vec<&str>> {
    let mut names: HashMap<&str, Vec<&str>> = HashMap::new();
    for (name, iri) in terms.methods().synonyms() {
        names.entry(iri).or_default().push(name);
    }
    names
}

fn document(
    home: &str,
    quads: &[Quad],
    terms: &Terms,
    names: &HashMap<&str, Vec<&str>>,
    sequence: u64,
) -> Document {
    let said = Said { home, quads };
    let mut making = Making {
        said: &said,
        texts: Vec::new(),
        tokens: BTreeSet::new(),
        facets: BTreeMap::new(),
    };
    let day = making.identity();
    making.terms(terms, names);
    making.credit();
    making.rest(day / 10_000);
    Document {
        texts: making.finish(),
        numbers: [sequence, day, day / 10_000],
    }
}

/// What a record says.
struct Said<'a> {
    home: &'a str,
    quads: &'a [Quad],
}

impl<'a> Said<'a> {
    fn all(&self, subject: &'a str, predicate: &'a str) -> impl Iterator<Item = &'a str> {
        self.quads
            .iter()
            .filter(move |quad| subject_of(quad) == subject && quad.predicate.as_str() == predicate)
            .map(|quad| value(&quad.object))
    }

    fn first(&self, subject: &'a str, predicate: &'a str) -> Option<&'a str> {
        self.all(subject, predicate).next()
    }
}

fn subject_of(quad: &Quad) -> &str {
    match &quad.subject {
        NamedOrBlankNode::NamedNode(node) => node.as_str(),
        NamedOrBlankNode::BlankNode(node) => node.as_str(),
    }
}

fn value(object: &Object) -> &str {
    match object {
        Object::NamedNode(node) => node.as_str(),
        Object::BlankNode(node) => node.as_str(),
        Object::Literal(literal) => literal.value(),
    }
}

struct Making<'a> {
    said: &'a Said<'a>,
    texts: Vec<(&'static str, String)>,
    tokens: BTreeSet<String>,
    facets: BTreeMap<&'static str, Vec<String>>,
}

impl Making<'_> {
    fn text(&mut self, field: &'static str, text: &str) {
        self.texts.push((field, text.to_owned()));
        self.texts.push(("words", text.to_owned()));
    }

    fn value(&mut self, facet: &'static str, key: &str, label: &str) {
        self.tokens.insert(format!("{facet}={key}"));
        let text = format!("{key}\u{1e}{label}\u{1e}");
        self.facets.entry(facet).or_default().push(text);
    }

    fn id(&self) -> &str {
        self.said.home.rsplit('/').next().unwrap_or_default()
    }

    /// Gives the day of publication.
    fn identity(&mut self) -> u64 {
        let (said, id) = (self.said, self.id().to_owned());
        let title = said.first(said.home, schema_org::NAME).unwrap_or(&id);
        self.texts.push(("id", id.clone()));
        self.texts.push(("title_key", title.to_lowercase()));
        self.texts.push(("title_words", title.to_owned()));
        self.text("title", title);
        self.text("other", &id);
        self.tokens.insert(format!("ident={}", id.to_lowercase()));
        if let Some(description) = said.first(said.home, schema_org::DESCRIPTION) {
            self.text("description", description);
        }
        let date = said.first(said.home, schema_org::DATE_PUBLISHED);
        let digits = date.unwrap_or_default().replace('-', "");
        digits.parse().unwrap_or(0)
    }

    fn terms(&mut self, terms: &Terms, names: &HashMap<&str, Vec<&str>>) {
        let said = self.said;
        let mut own: BTreeSet<String> = said
            .quads
            .iter()
            .filter(|quad| quad.predicate.as_str() == omma::SUBMITTED_LABEL)
            .map(|quad| value(&quad.object).to_owned())
            .collect();
        let mut above = BTreeSet::new();
        let about = said.all(said.home, schema_org::ABOUT);
        let methods = said.all(said.home, dwciri::MEASUREMENT_METHOD);
        let named: BTreeSet<&str> = about.chain(methods).collect();
        for iri in named {
            let last = iri.rsplit('/').next().unwrap_or_default();
            let facet = OF_TERMS
                .iter()
                .find(|(_, prefixes)| prefixes.iter().any(|prefix| last.starts_with(prefix)));
            let Some((facet, _)) = facet else { continue };
            own.extend(
                terms
                    .by_iri(iri)
                    .into_iter()
                    .flat_map(|term| called(term, names)),
            );
            let mut broader = terms.ancestors(iri);
            if *facet == "method" {
                broader.extend(terms.facets(iri));
            }
            let keys: BTreeSet<&str> = broader.iter().map(|term| term.iri.as_str()).collect();
            for key in &keys {
                self.tokens.insert(format!("{facet}={key}"));
            }
            above.extend(broader.iter().flat_map(|term| called(term, names)));
            let list: Vec<&str> = keys.into_iter().collect();
            let digest = format!("{:032x}", list.len());
            let broader = format!("{facet}\u{1e}{digest}\u{1f}{}", list.join("\u{1f}"));
            self.texts.push(("broader", broader));
            self.value(facet, iri, "");
        }
        for name in &own {
            self.text("terms", name);
        }
        for name in above.difference(&own) {
            self.texts.push(("other", name.clone()));
        }
    }

    fn credit(&mut self) {
        let said = self.said;
        for author in said.all(said.home, schema_org::AUTHOR) {
            let name = said.first(author, schema_org::NAME).unwrap_or_default();
            let orcid = said.first(author, schema_org::SAME_AS).unwrap_or(name);
            let orcid = orcid.rsplit('/').next().unwrap_or_default();
            self.value("author", orcid, name);
            let lower = name.to_lowercase();
            let mut words: Vec<&str> = lower.split(' ').collect();
            words.sort_unstable();
            let selections = 1_u32..1 << words.len().min(5);
            for selection in selections {
                let chosen = words.iter().enumerate();
                let chosen = chosen.filter(|(place, _)| selection & (1 << place) != 0);
                let chosen: Vec<&str> = chosen.map(|(_, word)| *word).collect();
                self.tokens.insert(format!("author={}", chosen.join(" ")));
                for full in chosen.iter().filter(|_| chosen.len() > 1) {
                    let short =
                        |word: &&str| if word == full { *word } else { &word[..1] }.to_owned();
                    let mixed: Vec<String> = chosen.iter().map(short).collect();
                    self.tokens.insert(format!("author={}", mixed.join(" ")));
                }
            }
            self.text("credit", name);
        }
        for keyword in said.all(said.home, schema_org::KEYWORDS) {
            self.text("credit", keyword);
        }
    }

    fn rest(&mut self, year: u64) {
        let said = self.said;
        let kind = if self.id().contains("-I") {
            "image"
        } else {
            "study"
        };
        self.value("kind", kind, "");
        self.value("member", "member", "");
        if let Some(licence) = said.first(said.home, dct::LICENSE) {
            self.value("licence", licence, licence);
            self.value("access", "open", "");
        }
        self.value("holding", "held", "");
        if year > 0 {
            self.value("year", &year.to_string(), "");
        }
        let authors: BTreeSet<&str> = said.all(said.home, schema_org::AUTHOR).collect();
        let placed = [
            schema_org::NAME,
            schema_org::DESCRIPTION,
            schema_org::KEYWORDS,
        ];
        for quad in said.quads {
            let (subject, predicate) = (subject_of(quad), quad.predicate.as_str());
            let Object::Literal(literal) = &quad.object else {
                continue;
            };
            let is_placed = subject == said.home && placed.contains(&predicate);
            let is_words = literal.datatype().as_str().ends_with("#string")
                && !WITHOUT_WORDS.contains(&predicate)
                && !authors.contains(subject);
            if is_words && !is_placed {
                self.text("other", literal.value());
            }
        }
    }

    fn finish(mut self) -> Vec<(&'static str, String)> {
        self.texts
            .extend(self.tokens.into_iter().map(|token| ("is", token)));
        for column in FACETS {
            let facet = column.trim_start_matches("facet_");
            let values = self.facets.remove(facet).unwrap_or_default();
            self.texts.push((column, values.join("\u{1f}")));
        }
        // what is shown of a hit: the texts that are kept as they are
        let kept: Vec<String> = self
            .texts
            .iter()
            .filter(|(field, _)| {
                matches!(
                    *field,
                    "id" | "title" | "description" | "facet_organism" | "facet_method"
                )
            })
            .map(|(field, text)| format!("{field:?}:{text:?}"))
            .collect();
        self.texts.push(("hit", format!("{{{}}}", kept.join(","))));
        self.texts
    }
}

/// Label, synonyms, and what the project calls it.
fn called(term: &Term, names: &HashMap<&str, Vec<&str>>) -> Vec<String> {
    let project = names.get(term.iri.as_str()).into_iter().flatten().copied();
    std::iter::once(term.label.as_str())
        .chain(term.synonyms.iter().map(String::as_str))
        .chain(project)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}
