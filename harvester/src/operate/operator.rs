//! The operator's commands, carried out on the harvester that this process has (CONTRACT: `omma-harvester`).

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use protocol::roster::{Member, Status};
use serde_json::json;
use tokio::runtime::Runtime;
use url::Url;

use super::roster_standing::{RosterStanding, RosterState};
use super::{Harvester, SyncRequest};
use crate::clock::Clock;
use crate::config::Config;
use crate::control::{Asker, Command, Console, Operate, Outcome};
use crate::data_folder::DataFolder;
use crate::fetch::{AddressRules, Fetch, HttpFetch};
use crate::harvest::round::MemberReport;
use crate::ontology;
use crate::query::{Question, Wanted};
use crate::text::SearchRequest;

/// How often is looked whether the stores can be closed.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// A harvester with the threads that its harvests run on.
#[derive(Debug)]
pub struct Operator {
    harvester: Arc<Harvester>,
    runtime: Runtime,
    /// what makes stores again, compares them or changes the terms in them: one at a time
    alone: tokio::sync::Mutex<()>,
}

impl Operator {
    /// Opens the harvester of a folder whose lock this process has.
    ///
    /// # Errors
    /// What cannot be opened, and what to do.
    pub fn open(folder: &DataFolder, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let config = Config::read(&folder.config())?;
        let limits = config.limits();
        let fetch = |rules| -> anyhow::Result<Arc<dyn Fetch>> {
            Ok(Arc::new(HttpFetch::new(rules, limits)?))
        };
        let strangers = fetch(AddressRules::new(config.allowed()?))?;
        let operators = fetch(AddressRules::any())?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .context("no threads can be had")?;
        let harvester = {
            let _inside = runtime.enter();
            Harvester::open(folder.clone(), config, strangers, operators, clock)?
        };
        Ok(Self {
            harvester,
            runtime,
            alone: tokio::sync::Mutex::const_new(()),
        })
    }

    /// The harvester.
    pub fn harvester(&self) -> &Arc<Harvester> {
        &self.harvester
    }

    /// Ends its threads and closes every store. False when something was at work on them for longer than this.
    pub fn close(self, grace: Duration) -> bool {
        let until = Instant::now() + grace;
        let Self {
            harvester, runtime, ..
        } = self;
        runtime.shutdown_timeout(grace);
        // threads that answered somebody over HTTP let go of it a moment after the server has ended
        while Arc::strong_count(&harvester) > 1 && Instant::now() < until {
            thread::park_timeout(LOOK_AGAIN);
        }
        Arc::into_inner(harvester).is_some()
    }

    /// The threads that its harvests run on.
    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    fn sync(
        &self,
        request: &SyncRequest,
        json: bool,
        console: &mut dyn Console,
    ) -> anyhow::Result<Outcome> {
        let asker = console.asker().clone();
        let reports = self.telling(console, |tell| {
            let work = self.harvester.sync(request, tell);
            self.runtime.block_on(unless_closing(&asker, work))
        })?;
        let of_roster = self.harvester.roster_standing()?;
        print_standing(&reports, &of_roster, json, console)?;
        // CONTRACT: it "ends when every member has been tried; it exits 2 when any `active` member is not `current`". With --member the
        // first half can only mean the member that was asked for, and so does the second: whoever harvests one member wants to know
        // how that one stands
        let roster = self.harvester.roster();
        let is_tried = |member: &&Member| match &request.member {
            Some(wanted) => member.id == *wanted,
            None => true,
        };
        let is_amiss = |member: &Member| {
            let of_member = |report: &&MemberReport| report.id == member.id;
            member.status == Status::Active
                && !reports
                    .iter()
                    .find(of_member)
                    .is_some_and(MemberReport::is_current)
        };
        let any_is_amiss = roster.members.iter().filter(is_tried).any(is_amiss);
        Ok(if any_is_amiss || of_roster.state.is_refusal() {
            Outcome::REFUSED
        } else {
            Outcome::DONE
        })
    }

    /// Does something that says how far it is, from whatever thread.
    fn telling<T>(
        &self,
        console: &mut dyn Console,
        act: impl FnOnce(&(dyn Fn(&str) + Sync)) -> T,
    ) -> T {
        let console = Mutex::new(console);
        act(&|line| {
            console
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .progress(line);
        })
    }

    fn query(
        &self,
        text: String,
        format: Option<String>,
        console: &mut dyn Console,
    ) -> anyhow::Result<Outcome> {
        self.harvester.catch_up()?;
        let question = Question {
            text,
            wanted: format.map_or(Wanted::Anything, Wanted::Named),
            ..Question::default()
        };
        let asked = self.harvester.asked()?;
        let answering = async { Ok(asked.queries().run(question).await?) };
        let asker = console.asker().clone();
        let mut answer = self.runtime.block_on(while_wanted(&asker, answering))?;
        // it is complete, so that no slot is held while somebody reads it slowly
        io::copy(&mut answer, console.out()).context("the result cannot be passed on")?;
        Ok(Outcome::DONE)
    }

    fn search(
        &self,
        words: String,
        json: bool,
        console: &mut dyn Console,
    ) -> anyhow::Result<Outcome> {
        self.harvester.catch_up()?;
        let request = SearchRequest::from_query(&[("q".to_owned(), words)])?;
        let answer = self.harvester.search(&request)?;
        if json {
            writeln!(console.out(), "{}", serde_json::to_string(&answer)?)?;
            return Ok(Outcome::DONE);
        }
        for hit in &answer.hits {
            writeln!(console.out(), "{}\t{}\t{}", hit.id, hit.member, hit.title)?;
        }
        console.progress(&format!("{} found", answer.total));
        Ok(Outcome::DONE)
    }

    fn check(&self, json: bool, console: &mut dyn Console) -> anyhow::Result<Outcome> {
        let asker = console.asker().clone();
        let problems = self.telling(console, |tell| {
            let work = async {
                let _alone = self.alone.lock().await;
                self.harvester.check(tell, || !asker.is_gone()).await
            };
            self.runtime.block_on(while_wanted(&asker, work))
        })?;
        let out = console.out();
        if json {
            writeln!(out, "{}", json!({ "problems": problems }))?;
        } else {
            for problem in &problems {
                writeln!(out, "{}: {}", problem.r#where, problem.sentence)?;
            }
            writeln!(out, "{} problems", problems.len())?;
        }
        Ok(if problems.is_empty() {
            Outcome::DONE
        } else {
            Outcome::REFUSED
        })
    }

    fn rebuild(&self, console: &mut dyn Console) -> anyhow::Result<Outcome> {
        let asker = console.asker().clone();
        let entries = self.telling(console, |tell| {
            let work = async {
                let _alone = self.alone.lock().await;
                self.harvester.rebuild(tell).await
            };
            self.runtime.block_on(unless_closing(&asker, work))
        })?;
        writeln!(console.out(), "{entries} entries")?;
        Ok(Outcome::DONE)
    }

    fn load_ontologies(
        &self,
        files: &[PathBuf],
        console: &mut dyn Console,
    ) -> anyhow::Result<Outcome> {
        let alone = async { Ok(self.alone.lock().await) };
        let asker = console.asker().clone();
        let _alone = self.runtime.block_on(unless_closing(&asker, alone))?;
        self.harvester.catch_up()?;
        let loaded = self.harvester.load_ontologies(files)?;
        let out = console.out();
        for ontology in &loaded.listed {
            writeln!(out, "{}\t{} terms", ontology.name, ontology.terms)?;
        }
        writeln!(out, "{} terms changed", loaded.changed.len())?;
        Ok(Outcome::DONE)
    }

    fn list_ontologies(&self, json: bool, console: &mut dyn Console) -> anyhow::Result<Outcome> {
        let listed = ontology::list(&self.harvester.folder.ontologies())?;
        let out = console.out();
        if json {
            writeln!(out, "{}", json!(listed))?;
            return Ok(Outcome::DONE);
        }
        for ontology in &listed {
            let version = ontology.version.as_deref().unwrap_or("-");
            writeln!(
                out,
                "{}\t{version}\t{} terms\t{}",
                ontology.name, ontology.terms, ontology.file
            )?;
        }
        Ok(Outcome::DONE)
    }
}

impl Operate for Operator {
    fn operate(
        &self,
        command: Command,
        json: bool,
        console: &mut dyn Console,
    ) -> anyhow::Result<Outcome> {
        match command {
            Command::Sync { member, mirror } => {
                let mirror = mirror.as_deref().map(Url::parse).transpose();
                let mirror = mirror.context("the mirror's address")?;
                self.sync(&SyncRequest { member, mirror }, json, console)
            }
            Command::Status => {
                let of_roster = self.harvester.roster_standing()?;
                print_standing(&self.harvester.status()?, &of_roster, json, console)?;
                Ok(Outcome::DONE)
            }
            Command::Query { text, format } => self.query(text, format, console),
            Command::Search { words } => self.search(words, json, console),
            Command::OntologyLoad { files } => self.load_ontologies(&files, console),
            Command::OntologyList => self.list_ontologies(json, console),
            Command::Check => self.check(json, console),
            Command::Rebuild => self.rebuild(console),
        }
    }
}

/// Waits for what is given up when nobody wants it any more.
async fn while_wanted<T>(
    asker: &Asker,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    tokio::select! {
        done = work => done,
        () = asker.gone() => bail!("it was given up, as nobody waits for it any more"),
    }
}

/// Waits for what goes on without its asker; a process that ends leaves it where the next harvest goes on.
async fn unless_closing<T>(
    asker: &Asker,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    tokio::select! {
        done = work => done,
        () = asker.closing() => bail!("it was given up, as the process ends"),
    }
}

/// How members stand and what is amiss with the roster, as JSON or as a table.
fn print_standing(
    reports: &[MemberReport],
    roster: &RosterStanding,
    json: bool,
    console: &mut dyn Console,
) -> anyhow::Result<()> {
    let out = console.out();
    if json {
        writeln!(out, "{}", json!({ "members": reports, "roster": roster }))?;
        return Ok(());
    }
    writeln!(
        out,
        "{:<20} {:<14} {:>10} {:>10} {:>10} {:>10} {:>10} {:>11}",
        "member", "state", "entries", "current", "superseded", "removed", "event", "quarantined"
    )?;
    for report in reports {
        let counts = &report.counts;
        writeln!(
            out,
            "{:<20} {:<14} {:>10} {:>10} {:>10} {:>10} {:>10} {:>11}",
            report.id,
            report.state,
            counts.entries,
            counts.current,
            counts.superseded,
            counts.removed,
            counts.event,
            counts.quarantined
        )?;
        if !report.detail.is_empty() {
            writeln!(out, "    {}", report.detail)?;
        }
    }
    if roster.state != RosterState::Current {
        let (version, state) = (roster.version, roster.state.as_str());
        writeln!(out, "roster, version {version}: {state}: {}", roster.detail)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use tokio::sync::watch;

    use super::{Asker, unless_closing, while_wanted};
    use crate::control::Standing;

    /// What becomes of work that ends some turns after its asker stands so: of what only reads, and of what goes on.
    fn after(standing: Standing) -> [Result<(), String>; 2] {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let (said, heard) = watch::channel(Standing::Waiting);
        let asker = Asker::new(heard);
        let work = || async {
            said.send_replace(standing);
            // enough turns for whoever listens to have heard it
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            Ok(())
        };
        let reads = runtime.block_on(while_wanted(&asker, work()));
        said.send_replace(Standing::Waiting);
        let goes_on = runtime.block_on(unless_closing(&asker, work()));
        [reads, goes_on].map(|ended| ended.map_err(|error| error.to_string()))
    }

    #[test]
    fn what_only_reads_ends_with_its_asker_and_all_ends_with_the_process() {
        assert_eq!(after(Standing::Waiting), [Ok(()), Ok(())]);
        let given_up = Err("it was given up, as nobody waits for it any more".to_owned());
        assert_eq!(after(Standing::Gone), [given_up.clone(), Ok(())]);
        let ends = Err("it was given up, as the process ends".to_owned());
        assert_eq!(after(Standing::Closing), [given_up, ends]);
    }
}
