//! The words of a record, and the genes in it.

use std::collections::BTreeSet;

use ontologies::schema::{dcat, dct, omma, schema_org};
use protocol::record::{ObjectRef, RDF_LANG_STRING, XSD_STRING};

use super::Described;
use super::statements::{Statements, value};
use crate::text::gene::{Genes, is_gene_property};

/// METADATA.md, phenotype observation; the node does not write these yet, and `ontologies::schema` does not have them.
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
    dct::LICENSE,
    dcat::VERSION,
    dcat::MEDIA_TYPE,
    schema_org::LICENSE,
    schema_org::DATE_PUBLISHED,
];

impl Statements<'_> {
    /// Genes of phenotype observations, of further properties that are called so, and single words that a channel shows.
    pub(super) fn read_genes(&self, genes: &mut Genes) {
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
    pub(super) fn read_texts(&self, described: &mut Described) {
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
