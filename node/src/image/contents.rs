//! Which images there are in files, and what each is.

use std::io;
use std::sync::Arc;

use super::by_format::{Format, format};
use super::zarr::{self, Plate, Well, ZipFiles};
use super::{
    ByFormat, Description, Files, ImageError, ImageFiles, PixelSource, RegionsOf, mrc, picture,
    tiff, zarr_folder,
};
use crate::relative_path::RelPath;

/// An image in files.
pub struct Held<'a> {
    /// Its number among the images there that can be read, from 0: that of [`ImageFiles`].
    pub number: usize,
    /// Where it is in an OME-Zarr; the empty path is the OME-Zarr itself.
    pub inside: Option<&'a str>,
    /// The field of a plate that it is.
    pub field: Option<&'a FieldOfPlate>,
    /// What it is.
    pub description: &'a Description,
    /// Its pixels.
    pub source: &'a dyn PixelSource,
    /// The files that it needs, the one by which it is opened first; of a folder that is an OME-Zarr, only that one.
    pub files: &'a [RelPath],
    /// Where its regions of interest are described.
    pub regions: Option<&'a RegionsOf>,
}

/// Where in a plate an image was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldOfPlate {
    /// The plate's name, where the file gives one.
    pub plate: Option<String>,
    /// Row and column: `B3`.
    pub well: String,
    /// The number of the field of view in the well, from 1.
    pub field: u64,
}

impl ByFormat {
    /// Whether the first of the files is of a format that is read here, sound or not.
    ///
    /// # Errors
    /// Whatever the disk says.
    pub fn knows(&self, image: &ImageFiles) -> io::Result<bool> {
        let Some(path) = image.paths.first() else {
            return Ok(false);
        };
        if zarr_folder(path).is_some() {
            return Ok(true);
        }
        match image.files.open(path)? {
            Some(bytes) => Ok(format(bytes.as_ref())?.is_some()),
            None => Ok(false),
        }
    }

    /// Tells of each image in the files, one after the other, so that they need not be in memory together; their `number` is
    /// of no account. Gives what in the files could not be read though they hold an image, in sentences.
    ///
    /// # Errors
    /// [`ImageError`] where no image is read from them.
    pub fn contents(
        &self,
        image: &ImageFiles,
        tell: &mut dyn FnMut(Held<'_>),
    ) -> Result<Vec<String>, ImageError> {
        let first = image.paths.first();
        let path = first.ok_or_else(|| ImageError::Unsupported("it has no file".to_owned()))?;
        if let Some(root) = zarr_folder(path) {
            return self.of_zarr(&image.files, Some(root), path, tell);
        }
        if image.paths.len() > 1 {
            let source = self.many(image)?;
            // of files that are counted each may have regions of its own
            let regions = match image.counted.is_empty() {
                true => tiff::regions_of_first(image.files.as_ref(), path, &self.limits)?,
                false => None,
            };
            tell(Held {
                regions: regions.as_ref(),
                ..only(source.as_ref(), &image.paths)
            });
            return Ok(Vec::new());
        }
        let bytes = image.files.open(path)?;
        let bytes = bytes.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        match format(bytes.as_ref())? {
            Some(Format::Tiff) => {
                let opened = tiff::open(Arc::clone(&image.files), path, &self.limits)?;
                let of_images = opened.files_of.iter().zip(&opened.regions);
                for (number, (image, (files, regions))) in
                    opened.images.iter().zip(of_images).enumerate()
                {
                    tell(Held {
                        number,
                        inside: None,
                        field: None,
                        description: image.description(),
                        source: image.as_ref(),
                        files,
                        regions: regions.as_ref(),
                    });
                }
            }
            Some(Format::Png | Format::Jpeg) => {
                one(
                    &picture::open_unseen(bytes, self.limits)?,
                    &image.paths,
                    tell,
                );
            }
            Some(Format::Mrc) => one(&mrc::open(bytes, self.limits)?, &image.paths, tell),
            Some(Format::Zip) => {
                let files = ZipFiles::open(bytes, self.limits)?;
                let root = files.root();
                let files: Arc<dyn Files> = Arc::new(files);
                return self.of_zarr(&files, root, path, tell);
            }
            None => {
                return Err(ImageError::Unsupported(format!(
                    "its file {} has another format",
                    path.file_name()
                )));
            }
        }
        Ok(Vec::new())
    }

    /// The images of an OME-Zarr. One that cannot be read is left out, unless there is no other.
    fn of_zarr(
        &self,
        files: &Arc<dyn Files>,
        root: Option<RelPath>,
        path: &RelPath,
        tell: &mut dyn FnMut(Held<'_>),
    ) -> Result<Vec<String>, ImageError> {
        let contents = zarr::contents(Arc::clone(files), root.clone(), self.limits)?;
        // a plate's images are its fields, in their order
        let fields = contents.plate.as_ref().map_or(Vec::new(), fields_of);
        let mut warnings = contents.plate.map_or(Vec::new(), |plate| plate.warnings);
        let (mut read, mut failures, mut failure) = (0, 0, None);
        for (number, inside) in contents.images.iter().enumerate() {
            match zarr::open(Arc::clone(files), root.clone(), inside, self.limits) {
                Ok(image) => {
                    read += 1;
                    tell(Held {
                        number,
                        inside: Some(inside),
                        field: fields.get(number),
                        description: image.description(),
                        source: &image,
                        files: std::slice::from_ref(path),
                        regions: None,
                    });
                }
                Err(ImageError::Read(error)) => return Err(ImageError::Read(error)),
                Err(error) => {
                    failures += 1;
                    failure.get_or_insert(error);
                }
            }
        }
        match failure {
            Some(failure) if read == 0 => return Err(failure),
            Some(failure) => warnings.push(format!(
                "{failures} of its {} images are left out, the first of them because {failure}",
                contents.images.len()
            )),
            None if read == 0 => {
                return Err(ImageError::broken("OME-Zarr", "it lists no images"));
            }
            None => {}
        }
        Ok(warnings)
    }
}

fn fields_of(plate: &Plate) -> Vec<FieldOfPlate> {
    let of_well = |well: &Well| {
        let (row, column) = (&plate.rows[well.row], &plate.columns[well.column]);
        let field = |number: u64| FieldOfPlate {
            plate: plate.name.clone(),
            well: format!("{row}{column}"),
            field: number,
        };
        (1..).take(well.fields.len()).map(field).collect::<Vec<_>>()
    };
    plate.wells.iter().flat_map(of_well).collect()
}

fn one(image: &dyn PixelSource, files: &[RelPath], tell: &mut dyn FnMut(Held<'_>)) {
    tell(only(image, files));
}

fn only<'a>(image: &'a dyn PixelSource, files: &'a [RelPath]) -> Held<'a> {
    Held {
        number: 0,
        inside: None,
        field: None,
        description: image.description(),
        source: image,
        files,
        regions: None,
    }
}
