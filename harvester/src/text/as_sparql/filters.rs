//! What each filter is as a group of patterns: the lines between the braces of a SELECT that gives records.

use ontologies::Terms;
use ontologies::schema::ACCESS_PUBLIC;

use super::names::{any_case, as_written, author};
use super::text;
use crate::graph::names::short;
use crate::text::error::SearchError;
use crate::text::facet::Facet;
use crate::text::filter::{plain_key, term_keys};
use crate::text::pixel_words::{ANY_ANNOTATION, spellings_of_pixel_type};
use crate::text::{gene, licence};

/// Names under which further properties state genes.
const GENE_PROPERTY: &str = "^(genes?|target[ _-]gene|gene[ _-](symbol|id|identifier|name))$";

/// Records that have one of these values.
pub(super) fn of_facet(
    facet: Facet,
    values: &[String],
    subject: &str,
    terms: &Terms,
) -> Result<Vec<String>, SearchError> {
    Ok(match facet {
        Facet::Author => of_authors(values, subject),
        Facet::Gene => of_genes(values, subject),
        Facet::Licence => of_licences(values, subject),
        Facet::Member => vec![
            format!("VALUES ?member {{ {} }}", listed(values)),
            format!("?shown foaf:primaryTopic {subject} ; omma:member ?member ."),
        ],
        Facet::Access => of_access(values, subject),
        Facet::Holding => of_holdings(values, subject),
        Facet::PixelType => of_words("omma:pixelType", values, subject, |value| {
            spellings_of_pixel_type(&plain_key(facet, value)).join("|")
        }),
        Facet::ImageFormat => of_words("omma:imageFormat", values, subject, |value| {
            as_written(value.trim())
        }),
        Facet::Annotated => of_annotations(values, subject),
        // the kind is the pattern of the whole query
        Facet::Kind => Vec::new(),
        of_numbers if of_numbers.is_of_numbers() => Vec::new(),
        of_terms => of_term(of_terms, values, subject, terms)?,
    })
}

fn of_term(
    facet: Facet,
    values: &[String],
    subject: &str,
    terms: &Terms,
) -> Result<Vec<String>, SearchError> {
    let mut keys = Vec::new();
    for value in values {
        keys.extend(term_keys(facet, value, terms, &|_| Ok(true))?);
    }
    let are_known = keys.iter().all(|key| terms.by_iri(key).is_some());
    let names: Vec<String> = keys.iter().filter_map(|key| name(key)).collect();
    let names = names.join(" ");
    let below = format!("VALUES ?wanted {{ {names} }} ?term omma:broader ?wanted .");
    let below = if are_known {
        below
    } else {
        // what no ontology here has is broader than nothing, and stands for itself
        format!("{{ {below} }} UNION {{ VALUES ?term {{ {names} }} }}")
    };
    Ok(vec![
        below,
        format!("?part {} ?term .", predicates(facet)),
        of_part(subject),
    ])
}

/// An IRI as it stands in a query; none for what is no IRI, which nothing is.
fn name(iri: &str) -> Option<String> {
    short(iri).or_else(|| {
        let node = oxigraph::model::NamedNode::new(iri).ok()?;
        Some(node.to_string())
    })
}

/// The predicates that say a term of a facet; see `record/terms.rs`.
fn predicates(facet: Facet) -> &'static str {
    match facet {
        Facet::Organism => "schema:about|obo:RO_0002162|schema:taxonomicRange",
        Facet::Method => "dwciri:measurementMethod|schema:measurementTechnique|schema:about",
        Facet::Cell => "schema:about|omma:cellType|bao:BAO_0002004",
        Facet::Tissue => "schema:about|omma:tissue",
        Facet::Disease => "schema:about|omma:disease",
        Facet::Phenotype => "schema:about|omma:phenotype",
        _ => "schema:about|schema:measurementTechnique",
    }
}

/// From a part of a record to the record.
fn of_part(subject: &str) -> String {
    format!("BIND(IRI(STRBEFORE(CONCAT(STR(?part), \"#\"), \"#\")) AS {subject})")
}

fn of_authors(values: &[String], subject: &str) -> Vec<String> {
    let any: Vec<String> = values.iter().map(|value| author(value)).collect();
    vec![
        format!("{subject} schema:author ?author ."),
        "OPTIONAL { ?author schema:name ?name }".to_owned(),
        "OPTIONAL { ?author schema:sameAs ?orcid }".to_owned(),
        format!("FILTER({})", any.join(" || ")),
    ]
}

fn of_genes(values: &[String], subject: &str) -> Vec<String> {
    let any: Vec<String> = values
        .iter()
        .map(|value| {
            let name = as_written(&gene::key(value));
            let within = format!(r"(^|[,;|/:])\s*{name}\s*($|[,;|/])");
            any_case("?gene", &within)
        })
        .collect();
    vec![
        "{ ?part omma:gene|omma:geneSymbol ?gene }".to_owned(),
        format!(
            "UNION {{ ?part omma:target ?gene . FILTER(REGEX(?gene, {})) }}",
            text(r"^\S*[\p{Lu}0-9]\S*$")
        ),
        format!(
            "UNION {{ ?part schema:name ?property ; schema:value ?gene . FILTER({}) }}",
            any_case("?property", GENE_PROPERTY)
        ),
        format!("FILTER({})", any.join(" || ")),
        of_part(subject),
    ]
}

fn of_licences(values: &[String], subject: &str) -> Vec<String> {
    let any: Vec<String> = values
        .iter()
        .map(|value| any_case("?licence", &spellings(value)))
        .collect();
    vec![
        format!("{subject} dct:license|schema:license ?licence ."),
        format!("FILTER({})", any.join(" || ")),
    ]
}

/// All spellings of a licence that the index takes for one.
fn spellings(value: &str) -> String {
    let licence = licence::licence(value);
    let address = as_written(
        licence
            .key
            .trim_start_matches("https://")
            .trim_end_matches('/'),
    );
    if !licence.key.starts_with("https://") {
        return format!(r"^\s*{address}\s*$");
    }
    if licence.key.starts_with("https://creativecommons.org/") {
        let marks = |text: &str| as_written(text).replace(r"\-", "[^a-z0-9.]+");
        let name = marks(&licence.label);
        // https://…/by/4.0/legalcode, https://spdx.org/licenses/CC-BY-4.0.html, CC BY 4.0
        return format!(
            r"^\s*(https?://(www\.)?{address}(/.*)?|(https?://spdx\.org/licenses/)?{name}(\.html)?)\s*$"
        );
    }
    format!(r"^\s*https?://{address}/*\s*$")
}

fn of_access(values: &[String], subject: &str) -> Vec<String> {
    let mut words = values.to_vec();
    if values.iter().any(|value| value == "open") {
        words.push("public".to_owned());
    }
    debug_assert!(ACCESS_PUBLIC.to_lowercase().ends_with("/public"));
    vec![
        format!("{subject} dct:accessRights ?rights ."),
        format!(
            "FILTER(REPLACE(LCASE(REPLACE(STR(?rights), \"^.*/\", \"\")), \"_\", \"-\") IN ({}))",
            words
                .iter()
                .map(|word| text(word))
                .collect::<Vec<_>>()
                .join(", ")
        ),
    ]
}

fn of_holdings(values: &[String], subject: &str) -> Vec<String> {
    let mut ways = Vec::new();
    for value in values {
        if value == "held" {
            ways.push(format!("{{ {subject} omma:manifest ?manifest }}"));
            ways.push(format!(
                "{{ {subject} a schema:ImageObject ; dcat:distribution ?file }}"
            ));
            ways.push(format!(
                "{{ {subject} a schema:ImageObject ; omma:fileCount ?files . FILTER(STR(?files) != \"0\") }}"
            ));
        } else {
            ways.push(format!(
                "{{ {subject} a dcat:Dataset ; omma:dataAt ?where . FILTER NOT EXISTS {{ {subject} omma:manifest ?manifest }} }}"
            ));
        }
    }
    vec![ways.join(" UNION ")]
}

/// Records that have one of these words, in any case.
fn of_words(
    predicate: &str,
    values: &[String],
    subject: &str,
    pattern: impl Fn(&String) -> String,
) -> Vec<String> {
    let any: Vec<String> = values.iter().map(pattern).collect();
    let pattern = format!(r"^\s*({})\s*$", any.join("|"));
    vec![
        format!("{subject} {predicate} ?word ."),
        format!("FILTER({})", any_case("?word", &pattern)),
    ]
}

fn of_annotations(values: &[String], subject: &str) -> Vec<String> {
    if values.iter().any(|value| value == ANY_ANNOTATION) {
        return vec![format!("{subject} omma:annotatedWith ?word .")];
    }
    of_words("omma:annotatedWith", values, subject, String::clone)
}

fn listed(values: &[String]) -> String {
    let texts: Vec<String> = values.iter().map(|value| text(value)).collect();
    texts.join(" ")
}
