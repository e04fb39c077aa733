//! The genes that a record names: symbols as they are written, identifiers in every form that is asked for.

use std::collections::BTreeMap;

/// Names, each with "gene" in it, under which file lists and crates state genes, in lower case and with spaces.
const PROPERTIES: [&str; 7] = [
    "gene",
    "genes",
    "gene symbol",
    "gene id",
    "gene identifier",
    "gene name",
    "target gene",
];

/// A name that is longer is a sentence.
const LONGEST: usize = 40;

/// The genes of one record: key (lower case) and spelling.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Genes {
    by_key: BTreeMap<String, String>,
}

impl Genes {
    /// Keys with their spellings, in the order of keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.by_key
            .iter()
            .map(|(key, spelling)| (key.as_str(), spelling.as_str()))
    }

    /// An IRI of a gene (`https://identifiers.org/ensembl:ENSG00000141510`) or a bare identifier.
    pub(super) fn identifier(&mut self, iri: &str) {
        self.add(bare(iri));
    }

    /// Symbols in one text, with commas, semicolons or bars between them.
    pub(super) fn symbols(&mut self, text: &str) {
        for symbol in text.split([',', ';', '|']) {
            self.add(bare(symbol));
        }
    }

    /// What a channel shows: a gene or protein where it is one word with a capital or a digit; "nucleus" is neither.
    pub(super) fn target(&mut self, text: &str) {
        let text = text.trim();
        let has_form = text
            .chars()
            .any(|character| character.is_uppercase() || character.is_ascii_digit());
        if has_form && !text.contains(char::is_whitespace) {
            self.add(bare(text));
        }
    }

    fn add(&mut self, name: &str) {
        let is_name = name.chars().any(char::is_alphanumeric)
            && name.chars().count() <= LONGEST
            && !name.eq_ignore_ascii_case("#n/a");
        if is_name {
            self.by_key
                .entry(key(name))
                .or_insert_with(|| name.to_owned());
        }
    }
}

/// The key of a symbol or identifier as somebody writes it.
pub(super) fn key(text: &str) -> String {
    bare(text).to_lowercase()
}

/// What stands behind the last slash of an address, and behind a registry's prefix.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let last = match text.split_once("://") {
        Some((_, address)) => address.trim_end_matches('/').rsplit('/').next(),
        None => Some(text),
    };
    let last = last.unwrap_or(text);
    match last.split_once(':') {
        Some((prefix, local))
            if !local.is_empty()
                && prefix
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.') =>
        {
            local
        }
        _ => last,
    }
}

/// Whether a further property holds genes.
pub(super) fn is_gene_property(name: &str) -> bool {
    // nearly all names are of other things
    let says_gene = |bytes: &[u8]| bytes.eq_ignore_ascii_case(b"gene");
    if !name.as_bytes().windows(4).any(says_gene) {
        return false;
    }
    let name = ontologies::label::normalise(name);
    PROPERTIES.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::{Genes, is_gene_property, key};

    #[test]
    fn a_gene_is_known_by_symbol_and_by_identifier() {
        let mut genes = Genes::default();
        genes.identifier("https://identifiers.org/ensembl:ENSG00000141510");
        genes.symbols("TP53; MED30");
        genes.target("nucleus");
        genes.target("H2B");
        let keys: Vec<_> = genes.iter().map(|(key, _)| key.to_owned()).collect();
        assert_eq!(keys, ["ensg00000141510", "h2b", "med30", "tp53"]);
        assert_eq!(key("ensembl:ENSG00000141510"), "ensg00000141510");
        assert_eq!(key("SPAC1006.03c"), "spac1006.03c");
        assert!(is_gene_property("Gene_Symbol"));
    }
}
