//! The portal's page of an image.

use ::web::formats::cite;
use ::web::http::{Document, viewer_policy};
use ::web::page::{
    Download, FileLine, ImageBody, Linked, Pair, Title, Viewer, downloads_of_image, form, may_mark,
};
use ::web::view::{ImageView, StudyView, read_image, read_study};
use ::web::{Site, words};
use actix_web::http::header::CONTENT_SECURITY_POLICY;
use askama::Template;
use protocol::digest::Digest;
use protocol::identifier::{Namespace, VersionedId};

use super::Visit;
use super::about::{About, document, path_of, show};
use super::commands;
use super::picture::Picture;
use super::similar::{SimilarSection, similar};
use crate::serve::error::ServeError;
use crate::serve::find::{Found, Known, look_up};
use crate::serve::name::Name;
use crate::serve::represent::{archive_of, record_of};
use crate::serve::state::Shared;

/// Files that stand on the page; the record has the others.
const MOST_FILES: usize = 100;

#[derive(Template)]
#[template(path = "image.html")]
struct ImagePage<'a> {
    site: &'a Site,
    about: About,
    title: Title,
    study: Linked,
    /// what is seen of it
    look: Option<Look>,
    /// the picture that is kept here, where nothing else is seen of it
    picture: Option<Picture>,
    image: ImageBody,
    files: Vec<FileLine>,
    files_left_out: usize,
    /// how all of its files are fetched
    downloads: Vec<Download>,
    /// images that look alike
    similar: SimilarSection,
}

/// The image as it is seen on the page.
struct Look {
    viewer: Viewer,
    /// a small picture of it, which is here also when its institution does not answer
    picture: Option<Picture>,
    /// the page of its institution, where it can be looked at without a script
    at_institution: Option<Linked>,
    /// scheme, host and port from which the viewer reads
    origin: String,
}

/// The page.
///
/// # Errors
/// When ledger, mirror or page cannot be had.
pub(super) fn image(shared: &Shared, found: &Found, visit: &Visit) -> Result<Document, ServeError> {
    let broken = |error: ::web::view::ViewError| ServeError::Broken(error.into());
    let view = read_image(&record_of(found)?).map_err(broken)?;
    let of_study = study_of(shared, found)?;
    let study = match &of_study {
        Some(study) => read_study(&record_of(study)?).ok(),
        None => None,
    };
    let downloads = match (&of_study, &study) {
        (Some(of_study), Some(study)) => downloads(found, &view, of_study, study, &visit.home),
        _ => Vec::new(),
    };
    let terms = shared.harvester.projections().terms();
    let show = show(&terms, &shared.site.base_path);
    let about = About::of(shared, found, &visit.home)?;
    let files = view.files.iter().take(MOST_FILES);
    let stated = view.file_count.unwrap_or(0).max(view.files.len() as u64);
    let mut image = ImageBody::of(&view, study.as_ref(), &show);
    let institution = Pair::linked("Institution", about.evidence.member.clone());
    image.facts.insert(0, institution);
    let look = look(shared, found, &view, study.as_ref(), &about, visit)?;
    let picture = match look {
        Some(_) => None,
        None => Picture::of_found(shared, found)?,
    };
    let origin = look.as_ref().map(|look| look.origin.clone());
    let page = ImagePage {
        look,
        site: &shared.site,
        title: Title::of(view.title()),
        study: study_link(shared, found, study.as_ref()),
        picture,
        image,
        files: files
            .map(|file| file_line(file, &found.owner.namespace, &shared.site.base_path))
            .collect(),
        downloads,
        similar: similar(shared, found)?,
        files_left_out: usize::try_from(stated)
            .unwrap_or(usize::MAX)
            .saturating_sub(view.files.len().min(MOST_FILES)),
        about,
    }
    .render()?;
    let document = document(shared, page, found, visit)?;
    Ok(match origin {
        Some(origin) => document.with(CONTENT_SECURITY_POLICY, viewer_policy(&origin)),
        None => document,
    })
}

/// What is seen of an image whose institution could read its pixels and answers for it; none of others.
fn look(
    shared: &Shared,
    found: &Found,
    view: &ImageView,
    study: Option<&StudyView>,
    about: &About,
    visit: &Visit,
) -> Result<Option<Look>, ServeError> {
    let (Some(base), true) = (found.owner.base(), is_held(view)) else {
        return Ok(None);
    };
    let site = &shared.site;
    let archive = archive_of(&found.owner, &visit.home);
    let citation = study.map(|study| cite(study, &archive, &site.base_path).text);
    let of_version = (view, found.version.version);
    let mut viewer = Viewer::of(site, base.as_str(), of_version, study, citation.as_deref());
    let version = VersionedId::new(found.version.id.clone(), found.version.version);
    let version = version.map_err(|error| ServeError::Broken(error.into()))?;
    let image = match found.version.is_current() {
        // annotations may be newer than the image
        true => found.version.id.to_string(),
        false => version.to_string(),
    };
    viewer.annotations = is_annotated(study, view).then(|| format!("{base}id/{image}/annotations"));
    // links to a view stay here, where the page is
    viewer.page = path_of(
        &site.base_path,
        &found.version.id,
        Some(found.version.version),
    );
    let at_institution = about.at_institution.clone().map(|mut page| {
        page.href = page.href.map(|address| visit.with_spot(&address));
        page
    });
    Ok(Some(Look {
        viewer,
        picture: Picture::of_found(shared, found)?,
        at_institution,
        origin: base.origin().ascii_serialization(),
    }))
}

/// How the files of an image are fetched, as it is in its study now; nothing where its institution does not have them.
fn downloads(
    found: &Found,
    view: &ImageView,
    of_study: &Found,
    study: &StudyView,
    portal: &str,
) -> Vec<Download> {
    let has_files = !view.files.is_empty() || view.file_count.unwrap_or(0) > 0;
    let stem = format!("{}.{}", of_study.version.id, of_study.version.version);
    let name = Name::parse(&stem).ok();
    let home = name.and_then(|name| of_study.owner.file(&name, "", ""));
    // a catalogued study states no list of files
    let manifest = study.manifest.as_deref().map(Digest::parse);
    let (Some(home), Some(Ok(manifest)), true, true) =
        (home, manifest, has_files, found.version.is_current())
    else {
        return Vec::new();
    };
    let image = &found.version.id;
    let ours = Download {
        program: "omma-harvester",
        commands: commands::get(portal, image.as_str()),
    };
    let others = downloads_of_image(&home, &stem, &manifest, image);
    std::iter::once(ours).chain(others).collect()
}

/// Whether the institution has the image's files and could read its pixels. A record does not list files that are too many; it
/// says how many they are.
fn is_held(view: &ImageView) -> bool {
    let has_files = !view.files.is_empty() || view.file_count.unwrap_or(0) > 0;
    has_files && view.size_x.is_some()
}

/// Whether something that may mark it was derived from the image by its study's record: then its node tells what. Of a set with
/// too many files to be listed, the image's own record tells.
fn is_annotated(study: Option<&StudyView>, view: &ImageView) -> bool {
    let mut sets = study.iter().flat_map(|study| &study.annotations);
    sets.any(|set| {
        let kind = set.annotation_type.as_deref();
        let is_unlisted = set.files.is_empty() && set.file_count.unwrap_or(0) > 0;
        let marking = set.files.iter().filter(|file| {
            let path = file.path.as_deref();
            may_mark(kind, path.unwrap_or_default())
        });
        let mut sources = marking.flat_map(|file| &file.sources);
        (is_unlisted && !view.annotated_with.is_empty())
            || sources.any(|source| *source == view.iri)
    })
}

/// The study that the image belongs to, as it is now; none where nothing of it can be shown.
fn study_of(shared: &Shared, found: &Found) -> Result<Option<Box<Found>>, ServeError> {
    let Some(study) = found.version.id.study_id() else {
        return Ok(None);
    };
    match look_up(&shared.harvester, &Name::parse(study.as_str())?) {
        Ok(Known::Record(study)) => Ok(Some(study)),
        Ok(Known::Nothing(_) | Known::Aside(_)) | Err(ServeError::Gone { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn study_link(shared: &Shared, found: &Found, study: Option<&StudyView>) -> Linked {
    let Some(id) = found.version.id.study_id() else {
        return Linked::default();
    };
    match study {
        Some(study) => Linked::to(
            Title::of(study.title()).in_line(),
            path_of(&shared.site.base_path, &id, None),
        ),
        None => Linked::text(id.as_str()),
    }
}

fn file_line(file: &::web::view::FileView, namespace: &Namespace, base_path: &str) -> FileLine {
    let path = file.path.clone().or_else(|| file.address.clone());
    // through the resolver, which knows where the member is
    let below = file
        .address
        .as_deref()
        .and_then(|address| address.strip_prefix(namespace.as_str()));
    let href = below
        .filter(|rest| !rest.contains(".."))
        .map(|rest| format!("{base_path}id/{rest}"));
    FileLine {
        file: Linked {
            text: path.unwrap_or_else(|| "a file without a name".to_owned()),
            href,
        },
        form: file
            .media_type
            .as_deref()
            .map(|media_type| form(media_type).to_owned())
            .unwrap_or_default(),
        size: file.bytes.map(words::bytes).unwrap_or_default(),
        sha256: file.sha256.clone().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use ::web::view::{ImageView, StudyView, read_image, read_study};
    use ontologies::schema::{dcat, oa, omma, prov, rdf, xsd};
    use protocol::identifier::{Accession, Namespace};
    use protocol::record::{Object, Record, SALT_PREDICATE, Statement};

    use super::{is_annotated, is_held};

    const NAMESPACE: &str = "https://example.org/id/";

    /// A record that says these things: behind the id of the subject, a predicate, an object.
    fn record(id: &str, said: Vec<(&str, &str, Object)>) -> Record {
        let iri = format!("{NAMESPACE}{id}");
        let salt = Object::text("AAAAAAAAAAAAAAAAAAAAAA");
        let mut all = vec![Statement::parse(iri.as_str(), SALT_PREDICATE, salt).unwrap()];
        for (behind, predicate, object) in said {
            all.push(Statement::parse(format!("{iri}{behind}"), predicate, object).unwrap());
        }
        let namespace = Namespace::parse(NAMESPACE).unwrap();
        Record::from_statements(&Accession::parse(id).unwrap(), &namespace, all).unwrap()
    }

    fn number(value: &str) -> Object {
        Object::typed(value, xsd::INTEGER).unwrap()
    }

    fn node(path: &str) -> Object {
        Object::iri(format!("{NAMESPACE}{path}")).unwrap()
    }

    fn image(said: Vec<(&str, &str, Object)>) -> ImageView {
        read_image(&record("DND-S1-I1", said)).unwrap()
    }

    fn study(said: Vec<(&str, &str, Object)>) -> StudyView {
        read_study(&record("DND-S1", said)).unwrap()
    }

    #[test]
    fn an_image_of_more_files_than_are_listed_is_held() {
        let columns = || ("", omma::SIZE_X, number("512"));
        let listed = ("", dcat::DISTRIBUTION, node("DND-S1-I1#file-1"));
        let path = ("#file-1", omma::PATH, Object::text("a.tif"));
        assert!(is_held(&image(vec![columns(), listed, path])));
        let counted = |count: &str| ("", omma::FILE_COUNT, number(count));
        assert!(is_held(&image(vec![columns(), counted("201")])));
        assert!(!is_held(&image(vec![columns(), counted("0")])));
        assert!(!is_held(&image(vec![columns()])));
        assert!(!is_held(&image(vec![counted("201")])));
    }

    #[test]
    fn an_image_of_a_set_of_more_files_than_are_listed_is_annotated() {
        let marked = ("", omma::ANNOTATED_WITH, Object::text("segmentation_mask"));
        let (marked, plain) = (image(vec![marked]), image(vec![]));
        let set = || {
            let class = Object::iri(oa::ANNOTATION).unwrap();
            ("#annotation-1", rdf::TYPE, class)
        };
        let counted = ("#annotation-1", omma::FILE_COUNT, number("201"));
        let unlisted = study(vec![set(), counted]);
        assert!(is_annotated(Some(&unlisted), &marked));
        assert!(!is_annotated(Some(&unlisted), &plain));
        assert!(!is_annotated(None, &marked));
        let of_image = |image: &str| {
            study(vec![
                set(),
                ("#annotation-1", oa::HAS_BODY, node("DND-S1#file-1")),
                ("#file-1", prov::WAS_DERIVED_FROM, node(image)),
            ])
        };
        assert!(is_annotated(Some(&of_image("DND-S1-I1")), &plain));
        assert!(!is_annotated(Some(&of_image("DND-S1-I2")), &marked));
        let masks = study(vec![
            set(),
            (
                "#annotation-1",
                omma::ANNOTATION_TYPE,
                Object::text("segmentation_mask"),
            ),
            ("#annotation-1", oa::HAS_BODY, node("DND-S1#file-1")),
            ("#file-1", omma::PATH, Object::text("a_mask.tif")),
            ("#file-1", prov::WAS_DERIVED_FROM, node("DND-S1-I1")),
        ]);
        assert!(!is_annotated(Some(&masks), &marked), "a mask marks nothing");
    }
}
