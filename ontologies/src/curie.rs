//! Identifiers of terms: every spelling that archives use, and the one canonical IRI behind it.
//!
//! Archives write the same taxon as `NCBITaxon_9606`, `NCBITaxon:09606`, `NCBI:txid9606`, an identifiers.org address or a
//! page of the NCBI's browser. [`Curie::parse`] reads all of them; [`Curie::iri`] and the `Display` form are what is written.

mod address;
#[cfg(test)]
mod tests;

use std::fmt;

use address::from_address;

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
