//! The files in a zip, read where they lie.

use std::io::{self, Read};
use std::sync::Arc;

use ::zip::{CompressionMethod, ZipArchive};

use crate::image::stream::Stream;
use crate::image::{Bytes, Files, ImageError, Limits};
use crate::relative_path::RelPath;

/// What errors call the format.
const FORMAT: &str = "zip";

/// Bytes of a file's header in a zip before its name (APPNOTE 4.3.7).
const LOCAL_HEADER_BYTES: u64 = 30;

/// The files in a zip. Stored ones are read where they lie; deflated ones are inflated when they are opened.
pub struct ZipFiles {
    bytes: Arc<dyn Bytes>,
    archive: ZipArchive<Stream>,
    limits: Limits,
}

impl ZipFiles {
    /// Opens a zip: reads its directory, of at most [`Limits::metadata_bytes`].
    ///
    /// # Errors
    /// [`ImageError`] where it is none, or its directory is too large.
    pub fn open(bytes: Arc<dyn Bytes>, limits: Limits) -> Result<ZipFiles, ImageError> {
        let directory = Stream::new(Arc::clone(&bytes), limits.metadata_bytes);
        let archive = ZipArchive::new(directory)
            .map_err(|error| ImageError::broken(FORMAT, error.to_string()))?;
        Ok(ZipFiles {
            bytes,
            archive,
            limits,
        })
    }

    /// The folder of the OME-Zarr in it: the one nearest to the top that has a group's metadata; none is the top itself.
    pub fn root(&self) -> Option<RelPath> {
        let metadata = ["zarr.json", ".zattrs", ".zgroup"];
        let folders = self.archive.file_names().filter_map(|name| {
            let name = name.ok()?;
            let (folder, file) = name.rsplit_once('/').unwrap_or(("", name.as_ref()));
            metadata.contains(&file).then(|| folder.to_owned())
        });
        let depth = |folder: &String| (folder.split('/').count(), folder.len(), folder.clone());
        RelPath::parse(&folders.min_by_key(depth)?).ok()
    }

    fn entry(&self, index: usize) -> io::Result<Arc<dyn Bytes>> {
        let entry = self.archive.by_index_data(index).map_err(broken)?;
        if entry.encrypted() {
            return Err(broken("a file in the zip is encrypted"));
        }
        let mut header = [0; LOCAL_HEADER_BYTES as usize];
        self.bytes.read_at(entry.header_start(), &mut header)?;
        let length = |at: usize| u64::from(u16::from_le_bytes([header[at], header[at + 1]]));
        let part = Part {
            bytes: Arc::clone(&self.bytes),
            start: entry
                .header_start()
                .saturating_add(LOCAL_HEADER_BYTES + length(26) + length(28)),
            size: entry.compressed_size(),
        };
        match entry.compression() {
            CompressionMethod::Stored => Ok(Arc::new(part)),
            CompressionMethod::Deflated => self.inflate(part, entry.size()),
            other => Err(broken(format!(
                "a file in the zip is compressed by {other}; only stored and deflated ones are read"
            ))),
        }
    }

    fn inflate(&self, part: Part, size: u64) -> io::Result<Arc<dyn Bytes>> {
        // metadata, or a chunk with what its codec may add
        let most = self.limits.chunk_bytes.max(self.limits.metadata_bytes) / 8 * 9;
        if size > most {
            return Err(broken(format!(
                "a deflated file in the zip has {size} bytes, and at most {most} are read; store it without compression"
            )));
        }
        let reader = io::BufReader::new(Stream::new(Arc::new(part), u64::MAX));
        let mut content = Vec::new();
        flate2::bufread::DeflateDecoder::new(reader)
            .take(size + 1)
            .read_to_end(&mut content)?;
        if content.len() as u64 != size {
            return Err(broken("a file in the zip has another size than it says"));
        }
        Ok(Arc::new(Inflated(content)))
    }
}

impl Files for ZipFiles {
    fn open(&self, path: &RelPath) -> io::Result<Option<Arc<dyn Bytes>>> {
        match self.archive.index_for_name(path.as_str()) {
            Some(index) => self.entry(index).map(Some),
            None => Ok(None),
        }
    }
}

fn broken(reason: impl ToString) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason.to_string())
}

/// A stretch of the zip.
struct Part {
    bytes: Arc<dyn Bytes>,
    start: u64,
    size: u64,
}

impl Bytes for Part {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let end = offset.checked_add(buffer.len() as u64);
        match (end, self.start.checked_add(offset)) {
            (Some(end), Some(start)) if end <= self.size => self.bytes.read_at(start, buffer),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// A file that was deflated.
struct Inflated(Vec<u8>);

impl Bytes for Inflated {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let end = start.checked_add(buffer.len());
        let content = end.and_then(|end| self.0.get(start..end));
        let content = content.ok_or(io::ErrorKind::UnexpectedEof)?;
        buffer.copy_from_slice(content);
        Ok(())
    }
}
