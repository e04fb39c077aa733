//! Identifiers of terms: every spelling that archives use, and the one canonical IRI behind it.
//!
//! Archives write the same taxon as `NCBITaxon_9606`, `NCBITaxon:09606`, `NCBI:txid9606`, an identifiers.org address or a
//! page of the NCBI's browser. [`Curie::parse`] reads all of them; [`Curie::iri`] and the `Display` form are what is written.

use std::fmt;

use crate::vocabulary::{self, Local, Vocabulary};

/// The base of identifiers in the OBO library, also for vocabularies that this crate has no row for.
const OBO: &str = "http://purl.obolibrary.org/obo/";

/// The identifier of a term: a prefix and a local part, both in their canonical spelling.
///
/// Having one does not mean that the term exists: that is for [`crate::Terms`] to say.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Curie {
    prefix: String,
    local: String,
    base: String,
}

/// Why a text is not the identifier of a term.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CurieError {
    /// No spelling of an identifier that is known here.
    #[error(
        "\"{0}\" is not a term identifier; write it as PREFIX:NUMBER (for instance NCBITaxon:9606) or as its IRI"
    )]
    NotAnIdentifier(String),
    /// The prefix is known, what follows it cannot be right.
    #[error("\"{text}\" cannot be an identifier of {vocabulary}: {expected}")]
    BadLocal {
        /// The text as it was given.
        text: String,
        /// The vocabulary whose prefix it has.
        vocabulary: &'static str,
        /// What its identifiers look like.
        expected: &'static str,
    },
}

impl Curie {
    /// Reads an identifier in any spelling that is known: CURIE, underscore form, `obo:` form, IRI, or the address of a page
    /// about the term at identifiers.org, NCBI, UniProt, OLS or a like place.
    ///
    /// # Errors
    /// [`CurieError`] when there is no identifier in the text, or one that its vocabulary cannot have.
    pub fn parse(text: &str) -> Result<Self, CurieError> {
        let bare = text
            .trim()
            .trim_start_matches('<')
            .trim_end_matches('>')
            .trim();
        let parsed = match bare.split_once("://") {
            Some((scheme, rest)) if is_http(scheme) => from_address(rest),
            Some(_) => None,
            None => from_compact(bare.trim_start_matches('#'), Width::Lenient),
        };
        match parsed {
            Some(Ok(curie)) => Ok(curie),
            Some(Err(vocabulary)) => Err(bad_local(text, vocabulary)),
            None => Err(CurieError::NotAnIdentifier(text.to_owned())),
        }
    }

    /// As [`Curie::parse`], and a bare number is read as an identifier of `prefix`: `00000251` within `FBbi`.
    ///
    /// # Errors
    /// As [`Curie::parse`]; also when `prefix` is not a vocabulary of this crate.
    pub fn parse_within(prefix: &str, text: &str) -> Result<Self, CurieError> {
        let bare = text.trim().trim_start_matches('#');
        let is_number = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number {
            return Self::parse(text);
        }
        let vocabulary = vocabulary::by_prefix(prefix)
            .ok_or_else(|| CurieError::NotAnIdentifier(text.to_owned()))?;
        local_of(vocabulary, bare, Width::Lenient)
            .map(|local| Self::known(vocabulary, local))
            .ok_or_else(|| bad_local(text, vocabulary))
    }

    /// The prefix in its canonical spelling: `NCBITaxon`, `FBbi`, `GO`.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// What follows the prefix: `9606`, `00000251`.
    #[must_use]
    pub fn local(&self) -> &str {
        &self.local
    }

    /// The canonical IRI, the only form that is written into records.
    #[must_use]
    pub fn iri(&self) -> String {
        format!("{}{}", self.base, self.local)
    }

    /// True where `text` is already the canonical CURIE or IRI, so that nothing had to be repaired in reading it.
    #[must_use]
    pub fn is_written_as(&self, text: &str) -> bool {
        text == self.to_string() || text == self.iri()
    }

    fn known(vocabulary: &'static Vocabulary, local: String) -> Self {
        Self {
            prefix: vocabulary.prefix.to_owned(),
            local,
            base: vocabulary.base.to_owned(),
        }
    }
}

impl fmt::Display for Curie {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.prefix, self.local)
    }
}

/// The IRI of an identifier as ontology files write it, taken at its word: no padding is added or removed.
///
/// `CMPO:0000077` gives the IRI at CMPO's own base, an unknown prefix one in the OBO library, and an IRI itself, except that
/// EFO and CMPO terms at the OBO library's base are moved to their own. `None` where there is no prefix (`part_of`).
#[must_use]
pub fn expand(id: &str) -> Option<String> {
    if let Some(local) = id.strip_prefix(OBO) {
        return Some(
            local
                .split_once('_')
                .and_then(|(prefix, _)| own_base(prefix, local))
                .unwrap_or_else(|| id.to_owned()),
        );
    }
    if id.contains("://") {
        return Some(id.to_owned());
    }
    let (prefix, local) = id.split_once(':')?;
    if prefix.is_empty()
        || local.is_empty()
        || prefix.contains(char::is_whitespace)
        || local.contains(char::is_whitespace)
    {
        return None;
    }
    Some(match vocabulary::by_exact_prefix(prefix) {
        Some(vocabulary) => format!("{}{local}", vocabulary.base),
        None => format!("{OBO}{prefix}_{local}"),
    })
}

/// `http://purl.obolibrary.org/obo/CMPO_0000077` is a frequent error: CMPO, EFO and BAO have bases of their own.
fn own_base(prefix: &str, local: &str) -> Option<String> {
    let vocabulary = vocabulary::by_exact_prefix(prefix)
        .filter(|vocabulary| !vocabulary.base.starts_with(OBO))?;
    let number = local.split_once('_')?.1;
    Some(format!("{}{number}", vocabulary.base))
}

/// The vocabulary prefix and the CURIE of a canonical IRI, for display and for telling vocabularies apart.
///
/// Unlike [`Curie::parse`] it repairs nothing and reads only IRIs.
#[must_use]
pub fn compact(iri: &str) -> Option<(&str, &str)> {
    if let Some(vocabulary) = vocabulary::by_base(iri) {
        return Some((vocabulary.prefix, &iri[vocabulary.base.len()..]));
    }
    iri.strip_prefix(OBO)?.split_once('_')
}

/// How exactly the number of digits must fit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Width {
    /// Missing or surplus leading zeros are repaired.
    Lenient,
    /// In the last segment of a stranger's address only the exact width counts as an identifier.
    Exact,
}

/// `None`: no identifier; `Some(Err)`: the prefix of that vocabulary, with something impossible after it.
type Reading = Option<Result<Curie, &'static Vocabulary>>;

fn is_http(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
}

fn bad_local(text: &str, vocabulary: &'static Vocabulary) -> CurieError {
    CurieError::BadLocal {
        text: text.to_owned(),
        vocabulary: vocabulary.prefix,
        expected: vocabulary.local.expected(),
    }
}

/// `PREFIX:LOCAL`, `PREFIX_LOCAL`, `obo:PREFIX_LOCAL`, `GO:GO_0005634`, `NCBI:txid9606`, `txid9606`.
fn from_compact(text: &str, width: Width) -> Reading {
    if let Some(digits) = strip_prefix_ignoring_case(text, "txid") {
        let vocabulary = vocabulary::by_prefix("NCBITaxon")?;
        return Some(
            local_of(vocabulary, digits, width)
                .map(|local| Curie::known(vocabulary, local))
                .ok_or(vocabulary),
        );
    }
    if let Some((prefix, local)) = text.split_once(':') {
        if prefix.eq_ignore_ascii_case("obo") {
            // in the OBO library it is an identifier whether or not this crate knows the ontology
            return from_compact(local, width).or_else(|| obo_curie(local).map(Ok));
        }
        if prefix.eq_ignore_ascii_case("NCBI") {
            return from_compact(local, width);
        }
        return with_prefix(prefix, local, width);
    }
    let (prefix, local) = text.split_once('_')?;
    with_prefix(prefix, local, width)
}

fn with_prefix(prefix: &str, local: &str, width: Width) -> Reading {
    let vocabulary = vocabulary::by_prefix(prefix)?;
    Some(
        local_of(vocabulary, local, width)
            .map(|local| Curie::known(vocabulary, local))
            .ok_or(vocabulary),
    )
}

fn obo_curie(segment: &str) -> Option<Curie> {
    let (prefix, local) = segment.split_once('_')?;
    let well_formed = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    (well_formed(prefix) && well_formed(local)).then(|| Curie {
        prefix: prefix.to_owned(),
        local: local.to_owned(),
        base: format!("{OBO}{prefix}_"),
    })
}

/// The canonical local part, with zeros added or removed where the vocabulary says how many there are.
fn local_of(vocabulary: &'static Vocabulary, text: &str, width: Width) -> Option<String> {
    let text = text.trim();
    // "GO:GO:0005634" and "FBbi:FBbi_00000251" say the prefix twice
    let text = match text.split_once([':', '_']) {
        Some((prefix, local))
            if vocabulary::by_prefix(prefix)
                .is_some_and(|other| other.prefix == vocabulary.prefix) =>
        {
            local
        }
        _ => text,
    };
    let text = if vocabulary.prefix == "NCBITaxon" {
        strip_prefix_ignoring_case(text, "txid").unwrap_or(text)
    } else {
        text
    };
    match vocabulary.local {
        Local::Number => digits(text)
            .filter(|digits| !digits.is_empty())
            .map(str::to_owned),
        Local::Digits(count) => {
            let significant = digits(text)?;
            let fits =
                significant.len() <= count && (width == Width::Lenient || text.len() == count);
            fits.then(|| format!("{significant:0>count$}"))
        }
        Local::Code => {
            let well_formed = text
                .strip_prefix(['C', 'c'])
                .is_some_and(|number| digits(number).is_some());
            well_formed.then(|| text.to_ascii_uppercase())
        }
        Local::Name => {
            let allowed =
                |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'%');
            (!text.is_empty() && text.bytes().all(allowed)).then(|| text.to_owned())
        }
    }
}

/// The digits without leading zeros; `None` where there is none, or something that is not a digit.
fn digits(text: &str) -> Option<&str> {
    let numeric = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    numeric.then(|| text.trim_start_matches('0'))
}

fn strip_prefix_ignoring_case<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix)
        .then(|| &text[prefix.len()..])
}

/// An address without its scheme: the canonical bases first, then what the known registries and browsers write.
fn from_address(rest: &str) -> Reading {
    let rest = strip_prefix_ignoring_case(rest, "www.").unwrap_or(rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.to_ascii_lowercase();
    if let Some(vocabulary) = vocabulary::by_address(&host, path) {
        let local = &path[vocabulary.base_path().len()..];
        return Some(
            local_of(vocabulary, local, Width::Lenient)
                .map(|local| Curie::known(vocabulary, local))
                .ok_or(vocabulary),
        );
    }
    if let Some(embedded) = embedded_iri(path) {
        return Curie::parse(&embedded).ok().map(Ok);
    }
    if host.ends_with("ncbi.nlm.nih.gov") || host.ends_with("uniprot.org") {
        return taxonomy_page(path);
    }
    if matches!(
        host.as_str(),
        "identifiers.org" | "bioregistry.io" | "n2t.net"
    ) {
        return registry(path);
    }
    let segment = path.trim_end_matches('/').rsplit(['/', '#', '=']).next()?;
    if host == "purl.obolibrary.org" {
        return from_compact(segment, Width::Lenient).or_else(|| obo_curie(segment).map(Ok));
    }
    from_compact(segment, Width::Exact).filter(Result::is_ok)
}

/// `wwwtax.cgi?mode=Info&id=9606`, `taxonomy/9606`, `datasets/taxonomy/9606/`, `taxonomy/?term=txid9606`.
fn taxonomy_page(path: &str) -> Reading {
    if !path.to_ascii_lowercase().contains("tax") {
        return None;
    }
    let number = match path.split_once('?') {
        Some((_, query)) => query
            .split(['&', ';', '#'])
            .filter_map(|pair| pair.split_once('='))
            .find(|(name, _)| matches!(name.to_ascii_lowercase().as_str(), "id" | "term"))
            .map(|(_, value)| value)?,
        None => path.trim_end_matches('/').rsplit('/').next()?,
    };
    with_prefix("NCBITaxon", number, Width::Lenient).filter(Result::is_ok)
}

/// `taxonomy/9606`, `taxonomy:9606`, `ncbitaxon:9606`, `fbbi/FBbi:00000251`, `GO:0005634`.
fn registry(path: &str) -> Reading {
    let path = path.trim_end_matches('/');
    match path.split_once('/') {
        Some((prefix, local)) if vocabulary::by_prefix(prefix).is_some() => {
            with_prefix(prefix, local, Width::Lenient)
        }
        Some((_, local)) => from_compact(local, Width::Lenient),
        None => from_compact(path, Width::Lenient),
    }
}

/// The IRI that a term browser carries in its own address: `?iri=http%3A%2F%2Fpurl…`, or doubly encoded in the path.
fn embedded_iri(path: &str) -> Option<String> {
    let mut decoded = path.to_owned();
    // OLS encodes twice in its paths; once more than that is nobody's practice
    for _ in 0..2 {
        decoded = percent_encoding::percent_decode_str(&decoded)
            .decode_utf8()
            .ok()?
            .into_owned();
    }
    let start = decoded
        .find("http://")
        .or_else(|| decoded.find("https://"))?;
    decoded[start..].split('&').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    const HUMAN: &str = "http://purl.obolibrary.org/obo/NCBITaxon_9606";

    #[test]
    fn every_spelling_of_a_taxon_is_one_iri() {
        for spelling in [
            "NCBITaxon:9606",
            "NCBITaxon_9606",
            "NCBITaxon_09606",
            "ncbitaxon:009606",
            "NCBI:txid9606",
            "txid9606",
            "taxonomy:9606",
            "taxon:9606",
            "obo:NCBITaxon_9606",
            "OBO:NCBITaxon_9606",
            " <http://purl.obolibrary.org/obo/NCBITaxon_9606> ",
            "https://purl.obolibrary.org/obo/NCBITaxon_09606",
            "http://identifiers.org/taxonomy/9606",
            "https://identifiers.org/taxonomy:9606",
            "https://identifiers.org/ncbitaxon/NCBITaxon:9606",
            "https://bioregistry.io/ncbitaxon:9606",
            "https://www.ncbi.nlm.nih.gov/Taxonomy/Browser/wwwtax.cgi?mode=Info&id=9606&lvl=3",
            "https://www.ncbi.nlm.nih.gov/Taxonomy/Browser/wwwtax.cgi?id=9606",
            "https://www.ncbi.nlm.nih.gov/taxonomy/9606",
            "https://www.ncbi.nlm.nih.gov/datasets/taxonomy/9606/",
            "https://www.ncbi.nlm.nih.gov/taxonomy/?term=txid9606",
            "http://purl.uniprot.org/taxonomy/9606",
            "https://www.uniprot.org/taxonomy/9606",
            "http://purl.bioontology.org/ontology/NCBITAXON/NCBITaxon_9606",
            "#NCBITaxon_9606",
        ] {
            assert_eq!(Curie::parse(spelling).unwrap().iri(), HUMAN, "{spelling}");
        }
    }

    #[test]
    fn bases_and_widths_are_those_of_each_vocabulary() {
        for (spelling, curie, iri) in [
            (
                "Fbbi_00000246",
                "FBbi:00000246",
                "http://purl.obolibrary.org/obo/FBbi_00000246",
            ),
            (
                "FBBI:246",
                "FBbi:00000246",
                "http://purl.obolibrary.org/obo/FBbi_00000246",
            ),
            (
                "http://purl.obolibrary.org/obo/CMPO_0000077",
                "CMPO:0000077",
                "http://www.ebi.ac.uk/cmpo/CMPO_0000077",
            ),
            (
                "https://www.ebi.ac.uk/cmpo/CMPO_0000077",
                "CMPO:0000077",
                "http://www.ebi.ac.uk/cmpo/CMPO_0000077",
            ),
            (
                "obo:EFO_0007550",
                "EFO:0007550",
                "http://www.ebi.ac.uk/efo/EFO_0007550",
            ),
            (
                "bao:BAO_0002004",
                "BAO:0002004",
                "http://www.bioassayontology.org/bao#BAO_0002004",
            ),
            (
                "http://www.bioassayontology.org/bao#BAO_0002004",
                "BAO:0002004",
                "http://www.bioassayontology.org/bao#BAO_0002004",
            ),
            (
                "MI_2213",
                "MI:2213",
                "http://purl.obolibrary.org/obo/MI_2213",
            ),
            (
                "GO:GO_0005634",
                "GO:0005634",
                "http://purl.obolibrary.org/obo/GO_0005634",
            ),
            (
                "#NCIT_C181930",
                "NCIT:C181930",
                "http://purl.obolibrary.org/obo/NCIT_C181930",
            ),
            (
                "http://edamontology.org/topic_3385",
                "EDAM:topic_3385",
                "http://edamontology.org/topic_3385",
            ),
            (
                "omma:method-light",
                "omma:method-light",
                "https://w3id.org/ommatidia/ns#method-light",
            ),
            (
                "DOID:0001",
                "DOID:1",
                "http://purl.obolibrary.org/obo/DOID_1",
            ),
            (
                "obo:TAXRANK_0000001",
                "TAXRANK:0000001",
                "http://purl.obolibrary.org/obo/TAXRANK_0000001",
            ),
            (
                "https://www.ebi.ac.uk/ols4/ontologies/fbbi/classes/http%253A%252F%252Fpurl.obolibrary.org%252Fobo%252FFBbi_00000251",
                "FBbi:00000251",
                "http://purl.obolibrary.org/obo/FBbi_00000251",
            ),
            (
                "https://www.ebi.ac.uk/ols/ontologies/efo/terms?iri=http%3A%2F%2Fwww.ebi.ac.uk%2Fefo%2FEFO_0007550&x=1",
                "EFO:0007550",
                "http://www.ebi.ac.uk/efo/EFO_0007550",
            ),
        ] {
            let parsed = Curie::parse(spelling).unwrap();
            assert_eq!(
                (parsed.to_string().as_str(), parsed.iri().as_str()),
                (curie, iri),
                "{spelling}"
            );
            assert_eq!(compact(iri).unwrap(), (parsed.prefix(), parsed.local()));
        }
    }

    #[test]
    fn what_is_no_identifier_says_so() {
        for text in [
            "",
            "human",
            "confocal microscopy",
            "#imaging-technique-1",
            "#00000251",
            "https://example.org/CL_12",
            "urn:x:y",
            "https://www.ncbi.nlm.nih.gov/pubmed/9606",
        ] {
            assert!(
                matches!(Curie::parse(text), Err(CurieError::NotAnIdentifier(_))),
                "{text}: {:?}",
                Curie::parse(text)
            );
        }
        for text in [
            "NCBITaxon:human",
            "NCBITaxon_0",
            "FBbi:123456789",
            "GO:",
            "CL:00 1",
        ] {
            assert!(
                matches!(Curie::parse(text), Err(CurieError::BadLocal { .. })),
                "{text}: {:?}",
                Curie::parse(text)
            );
        }
    }

    #[test]
    fn a_bare_number_needs_its_vocabulary() {
        assert_eq!(
            Curie::parse_within("FBbi", "#00000251")
                .unwrap()
                .to_string(),
            "FBbi:00000251"
        );
        assert_eq!(
            Curie::parse_within("FBbi", "GO:0005634")
                .unwrap()
                .to_string(),
            "GO:0005634"
        );
        assert!(Curie::parse_within("nonsense", "1").is_err());
    }

    #[test]
    fn ontology_files_are_taken_at_their_word() {
        assert_eq!(
            expand("NCBITaxon:species").unwrap(),
            "http://purl.obolibrary.org/obo/NCBITaxon_species"
        );
        assert_eq!(
            expand("CMPO:0000077").unwrap(),
            "http://www.ebi.ac.uk/cmpo/CMPO_0000077"
        );
        assert_eq!(
            expand("http://purl.obolibrary.org/obo/EFO_0000001").unwrap(),
            "http://www.ebi.ac.uk/efo/EFO_0000001"
        );
        assert_eq!(
            expand("CARO:0000000").unwrap(),
            "http://purl.obolibrary.org/obo/CARO_0000000"
        );
        assert_eq!(expand("part_of"), None);
    }
}
