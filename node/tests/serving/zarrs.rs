//! OME-Zarr of small pictures.

use std::fs;
use std::path::Path;

use node::image::pyramid::{self, Options, ZarrForm};
use node::image::{Limits, of_open_file, picture};

/// Writes a picture in a file as an OME-Zarr.
pub fn write_zarr(png: &[u8], target: &Path, is_label: bool, form: ZarrForm) {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), png).unwrap();
    let bytes = of_open_file(fs::File::open(file.path()).unwrap()).unwrap();
    let source = picture::open_png(bytes, Limits::default()).unwrap();
    let options = Options {
        is_label,
        form,
        ..Options::default()
    };
    pyramid::write(&source, target, &options).unwrap();
}
