//! A file that is on its way: its bytes, and which of them are there.
//!
//! Of a file that is worth it a journal says which bytes came and what they came from, so that a download that broke off or was
//! killed goes on where it was. The journal is believed only as far as it saves work: the complete file is hashed, from the disk,
//! whatever it says.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use protocol::digest::Digest;

use super::folder::Place;
use super::ranges::Ranges;

/// From this size on a journal is kept: less is fetched again as quickly.
pub(super) const JOURNALLED_FROM: u64 = 1 << 20;

/// The file, and what is known of it.
#[derive(Debug)]
pub(super) struct Partial<'a> {
    place: &'a Place,
    size: u64,
    head: String,
    file: File,
    state: Mutex<State>,
    /// answers of which it consists
    answers: AtomicU32,
}

#[derive(Debug, Default)]
struct State {
    have: Ranges,
    tag: Option<String>,
    journal: Option<File>,
}

impl<'a> Partial<'a> {
    /// Opens what an earlier download left of this file, or begins it.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn open(place: &'a Place, size: u64, sha256: &Digest) -> io::Result<Self> {
        let head = format!("ommatidia-part 1 {sha256} {size}\n");
        let read = |place: &Place| {
            let left = fs::metadata(&place.part)
                .ok()
                .filter(|left| left.len() == size);
            left.and_then(|_| read_journal(&place.journal, &head, size))
        };
        let earlier = (size >= JOURNALLED_FROM).then(|| read(place)).flatten();
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(earlier.is_none())
            .open(&place.part)?;
        let partial = Self {
            place,
            size,
            head,
            file,
            state: Mutex::default(),
            answers: AtomicU32::new(0),
        };
        match earlier {
            None => partial.restart()?,
            Some((have, tag)) => {
                // how many answers it was is not known, nor whether the disk kept them: more than one, as far as anybody is blamed
                partial.answers.store(2, Ordering::Relaxed);
                let journal = OpenOptions::new().append(true).open(&place.journal)?;
                *partial.state() = State {
                    have,
                    tag,
                    journal: Some(journal),
                };
            }
        }
        Ok(partial)
    }

    /// Forgets everything that came.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn restart(&self) -> io::Result<()> {
        let mut state = self.state();
        // the journal first: it must never say more than there is. Were it still on the disk when the file has its length again, a
        // download that was killed there would leave noughts of which it says that they came
        state.journal = None;
        state.have = Ranges::default();
        state.tag = None;
        self.answers.store(0, Ordering::Relaxed);
        remove_journal(self.place)?;
        self.file.set_len(0)?;
        self.file.set_len(self.size)?;
        if self.size >= JOURNALLED_FROM {
            let mut journal = File::create(&self.place.journal)?;
            journal.write_all(self.head.as_bytes())?;
            state.journal = Some(journal);
        }
        Ok(())
    }

    /// The size that it is to have.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// What is there.
    pub fn bytes(&self) -> u64 {
        self.state().have.bytes()
    }

    /// What is not, in pieces.
    pub fn missing(&self, most: u64) -> Vec<Range<u64>> {
        self.state().have.missing(self.size, most)
    }

    /// The tag of what it came from.
    pub fn tag(&self) -> Option<String> {
        self.state().tag.clone()
    }

    /// Whether it came as one answer, so that nobody can have changed it in between.
    pub fn is_of_one_answer(&self) -> bool {
        self.answers.load(Ordering::Relaxed) == 1
    }

    /// An answer begins, with this tag.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn begin_answer(&self, tag: Option<&str>) -> io::Result<()> {
        self.answers.fetch_add(1, Ordering::Relaxed);
        let mut state = self.state();
        if let (None, Some(tag)) = (&state.tag, tag) {
            state.tag = Some(tag.to_owned());
            return state.say(&format!("tag {tag}\n"));
        }
        Ok(())
    }

    /// Keeps bytes at their place. They count once they are [noted](Self::note).
    ///
    /// # Errors
    /// Those of the file system.
    pub fn write(&self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all_at(bytes, at)
    }

    /// These bytes are there.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn note(&self, range: Range<u64>) -> io::Result<()> {
        let mut state = self.state();
        let line = format!("have {} {}\n", range.start, range.end);
        state.have.add(range);
        state.say(&line)
    }

    /// Cuts off what never came.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn cut(&self, size: u64) -> io::Result<()> {
        self.file.set_len(size)
    }

    /// Gives it another name, which ends it.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn rename(self, to: &std::path::Path) -> io::Result<()> {
        fs::rename(&self.place.part, to)?;
        remove_journal(self.place)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn say(&mut self, line: &str) -> io::Result<()> {
        match &mut self.journal {
            Some(journal) => journal.write_all(line.as_bytes()),
            None => Ok(()),
        }
    }
}

/// Takes away the journal of a file, which may have none.
fn remove_journal(place: &Place) -> io::Result<()> {
    match fs::remove_file(&place.journal) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// What a journal says, up to the first line that was not finished; none where it is about something else.
fn read_journal(path: &std::path::Path, head: &str, size: u64) -> Option<(Ranges, Option<String>)> {
    let text = fs::read_to_string(path).ok()?;
    let (mut have, mut tag) = (Ranges::default(), None);
    for line in text.strip_prefix(head)?.split_inclusive('\n') {
        let Some(line) = line.strip_suffix('\n') else {
            break;
        };
        match line.split_once(' ')? {
            ("tag", text) => tag = Some(text.to_owned()),
            ("have", range) => {
                let (start, end) = range.split_once(' ')?;
                let range: Range<u64> = start.parse().ok()?..end.parse().ok()?;
                if range.end > size {
                    return None;
                }
                have.add(range);
            }
            _ => return None,
        }
    }
    Some((have, tag))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use protocol::identifier::Accession;
    use protocol::manifest::ManifestRow;
    use protocol::relative_path::RelPath;

    use super::super::folder::Folder;
    use super::*;

    const SIZE: u64 = 2 << 20;

    fn place(folder: &Folder, size: u64) -> Place {
        let rows = [ManifestRow {
            path: RelPath::parse("a.tif").unwrap(),
            bytes: size,
            sha256: Digest::of(b"x"),
            media_type: String::new(),
            image: None,
            columns: Vec::new(),
        }];
        folder.places(&rows).of(&rows[0].path).unwrap()
    }

    #[test]
    fn what_was_noted_is_there_again_and_what_was_not_is_missing() {
        let path = tempfile::tempdir().unwrap();
        let folder = Folder::take(path.path(), &Accession::parse("DND-S1").unwrap()).unwrap();
        let place = place(&folder, SIZE);
        let digest = Digest::of(b"x");
        {
            let partial = Partial::open(&place, SIZE, &digest).unwrap();
            partial.begin_answer(Some("\"t\"")).unwrap();
            partial.write(0, b"abc").unwrap();
            partial.note(0..3).unwrap();
            partial.write(3, b"lost").unwrap();
        }
        // a line that a crash cut off
        let mut journal = OpenOptions::new()
            .append(true)
            .open(&place.journal)
            .unwrap();
        journal.write_all(b"have 3 99").unwrap();
        let partial = Partial::open(&place, SIZE, &digest).unwrap();
        assert_eq!(
            (partial.bytes(), partial.tag()),
            (3, Some("\"t\"".to_owned()))
        );
        partial.begin_answer(None).unwrap();
        assert!(!partial.is_of_one_answer());
        // it is to be another file now
        drop(partial);
        let partial = Partial::open(&place, SIZE, &Digest::of(b"y")).unwrap();
        assert_eq!((partial.bytes(), partial.tag()), (0, None));
        drop(partial);
        // the bytes are gone
        fs::remove_file(&place.part).unwrap();
        assert_eq!(
            Partial::open(&place, SIZE, &Digest::of(b"y"))
                .unwrap()
                .bytes(),
            0
        );
    }

    #[test]
    fn bytes_that_are_forgotten_are_in_no_journal_before_they_are_cut() {
        let path = tempfile::tempdir().unwrap();
        let folder = Folder::take(path.path(), &Accession::parse("DND-S1").unwrap()).unwrap();
        let place = place(&folder, SIZE);
        let digest = Digest::of(b"x");
        let partial = Partial::open(&place, SIZE, &digest).unwrap();
        partial.write(0, b"abc").unwrap();
        partial.note(0..3).unwrap();
        assert!(place.journal.exists());
        // a file that cannot be cut: it ends where a download may be killed
        let partial = Partial {
            file: File::open(&place.part).unwrap(),
            ..partial
        };
        partial.restart().unwrap_err();
        assert!(!place.journal.exists());
        drop(partial);
        let partial = Partial::open(&place, SIZE, &digest).unwrap();
        assert_eq!(partial.bytes(), 0);
        // and one that can be begins a journal of its own
        partial.note(0..3).unwrap();
        partial.restart().unwrap();
        drop(partial);
        assert_eq!(Partial::open(&place, SIZE, &digest).unwrap().bytes(), 0);
    }

    #[test]
    fn a_journal_that_says_what_cannot_be_is_not_believed() {
        let path = tempfile::tempdir().unwrap();
        let folder = Folder::take(path.path(), &Accession::parse("DND-S1").unwrap()).unwrap();
        let place = place(&folder, SIZE);
        let digest = Digest::of(b"x");
        for line in ["have 0 9999999999\n", "have x y\n", "have\n", "what 1 2\n"] {
            drop(Partial::open(&place, SIZE, &digest).unwrap());
            let mut journal = OpenOptions::new()
                .append(true)
                .open(&place.journal)
                .unwrap();
            journal.write_all(line.as_bytes()).unwrap();
            let partial = Partial::open(&place, SIZE, &digest).unwrap();
            assert_eq!(partial.bytes(), 0, "{line}");
        }
    }
}
