//! The operator's commands, carried out on the harvester that this process has (CONTRACT: `omma-harvester`).

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use protocol::roster::{Member, Status};
use serde_json::json;
use tokio::runtime::Runtime;
use url::Url;

use super::{Harvester, SyncRequest};
use crate::clock::Clock;
use crate::config::Config;
use crate::control::{Command, Console, Operate, Outcome};
use crate::data_folder::DataFolder;
use crate::fetch::{AddressRules, Fetch, HttpFetch};
use crate::harvest::round::MemberReport;
use crate::ontology;
use crate::query::{Question, Wanted};
use crate::text::SearchRequest;

/// A harvester with the threads that its harvests run on.
#[derive(Debug)]
pub struct Operator {
    harvester: Arc<Harvester>,
    runtime: Runtime,
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
        Ok(Self { harvester, runtime })
    }

    /// The harvester.
    pub fn harvester(&self) -> &Arc<Harvester> {
        &self.harvester
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
        let reports = self.telling(console, |tell| {
            self.runtime.block_on(self.harvester.sync(request, tell))
        })?;
        print_members(&reports, json, console)?;
        let roster = self.harvester.roster();
        let standing = self.harvester.status()?;
        let is_amiss = |member: &Member| {
            let of_member = |report: &&MemberReport| report.id == member.id;
            member.status == Status::Active
                && !standing
                    .iter()
                    .find(of_member)
                    .is_some_and(MemberReport::is_current)
        };
        Ok(if roster.members.iter().any(is_amiss) {
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
        let queries = self.harvester.queries()?;
        queries.run_to_writer(question, console.out())?;
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
        let problems = self.telling(console, |tell| {
            self.runtime.block_on(self.harvester.check(tell))
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
                print_members(&self.harvester.status()?, json, console)?;
                Ok(Outcome::DONE)
            }
            Command::Query { text, format } => self.query(text, format, console),
            Command::Search { words } => self.search(words, json, console),
            Command::OntologyLoad { files } => {
                self.harvester.catch_up()?;
                let loaded = self.harvester.load_ontologies(&files)?;
                let out = console.out();
                for ontology in &loaded.listed {
                    writeln!(out, "{}\t{} terms", ontology.name, ontology.terms)?;
                }
                writeln!(out, "{} terms changed", loaded.changed.len())?;
                Ok(Outcome::DONE)
            }
            Command::OntologyList => self.list_ontologies(json, console),
            Command::Check => self.check(json, console),
            Command::Rebuild => {
                let entries = self.telling(console, |tell| {
                    self.runtime.block_on(self.harvester.rebuild(tell))
                })?;
                writeln!(console.out(), "{entries} entries")?;
                Ok(Outcome::DONE)
            }
        }
    }
}

/// How members stand, as JSON or as a table.
fn print_members(
    reports: &[MemberReport],
    json: bool,
    console: &mut dyn Console,
) -> anyhow::Result<()> {
    let out = console.out();
    if json {
        writeln!(out, "{}", json!({ "members": reports }))?;
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
    Ok(())
}
