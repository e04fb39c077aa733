//! Record bytes that were missing or wrong, and record bundles that were served broken, are asked for again at every run.

use protocol::bundle;
use protocol::identifier::Accession;
use protocol::tile::{EntryBundleAddress, RecordBundleAddress, WIDTH, record_path};

use super::obtain::{Obtaining, Single, open_record_bundle};
use super::stop::{Refusal, Stop, is_answer};
use crate::ledger::judge::{Class, Sequence};
use crate::ledger::quarantine::{self, Awaited};
use crate::ledger::{RULES, log};
use crate::mirror::{Announced, puts};
use crate::verify::{Answer, Wanted, Worth};

/// The most records asked for again in one run: a member that lost all of them does not hold up its own news.
const MOST_RECORDS: usize = 1_000;

/// Asks again for everything that is missing of a log, and judges again what an older version deferred.
///
/// # Errors
/// [`Stop`] when nobody can be asked, or something of ours fails.
pub async fn ask_again(obtaining: &Obtaining, log: i32) -> Result<(), Stop> {
    ask_for_bundles(obtaining, log).await?;
    ask_for_records(obtaining, log).await?;
    judge_deferred(obtaining, log).await
}

/// Record bundles that were absent or wrong. One that is whole now takes the place of the single records that stood in.
async fn ask_for_bundles(obtaining: &Obtaining, log: i32) -> Result<(), Stop> {
    let broken = quarantine::broken_bundles(&mut *obtaining.desk.ledger.reader()?, log)?;
    for bundle in broken {
        match fetch_bundle(obtaining, bundle.index).await? {
            Ok(()) => obtaining.desk.ledger.write(|connection| {
                quarantine::remove_broken_bundle(connection, log, bundle.index)
            })?,
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

/// Fetches one record bundle into the mirror.
async fn fetch_bundle(obtaining: &Obtaining, index: u64) -> Result<Result<(), Refusal>, Stop> {
    let (Some(of_entries), Some(of_records)) = (
        EntryBundleAddress::new(index, WIDTH as u16),
        RecordBundleAddress::new(index),
    ) else {
        return Ok(Ok(()));
    };
    let mirror = obtaining.files.mirror();
    let Some(entries) = mirror.read(&of_entries.path())? else {
        return Ok(Ok(()));
    };
    let entries = bundle::decode_entries(&entries, WIDTH as u16)
        .map_err(|error| Stop::Ours(anyhow::anyhow!("{}: {error}", of_entries.path())))?;
    let announced = puts(&entries);
    let sizes: Vec<u64> = announced.iter().map(|put| put.size).collect();
    let limit = bundle::inflated_limit(&sizes);
    let path = of_records.path();
    let outcome = obtaining
        .files
        .first_fitting(&path, limit as u64 + (limit as u64 >> 8) + 1024, |framed| {
            let found = open_record_bundle(&framed, &announced, &sizes, limit)
                .map_err(|fault| format!("the record bundle {path}: {fault}"))?;
            // a single record that stands in is not redacted, whatever the bundle says
            let is_left_out = |put: &&Announced| {
                let single = mirror.read(&record_path(&put.digest));
                !found.contains_key(&put.digest) && matches!(single, Ok(Some(_)))
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
        Ok((framed, is_new)) => {
            if is_new {
                mirror.write(&path, &framed)?;
                mirror.barrier()?;
            }
            for put in &announced {
                mirror.remove(&record_path(&put.digest))?;
            }
            Ok(Ok(()))
        }
        Err(Refusal::Ours(error)) => Err(Stop::Ours(error)),
        Err(Refusal::Unasked(error)) if error.is_about_reaching() && !is_answer(&error) => {
            Err(Refusal::Unasked(error).into())
        }
        Err(fault) => Ok(Err(fault)),
    }
}

/// Single records. Runs begin at different places, so that none is asked for at every run and another never.
async fn ask_for_records(obtaining: &Obtaining, log: i32) -> Result<(), Stop> {
    let (awaited, start) = {
        let connection = &mut *obtaining.desk.ledger.reader()?;
        let all = quarantine::awaited(connection, log, Class::Unavailable, 0, i64::MAX)?;
        let minutes = obtaining.desk.clock.now().unix_timestamp().unsigned_abs() / 60;
        let rounds = all.len().div_ceil(MOST_RECORDS).max(1);
        let start = (minutes as usize % rounds) * MOST_RECORDS;
        (all, start)
    };
    for record in awaited.iter().skip(start).take(MOST_RECORDS) {
        let Some(wanted) = wanted_again(obtaining, record) else {
            continue;
        };
        let worth = match obtaining.single(record.index, &wanted).await? {
            Single::Bytes(bytes, is_new) => {
                if is_new {
                    let mirror = obtaining.files.mirror();
                    mirror.write(&record_path(&wanted.digest), &bytes)?;
                    mirror.barrier()?;
                }
                obtaining.rules.worth(&wanted, Answer::Bytes(bytes))
            }
            Single::Absent(why) => obtaining.rules.worth(&wanted, Answer::Nothing(why)),
            Single::Wrong(sentence) => Worth::Other { sentence },
        };
        judge(obtaining, log, record.index, worth)?;
    }
    Ok(())
}

/// What an older version of the rules did not know is looked at again, in the mirror.
async fn judge_deferred(obtaining: &Obtaining, log: i32) -> Result<(), Stop> {
    let (kept, deferred) = {
        let connection = &mut *obtaining.desk.ledger.reader()?;
        let deferred = quarantine::awaited(connection, log, Class::Deferred, 0, i64::MAX)?;
        (log::by_id(connection, log)?, deferred)
    };
    if kept.rules >= RULES {
        return Ok(());
    }
    for record in &deferred {
        let Some(wanted) = wanted_again(obtaining, record) else {
            continue;
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
        judge(obtaining, log, record.index, worth)?;
    }
    Ok(obtaining
        .desk
        .ledger
        .write(|connection| log::set_rules(connection, log, RULES))?)
}

fn judge(obtaining: &Obtaining, log: i32, index: u64, worth: Worth) -> Result<(), Stop> {
    let now = obtaining.desk.clock.timestamp();
    let under = Sequence::New { now: &now };
    Ok(obtaining
        .desk
        .ledger
        .judge_bytes(log, index, worth, under)?)
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
