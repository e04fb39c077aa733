//! DATA as the command line needs it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::sync::watch;

use super::operator::Operator;
use crate::clock::Clock;
use crate::control::{Holder, Premises};
use crate::data_folder::{DataFolder, Guard};

/// How long the last pieces of work may take when the server has ended: a window, a commit. Whatever takes longer is cut off as by a
/// crash, which loses nothing.
const LAST_WORK: Duration = Duration::from_secs(5);

/// One DATA, and the time by which its harvester goes.
pub struct HarvesterPremises {
    folder: DataFolder,
    clock: Arc<dyn Clock>,
}

impl HarvesterPremises {
    /// The premises in a folder that `init` made.
    ///
    /// # Errors
    /// When it is none.
    pub fn at(path: &Path, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        // another part of the process may have installed it before, which is as good
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self {
            folder: DataFolder::open(path)?,
            clock,
        })
    }
}

impl Premises for HarvesterPremises {
    type Guard = Guard;
    type Harvester = Operator;

    fn lock(&self) -> anyhow::Result<Result<Guard, Holder>> {
        Ok(self.folder.lock()?.map_err(|in_use| Holder {
            folder: in_use.folder,
            pid: in_use.pid,
        }))
    }

    fn socket(&self) -> PathBuf {
        self.folder.socket()
    }

    fn open(&self) -> anyhow::Result<Arc<Operator>> {
        Ok(Arc::new(Operator::open(
            &self.folder,
            Arc::clone(&self.clock),
        )?))
    }

    fn serve(
        &self,
        harvester: Arc<Operator>,
        bind: Option<&str>,
        stop: watch::Receiver<bool>,
    ) -> anyhow::Result<()> {
        let bind = match bind {
            Some(text) => text
                .parse()
                .with_context(|| format!("--bind {text:?} is no address and port"))?,
            None => harvester.harvester().config().serve.bind,
        };
        let ending = harvester.harvester().ending().clone();
        let (told, mut stopped) = (ending.clone(), stop.clone());
        harvester.runtime().spawn(async move {
            // a sender that is gone means the same as one that says so
            let _ = stopped.wait_for(|stop| *stop).await;
            told.begin();
        });
        let served = crate::serve::run(
            Arc::clone(harvester.harvester()),
            bind,
            harvester.runtime(),
            stop,
        );
        // also of a server that broke
        ending.begin();
        served
    }

    fn close(&self, harvester: Arc<Operator>) -> bool {
        let is_closed =
            Arc::into_inner(harvester).is_some_and(|operator| operator.close(LAST_WORK));
        if !is_closed {
            tracing::warn!(
                "something was still at work when the server ended; the next start goes on where it stopped"
            );
        }
        is_closed
    }
}
