//! Identifiers in the spellings that people type, as one key each: accessions, DOIs, PubMed numbers, addresses.

use protocol::identifier::{Accession, VersionedId};

/// Where a DOI is resolved, without scheme.
const DOI_RESOLVERS: [&str; 3] = ["doi.org/", "dx.doi.org/", "www.doi.org/"];

/// Where PubMed shows an article, without scheme.
const PUBMED: [&str; 3] = [
    "pubmed.ncbi.nlm.nih.gov/",
    "www.ncbi.nlm.nih.gov/pubmed/",
    "ncbi.nlm.nih.gov/pubmed/",
];

/// The one spelling under which an identifier is indexed and looked up: `doi:10.1/x`, `pmid:123`, an address without scheme
/// and last slash, anything else as it is; all in lower case.
pub(super) fn key(text: &str) -> String {
    let lower = text
        .trim()
        .trim_start_matches('<')
        .trim_end_matches('>')
        .trim()
        .to_lowercase();
    let address = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"));
    if let Some(doi) = doi(address.unwrap_or(&lower)) {
        return format!("doi:{doi}");
    }
    if let Some(number) = pubmed(address.unwrap_or(&lower)) {
        return format!("pmid:{number}");
    }
    match address {
        Some(address) => address
            .strip_prefix("www.")
            .unwrap_or(address)
            .trim_end_matches('/')
            .to_owned(),
        None => lower,
    }
}

fn doi(text: &str) -> Option<&str> {
    let resolved = DOI_RESOLVERS
        .iter()
        .find_map(|resolver| text.strip_prefix(resolver));
    let named = text.strip_prefix("doi:").map(str::trim_start);
    let name = resolved.or(named).unwrap_or(text);
    (name.starts_with("10.") && name.contains('/') && !name.contains(char::is_whitespace))
        .then_some(name)
}

fn pubmed(text: &str) -> Option<&str> {
    let page = PUBMED.iter().find_map(|page| text.strip_prefix(page));
    let named = ["pmid:", "pubmed:", "pmid "]
        .iter()
        .find_map(|name| text.strip_prefix(name))
        .map(str::trim);
    let number = page.or(named)?.trim_end_matches('/');
    is_number(number).then_some(number)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What a whole query may be as an identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidates {
    /// Keys of the thing itself.
    pub exact: Vec<String>,
    /// The key of the study that it is part of, where it is an accession of a part.
    pub study: Option<String>,
}

/// Reads a query as an identifier; most are none, and then their keys are in no index.
pub(super) fn candidates(query: &str) -> Candidates {
    let mut exact = vec![key(query)];
    let bare = query.trim();
    if (4..=9).contains(&bare.len()) && is_number(bare) {
        exact.push(format!("pmid:{bare}"));
    }
    // an accession in any case, with or without version, alone or at the end of an address
    let last = bare.trim_end_matches('/').rsplit('/').next();
    let name = last.unwrap_or(bare).to_ascii_uppercase();
    let accession = Accession::parse(&name)
        .ok()
        .or_else(|| VersionedId::parse(&name).ok().map(|id| id.id().clone()));
    let mut study = None;
    if let Some(accession) = accession {
        let own = key(accession.as_str());
        if !exact.contains(&own) {
            exact.push(own);
        }
        study = accession
            .study_part()
            .filter(|study| *study != accession.as_str())
            .map(key);
    }
    Candidates { exact, study }
}

#[cfg(test)]
mod tests {
    use super::{candidates, key};

    #[test]
    fn one_thing_has_one_key_however_it_is_written() {
        for text in [
            "10.1038/S41586-021",
            "doi:10.1038/s41586-021",
            "DOI: 10.1038/s41586-021",
            "https://doi.org/10.1038/s41586-021",
            "http://dx.doi.org/10.1038/s41586-021",
            " <https://doi.org/10.1038/s41586-021> ",
        ] {
            assert_eq!(key(text), "doi:10.1038/s41586-021", "{text}");
        }
        for text in [
            "PMID:34321",
            "pmid: 34321",
            "PMID 34321",
            "https://pubmed.ncbi.nlm.nih.gov/34321/",
            "http://www.ncbi.nlm.nih.gov/pubmed/34321",
        ] {
            assert_eq!(key(text), "pmid:34321", "{text}");
        }
        assert_eq!(key("https://www.example.org/S-1/"), "example.org/s-1");
        assert_eq!(key("S-BIAD144"), "s-biad144");
    }

    #[test]
    fn an_accession_is_known_with_version_and_in_an_address() {
        for text in [
            "DND-S42",
            "dnd-s42",
            "DND-S42.2",
            "https://images.example.org/id/DND-S42.2",
        ] {
            assert!(
                candidates(text).exact.contains(&"dnd-s42".to_owned()),
                "{text}"
            );
        }
        let image = candidates("DND-S42-I7");
        assert_eq!(image.exact, ["dnd-s42-i7"]);
        assert_eq!(image.study.as_deref(), Some("dnd-s42"));
        assert!(candidates("34321").exact.contains(&"pmid:34321".to_owned()));
    }
}
