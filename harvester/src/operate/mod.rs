//! The harvester as one value: what commands and the server work with.
//!
//! Whoever has DATA's lock opens it, `serve` for as long as it runs, a command for its own time; the others ask the one who has it
//! (`control`). So every store has one owner.

pub mod asking;
pub mod checking;
pub mod following;
pub mod operator;
pub mod polling;
pub mod premises;
pub mod roster_standing;
pub mod state;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use anyhow::Context;
use protocol::roster::{Document, Member};
use tokio::sync::Semaphore;
use url::Url;

use crate::clock::Clock;
use crate::config::{Config, GraphPlace};
use crate::data_folder::DataFolder;
use crate::ending::Ending;
use crate::fetch::{CountedFetch, Fetch, FetchCounts};
use crate::harvest::Task;
use crate::harvest::desk::Desk;
use crate::harvest::replay::replay;
use crate::harvest::round::{self, MemberReport, Round};
use crate::ledger::Ledger;
use crate::mirror::Mirror;
use crate::ontology;
use crate::projection::catch_up::{CaughtUp, Projections};
use crate::projection::stores::Shelves;
use crate::roster::HeldRoster;
use crate::similar::SimilarImages;
use checking::Problem;
use following::RosterSource;
use roster_standing::{NotFollowed, RosterStanding};
use state::CurrentState;

/// One harvester, with everything that it owns.
pub struct Harvester {
    folder: DataFolder,
    config: Config,
    clock: Arc<dyn Clock>,
    desk: Desk,
    roster: RwLock<HeldRoster>,
    projections: Arc<Projections>,
    /// which images look alike, as the graph has them
    similar: Arc<SimilarImages>,
    state: RwLock<Option<CurrentState>>,
    /// harvests go on beside each other, but not beside a rebuild or a check
    turn: tokio::sync::RwLock<()>,
    /// who answers queries on the newest generation of the stores
    asked: Mutex<Option<asking::Asked>>,
    /// one look for a newer roster at a time
    following: tokio::sync::Mutex<()>,
    /// why the last one in this process was in vain
    not_followed: Mutex<Option<NotFollowed>>,
    ending: Ending,
    /// one harvest of a member at a time
    members: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    /// runs of members that ended since the start
    runs: AtomicUsize,
    /// what came of fetching, of both kinds
    fetched: FetchCounts,
    /// reaches any address: for what an operator named
    operators_fetch: Arc<dyn Fetch>,
}

impl std::fmt::Debug for Harvester {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Harvester")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// What a sync is to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncRequest {
    /// this member alone
    pub member: Option<String>,
    /// another harvester, whose mirrors are asked instead of the members
    pub mirror: Option<Url>,
}

impl Harvester {
    /// Opens everything that a harvester owns. Projections that are not at the ledger's position are brought there by
    /// [`Harvester::catch_up`], not here.
    ///
    /// # Errors
    /// When something of it cannot be opened; says what and what to do.
    pub fn open(
        folder: DataFolder,
        config: Config,
        fetch: Arc<dyn Fetch>,
        operators_fetch: Arc<dyn Fetch>,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Arc<Self>> {
        if let Err(error) = folder.sweep() {
            // it is in nobody's way but that of the disk
            tracing::warn!("{error:#}");
        }
        let ending = Ending::default();
        let ledger = Arc::new(Ledger::open(&folder.state())?);
        let mirror = Mirror::new(folder.mirror());
        let roster = HeldRoster::open(&folder)?;
        let terms = Arc::new(ontology::terms(&folder.ontologies())?);
        let shelves = Shelves {
            graph: match config.graph.place {
                GraphPlace::Memory => None,
                GraphPlace::Disk => Some(folder.graph()),
            },
            text: folder.text(),
            text_heap: config.text.heap_mib << 20,
        };
        let projections = Arc::new(Projections::new(
            Arc::clone(&ledger),
            mirror.clone(),
            shelves,
            terms,
            roster.document(),
            ending.clone(),
        )?);
        let fetched = FetchCounts::default();
        let counted = |fetch| Arc::new(CountedFetch::new(fetch, fetched.clone())) as Arc<dyn Fetch>;
        let (fetch, operators_fetch) = (counted(fetch), counted(operators_fetch));
        // a half is divided among those who are harvested at once, so that none can take it from another
        let half_kib = u32::try_from(config.fetch.memory_mib << 9).unwrap_or(u32::MAX);
        let at_once = u32::try_from(config.fetch.parallel_members.max(1)).unwrap_or(u32::MAX);
        let desk = Desk {
            fetch,
            mirror,
            ledger,
            clock: Arc::clone(&clock),
            own_kib: half_kib / at_once,
            budget: Arc::new(Semaphore::new(half_kib as usize)),
            budget_kib: half_kib,
            evidence: folder.evidence(),
        };
        Ok(Arc::new(Self {
            folder,
            config,
            clock,
            desk,
            roster: RwLock::new(roster),
            projections,
            similar: Arc::default(),
            state: RwLock::new(None),
            turn: tokio::sync::RwLock::new(()),
            asked: Mutex::new(None),
            following: tokio::sync::Mutex::new(()),
            not_followed: Mutex::new(None),
            ending,
            members: Mutex::default(),
            runs: AtomicUsize::new(0),
            fetched,
            operators_fetch,
        }))
    }

    /// Told when this process is to end, so that what takes long ends between two pieces of work.
    pub fn ending(&self) -> &Ending {
        &self.ending
    }

    /// How it stands with the roster.
    ///
    /// # Errors
    /// When the evidence cannot be looked through.
    pub fn roster_standing(&self) -> anyhow::Result<RosterStanding> {
        let not_followed = self
            .not_followed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        RosterStanding::of(&self.held_roster(), self.clock.now(), not_followed.as_ref())
    }

    /// Its folder.
    pub fn folder(&self) -> &DataFolder {
        &self.folder
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The ledger, the mirror and the clock.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Graph and text index.
    pub fn projections(&self) -> &Arc<Projections> {
        &self.projections
    }

    /// The roster's document, as it is held now.
    pub fn roster(&self) -> Document {
        self.held_roster().document().clone()
    }

    /// Which images look alike, of those that the graph shows now.
    ///
    /// # Errors
    /// When graph or ledger cannot be read.
    pub fn similar_images(&self) -> anyhow::Result<Arc<SimilarImages>> {
        let (graph, namespaces) = (
            self.projections.stores().graph,
            self.projections.namespaces(),
        );
        self.similar.bring(&graph, &self.desk.ledger, &namespaces)?;
        Ok(Arc::clone(&self.similar))
    }

    /// The id of the state that both projections show; none while they are catching up.
    pub fn state(&self) -> Option<CurrentState> {
        self.state
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn held_roster(&self) -> std::sync::RwLockReadGuard<'_, HeldRoster> {
        self.roster.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings graph and text index to what the ledger says, and names the state that they show.
    ///
    /// # Errors
    /// When a store cannot be read or written.
    pub fn catch_up(&self) -> anyhow::Result<CaughtUp> {
        let caught_up = self.projections.catch_up()?;
        let version = self.held_roster().document().version;
        let connection = &mut *self.desk.ledger.reader()?;
        let state = state::compute(connection, &self.desk.mirror, version)?
            .filter(|state| state.sequence == caught_up.sequence);
        if let Some(state) = &state {
            let now = self.clock.timestamp();
            self.desk.ledger.write(|connection| {
                crate::ledger::state::set(
                    connection,
                    &state.id,
                    &state.document,
                    state.sequence,
                    &now,
                )
            })?;
        }
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = state;
        // whoever asks would do it; they need not wait
        self.similar_images()?;
        Ok(caught_up)
    }

    /// Fetches the roster, harvests members and brings the projections up to date.
    ///
    /// # Errors
    /// When something of ours fails, or no member has the wanted id. What becomes of members is in the reports.
    pub async fn sync(
        &self,
        request: &SyncRequest,
        progress: impl Fn(&str) + Sync,
    ) -> anyhow::Result<Vec<MemberReport>> {
        let _turn = self.turn.read().await;
        if let Err(error) = self.follow_roster().await {
            progress(&format!("the roster was not brought up to date: {error:#}"));
        }
        let roster = self.roster();
        let members = members_to_harvest(&roster, request.member.as_deref())?;
        let round = self.round(&roster, request)?;
        let alone = |member: &Member| self.lock_of(&member.id).lock_owned();
        let mut reports = round
            .run(&self.desk, &members, alone, |report| {
                progress(&format!(
                    "{}: {}, {} new entries in {:.1} s{}{}",
                    report.id,
                    report.state,
                    report.new,
                    report.seconds,
                    if report.detail.is_empty() { "" } else { ": " },
                    report.detail
                ));
            })
            .await?;
        progress("bringing graph and text index up to date");
        tokio::task::block_in_place(|| self.catch_up())?;
        reports.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(reports)
    }

    /// Harvests one member, without looking for a newer roster.
    ///
    /// # Errors
    /// As [`Harvester::sync`].
    pub async fn harvest_member(&self, member: &Member) -> anyhow::Result<MemberReport> {
        let _turn = self.turn.read().await;
        let _alone = self.lock_of(&member.id).lock_owned().await;
        let roster = self.roster();
        let round = self.round(&roster, &SyncRequest::default())?;
        Ok(round.member(&self.desk, member).await?)
    }

    fn lock_of(&self, member: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut members = self.members.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(members.entry(member.to_owned()).or_default())
    }

    /// A member's run has ended.
    pub fn note_first_run(&self) {
        self.runs.fetch_add(1, Ordering::Relaxed);
    }

    /// Runs of members that ended since the start.
    pub fn runs(&self) -> usize {
        self.runs.load(Ordering::Relaxed)
    }

    /// What came of fetching since the start.
    pub fn fetched(&self) -> &FetchCounts {
        &self.fetched
    }

    /// Whether as many runs have ended as there are members.
    pub fn all_were_asked(&self) -> bool {
        self.runs.load(Ordering::Relaxed) >= self.roster().members.len()
    }

    /// Whether graph and text index hold something to answer from.
    pub fn is_ready(&self) -> bool {
        let stores = self.projections.stores();
        stores.text.position().is_some() && matches!(stores.graph.position(), Ok(Some(_)))
    }

    /// The signed note of a version of the roster; none where that was never seen here.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn roster_note(&self, version: u64) -> anyhow::Result<Option<Vec<u8>>> {
        self.held_roster().note(version)
    }

    /// Days until the roster expires.
    pub fn roster_days_left(&self) -> i64 {
        self.held_roster().days_left(self.clock.now())
    }

    fn round(&self, roster: &Document, request: &SyncRequest) -> anyhow::Result<Round> {
        let mirrors = match &request.mirror {
            Some(portal) => vec![portal.join("mirror/").context("the mirror's address")?],
            None => Vec::new(),
        };
        Ok(Round {
            roster: roster.clone(),
            is_expired: self.held_roster().is_expired(self.clock.now()),
            at_once: self.config.fetch.parallel_members,
            longest: Duration::from_secs(self.config.fetch.member_minutes * 60),
            only_mirrors: request.mirror.is_some(),
            mirrors,
        })
    }

    /// How every member stands, without asking it.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn status(&self) -> anyhow::Result<Vec<MemberReport>> {
        let connection = &mut *self.desk.ledger.reader()?;
        let mut reports = self
            .roster()
            .members
            .iter()
            .map(|member| Ok(round::report(connection, member)?))
            .collect::<anyhow::Result<Vec<_>>>()?;
        reports.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(reports)
    }

    /// Makes ledger, graph and text index again from the mirror.
    ///
    /// # Errors
    /// When the mirror does not give what was verified, or something of ours fails.
    pub async fn rebuild(&self, progress: impl Fn(&str) + Sync) -> anyhow::Result<u64> {
        let _turn = self.turn.write().await;
        progress("judging every entry of the mirror again");
        let tasks = self.tasks()?;
        let entries = replay(&self.desk, &tasks, true)
            .await
            .map_err(|stop| match stop {
                crate::harvest::stop::Stop::Ours(error) => error,
                other => anyhow::anyhow!("{}", other.state().1),
            })?;
        progress(&format!(
            "{entries} entries judged; making graph and text index"
        ));
        tokio::task::block_in_place(|| {
            self.projections.rebuild()?;
            self.catch_up()
        })?;
        Ok(entries)
    }

    /// Reads everything again and compares each thing with what it follows from, as long as somebody wants to know.
    ///
    /// # Errors
    /// When it cannot be done; what is found is in the answer.
    pub async fn check(
        &self,
        progress: impl Fn(&str) + Sync,
        is_wanted: impl Fn() -> bool + Sync,
    ) -> anyhow::Result<Vec<Problem>> {
        let _turn = self.turn.write().await;
        let beside = self.folder.room_for_check()?;
        let tasks = self.tasks()?;
        let mut problems =
            checking::mirror_and_ledger(&self.desk, &tasks, beside.path(), &progress).await?;
        if problems.iter().any(|problem| problem.r#where == "mirror") {
            // all else follows from the mirror
            return Ok(problems);
        }
        progress("making graph and text index again, and comparing");
        let go_on = || {
            self.ending.go_on()?;
            anyhow::ensure!(is_wanted(), "nobody waits for the check any more");
            Ok(())
        };
        problems.extend(tokio::task::block_in_place(|| {
            checking::projections(&self.projections, beside.path(), &go_on)
        })?);
        Ok(problems)
    }

    /// Keeps ontology files and brings both projections to the terms that they change.
    ///
    /// # Errors
    /// When a file is refused or a store cannot be written.
    pub fn load_ontologies(&self, files: &[PathBuf]) -> anyhow::Result<ontology::Loaded> {
        let loaded = ontology::load(&self.folder.ontologies(), files, &self.projections.terms())?;
        crate::crash::point("ontologies-kept");
        self.projections.set_terms(Arc::clone(&loaded.terms))?;
        Ok(loaded)
    }

    /// What there is to harvest of every member that this version can harvest.
    fn tasks(&self) -> anyhow::Result<Vec<Task>> {
        let roster = self.roster();
        let round = self.round(&roster, &SyncRequest::default())?;
        Ok(roster
            .members
            .iter()
            .filter_map(|member| {
                let may_judge = member.status == protocol::roster::Status::Active;
                round.task(member, may_judge).ok()
            })
            .collect())
    }

    /// Looks for a newer roster where the configuration says; whether there was one.
    ///
    /// # Errors
    /// When it cannot be had, or is refused; the one that is held stays.
    pub async fn follow_roster(&self) -> anyhow::Result<bool> {
        let _alone = self.following.lock().await;
        let source = RosterSource::parse(&self.config.roster.source);
        let mut held = self.held_roster().clone();
        let followed = source.follow(&mut held, &*self.operators_fetch).await;
        // what was accepted before something was refused is stored, and holds
        self.projections.set_roster(held.document());
        *self.roster.write().unwrap_or_else(PoisonError::into_inner) = held;
        *self
            .not_followed
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = followed.as_ref().err().map(NotFollowed::by);
        followed
    }
}

fn members_to_harvest<'r>(
    roster: &'r Document,
    wanted: Option<&str>,
) -> anyhow::Result<Vec<&'r Member>> {
    let members: Vec<&Member> = roster
        .members
        .iter()
        .filter(|member| wanted.is_none_or(|wanted| member.id == wanted))
        .collect();
    match wanted {
        Some(wanted) if members.is_empty() => {
            let known: Vec<&str> = roster
                .members
                .iter()
                .map(|member| member.id.as_str())
                .collect();
            anyhow::bail!(
                "the roster has no member {wanted}; its members are {}",
                known.join(", ")
            )
        }
        _ => Ok(members),
    }
}
