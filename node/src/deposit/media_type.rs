//! What kind of file a file is: by its first bytes where those tell, else by the end of its name.
//!
//! A name that promises an image which the bytes are not is not believed: such a file is `application/octet-stream`.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// For everything that nothing better is known of.
pub const UNKNOWN: &str = "application/octet-stream";

/// Formats that show themselves in their first bytes.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"II\x2a\0", "image/tiff"),
    (b"MM\0\x2a", "image/tiff"),
    (b"II\x2b\0", "image/tiff"),
    (b"MM\0\x2b", "image/tiff"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"\0\0\0\x0cjP  ", "image/jp2"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"%PDF-", "application/pdf"),
];

/// Formats by the end of the name, in lower case.
const ENDINGS: &[(&str, &str)] = &[
    (".bmp", "image/bmp"),
    (".csv", "text/csv"),
    (".dcm", "application/dicom"),
    (".gif", "image/gif"),
    (".gz", "application/gzip"),
    (".htm", "text/html"),
    (".html", "text/html"),
    (".jp2", "image/jp2"),
    (".jpeg", "image/jpeg"),
    (".jpg", "image/jpeg"),
    (".json", "application/json"),
    (".jsonld", "application/ld+json"),
    (".md", "text/markdown"),
    (".mp4", "video/mp4"),
    (".ome", "application/xml"),
    (".pdf", "application/pdf"),
    (".png", "image/png"),
    (".rtf", "text/rtf"),
    (".svg", "image/svg+xml"),
    (".tf8", "image/tiff"),
    (".tif", "image/tiff"),
    (".tiff", "image/tiff"),
    (".tsv", "text/tab-separated-values"),
    (".ttl", "text/turtle"),
    (".txt", "text/plain"),
    (".webp", "image/webp"),
    (".xml", "application/xml"),
    (".yaml", "application/yaml"),
    (".yml", "application/yaml"),
    (".zip", "application/zip"),
];

/// Ends of names that microscopes and their programs give to images, whose headers are not read yet.
const MICROSCOPY: &[&str] = &[
    ".1sc",
    ".afi",
    ".ali",
    ".am",
    ".bmp",
    ".c01",
    ".czi",
    ".dcm",
    ".dib",
    ".dicom",
    ".dm3",
    ".dm4",
    ".dv",
    ".eer",
    ".emd",
    ".ets",
    ".fits",
    ".flex",
    ".gif",
    ".gwy",
    ".h5",
    ".hdf5",
    ".ibw",
    ".ics",
    ".ids",
    ".ims",
    ".jp2",
    ".jpk",
    ".jpx",
    ".klb",
    ".lei",
    ".lif",
    ".lim",
    ".lof",
    ".mha",
    ".mhd",
    ".mrc",
    ".mrcs",
    ".mrxs",
    ".msr",
    ".mvd2",
    ".n5",
    ".nd2",
    ".nhdr",
    ".nii",
    ".nii.gz",
    ".nrrd",
    ".obf",
    ".oib",
    ".oif",
    ".oir",
    ".ome",
    ".ome.xml",
    ".ome.zarr.zip",
    ".r3d",
    ".raw",
    ".rec",
    ".sdt",
    ".ser",
    ".sld",
    ".sldy",
    ".spe",
    ".st",
    ".sxm",
    ".tdms",
    ".vms",
    ".vsi",
    ".webp",
    ".xdce",
    ".zarr.zip",
    ".zvi",
];

/// The media type of a file with this name and these first bytes (sixteen are enough).
pub fn of(name: &str, start: &[u8]) -> &'static str {
    if let Some((_, media_type)) = SIGNATURES
        .iter()
        .find(|(signature, _)| start.starts_with(signature))
    {
        return media_type;
    }
    match by_name(name) {
        Some(promised)
            if SIGNATURES
                .iter()
                .any(|(_, media_type)| *media_type == promised) =>
        {
            UNKNOWN
        }
        Some(media_type) => media_type,
        None => UNKNOWN,
    }
}

/// The media type that a name promises.
pub fn by_name(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    ENDINGS
        .iter()
        .find(|(ending, _)| name.ends_with(ending))
        .map(|(_, media_type)| *media_type)
}

/// The media type of an open file; its position moves.
///
/// # Errors
/// When it cannot be read.
pub fn of_file(name: &str, file: &File) -> io::Result<&'static str> {
    let mut start = Vec::with_capacity(16);
    file.take(16).read_to_end(&mut start)?;
    Ok(of(name, &start))
}

/// The media type of the file at a path.
///
/// # Errors
/// When it cannot be read.
pub fn of_path(path: &Path) -> io::Result<&'static str> {
    of_file(&path.to_string_lossy(), &File::open(path)?)
}

/// Whether a name is that of an image of a microscope whose header is not read yet: Zeiss, Leica, Nikon and so on.
pub fn is_microscopy(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    MICROSCOPY.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::{UNKNOWN, is_microscopy, of};

    #[test]
    fn bytes_are_believed_before_names() {
        assert_eq!(of("a.jpg", b"\x89PNG\r\n\x1a\n"), "image/png");
        assert_eq!(of("a.ome.tif", b"II\x2a\0\x08\0\0\0"), "image/tiff");
        assert_eq!(of("a.lsm", b"II\x2a\0\x08\0\0\0"), "image/tiff");
        assert_eq!(of("a.tif", b"hello"), UNKNOWN);
        assert_eq!(of("a.tif", b""), UNKNOWN);
    }

    #[test]
    fn names_tell_what_bytes_cannot() {
        assert_eq!(of("Plate.TSV", b"Files\t"), "text/tab-separated-values");
        assert_eq!(of("study.yaml", b"title:"), "application/yaml");
        assert_eq!(of("no-end", b"abc"), UNKNOWN);
        assert!(is_microscopy("Day 1.CZI") && !is_microscopy("czi") && !is_microscopy("a.tsv"));
    }
}
