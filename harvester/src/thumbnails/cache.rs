//! The folder of made thumbnails: bounded, the longest unused away first.
//!
//! A file is there in whole or not at all: it is written beside its place and renamed. Everything in the folder can be
//! deleted at any time, and is made again when somebody looks.
//!
//! ```text
//! thumbnails/DND-S42.2-<SHA-256 of the record>.128.jpg
//! ```

use std::collections::HashMap;
use std::fs::{self, DirBuilder, File, FileTimes};
use std::io::{self, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use protocol::digest::Digest;
use protocol::identifier::VersionedId;

use super::{Key, Size};

/// What a file takes on the disk is counted in blocks.
const BLOCK: u64 = 4096;
/// That a file was used is noted on the disk at most this often: for the order after a restart, that is exact enough.
const NOTED_EVERY: Duration = Duration::from_secs(3600);

/// Thumbnails on the disk.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    most: u64,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    files: HashMap<(Key, Size), KeptFile>,
    bytes: u64,
    /// counts uses, which orders them
    uses: u64,
}

#[derive(Debug)]
struct KeptFile {
    bytes: u64,
    used: u64,
    noted: SystemTime,
}

impl Cache {
    /// The cache in this folder, which is made where it is not there. What is no whole thumbnail in it is removed, and what is
    /// more than `most` bytes.
    ///
    /// # Errors
    /// When the folder cannot be made, read or cleared.
    pub fn open(folder: &Path, most: u64) -> io::Result<Self> {
        if !folder.is_dir() {
            DirBuilder::new().mode(0o700).create(folder)?;
        }
        let mut found = Vec::new();
        for file in fs::read_dir(folder)? {
            let file = file?;
            let name = file.file_name();
            match name.to_str().and_then(parse) {
                Some(named) => {
                    let metadata = file.metadata()?;
                    found.push((metadata.modified()?, named, metadata.len()));
                }
                // the beginning of one, by a process that was killed
                None => fs::remove_file(file.path())?,
            }
        }
        found.sort_by_key(|(used, ..)| *used);
        let mut kept = Kept::default();
        for (noted, named, bytes) in found {
            kept.add(named, bytes, noted);
        }
        let cache = Self {
            folder: folder.to_owned(),
            most,
            kept: Mutex::new(kept),
        };
        cache.make_room();
        Ok(cache)
    }

    /// The thumbnail, if it is kept.
    pub fn get(&self, key: &Key, size: Size) -> Option<Vec<u8>> {
        let named = (key.clone(), size);
        let note = self.lock().using(&named)?;
        let path = self.path(&named);
        match read(&path, note) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                // somebody tidied up, or the disk is failing: it is made again
                if error.kind() != io::ErrorKind::NotFound {
                    tracing::warn!("{} cannot be read: {error}", path.display());
                }
                self.remove(&named);
                None
            }
        }
    }

    /// Counts a use of all sizes of a picture, so that they stay, and gives the bytes that they take; none where one is not kept.
    /// That is not noted on the disk, as nobody looked at them.
    pub fn hold(&self, key: &Key) -> Option<u64> {
        let mut kept = self.lock();
        let named = Size::ALL.map(|size| (key.clone(), size));
        if !named.iter().all(|named| kept.files.contains_key(named)) {
            return None;
        }
        kept.uses += 1;
        let used = kept.uses;
        let mut bytes = 0;
        for named in &named {
            if let Some(file) = kept.files.get_mut(named) {
                file.used = used;
                bytes += file.bytes;
            }
        }
        Some(bytes)
    }

    /// Keeps a thumbnail, and lets go of those that were not used for the longest time.
    ///
    /// # Errors
    /// When it cannot be written; then nothing of it is there.
    pub fn put(&self, key: &Key, size: Size, bytes: &[u8]) -> io::Result<()> {
        let named = (key.clone(), size);
        let mut file = tempfile::Builder::new()
            .prefix("writing-")
            .tempfile_in(&self.folder)?;
        file.write_all(bytes)?;
        // a name must not come to stand for an empty file when the power fails
        file.as_file().sync_data()?;
        crate::crash::point("thumbnail-written");
        file.persist(self.path(&named))
            .map_err(|error| error.error)?;
        self.lock()
            .add(named, bytes.len() as u64, SystemTime::now());
        self.make_room();
        Ok(())
    }

    /// Removes every thumbnail that is not to be shown any more; gives how many.
    ///
    /// # Errors
    /// What `is_shown` says; what was removed by then stays removed.
    pub fn sweep<E>(&self, is_shown: impl Fn(&Key) -> Result<bool, E>) -> Result<usize, E> {
        let all: Vec<(Key, Size)> = self.lock().files.keys().cloned().collect();
        let mut removed = 0;
        for named in all {
            if !is_shown(&named.0)? {
                self.remove(&named);
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// The most bytes that are kept.
    pub fn most(&self) -> u64 {
        self.most
    }

    /// Bytes that are kept, in whole blocks of the disk.
    pub fn bytes(&self) -> u64 {
        self.lock().bytes
    }

    fn make_room(&self) {
        let away = {
            let kept = self.lock();
            if kept.bytes <= self.most {
                return;
            }
            // somewhat below the bound, so that not every new one costs a look at all
            kept.longest_unused(self.most / 10 * 9)
        };
        for named in &away {
            self.remove(named);
        }
    }

    fn remove(&self, named: &(Key, Size)) {
        let path = self.path(named);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                // it stays counted, so that the bound holds
                tracing::warn!("{} cannot be removed: {error}", path.display());
            }
            _ => self.lock().forget(named),
        }
    }

    fn path(&self, (key, size): &(Key, Size)) -> PathBuf {
        let name = format!("{}-{}.{}.jpg", key.of, key.record, size.side());
        self.folder.join(name)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn add(&mut self, named: (Key, Size), bytes: u64, noted: SystemTime) {
        self.forget(&named);
        let bytes = bytes.div_ceil(BLOCK) * BLOCK;
        self.uses += 1;
        self.bytes += bytes;
        let used = self.uses;
        self.files.insert(named, KeptFile { bytes, used, noted });
    }

    fn forget(&mut self, named: &(Key, Size)) {
        if let Some(file) = self.files.remove(named) {
            self.bytes -= file.bytes;
        }
    }

    /// Counts a use of a file that is kept; tells whether that is to be noted on the disk as well.
    fn using(&mut self, named: &(Key, Size)) -> Option<bool> {
        self.uses += 1;
        let used = self.uses;
        let file = self.files.get_mut(named)?;
        file.used = used;
        let now = SystemTime::now();
        let is_long_ago = now
            .duration_since(file.noted)
            .is_ok_and(|since| since > NOTED_EVERY);
        if is_long_ago {
            file.noted = now;
        }
        Some(is_long_ago)
    }

    /// Those that have to go for the others to have at most so many bytes.
    fn longest_unused(&self, most: u64) -> Vec<(Key, Size)> {
        let mut all: Vec<(&(Key, Size), &KeptFile)> = self.files.iter().collect();
        all.sort_unstable_by_key(|(_, file)| file.used);
        let mut bytes = self.bytes;
        let mut away = Vec::new();
        for (named, file) in all {
            if bytes <= most {
                break;
            }
            bytes -= file.bytes;
            away.push(named.clone());
        }
        away
    }
}

fn read(path: &Path, note: bool) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    if note {
        file.set_times(FileTimes::new().set_modified(SystemTime::now()))?;
    }
    Ok(bytes)
}

/// The thumbnail that a file name stands for.
fn parse(name: &str) -> Option<(Key, Size)> {
    let stem = name.strip_suffix(".jpg")?;
    let (stem, side) = stem.rsplit_once('.')?;
    let size = Size::ALL
        .into_iter()
        .find(|size| size.side().to_string() == side)?;
    let (of, record) = stem.rsplit_once('-')?;
    let key = Key {
        of: VersionedId::parse(of).ok()?,
        record: Digest::parse(record).ok()?,
    };
    Some((key, size))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    fn key(number: u64) -> Key {
        Key {
            of: VersionedId::parse(&format!("DND-S{number}.2")).unwrap(),
            record: Digest::of(&number.to_be_bytes()),
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn the_bound_holds_and_the_longest_unused_go_first() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join("thumbnails");
        let cache = Cache::open(&folder, 20 * BLOCK).unwrap();
        for number in 1..=100 {
            cache.put(&key(number), Size::Small, &[0; 3000]).unwrap();
            // the first is looked at all the time
            assert!(cache.get(&key(1), Size::Small).is_some(), "{number}");
            assert!(cache.bytes() <= 20 * BLOCK);
            assert!(names(&folder).len() <= 20);
        }
        assert!(cache.get(&key(100), Size::Small).is_some());
        assert_eq!(cache.get(&key(2), Size::Small), None);
        assert_eq!(cache.get(&key(100), Size::Large), None);
    }

    #[test]
    fn what_is_kept_is_kept_over_a_restart_and_what_is_not_whole_goes() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join("thumbnails");
        let cache = Cache::open(&folder, 1 << 20).unwrap();
        cache.put(&key(1), Size::Small, b"one").unwrap();
        cache.put(&key(2), Size::Large, b"two").unwrap();
        fs::write(folder.join("writing-x"), b"half").unwrap();
        fs::write(folder.join("DND-S3.2-00.128.jpg"), b"of nothing").unwrap();
        let again = Cache::open(&folder, 1 << 20).unwrap();
        assert_eq!(names(&folder).len(), 2);
        assert_eq!(again.get(&key(1), Size::Small).unwrap(), b"one");
        assert_eq!(again.get(&key(2), Size::Large).unwrap(), b"two");
        assert_eq!(again.bytes(), 2 * BLOCK);
        // a bound that was made smaller holds from the start
        let smaller = Cache::open(&folder, BLOCK).unwrap();
        assert!(smaller.bytes() <= BLOCK);
    }

    #[test]
    fn a_file_that_somebody_removed_is_missed_and_not_counted() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join("thumbnails");
        let cache = Cache::open(&folder, 1 << 20).unwrap();
        cache.put(&key(1), Size::Small, b"one").unwrap();
        fs::remove_file(folder.join(&names(&folder)[0])).unwrap();
        assert_eq!(cache.get(&key(1), Size::Small), None);
        assert_eq!(cache.bytes(), 0);
    }

    #[test]
    fn what_is_not_shown_any_more_is_swept_away() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join("thumbnails");
        let cache = Cache::open(&folder, 1 << 20).unwrap();
        for number in 1..=4 {
            cache.put(&key(number), Size::Small, b"one").unwrap();
        }
        let removed = cache.sweep(|of| Ok::<_, io::Error>(*of == key(3)));
        assert_eq!(removed.unwrap(), 3);
        assert_eq!(names(&folder).len(), 1);
        assert!(cache.get(&key(3), Size::Small).is_some());
    }
}
