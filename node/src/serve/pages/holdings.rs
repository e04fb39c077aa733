//! The images and files of a study, a page of each at a time.

use ::web::page::{Download, Linked, Paging, Title, size_in_pixels};
use ::web::words;
use protocol::digest::Digest;
use protocol::identifier::Accession;

use super::Turned;
use super::parts::{first_picture, picture_of, turned_to};
use crate::database::Connection;
use crate::database::file::{self, FileRow};
use crate::database::manifest;
use crate::database::record::{self, RecordRow};
use crate::database::standing::{self, StandingRow};
use crate::derive::{self, Progress};
use crate::describe::in_address;
use crate::image::thumbnail::{SIDES, fit};
use crate::relative_path::RelPath;
use crate::serve::error::ServeError;
use crate::serve::resolve::{self, Resolved};
use crate::serve::state::State;
use crate::store::manifest::images_in;
use crate::study::{Image, Pixels, Study};

/// Images and files on a page.
const IMAGES: u64 = 60;
const FILES: u64 = 50;

/// A page of the list of images.
#[derive(Debug)]
pub(super) struct Images {
    /// How many there are.
    pub in_words: String,
    /// The page of its plates, where they are of such.
    pub plates: Option<String>,
    pub lines: Vec<ImageLine>,
    pub paging: Paging,
}

/// An image in a list.
#[derive(Debug)]
pub(super) struct ImageLine {
    /// The title, linked where the image is still here.
    pub image: Linked,
    pub id: String,
    pub picture: SmallPicture,
    pub dimensions: String,
    pub component: String,
    pub files: usize,
}

/// What a list shows of an image.
#[derive(Debug)]
pub(super) enum SmallPicture {
    /// The address of a small picture of it, with its columns and rows where they are known; until one was made, of its
    /// file, where every browser shows that.
    At(String, Option<[u64; 2]>),
    /// Nothing yet.
    Waiting,
    /// Nothing: it cannot be shown, or is gone.
    Nothing,
}

/// A page of the list of files.
#[derive(Debug)]
pub(super) struct Files {
    pub lines: Vec<FileLine>,
    pub paging: Paging,
    /// Bytes of all files.
    pub bytes: String,
    /// How many there are.
    pub in_words: String,
    /// The page that lists all of them, to be filtered.
    pub all: String,
    pub list: String,
    pub sums: String,
    /// How all of them are fetched.
    pub downloads: Vec<Download>,
}

/// A file in a list.
#[derive(Debug)]
pub(super) struct FileLine {
    pub file: Linked,
    pub size: String,
    pub media_type: String,
    pub image: Option<Linked>,
    pub sha256: String,
}

/// The page of a study's images that the reader turned to; nothing where it has none.
///
/// # Errors
/// [`ServeError::NotFound`] for a page that there is not.
pub(super) fn images(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
    study: &Study,
    turned: &Turned,
) -> Result<Option<Images>, ServeError> {
    if study.images.is_empty() {
        return Ok(None);
    }
    let paging = turned_to(turned.images, study.images.len() as u64, IMAGES, |page| {
        format!("?images={page}&files={}#images", turned.files.unwrap_or(1))
    })?;
    let first = usize::try_from(paging.before).unwrap_or(usize::MAX);
    let on_page = study.images.iter().skip(first).take(IMAGES as usize);
    let lines = image_lines(state, connection, resolved, study, on_page)?;
    let mut places = study.images.iter().filter_map(Image::in_plate);
    let has_wells = places.any(|place| place.well.is_some());
    let plates = format!("id/{}/plates", resolved.versioned());
    Ok(Some(Images {
        in_words: words::count(paging.total, "image", "images"),
        plates: has_wells.then(|| state.path(&plates)),
        lines,
        paging,
    }))
}

/// Images of a study as they stand in a gallery.
///
/// # Errors
/// When the database or the disk cannot be read.
pub(super) fn image_lines<'a>(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
    study: &Study,
    images: impl Iterator<Item = &'a Image>,
) -> Result<Vec<ImageLine>, ServeError> {
    images
        .map(|image| image_line(state, connection, resolved, study, image))
        .collect()
}

/// The accession of an image: of several in one file, those stand in the order of the images.
fn id_of(study: &Study, image: &Image, row: &FileRow) -> Option<String> {
    let column = row.image.as_deref()?;
    let has_file = |other: &&Image| other.files.iter().any(|path| path.as_str() == row.path);
    let before = match column.contains(' ') {
        true => {
            let before = study
                .images
                .iter()
                .take_while(|other| other.key != image.key);
            before.filter(has_file).count()
        }
        false => 0,
    };
    images_in(column).nth(before).map(str::to_owned)
}

fn image_line(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
    study: &Study,
    image: &Image,
) -> Result<ImageLine, ServeError> {
    let row = match image.files.first() {
        Some(path) => file::find(
            connection,
            resolved.id.as_str(),
            resolved.version(),
            path.as_str(),
        )?,
        None => None,
    };
    let id = row.as_ref().and_then(|row| id_of(study, image, row));
    let (Some(row), Some(id)) = (row, id) else {
        return Ok(shown(None, "no longer here".to_owned(), study, image));
    };
    let Some(link) = image_link(state, connection, resolved, &id)? else {
        return Ok(withdrawn(id));
    };
    let derived = derived_picture(state, connection, resolved, &id)?;
    let mut line = shown(link.href, id, study, image);
    line.picture = match (derived, picture(state, resolved, &row)) {
        (SmallPicture::Waiting | SmallPicture::Nothing, Some(path)) => {
            let size = image.pixels.as_ref();
            SmallPicture::At(path, size.map(|size| [size.size_x, size.size_y]))
        }
        (derived, _) => derived,
    };
    Ok(line)
}

/// The picture that was made of an image, as the version of its study has it.
fn derived_picture(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
    id: &str,
) -> Result<SmallPicture, ServeError> {
    let versions = record::versions(connection, id)?;
    let Some(row) = version_of_image(&versions, resolved) else {
        return Ok(SmallPicture::Nothing);
    };
    let version = row.version.unsigned_abs();
    Ok(
        match derive::progress(&state.archive, connection, id, version)? {
            Progress::Ready(_, made) => {
                let (width, height) = fit(made.width, made.height, SIDES[1]);
                let size = [u64::from(width), u64::from(height)];
                let path = picture_of(state, id, version, &made, SIDES[1]);
                SmallPicture::At(path, Some(size))
            }
            Progress::Waiting => SmallPicture::Waiting,
            Progress::NotMade | Progress::Unreadable(_) => SmallPicture::Nothing,
        },
    )
}

/// A picture of at most so many bytes is shown in the list as it is.
const LARGEST_PICTURE: i64 = 250_000;

/// The address of a file that a browser shows small without being sent much.
fn picture(state: &State, resolved: &Resolved, row: &FileRow) -> Option<String> {
    let is_shown = matches!(
        row.media_type.as_str(),
        "image/png" | "image/jpeg" | "image/webp" | "image/gif"
    );
    let is_small = row.bytes <= LARGEST_PICTURE && row.content_key.is_some();
    let path = RelPath::parse(&row.path).ok()?;
    (is_shown && is_small).then(|| file_address(state, resolved, &path))
}

/// The picture that stands for a study is at most so large on its page: what people look at once.
const LARGEST_PORTRAIT: i64 = 1_000_000;

/// The address of the file that its depositor named as the picture of a study, where that is there and not too large; where none
/// was named, of a picture of its first image.
///
/// # Errors
/// When the database cannot be read.
pub(super) fn portrait(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
    study: &Study,
) -> Result<Option<String>, ServeError> {
    let (id, version) = (resolved.id.as_str(), resolved.version());
    let Some(path) = &study.thumbnail else {
        // older versions may have had another first image
        return match version == resolved.latest() {
            true => first_picture(state, connection, id, SIDES[2]),
            false => Ok(None),
        };
    };
    let row = file::find(connection, id, version, path.as_str())?;
    let row = row.filter(|row| row.bytes <= LARGEST_PORTRAIT && row.content_key.is_some());
    Ok(row.map(|_| file_address(state, resolved, path)))
}

fn file_address(state: &State, resolved: &Resolved, path: &RelPath) -> String {
    state.path(&format!(
        "id/{}/files/{}",
        resolved.versioned(),
        in_address(path)
    ))
}

/// Where an image of this version is: on the page of the newest version the image itself, on that of an older one the
/// image as it then was. Nothing where it was withdrawn or redacted.
fn image_link(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
    id: &str,
) -> Result<Option<Linked>, ServeError> {
    if is_withdrawn(connection, id)? {
        return Ok(None);
    }
    let versions = record::versions(connection, id)?;
    Ok(match version_of_image(&versions, resolved) {
        Some(row) if row.redacted => None,
        Some(row) if resolved.version() < resolved.latest() => Some(Linked::to(
            id,
            state.path(&format!("id/{id}.{}", row.version)),
        )),
        _ => Some(Linked::to(id, state.path(&format!("id/{id}")))),
    })
}

/// Whether an image was withdrawn, and not merely left out by a newer version of its study.
fn is_withdrawn(connection: &mut Connection, id: &str) -> Result<bool, ServeError> {
    let gone = standing::of(connection, id)?.filter(StandingRow::is_gone);
    Ok(gone
        .is_some_and(|row| !Accession::parse(id).is_ok_and(|id| resolve::is_superseded(&id, &row))))
}

/// The version of an image that a version of its study has: the newest one announced before the study's next version.
fn version_of_image<'a>(versions: &'a [RecordRow], study: &Resolved) -> Option<&'a RecordRow> {
    let next = study
        .versions
        .iter()
        .find(|row| row.version > study.row.version)
        .map_or(i64::MAX, |row| row.log_index);
    versions.iter().rfind(|row| row.log_index < next)
}

fn shown(href: Option<String>, id: String, study: &Study, image: &Image) -> ImageLine {
    ImageLine {
        image: Linked {
            text: if image.title.is_empty() {
                id.clone()
            } else {
                Title::of(image.title.as_str()).in_line().into_owned()
            },
            href,
        },
        id,
        picture: SmallPicture::Nothing,
        dimensions: image.pixels.as_ref().map(dimensions).unwrap_or_default(),
        component: study
            .components
            .get(image.component)
            .map(|component| Title::of(component.title.as_str()).in_line().into_owned())
            .unwrap_or_default(),
        files: usize::try_from(image.file_count()).unwrap_or(usize::MAX),
    }
}

/// What is gone keeps its number and says nothing more.
fn withdrawn(id: String) -> ImageLine {
    ImageLine {
        image: Linked::text("withdrawn"),
        id,
        picture: SmallPicture::Nothing,
        dimensions: String::new(),
        component: String::new(),
        files: 0,
    }
}

/// `2048 × 2048, 12 planes, 3 channels, uint16`.
fn dimensions(pixels: &Pixels) -> String {
    let size = size_in_pixels(Some(pixels.size_x), Some(pixels.size_y));
    let several = |size: Option<u64>, one: &str, many: &str| {
        size.filter(|size| *size > 1)
            .map(|size| words::count(size, one, many))
    };
    // nobody counts the three of a picture in colours
    let channels = pixels.size_c.filter(|_| !pixels.is_colour);
    let parts = [
        size,
        several(pixels.size_z, "plane", "planes"),
        several(channels, "channel", "channels"),
        several(pixels.size_t, "time point", "time points"),
        pixels.is_colour.then(|| "colour".to_owned()),
        pixels.pixel_type.clone(),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(", ")
}

/// The page of a study's files that the reader turned to; nothing for a catalogued study.
///
/// # Errors
/// [`ServeError::NotFound`] for a page that there is not.
pub(super) fn files(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
    study: &Study,
    turned: &Turned,
) -> Result<Option<Files>, ServeError> {
    if study.is_catalogued() {
        return Ok(None);
    }
    let sums = file::sums(connection, resolved.id.as_str(), resolved.version(), "")?;
    let paging = turned_to(turned.files, sums.files, FILES, |page| {
        format!("?images={}&files={page}#files", turned.images.unwrap_or(1))
    })?;
    let rows = file::page(
        connection,
        resolved.id.as_str(),
        resolved.version(),
        "",
        FILES,
        paging.before,
    )?;
    let at = |below: &str| state.path(&format!("id/{}/{below}", resolved.versioned()));
    Ok(Some(Files {
        lines: rows
            .iter()
            .map(|row| file_line(state, connection, resolved, row))
            .collect::<Result<_, _>>()?,
        paging,
        bytes: words::bytes(sums.bytes),
        in_words: words::count(sums.files, "file", "files"),
        all: at("files"),
        list: at("files.tsv"),
        sums: at("sha256sums.txt"),
        downloads: downloads(state, connection, resolved)?,
    }))
}

/// A file as a list shows it; one that went with its image leads nowhere.
pub(super) fn file_line(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
    row: &FileRow,
) -> Result<FileLine, ServeError> {
    let column = row.image.as_deref().unwrap_or_default();
    let image = match images_in(column).next() {
        Some(id) => {
            Some(image_link(state, connection, resolved, id)?.unwrap_or_else(|| Linked::text(id)))
        }
        None => None,
    };
    let more = images_in(column).count().saturating_sub(1);
    let image = image.map(|linked| match more {
        0 => linked,
        more => Linked {
            text: format!("{} and {more} more", linked.text),
            ..linked
        },
    });
    let is_here =
        row.content_key.is_some() && standing::withdrawn_among(connection, column)?.is_none();
    let address = RelPath::parse(&row.path).ok().filter(|_| is_here);
    let href = address.map(|path| file_address(state, resolved, &path));
    Ok(FileLine {
        file: Linked {
            text: row.path.clone(),
            href,
        },
        size: words::bytes(row.bytes.unsigned_abs()),
        media_type: row.media_type.clone(),
        image,
        sha256: row.sha256.clone(),
    })
}

/// How all files are fetched with programs that people have; nothing where the list of them was erased.
pub(super) fn downloads(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
) -> Result<Vec<Download>, ServeError> {
    let stem = resolved.versioned();
    let place = manifest::find(connection, resolved.id.as_str(), resolved.version())?;
    let digest = place.and_then(|place| Digest::parse(&place.sha256).ok());
    let home = state.address(&format!("id/{stem}"));
    Ok(digest
        .map(|digest| ::web::page::downloads(&home, &stem, &digest))
        .unwrap_or_default())
}

/// How to check files that were fetched.
pub(super) fn file_commands(state: &State, resolved: &Resolved) -> String {
    let at = |below: &str| state.address(&format!("id/{}/{below}", resolved.versioned()));
    format!(
        "# the list of all files; the signed record above states its SHA-256 (omma:manifest)\ncurl -O {}\nsha256sum files.tsv\n\n# in the folder that holds the files\ncurl -O {}\nsha256sum -c sha256sums.txt\n",
        at("files.tsv"),
        at("sha256sums.txt")
    )
}

#[cfg(test)]
mod tests {
    use super::dimensions;
    use crate::study::Pixels;

    #[test]
    fn dimensions_say_what_the_header_says() {
        let pixels = Pixels {
            size_x: 2048,
            size_y: 1024,
            pixel_type: Some("uint16".to_owned()),
            ..Pixels::default()
        };
        assert_eq!(dimensions(&pixels), "2048 \u{d7} 1024, uint16");
        let stack = Pixels {
            size_z: Some(12),
            size_c: Some(3),
            size_t: Some(1),
            ..pixels
        };
        assert_eq!(
            dimensions(&stack),
            "2048 \u{d7} 1024, 12 planes, 3 channels, uint16"
        );
    }
}
