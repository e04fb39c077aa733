//! How much a query may ask for.

use std::path::PathBuf;
use std::time::Duration;

/// The limits of every query. Each is hard: what passes it ends in a [`QueryError`](super::QueryError) that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryLimits {
    /// From the moment a query begins to run until its whole result is written down.
    pub time: Duration,
    /// Rows of a SELECT, triples of a CONSTRUCT or DESCRIBE.
    pub rows: u64,
    /// Bytes of a result.
    pub bytes: u64,
    /// Queries that run at the same time.
    pub slots: usize,
    /// Queries that wait for one of the slots.
    pub queue: usize,
    /// How long they wait.
    pub wait: Duration,
    /// Bytes of a query's text.
    pub query_bytes: usize,
    /// Brackets open at the same time in a query's text.
    pub nesting: usize,
    /// Words, names, texts, brackets, operators and separators of a query's text outside VALUES: what makes its
    /// algebra deep.
    pub steps: usize,
    /// By how many bytes the process may grow while queries run; 0 is without limit. Watched where there is
    /// `/proc/self/statm`.
    pub memory: u64,
    /// Bytes that all finished results together may take on the disk until they are sent.
    pub spool: u64,
    /// Where results above a mebibyte are kept until they are sent. Not a file system in memory.
    pub folder: PathBuf,
}

impl Default for QueryLimits {
    fn default() -> QueryLimits {
        QueryLimits {
            time: Duration::from_secs(60),
            rows: 2_000_000,
            bytes: 256 << 20,
            slots: 4,
            queue: 64,
            wait: Duration::from_secs(5),
            // some 5,000 IRIs in VALUES
            query_bytes: 256 << 10,
            nesting: 64,
            steps: 4_000,
            memory: 2 << 30,
            spool: 4 << 30,
            folder: std::env::temp_dir(),
        }
    }
}
