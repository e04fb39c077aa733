//! The images and files of a study, as its page lists them.

use ::web::page::{Download, Paging, Title, amount, bytes_of_all, component_of, downloads, form};
use ::web::view::{ImageView, StudyView, read_image};
use ::web::words;
use protocol::digest::Digest;
use protocol::identifier::{Origin, VersionedId};
use protocol::record::Record;

use super::about::path_of;
use super::commands;
use super::gallery::{self, ImageCard};
use super::picture::Picture;
use crate::ledger::shown::{self, Version};
use crate::mirror::OpenedRecords;
use crate::serve::error::ServeError;
use crate::serve::find::{Found, Mark};
use crate::serve::name::Name;
use crate::serve::state::Shared;
use crate::serve::thumbnails::picture_in;
use crate::text::Pixels;

/// Images on a page.
const IMAGES: u64 = 60;

/// A page of the list of images.
pub(super) struct Images {
    pub cards: Vec<ImageCard>,
    /// as their records describe them
    pub views: Vec<ImageView>,
    pub paging: Paging,
    pub total: String,
}

/// The files of a held study: their member has them.
pub(super) struct Files {
    /// `12 files, 3.4 MB`
    pub amount: String,
    /// the list, and the list of checksums, where somebody can be asked for them
    pub list: Option<String>,
    pub sums: Option<String>,
    /// how all of them are fetched and checked, with our own program first
    pub downloads: Vec<Download>,
}

/// The page of a study's images that the reader turned to; none where it has none, and for an older version of the study, whose images
/// may be others.
///
/// # Errors
/// 404 for a page that there is not; when ledger or mirror cannot be read.
pub(super) fn images(
    shared: &Shared,
    found: &Found,
    study: &StudyView,
    page: u64,
) -> Result<Option<Images>, ServeError> {
    if !found.version.is_current() {
        return Ok(None);
    }
    let (id, base_path) = (&found.version.id, &shared.site.base_path);
    let connection = &mut *shared.harvester.desk().ledger.reader()?;
    let total = shown::images_total(connection, id)?;
    if total == 0 {
        return Ok(None);
    }
    let here = path_of(base_path, id, None);
    let paging = Paging::new(total, IMAGES, page, |page| {
        format!("{here}?images={page}#images")
    });
    let paging = paging.ok_or_else(|| {
        ServeError::NotFound(format!(
            "{id} has {}, and no page {page} of them",
            words::count(total, "image", "images")
        ))
    })?;
    let versions = shown::images(connection, id, paging.before, IMAGES)?;
    let mut opened = OpenedRecords::new(&shared.harvester.desk().mirror);
    let (mut cards, mut views) = (Vec::new(), Vec::new());
    for version in &versions {
        let read = read(&mut opened, found, version);
        cards.push(card(shared, found, study, version, read.as_ref()));
        views.extend(read.map(|read| read.view));
    }
    Ok(Some(Images {
        cards,
        views,
        total: words::count(total, "image", "images"),
        paging,
    }))
}

fn card(
    shared: &Shared,
    found: &Found,
    study: &StudyView,
    version: &Version,
    read: Option<&ReadImage>,
) -> ImageCard {
    let id = version.id.as_str();
    let mut card = ImageCard {
        id: id.to_owned(),
        href: path_of(&shared.site.base_path, &version.id, None),
        title: Title::of(read.map_or(id, |read| read.view.title())),
        ..ImageCard::default()
    };
    let Some(read) = read else {
        card.further = vec!["its description cannot be read now".to_owned()];
        return card;
    };
    // what is out of lists shows no pictures, and neither do its images
    let named = read.picture.as_ref().filter(|_| found.mark == Mark::Public);
    card.picture =
        named.and_then(|named| Picture::of(shared, named, &found.owner.namespace, &read.version));
    if let Some(pixels) = &read.pixels {
        card.sizes = gallery::sizes_in_short(pixels);
        card.annotated = gallery::annotations(pixels).collect();
    }
    let component = Title::of(component_of(study, &read.view))
        .in_line()
        .into_owned();
    let further = [component, files_of(&read.view)].into_iter();
    card.further = further.filter(|text| !text.is_empty()).collect();
    card
}

/// `2 files, TIFF, 3.4 MB`: how many where it is not one, in what forms, how large; as far as the record says.
fn files_of(image: &ImageView) -> String {
    let number = image.file_count.or_else(|| {
        let listed = image.files.len() as u64;
        (listed > 0).then_some(listed)
    });
    let mut forms: Vec<&str> = image
        .files
        .iter()
        .filter_map(|file| file.media_type.as_deref().map(form))
        .collect();
    forms.sort_unstable();
    forms.dedup();
    let parts = [
        number
            .filter(|number| *number > 1)
            .map(|number| words::count(number, "file", "files")),
        (!forms.is_empty()).then(|| forms.join(" and ")),
        bytes_of_all(image).map(words::bytes),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(", ")
}

/// The files of a held study, as a page at `portal` shows them; none for a catalogued one.
pub(super) fn files(found: &Found, study: &StudyView, portal: &str) -> Option<Files> {
    let manifest = Digest::parse(study.manifest.as_deref()?).ok();
    let stem = format!("{}.{}", found.version.id, found.version.version);
    let name = Name::parse(&stem).ok()?;
    let at = |rest: &str| found.owner.file(&name, rest, "");
    let ours = |_: &String| Download {
        program: "omma-harvester",
        commands: commands::get(portal, &stem),
    };
    let home = at("");
    let others = home.as_ref().zip(manifest).map(|(home, manifest)| {
        let mut others = downloads(home, &stem, &manifest);
        others.push(Download {
            program: "curl",
            commands: commands::of_files(home, &stem, &manifest),
        });
        others
    });
    Some(Files {
        downloads: home
            .iter()
            .map(ours)
            .chain(others.unwrap_or_default())
            .collect(),
        amount: amount(study.files, study.bytes),
        list: at("files.tsv"),
        sums: at("sha256sums.txt"),
    })
}

/// What the record of an image says.
struct ReadImage {
    version: VersionedId,
    view: ImageView,
    pixels: Option<Pixels>,
    /// the address of its picture
    picture: Option<String>,
}

/// An image as its record describes it. A record that cannot be read does not keep the others from the reader.
fn read(opened: &mut OpenedRecords, found: &Found, version: &Version) -> Option<ReadImage> {
    let bytes = bytes(opened, version).unwrap_or_else(|error| {
        tracing::warn!(record.id = %version.id, record.digest = %version.digest, "an image cannot be shown in a list: {error:#}");
        None
    })?;
    let namespace = &found.owner.namespace;
    let record = Record::parse(bytes, &version.id, namespace).ok()?;
    let of = VersionedId::new(version.id.clone(), version.version).ok()?;
    Some(ReadImage {
        view: read_image(&record).ok()?,
        pixels: Pixels::of(&record, &namespace.iri(&version.id)),
        picture: picture_in(&record, namespace, &of),
        version: of,
    })
}

fn bytes(opened: &mut OpenedRecords, version: &Version) -> anyhow::Result<Option<Vec<u8>>> {
    let origin = Origin::parse(&version.origin)?;
    Ok(opened.record(&origin, version.index, &version.digest)?)
}
