//! What people look at, made of the images that were deposited: pyramids and thumbnails.
//!
//! Below `derived/` in DATA there is a folder for each version of an image (`place.rs`), with its pyramid, an OME-Zarr 0.5, its
//! thumbnails and, written last, a small document that says that all of it is there. It is no part of the archive: it can be
//! deleted, is in no backup that has to be, and is made again.
//!
//! Which images there are to make is in the database, in rows that follow from the log ([`crate::database::derivation`]) and are
//! there from the moment at which a study is published. Whoever makes one takes its row for a minute, and says every few
//! seconds that he still works on it (`turn.rs`). Where he dies, another takes it at once (`alive.rs`), after that minute at the
//! latest. What two make at once nevertheless (a machine that slept) harms nothing: pyramids and files get their names in one
//! step, when they are whole.
//! The server makes what waits in the background ([`Workers`]), `omma-node derive` at once ([`derive()`]).
//!
//! Label images that were deposited beside an image are written below its pyramid, or stand in below the OME-Zarr that is shown as
//! it was deposited (`labels.rs`); since a new version of a study
//! may bring other ones for an image that is as it was, its images are looked at again then.
//!
//! Files of a format that is not read here are converted again for that (`conversions.rs`), and what was written goes when their
//! images are made.
//!
//! What cannot be made because of the files is said in a sentence, kept and not tried again; a full disk is waited for, and
//! anything else is tried a few times. What is withdrawn goes ([`remove_hidden`]), before the act that withdraws it is
//! complete; a crash or somebody who is making it just then leaves at most something that nobody is shown, and that the next
//! start of the server removes (`sweep.rs`). Whether it may be seen is asked at each request, as for the files themselves.

mod aligned;
mod alive;
mod command;
mod conversions;
mod error;
mod hidden;
mod label_group;
mod labels;
mod make;
mod place;
mod progress;
mod settings;
mod stored_files;
mod subject;
mod sweep;
mod turn;
mod workers;

pub use command::{DeriveError, Derived, derive};
pub use hidden::remove_hidden;
pub use labels::is_label_of;
pub use place::{Made, Pixels, Place};
pub use progress::{Progress, progress};
pub use settings::Settings;
pub use stored_files::StudyFiles;
pub use subject::{files_of, is_converted};
pub use workers::Workers;
