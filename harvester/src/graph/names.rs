//! Short names of IRIs, as people write them in queries.

use ontologies::schema::PREFIXES;

/// Prefixes beside those that records are written with: what the harvester itself says, and what ontologies say.
const FURTHER: [(&str, &str); 3] = [
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("oboInOwl", "http://www.geneontology.org/formats/oboInOwl#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
];

/// All prefixes with their namespaces.
pub fn prefixes() -> impl Iterator<Item = (&'static str, &'static str)> {
    PREFIXES.iter().chain(&FURTHER).copied()
}

/// The IRI with a prefix, as it can stand in a query: `obo:NCBITaxon_10090`. None where it has no such name.
pub fn short(iri: &str) -> Option<String> {
    let (prefix, local) = prefixes().find_map(|(prefix, namespace)| {
        let local = iri.strip_prefix(namespace)?;
        Some((prefix, local))
    })?;
    // SPARQL 1.1 allows more (rule 169, PN_LOCAL); these need no escape anywhere in the name
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_name = local.bytes().all(|byte| is_plain(byte) || byte == b'-')
        && local.bytes().next().is_some_and(is_plain);
    is_name.then(|| format!("{prefix}:{local}"))
}

/// The lines that declare the prefixes which a piece of a query uses.
pub fn declarations(body: &str) -> String {
    let mut used: Vec<(&str, &str)> = prefixes()
        .filter(|(prefix, _)| body.contains(&format!("{prefix}:")))
        .collect();
    used.sort_unstable();
    used.into_iter()
        .map(|(prefix, namespace)| format!("PREFIX {prefix}: <{namespace}>\n"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{declarations, short};

    #[test]
    fn an_iri_is_short_where_its_name_needs_no_escape() {
        let name = |iri: &str| short(iri);
        assert_eq!(
            name("http://purl.obolibrary.org/obo/NCBITaxon_10090").as_deref(),
            Some("obo:NCBITaxon_10090")
        );
        assert_eq!(
            name("https://w3id.org/ommatidia/ns#method-light-sheet").as_deref(),
            Some("omma:method-light-sheet")
        );
        for iri in [
            "http://schema.org/",
            "http://schema.org/a/b",
            "http://schema.org/-a",
            "http://schema.org/a> . ?s ?p <b",
            "https://example.org/x",
        ] {
            assert_eq!(name(iri), None, "{iri}");
        }
    }

    #[test]
    fn only_what_is_used_is_declared() {
        assert_eq!(
            declarations("?s schema:name ?n ; a dcat:Dataset"),
            "PREFIX dcat: <http://www.w3.org/ns/dcat#>\nPREFIX schema: <http://schema.org/>\n"
        );
    }
}
