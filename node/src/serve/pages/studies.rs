//! The list of studies: found by words, narrowed by facets, sorted, a page at a time.

use ::web::page::{Linked, Paging};
use ::web::{Site, words};
use askama::Template;

use super::asked::{self, Asked, Question};
use super::facets::{self, Facet};
use super::parts::turned_to;
use super::study_line::{StudyLine, study_line};
use crate::database::browse::{self, FacetKind, Order};
use crate::serve::error::ServeError;
use crate::serve::state::State;

/// Studies on a page.
const STUDIES: u64 = 25;

const ORDERS: [(Order, &str); 4] = [
    (Order::Newest, "Newest"),
    (Order::Oldest, "Oldest"),
    (Order::Title, "Title"),
    (Order::Largest, "Largest"),
];

#[derive(Template)]
#[template(path = "studies.html")]
struct StudiesPage<'a> {
    site: &'a Site,
    heading: &'static str,
    query: String,
    /// What holds beside the words, for the form: names and values of hidden fields.
    kept: Vec<(&'static str, String)>,
    filters: Vec<Filter>,
    remark: Option<String>,
    is_narrowed: bool,
    total: String,
    orders: Vec<OrderChoice>,
    studies: Vec<StudyLine>,
    paging: Paging,
    ideas: Vec<Linked>,
    facets: Vec<Facet>,
}

/// A value by which the list is narrowed.
struct Filter {
    facet: &'static str,
    label: String,
    /// The list without it.
    href: String,
}

struct OrderChoice {
    label: &'static str,
    href: String,
    is_chosen: bool,
}

/// The page of a list of studies.
///
/// # Errors
/// [`ServeError::NotFound`] for a page that there is not, and for an order that is none; what cannot be read.
pub(in crate::serve) fn studies(state: &State, asked: &Asked) -> Result<String, ServeError> {
    let question = asked::question(asked)?;
    let connection = &mut *state.archive.database().connection()?;
    let total = browse::count(connection, &question.wanted)?;
    let here = state.path("studies");
    let paging = turned_to(asked.page, total, STUDIES, |page| {
        format!("{here}{}", question.address(page))
    })?;
    let rows = browse::page(connection, &question.wanted, STUDIES, paging.before)?;
    let facets = facets::facets(connection, &question, &here)?;
    let studies = rows
        .iter()
        .map(|row| study_line(state, connection, row))
        .collect::<Result<_, _>>()?;
    let is_narrowed = question.is_narrowed();
    let page = StudiesPage {
        site: &state.site,
        heading: if is_narrowed {
            "Studies found"
        } else {
            "All studies"
        },
        kept: question.kept(),
        filters: filters(&question, &here),
        remark: question.remark.clone(),
        is_narrowed,
        total: words::count(total, "study", "studies"),
        orders: orders(&question, &here),
        studies,
        paging,
        ideas: ideas(&question, &here),
        facets,
        query: question.query,
    };
    Ok(page.render()?)
}

fn filters(question: &Question, here: &str) -> Vec<Filter> {
    let filter = |(kind, value): &(FacetKind, String)| Filter {
        facet: facets::title(*kind),
        label: facets::label(*kind, value, value),
        href: format!("{here}{}", question.without(*kind).address(1)),
    };
    question.wanted.facets.iter().map(filter).collect()
}

fn orders(question: &Question, here: &str) -> Vec<OrderChoice> {
    let choice = |(order, label)| OrderChoice {
        label,
        href: format!("{here}{}", question.sorted(order).address(1)),
        is_chosen: question.wanted.order == order,
    };
    ORDERS.into_iter().map(choice).collect()
}

/// What may be tried where nothing was found.
fn ideas(question: &Question, here: &str) -> Vec<Linked> {
    let mut ideas: Vec<Linked> = question
        .wanted
        .facets
        .iter()
        .map(|(kind, value)| {
            let label = facets::label(*kind, value, value);
            Linked::to(
                format!("The same without “{label}”"),
                format!("{here}{}", question.without(*kind).address(1)),
            )
        })
        .collect();
    if question.wanted.words.len() > 1 {
        for word in &question.wanted.words {
            let only = question.with_words(word);
            ideas.push(Linked::to(
                format!("“{word}” alone"),
                format!("{here}{}", only.address(1)),
            ));
        }
    }
    ideas.push(Linked::to("All studies of this archive", here));
    ideas
}
