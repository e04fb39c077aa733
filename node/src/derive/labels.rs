//! Label images that were deposited beside an image, as `labels/` of its pyramid: there viewers find them and lay them over it.
//!
//! A label image is known by its name and the digest of its bytes, which are in the name of its folder: one that was changed
//! gets a new folder, and what is no longer wanted goes. `labels/zarr.json` lists those that are there, and is written last.
//! A mask that cannot be read, or does not fit, is left out: that was a finding when it was deposited.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::error::MakeError;
use super::place::Place;
use super::settings::Settings;
use super::stored_files::StudyFiles;
use super::subject::{Subjects, study_version};
use crate::database::derivation::DerivationRow;
use crate::database::{file, image, standing};
use crate::image::pyramid::{self, Options, PyramidError};
use crate::image::{
    Area, Description, ImageError, ImageFiles, Level, PixelSource, Plane, Sizes, label_misfits,
    zarr_folder,
};
use crate::relative_path::RelPath;
use crate::study::SEGMENTATION_MASK;

/// Label images that are laid over one image.
const MOST: usize = 32;

/// A label image.
pub(super) struct Label {
    /// The name of its folder: letters, digits, `-` and `_`.
    name: String,
    files: ImageFiles,
}

impl Subjects {
    /// The label images of an image, of its study as the newest version has it.
    ///
    /// # Errors
    /// Where storage or database cannot be read.
    pub fn labels(&mut self, row: &DerivationRow) -> Result<Vec<Label>, MakeError> {
        let archive = Arc::clone(&self.archive);
        let mut connection = archive.database().connection()?;
        let newest = crate::database::study::find(&mut connection, &row.study)?;
        let version = match newest {
            Some(newest) => newest.latest_version.unsigned_abs(),
            None => study_version(&mut connection, row)?,
        };
        let Some(known) = image::find(&mut connection, &row.image)? else {
            return Ok(Vec::new());
        };
        let study = match self.study(&row.study, version) {
            Ok(study) => study,
            // redacted: what lay over its images goes, and they stay
            Err(MakeError::Unreadable(_)) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let image = study.images.iter().find(|one| one.key == known.image_key);
        let annotations = image.map_or_else(Vec::new, |image| study.annotations_of(image));
        let masks = annotations
            .iter()
            .filter(|found| found.set.annotation_type.as_deref() == Some(SEGMENTATION_MASK));
        let mut labels = Vec::new();
        for mask in masks.flat_map(|found| &found.files).take(MOST) {
            let path = &mask.file;
            let stored = file::find(&mut connection, &row.study, version, path.as_str())?;
            let Some(stored) = stored.filter(|stored| stored.content_key.is_some()) else {
                continue;
            };
            // a mask that is an image by itself and was withdrawn is shown nowhere
            let column = stored.image.as_deref().unwrap_or_default();
            if standing::withdrawn_among(&mut connection, column)?.is_some() {
                continue;
            }
            // an OME-Zarr of labels has levels of its own, and no single file whose digest names it
            if zarr_folder(path).is_some() || !stored.media_type.starts_with("image/") {
                continue;
            }
            labels.push(Label {
                name: name(path, &stored.sha256),
                files: ImageFiles {
                    files: Arc::new(StudyFiles {
                        archive: Arc::clone(&archive),
                        study: row.study.clone(),
                        version,
                    }),
                    paths: vec![path.clone()],
                    number: 0,
                    inside: None,
                    counted: Vec::new(),
                },
            });
        }
        Ok(labels)
    }
}

/// `field-1_nuclei-3c8fc620`.
fn name(path: &RelPath, sha256: &str) -> String {
    let stem = path.file_name().split('.').next().unwrap_or_default();
    let letters = stem.chars().map(|letter| match letter {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' => letter,
        _ => '_',
    });
    let letters: String = letters.take(60).collect();
    format!("{letters}-{}", sha256.get(..8).unwrap_or(sha256))
}

/// Whether a label image has the name that one has that was made of a file.
pub fn is_label_of(label: &str, path: &RelPath) -> bool {
    let digits = label.strip_prefix(&name(path, ""));
    digits.is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

/// Writes those that are not there yet below the pyramid of the image, and lists them.
///
/// # Errors
/// [`MakeError`]: the disk, or it was told to stop. What is wrong with a label image is none.
pub(super) fn write(
    labels: &[Label],
    place: &Place,
    settings: &Settings,
    is_to_stop: &(dyn Fn() -> bool + Sync),
) -> Result<(), MakeError> {
    let folder = place.labels();
    // where the OME-Zarr that was deposited is shown, its own labels are
    let has_pyramid = place.pyramid().exists();
    if !has_pyramid || (labels.is_empty() && !folder.exists()) {
        return Ok(());
    }
    let failed = |error: io::Error| MakeError::of_disk(&folder, error);
    fs::create_dir_all(&folder).map_err(failed)?;
    pyramid::remove_leftovers(&folder).map_err(failed)?;
    let image = place.open_pyramid()?;
    let mut written = Vec::new();
    for label in labels {
        let target = folder.join(&label.name);
        if !target.exists() {
            let Some(source) = readable(label, settings, image.description())? else {
                continue;
            };
            let options = Options {
                memory_bytes: settings.memory_bytes,
                threads: settings.threads,
                is_label: true,
                is_to_stop,
            };
            match pyramid::write(source.as_ref(), &target, &options) {
                Ok(_) => {}
                Err(PyramidError::Image(error)) if !is_of_disk(&error) => continue,
                Err(PyramidError::TooWide { .. }) => continue,
                Err(error) => return Err(error.into()),
            }
        }
        written.push(label.name.clone());
    }
    place.write(&folder.join(GROUP), document(&written).as_bytes())?;
    remove_others(&folder, &written).map_err(failed)
}

/// What says which label images there are (OME-Zarr 0.5, "labels").
const GROUP: &str = "zarr.json";

fn document(names: &[String]) -> String {
    let group = json!({
        "zarr_format": 3,
        "node_type": "group",
        "attributes": {"ome": {"version": "0.5", "labels": names}},
    });
    format!("{group:#}\n")
}

/// The label image, opened, where it can be laid over the image.
fn readable(
    label: &Label,
    settings: &Settings,
    image: &Description,
) -> Result<Option<Arc<dyn PixelSource>>, MakeError> {
    match settings.images.open(&label.files) {
        Ok(source) => {
            let fits = label_misfits(source.description(), &Sizes::of(image)).is_empty();
            Ok(fits.then(|| Aligned::with(source, image)))
        }
        Err(error) if is_of_disk(&error) => Err(error.into()),
        Err(_) => Ok(None),
    }
}

/// A label image whose pixels are as large as those of its image: masks are seldom told how large theirs are, and viewers that
/// go by sizes would lay them beside the image.
struct Aligned {
    source: Arc<dyn PixelSource>,
    description: Description,
}

impl Aligned {
    fn with(source: Arc<dyn PixelSource>, image: &Description) -> Arc<dyn PixelSource> {
        let mut description = source.description().clone();
        for axis in &mut description.axes {
            let mut axes = image.axes.iter();
            if let Some(same) = axes.find(|other| other.kind == axis.kind) {
                axis.step = same.step.clone();
            }
        }
        Arc::new(Aligned {
            source,
            description,
        })
    }
}

impl PixelSource for Aligned {
    fn description(&self) -> &Description {
        &self.description
    }

    fn levels(&self) -> &[Level] {
        self.source.levels()
    }

    fn read(
        &self,
        level: usize,
        plane: &Plane,
        area: Area,
        buffer: &mut [u8],
    ) -> Result<(), ImageError> {
        self.source.read(level, plane, area, buffer)
    }
}

/// Whether the disk failed, and not the file: one that ends too early is no fault of the disk.
fn is_of_disk(error: &ImageError) -> bool {
    let ImageError::Read(cause) = error else {
        return false;
    };
    !matches!(
        cause.kind(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData
    )
}

fn remove_others(folder: &Path, wanted: &[String]) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_wanted = wanted.iter().any(|wanted| name == wanted.as_str());
        if entry.file_type()?.is_dir() && !is_wanted && !name.to_string_lossy().starts_with('.') {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

impl Place {
    /// The names of the label images below the pyramid, as they are listed there; none where there is no list.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn label_names(&self) -> io::Result<Vec<String>> {
        let text = match fs::read(self.labels().join(GROUP)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        // we wrote it; what cannot be read lists nothing
        let group: Value = serde_json::from_slice(&text).unwrap_or_default();
        let names = group["attributes"]["ome"]["labels"].as_array();
        let names = names.into_iter().flatten().filter_map(Value::as_str);
        Ok(names.map(str::to_owned).collect())
    }

    /// Removes all label images below the pyramid; whether there were any.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(super) fn remove_labels(&self) -> io::Result<bool> {
        match fs::remove_dir_all(self.labels()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn labels(&self) -> std::path::PathBuf {
        self.pyramid().join("labels")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Aligned, is_label_of, name};
    use crate::image::{
        Area, Axis, AxisKind, Description, ImageError, Length, Level, PixelSource, PixelType, Plane,
    };
    use crate::relative_path::RelPath;

    struct Described(Description);

    impl PixelSource for Described {
        fn description(&self) -> &Description {
            &self.0
        }

        fn levels(&self) -> &[Level] {
            &[]
        }

        fn read(&self, _: usize, _: &Plane, _: Area, _: &mut [u8]) -> Result<(), ImageError> {
            Ok(())
        }
    }

    fn described(axes: &[(AxisKind, Option<f64>)]) -> Description {
        let axis = |(kind, step): &(AxisKind, Option<f64>)| Axis {
            kind: kind.clone(),
            size: 2,
            step: step.map(|value| Length {
                value,
                unit: Some("micrometer".to_owned()),
            }),
        };
        Description {
            name: None,
            format: "TIFF",
            axes: axes.iter().map(axis).collect(),
            pixel_type: PixelType::Uint8,
            significant_bits: 8,
            is_colour: false,
            channels: Vec::new(),
            acquired: None,
            instrument: None,
            objective: None,
            warnings: Vec::new(),
        }
    }

    #[test]
    fn a_mask_has_pixels_as_large_as_those_of_its_image() {
        use AxisKind::{C, X, Y, Z};
        let image = described(&[(C, None), (Z, Some(0.5)), (Y, Some(0.1)), (X, Some(0.2))]);
        let mask = described(&[(Y, None), (X, Some(7.0))]);
        let aligned = Aligned::with(Arc::new(Described(mask)), &image);
        assert_eq!(aligned.description().axes, image.axes[2..]);
    }

    #[test]
    fn the_name_of_a_mask_is_plain_and_changes_with_its_bytes() {
        let path = RelPath::parse("masks/Feld 1 (Kerne).ome.tif").expect("a path");
        let named = |digest: &str| name(&path, &digest.repeat(32));
        assert_eq!(named("ab"), "Feld_1__Kerne_-abababab");
        assert_ne!(named("ab"), named("ac"));
        assert!(is_label_of(&named("ab"), &path));
        let other = RelPath::parse("masks/Feld 1.tif").expect("a path");
        assert!(!is_label_of(&named("ab"), &other));
    }
}
