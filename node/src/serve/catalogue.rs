//! What catalogues of catalogues read: all public studies in DCAT 3, page by page, and what there is in VoID.

use ::web::formats::{self, CATALOGUE_PAGE, CatalogueView, Paging, VoidView};
use ::web::http::{Accept, Document, Format, Keep};
use ::web::view::StudyView;
use actix_web::http::header::{CONTENT_LOCATION, LINK, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use diesel::Connection as _;
use ontologies::schema::{dcat, schema_org};
use protocol::identifier::{Accession, Kind};
use serde::Deserialize;

use super::blocking::blocking;
use super::described::{archive_of, study_of};
use super::error::ServeError;
use super::state::State;
use crate::database::{catalogue, study};

/// Studies that VoID names as examples.
const EXAMPLES: u64 = 3;

/// Which page of the catalogue is asked for.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Turned {
    /// The study behind which it begins.
    #[serde(default)]
    after: Option<String>,
    /// What no catalogue has, so that nobody who asks for page 2 is given the first once more.
    #[serde(default)]
    page: Option<String>,
}

impl Turned {
    /// The study behind which the page begins.
    ///
    /// # Errors
    /// [`ServeError::NotFound`] for what no study of this archive could be called.
    pub fn after(&self, state: &State) -> Result<Option<Accession>, ServeError> {
        if self.page.is_some() {
            return Err(ServeError::NotFound(
                "the pages of the catalogue have no numbers; leave `page` out for the first, which leads to all others".to_owned(),
            ));
        }
        let Some(after) = &self.after else {
            return Ok(None);
        };
        let prefix = state.archive.config().prefix.as_str();
        let study = Accession::parse(after).ok();
        let study = study.filter(|id| id.kind() == Kind::Study && id.prefix() == prefix);
        let study = study.ok_or_else(|| {
            ServeError::NotFound(format!(
                "the catalogue has no page behind {after:?}, which is no study of this archive; leave `after` out for its first page, which leads to all others"
            ))
        })?;
        Ok(Some(study))
    }
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
    let after = turned.after(&state)?;
    let document = blocking(&state, move |state| page_of(state, format, after)).await?;
    Ok(document.respond(&request))
}

/// Answers `/` for a program: the catalogue in the form that it likes.
pub(super) async fn negotiated(
    state: web::Data<State>,
    request: HttpRequest,
    format: Format,
    turned: &Turned,
) -> Result<HttpResponse, ServeError> {
    let after = turned.after(&state)?;
    let query = Paging::query_of(after.as_ref().map(Accession::as_str));
    let own = state.path(&format!("catalogue.{}{query}", format.suffix()));
    let document = blocking(&state, move |state| page_of(state, format, after)).await?;
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
    CatalogueView {
        licence: state.archive.config().metadata_licence.clone(),
        ..CatalogueView::of_images(archive, description, modified)
    }
}

fn page_of(
    state: &State,
    format: Format,
    after: Option<Accession>,
) -> Result<Document, ServeError> {
    let behind = after.as_ref().map_or(0, Accession::serial);
    let connection = &mut *state.archive.database().connection()?;
    // one snapshot: how many there are and which are of the same moment
    let (total, modified, rows, before) = connection.transaction(|connection| {
        let (total, modified) = catalogue::size(connection)?;
        let rows = catalogue::records(connection, behind, CATALOGUE_PAGE + 1)?;
        let before = catalogue::ids_up_to(connection, behind, CATALOGUE_PAGE + 1)?;
        Ok::<_, ServeError>((total, modified, rows, before))
    })?;
    let view = view_of(state, modified);
    let home = &view.archive.home;
    let listed: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let after = after.map(|after| after.to_string());
    let paging = Paging::of(home, format, after, &listed, &before, total);
    let studies: Vec<StudyView> = rows
        .iter()
        .take(CATALOGUE_PAGE as usize)
        .map(|row| study_of(state, row))
        .filter_map(Result::transpose)
        .collect::<Result<_, _>>()?;
    let listed = studies.iter().map(|study| (study, &view.archive));
    let text = formats::dcat(&view, &paging, listed, format)?;
    Ok(document(text, format).with(LINK, paging.links(home)))
}

fn void_of(state: &State, format: Format) -> Result<Document, ServeError> {
    let mut connection = state.archive.database().connection()?;
    let (studies, modified) = catalogue::size(&mut connection)?;
    let totals = study::totals(&mut connection)?;
    let namespace = &state.archive.config().namespace;
    let examples = catalogue::ids(&mut connection, 1..u64::MAX, EXAMPLES)?;
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
