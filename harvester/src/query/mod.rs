//! Asks the graph: SPARQL 1.1 Query with limits that hold in every case.
//!
//! A query is looked over (`scan.rs`), waits for a slot, and then has a thread of its own (`worker.rs`): it is parsed, its
//! searches are made (`search.rs`), it is altered so that it can be stopped (`rewrite.rs`, `guard.rs`), evaluated on
//! what it may see (`dataset.rs`), and its result written down (`spool.rs`) in the form that is wanted (`format.rs`).
//! Whoever asked gets the complete result or the reason why there is none, never a part. A watch (`job.rs`) ends what
//! passes its time.
//!
//! # What is bounded, and how
//!
//! * **Text**: bytes, open brackets and steps, before anything goes down into itself.
//! * **Time**: the answer is there at the deadline, whatever the engine does. The engine hears of it where it reads the
//!   store, and where a query multiplies tables or makes texts, which has it ask. What remains deaf (one regular
//!   expression over a long text, one sort of a large table, the optimiser over a large query) keeps its slot until it
//!   ends, is counted ([`QueryFigures::deaf`]) and logged.
//! * **Rows and bytes** of the result, as it is written.
//! * **Texts** that a query makes: a mebibyte each; REPLACE 64 MiB at most.
//! * **At once**: slots; a short queue before them; who finds it full is told to come again.
//!
//! # What is not
//!
//! oxigraph has no limit of memory. What ORDER BY, GROUP BY, DISTINCT and joins hold is bounded only by the watch: twenty
//! times a second it looks how far the process has grown since the first of the running queries began, and stops them
//! all when that passes the limit. What is allocated between two looks, and what a harvest in the same process
//! takes meanwhile, is in that figure; on a system without `/proc` there is none. An operator who needs a hard bound
//! sets it from outside (systemd `MemoryMax=`).

mod dataset;
mod error;
mod format;
mod guard;
mod job;
mod limits;
mod memory;
mod rewrite;
mod scan;
mod search;
mod spool;
mod worker;

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use oxigraph::model::NamedNode;
use oxigraph::store::Store;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use dataset::Dataset;
pub use error::QueryError;
pub use format::{Form, ResultFormat, Wanted, Weight};
pub use job::QueryFigures;
pub use limits::QueryLimits;
pub use search::{MATCHES, NotUnderstood, OMMA, SearchService};
pub use spool::Answer;

use job::{Asking, Watch};
use scan::ScanLimits;
use spool::Disk;
use worker::Work;

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// The query. The prefix `omma:` need not be declared.
    pub text: String,
    /// The dataset that the request names.
    pub dataset: Dataset,
    /// In which form the answer is wanted.
    pub wanted: Wanted,
    /// The IRI against which relative ones are resolved (SPARQL 1.1 section 4.1.1.2): the address that was asked.
    pub base: Option<String>,
}

/// Which graphs a query may see beside the default graph.
#[derive(Debug, Default)]
struct Offer {
    named_graphs: Vec<NamedNode>,
}

/// Answers queries on a store. Cheap to clone; all clones share the slots.
#[derive(Clone)]
pub struct Queries {
    store: Store,
    search: Arc<dyn SearchService>,
    limits: Arc<QueryLimits>,
    offer: Arc<Offer>,
    slots: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    disk: Disk,
    watch: Arc<Closing>,
}

/// Closes the watch when the last [`Queries`] is gone.
struct Closing(Arc<Watch>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Queries {
    /// Answers queries on the default graph of this store.
    ///
    /// # Errors
    /// When no thread can be had.
    pub fn new(
        store: Store,
        search: Arc<dyn SearchService>,
        limits: QueryLimits,
    ) -> io::Result<Queries> {
        Ok(Queries {
            store,
            search,
            offer: Arc::default(),
            slots: Arc::new(Semaphore::new(limits.slots)),
            waiting: Arc::default(),
            disk: Disk::new(limits.folder.clone(), limits.spool),
            watch: Arc::new(Closing(Watch::start(limits.memory)?)),
            limits: Arc::new(limits),
        })
    }

    /// Lets queries see named graphs too. A harvester offers none (see [`Dataset`]); the conformance tests of the
    /// protocol need them.
    #[must_use]
    pub fn offering(self, named_graphs: Vec<NamedNode>) -> Queries {
        Queries {
            offer: Arc::new(Offer { named_graphs }),
            ..self
        }
    }

    /// The limits.
    pub fn limits(&self) -> &QueryLimits {
        &self.limits
    }

    /// What happened to queries, for the metrics.
    pub fn figures(&self) -> QueryFigures {
        QueryFigures {
            spooled: self.disk.used(),
            ..self.watch.0.figures()
        }
    }

    /// Answers a question. Dropping the future gives the query up. Needs a tokio runtime with time.
    ///
    /// # Errors
    /// Every [`QueryError`].
    pub async fn run(&self, question: Question) -> Result<Answer, QueryError> {
        self.look_over(&question.text)?;
        let slot = self.slot().await?;
        let watch = Arc::clone(&self.watch.0);
        let (job, answer) = watch.begin(self.limits.time);
        let asking = Asking(Arc::clone(&job));
        let work = Work {
            store: self.store.clone(),
            search: Arc::clone(&self.search),
            limits: Arc::clone(&self.limits),
            offer: Arc::clone(&self.offer),
            disk: self.disk.clone(),
            question,
        };
        worker::start(work, job, watch, slot).map_err(QueryError::broken)?;
        let outcome = answer.await;
        drop(asking);
        outcome.unwrap_or_else(|gone| Err(QueryError::broken(gone)))
    }

    /// Answers a question of the command line and writes the result.
    ///
    /// # Errors
    /// Every [`QueryError`]; [`QueryError::Evaluation`] also when it cannot be written.
    pub fn run_to_writer(
        &self,
        question: Question,
        output: &mut dyn Write,
    ) -> Result<(), QueryError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .map_err(QueryError::broken)?;
        let mut answer = runtime.block_on(self.run(question))?;
        io::copy(&mut answer, output).map_err(QueryError::broken)?;
        output.flush().map_err(QueryError::broken)
    }

    fn look_over(&self, text: &str) -> Result<(), QueryError> {
        let limit = self.limits.query_bytes;
        if text.len() > limit {
            return Err(QueryError::TooLong { limit });
        }
        let limits = ScanLimits {
            nesting: self.limits.nesting,
            steps: self.limits.steps,
        };
        if scan::scan(text, limits)?.is_update {
            return Err(QueryError::Update);
        }
        Ok(())
    }

    /// A slot, at once or after a wait that is short and shared with few.
    async fn slot(&self) -> Result<OwnedSemaphorePermit, QueryError> {
        if let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() {
            return Ok(slot);
        }
        let busy = || QueryError::Busy {
            retry_after: self.limits.wait.as_secs().max(1),
        };
        let _place = Place::take(&self.waiting, self.limits.queue).ok_or_else(busy)?;
        let slot = Arc::clone(&self.slots).acquire_owned();
        match tokio::time::timeout(self.limits.wait, slot).await {
            Ok(Ok(slot)) => Ok(slot),
            Ok(Err(closed)) => Err(QueryError::broken(closed)),
            Err(_) => Err(busy()),
        }
    }
}

/// A place in the queue before the slots.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(waiting: &Arc<AtomicUsize>, places: usize) -> Option<Place> {
        let place = Place(Arc::clone(waiting));
        // counted before it is compared: the guard counts it off again when there was no place
        (waiting.fetch_add(1, Ordering::AcqRel) < places).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
