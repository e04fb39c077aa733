//! Opens every file that is deposited, once: what kind it is, and what its header says if it is to be an image.

use std::io;
use std::num::NonZero;
use std::thread;

use crate::deposit::media_type;
use crate::deposit::regular_file::open_regular;
use crate::image_header::{self, HeaderError};
use crate::study::Pixels;

use super::listing::ListedFile;
use super::plan::Plan;

/// What was seen in a file.
pub(super) struct Inspected {
    pub media_type: &'static str,
    /// Of a file that was asked for as an image.
    pub pixels: Option<Result<Pixels, HeaderError>>,
}

/// Looks into the files of the plan; by place in the listing, none for a file that is not deposited.
///
/// Opening is waiting, on a network drive for milliseconds, so several threads do it.
pub(super) fn inspect(plan: &Plan<'_>) -> Vec<Option<io::Result<Inspected>>> {
    let wanted: Vec<(usize, bool)> = plan
        .deposited()
        .map(|file| (file, plan.is_asked_for_as_image(file)))
        .collect();
    let threads = thread::available_parallelism()
        .map_or(1, NonZero::get)
        .min(8);
    let share = wanted.len().div_ceil(threads).max(1);
    let mut inspected: Vec<_> = plan.listing.files.iter().map(|_| None).collect();
    let listing = Folder {
        root: &plan.listing.root,
        files: &plan.listing.files,
    };
    let seen: Vec<_> = thread::scope(|scope| {
        let look = |part: &[(usize, bool)]| {
            part.iter()
                .map(|(file, as_image)| (*file, listing.look(*file, *as_image)))
                .collect::<Vec<_>>()
        };
        let handles: Vec<_> = wanted
            .chunks(share)
            .map(|part| scope.spawn(move || look(part)))
            .collect();
        handles
            .into_iter()
            .map(thread::ScopedJoinHandle::join)
            .collect()
    });
    for part in seen {
        // a panic in a thread is a bug here, not a property of the files: it goes on upwards
        for (file, outcome) in part.unwrap_or_else(|panic| std::panic::resume_unwind(panic)) {
            inspected[file] = Some(outcome);
        }
    }
    inspected
}

/// The part of a listing that threads may share.
#[derive(Clone, Copy)]
struct Folder<'a> {
    root: &'a std::path::Path,
    files: &'a [ListedFile],
}

impl Folder<'_> {
    fn look(&self, file: usize, as_image: bool) -> io::Result<Inspected> {
        let listed = &self.files[file];
        let opened = open_regular(self.root, &listed.path)?;
        let media_type = media_type::of_file(listed.path.as_str(), &opened)?;
        let pixels = as_image.then(|| image_header::read_from(&opened, media_type));
        Ok(Inspected { media_type, pixels })
    }
}
