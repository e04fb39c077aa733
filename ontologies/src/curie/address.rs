//! Identifiers in the addresses of pages: registries, the NCBI's taxonomy browser, UniProt, OLS.

use super::{
    Curie, Reading, Width, from_compact, local_of, obo_curie, strip_prefix_ignoring_case,
    with_prefix,
};
use crate::vocabulary;

/// An address without its scheme: the canonical bases first, then what the known registries and browsers write.
pub(super) fn from_address(rest: &str) -> Reading {
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
