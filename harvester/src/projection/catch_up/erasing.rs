//! Taking bytes out of the mirror, last of all.

use protocol::tile::{RecordBundleAddress, WIDTH};

use super::Projections;
use crate::crash;
use crate::ledger::erasure::{self, Erasure};
use crate::ledger::log;
use crate::mirror::{LogMirror, MirrorError};

impl Projections {
    /// Erases what redactions took out, once nothing shows it any more and no published version has the same bytes.
    pub(super) fn erase(&self, sequence: i64) -> anyhow::Result<()> {
        let due = erasure::due(&mut *self.ledger.reader()?, sequence)?;
        for erasure in &due {
            let origin = log::by_id(&mut *self.ledger.reader()?, erasure.log)?.origin;
            let mirror = self.log_mirror(&origin)?;
            let _turn = mirror.turn();
            if !self.is_published(erasure)? {
                self.erase_from(&mirror, erasure)?;
                mirror.barrier()?;
                crash::point("bytes-erased");
            }
            self.ledger
                .write(|connection| erasure::done(connection, erasure))?;
        }
        Ok(())
    }

    fn is_published(&self, erasure: &Erasure) -> anyhow::Result<bool> {
        let connection = &mut *self.ledger.reader()?;
        let nothing = 0..0;
        Ok(erasure::is_published(
            connection,
            erasure.log,
            &erasure.digest,
            nothing,
        )?)
    }

    /// What is too damaged to be written again without the bytes goes whole, and the next harvest fetches it again.
    fn erase_from(&self, mirror: &LogMirror, erasure: &Erasure) -> anyhow::Result<()> {
        match mirror.erase_record(erasure.index, &erasure.digest) {
            Err(damaged @ MirrorError::Damaged { .. }) => {
                tracing::error!("redacted bytes were to be taken out: {damaged}");
                let bundle = erasure.index / WIDTH;
                self.ledger.write(|connection| {
                    log::lower_mirrored(connection, erasure.log, bundle * WIDTH)
                })?;
                match RecordBundleAddress::new(bundle) {
                    Some(address) => Ok(mirror.remove(&address.path())?),
                    None => Ok(()),
                }
            }
            done => Ok(done?),
        }
    }
}
