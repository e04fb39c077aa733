//! All verdicts again, from the mirror alone: what `rebuild` does first, and `check` beside what there is.
//!
//! Windows are gone through in their order and keep their numbers and times, so that the same verdicts come out with the same dates.
//! Every byte is verified again against the kept head, once.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use futures_util::stream::{self, StreamExt};
use protocol::identifier::Prefix;
use protocol::tile::{EntryBundleAddress, WIDTH};

use super::desk::Desk;
use super::files::LogFiles;
use super::obtain::Obtaining;
use super::records::Fault;
use super::stop::Stop;
use super::{Task, adopt, head};
use crate::ledger::judge::{self, Sequence};
use crate::ledger::log::{self, Head, Log, Window};
use crate::ledger::{Connection, Ledger, RULES, quarantine, run};
use crate::tree::Tree;
use crate::verify::{Reading, VerifiedWindow};

/// Bundles that are verified at the same time for each core: some wait for the disk.
const BUNDLES_A_CORE: usize = 2;

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

/// Verifies every tile, bundle and record of one log's mirror, and judges it again by them in a ledger that has its windows and no
/// verdicts yet. Where something is damaged, it notes from where the next harvest has to go through it again.
///
/// # Errors
/// When something of ours fails.
pub async fn examine(desk: &Desk, beside: &Ledger, task: &Task) -> Result<Vec<Damage>, Stop> {
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
    let found = replay.examine(desk, beside).await?;
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

    async fn examine(&self, desk: &Desk, beside: &Ledger) -> Result<Vec<Damage>, Stop> {
        // what a check found damaged is not called mirrored any more, and is judged all the same
        let (log, end) = (self.kept.id, self.kept.mirrored.max(self.kept.applied));
        let connection = &mut *desk.ledger.reader()?;
        let known = Known {
            broken: quarantine::broken_bundles(connection, log)?
                .into_iter()
                .map(|broken| broken.index)
                .collect(),
            log,
        };
        let newest = log::sequence(connection)?;
        let windows = log::windows(connection, 0, newest)?;
        let mut rejudging = Rejudging {
            ledger: beside,
            log,
            prefix: &self.task.rules.prefix,
            windows: windows
                .into_iter()
                .filter(|window| window.log == log)
                .collect(),
            first: 0,
            readings: Vec::new(),
        };
        let mut found = Vec::new();
        let mut bundles = stream::iter(0..end.div_ceil(WIDTH))
            .map(|index| async move {
                let behind = end.min((index + 1) * WIDTH);
                (index, behind, self.verified(index, behind).await)
            })
            .buffered(at_once());
        while let Some((index, behind, verified)) = bundles.next().await {
            let sentences = match verified {
                Ok(Some(verified)) => {
                    let sentences = known.damage_in(connection, index, &verified)?;
                    if found.is_empty() && sentences.is_empty() {
                        tokio::task::block_in_place(|| rejudging.take(verified.readings))?;
                    }
                    sentences
                }
                Ok(None) => vec![format!(
                    "the mirror has no tree for entries up to {behind} of {}",
                    self.kept.origin
                )],
                Err(Stop::Ours(error)) => return Err(Stop::Ours(error)),
                Err(stop) => vec![stop.state().1],
            };
            let from = index * WIDTH;
            let damage = |sentence| Damage { from, sentence };
            found.extend(sentences.into_iter().map(damage));
        }
        Ok(found)
    }

    /// A whole bundle, verified on any core; none where nothing is known to prove it against.
    async fn verified(&self, index: u64, behind: u64) -> Result<Option<Verified>, Stop> {
        let Some((size, obtaining)) = self.below(behind) else {
            return Ok(None);
        };
        let width = (size - index * WIDTH).min(WIDTH);
        let Some(address) = EntryBundleAddress::new(index, width as u16) else {
            return Ok(None);
        };
        verified(obtaining, address, index * WIDTH).await.map(Some)
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
        let mut bundles = stream::iter(addresses)
            .map(|address| verified(obtaining, address, first))
            .buffered(at_once());
        let mut readings = Vec::new();
        while let Some(verified) = bundles.next().await {
            readings.extend(verified?.readings);
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

/// A bundle out of the mirror. It holds no record, so that no memory of the budget waits with it for the bundles before it.
struct Verified {
    readings: Vec<Reading>,
    fault: Option<Fault>,
    first: u64,
}

fn at_once() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from) * BUNDLES_A_CORE
}

/// Verifies a bundle on a thread of its own.
async fn verified(
    obtaining: &Obtaining,
    address: EntryBundleAddress,
    from: u64,
) -> Result<Verified, Stop> {
    let obtaining = obtaining.clone();
    let work = tokio::spawn(async move {
        let obtained = obtaining.bundle(address, from).await?;
        Ok(Verified {
            readings: obtained.readings,
            fault: obtained.records.and_then(|records| records.fault),
            first: obtained.first,
        })
    });
    work.await?
}

/// What the ledger knows to be amiss in a log.
struct Known {
    broken: HashSet<u64>,
    log: i32,
}

impl Known {
    /// What is wrong in a bundle that was right when it was mirrored.
    fn damage_in(
        &self,
        connection: &mut Connection,
        index: u64,
        verified: &Verified,
    ) -> Result<Vec<String>, Stop> {
        let mut found = Vec::new();
        let fault = verified.fault.as_ref();
        if let Some(fault) = fault.filter(|_| !self.broken.contains(&index)) {
            found.push(fault.sentence.clone());
        }
        for (place, reading) in (verified.first..).zip(&verified.readings) {
            if let Reading::Entry(_, Some(worth)) = reading
                && worth.is_awaited()
                && judge::is_kept(connection, self.log, place)?
                && let Some((_, sentence)) = worth.reason()
            {
                found.push(sentence.to_owned());
            }
        }
        Ok(found)
    }
}

/// One log being judged again beside what there is, as its bundles come.
struct Rejudging<'a> {
    ledger: &'a Ledger,
    log: i32,
    prefix: &'a Prefix,
    /// those to come
    windows: VecDeque<Window>,
    /// the index of the first reading
    first: u64,
    /// what came and no window has taken
    readings: Vec<Reading>,
}

impl Rejudging<'_> {
    /// Takes the next readings, and judges every window that they complete.
    fn take(&mut self, readings: Vec<Reading>) -> Result<(), Stop> {
        self.readings.extend(readings);
        let end = self.first + self.readings.len() as u64;
        let is_complete = |window: &mut Window| window.behind.unsigned_abs() <= end;
        while let Some(window) = self.windows.pop_front_if(is_complete) {
            self.judge(&window)?;
        }
        Ok(())
    }

    fn judge(&mut self, window: &Window) -> Result<(), Stop> {
        let (first, behind) = (window.first.unsigned_abs(), window.behind.unsigned_abs());
        if behind <= self.first {
            return Ok(self.ledger.date(self.log, first, behind, window.sequence)?);
        }
        let judged = VerifiedWindow {
            first: self.first,
            readings: self
                .readings
                .drain(..(behind - self.first) as usize)
                .collect(),
        };
        self.first = behind;
        let under = Sequence::Known(window.sequence);
        Ok(self.ledger.judge(self.log, self.prefix, judged, under)?)
    }
}
