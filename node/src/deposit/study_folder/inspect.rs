//! Opens every file that is deposited, once, to see what kind it is.

use std::io;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::deposit::media_type;
use crate::deposit::regular_file::open_regular;

use super::plan::Plan;

/// The media types of the files of the plan; by place in the listing, none for a file that is not deposited.
pub(super) fn media_types(plan: &Plan<'_>) -> Vec<Option<io::Result<&'static str>>> {
    let wanted: Vec<usize> = plan.deposited().collect();
    let (root, files) = (&plan.listing.root, &plan.listing.files);
    let look = |number: usize| {
        let path = &files[wanted[number]].path;
        let opened = open_regular(root, path)?;
        media_type::of_file(path.as_str(), &opened)
    };
    let mut found: Vec<_> = files.iter().map(|_| None).collect();
    for (number, media_type) in side_by_side(wanted.len(), look).into_iter().enumerate() {
        found[wanted[number]] = Some(media_type);
    }
    found
}

/// Does a number of things, several at a time: opening is waiting, on a network drive for milliseconds. Gives the outcomes
/// in order.
pub(super) fn side_by_side<T: Send>(count: usize, act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let threads = thread::available_parallelism()
        .map_or(1, NonZero::get)
        .min(8);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return done;
            }
            done.push((number, act(number)));
        }
    };
    let mut done: Vec<(usize, T)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.min(count)).map(|_| scope.spawn(work)).collect();
        let joined = workers.into_iter().flat_map(|worker| {
            // a panic in a thread is a bug here, not a property of the files: it goes on upwards
            let part = worker.join();
            part.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        joined.collect()
    });
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}
