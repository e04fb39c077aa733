//! The beginning of a result as a table for people: short names, links, and no more than a page can carry.

use std::io::Read;

use ontologies::curie;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, Term};
use oxigraph::sparql::results::{
    QueryResultsFormat, QueryResultsParser, ReaderQueryResultsParserOutput,
};
use url::form_urlencoded;

use crate::graph::names::short;
use crate::query::{Answer, ResultFormat};
use crate::serve::pages::web_link;

/// Rows on the page.
const MOST_ROWS: usize = 1_000;
/// Characters of one value.
const LONGEST: usize = 600;
/// Bytes of all values together: a table that is larger ends earlier.
const MOST_BYTES: usize = 2 << 20;

/// How much a form of the answer is wanted for reading it here.
pub(super) fn weight(media_type: &str) -> u16 {
    let read = [ResultFormat::Json, ResultFormat::NTriples];
    let is_read = read.iter().any(|format| format.media_type() == media_type);
    u16::from(is_read) * 1000
}

/// A result as the page shows it.
#[derive(Debug)]
pub(super) enum Shown {
    /// Yes or no.
    Boolean(bool),
    /// A table.
    Table(Table),
}

/// The first rows.
#[derive(Debug)]
pub(super) struct Table {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Of each row as many values as there are columns.
    pub rows: Vec<Vec<Option<Cell>>>,
    /// Whether there is more than the page shows.
    pub is_cut: bool,
    /// Whether it is a graph, and each row a triple.
    pub is_graph: bool,
}

/// A value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// What is shown.
    pub text: String,
    /// The whole, where what is shown is short for it.
    pub title: Option<String>,
    /// Where a click leads.
    pub href: Option<String>,
    /// Whether that is a page of this portal.
    pub is_own: bool,
    /// Whether it stands at the right of its column.
    pub is_number: bool,
}

/// Where the things of a result have their pages.
#[derive(Debug)]
pub(super) struct Links {
    /// What the IRIs of all records begin with.
    pub namespace: String,
    /// The path of the portal.
    pub base_path: String,
}

/// Reads as much of an answer in one of the two forms that [`weight`] wants as the page shows.
///
/// # Errors
/// When the result is not what the query's own writer makes, or cannot be read back.
pub(super) fn read(answer: Answer, links: &Links) -> anyhow::Result<Shown> {
    if answer.media_type() == ResultFormat::NTriples.media_type() {
        return triples(answer, links).map(Shown::Table);
    }
    let parser = QueryResultsParser::from_format(QueryResultsFormat::Json);
    match parser.for_reader(answer)? {
        ReaderQueryResultsParserOutput::Boolean(value) => Ok(Shown::Boolean(value)),
        ReaderQueryResultsParserOutput::Solutions(solutions) => {
            let columns: Vec<_> = solutions.variables().to_vec();
            let mut filling = Filling::of(links);
            for solution in solutions {
                let solution = solution?;
                let row = columns.iter().map(|column| solution.get(column));
                if !filling.add(row) {
                    break;
                }
            }
            let names = columns.iter().map(|column| column.as_str().to_owned());
            Ok(Shown::Table(filling.table(names.collect(), false)))
        }
    }
}

fn triples(answer: impl Read, links: &Links) -> anyhow::Result<Table> {
    let mut filling = Filling::of(links);
    for quad in RdfParser::from_format(RdfFormat::NTriples).for_reader(answer) {
        let quad = quad?;
        let triple = [Term::from(quad.subject), quad.predicate.into(), quad.object];
        if !filling.add(triple.iter().map(Some)) {
            break;
        }
    }
    let columns = ["subject", "predicate", "object"].map(str::to_owned);
    Ok(filling.table(columns.into(), true))
}

/// A table that is being filled until the page is full.
struct Filling<'l> {
    links: &'l Links,
    rows: Vec<Vec<Option<Cell>>>,
    bytes: usize,
    is_cut: bool,
}

impl<'l> Filling<'l> {
    fn of(links: &'l Links) -> Self {
        Self {
            links,
            rows: Vec::new(),
            bytes: 0,
            is_cut: false,
        }
    }

    /// Adds a row; whether there was room.
    fn add<'t>(&mut self, row: impl Iterator<Item = Option<&'t Term>>) -> bool {
        if self.rows.len() == MOST_ROWS || self.bytes > MOST_BYTES {
            self.is_cut = true;
            return false;
        }
        let row: Vec<Option<Cell>> = row.map(|term| Some(cell(term?, self.links))).collect();
        let cells = row.iter().flatten();
        self.bytes += row.len() + cells.map(Cell::bytes).sum::<usize>();
        self.rows.push(row);
        true
    }

    fn table(self, columns: Vec<String>, is_graph: bool) -> Table {
        Table {
            columns,
            rows: self.rows,
            is_cut: self.is_cut,
            is_graph,
        }
    }
}

impl Cell {
    fn bytes(&self) -> usize {
        let further = [&self.title, &self.href].into_iter().flatten();
        self.text.len() + further.map(String::len).sum::<usize>()
    }

    fn text(text: String, is_number: bool) -> Self {
        Self {
            text,
            title: None,
            href: None,
            is_own: false,
            is_number,
        }
    }
}

fn cell(term: &Term, links: &Links) -> Cell {
    match term {
        Term::NamedNode(iri) => of_iri(iri, links),
        Term::Literal(literal) => of_literal(literal),
        other => Cell::text(cut(&other.to_string()), false),
    }
}

fn of_literal(literal: &Literal) -> Cell {
    let is_number = [xsd::INTEGER, xsd::DECIMAL, xsd::DOUBLE, xsd::FLOAT]
        .iter()
        .any(|datatype| literal.datatype() == *datatype);
    Cell::text(cut(literal.value()), is_number)
}

/// A record by its id, a term by its CURIE, anything else by its short name or as it is.
fn of_iri(iri: &NamedNode, links: &Links) -> Cell {
    let whole = iri.as_str();
    let (text, href, is_own) = if let Some(name) = name_of_record(whole, &links.namespace) {
        let record = name.split('#').next().unwrap_or(name);
        let href = format!("{}id/{record}", links.base_path);
        (name.to_owned(), Some(href), true)
    } else if let Some((prefix, local)) = curie::compact(whole) {
        let id = format!("{prefix}:{local}");
        let encoded: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
        let href = format!("{}terms/{encoded}", links.base_path);
        (id, Some(href), true)
    } else {
        let text = short(whole).unwrap_or_else(|| whole.to_owned());
        (text, web_link(whole), false)
    };
    Cell {
        title: (text != whole).then(|| cut(whole)),
        text: cut(&text),
        href: href.filter(|href| href.len() <= LONGEST),
        is_own,
        is_number: false,
    }
}

/// `DND-S1`, `DND-S1.2` or `DND-S1#author-1`; none of another form, which the resolver would not understand.
fn name_of_record<'i>(iri: &'i str, namespace: &str) -> Option<&'i str> {
    let name = iri
        .strip_prefix(namespace)
        .filter(|_| !namespace.is_empty())?;
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'#' | b'_');
    (!name.is_empty() && name.bytes().all(is_plain)).then_some(name)
}

/// A text that fits a table.
fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use oxigraph::model::{Literal, NamedNode, Term};

    use super::{Cell, Filling, LONGEST, Links, MOST_ROWS, cell};

    fn links() -> Links {
        Links {
            namespace: "https://w3id.org/example/id/".to_owned(),
            base_path: "/bio/".to_owned(),
        }
    }

    fn iri(text: &str) -> Cell {
        cell(&Term::from(NamedNode::new(text).unwrap()), &links())
    }

    #[test]
    fn things_lead_to_their_pages() {
        for (whole, text, href) in [
            (
                "https://w3id.org/example/id/DND-S1",
                "DND-S1",
                Some("/bio/id/DND-S1"),
            ),
            (
                "https://w3id.org/example/id/DND-S1#author-1",
                "DND-S1#author-1",
                Some("/bio/id/DND-S1"),
            ),
            (
                "http://purl.obolibrary.org/obo/NCBITaxon_10090",
                "NCBITaxon:10090",
                Some("/bio/terms/NCBITaxon%3A10090"),
            ),
            (
                "http://schema.org/name",
                "schema:name",
                Some("http://schema.org/name"),
            ),
            ("urn:example:x", "urn:example:x", None),
            ("javascript:alert(1)", "javascript:alert(1)", None),
            (
                "https://w3id.org/example/id/../x",
                "https://w3id.org/example/id/../x",
                Some("https://w3id.org/example/id/../x"),
            ),
        ] {
            let cell = iri(whole);
            assert_eq!((cell.text.as_str(), cell.href.as_deref()), (text, href));
        }
    }

    #[test]
    fn numbers_are_numbers_and_long_texts_are_cut() {
        let of = |literal: Literal| cell(&Term::from(literal), &links());
        assert!(of(Literal::from(7)).is_number && of(Literal::from(0.5)).is_number);
        assert!(!of(Literal::from("7")).is_number);
        let long = of(Literal::from("ä".repeat(LONGEST + 1)));
        assert_eq!(long.text.chars().count(), LONGEST + 1);
        assert!(long.text.ends_with('…'));
    }

    #[test]
    fn a_page_has_an_end() {
        let links = links();
        let mut filling = Filling::of(&links);
        let value = Term::from(Literal::from("x"));
        while filling.add([Some(&value), None].into_iter()) {}
        let table = filling.table(vec!["a".to_owned(), "b".to_owned()], false);
        assert!(table.is_cut && table.rows.len() == MOST_ROWS);
        let mut filling = Filling::of(&links);
        let value = Term::from(Literal::from("x".repeat(LONGEST)));
        while filling.add(std::iter::repeat_n(Some(&value), 100)) {}
        assert!(filling.is_cut && filling.rows.len() < 100);
    }
}
