//! The same question as a SPARQL query: what a search finds, the query finds.
//!
//! `SERVICE omma:search` carries the words, which only the index understands; patterns carry everything else. Each filter is a
//! group of its own that gives the records which have one of its values, joined where one is asked for and taken away where it is
//! excluded, so that a reader can take a query apart.
//!
//! What a record says of a part of itself (a biosample, a channel) it says of a subject `<record>#<part>`; a group therefore
//! takes the record out of the IRI of the part.
//!
//! Two things are told less finely than by the index. A term that was submitted in one role and stands under `schema:about` or
//! `schema:measurementTechnique` counts in every role whose terms it is below. And a search gives SPARQL its best
//! [`MATCHES`](crate::query::MATCHES) records: of more words than that find, the rest is missing.

mod filters;
mod names;
mod numbers;

use ontologies::Terms;
use oxigraph::model::Literal;

use super::error::SearchError;
use super::facet::Facet;
use super::filter::Chosen;
use super::request::{SearchRequest, Sort};
use crate::graph::names::declarations;

/// The query that finds what a search finds, in the order of the search.
///
/// # Errors
/// As a search: a term that nobody knows, a label that several terms have.
pub(super) fn query(request: &SearchRequest, terms: &Terms) -> Result<String, SearchError> {
    let kind = Kind::of(request.filters.get(&Facet::Kind));
    let subject = kind.variable();
    let mut body = Body::default();
    if !request.clauses.is_empty() {
        let words = text(&request.query);
        body.line(&format!(
            "SERVICE omma:search {{ {subject} omma:matches {words} ; omma:score ?score }}"
        ));
    }
    body.line(&format!(
        "?entry foaf:primaryTopic {subject} ; omma:member ?institution ."
    ));
    body.line(&kind.pattern());
    body.line(&format!("OPTIONAL {{ {subject} schema:name ?title }}"));
    if matches!(request.sort, Sort::Newest | Sort::Oldest) {
        body.line(&format!(
            "OPTIONAL {{ {subject} schema:datePublished ?published }}"
        ));
    }
    for (facet, chosen) in &request.filters {
        if *facet != Facet::Kind {
            for (values, is_excluded) in [(&chosen.any, false), (&chosen.none, true)] {
                if !values.is_empty() {
                    let group = filters::of_facet(*facet, values, subject, terms)?;
                    body.group(facet.name(), &group, subject, is_excluded);
                }
            }
        }
    }
    for (facet, spans) in &request.spans {
        for (spans, is_excluded) in [(&spans.any, false), (&spans.none, true)] {
            if !spans.is_empty() {
                let group = numbers::of_spans(*facet, spans, subject);
                body.group(facet.name(), &group, subject, is_excluded);
            }
        }
    }
    let columns = columns(request);
    let order = order(request, subject);
    let body = body.lines;
    let rest = format!(
        "SELECT DISTINCT {subject} ?title ?institution{columns} WHERE {{\n{body}}}\nORDER BY {order}\n"
    );
    Ok(format!("{}{rest}", declarations(&rest)))
}

fn columns(request: &SearchRequest) -> &'static str {
    match (request.sort, request.clauses.is_empty()) {
        (Sort::Newest | Sort::Oldest, _) => " ?published",
        (Sort::Relevance, false) => " ?score",
        _ => "",
    }
}

fn order(request: &SearchRequest, subject: &str) -> String {
    match (request.sort, request.clauses.is_empty()) {
        (Sort::Relevance, true) => subject.to_owned(),
        (Sort::Relevance, false) => format!("DESC(?score) {subject}"),
        (Sort::Newest, _) => format!("DESC(STR(?published)) {subject}"),
        (Sort::Oldest, _) => format!("(!BOUND(?published)) STR(?published) {subject}"),
        (Sort::Title, _) => format!("LCASE(STR(?title)) {subject}"),
    }
}

/// What kinds of record are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Study,
    Image,
    Both,
    Neither,
}

impl Kind {
    fn of(chosen: Option<&Chosen>) -> Self {
        let wants = |kind: &str| {
            chosen.is_none_or(|chosen| {
                let has = |values: &[String]| values.iter().any(|value| value == kind);
                (chosen.any.is_empty() || has(&chosen.any)) && !has(&chosen.none)
            })
        };
        match (wants("study"), wants("image")) {
            (true, false) => Self::Study,
            (false, true) => Self::Image,
            (true, true) => Self::Both,
            (false, false) => Self::Neither,
        }
    }

    fn variable(self) -> &'static str {
        match self {
            Self::Study => "?study",
            Self::Image => "?image",
            Self::Both | Self::Neither => "?record",
        }
    }

    fn pattern(self) -> String {
        match self {
            Self::Study => "?study a dcat:Dataset .".to_owned(),
            Self::Image => "?image a schema:ImageObject .".to_owned(),
            Self::Both => {
                "VALUES ?kind { dcat:Dataset schema:ImageObject } ?record a ?kind .".to_owned()
            }
            Self::Neither => "FILTER(false)".to_owned(),
        }
    }
}

/// The lines between the braces of WHERE.
#[derive(Debug, Default)]
struct Body {
    lines: String,
}

impl Body {
    fn line(&mut self, line: &str) {
        self.lines += &format!("  {line}\n");
    }

    /// Records that a group gives, or all but these.
    fn group(&mut self, name: &str, lines: &[String], subject: &str, is_excluded: bool) {
        self.line(&format!(
            "# {}{name}",
            if is_excluded { "not: " } else { "" }
        ));
        let way = if is_excluded { "MINUS " } else { "" };
        self.line(&format!("{way}{{ SELECT DISTINCT {subject} WHERE {{"));
        for line in lines {
            self.line(&format!("  {line}"));
        }
        self.line("} }");
    }
}

/// A text as it stands in a query.
fn text(value: &str) -> String {
    Literal::new_simple_literal(value).to_string()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use ontologies::Terms;

    use super::super::request::SearchRequest;
    use super::query;

    fn asked(address: &str) -> String {
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(address.as_bytes())
            .into_owned()
            .collect();
        let request = SearchRequest::from_query(&pairs).unwrap();
        query(&request, Terms::builtin()).unwrap()
    }

    #[test]
    fn words_are_a_service_and_terms_are_patterns() {
        insta::assert_snapshot!(
            asked("q=growth+cone&kind=study&organism=NCBITaxon:10090&method=-FBbi:00000251&year=2019.."),
            @r##"
            PREFIX dcat: <http://www.w3.org/ns/dcat#>
            PREFIX dct: <http://purl.org/dc/terms/>
            PREFIX dwciri: <http://rs.tdwg.org/dwc/iri/>
            PREFIX foaf: <http://xmlns.com/foaf/0.1/>
            PREFIX obo: <http://purl.obolibrary.org/obo/>
            PREFIX omma: <https://w3id.org/ommatidia/ns#>
            PREFIX schema: <http://schema.org/>
            PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
            SELECT DISTINCT ?study ?title ?institution ?score WHERE {
              SERVICE omma:search { ?study omma:matches "growth cone" ; omma:score ?score }
              ?entry foaf:primaryTopic ?study ; omma:member ?institution .
              ?study a dcat:Dataset .
              OPTIONAL { ?study schema:name ?title }
              # organism
              { SELECT DISTINCT ?study WHERE {
                VALUES ?wanted { obo:NCBITaxon_10090 } ?term omma:broader ?wanted .
                ?part schema:about|obo:RO_0002162|schema:taxonomicRange ?term .
                BIND(IRI(STRBEFORE(CONCAT(STR(?part), "#"), "#")) AS ?study)
              } }
              # not: method
              MINUS { SELECT DISTINCT ?study WHERE {
                VALUES ?wanted { obo:FBbi_00000251 } ?term omma:broader ?wanted .
                ?part dwciri:measurementMethod|schema:measurementTechnique|schema:about ?term .
                BIND(IRI(STRBEFORE(CONCAT(STR(?part), "#"), "#")) AS ?study)
              } }
              # year
              { SELECT DISTINCT ?study WHERE {
                ?any foaf:primaryTopic ?study .
                OPTIONAL { ?study schema:datePublished ?stated }
                OPTIONAL { ?study dct:issued ?issued }
                BIND(STR(COALESCE(?stated, ?issued)) AS ?date)
                FILTER(REGEX(?date, "^[0-9]{4}(-|$)"))
                BIND(xsd:integer(SUBSTR(?date, 1, 4)) AS ?year)
                FILTER((?year >= 2019 && ?year <= 9999))
              } }
            }
            ORDER BY DESC(?score) ?study
            "##
        );
    }

    #[test]
    fn whatever_is_typed_the_query_can_be_read() {
        for address in [
            "",
            "q=%22%5C%22%0A%7D+%23&sort=title",
            "q=%01%02&kind=-image&sort=oldest",
            "q=a%7B%7D%27%27%27&kind=study&kind=image",
            "author=M%C3%BCller+J.&author=-0000-0001-2345-678X",
            "author=a%5C%22%2B(",
            "gene=TP53%7C(%22&gene=-x",
            "licence=CC-BY-4.0&licence=-Ask+%22me%22+(%5C",
            "member=x%22+}&access=open&access=-controlled&holding=held&holding=-catalogued",
            "year=2019&year=..2000&year=-2015..2016&kind=image&sort=newest",
            "kind=study&kind=-study",
            "z=2..&t=-1&channels=3&channels=..2&kind=image",
            "pixel_size=0.05..0.2&pixel_size=-..1e-3",
            "pixel_type=uint16&pixel_type=-float&image_format=OME-Zarr+0.5&image_format=-a%22(",
            "annotated=any&annotated=-tracks&annotated=segmentation_mask",
        ] {
            let query = asked(address);
            let parsed = spargebra::SparqlParser::new().parse_query(&query);
            assert!(parsed.is_ok(), "{address}: {parsed:?}\n{query}");
        }
    }
}
