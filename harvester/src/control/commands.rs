//! Does commands on a harvester's stores, whether this process is the command itself or the server.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};
use protocol::roster::Status;
use serde::Serialize;
use serde_json::json;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, watch};

use super::frames::MOST_OUTPUT;
use super::{Asker, Command, Interest, Operate, REFUSED, Request, portal, say};
use crate::harvest::round::MemberReport;
use crate::operate::{Harvester, SyncRequest};
use crate::query::{Question, Wanted};
use crate::text::SearchRequest;

/// Does commands on one harvester.
pub struct Commands {
    harvester: Arc<Harvester>,
    runtime: Handle,
    /// what makes stores again, compares them or changes the terms in them, one at a time
    alone: Mutex<()>,
}

impl Commands {
    /// Does commands on this harvester; `runtime` has several threads.
    pub fn new(harvester: Arc<Harvester>, runtime: Handle) -> Self {
        Self {
            harvester,
            runtime,
            alone: Mutex::const_new(()),
        }
    }

    fn wait<T>(
        &self,
        request: &Request,
        asker: &dyn Asker,
        work: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<T> {
        let interest = asker.interest();
        self.runtime
            .block_on(unless_given_up(&request.command, interest, work))
    }

    /// Graph and text index at the ledger's position, which a server that has just started is on its way to.
    fn catch_up(&self, asker: &dyn Asker) -> anyhow::Result<()> {
        if !self.harvester.is_ready() {
            asker.tell("bringing graph and text index up to date");
        }
        self.harvester.catch_up().map(|_| ())
    }

    fn sync(&self, request: &Request, asker: &dyn Asker, sync: &SyncRequest) -> anyhow::Result<u8> {
        let work = self.harvester.sync(sync, |line| asker.tell(line));
        let reports = self.wait(request, asker, work)?;
        print_members(asker, &reports, request.json)?;
        let standing = self.harvester.status()?;
        let is_current = |id: &str| {
            standing
                .iter()
                .any(|report| report.id == id && report.is_current())
        };
        // also of members that were not asked this time
        let is_amiss = self
            .harvester
            .roster()
            .members
            .iter()
            .any(|member| member.status == Status::Active && !is_current(&member.id));
        Ok(if is_amiss { REFUSED } else { 0 })
    }

    fn query(
        &self,
        request: &Request,
        asker: &dyn Asker,
        text: &str,
        format: Option<&str>,
    ) -> anyhow::Result<u8> {
        self.catch_up(asker)?;
        let question = Question {
            text: text.to_owned(),
            wanted: format.map_or(Wanted::Anything, |name| Wanted::Named(name.to_owned())),
            ..Question::default()
        };
        let asked = self.harvester.asked()?;
        let answering = async { Ok(asked.queries().run(question).await?) };
        let mut answer = self.wait(request, asker, answering)?;
        let mut part = vec![0; MOST_OUTPUT];
        loop {
            let length = answer
                .read(&mut part)
                .context("the result cannot be read back")?;
            if length == 0 {
                return Ok(0);
            }
            asker.print(&part[..length])?;
        }
    }

    fn search(&self, request: &Request, asker: &dyn Asker, words: &str) -> anyhow::Result<u8> {
        self.catch_up(asker)?;
        let wanted = SearchRequest::from_query(&[("q".to_owned(), words.to_owned())])?;
        let answer = self.harvester.search(&wanted)?;
        if request.json {
            print_json(asker, &answer)?;
        } else {
            asker.print(say::hits(&answer)?.as_bytes())?;
            asker.tell(&format!("{} found", answer.total));
        }
        Ok(0)
    }

    fn load_ontologies(&self, asker: &dyn Asker, files: &[PathBuf]) -> anyhow::Result<u8> {
        let _alone = self.runtime.block_on(self.alone.lock());
        self.catch_up(asker)?;
        let loaded = self.harvester.load_ontologies(files)?;
        for ontology in &loaded.listed {
            let line = format!("{}\t{} terms\n", ontology.name, ontology.terms);
            asker.print(line.as_bytes())?;
        }
        asker.print(format!("{} terms changed\n", loaded.changed.len()).as_bytes())?;
        Ok(0)
    }

    fn check(&self, request: &Request, asker: &dyn Asker) -> anyhow::Result<u8> {
        let work = async {
            let _alone = self.alone.lock().await;
            self.harvester.check(|line| asker.tell(line)).await
        };
        let problems = self.wait(request, asker, work)?;
        if request.json {
            print_json(asker, &json!({ "problems": problems }))?;
        } else {
            asker.print(say::problems(&problems)?.as_bytes())?;
        }
        Ok(if problems.is_empty() { 0 } else { REFUSED })
    }

    fn rebuild(&self, request: &Request, asker: &dyn Asker) -> anyhow::Result<u8> {
        let work = async {
            let _alone = self.alone.lock().await;
            self.harvester.rebuild(|line| asker.tell(line)).await
        };
        let entries = self.wait(request, asker, work)?;
        let line = format!("ledger, graph and text index were made again from {entries} entries\n");
        asker.print(line.as_bytes())?;
        Ok(0)
    }
}

impl Operate for Commands {
    fn operate(&self, request: &Request, asker: &dyn Asker) -> anyhow::Result<u8> {
        match &request.command {
            Command::Sync { member, mirror } => {
                let sync = SyncRequest {
                    member: member.clone(),
                    mirror: mirror.as_deref().map(portal).transpose()?,
                };
                self.sync(request, asker, &sync)
            }
            Command::Status => {
                print_members(asker, &self.harvester.status()?, request.json)?;
                Ok(0)
            }
            Command::Query { text, format } => self.query(request, asker, text, format.as_deref()),
            Command::Search { words } => self.search(request, asker, words),
            Command::LoadOntologies { files } => self.load_ontologies(asker, files),
            Command::Check => self.check(request, asker),
            Command::Rebuild => self.rebuild(request, asker),
        }
    }
}

/// Waits for work, unless it is given up before: because the process ends, or nobody wants it any more.
async fn unless_given_up<T>(
    command: &Command,
    mut interest: watch::Receiver<Interest>,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    let goes_on = command.goes_on_alone();
    let is_over = |interest: &Interest| match interest {
        Interest::Waiting => false,
        Interest::Gone => !goes_on,
        Interest::Stopping => true,
    };
    let given_up = async {
        match interest.wait_for(is_over).await {
            Ok(interest) => *interest,
            // the connection was given up as a whole, which happens when the process ends
            Err(_) => Interest::Stopping,
        }
    };
    tokio::select! {
        done = work => done,
        interest = given_up => match interest {
            Interest::Stopping => bail!("the server is ending; give the command again"),
            _ => bail!("the command was given up by who asked"),
        },
    }
}

fn print_members(asker: &dyn Asker, reports: &[MemberReport], json: bool) -> anyhow::Result<()> {
    if json {
        return print_json(asker, &json!({ "members": reports }));
    }
    Ok(asker.print(say::members(reports)?.as_bytes())?)
}

fn print_json(asker: &dyn Asker, document: &impl Serialize) -> anyhow::Result<()> {
    let mut line = serde_json::to_vec(document)?;
    line.push(b'\n');
    Ok(asker.print(&line)?)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    fn sync() -> Command {
        Command::Sync {
            member: None,
            mirror: None,
        }
    }

    /// What becomes of work that does not end by itself before this interest is there.
    fn after(command: &Command, interest: Interest) -> Result<&'static str, String> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let (sender, receiver) = watch::channel(Interest::Waiting);
        runtime.block_on(async {
            let work = async {
                sender.send_replace(interest);
                // whoever looks at the interest has seen it after some turns
                for _ in 0..10 {
                    tokio::task::yield_now().await;
                }
                Ok("done")
            };
            unless_given_up(command, receiver, work)
                .await
                .map_err(|error| error.to_string())
        })
    }

    #[test]
    fn a_sync_goes_on_without_an_asker_and_a_check_does_not() {
        for command in [&sync(), &Command::Check] {
            assert_eq!(after(command, Interest::Waiting), Ok("done"));
            let ended = after(command, Interest::Stopping).unwrap_err();
            assert!(ended.contains("the server is ending"), "{ended}");
        }
        assert_eq!(after(&sync(), Interest::Gone), Ok("done"));
        let ended = after(&Command::Check, Interest::Gone).unwrap_err();
        assert!(ended.contains("given up"), "{ended}");
    }
}
