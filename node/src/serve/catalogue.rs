//! What catalogues of catalogues read: all public studies in DCAT 3, page by page, and what there is in VoID.

use ::web::formats::{self, CatalogueView, Paging, VoidView};
use ::web::http::{Accept, Document, Format, Keep};
use ::web::view::StudyView;
use actix_web::http::header::{CONTENT_LOCATION, LINK, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use ontologies::schema::{dcat, schema_org};
use serde::Deserialize;

use super::blocking::blocking;
use super::described::{archive_of, study_of};
use super::error::ServeError;
use super::state::State;
use crate::database::{Connection, catalogue, study};

/// Which page of the catalogue is asked for.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Turned {
    /// The page, from 1.
    #[serde(default)]
    page: Option<u64>,
}

/// Answers `/catalogue.<suffix>`.
pub(super) async fn catalogue(
    state: web::Data<State>,
    request: HttpRequest,
    suffix: web::Path<String>,
    turned: web::Query<Turned>,
) -> Result<HttpResponse, ServeError> {
    let format = Format::from_suffix(&suffix).ok_or_else(|| {
        ServeError::NotFound(format!(
            "there is no catalogue.{suffix}; there are catalogue.ttl, .jsonld, .rdf and .nq"
        ))
    })?;
    let page = turned.page.unwrap_or(1);
    let document = blocking(&state, move |state| page_of(state, format, page)).await?;
    Ok(document.respond(&request))
}

/// Answers `/` for a program: the catalogue in the form that it likes.
pub(super) async fn negotiated(
    state: web::Data<State>,
    request: HttpRequest,
    format: Format,
    page: u64,
) -> Result<HttpResponse, ServeError> {
    let query = if page > 1 {
        format!("?page={page}")
    } else {
        String::new()
    };
    let own = state.path(&format!("catalogue.{}{query}", format.suffix()));
    let document = blocking(&state, move |state| page_of(state, format, page)).await?;
    Ok(document
        .with(VARY, "Accept")
        .with(CONTENT_LOCATION, own)
        .respond(&request))
}

/// Answers `/.well-known/void`.
pub(super) async fn void(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let format = Accept::of(request.headers()).choose_for_programs();
    let format = format.ok_or_else(not_acceptable)?;
    let document = blocking(&state, move |state| void_of(state, format)).await?;
    Ok(document.with(VARY, "Accept").respond(&request))
}

/// None of the forms that a catalogue has.
pub(super) fn not_acceptable() -> ServeError {
    let forms = Format::WITH_SUFFIX.map(Format::media_type).join(", ");
    ServeError::NotAcceptable(format!(
        "the catalogue of this archive is served as text/html, {forms}; ask for one of these"
    ))
}

/// What the archive says of itself.
pub(super) fn view_of(state: &State, modified: Option<String>) -> CatalogueView {
    let archive = archive_of(state);
    let description = format!(
        "Studies with biological images that {} has made public, each with its files, its description and a permanent identifier, announced in a signed log that can only grow.",
        archive.name
    );
    CatalogueView::of_images(archive, description, modified)
}

fn page_of(state: &State, format: Format, page: u64) -> Result<Document, ServeError> {
    let mut connection = state.archive.database().connection()?;
    let (total, modified) = catalogue::size(&mut connection)?;
    let view = view_of(state, modified);
    let paging = Paging::of(&view.archive.home, format, page, total).ok_or_else(|| {
        ServeError::NotFound(format!(
            "the catalogue has no page {page}; its first is page 1"
        ))
    })?;
    let studies = studies(state, &mut connection, &paging)?;
    let listed = studies.iter().map(|study| (study, &view.archive));
    let text = formats::dcat(&view, &paging, listed, format)?;
    Ok(document(text, format).with(LINK, paging.links(&view.archive.home)))
}

/// What stands on a page. A description that was redacted since the list was made is left out.
fn studies(
    state: &State,
    connection: &mut Connection,
    paging: &Paging,
) -> Result<Vec<StudyView>, ServeError> {
    let rows = catalogue::records(connection, paging.per_page, paging.before())?;
    rows.iter()
        .map(|row| study_of(state, row))
        .filter_map(Result::transpose)
        .collect()
}

fn void_of(state: &State, format: Format) -> Result<Document, ServeError> {
    let mut connection = state.archive.database().connection()?;
    let (studies, modified) = catalogue::size(&mut connection)?;
    let totals = study::totals(&mut connection)?;
    let namespace = &state.archive.config().namespace;
    let examples = catalogue::ids(&mut connection, 3, 0)?;
    let view = VoidView {
        uri_spaces: vec![format!("{namespace}{}-", state.archive.config().prefix)],
        triples: None,
        entities: Some(studies + totals.images),
        dumps: Vec::new(),
        examples: examples
            .iter()
            .map(|row| format!("{namespace}{}", row.id))
            .collect(),
        classes: vec![
            (dcat::DATASET.to_owned(), studies),
            (schema_org::IMAGE_OBJECT.to_owned(), totals.images),
        ],
    };
    let text = formats::void(&view_of(state, modified), &view, format)?;
    Ok(document(text, format))
}

fn document(text: String, format: Format) -> Document {
    Document::written(text, format.media_type(), Keep::Revalidate)
}
