//! Opens images by what their files are, whatever they are called.

use std::io;
use std::sync::Arc;

use super::sequence::{Counted, OPEN_PARTS, Sequence};
use super::zarr::{self, ZipFiles};
use super::{
    AxisKind, Bytes, Files, ImageError, ImageFiles, Images, Limits, PixelSource, mrc, picture, tiff,
};
use crate::relative_path::RelPath;

/// Bytes at the beginning of a file by which its format is known: the header of an MRC file is the longest.
const BEGINNING: usize = 1024;

/// Reads the files of images as they were deposited.
#[derive(Debug, Clone, Copy, Default)]
pub struct ByFormat {
    /// What readers allow themselves.
    pub limits: Limits,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// TIFF or BigTIFF, or OME-XML that names such files.
    Tiff,
    Png,
    Jpeg,
    Mrc,
    /// A zip, with an OME-Zarr in it.
    Zip,
}

impl Images for ByFormat {
    fn open(&self, image: &ImageFiles) -> Result<Arc<dyn PixelSource>, ImageError> {
        let first = image.paths.first();
        let path = first.ok_or_else(|| ImageError::Unsupported("it has no file".to_owned()))?;
        if image.paths.len() > 1 && zarr_folder(path).is_none() {
            return self.many(image);
        }
        self.single(image, path)
    }
}

impl ByFormat {
    /// A file, or a folder that is an OME-Zarr.
    fn single(
        &self,
        image: &ImageFiles,
        path: &RelPath,
    ) -> Result<Arc<dyn PixelSource>, ImageError> {
        if let Some(root) = zarr_folder(path) {
            return self.zarr(Arc::clone(&image.files), Some(root), image);
        }
        let bytes = image.files.open(path)?;
        let bytes = bytes.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        match format(bytes.as_ref())? {
            Some(Format::Tiff) => {
                let opened = tiff::open(Arc::clone(&image.files), path, &self.limits)?;
                nth(opened.images, image.number)
            }
            Some(Format::Png) => only(picture::open_png(bytes, self.limits)?, image.number),
            Some(Format::Jpeg) => only(picture::open_jpeg(bytes, self.limits)?, image.number),
            Some(Format::Mrc) => only(mrc::open(bytes, self.limits)?, image.number),
            Some(Format::Zip) => {
                let files = ZipFiles::open(bytes, self.limits)?;
                let root = files.root();
                self.zarr(Arc::new(files), root, image)
            }
            None => Err(ImageError::Unsupported(format!(
                "its file {} has another format",
                path.file_name()
            ))),
        }
    }

    /// Many files that are one image: each says of itself that they are one image, or their names say it.
    pub(super) fn many(&self, image: &ImageFiles) -> Result<Arc<dyn PixelSource>, ImageError> {
        let first = self.single(image, &image.paths[0])?;
        let axes = &first.description().axes;
        let size = |kind: &AxisKind| {
            let axis = axes.iter().find(|axis| axis.kind == *kind);
            axis.map_or(1, |axis| axis.size)
        };
        let counted = &image.counted;
        let is_whole = |axis: &Counted| size(&axis.kind) == axis.names.len() as u64;
        // an axis of the same length is no proof: three files of red, green and blue each are not one file of three channels
        if counted.iter().all(is_whole) && self.is_set(image)? {
            return Ok(first);
        }
        let places = counted.iter().try_fold(1, |places: usize, axis| {
            places.checked_mul(axis.names.len())
        });
        if counted.is_empty() || places != Some(image.paths.len()) {
            return Err(ImageError::Unsupported(format!(
                "it consists of {} files that do not say how they belong together",
                image.paths.len()
            )));
        }
        let (mut reader, parts) = (*self, image.clone());
        // several are open at a time, each with what it keeps
        reader.limits.cache_bytes /= OPEN_PARTS as u64;
        let open_part = move |number: usize| reader.single(&parts, &parts.paths[number]);
        let sequence = Sequence::new(counted, Box::new(open_part))?;
        Ok(Arc::new(sequence))
    }

    /// Whether the first file is one of a set that has all the others, by what it says itself.
    fn is_set(&self, image: &ImageFiles) -> Result<bool, ImageError> {
        let path = &image.paths[0];
        let Some(bytes) = image.files.open(path)? else {
            return Ok(false);
        };
        if format(bytes.as_ref())? != Some(Format::Tiff) {
            return Ok(false);
        }
        let opened = tiff::open(Arc::clone(&image.files), path, &self.limits)?;
        Ok(image.paths.iter().all(|path| opened.files.contains(path)))
    }

    fn zarr(
        &self,
        files: Arc<dyn Files>,
        root: Option<RelPath>,
        image: &ImageFiles,
    ) -> Result<Arc<dyn PixelSource>, ImageError> {
        let path = match &image.inside {
            Some(path) => path.clone(),
            None => {
                let contents = zarr::contents(Arc::clone(&files), root.clone(), self.limits)?;
                nth(contents.images, image.number)?
            }
        };
        Ok(Arc::new(zarr::open(files, root, &path, self.limits)?))
    }
}

/// The folder of the OME-Zarr that a file is in: the outermost that is named so.
pub fn zarr_folder(path: &RelPath) -> Option<RelPath> {
    let parts: Vec<&str> = path.as_str().split('/').collect();
    let place = parts[..parts.len() - 1]
        .iter()
        .position(|part| part.to_ascii_lowercase().ends_with(".zarr"))?;
    RelPath::parse(&parts[..=place].join("/")).ok()
}

/// Whether a file is an OME-Zarr in a zip, by its name.
pub fn is_zarr_zip(path: &RelPath) -> bool {
    path.file_name().to_ascii_lowercase().ends_with(".zarr.zip")
}

pub(super) fn format(bytes: &dyn Bytes) -> io::Result<Option<Format>> {
    let mut beginning = [0; BEGINNING];
    let length = bytes.size().min(BEGINNING as u64) as usize;
    bytes.read_at(0, &mut beginning[..length])?;
    Ok(format_of(&beginning[..length]))
}

fn format_of(beginning: &[u8]) -> Option<Format> {
    let marks: [(&[u8], Format); 9] = [
        (b"II*\0", Format::Tiff),
        (b"MM\0*", Format::Tiff),
        (b"II+\0", Format::Tiff),
        (b"MM\0+", Format::Tiff),
        (b"<", Format::Tiff),
        (b"\xef\xbb\xbf<", Format::Tiff),
        (b"\x89PNG\r\n\x1a\n", Format::Png),
        (b"\xff\xd8\xff", Format::Jpeg),
        (b"PK\x03\x04", Format::Zip),
    ];
    let marked = marks.iter().find(|(mark, _)| beginning.starts_with(mark));
    match marked {
        Some((_, format)) => Some(*format),
        None => mrc::is_mrc(beginning).then_some(Format::Mrc),
    }
}

fn only(
    source: impl PixelSource + 'static,
    number: usize,
) -> Result<Arc<dyn PixelSource>, ImageError> {
    let source: Arc<dyn PixelSource> = Arc::new(source);
    nth(vec![source], number)
}

fn nth<T>(images: Vec<T>, number: usize) -> Result<T, ImageError> {
    let count = images.len();
    images.into_iter().nth(number).ok_or_else(|| {
        ImageError::Unsupported(format!(
            "image {number} is wanted, counted from 0, of a file that has {count}"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::{Format, format_of, zarr_folder};
    use crate::relative_path::RelPath;

    #[test]
    fn a_format_is_known_by_the_first_bytes() {
        for (beginning, expected) in [
            (&b"II*\0\x08\0\0\0"[..], Some(Format::Tiff)),
            (b"MM\0+\0\x08\0\0", Some(Format::Tiff)),
            (b"<?xml version=\"1.0\"?><OME/>", Some(Format::Tiff)),
            (b"\x89PNG\r\n\x1a\n\0\0", Some(Format::Png)),
            (b"\xff\xd8\xff\xe0", Some(Format::Jpeg)),
            (b"PK\x03\x04\x14", Some(Format::Zip)),
            (b"GIF89a", None),
            (b"", None),
            (&[0; 1024], None),
        ] {
            assert_eq!(format_of(beginning), expected, "{beginning:?}");
        }
    }

    #[test]
    fn an_ome_zarr_is_the_outermost_folder_of_that_name() {
        let folder = |path: &str| {
            let path = RelPath::parse(path).expect("a path");
            zarr_folder(&path).map(|folder| folder.to_string())
        };
        assert_eq!(
            folder("a/b.ome.zarr/0/zarr.json").as_deref(),
            Some("a/b.ome.zarr")
        );
        assert_eq!(folder("b.ZARR/c.zarr/.zattrs").as_deref(), Some("b.ZARR"));
        assert_eq!(folder("a/b.zarr.zip"), None);
        assert_eq!(folder("b.zarr"), None);
    }
}
