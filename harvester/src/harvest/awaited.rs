//! Record bytes that were missing or wrong, and record bundles that were served broken, are asked for again at every run.

use protocol::bundle;
use protocol::identifier::Accession;
use protocol::tile::{EntryBundleAddress, RecordBundleAddress, WIDTH, record_path};

use super::obtain::Obtaining;
use super::records::{Single, open_record_bundle};
use super::stop::{Refusal, Stop, is_answer};
use super::{entries_of, remove_singles};
use crate::ledger::judge::{Class, Sequence};
use crate::ledger::quarantine::{self, Awaited};
use crate::ledger::{RULES, erasure, log};
use crate::mirror::{Announced, puts};
use crate::verify::{Answer, Wanted, Worth};

/// The most records asked for again in one run: a member that lost all of them does not hold up its own news.
pub(super) const MOST_RECORDS: i64 = 1_000;

/// Asks again for everything that is missing of a log, and judges again what an older version deferred.
///
/// # Errors
/// [`Stop`] when nobody can be asked, or something of ours fails.
pub async fn ask_again(obtaining: &Obtaining) -> Result<(), Stop> {
    ask_for_bundles(obtaining).await?;
    ask_for_records(obtaining).await?;
    judge_deferred(obtaining)
}

/// Record bundles that were absent or wrong. One that is whole now takes the place of the single records that stood in.
async fn ask_for_bundles(obtaining: &Obtaining) -> Result<(), Stop> {
    let log = obtaining.log;
    let broken = quarantine::broken_bundles(&mut *obtaining.desk.ledger.reader()?, log)?;
    for bundle in broken {
        match fetch_bundle(obtaining, bundle.index).await? {
            Ok(whole) => tokio::task::block_in_place(|| keep(obtaining, bundle.index, whole))?,
            Err(fault) => obtaining.desk.ledger.write(|connection| {
                quarantine::add_broken_bundle(
                    connection,
                    log,
                    bundle.index,
                    is_absent(&fault),
                    &sentence_of(fault),
                )
            })?,
        }
    }
    Ok(())
}

/// A record bundle that is whole.
#[derive(Debug, Default)]
struct Whole {
    /// none where there is nothing to keep
    framed: Option<Vec<u8>>,
    /// the records that its entries announce
    announced: Vec<Announced>,
}

/// The bundle first, then what it takes the place of, then the ledger, by which the next run would do all this again.
fn keep(obtaining: &Obtaining, index: u64, whole: Whole) -> Result<(), Stop> {
    let mirror = obtaining.files.mirror();
    let _turn = mirror.turn();
    if let (Some(framed), Some(address)) = (whole.framed, RecordBundleAddress::new(index)) {
        mirror.write(&address.path(), &framed)?;
        mirror.barrier()?;
    }
    let digests: Vec<_> = whole.announced.iter().map(|put| put.digest).collect();
    remove_singles(obtaining, index, &digests)?;
    let entries = entries_of(index);
    Ok(obtaining.desk.ledger.write(|connection| {
        erasure::due_again(connection, obtaining.log, entries.start, entries.end)?;
        quarantine::remove_broken_bundle(connection, obtaining.log, index)
    })?)
}

fn is_absent(fault: &Refusal) -> bool {
    match fault {
        Refusal::Absent(_) => true,
        Refusal::Unasked(error) => is_answer(error),
        Refusal::Wrong(_) | Refusal::Ours(_) => false,
    }
}

fn sentence_of(fault: Refusal) -> String {
    match fault {
        Refusal::Absent(path) => {
            format!("the record bundle {path} is absent; single records stand in")
        }
        Refusal::Wrong(sentence) => format!("{sentence}; single records stand in"),
        Refusal::Unasked(error) => format!("{error}; single records stand in"),
        Refusal::Ours(error) => format!("{error:#}"),
    }
}

/// Fetches one record bundle.
async fn fetch_bundle(obtaining: &Obtaining, index: u64) -> Result<Result<Whole, Refusal>, Stop> {
    let (Some(of_entries), Some(of_records)) = (
        EntryBundleAddress::new(index, WIDTH as u16),
        RecordBundleAddress::new(index),
    ) else {
        return Ok(Ok(Whole::default()));
    };
    let mirror = obtaining.files.mirror();
    let Some(entries) = mirror.read(&of_entries.path())? else {
        return Ok(Ok(Whole::default()));
    };
    let entries = bundle::decode_entries(&entries, WIDTH as u16)
        .map_err(|error| Stop::Ours(anyhow::anyhow!("{}: {error}", of_entries.path())))?;
    let announced = puts(&entries);
    let sizes: Vec<u64> = announced.iter().map(|put| put.size).collect();
    let limit = bundle::inflated_limit(&sizes);
    let path = of_records.path();
    let places = entries_of(index);
    let removed = obtaining.removed(places.start, places.end)?;
    let outcome = obtaining
        .files
        .first_fitting(&path, limit as u64 + (limit as u64 >> 8) + 1024, |framed| {
            let found = open_record_bundle(&framed, &announced, &sizes, limit)
                .map_err(|fault| format!("the record bundle {path}: {fault}"))?;
            // a single record that stands in is not redacted, whatever the bundle says
            let is_left_out = |put: &&Announced| {
                !found.contains_key(&put.digest)
                    && !removed.contains(&(places.start + put.place as u64))
                    && mirror.has(&record_path(&put.digest))
            };
            match announced.iter().find(is_left_out) {
                Some(put) => Err(format!(
                    "the record bundle {path} leaves out the record {} as if it were redacted",
                    put.digest
                )),
                None => Ok(framed),
            }
        })
        .await;
    match outcome {
        Ok((framed, is_new)) => Ok(Ok(Whole {
            framed: is_new.then_some(framed),
            announced,
        })),
        Err(Refusal::Ours(error)) => Err(Stop::Ours(error)),
        Err(Refusal::Unasked(error)) if error.is_about_reaching() && !is_answer(&error) => {
            Err(Refusal::Unasked(error).into())
        }
        Err(fault) => Ok(Err(fault)),
    }
}

/// Single records, as many as one run asks for.
async fn ask_for_records(obtaining: &Obtaining) -> Result<(), Stop> {
    for record in records_to_ask_for(obtaining)? {
        let Some(wanted) = wanted_again(obtaining, &record) else {
            continue;
        };
        let single = obtaining.single(record.index, &wanted).await?;
        tokio::task::block_in_place(|| judge_single(obtaining, record.index, &wanted, single))?;
    }
    Ok(())
}

/// All that are missing, or so many of them from anywhere on: where runs begin must not go with the times at which they are begun, else
/// some would never be asked for.
pub(super) fn records_to_ask_for(obtaining: &Obtaining) -> Result<Vec<Awaited>, Stop> {
    let connection = &mut *obtaining.desk.ledger.reader()?;
    let class = Class::Unavailable;
    let applied = log::by_id(connection, obtaining.log)?.applied;
    let mut random = [0_u8; 8];
    getrandom::fill(&mut random).map_err(|error| Stop::Ours(error.into()))?;
    let start = u64::from_le_bytes(random) % applied.max(1);
    let mut some = quarantine::awaited(connection, obtaining.log, class, start, MOST_RECORDS)?;
    let left = MOST_RECORDS.saturating_sub(some.len() as i64);
    let before = quarantine::awaited(connection, obtaining.log, class, 0, left)?;
    some.extend(before.into_iter().filter(|record| record.index < start));
    Ok(some)
}

fn judge_single(
    obtaining: &Obtaining,
    index: u64,
    wanted: &Wanted,
    single: Single,
) -> Result<(), Stop> {
    let mirror = obtaining.files.mirror();
    let _turn = mirror.turn();
    let worth = match single {
        Single::Bytes(bytes) => {
            mirror.write(&record_path(&wanted.digest), &bytes)?;
            mirror.barrier()?;
            obtaining.rules.worth(wanted, Answer::Bytes(bytes))
        }
        Single::Absent(why) => obtaining.rules.worth(wanted, Answer::Nothing(why)),
        Single::Wrong(sentence) => Worth::Other { sentence },
    };
    judge(obtaining, index, worth)
}

/// What an older version of the rules did not know is looked at again, in the mirror.
fn judge_deferred(obtaining: &Obtaining) -> Result<(), Stop> {
    let ledger = &obtaining.desk.ledger;
    if log::by_id(&mut *ledger.reader()?, obtaining.log)?.rules >= RULES {
        return Ok(());
    }
    let mut from = 0;
    loop {
        let class = Class::Deferred;
        let some = quarantine::awaited(
            &mut *ledger.reader()?,
            obtaining.log,
            class,
            from,
            MOST_RECORDS,
        )?;
        let Some(last) = some.last() else {
            break;
        };
        from = last.index + 1;
        for record in &some {
            judge_again(obtaining, record)?;
        }
    }
    Ok(ledger.write(|connection| log::set_rules(connection, obtaining.log, RULES))?)
}

fn judge_again(obtaining: &Obtaining, record: &Awaited) -> Result<(), Stop> {
    let Some(wanted) = wanted_again(obtaining, record) else {
        return Ok(());
    };
    let found = obtaining
        .files
        .mirror()
        .record(record.index, &record.digest)?;
    let answer = found.map_or_else(
        || Answer::Nothing("the mirror does not have it".to_owned()),
        Answer::Bytes,
    );
    let worth = obtaining.rules.worth(&wanted, answer);
    judge(obtaining, record.index, worth)
}

fn judge(obtaining: &Obtaining, index: u64, worth: Worth) -> Result<(), Stop> {
    let now = obtaining.desk.clock.timestamp();
    let under = Sequence::New { now: &now };
    Ok(obtaining
        .desk
        .ledger
        .judge_bytes(obtaining.log, index, worth, under)?)
}

fn wanted_again(obtaining: &Obtaining, record: &Awaited) -> Option<Wanted> {
    let id = Accession::parse(&record.accession).ok()?;
    (id.prefix() == obtaining.rules.prefix.as_str()).then_some(Wanted {
        id,
        version: record.version,
        digest: record.digest,
        size: record.size,
    })
}
