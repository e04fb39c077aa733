//! Loading what has no position with everything that is shown.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::record_reader::RecordReader;
use super::{GoOn, Projections};
use crate::crash;
use crate::ledger::Connection;
use crate::ledger::shown;
use crate::projection::Shown;
use crate::projection::stores::Stores;

/// Records that wait between the reader and a loader.
const WAITING: usize = 512;

/// Records read from the ledger at once while everything is gone through.
const PAGE: i64 = 4_096;

impl Projections {
    /// Loads what has no position with everything that is shown. Records are read once for both.
    pub(super) fn load(
        &self,
        connection: &mut Connection,
        stores: &Stores,
        target: i64,
        loads: Loads,
        go_on: GoOn<'_>,
    ) -> anyhow::Result<u64> {
        let terms = self.terms();
        let position = target.cast_unsigned();
        let mut loaders: Vec<Loader<'_>> = Vec::new();
        if loads.graph {
            loaders.push(Box::new(|received| {
                stores.graph.load(received, &terms, position)?;
                Ok(())
            }));
        }
        if loads.text {
            loaders.push(Box::new(|received| {
                crash::point("text-loading");
                stores.text.load(received, &terms, position)?;
                crash::point("text-applied");
                Ok(())
            }));
        }
        self.pour(connection, loaders, go_on)
    }

    /// Reads everything that is shown once, and gives it to each loader on a thread of its own.
    pub(super) fn pour(
        &self,
        connection: &mut Connection,
        loaders: Vec<Loader<'_>>,
        go_on: GoOn<'_>,
    ) -> anyhow::Result<u64> {
        std::thread::scope(|scope| {
            let mut senders: Vec<Sender> = Vec::new();
            let mut running = Vec::new();
            for loader in loaders {
                let (sender, receiver) = sync_channel(WAITING);
                senders.push(sender);
                running.push(scope.spawn(move || loader(Received(receiver))));
            }
            let read = self.read_all(connection, senders, go_on);
            let mut loaded = Ok(());
            for loader in running {
                let ended = loader
                    .join()
                    .unwrap_or_else(|_| Err(anyhow::anyhow!("a loader panicked")));
                loaded = loaded.and(ended);
            }
            // a loader that failed is why the reader found nobody to send to
            loaded.and(read)
        })
    }

    /// Sends everything that is shown to every loader. A loader that ended early has an error of its own; the others still get all.
    fn read_all(
        &self,
        connection: &mut Connection,
        senders: Vec<Sender>,
        go_on: GoOn<'_>,
    ) -> anyhow::Result<u64> {
        let mut reader = RecordReader::new(&self.mirror, self.namespaces());
        let mut senders = senders;
        let mut behind = (0, -1);
        let mut sent = 0;
        loop {
            let page = match shown::all_shown(connection, behind, PAGE) {
                Ok(page) => page,
                Err(error) => {
                    let error = Err(error.into());
                    send_to_all(&mut senders, &error);
                    return error.map(|_| sent);
                }
            };
            let Some(last) = page.last() else {
                return Ok(sent);
            };
            behind = (last.log, last.index.cast_signed());
            for version in page {
                let shown = go_on().and_then(|()| reader.shown(connection, version));
                send_to_all(&mut senders, &shown);
                shown?;
                sent += 1;
            }
        }
    }
}

type Sender = SyncSender<anyhow::Result<Shown>>;

/// What becomes of everything that is shown.
pub(super) type Loader<'a> = Box<dyn FnOnce(Received) -> anyhow::Result<()> + Send + 'a>;

/// Loaders must not take an end for the end when the reader failed, so that they hear of it.
fn send_to_all(senders: &mut Vec<Sender>, shown: &anyhow::Result<Shown>) {
    senders.retain(|sender| {
        let copy = match shown {
            Ok(shown) => Ok(shown.clone()),
            Err(error) => Err(anyhow::anyhow!("{error:#}")),
        };
        sender.send(copy).is_ok()
    });
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Loads {
    pub(super) graph: bool,
    pub(super) text: bool,
}

/// The records that a loader is sent. That the reader has gone without an end is no end: it is the reader's error that counts.
pub(super) struct Received(Receiver<anyhow::Result<Shown>>);

impl Iterator for Received {
    type Item = anyhow::Result<Shown>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.recv().ok()
    }
}
