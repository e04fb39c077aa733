//! The way of one file: is it there already, fetch what is missing of it, and hold it against what was signed.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use ::web::http::digest_of;
use protocol::digest::Digest;
use protocol::manifest::ManifestRow;
use url::Url;

use super::fetching::{Filled, Length};
use super::folder::{Place, Places};
use super::partial::{JOURNALLED_FROM, Partial};
use super::patience::is_down;
use super::progress::Progress;
use crate::fetch::{FetchError, HttpFetch};

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was there already, as it was signed.
    Present,
    /// It is there now.
    Fetched,
    /// What came is not what was signed. It is kept under this name.
    Rejected {
        /// in what it differs
        detail: String,
        /// where it is
        kept: PathBuf,
    },
    /// It did not come.
    Failed {
        /// why
        detail: String,
    },
}

/// What became of a file, and of what was in its place before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Done {
    pub outcome: Outcome,
    /// what was there before and was not what was signed: its name now
    pub aside: Option<PathBuf>,
}

/// Why a file did not come.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("{path} cannot be read or written: {error}")]
    Disk { path: String, error: io::Error },
    #[error(
        "its institution does not have it any more (HTTP status {0}); its digest stays in the signed list"
    )]
    Absent(u16),
    /// Somebody else's trouble ends this one as well.
    #[error("{0}")]
    Ended(String),
}

/// What all files of a download have in common.
pub(super) struct Transfer<'a> {
    /// Has as many turns as there are to be requests at once.
    pub fetch: &'a HttpFetch,
    /// `<base>id/<study>.<version>/files/`
    pub home: &'a Url,
    pub places: &'a Places<'a>,
    pub progress: &'a Progress,
    pub retries: u32,
    /// pieces of one file at once
    pub at_once: usize,
    /// why nothing further need be tried
    pub ended: OnceLock<String>,
}

impl Transfer<'_> {
    /// Brings one file.
    pub async fn bring(&self, row: &ManifestRow) -> Done {
        let mut aside = None;
        let outcome = match self.places.of(&row.path) {
            Err(detail) => Outcome::Failed { detail },
            Ok(place) => match self.obtain(row, &place, &mut aside).await {
                Ok(outcome) => outcome,
                Err(trouble) => self.failed(trouble),
            },
        };
        Done { outcome, aside }
    }

    fn failed(&self, trouble: Trouble) -> Outcome {
        let detail = trouble.to_string();
        let ends_all = match &trouble {
            Trouble::Fetch(error) => is_down(error),
            Trouble::Disk { error, .. } => matches!(
                error.kind(),
                io::ErrorKind::StorageFull
                    | io::ErrorKind::QuotaExceeded
                    | io::ErrorKind::ReadOnlyFilesystem
            ),
            _ => false,
        };
        if ends_all {
            // the first reason is the one to be told
            let _ = self.ended.set(detail.clone());
        }
        Outcome::Failed { detail }
    }

    async fn obtain(
        &self,
        row: &ManifestRow,
        place: &Place,
        aside: &mut Option<PathBuf>,
    ) -> Result<Outcome, Trouble> {
        let on_disk = |error| disk(&place.target, error);
        // also where nothing further is tried: what is there is there
        match hash_of(&place.target, false).await.map_err(on_disk)? {
            Some(digest) if digest == row.sha256 => {
                self.progress.add(row.bytes);
                return Ok(Outcome::Present);
            }
            Some(_) => {
                let kept = place.rejected();
                std::fs::rename(&place.target, &kept).map_err(on_disk)?;
                *aside = Some(kept);
            }
            None => {}
        }
        self.go_on()?;
        place.make_room().map_err(on_disk)?;
        let partial = Partial::open(place, row.bytes, &row.sha256)
            .map_err(|error| disk(&place.part, error))?;
        self.progress.add(partial.bytes());
        let url = address(self.home, row);
        if self.fill(&partial, &url, place).await? == Filled::Complete {
            let came = came_of(row, place).await?;
            if came == Some(row.sha256) {
                partial.rename(&place.target).map_err(on_disk)?;
                return Ok(Outcome::Fetched);
            }
            if let (Some(came), true) = (came, partial.is_of_one_answer()) {
                return reject(partial, place, &differs(&came, row));
            }
        }
        self.in_one_answer(partial, &url, place, row).await
    }

    /// Fetches the whole as one answer, so that what is not what was signed cannot be a mixture of two files that were.
    async fn in_one_answer(
        &self,
        partial: Partial<'_>,
        url: &Url,
        place: &Place,
        row: &ManifestRow,
    ) -> Result<Outcome, Trouble> {
        let on_disk = |error| disk(&place.part, error);
        let detail = match self.whole(&partial, url, place).await? {
            Length::Exact => {
                let came = came_of(row, place).await?;
                if came == Some(row.sha256) {
                    partial.rename(&place.target).map_err(on_disk)?;
                    return Ok(Outcome::Fetched);
                }
                differs(&came.unwrap_or_else(|| Digest::of(b"")), row)
            }
            Length::Shorter(size) => {
                partial.cut(size).map_err(on_disk)?;
                format!("it has {size} bytes, and what was signed {}", row.bytes)
            }
            Length::Longer => format!(
                "it has more than the {} bytes of what was signed, of which the first are kept",
                row.bytes
            ),
        };
        reject(partial, place, &detail)
    }

    pub(super) fn go_on(&self) -> Result<(), Trouble> {
        match self.ended.get() {
            Some(why) => Err(Trouble::Ended(format!("it was not tried any more: {why}"))),
            None => Ok(()),
        }
    }
}

/// Where a file of a study is.
pub(super) fn address(home: &Url, row: &ManifestRow) -> Url {
    let mut url = home.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        // the home ends in a slash
        segments.pop_if_empty().extend(row.path.as_str().split('/'));
    }
    url
}

fn differs(came: &Digest, row: &ManifestRow) -> String {
    format!(
        "its SHA-256 is {came}, and the signed record says {}",
        row.sha256
    )
}

fn reject(partial: Partial<'_>, place: &Place, detail: &str) -> Result<Outcome, Trouble> {
    let kept = place.rejected();
    partial
        .rename(&kept)
        .map_err(|error| disk(&place.part, error))?;
    Ok(Outcome::Rejected {
        detail: detail.to_owned(),
        kept,
    })
}

pub(super) fn disk(path: &Path, error: io::Error) -> Trouble {
    Trouble::Disk {
        path: path.display().to_string(),
        error,
    }
}

/// The digest of what came. Of what has a journal, which goes when it is complete, the disk has everything before: disks elsewhere say
/// only then that they have no room.
async fn came_of(row: &ManifestRow, place: &Place) -> Result<Option<Digest>, Trouble> {
    let hashing = hash_of(&place.part, row.bytes >= JOURNALLED_FROM);
    hashing.await.map_err(|error| disk(&place.part, error))
}

/// The digest of a file, read from the disk; none where there is no file.
async fn hash_of(path: &Path, is_to_last: bool) -> io::Result<Option<Digest>> {
    let path = path.to_owned();
    let hashing = tokio::task::spawn_blocking(move || match File::open(&path) {
        Ok(mut file) => {
            if is_to_last {
                file.sync_data()?;
            }
            digest_of(&mut file).map(Some)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    });
    hashing.await.map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use protocol::relative_path::RelPath;

    use super::*;

    #[test]
    fn a_path_is_one_address_whatever_is_in_it() {
        let home = Url::parse("https://x.example/omma/id/DND-S1.2/files/").unwrap();
        for (path, coded) in [
            ("a/b.tif", "a/b.tif"),
            ("50% ä?#.tif", "50%25%20%C3%A4%3F%23.tif"),
            ("a/..b/c", "a/..b/c"),
        ] {
            let row = ManifestRow {
                path: RelPath::parse(path).unwrap(),
                bytes: 0,
                sha256: Digest::of(b""),
                media_type: String::new(),
                image: None,
                columns: Vec::new(),
            };
            assert_eq!(
                address(&home, &row).as_str(),
                format!("https://x.example/omma/id/DND-S1.2/files/{coded}")
            );
        }
    }
}
