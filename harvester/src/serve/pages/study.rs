//! The portal's page of a study: what it says in words that a biologist uses, whose word that is, and how to get the data.

use ::web::Site;
use ::web::formats::{Cite, cite, dataset};
use ::web::http::Document;
use ::web::page::{Linked, Pair, StudyBody, Title, data_elsewhere, facts_of_study};
use ::web::view::{Reading, StudyView};
use askama::Template;
use protocol::identifier::VersionedId;

use super::Visit;
use super::about::{About, document, resource, show};
use super::copy::copy;
use super::holdings::{self, Files, Images};
use super::picture::Picture;
use crate::serve::error::ServeError;
use crate::serve::find::{Found, Mark};
use crate::serve::represent::{archive_of, reading_of};
use crate::serve::state::Shared;

#[derive(Template)]
#[template(path = "study.html")]
struct StudyPage<'a> {
    site: &'a Site,
    about: About,
    title: Title,
    picture: Option<Picture>,
    /// where the images themselves are to be had
    data: Option<Linked>,
    study: StudyBody,
    facts: Vec<Pair>,
    images: Option<Images>,
    files: Option<Files>,
    cite: Cite,
    structured: Option<String>,
}

/// The page.
///
/// # Errors
/// 404 for a page of images that there is not; when ledger, mirror or page cannot be had.
pub(super) fn study(shared: &Shared, found: &Found, visit: &Visit) -> Result<Document, ServeError> {
    let Reading::Study(view) = reading_of(shared, found)? else {
        // a record that every rule holds for and that is about something else
        return copy(shared, found, visit);
    };
    let page = page(shared, found, &view, visit)?.render()?;
    document(shared, page, found, visit)
}

fn page<'a>(
    shared: &'a Shared,
    found: &Found,
    view: &StudyView,
    visit: &Visit,
) -> Result<StudyPage<'a>, ServeError> {
    let terms = shared.harvester.projections().terms();
    let show = show(&terms, &shared.site.base_path);
    let mut about = About::of(shared, found, &visit.home)?;
    about.notices.extend(data_elsewhere(view));
    let images = holdings::images(shared, found, view, visit.images)?;
    let files = holdings::files(found, view, &visit.home);
    let link = |text: &str| resource(shared, text);
    let archive = archive_of(&found.owner, &visit.home);
    let views = images.as_ref().map(|images| &images.views[..]);
    // what is out of lists is for no search engine either
    let structured = about
        .is_for_all
        .then(|| dataset(view, &archive, views.unwrap_or_default()));
    Ok(StudyPage {
        site: &shared.site,
        title: Title::of(view.title()),
        picture: picture(shared, found, view),
        data: data(&about, view),
        study: StudyBody::of(view, &show, &link),
        facts: facts(&about, view, images.as_ref(), files.as_ref()),
        cite: cite(view, &archive, &shared.site.base_path),
        structured,
        images,
        files,
        about,
    })
}

/// The picture that stands for the study; what is out of sight has none.
fn picture(shared: &Shared, found: &Found, view: &StudyView) -> Option<Picture> {
    let version = VersionedId::new(found.version.id.clone(), found.version.version).ok()?;
    let namespace = &found.owner.namespace;
    let mut named = view
        .thumbnails
        .iter()
        .filter(|_| found.mark == Mark::Public);
    named.find_map(|named| Picture::of(shared, named, namespace, &version))
}

/// Where somebody gets the images: from the institution's page, or from where the study says that they are.
fn data(about: &About, view: &StudyView) -> Option<Linked> {
    let held = || {
        let page = about.at_institution.as_ref()?.href.as_deref()?;
        Some(Linked::to("Get the files", format!("{page}#files")))
    };
    let elsewhere = || {
        let at = view.data_at.as_deref()?;
        Some(Linked::out("Go to the data", Some(at)))
    };
    let data = match view.is_held() {
        true => held(),
        false => elsewhere(),
    };
    data.filter(|data| data.href.is_some())
}

fn facts(
    about: &About,
    view: &StudyView,
    images: Option<&Images>,
    files: Option<&Files>,
) -> Vec<Pair> {
    let images = images.map(|images| images.total.as_str());
    let files = files.map(|files| files.amount.as_str());
    let institution = Pair::linked("Institution", about.evidence.member.clone());
    let stated = facts_of_study(view, images, files);
    [institution].into_iter().chain(stated).collect()
}
