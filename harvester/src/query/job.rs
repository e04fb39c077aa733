//! A query that runs, and the thread that watches over all of them.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use oxigraph::sparql::CancellationToken;
use tokio::sync::oneshot;

use super::error::QueryError;
use super::memory;
use super::spool::Answer;

/// How often memory is looked at.
const TICK: Duration = Duration::from_millis(50);
/// How long a query may take to stop before it is said in the log that it does not.
const GRACE: Duration = Duration::from_secs(2);

type Outcome = Result<Answer, QueryError>;

/// A query that runs. Who asked hears from it once: the answer, or why there is none.
pub(super) struct Job {
    number: u64,
    token: CancellationToken,
    begun: Instant,
    deadline: Instant,
    stopped: Mutex<Option<(QueryError, Instant)>>,
    is_reported: AtomicBool,
    asker: Mutex<Option<oneshot::Sender<Outcome>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Job {
    fn new(number: u64, time: Duration) -> (Arc<Job>, oneshot::Receiver<Outcome>) {
        let (sender, receiver) = oneshot::channel();
        let begun = Instant::now();
        let job = Job {
            number,
            token: CancellationToken::new(),
            begun,
            deadline: begun + time,
            stopped: Mutex::new(None),
            is_reported: AtomicBool::new(false),
            asker: Mutex::new(Some(sender)),
        };
        (Arc::new(job), receiver)
    }

    /// What the engine looks at.
    pub fn token(&self) -> CancellationToken {
        self.token.clone()
    }

    /// Stops the query: whoever asked hears why at once, whether or not the engine listens.
    pub fn stop(&self, why: QueryError) {
        {
            let mut stopped = lock(&self.stopped);
            if stopped.is_some() {
                return;
            }
            *stopped = Some((why.clone(), Instant::now()));
        }
        self.token.cancel();
        self.tell(Err(why));
    }

    /// Whether it was stopped.
    pub fn is_stopped(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Why it was stopped.
    pub fn why(&self) -> Option<QueryError> {
        lock(&self.stopped).as_ref().map(|(why, _)| why.clone())
    }

    /// Tells who asked; later news are not heard.
    pub fn tell(&self, outcome: Outcome) {
        if let Some(asker) = lock(&self.asker).take() {
            // nobody hears it when the request was given up
            drop(asker.send(outcome));
        }
    }

    fn stopped_since(&self) -> Option<Instant> {
        lock(&self.stopped).as_ref().map(|(_, since)| *since)
    }
}

/// Stops a query when dropped: held by who waits for the answer.
pub(super) struct Asking(pub Arc<Job>);

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.stop(QueryError::GivenUp);
    }
}

/// Counts of what happened to queries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QueryFigures {
    /// Queries that hold a slot now.
    pub running: u64,
    /// Queries that were told to stop and have not yet.
    pub stopping: u64,
    /// Queries that began to run since the start.
    pub begun: u64,
    /// Queries that had to be stopped since the start.
    pub stopped: u64,
    /// Queries that did not stop within two seconds when told to, since the start.
    pub deaf: u64,
    /// Bytes of results on the disk that are not sent yet.
    pub spooled: u64,
}

/// All queries that run.
pub(super) struct Watch {
    state: Mutex<State>,
    changed: Condvar,
    begun: AtomicU64,
    stopped: AtomicU64,
    deaf: AtomicU64,
    memory: u64,
}

#[derive(Default)]
struct State {
    jobs: Vec<Arc<Job>>,
    /// Resident memory when the first of the running queries began.
    resident_before: u64,
    is_closed: bool,
}

impl Watch {
    /// Begins to watch, in a thread of its own that ends with [`Watch::close`].
    ///
    /// # Errors
    /// When no thread can be had.
    pub fn start(memory: u64) -> std::io::Result<Arc<Watch>> {
        let watch = Arc::new(Watch {
            state: Mutex::default(),
            changed: Condvar::new(),
            begun: AtomicU64::new(0),
            stopped: AtomicU64::new(0),
            deaf: AtomicU64::new(0),
            memory,
        });
        let watching = Arc::clone(&watch);
        thread::Builder::new()
            .name("query-watch".to_owned())
            .spawn(move || watching.run())?;
        Ok(watch)
    }

    /// A query begins.
    pub fn begin(&self, time: Duration) -> (Arc<Job>, oneshot::Receiver<Outcome>) {
        let number = self.begun.fetch_add(1, Ordering::Relaxed);
        let (job, answer) = Job::new(number, time);
        let mut state = lock(&self.state);
        if state.jobs.is_empty() {
            state.resident_before = memory::resident().unwrap_or(0);
        }
        state.jobs.push(Arc::clone(&job));
        self.changed.notify_all();
        (job, answer)
    }

    /// A query's thread has ended.
    pub fn end(&self, job: &Arc<Job>) {
        if job.is_stopped() {
            self.stopped.fetch_add(1, Ordering::Relaxed);
        }
        if job.is_reported.load(Ordering::Relaxed) {
            tracing::warn!(
                query.number = job.number,
                elapsed_ms = job.begun.elapsed().as_millis() as u64,
                "a query that did not stop when told to has ended"
            );
        }
        lock(&self.state)
            .jobs
            .retain(|other| !Arc::ptr_eq(other, job));
    }

    /// No more queries: those that run are stopped.
    pub fn close(&self) {
        let mut state = lock(&self.state);
        state.is_closed = true;
        for job in &state.jobs {
            job.stop(QueryError::GivenUp);
        }
        self.changed.notify_all();
    }

    pub fn figures(&self) -> QueryFigures {
        let state = lock(&self.state);
        QueryFigures {
            running: state.jobs.len() as u64,
            stopping: state.jobs.iter().filter(|job| job.is_stopped()).count() as u64,
            begun: self.begun.load(Ordering::Relaxed),
            stopped: self.stopped.load(Ordering::Relaxed),
            deaf: self.deaf.load(Ordering::Relaxed),
            spooled: 0,
        }
    }

    fn run(&self) {
        let mut state = lock(&self.state);
        while !state.is_closed {
            let now = Instant::now();
            for job in &state.jobs {
                if now >= job.deadline {
                    let seconds = (job.deadline - job.begun).as_secs_f64();
                    job.stop(QueryError::Time { seconds });
                }
                self.report_if_deaf(job, now);
            }
            self.watch_memory(&state);
            state = match self.until_next(&state, now) {
                None => self
                    .changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(time) => {
                    self.changed
                        .wait_timeout(state, time)
                        .unwrap_or_else(PoisonError::into_inner)
                        .0
                }
            };
        }
    }

    /// How long nothing can happen that has to be noticed.
    fn until_next(&self, state: &State, now: Instant) -> Option<Duration> {
        let next = state.jobs.iter().map(|job| match job.stopped_since() {
            None => job.deadline.saturating_duration_since(now),
            Some(_) => TICK,
        });
        let next = next.min()?;
        Some(if self.memory > 0 {
            next.min(TICK)
        } else {
            next
        })
    }

    fn watch_memory(&self, state: &State) {
        if self.memory == 0 || state.jobs.is_empty() {
            return;
        }
        let resident = memory::resident().unwrap_or(0);
        if resident <= state.resident_before.saturating_add(self.memory) {
            return;
        }
        // whose rows they are is not known, so it ends all
        for job in state.jobs.iter().filter(|job| !job.is_stopped()) {
            tracing::warn!(
                query.number = job.number,
                resident,
                "a query is stopped because the process has grown by more than {} bytes",
                self.memory
            );
            job.stop(QueryError::Memory);
        }
    }

    fn report_if_deaf(&self, job: &Job, now: Instant) {
        let is_deaf = job
            .stopped_since()
            .is_some_and(|since| now.saturating_duration_since(since) >= GRACE);
        if is_deaf && !job.is_reported.swap(true, Ordering::Relaxed) {
            self.deaf.fetch_add(1, Ordering::Relaxed);
            tracing::warn!(
                query.number = job.number,
                "a query does not stop when told to and keeps its slot until it ends"
            );
        }
    }
}
