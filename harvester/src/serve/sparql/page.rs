//! The page of the endpoint: what it is, a form to ask it, questions to begin with, and the answer.

use ::web::words::sentence;
use ::web::{Site, words};
use askama::Template;
use url::form_urlencoded;

use super::Endpoint;
use super::examples::{self, Example};
use super::problem::Problem;
use super::table::{Shown, Table};
use crate::query::{MATCHES, ResultFormat};

/// A link that is longer is cut somewhere on its way.
const LONGEST_LINK: usize = 6_000;

#[derive(Template)]
#[template(path = "sparql.html")]
struct SparqlPage<'a> {
    site: &'a Site,
    address: &'a str,
    /// the script of the editor, in a program that has one
    script: Option<String>,
    query: &'a str,
    answered: Option<Answer<'a>>,
    examples: Vec<Line<'a>>,
    formats: Vec<FormatLine>,
    time: u64,
    rows: String,
    bytes: String,
    matches: String,
}

/// What was asked, and what came of it.
pub(super) struct Answered<'a> {
    /// The query.
    pub query: &'a str,
    /// The beginning of the result, or why there is none.
    pub outcome: Result<Shown, Problem>,
    /// How long it took.
    pub seconds: f64,
}

/// The answer on the page.
struct Answer<'a> {
    /// what there is of it, in words
    status: String,
    boolean: Option<bool>,
    table: Option<Table>,
    trouble: Option<Trouble<'a>>,
    downloads: &'static [ResultFormat],
    /// the address that asks the same again
    link: Option<String>,
}

/// Why there is no answer.
struct Trouble<'a> {
    title: &'static str,
    detail: String,
    place: Option<Place<'a>>,
}

/// A place in the query.
struct Place<'a> {
    line: usize,
    column: usize,
    text: &'a str,
    /// spaces up to the column, behind the number of the line
    before: String,
}

/// A question that is offered.
struct Line<'a> {
    example: &'a Example,
    href: String,
}

struct FormatLine {
    name: &'static str,
    title: &'static str,
}

/// The page, with an answer where something was asked.
///
/// # Errors
/// When it cannot be written.
pub(super) fn page(
    endpoint: &Endpoint,
    address: &str,
    answered: Option<Answered<'_>>,
) -> Result<String, askama::Error> {
    let limits = &endpoint.limits;
    let site = &endpoint.site;
    let all = ResultFormat::TABLES.into_iter().chain(ResultFormat::GRAPHS);
    let lines = examples::all().iter().filter_map(|example| {
        let href = link(&site.base_path, example.query)?;
        Some(Line { example, href })
    });
    let first = examples::all().first().map_or("", |example| example.query);
    SparqlPage {
        site,
        address,
        script: ::web::sparql_editor().map(|script| format!("{}{}", site.base_path, script.path)),
        query: answered.as_ref().map_or(first, |answered| answered.query),
        answered: answered.map(|answered| answer(answered, &site.base_path)),
        examples: lines.collect(),
        formats: all
            .map(|format| FormatLine {
                name: format.name(),
                title: title(format),
            })
            .collect(),
        time: limits.time.as_secs(),
        rows: words::number(limits.rows),
        bytes: words::bytes(limits.bytes),
        matches: words::number(MATCHES as u64),
    }
    .render()
}

/// The address that asks this query; none for one that is too long for an address.
pub(in crate::serve) fn link(base_path: &str, query: &str) -> Option<String> {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("query", query)
        .finish();
    let link = format!("{base_path}sparql?{query}");
    (link.len() <= LONGEST_LINK).then_some(link)
}

fn answer<'a>(answered: Answered<'a>, base_path: &str) -> Answer<'a> {
    let link = link(base_path, answered.query);
    let empty = Answer {
        status: String::new(),
        boolean: None,
        table: None,
        trouble: None,
        downloads: &ResultFormat::TABLES,
        link,
    };
    let seconds = format!("{:.2} s", answered.seconds);
    match answered.outcome {
        Ok(Shown::Boolean(value)) => Answer {
            status: format!("Answered in {seconds}."),
            boolean: Some(value),
            ..empty
        },
        Ok(Shown::Table(table)) => Answer {
            status: status(&table, &seconds),
            downloads: if table.is_graph {
                &ResultFormat::GRAPHS
            } else {
                &ResultFormat::TABLES
            },
            table: Some(table),
            ..empty
        },
        Err(problem) => Answer {
            trouble: Some(trouble(&problem, answered.query)),
            ..empty
        },
    }
}

fn status(table: &Table, seconds: &str) -> String {
    let number = table.rows.len() as u64;
    let rows = if table.is_graph {
        words::count(number, "triple", "triples")
    } else {
        words::count(number, "row", "rows")
    };
    if table.is_cut {
        format!("The first {rows}, in {seconds}. The downloads have all of them.")
    } else {
        format!("{rows}, in {seconds}.")
    }
}

fn trouble<'a>(problem: &Problem, query: &'a str) -> Trouble<'a> {
    let place = problem.place().and_then(|(line, column)| {
        let text = query.lines().nth(line.checked_sub(1)?)?;
        // columns count characters; a tab stays one, so that what stands below is below
        let before = text.chars().take(column.saturating_sub(1));
        let blank = |character| if character == '\t' { '\t' } else { ' ' };
        let number = format!("{line}: ");
        Some(Place {
            line,
            column,
            text,
            before: number.chars().chain(before).map(blank).collect(),
        })
    });
    Trouble {
        title: problem.title(),
        detail: sentence(problem.detail()),
        place,
    }
}

fn title(format: ResultFormat) -> &'static str {
    match format {
        ResultFormat::Json => "JSON",
        ResultFormat::Xml => "XML",
        ResultFormat::Csv => "CSV",
        ResultFormat::Tsv => "TSV",
        ResultFormat::Turtle => "Turtle",
        ResultFormat::NTriples => "N-Triples",
        ResultFormat::RdfXml => "RDF/XML",
        ResultFormat::JsonLd => "JSON-LD",
    }
}
