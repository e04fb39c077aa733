//! What the index takes on disk over many commits, and what happens when the disk gives out.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ontologies::Terms;
use tantivy::Directory;
use tantivy::directory::error::{DeleteError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, FileHandle, RamDirectory, TerminatingWrite, WatchCallback, WatchHandle, WritePtr,
};

use super::{HEAP, Scene, Thing, YEAST, request};
use crate::projection::Change;
use crate::text::{Text, TextError};

/// The change number so-and-so of a busy day: forty studies that come, change and go.
fn change(serial: u64) -> Change {
    let id = format!("DND-S{}", serial % 40 + 1);
    let thing = Thing::new(&id, &format!("Study {serial}"));
    if serial % 7 == 6 {
        thing.goes()
    } else {
        thing.about(YEAST).comes()
    }
}

#[test]
fn five_hundred_small_commits_leave_few_files() {
    // in memory, because five hundred commits are some thousands of barriers for a disk
    let directory = Box::new(RamDirectory::create());
    let text = Text::open_in(&PathBuf::from("memory"), directory, HEAP).unwrap();
    let (mut most_files, mut most_segments) = (0, 0);
    for serial in 0..500 {
        text.apply(&[change(serial)], Terms::builtin(), serial)
            .unwrap();
        most_files = most_files.max(text.index.directory().list_managed_files().len());
        most_segments = most_segments.max(text.view().searcher.segment_readers().len());
    }
    // merges of eight run behind the commits: some tens of segments at most, of eight files each
    assert!(most_files < 400, "{most_files} files");
    assert!(most_segments < 50, "{most_segments} segments");
    let total = text
        .search(&request(&[]).unwrap(), Terms::builtin())
        .unwrap()
        .total;
    assert!((30..=40).contains(&total), "{total}");
}

#[test]
fn files_that_are_replaced_leave_the_folder() {
    let scene = Scene::with(&[Thing::new("DND-S1", "First")]);
    let index = scene.folder.path().join("text");
    let mut most = 0;
    for serial in 0..40 {
        scene.apply(&[change(serial)]);
        most = most.max(std::fs::read_dir(&index).unwrap().count());
    }
    assert!(most < 300, "{most} files");
}

/// A directory in memory that can be made to have no room.
#[derive(Clone, Debug)]
struct Narrow {
    inner: RamDirectory,
    is_full: Arc<AtomicBool>,
}

impl Narrow {
    fn check(&self) -> io::Result<()> {
        if self.is_full.load(Ordering::SeqCst) {
            return Err(io::Error::new(
                io::ErrorKind::StorageFull,
                "no space left on device",
            ));
        }
        Ok(())
    }
}

struct NarrowWrite {
    inner: WritePtr,
    directory: Narrow,
}

impl Write for NarrowWrite {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.directory.check()?;
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.directory.check()?;
        self.inner.flush()
    }
}

impl TerminatingWrite for NarrowWrite {
    fn terminate_ref(&mut self, token: AntiCallToken) -> io::Result<()> {
        self.directory.check()?;
        self.inner.terminate_ref(token)
    }
}

impl Directory for Narrow {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.inner.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.check()
            .map_err(|error| OpenWriteError::wrap_io_error(error, path.to_owned()))?;
        let inner = self.inner.open_write(path)?;
        let narrow = NarrowWrite {
            inner,
            directory: self.clone(),
        };
        Ok(io::BufWriter::new(Box::new(narrow)))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.check()?;
        self.inner.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.check()?;
        self.inner.sync_directory()
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(callback)
    }
}

#[test]
fn a_full_disk_is_an_error_and_the_next_attempt_works() {
    let is_full = Arc::new(AtomicBool::new(false));
    let directory = Narrow {
        inner: RamDirectory::create(),
        is_full: Arc::clone(&is_full),
    };
    let text = Text::open_in(&PathBuf::from("narrow"), Box::new(directory), HEAP).unwrap();
    let terms = Terms::builtin();
    let found = |words: &str| {
        let request = request(&[("q", words)]).unwrap();
        text.search(&request, terms).unwrap().total
    };
    let one = Thing::new("DND-S1", "Septin rings");
    let two = Thing::new("DND-S2", "Actin cables");
    text.load(std::iter::once(Ok(one.shown())), terms, 1)
        .unwrap();
    is_full.store(true, Ordering::SeqCst);
    for _ in 0..2 {
        let error = text
            .apply(&[one.goes(), two.comes()], terms, 2)
            .unwrap_err();
        assert!(matches!(error, TextError::Write(_)), "{error}");
        // what was there is there, and nothing of what failed
        assert_eq!(
            (found("septin"), found("actin"), text.position()),
            (1, 0, Some(1))
        );
    }
    assert!(
        text.load(std::iter::once(Ok(two.shown())), terms, 2)
            .is_err()
    );
    assert_eq!(
        (found("septin"), found("actin"), text.position()),
        (1, 0, Some(1))
    );
    is_full.store(false, Ordering::SeqCst);
    text.apply(&[one.goes(), two.comes()], terms, 2).unwrap();
    assert_eq!(
        (found("septin"), found("actin"), text.position()),
        (0, 1, Some(2))
    );
}
