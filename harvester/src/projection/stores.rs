//! Where graph and text index are kept, generation by generation.
//!
//! `graph/3` and `text/5` are what answers; a rebuild makes `graph/4` and `text/6` beside them, and only when these are complete do they
//! take their place, while questions that were begun go on with the old ones. What is not complete, or is not the newest, is removed when
//! a harvester is opened.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{fs, io};

use anyhow::Context;

use crate::graph::{Graph, GraphError, Place};
use crate::text::{Text, TextError};

/// How projections are kept.
#[derive(Debug, Clone)]
pub struct Shelves {
    /// the folder of graphs; none keeps the graph in memory
    pub graph: Option<PathBuf>,
    /// the folder of text indexes
    pub text: PathBuf,
    /// bytes of memory that the text index may use while it is written
    pub text_heap: usize,
}

/// One generation of both.
#[derive(Clone)]
pub struct Stores {
    /// the graph
    pub graph: Arc<Kept<Graph>>,
    /// the text index
    pub text: Arc<Kept<Text>>,
}

/// A store in a folder that is removed with it once another has taken its place.
pub struct Kept<T> {
    // dropped, and so closed, before the folder goes
    store: T,
    folder: Folder,
}

impl<T> Kept<T> {
    /// Another has taken its place: its folder goes with the last question that uses it.
    pub fn retire(&self) {
        self.folder.is_retired.store(true, Ordering::Release);
    }
}

impl<T> Deref for Kept<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.store
    }
}

struct Folder {
    path: Option<PathBuf>,
    is_retired: AtomicBool,
}

impl Drop for Folder {
    fn drop(&mut self) {
        let Some(path) = self
            .path
            .as_ref()
            .filter(|_| self.is_retired.load(Ordering::Acquire))
        else {
            return;
        };
        if let Err(error) = fs::remove_dir_all(path) {
            tracing::warn!(path = %path.display(), "a projection that was replaced cannot be removed and is at the next start: {error}");
        }
    }
}

impl Shelves {
    /// Opens the newest complete generation of each, or makes an empty one.
    ///
    /// # Errors
    /// When folders cannot be read or written, or a store is open elsewhere.
    pub fn open(&self) -> anyhow::Result<Stores> {
        let graph = match &self.graph {
            None => kept(Graph::open(&Place::Memory)?, None),
            Some(shelf) => newest(shelf, |path| {
                match Graph::open(&Place::Disk(path.to_owned())) {
                    Ok(graph) if graph.position()?.is_some() => Ok(Some(graph)),
                    Ok(_) => Ok(None),
                    Err(error @ GraphError::Damaged { .. }) => Ok(passed_over(path, &error)),
                    Err(error) => Err(error.into()),
                }
            })?
            .map_or_else(|| self.new_graph(), Ok)?,
        };
        let text = newest(&self.text, |path| match Text::open(path, self.text_heap) {
            Ok(text) if text.position().is_some() => Ok(Some(text)),
            Ok(_) => Ok(None),
            Err(error) if error.is_damage() => Ok(passed_over(path, &error)),
            Err(error) => Err(error.into()),
        })?
        .map_or_else(|| self.new_text(), Ok)?;
        Ok(Stores {
            graph: Arc::new(graph),
            text: Arc::new(text),
        })
    }

    /// Empty stores beside those that there are.
    ///
    /// # Errors
    /// When folders cannot be written.
    pub fn make(&self) -> anyhow::Result<Stores> {
        Ok(Stores {
            graph: Arc::new(self.new_graph()?),
            text: Arc::new(self.new_text()?),
        })
    }

    fn new_graph(&self) -> anyhow::Result<Kept<Graph>> {
        let Some(shelf) = &self.graph else {
            return Ok(kept(Graph::open(&Place::Memory)?, None));
        };
        let path = next(shelf)?;
        let graph = Graph::open(&Place::Disk(path.clone()))?;
        Ok(kept(graph, Some(path)))
    }

    fn new_text(&self) -> anyhow::Result<Kept<Text>> {
        let path = next(&self.text)?;
        let text = Text::open(&path, self.text_heap).map_err(|error: TextError| error)?;
        Ok(kept(text, Some(path)))
    }
}

fn kept<T>(store: T, path: Option<PathBuf>) -> Kept<T> {
    Kept {
        store,
        folder: Folder {
            path,
            is_retired: AtomicBool::new(false),
        },
    }
}

fn passed_over<T>(path: &Path, error: &dyn std::fmt::Display) -> Option<T> {
    tracing::warn!(path = %path.display(), "a projection is made again from the mirror: {error}");
    None
}

/// The newest generation on a shelf that opens and is complete. All others are removed.
fn newest<T>(
    shelf: &Path,
    open: impl Fn(&Path) -> anyhow::Result<Option<T>>,
) -> anyhow::Result<Option<Kept<T>>> {
    let mut found = None;
    let mut numbers = generations(shelf)?;
    while let Some(number) = numbers.pop() {
        let path = shelf.join(number.to_string());
        if found.is_none()
            && let Some(store) = open(&path)?
        {
            found = Some(kept(store, Some(path)));
            continue;
        }
        fs::remove_dir_all(&path)
            .with_context(|| format!("the old projection {} cannot be removed", path.display()))?;
    }
    Ok(found)
}

/// The numbers of the generations on a shelf, from the oldest to the newest.
fn generations(shelf: &Path) -> anyhow::Result<Vec<u64>> {
    let listed = match fs::read_dir(shelf) {
        Ok(listed) => listed,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(error).with_context(|| format!("{} cannot be read", shelf.display()));
        }
    };
    let mut numbers = Vec::new();
    for file in listed {
        let file = file.with_context(|| format!("{} cannot be read", shelf.display()))?;
        numbers.extend(
            file.file_name()
                .to_str()
                .and_then(|name| name.parse::<u64>().ok()),
        );
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// The folder of the next generation, whose parent is there.
fn next(shelf: &Path) -> anyhow::Result<PathBuf> {
    let number = generations(shelf)?.last().map_or(1, |newest| newest + 1);
    let path = shelf.join(number.to_string());
    fs::create_dir_all(&path).with_context(|| format!("{} cannot be made", path.display()))?;
    Ok(path)
}
