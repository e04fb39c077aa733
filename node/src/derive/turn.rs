//! A turn: taking a derivation, making it while saying that one still lives, and writing down how it ended.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use super::alive::{self, Alive};
use super::conversions::Conversions;
use super::error::MakeError;
use super::labels;
use super::make::make;
use super::place::Place;
use super::settings::Settings;
use super::subject::Subjects;
use super::{DeriveError, hidden};
use crate::archive::Archive;
use crate::database::derivation::{self, DerivationRow, End};
use crate::database::{Connection, DatabaseError};

/// Seconds after which one who says nothing counts as dead.
const SILENCE: i64 = 60;

/// How often one says that he lives, and hears whether what he makes is still wanted.
const HEARTBEAT: Duration = Duration::from_secs(2);

/// One who makes derivations, one after the other.
pub(super) struct Maker {
    archive: Arc<Archive>,
    settings: Settings,
    subjects: Subjects,
    conversions: Conversions,
    /// By what it is known in the database.
    name: String,
    _alive: Alive,
}

impl Maker {
    /// One that has made nothing yet.
    ///
    /// # Errors
    /// When the system gives no random numbers, or the disk cannot be written.
    pub fn new(archive: Arc<Archive>, settings: Settings) -> Result<Maker, DeriveError> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|error| DeriveError::Random(error.to_string()))?;
        let name = format!("{:032x}", u128::from_le_bytes(random));
        let folder = archive.folder().derived();
        let alive = Alive::begin(&folder, &name).map_err(|source| DeriveError::Disk {
            path: folder,
            source,
        })?;
        Ok(Maker {
            subjects: Subjects::new(Arc::clone(&archive)),
            conversions: Conversions::default(),
            archive,
            settings,
            name,
            _alive: alive,
        })
    }

    /// Takes what waits (this image, where one is named) and makes it; nothing where nothing waits, or another has it.
    ///
    /// # Errors
    /// When the database cannot be used. What is wrong with an image is none, and is told in the database.
    pub fn turn(
        &mut self,
        image: Option<&str>,
        is_ending: &AtomicBool,
    ) -> Result<Option<DerivationRow>, DeriveError> {
        let now = self.now();
        let mut connection = self.archive.database().connection()?;
        let mut taken = None;
        if image.is_none() {
            taken = self.take_of_the_same_file(&mut connection, now)?;
        }
        if taken.is_none() {
            taken = derivation::take(&mut connection, &self.name, now, now + SILENCE, image)?;
        }
        if taken.is_none() && self.free_those_of_the_dead(&mut connection, now)? {
            taken = derivation::take(&mut connection, &self.name, now, now + SILENCE, image)?;
        }
        drop(connection);
        let Some(row) = taken else {
            self.conversions.forget();
            return Ok(None);
        };
        crate::crash::point("derivation-taken");
        let is_lost = AtomicBool::new(false);
        let (finished, is_finished) = channel();
        let outcome = std::thread::scope(|scope| {
            let others = (&self.archive, self.name.as_str());
            let (row, is_lost) = (&row, &is_lost);
            scope.spawn(move || say_alive(others.0, others.1, row, is_lost, &is_finished));
            let is_to_stop =
                || is_lost.load(Ordering::Relaxed) || is_ending.load(Ordering::Relaxed);
            let outcome = made(
                (&mut self.subjects, &mut self.conversions),
                &self.settings,
                &self.archive,
                row,
                &is_to_stop,
            );
            drop(finished);
            outcome
        });
        self.end(&row, outcome)?;
        Ok(Some(row))
    }

    /// The next image of the file that was converted last, which is as good as lost when another study has its turn first.
    fn take_of_the_same_file(
        &mut self,
        connection: &mut Connection,
        now: i64,
    ) -> Result<Option<DerivationRow>, DeriveError> {
        let Some(study) = self.conversions.study() else {
            return Ok(None);
        };
        let Some(next) = derivation::next_of(connection, study, now)? else {
            return Ok(None);
        };
        // what is wrong with it is told when it is its turn
        let subject = self.subjects.find(&next).ok();
        if !subject.is_some_and(|subject| self.conversions.has(&next.study, &subject)) {
            return Ok(None);
        }
        let (until, image) = (now + SILENCE, Some(next.image.as_str()));
        Ok(derivation::take(connection, &self.name, now, until, image)?)
    }

    /// Gives back what is held by makers that have died; tells whether there was something.
    fn free_those_of_the_dead(
        &self,
        connection: &mut Connection,
        now: i64,
    ) -> Result<bool, DeriveError> {
        let folder = self.archive.folder().derived();
        let mut is_any_free = false;
        for holder in derivation::holders(connection, now)? {
            let is_dead = alive::is_dead(&folder, &holder).map_err(|source| DeriveError::Disk {
                path: folder.clone(),
                source,
            })?;
            if is_dead {
                derivation::free(connection, &holder)?;
                is_any_free = true;
            }
        }
        Ok(is_any_free)
    }

    fn end(&self, row: &DerivationRow, outcome: Result<(), MakeError>) -> Result<(), DeriveError> {
        let (image, version) = (&row.image, row.version);
        let end = match outcome {
            Ok(()) => End::Ready,
            Err(error) => error.end(row.attempts, self.now()),
        };
        match &end {
            End::Ready => tracing::debug!(image.id = %image, "{image}.{version} can be looked at"),
            End::Unreadable(reason) => {
                tracing::warn!(image.id = %image, "no picture can be made of {image}.{version}: {reason}");
            }
            End::Later { reason, .. } => {
                tracing::warn!(image.id = %image, "no picture was made of {image}.{version}, which will be tried again: {reason}");
            }
            End::GivenBack => {}
        }
        let mut connection = self.archive.database().connection()?;
        let is_ours = derivation::end(&mut connection, row, &self.name, &end)?;
        if !is_ours {
            // withdrawn meanwhile, or made by another who took it after a silence
            hidden::remove_if_hidden(&self.archive, &mut connection, row)?;
        }
        Ok(())
    }

    fn now(&self) -> i64 {
        self.archive.clock().now().unix_timestamp()
    }
}

/// Readers meet strangers' bytes: one that breaks on them is told as a fault of the program, and the next image has its turn.
fn made(
    (subjects, conversions): (&mut Subjects, &mut Conversions),
    settings: &Settings,
    archive: &Archive,
    row: &DerivationRow,
    is_to_stop: &(dyn Fn() -> bool + Sync),
) -> Result<(), MakeError> {
    let place = Place::of(archive.folder(), &row.image, row.version.unsigned_abs());
    let work = || {
        let subject = subjects.find(row)?;
        let files = || conversions.files(archive, &row.study, &subject, settings, is_to_stop);
        make(
            files,
            subject.is_converted,
            &subject.stated,
            &place,
            settings,
            is_to_stop,
        )?;
        Ok(subject.files)
    };
    let files = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(MakeError::Unreadable(
            "omma-node broke on its files, which is a fault of omma-node; its operator finds more in the log"
                .to_owned(),
        ))
    })?;
    // the image can be looked at now; what is laid over it comes after, and what is wrong with that is no fault of the image
    let labels = || {
        let labels = subjects.labels(row)?;
        labels::write(&labels, &files, &place, settings, is_to_stop)
    };
    let written = catch_unwind(AssertUnwindSafe(labels)).unwrap_or_else(|_| {
        Err(MakeError::Unreadable(
            "omma-node broke on them, which is a fault of omma-node".to_owned(),
        ))
    });
    match written {
        Err(MakeError::Unreadable(reason)) => {
            let image = &row.image;
            tracing::warn!(image.id = %image, "label images are not laid over {image}: {reason}");
            Ok(())
        }
        written => written,
    }
}

fn say_alive(
    archive: &Archive,
    name: &str,
    row: &DerivationRow,
    is_lost: &AtomicBool,
    is_finished: &Receiver<()>,
) {
    while let Err(RecvTimeoutError::Timeout) = is_finished.recv_timeout(HEARTBEAT) {
        let until = archive.clock().now().unix_timestamp() + SILENCE;
        let kept = archive
            .database()
            .connection()
            .and_then(|mut connection| derivation::keep(&mut connection, row, name, until));
        match kept {
            Ok(true) => {}
            Ok(false) => is_lost.store(true, Ordering::Relaxed),
            Err(error) => said(&error, row),
        }
    }
}

/// The database may answer again before the silence is too long.
fn said(error: &DatabaseError, row: &DerivationRow) {
    tracing::warn!(
        image.id = %row.image,
        "it could not be said that {} is still being made: {error}", row.image
    );
}
