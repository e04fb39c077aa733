//! Opens files and reads their pixels, for all tests.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::image::{
    Area, Bytes, Files, Folder, ImageError, Limits, Opened, PixelSource, Plane, tiff,
};
use crate::relative_path::RelPath;

/// Files in memory.
#[derive(Default)]
pub(super) struct InMemory(pub(super) HashMap<String, Vec<u8>>);

struct Held(Vec<u8>);

impl Bytes for Held {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let end = offset as usize + buffer.len();
        let bytes = self.0.get(offset as usize..end);
        buffer.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

impl Files for InMemory {
    fn open(&self, path: &RelPath) -> io::Result<Option<Arc<dyn Bytes>>> {
        let bytes = self.0.get(path.as_str());
        Ok(bytes.map(|bytes| Arc::new(Held(bytes.clone())) as Arc<dyn Bytes>))
    }
}

/// Opens one of several files.
pub(super) fn open_among(
    files: impl IntoIterator<Item = (&'static str, Vec<u8>)>,
    name: &str,
) -> Result<Opened, ImageError> {
    let files = files
        .into_iter()
        .map(|(name, bytes)| (name.to_owned(), bytes))
        .collect();
    tiff::open(
        Arc::new(InMemory(files)),
        &RelPath::parse(name).unwrap(),
        &Limits::default(),
    )
}

/// Opens a file of these bytes.
pub(super) fn open(bytes: Vec<u8>) -> Result<Opened, ImageError> {
    open_among([("x.tif", bytes)], "x.tif")
}

/// Opens a file on disk.
pub(super) fn open_on_disk(path: &Path) -> Result<Opened, ImageError> {
    let folder = Folder(path.parent().unwrap().to_owned());
    let name = path.file_name().unwrap().to_str().unwrap();
    tiff::open(
        Arc::new(folder),
        &RelPath::parse(name).unwrap(),
        &Limits::default(),
    )
}

/// What is said to whoever opens it.
pub(super) fn refusal(bytes: Vec<u8>) -> String {
    match open(bytes) {
        Ok(_) => panic!("it was opened"),
        Err(error) => error.to_string(),
    }
}

/// The axes of an image: `C=3,Y=8,X=8`.
pub(super) fn axes(image: &dyn PixelSource) -> String {
    let axes: Vec<String> = image
        .description()
        .axes
        .iter()
        .map(|axis| format!("{:?}={}", axis.kind, axis.size))
        .collect();
    axes.join(",")
}

/// Every plane of an image, the axes in the order of its description.
pub(super) fn planes(image: &dyn PixelSource) -> Vec<Plane> {
    let axes = &image.description().axes;
    let mut planes = vec![Vec::new()];
    for axis in &axes[..axes.len() - 2] {
        planes = planes
            .iter()
            .flat_map(|plane: &Vec<u64>| {
                (0..axis.size).map(|index| [&plane[..], &[index]].concat())
            })
            .collect();
    }
    planes.into_iter().map(Plane).collect()
}

/// All pixels of a level, in bands that do not begin where chunks do; each band is given to `each`.
pub(super) fn read_all(
    image: &dyn PixelSource,
    level: usize,
    mut each: impl FnMut(&[u8]),
) -> Result<(), ImageError> {
    let size = image.description().pixel_type.bytes();
    let dimensions = image.levels()[level];
    let rows = (1 << 20) / dimensions.width.max(1) / size as u64 + 1;
    for plane in planes(image) {
        for y in (0..dimensions.height).step_by(rows as usize) {
            let area = Area {
                x: 0,
                y,
                width: dimensions.width,
                height: rows.min(dimensions.height - y),
            };
            // what is not written would be seen
            let mut buffer = vec![0xcd; (area.width * area.height) as usize * size];
            image.read(level, &plane, area, &mut buffer)?;
            each(&buffer);
        }
    }
    Ok(())
}

/// All pixels of the full size, as bytes.
pub(super) fn pixels(image: &dyn PixelSource) -> Vec<u8> {
    let mut all = Vec::new();
    read_all(image, 0, |band| all.extend_from_slice(band)).unwrap();
    all
}
