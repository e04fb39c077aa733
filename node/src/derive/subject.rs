//! Which files an image consists of, by what log and storage say.

use std::sync::Arc;

use super::error::MakeError;
use super::stated::Stated;
use super::stored_files::StudyFiles;
use crate::archive::Archive;
use crate::database::derivation::DerivationRow;
use crate::database::{Connection, file, image, record};
use crate::deposit::imaging::counted_axis;
use crate::image::ImageFiles;
use crate::relative_path::RelPath;
use crate::study::{Image, Study};
use crate::study_object::StudyObject;

/// Finds the files of images; keeps the study that it looked into last, since its images come one after the other.
pub(super) struct Subjects {
    pub(super) archive: Arc<Archive>,
    last: Option<(String, u64, Arc<Study>)>,
}

impl Subjects {
    /// Of an archive.
    pub fn new(archive: Arc<Archive>) -> Subjects {
        Subjects {
            archive,
            last: None,
        }
    }

    /// The files of an image, whether they are to be converted, and what is stated of it.
    ///
    /// # Errors
    /// Where it has none here, or storage or database cannot be read.
    pub fn find(&mut self, row: &DerivationRow) -> Result<Subject, MakeError> {
        let archive = Arc::clone(&self.archive);
        let mut connection = archive.database().connection()?;
        let version = study_version(&mut connection, row)?;
        let known = image::find(&mut connection, &row.image)?.ok_or_else(|| unknown(row))?;
        let study = self.study(&row.study, version)?;
        let image = study.images.iter().find(|one| one.key == known.image_key);
        let image = image.ok_or_else(|| unknown(row))?;
        let first = image.files.first().map(RelPath::as_str);
        let stored = file::find(
            &mut connection,
            &row.study,
            version,
            first.unwrap_or_default(),
        )?;
        if stored.and_then(|stored| stored.content_key).is_none() {
            return Err(MakeError::Unreadable(
                "its files are not kept here".to_owned(),
            ));
        }
        Ok(Subject {
            files: files_of(&archive, &row.study, version, image),
            version,
            is_converted: is_converted(image),
            stated: Stated::of(image),
        })
    }

    /// A version of a study.
    ///
    /// # Errors
    /// Where its description was removed, or the storage cannot be read.
    pub(super) fn study(&mut self, id: &str, version: u64) -> Result<Arc<Study>, MakeError> {
        if let Some((known, at, study)) = &self.last
            && (known.as_str(), *at) == (id, version)
        {
            return Ok(Arc::clone(study));
        }
        let iri = format!("{}{id}", self.archive.config().namespace);
        let other =
            |error: crate::study_object::StudyObjectError| MakeError::Other(error.to_string());
        let object = StudyObject::open(&self.archive, &iri, version).map_err(other)?;
        let stored = object.study().map_err(other)?;
        let (study, _) = stored.ok_or_else(|| {
            MakeError::Unreadable("the description of its study was removed".to_owned())
        })?;
        let study = Arc::new(study);
        self.last = Some((id.to_owned(), version, Arc::clone(&study)));
        Ok(study)
    }
}

/// What is to be made ready to be looked at.
pub(super) struct Subject {
    /// Its files, as they were deposited.
    pub files: ImageFiles,
    /// The version of its study.
    pub version: u64,
    /// Whether its pixels can be read by way of a converter alone.
    pub is_converted: bool,
    /// What its study states of it.
    pub stated: Stated,
}

/// Whether what is said of an image was read by way of a converter, and its pixels can be read in no other.
pub fn is_converted(image: &Image) -> bool {
    let pixels = image.pixels.as_ref();
    pixels.is_some_and(|pixels| pixels.converter.is_some())
}

/// The files of an image in a version of its study, as readers of images want them.
pub fn files_of(archive: &Arc<Archive>, study: &str, version: u64, image: &Image) -> ImageFiles {
    let counted = image.counted.iter().map(counted_axis);
    let number = image.series.as_ref().map_or(0, |series| series.number);
    ImageFiles {
        files: Arc::new(StudyFiles {
            archive: Arc::clone(archive),
            study: study.to_owned(),
            version,
        }),
        paths: image.files.clone(),
        number: usize::try_from(number).unwrap_or(usize::MAX),
        inside: image.series.as_ref().and_then(|series| series.path.clone()),
        counted: counted.collect(),
    }
}

/// The version of the study with which the image's version was announced.
pub(super) fn study_version(
    connection: &mut Connection,
    row: &DerivationRow,
) -> Result<u64, MakeError> {
    let image = record::version(connection, &row.image, row.version.unsigned_abs())?;
    let image = image.ok_or_else(|| unknown(row))?;
    record::announced_with(connection, &row.study, &image)?
        .map(|study| study.version.unsigned_abs())
        .ok_or_else(|| unknown(row))
}

fn unknown(row: &DerivationRow) -> MakeError {
    MakeError::Other(format!(
        "the database does not know {}.{} any more; run omma-node check",
        row.image, row.version
    ))
}
