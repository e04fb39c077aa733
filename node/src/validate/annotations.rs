//! Annotations: of a type that is known, fitting the images that they are made from, and marking something that is read.

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::sync::Arc;

use super::deposited_files::DepositedFiles;
use super::plates::told;
use super::report::Report;
use crate::deposit::{DepositedFile, nearest};
use crate::image::{
    ByFormat, Description, ImageError, ImageFiles, Images, PixelSource, Sizes, is_zarr_zip,
    label_misfits, zarr, zarr_folder,
};
use crate::marks::ome_xml::look_through;
use crate::marks::{self, Form, MarksError, PixelSize};
use crate::relative_path::RelPath;
use crate::study::{
    AnnotationFile, AnnotationSet, Image, MIFA_TYPES, SEGMENTATION_MASK, Study, mifa_type,
};

/// Checks all sets, and writes their types as MIFA does.
pub(super) fn check(study: &mut Study, files: &[DepositedFile], report: &mut Report) {
    for (index, set) in study.annotations.iter_mut().enumerate() {
        kind(&format!("annotations[{index}]"), set, report);
    }
    if files.is_empty() {
        return;
    }
    let deposited = DepositedFiles::of(files);
    let sources = Sources::of(study);
    // those that lie in an image's own files were looked through before
    let own: HashSet<&RelPath> = study.images.iter().filter_map(regions_in).collect();
    for (index, set) in study.annotations.iter().enumerate() {
        let path = format!("annotations[{index}]");
        let mut found = Found::default();
        for file in &set.files {
            if set.annotation_type.as_deref() == Some(SEGMENTATION_MASK) {
                found.label_image(file, &deposited, &sources);
            }
            if let Some(form) = Form::of(file.file.as_str())
                && !own.contains(&file.file)
                && let Some(deposited) = deposited.find(&file.file)
            {
                let pixel = sources.pixel_of(file.source.as_ref());
                found.marks(form, deposited, &pixel);
            }
        }
        told(found.misfits, |message| report.graded(&path, message));
        told(found.unreadable, |message| report.warning(&path, message));
    }
}

fn kind(path: &str, set: &mut AnnotationSet, report: &mut Report) {
    let Some(given) = set.annotation_type.as_deref() else {
        report.warning(
            path,
            format!(
                "the annotations {:?} have no type; give one of {}",
                set.title,
                MIFA_TYPES.join(", ")
            ),
        );
        return;
    };
    if let Some(known) = mifa_type(given) {
        set.annotation_type = Some(known.to_owned());
        return;
    }
    let advice = match nearest(given, MIFA_TYPES.into_iter()) {
        Some(near) => format!("did you mean {near:?}?"),
        None => format!("it must be one of {}", MIFA_TYPES.join(", ")),
    };
    report.graded(
        path,
        format!("{given:?} is not a type of annotation that MIFA lists; {advice}"),
    );
}

/// The file that describes regions of an image, where one of its own does.
fn regions_in(image: &Image) -> Option<&RelPath> {
    let regions = image.pixels.as_ref()?.regions.as_ref()?;
    Some(&regions.file)
}

/// An error where some of the regions of a document are not understood; the others are shown.
fn left_out(bytes: &[u8]) -> Result<(), MarksError> {
    let text = String::from_utf8_lossy(bytes);
    let found = look_through(&text, &HashMap::from([(0, [u64::MAX; 4])]))?;
    let Some(why) = found.values().find_map(|found| found.why.clone()) else {
        return Ok(());
    };
    Err(MarksError::NotUnderstood(format!(
        "{why} (of some of its regions)"
    )))
}

/// What is wrong with the files of a set.
#[derive(Default)]
struct Found {
    misfits: Vec<String>,
    unreadable: Vec<String>,
}

impl Found {
    /// A label image, and whether it fits its source. What is no image by its name or first bytes is a file like others.
    fn label_image(&mut self, file: &AnnotationFile, files: &Arc<DepositedFiles>, of: &Sources) {
        let path = &file.file;
        let is_image = zarr_folder(path).is_some()
            || is_zarr_zip(path)
            || files
                .find(path)
                .is_some_and(|file| file.media_type.starts_with("image/"));
        if !is_image {
            return;
        }
        let label = match open_label(files, path) {
            Ok(label) => label,
            Err(error) => {
                let message = format!("{path} cannot be read as a label image: {error}");
                return self.unreadable.push(message);
            }
        };
        let Some(source) = &file.source else { return };
        // an image that cannot be read has findings of its own
        let Some(image) = of.0.get(source) else {
            return;
        };
        let misfits = label_misfits(&label, image).into_iter();
        self.misfits
            .extend(misfits.map(|misfit| format!("the label image {path} {misfit} ({source})")));
    }

    /// A table or regions: whether they are understood, so that they can be shown.
    fn marks(&mut self, form: Form, file: &DepositedFile, pixel: &PixelSize) {
        let read = || -> Result<(), MarksError> {
            let broken = |error: std::io::Error| MarksError::NotUnderstood(error.to_string());
            let mut bytes = Vec::new();
            file.open()
                .map_err(broken)?
                .take(form.most_bytes() + 1)
                .read_to_end(&mut bytes)
                .map_err(broken)?;
            marks::read(form, &bytes, pixel)?;
            match form {
                Form::OmeXml => left_out(&bytes),
                _ => Ok(()),
            }
        };
        if let Err(error) = read() {
            self.unreadable.push(format!(
                "{} is kept as a file, and what it marks is not shown: {error}",
                file.path
            ));
        }
    }
}

fn open_label(files: &Arc<DepositedFiles>, path: &RelPath) -> Result<Description, ImageError> {
    // a label image within the OME-Zarr of an image is at its own place there
    if let Some(root) = zarr_folder(path) {
        let inside = path.as_str()[root.as_str().len()..].trim_start_matches('/');
        let inside = inside.rsplit_once('/').map_or("", |(folder, _)| folder);
        // at the top may be a layout in which the first image is further down
        if inside.is_empty() {
            return describe(files, std::slice::from_ref(path));
        }
        let files = Arc::clone(files);
        let opened = zarr::open(files, Some(root), inside, ByFormat::default().limits)?;
        return Ok(opened.description().clone());
    }
    describe(files, std::slice::from_ref(path))
}

fn describe(files: &Arc<DepositedFiles>, paths: &[RelPath]) -> Result<Description, ImageError> {
    let files = ImageFiles {
        files: Arc::clone(files) as _,
        paths: paths.to_vec(),
        number: 0,
        inside: None,
        counted: Vec::new(),
    };
    let opened = ByFormat::default().open(&files)?;
    Ok(opened.description().clone())
}

/// The sizes of the images that annotations are made from, by the images' files, as far as they are known; and those of a pixel.
struct Sources(HashMap<RelPath, Sizes>, HashMap<RelPath, PixelSize>);

impl Sources {
    fn of(study: &Study) -> Sources {
        let mut by_file = HashMap::new();
        let mut pixel_sizes = HashMap::new();
        for image in study.images.iter().filter(|image| image.is_first()) {
            let pixel = image.scale.pixel_size();
            pixel_sizes.extend(image.files.iter().map(|file| (file.clone(), pixel)));
            let Some(pixels) = &image.pixels else {
                continue;
            };
            let sizes = Sizes {
                x: pixels.size_x,
                y: pixels.size_y,
                z: pixels.size_z.unwrap_or(1),
                t: pixels.size_t.unwrap_or(1),
            };
            by_file.extend(image.files.iter().map(|file| (file.clone(), sizes)));
        }
        Sources(by_file, pixel_sizes)
    }

    /// How large a pixel of an image is, as far as it is known.
    fn pixel_of(&self, image: Option<&RelPath>) -> PixelSize {
        image
            .and_then(|image| self.1.get(image))
            .copied()
            .unwrap_or_default()
    }
}
