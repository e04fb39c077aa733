//! What catalogues of catalogues read: all studies of the federation in DCAT 3, page by page, each published by its member,
//! and what there is in VoID. Out of ledger and mirror, so that what is taken back is gone from here at once.

use std::collections::HashMap;

use ::web::formats::{self, After, Archive, CATALOGUE_PAGE, CatalogueView, Paging, VoidView};
use ::web::http::{Accept, Document, Format, Keep};
use ::web::view::{self, StudyView};
use actix_web::http::header::{CONTENT_LOCATION, LINK, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use diesel::Connection as _;
use ontologies::schema::dcat;
use protocol::identifier::{Accession, Kind, Namespace};
use protocol::record::Record;

use super::error::ServeError;
use super::represent::label;
use super::search::pairs;
use super::standing::{self, Standing};
use super::state::{Shared, State, blocking};
use crate::harvest::round::namespace_of;
use crate::ledger::shown::Version;
use crate::ledger::{Connection, listed};

/// Studies that VoID names as examples.
const EXAMPLES: u64 = 3;

/// `/catalogue.<suffix>`.
pub(super) async fn catalogue(
    state: web::Data<State>,
    suffix: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let format = Format::from_suffix(&suffix).ok_or_else(|| {
        ServeError::NotFound(format!(
            "there is no catalogue.{suffix}; there are catalogue.ttl, .jsonld, .rdf and .nq"
        ))
    })?;
    Ok(asked(&state, &request, format).await?.0.respond(&request))
}

/// `/` for a program: the catalogue in the form that it likes.
pub(super) async fn negotiated(
    state: web::Data<State>,
    request: HttpRequest,
    format: Format,
) -> Result<HttpResponse, ServeError> {
    let (document, after) = asked(&state, &request, format).await?;
    let base_path = &state.shared().site.base_path;
    let query = Paging::query_of(after.as_deref());
    let own = format!("{base_path}catalogue.{}{query}", format.suffix());
    let document = document.with(VARY, "Accept").with(CONTENT_LOCATION, own);
    Ok(document.respond(&request))
}

/// `/.well-known/void`.
pub(super) async fn void(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let format = Accept::of(request.headers()).choose_for_programs();
    let format = format.ok_or_else(not_acceptable)?;
    let home = state.home(&request)?;
    let document = blocking(&state, move |shared| void_of(shared, &home, format)).await?;
    Ok(document.with(VARY, "Accept").respond(&request))
}

/// None of the forms that a catalogue has.
pub(super) fn not_acceptable() -> ServeError {
    let forms = Format::ALL.map(Format::media_type);
    ServeError::NotAcceptable(forms.join(", "))
}

/// What the federation's portal says of itself.
pub(super) fn view_of(shared: &Shared, home: &str, modified: Option<String>) -> CatalogueView {
    let name = shared.harvester.roster().name;
    let description = format!(
        "Studies with biological images that the members of {name} have made public, each mirrored from its institution's signed log and verified entry by entry."
    );
    let archive = Archive {
        name,
        ror: None,
        home: home.to_owned(),
    };
    CatalogueView {
        licence: shared.metadata_licence.clone(),
        sparql: Some(format!("{home}sparql")),
        ..CatalogueView::of_images(archive, description, modified)
    }
}

async fn asked(
    state: &web::Data<State>,
    request: &HttpRequest,
    format: Format,
) -> Result<(Document, After), ServeError> {
    let pairs = pairs(request)?;
    if pairs.iter().any(|(name, _)| name == "page") {
        return Err(ServeError::Malformed(
            "page: the pages of the catalogue have no numbers; leave it out for the first, which leads to all others".to_owned(),
        ));
    }
    let after = pairs.into_iter().find(|(name, _)| name == "after");
    let after = after.map(|(_, after)| after);
    let home = state.home(request)?;
    let begins = after.clone();
    let document = blocking(state, move |shared| page_of(shared, &home, format, begins)).await?;
    Ok((document, after))
}

fn page_of(
    shared: &Shared,
    home: &str,
    format: Format,
    after: After,
) -> Result<Document, ServeError> {
    let connection = &mut *shared.harvester.desk().ledger.reader()?;
    // one snapshot: how many there are and which are of the same moment
    let (paging, modified, versions) = connection.transaction(|connection| {
        let behind = match &after {
            Some(after) => place_of(connection, after)?,
            None => 0,
        };
        let places = behind.saturating_add(1)..u64::MAX;
        let mut listed = listed::page(connection, places, CATALOGUE_PAGE + 1)?;
        let ids: Vec<String> = listed.iter().map(|one| one.accession.clone()).collect();
        let before = listed::up_to(connection, behind, CATALOGUE_PAGE + 1)?;
        let total = listed::count(connection)?;
        let paging = Paging::of(home, format, after, &ids, &before, total);
        listed.truncate(CATALOGUE_PAGE as usize);
        let versions = listed::versions(connection, &listed)?;
        Ok::<_, ServeError>((paging, listed::newest(connection)?, versions))
    })?;
    let members = Members::of(shared, home);
    let studies: Vec<(StudyView, &Archive)> = versions
        .iter()
        .filter_map(|version| members.study(shared, version).transpose())
        .collect::<Result<_, _>>()?;
    let listed = studies.iter().map(|(study, archive)| (study, *archive));
    let view = view_of(shared, home, modified);
    let text = formats::dcat(&view, &paging, listed, format)?;
    Ok(document(text, format).with(LINK, paging.links(home)))
}

/// Where the study stands behind which a page begins. It may have gone since the page before was read.
fn place_of(connection: &mut Connection, after: &str) -> Result<u64, ServeError> {
    let study = Accession::parse(after).ok();
    let study = study.filter(|id| id.kind() == Kind::Study);
    let place = match study {
        Some(study) => listed::place_of(connection, &study)?,
        None => None,
    };
    place.ok_or_else(|| {
        ServeError::NotFound(format!(
            "the catalogue has no page behind {after:?}, which is no study that was ever here; leave `after` out for its first page, which leads to all others"
        ))
    })
}

/// How members are named in the catalogue.
struct Members(HashMap<String, (Archive, Namespace)>);

impl Members {
    fn of(shared: &Shared, home: &str) -> Members {
        let roster = shared.harvester.roster();
        let named = roster.members.iter().map(|member| {
            let archive = Archive {
                name: member.name.clone(),
                ror: member.ror.clone(),
                home: home.to_owned(),
            };
            (member.id.clone(), (archive, namespace_of(&roster, member)))
        });
        Members(named.collect())
    }

    /// What a study's record says, and who published it. Nothing where it went from the mirror since it was listed, which
    /// a redaction may do at any moment; a record that cannot be read is left out as well, so that it stops nobody from
    /// reading the others, and `check` finds it.
    fn study(
        &self,
        shared: &Shared,
        version: &Version,
    ) -> Result<Option<(StudyView, &Archive)>, ServeError> {
        let Some((archive, namespace)) = self.0.get(&version.member) else {
            return Ok(None);
        };
        let Some(bytes) = shared.harvester.projections().record_of(version)? else {
            return Ok(None);
        };
        let record = match Record::parse(bytes, &version.id, namespace) {
            Ok(record) => record,
            Err(error) => {
                tracing::warn!(study.id = %version.id, "a record of the mirror cannot be read and is left out of the catalogue; `omma-harvester check` tells more: {error}");
                return Ok(None);
            }
        };
        let reading = view::read(&record, Kind::Study, version.version, label(shared));
        Ok(reading.study().map(|study| (study.clone(), archive)))
    }
}

fn void_of(shared: &Shared, home: &str, format: Format) -> Result<Document, ServeError> {
    let connection = &mut *shared.harvester.desk().ledger.reader()?;
    let roster = shared.harvester.roster();
    let studies = listed::count(connection)?;
    let modified = listed::newest(connection)?;
    let examples = listed::page(connection, 1..u64::MAX, EXAMPLES)?;
    let examples = listed::versions(connection, &examples)?;
    let standings = standing::of_all(&shared.harvester)?;
    let mut uri_spaces: Vec<String> = roster
        .members
        .iter()
        .map(|member| namespace_of(&roster, member).to_string())
        .collect();
    uri_spaces.sort_unstable();
    uri_spaces.dedup();
    let examples = examples.iter().filter_map(|version| {
        let mut members = roster.members.iter();
        let member = members.find(|member| member.id == version.member)?;
        Some(namespace_of(&roster, member).iri(&version.id))
    });
    let view = VoidView {
        uri_spaces,
        // counting the statements of a large graph takes seconds
        triples: None,
        entities: Some(standings.iter().map(Standing::shown).sum()),
        dumps: Vec::new(),
        examples: examples.collect(),
        classes: vec![(dcat::DATASET.to_owned(), studies)],
    };
    let text = formats::void(&view_of(shared, home, modified), &view, format)?;
    Ok(document(text, format))
}

fn document(text: String, format: Format) -> Document {
    Document::written(text, format.media_type(), Keep::Revalidate)
}
