//! All verdicts again, from the mirror alone: what `rebuild` does first.
//!
//! Windows are gone through in their order and keep their numbers and times, so that the same verdicts come out with the same dates.
//! Every byte is verified again against the kept head.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::stream::StreamExt;
use protocol::tile::{EntryBundleAddress, WIDTH};

use super::desk::Desk;
use super::files::LogFiles;
use super::in_order::in_order;
use super::obtain::Obtaining;
use super::stop::Stop;
use super::{Task, adopt, head};
use crate::ledger::judge::{self, Sequence};
use crate::ledger::log::{self, Head, Log, Window};
use crate::ledger::{Connection, RULES, quarantine, run};
use crate::tree::Tree;
use crate::verify::{Reading, VerifiedWindow};

/// Judges everything in the mirror again, with what was mirrored and never judged if `with_rest`. Returns how many entries there were.
///
/// # Errors
/// [`Stop`] when the mirror does not give what the ledger says was verified.
pub async fn replay(desk: &Desk, tasks: &[Task], with_rest: bool) -> Result<u64, Stop> {
    let windows = {
        let connection = &mut *desk.ledger.reader()?;
        refuse_what_no_task_covers(connection, tasks)?;
        let newest = log::sequence(connection)?;
        log::windows(connection, 0, newest)?
    };
    desk.ledger.forget_verdicts()?;
    let mut logs = HashMap::new();
    for task in tasks {
        let replay = LogReplay::open(desk, task).await?;
        logs.insert(replay.kept.id, replay);
    }
    for window in &windows {
        if let Some(log) = logs.get(&window.log) {
            log.window(window).await?;
        }
    }
    let mut entries = 0;
    for log in logs.values() {
        entries += log.rest(with_rest).await?;
    }
    Ok(entries)
}

/// What is forgotten has to be judged again: a log that this version cannot judge would lose all that is shown of it.
fn refuse_what_no_task_covers(connection: &mut Connection, tasks: &[Task]) -> Result<(), Stop> {
    let uncovered = log::all(connection)?.into_iter().find(|log| {
        let is_of = |task: &Task| task.log.origin.as_str() == log.origin;
        log.applied > 0 && !tasks.iter().any(is_of)
    });
    match uncovered {
        Some(log) => Err(Stop::Ours(anyhow::anyhow!(
            "the roster closed the log {} of {} or gave it another, which this version does not follow; nothing is made again, so that what is shown of it stays",
            log.origin,
            log.member
        ))),
        None => Ok(()),
    }
}

/// Something in the mirror that is not as it was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// the first entry of the bundle that it belongs to
    pub from: u64,
    /// names the file
    pub sentence: String,
}

/// Verifies every tile, bundle and record of one log's mirror, and notes from where the next harvest has to go through it again.
///
/// # Errors
/// When something of ours fails.
pub async fn damage(desk: &Desk, task: &Task) -> Result<Vec<Damage>, Stop> {
    let replay = match LogReplay::open(desk, task).await {
        Ok(replay) => replay,
        Err(Stop::Ours(error)) => return Err(Stop::Ours(error)),
        // the tiles of the edge alone are asked for at every harvest
        Err(stop) => {
            let sentence = stop.state().1;
            return Ok(vec![Damage {
                from: u64::MAX,
                sentence,
            }]);
        }
    };
    let found = replay.damage().await?;
    if let Some(from) = found.iter().map(|damage| damage.from).min() {
        desk.ledger
            .write(|connection| log::lower_mirrored(connection, replay.kept.id, from))?;
    }
    Ok(found)
}

/// One log being judged again.
struct LogReplay {
    task: Task,
    kept: Log,
    /// against the last size that was mirrored whole, and against the newest head
    whole: Option<(u64, Obtaining)>,
    newest: Option<(u64, Obtaining)>,
}

impl LogReplay {
    async fn open(desk: &Desk, task: &Task) -> Result<Self, Stop> {
        let files = LogFiles::new(
            desk.mirror.log(&task.log.origin),
            Arc::clone(&desk.fetch),
            Vec::new(),
        );
        let kept = adopt(desk, task)?;
        let note = files.mirror().read("checkpoint")?;
        let whole = match note {
            Some(note) => {
                let head = head::read(&note, &task.log).map_err(Stop::Rejected)?;
                Some(open(desk, task, kept.id, &files, &head).await?)
            }
            None => None,
        };
        let newest = match &kept.head {
            Some(head) => Some(open(desk, task, kept.id, &files, head).await?),
            None => None,
        };
        Ok(Self {
            task: task.clone(),
            kept,
            whole,
            newest,
        })
    }

    /// What the entries below a place are proven against.
    fn below(&self, behind: u64) -> Option<&(u64, Obtaining)> {
        let fits = |(size, _): &&(u64, Obtaining)| behind <= *size;
        self.whole
            .as_ref()
            .filter(fits)
            .or_else(|| self.newest.as_ref().filter(fits))
    }

    async fn window(&self, window: &Window) -> Result<(), Stop> {
        let (first, behind) = (window.first.unsigned_abs(), window.behind.unsigned_abs());
        let desk_ledger = |obtaining: &Obtaining| Arc::clone(&obtaining.desk.ledger);
        let Some((size, obtaining)) = self.below(behind) else {
            return Err(Stop::Ours(anyhow::anyhow!(
                "entries up to {behind} of {} were judged, and the mirror does not have them",
                self.kept.origin
            )));
        };
        let ledger = desk_ledger(obtaining);
        let applied = log::by_id(&mut *ledger.reader()?, self.kept.id)?.applied;
        if behind <= applied {
            return Ok(ledger.date(self.kept.id, first, behind, window.sequence)?);
        }
        let judged = self.readings(*size, obtaining, first, behind).await?;
        let under = Sequence::Known(window.sequence);
        Ok(ledger.judge(self.kept.id, &self.task.rules.prefix, judged, under)?)
    }

    async fn damage(&self) -> Result<Vec<Damage>, Stop> {
        let mut found = Vec::new();
        let mirrored = self.kept.mirrored;
        for index in 0..mirrored.div_ceil(WIDTH) {
            let (from, behind) = (index * WIDTH, mirrored.min((index + 1) * WIDTH));
            let sentences = match self.below(behind) {
                Some((size, obtaining)) => self.damage_of(*size, obtaining, index).await?,
                None => vec![format!(
                    "the mirror has no tree for entries up to {behind} of {}",
                    self.kept.origin
                )],
            };
            found.extend(
                sentences
                    .into_iter()
                    .map(|sentence| Damage { from, sentence }),
            );
        }
        Ok(found)
    }

    async fn damage_of(
        &self,
        size: u64,
        obtaining: &Obtaining,
        index: u64,
    ) -> Result<Vec<String>, Stop> {
        let width = (size - index * WIDTH).min(WIDTH);
        let Some(address) = EntryBundleAddress::new(index, width as u16) else {
            return Ok(Vec::new());
        };
        let obtained = match obtaining.bundle(address, index * WIDTH).await {
            Ok(obtained) => obtained,
            Err(Stop::Ours(error)) => return Err(Stop::Ours(error)),
            Err(stop) => return Ok(vec![stop.state().1]),
        };
        let connection = &mut *obtaining.desk.ledger.reader()?;
        let log = self.kept.id;
        let known = quarantine::broken_bundles(connection, log)?;
        let mut found = Vec::new();
        let fault = obtained.records.and_then(|records| records.fault);
        if let Some(fault) = fault.filter(|_| known.iter().all(|broken| broken.index != index)) {
            found.push(fault.sentence);
        }
        for (place, reading) in (obtained.first..).zip(obtained.readings) {
            if let Reading::Entry(_, Some(worth)) = reading
                && worth.is_awaited()
                && judge::is_kept(connection, log, place)?
                && let Some((_, sentence)) = worth.reason()
            {
                found.push(sentence.to_owned());
            }
        }
        Ok(found)
    }

    /// What was mirrored and not judged.
    async fn rest(&self, is_wanted: bool) -> Result<u64, Stop> {
        let Some((_, any)) = self.newest.as_ref() else {
            return Ok(0);
        };
        let desk = &any.desk;
        let kept = log::by_id(&mut *desk.ledger.reader()?, self.kept.id)?;
        desk.ledger
            .write(|connection| log::set_rules(connection, kept.id, RULES))?;
        let mut from = kept.applied;
        let is_frozen = run::frozen(&mut *desk.ledger.reader()?, kept.id)?.is_some();
        while is_wanted && self.task.may_judge && !is_frozen && from < kept.mirrored {
            let behind = kept.mirrored.min((from / WIDTH + 4) * WIDTH);
            let Some((size, obtaining)) = self.below(behind) else {
                break;
            };
            let judged = self.readings(*size, obtaining, from, behind).await?;
            let now = desk.clock.timestamp();
            desk.ledger.judge(
                kept.id,
                &self.task.rules.prefix,
                judged,
                Sequence::New { now: &now },
            )?;
            from = behind;
        }
        Ok(from)
    }

    async fn readings(
        &self,
        size: u64,
        obtaining: &Obtaining,
        first: u64,
        behind: u64,
    ) -> Result<VerifiedWindow, Stop> {
        let addresses = (first / WIDTH..behind.div_ceil(WIDTH)).filter_map(|index| {
            let width = (size - index * WIDTH).min(WIDTH);
            EntryBundleAddress::new(index, width as u16)
        });
        let mut bundles = std::pin::pin!(in_order(obtaining, addresses, first));
        let mut readings = Vec::new();
        while let Some(obtained) = bundles.next().await {
            readings.extend(obtained?.readings);
        }
        readings.truncate((behind - first) as usize);
        Ok(VerifiedWindow { first, readings })
    }
}

async fn open(
    desk: &Desk,
    task: &Task,
    log: i32,
    files: &LogFiles,
    head: &Head,
) -> Result<(u64, Obtaining), Stop> {
    let tree = Tree::open(head.size, head.root, Arc::new(files.clone())).await?;
    let obtaining = Obtaining::new(desk, log, files.clone(), tree, task.rules.clone());
    Ok((head.size, obtaining))
}
