//! What a record says, sorted by what a search needs it for; nothing is indexed yet.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ontologies::Terms;
use ontologies::schema::{ACCESS_PUBLIC, bao, dcat, dct, dwciri, obo, omma, schema_org};
use protocol::identifier::Kind;
use protocol::record::{ObjectRef, RDF_LANG_STRING, StatementRef, XSD_STRING};

use super::facet::Facet;
use super::gene::{Genes, is_gene_property};
use super::licence::{Licence, licence};
use super::subject::facet_of_subject;
use super::{identifier, words};
use crate::projection::Shown;

/// A term that a record names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamedTerm {
    /// Its IRI.
    pub iri: String,
    /// The label that it was submitted with.
    pub label: Option<String>,
}

/// Somebody who made a study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Author {
    /// The name, as the record has it.
    pub name: String,
    /// The ORCID, without address: `0000-0001-2345-6789`.
    pub orcid: Option<String>,
}

/// A study or an image as its record describes it.
#[derive(Debug)]
pub(super) struct Described {
    /// Accession.
    pub id: String,
    /// IRI.
    pub iri: String,
    /// Study or image.
    pub kind: Kind,
    /// The member's id.
    pub member: String,
    /// `schema:name`, else the accession.
    pub title: String,
    /// `schema:description`.
    pub description: Option<String>,
    /// `schema:datePublished`, else the day of `dct:issued`: `2019`, `2019-05` or `2019-05-01`.
    pub published: Option<String>,
    /// `schema:thumbnailUrl`, the first.
    pub thumbnail: Option<String>,
    /// `dct:license`, else `schema:license`.
    pub licence: Option<Licence>,
    /// `open`, `registered`, …
    pub access: Option<String>,
    /// `held` or `catalogued`.
    pub holding: Option<&'static str>,
    /// In the order of the record.
    pub authors: Vec<Author>,
    /// Terms by what they say of the thing; each term once.
    pub terms: BTreeMap<Facet, Vec<NamedTerm>>,
    /// Terms that say something for which there is no facet.
    pub other_terms: BTreeSet<String>,
    /// Genes that are named.
    pub genes: Genes,
    /// Keys under which the thing is known ([`identifier::key`]).
    pub identifiers: BTreeSet<String>,
    /// Labels of terms as they were submitted, and methods that are text.
    pub submitted: BTreeSet<String>,
    /// Keywords.
    pub keywords: Vec<String>,
    /// All other text: names of components, samples, channels, articles, institutions …
    pub other_text: Vec<String>,
}

/// Reads a record of a study or an image; `None` for a record of another kind.
pub(super) fn read(shown: &Shown, terms: &Terms) -> Option<Described> {
    if !matches!(shown.id.kind(), Kind::Study | Kind::Image) {
        return None;
    }
    let statements: Vec<StatementRef<'_>> = shown.record.statements().collect();
    let iri = shown.namespace.iri(&shown.id);
    let record = Statements::of(&iri, &statements);
    let mut described = Described {
        id: shown.id.to_string(),
        kind: shown.id.kind(),
        member: shown.member.clone(),
        title: record
            .text(&iri, schema_org::NAME)
            .unwrap_or_else(|| shown.id.as_str())
            .to_owned(),
        description: record
            .text(&iri, schema_org::DESCRIPTION)
            .map(str::to_owned),
        published: record.published(),
        thumbnail: record
            .values(&iri, schema_org::THUMBNAIL_URL)
            .next()
            .map(str::to_owned),
        licence: record.licence(),
        access: record.access(),
        holding: record.holding(shown.id.kind()),
        authors: record.authors(),
        terms: BTreeMap::new(),
        other_terms: BTreeSet::new(),
        genes: Genes::default(),
        identifiers: BTreeSet::new(),
        submitted: BTreeSet::new(),
        keywords: record
            .values(&iri, schema_org::KEYWORDS)
            .map(str::to_owned)
            .collect(),
        other_text: Vec::new(),
        iri: iri.clone(),
    };
    described.identifiers = record.identifiers(&described.id);
    record.read_terms(&mut described, terms);
    record.read_genes(&mut described.genes);
    record.read_texts(&mut described);
    Some(described)
}

/// The statements of a record by subject.
struct Statements<'r> {
    home: &'r str,
    by_subject: HashMap<&'r str, Vec<&'r StatementRef<'r>>>,
    all: &'r [StatementRef<'r>],
}

impl<'r> Statements<'r> {
    fn of(home: &'r str, statements: &'r [StatementRef<'r>]) -> Self {
        let mut by_subject: HashMap<&str, Vec<&StatementRef<'_>>> = HashMap::new();
        for statement in statements {
            by_subject
                .entry(statement.subject())
                .or_default()
                .push(statement);
        }
        Self {
            home,
            by_subject,
            all: statements,
        }
    }

    fn objects(
        &self,
        subject: &str,
        predicate: &str,
    ) -> impl Iterator<Item = &'r ObjectRef<'r>> + use<'_, 'r> {
        let predicate = predicate.to_owned();
        self.by_subject
            .get(subject)
            .into_iter()
            .flatten()
            .filter(move |statement| statement.predicate() == predicate)
            .map(|statement| statement.object())
    }

    /// Objects as text, IRIs and literals alike.
    fn values(
        &self,
        subject: &str,
        predicate: &str,
    ) -> impl Iterator<Item = &'r str> + use<'_, 'r> {
        self.objects(subject, predicate).map(value)
    }

    /// IRIs only.
    fn links(&self, subject: &str, predicate: &str) -> impl Iterator<Item = &'r str> + use<'_, 'r> {
        self.objects(subject, predicate)
            .filter_map(|object| match object {
                ObjectRef::Iri(iri) => Some(*iri),
                ObjectRef::Literal(_) => None,
            })
    }

    /// The first literal.
    fn text(&self, subject: &str, predicate: &str) -> Option<&'r str> {
        self.objects(subject, predicate)
            .find_map(|object| match object {
                ObjectRef::Literal(literal) => Some(literal.value()),
                ObjectRef::Iri(_) => None,
            })
    }

    /// Hash nodes of the record itself, in their order.
    fn parts(&self, predicate: &str) -> Vec<&'r str> {
        let mut parts: Vec<&str> = self
            .links(self.home, predicate)
            .filter(|iri| self.by_subject.contains_key(iri))
            .collect();
        let position = |part: &&str| {
            self.text(part, schema_org::POSITION)
                .and_then(|position| position.parse::<u64>().ok())
        };
        parts.sort_by_key(|part| position(part).unwrap_or(u64::MAX));
        parts
    }

    fn published(&self) -> Option<String> {
        let stated = self.text(self.home, schema_org::DATE_PUBLISHED);
        let issued = self
            .text(self.home, dct::ISSUED)
            .map(|time| time.get(..10).unwrap_or(time));
        stated.or(issued).map(str::to_owned)
    }

    fn licence(&self) -> Option<Licence> {
        let stated = self.values(self.home, dct::LICENSE).next();
        stated
            .or_else(|| self.values(self.home, schema_org::LICENSE).next())
            .map(licence)
    }

    /// The publications office's words for access, and the plain ones that sources use.
    fn access(&self) -> Option<String> {
        let rights = self.values(self.home, dct::ACCESS_RIGHTS).next()?;
        if rights == ACCESS_PUBLIC {
            return Some("open".to_owned());
        }
        let word = rights.rsplit('/').next().unwrap_or(rights);
        let word = word.trim().to_lowercase().replace('_', "-");
        Some(match word.as_str() {
            "public" => "open".to_owned(),
            _ => word,
        })
    }

    /// A study with a manifest, and an image with files, is held; a study whose data are elsewhere is catalogued.
    fn holding(&self, kind: Kind) -> Option<&'static str> {
        let has = |predicate| self.objects(self.home, predicate).next().is_some();
        match kind {
            Kind::Image => (has(dcat::DISTRIBUTION)
                || self
                    .text(self.home, omma::FILE_COUNT)
                    .is_some_and(|count| count != "0"))
            .then_some("held"),
            _ if has(omma::MANIFEST) => Some("held"),
            _ => has(omma::DATA_AT).then_some("catalogued"),
        }
    }

    fn authors(&self) -> Vec<Author> {
        let read = |node: &str| {
            let orcid = self
                .values(node, schema_org::SAME_AS)
                .find_map(orcid)
                .map(str::to_owned);
            let given = self.text(node, schema_org::NAME).map(str::to_owned);
            let name = given.or_else(|| orcid.clone())?;
            Some(Author { name, orcid })
        };
        self.parts(schema_org::AUTHOR)
            .into_iter()
            .filter_map(read)
            .collect()
    }

    /// Under what the thing itself is known; for a study also its articles.
    fn identifiers(&self, id: &str) -> BTreeSet<String> {
        let mut keys = BTreeSet::from([identifier::key(id), identifier::key(self.home)]);
        for predicate in [schema_org::IDENTIFIER, schema_org::SAME_AS, omma::DATA_AT] {
            keys.extend(self.values(self.home, predicate).map(identifier::key));
        }
        for article in self.parts(schema_org::CITATION) {
            for predicate in [schema_org::IDENTIFIER, schema_org::SAME_AS, schema_org::URL] {
                keys.extend(self.values(article, predicate).map(identifier::key));
            }
        }
        keys.retain(|key| !key.is_empty() && key.len() <= LONGEST_KEY);
        keys
    }

    fn read_terms(&self, described: &mut Described, terms: &Terms) {
        let uses = self.term_uses();
        for used in uses.iter() {
            if let Some(label) = used.label {
                described.submitted.insert(label.to_owned());
            }
        }
        let mut found: BTreeMap<Facet, BTreeMap<&str, Option<&str>>> = BTreeMap::new();
        for statement in self.all {
            let ObjectRef::Iri(iri) = statement.object() else {
                continue;
            };
            if self.by_subject.contains_key(iri) {
                continue;
            }
            let stated = match statement.predicate() {
                obo::IN_TAXON | schema_org::TAXONOMIC_RANGE => Some(Facet::Organism),
                dwciri::MEASUREMENT_METHOD | schema_org::MEASUREMENT_TECHNIQUE => {
                    Some(Facet::Method)
                }
                omma::CELL_TYPE | bao::HAS_CELL_LINE => Some(Facet::Cell),
                omma::TISSUE => Some(Facet::Tissue),
                omma::DISEASE => Some(Facet::Disease),
                PHENOTYPE => Some(Facet::Phenotype),
                schema_org::ABOUT => uses
                    .iter()
                    .filter(|used| used.term == Some(*iri))
                    .find_map(|used| facet_of_role(used.role))
                    .or_else(|| facet_of_subject(iri, terms)),
                omma::TERM | dct::TYPE => None,
                _ => continue,
            };
            let label = uses
                .iter()
                .find(|used| used.term == Some(*iri))
                .and_then(|used| used.label);
            match stated {
                Some(facet) => {
                    let slot = found.entry(facet).or_default().entry(*iri).or_default();
                    *slot = slot.or(label);
                }
                None => {
                    described.other_terms.insert((*iri).to_owned());
                }
            }
        }
        for (facet, of_facet) in found {
            let named = of_facet.into_iter().map(|(iri, label)| NamedTerm {
                iri: iri.to_owned(),
                label: label.map(str::to_owned),
            });
            let named: Vec<NamedTerm> = named.collect();
            for term in &named {
                described.other_terms.remove(&term.iri);
            }
            described.terms.insert(facet, named);
        }
    }

    fn term_uses(&self) -> Vec<TermUse<'r>> {
        let nodes: BTreeSet<&str> = self
            .all
            .iter()
            .filter(|statement| statement.predicate() == omma::HAS_TERM_USE)
            .map(|statement| value(statement.object()))
            .collect();
        let read = |node: &str| TermUse {
            term: self.links(node, omma::TERM).next(),
            label: self.text(node, omma::SUBMITTED_LABEL),
            role: self.text(node, omma::ROLE),
        };
        nodes.into_iter().map(read).collect()
    }

    /// Genes of phenotype observations, of further properties that are called so, and single words that a channel shows.
    fn read_genes(&self, genes: &mut Genes) {
        for statement in self.all {
            let said = value(statement.object());
            match statement.predicate() {
                GENE => genes.identifier(said),
                GENE_SYMBOL => genes.symbols(said),
                omma::TARGET => genes.target(said),
                schema_org::NAME if is_gene_property(said) => {
                    for gene in self.values(statement.subject(), schema_org::VALUE) {
                        genes.symbols(gene);
                    }
                }
                _ => {}
            }
        }
    }

    /// Whatever is said in words and has no place of its own.
    fn read_texts(&self, described: &mut Described) {
        let authors: BTreeSet<&str> = self.parts(schema_org::AUTHOR).into_iter().collect();
        for statement in self.all {
            let ObjectRef::Literal(literal) = statement.object() else {
                continue;
            };
            let is_words =
                literal.datatype() == XSD_STRING || literal.datatype() == RDF_LANG_STRING;
            if !is_words || authors.contains(statement.subject()) {
                continue;
            }
            let is_home = statement.subject() == self.home;
            match statement.predicate() {
                schema_org::NAME | schema_org::DESCRIPTION | schema_org::KEYWORDS if is_home => {}
                schema_org::MEASUREMENT_TECHNIQUE => {
                    described.submitted.insert(literal.value().to_owned());
                }
                predicate if WITHOUT_WORDS.contains(&predicate) => {}
                _ => described.other_text.push(literal.value().to_owned()),
            }
        }
    }
}

/// A term as it was submitted.
struct TermUse<'r> {
    term: Option<&'r str>,
    label: Option<&'r str>,
    role: Option<&'r str>,
}

/// An identifier that is longer is none that anybody types.
const LONGEST_KEY: usize = 500;

/// METADATA.md, phenotype observation; the node does not write these yet, and `ontologies::schema` does not have them.
const PHENOTYPE: &str = "https://w3id.org/ommatidia/ns#phenotype";
const GENE: &str = "https://w3id.org/ommatidia/ns#gene";
const GENE_SYMBOL: &str = "https://w3id.org/ommatidia/ns#geneSymbol";

/// Literals that nobody searches by their words.
const WITHOUT_WORDS: &[&str] = &[
    omma::SALT,
    omma::MANIFEST,
    omma::MISSING,
    omma::ROLE,
    omma::SUBMITTED_LABEL,
    omma::SUBMITTED_TERM,
    omma::PIXEL_TYPE,
    dct::IDENTIFIER,
    dct::ACCESS_RIGHTS,
    dct::LICENSE,
    dcat::VERSION,
    dcat::MEDIA_TYPE,
    schema_org::LICENSE,
    schema_org::DATE_PUBLISHED,
];

fn value<'r>(object: &'r ObjectRef<'r>) -> &'r str {
    match object {
        ObjectRef::Iri(iri) => iri,
        ObjectRef::Literal(literal) => literal.value(),
    }
}

/// The roles that the profile gives to submitted terms; a mere subject is told by its vocabulary.
fn facet_of_role(role: Option<&str>) -> Option<Facet> {
    match role? {
        "organism" => Some(Facet::Organism),
        "method" => Some(Facet::Method),
        "cell-type" | "cell-line" => Some(Facet::Cell),
        "tissue" => Some(Facet::Tissue),
        "disease" => Some(Facet::Disease),
        "process" => Some(Facet::Process),
        "phenotype" => Some(Facet::Phenotype),
        _ => None,
    }
}

/// The ORCID in an address or on its own: `0000-0001-2345-678X`.
pub(super) fn orcid(text: &str) -> Option<&str> {
    let last = text.trim().trim_end_matches('/').rsplit('/').next()?;
    let has_shape = last.len() == 19
        && last.bytes().enumerate().all(|(place, byte)| match place {
            4 | 9 | 14 => byte == b'-',
            18 => byte.is_ascii_digit() || byte.eq_ignore_ascii_case(&b'x'),
            _ => byte.is_ascii_digit(),
        });
    has_shape.then_some(last)
}

/// The words of a name, each once, in the order of the alphabet.
pub(super) fn words_of_name(name: &str) -> Vec<String> {
    let words: BTreeSet<String> = words::folded(name).split(' ').map(str::to_owned).collect();
    words.into_iter().filter(|word| !word.is_empty()).collect()
}
