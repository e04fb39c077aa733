//! Opening the index, or making an empty one.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};

use tantivy::directory::{Directory, MmapDirectory};
use tantivy::schema::Schema;
use tantivy::{Index, IndexReader, IndexSettings, ReloadPolicy, TantivyError};

use super::columns::Columns;
use super::error::TextError;
use super::position::Position;
use super::schema::{VERSION, schema};
use super::suggest::Names;
use super::words::analysers;
use super::write::{Writing, check_memory};
use super::{Text, View};

/// The file beside the index that says in which form it is.
const VERSION_FILE: &str = "ommatidia-version";

/// Threads that one search uses; segments are shared out among them.
const SEARCH_THREADS: usize = 2;

impl Text {
    /// Opens the index in a folder; makes the folder and an empty index where there is none.
    ///
    /// `heap_bytes` is the memory for documents that are not on disk yet: at least 15 MB, at most 4 GB; for each 30 MB of it there is
    /// a thread that writes, up to the number of processors.
    ///
    /// # Errors
    /// [`TextError::OtherVersion`] and [`TextError::Damaged`] where the folder holds something else, which the caller may
    /// delete; [`TextError::InUse`], [`TextError::Memory`], [`TextError::Write`] where it cannot be written.
    pub fn open(dir: &Path, heap_bytes: usize) -> Result<Self, TextError> {
        check_memory(heap_bytes)?;
        let unwritten =
            |error: std::io::Error| TextError::Write(format!("{}: {error}", dir.display()));
        std::fs::create_dir_all(dir).map_err(unwritten)?;
        let is_new = check_version(dir)?;
        let damaged = |error: &dyn std::fmt::Display| TextError::Damaged {
            path: dir.to_owned(),
            detail: error.to_string(),
        };
        let directory = MmapDirectory::open(dir).map_err(|error| damaged(&error))?;
        let text = Self::open_in(dir, Box::new(directory), heap_bytes)?;
        if is_new {
            write_version(dir).map_err(unwritten)?;
        }
        Ok(text)
    }

    /// As [`Text::open`], over any directory; `path` is for messages.
    pub(super) fn open_in(
        path: &Path,
        directory: Box<dyn Directory>,
        heap_bytes: usize,
    ) -> Result<Self, TextError> {
        let (schema, fields) = schema();
        let damaged = |detail: String| TextError::Damaged {
            path: path.to_owned(),
            detail,
        };
        let beside = directory.box_clone();
        let (index, reader) =
            open_index(directory, schema).map_err(|(is_new, error)| match is_new {
                // nothing was there that could be damaged
                true => TextError::Write(format!("{}: {error}", path.display())),
                false => damaged(error.to_string()),
            })?;
        let writing = Writing::open(path, &index, heap_bytes)?;
        let metas = index
            .load_metas()
            .map_err(|error| damaged(error.to_string()))?;
        let state = Position::read(metas.payload.as_deref())
            .map_err(|error| damaged(format!("its position cannot be read: {error}")))?;
        let columns = Columns::default();
        let searcher = reader.searcher();
        columns
            .follow(&searcher)
            .map_err(|error| damaged(error.to_string()))?;
        Ok(Self {
            path: path.to_owned(),
            directory: beside,
            fields,
            columns,
            writing: Mutex::new(writing),
            view: RwLock::new(Arc::new(View { searcher, state })),
            names: Mutex::new(Names::default()),
            called: Mutex::default(),
            index,
            reader,
        })
    }

    /// Reads every file of the index and compares it with its checksum; gives the files that are not as they were written.
    ///
    /// # Errors
    /// [`TextError::Read`] when a file cannot be read at all.
    pub fn damaged_files(&self) -> Result<Vec<PathBuf>, TextError> {
        let damaged = self.index.validate_checksum().map_err(TextError::reading)?;
        let mut damaged: Vec<PathBuf> = damaged.into_iter().collect();
        damaged.sort_unstable();
        Ok(damaged)
    }
}

/// With an error comes whether the index was only being made.
fn open_index(
    directory: Box<dyn Directory>,
    schema: Schema,
) -> Result<(Index, IndexReader), (bool, TantivyError)> {
    let is_new = !Index::exists(directory.as_ref()).map_err(|error| (false, error.into()))?;
    let open = || {
        if is_new {
            return Index::create(directory, schema, IndexSettings::default());
        }
        let index = Index::open(directory)?;
        if index.schema() != schema {
            let detail = "its fields are not those of this version".to_owned();
            return Err(TantivyError::SchemaError(detail));
        }
        Ok(index)
    };
    open().and_then(searchable).map_err(|error| (is_new, error))
}

fn searchable(mut index: Index) -> tantivy::Result<(Index, IndexReader)> {
    index.set_tokenizers(analysers());
    index.set_multithread_executor(SEARCH_THREADS)?;
    let reader = index
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .try_into()?;
    Ok((index, reader))
}

/// Whether the folder is empty and an index can be made there.
fn check_version(dir: &Path) -> Result<bool, TextError> {
    match std::fs::read_to_string(dir.join(VERSION_FILE)) {
        Ok(found) if found.trim() == VERSION.to_string() => Ok(false),
        Ok(found) => Err(TextError::OtherVersion {
            path: dir.to_owned(),
            found: found.trim().chars().take(20).collect(),
            expected: VERSION,
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut entries = std::fs::read_dir(dir).map_err(TextError::reading)?;
            if entries.next().is_none() {
                return Ok(true);
            }
            Err(TextError::Damaged {
                path: dir.to_owned(),
                detail: format!("{VERSION_FILE} is missing, so it was not finished"),
            })
        }
        Err(error) => Err(TextError::reading(error)),
    }
}

/// Written last, so that a folder has it only when the index in it is complete.
fn write_version(dir: &Path) -> std::io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    std::io::Write::write_all(&mut file, format!("{VERSION}\n").as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(dir.join(VERSION_FILE))
        .map_err(|error| error.error)?;
    std::fs::File::open(dir)?.sync_all()
}
