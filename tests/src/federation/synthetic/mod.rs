//! Logs of many records that are like real ones: studies with their images, in the words of the shipped ontologies.
//!
//! A study is decided by the seed and its serial alone, so that several threads make them at once and the log is the
//! same. Records keep every rule of PROTOCOL.md section 1; a test reads them with the protocol's strict reader.

mod image;
mod lines;
mod study;
mod vocabulary;
mod words;

#[cfg(test)]
mod tests;

use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use super::chance::Chance;
use super::log_maker::LogMaker;
use study::Study;
use vocabulary::Vocabulary;

/// Studies that a thread may be ahead of the log: some 64 × 14 records of 5 KiB, four megabytes.
const AHEAD: usize = 64;

/// A record, ready to be announced: its accession and its bytes.
pub type Made = (String, Vec<u8>);

/// Adds records to a log until it has this many more: studies, each followed by its images; the last study has as many images as there
/// is room for. Their serials go on from `first_study`.
///
/// Nothing is signed: see [`LogMaker::checkpoint`].
pub fn fill(log: &mut LogMaker, records: u64, first_study: u64, seed: u64) {
    fill_with(log, records, first_study, seed, usize::MAX);
}

/// The same with studies alone, whose images nobody announces.
pub fn fill_with_studies(log: &mut LogMaker, records: u64, first_study: u64, seed: u64) {
    fill_with(log, records, first_study, seed, 1);
}

fn fill_with(log: &mut LogMaker, records: u64, first_study: u64, seed: u64, of_each: usize) {
    let threads = thread::available_parallelism().map_or(1, usize::from) as u64;
    let prefix = log.prefix().to_string();
    let namespace = log.namespace().to_string();
    let vocabulary = Vocabulary::builtin();
    thread::scope(|scope| {
        let made: Vec<Receiver<Vec<Made>>> = (0..threads)
            .map(|thread| {
                let (to_log, made) = sync_channel(AHEAD);
                let (prefix, namespace, vocabulary) = (&prefix, &namespace, &vocabulary);
                scope.spawn(move || {
                    let own = (first_study + thread..).step_by(threads as usize);
                    for serial in own {
                        let study = study_of(prefix, namespace, vocabulary, serial, seed);
                        // the log has all that it asked for
                        if to_log.send(study).is_err() {
                            return;
                        }
                    }
                });
                made
            })
            .collect();
        let mut left = records as usize;
        for receiver in made.iter().cycle() {
            if left == 0 {
                return;
            }
            let study = receiver.recv().unwrap();
            let wanted = left.min(study.len()).min(of_each);
            for (id, record) in &study[..wanted] {
                log.record_raw(id, record);
            }
            left -= wanted;
        }
    });
}

/// The records of one study: its own, and one for each image.
fn study_of(
    prefix: &str,
    namespace: &str,
    vocabulary: &Vocabulary,
    serial: u64,
    seed: u64,
) -> Vec<Made> {
    let mut chance = Chance::of(seed, serial);
    let study = Study::draw(format!("{prefix}-S{serial}"), vocabulary, &mut chance);
    let own = study.record(namespace, &mut chance);
    let images = (1..=study.images)
        .map(|number| image::record(&study, number, namespace, vocabulary, &mut chance));
    std::iter::once(own).chain(images).collect()
}
