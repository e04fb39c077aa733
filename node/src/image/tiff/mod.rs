//! TIFF 6.0 and BigTIFF in all forms in which microscopes and their programs write them: OME-TIFF, ImageJ hyperstacks,
//! MetaMorph stacks, pyramids of slide scanners, and plain files.
//!
//! A file is read from its head on: `input` its byte order, `chain` its directories, `page` what a directory says
//! (`shape`) and where its pixels are. Then somebody says which page is which plane: `ome`, `imagej`, `metamorph`,
//! `shaped`, else `plain`. What they found (`found`) becomes a `source::TiffImage`, which reads by chunks (`grid`, `pieces`):
//! bytes are decompressed (`decompress`), unpacked (`unpack`) and made channels (`channels`).
//!
//! The crate `tiff` is not used: it refuses depths between the whole bytes, palettes, faxes and files with thousands of
//! pages that differ.

mod chain;
mod channels;
mod colour;
mod compression;
mod decompress;
mod directory;
mod fax;
mod found;
mod grid;
mod imagej;
mod input;
mod jpeg;
mod metamorph;
mod ome;
mod ome_planes;
mod page;
mod palette;
mod pieces;
mod plain;
mod resolution;
mod set;
mod shape;
mod shaped;
mod slide;
mod source;
mod stack;
mod subsampled;
mod tags;
mod unpack;
mod words;
mod ycbcr;

#[cfg(test)]
mod tests;

use std::io;
use std::sync::Arc;

use self::chain::Chain;
use super::{Files, ImageError, Limits, Opened, RegionsOf};
use crate::relative_path::RelPath;

/// Opens a TIFF file, or a file of OME-XML (`.companion.ome`) whose planes are in TIFF files beside it. What the file says
/// is read and checked, pixels are not, but whether the first and the last of each image are there.
///
/// # Errors
/// [`ImageError`], which says why no image can be read from it.
pub fn open(files: Arc<dyn Files>, path: &RelPath, limits: &Limits) -> Result<Opened, ImageError> {
    let Some(bytes) = files.open(path)? else {
        return Err(io::Error::from(io::ErrorKind::NotFound).into());
    };
    let mut start = [0; 64];
    let length = bytes.size().min(64) as usize;
    bytes.read_at(0, &mut start[..length])?;
    if is_xml(&start[..length]) {
        return ome::open_companion(files, path, limits);
    }
    let chain = Chain::walk(bytes, limits)?;
    let text = chain.description.clone().unwrap_or_default();
    if !ome::is_ome_xml(&text) {
        return open_by_program(files, path, chain, &text, limits);
    }
    match ome::open(Arc::clone(&files), path, chain, &text, limits)? {
        ome::Outcome::Images(opened) => Ok(opened),
        ome::Outcome::Plain(mut chain, why) => {
            chain
                .warnings
                .push(format!("{why}; it is read as a plain TIFF"));
            plain::open(files, path, chain, limits)
        }
    }
}

/// The OME-XML of a file: what its first directory describes, or all of a file of OME-XML alone. None where there is none. Of a
/// TIFF no other directory is looked at.
///
/// # Errors
/// [`ImageError`] where the file cannot be read, or the text has more bytes than `most_bytes`.
pub fn ome_xml(
    files: &dyn Files,
    path: &RelPath,
    most_bytes: u64,
) -> Result<Option<String>, ImageError> {
    let Some(bytes) = files.open(path)? else {
        return Ok(None);
    };
    let mut start = [0; 64];
    let length = bytes.size().min(64) as usize;
    bytes.read_at(0, &mut start[..length])?;
    let text = match is_xml(&start[..length]) {
        true if bytes.size() > most_bytes => {
            return Err(ImageError::TooLarge {
                what: "the number of bytes of its metadata",
                number: bytes.size(),
                limit: most_bytes,
            });
        }
        true => {
            let mut text = vec![0; bytes.size() as usize];
            bytes.read_at(0, &mut text)?;
            Some(String::from_utf8_lossy(&text).into_owned())
        }
        false => Chain::description_of(bytes, most_bytes)?,
    };
    Ok(text.filter(|text| ome::is_ome_xml(text)))
}

/// Where the regions of interest of the first image of a file are described, where the file itself does.
///
/// # Errors
/// [`ImageError::Read`]; what cannot be understood describes none.
pub fn regions_of_first(
    files: &dyn Files,
    path: &RelPath,
    limits: &Limits,
) -> Result<Option<RegionsOf>, ImageError> {
    let text = match ome_xml(files, path, limits.metadata_bytes) {
        Err(ImageError::Read(error)) => return Err(ImageError::Read(error)),
        Ok(Some(text)) => text,
        Ok(None) | Err(_) => return Ok(None),
    };
    let document = ome::parse(&text, limits).unwrap_or_default();
    let first = document.images.first();
    Ok(first
        .filter(|image| image.regions > 0)
        .map(|image| RegionsOf {
            file: path.clone(),
            place: image.place,
        }))
}

/// By what the program that wrote the file says of its pages.
fn open_by_program(
    files: Arc<dyn Files>,
    path: &RelPath,
    chain: Chain,
    text: &str,
    limits: &Limits,
) -> Result<Opened, ImageError> {
    if let Some(stack) = imagej::read(&chain, text, limits)? {
        return stack.open(files, path, chain, limits);
    }
    if let Some(stack) = metamorph::read(&chain)? {
        return stack.open(files, path, chain, limits);
    }
    if let Some(stack) = shaped::read(&chain, text) {
        return stack.open(files, path, chain, limits);
    }
    plain::open(files, path, chain, limits)
}

/// XML may begin with a byte order mark and white space.
fn is_xml(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    start.trim_ascii_start().starts_with(b"<")
}

fn broken(reason: impl Into<String>) -> ImageError {
    ImageError::broken("TIFF", reason)
}
