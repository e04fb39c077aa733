//! The sections of the file, and what holds where it says nothing.

use std::net::SocketAddr;

use serde::Deserialize;

/// Who says who belongs.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// a file, or an address
    pub source: String,
    /// the keys that the first roster is checked against
    pub roots: Vec<String>,
    /// how many of them must have signed
    pub threshold: u64,
}

/// What is served.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Serve {
    /// the address and port
    pub bind: SocketAddr,
    /// the public address, ending in `/`; without one, that by which a request came
    pub base_url: Option<String>,
    /// the e-mail address that OAI-PMH names
    pub contact: Option<String>,
    /// the licence of the descriptions, as the operator wrote it
    pub metadata_licence: Option<String>,
}

/// How strangers are asked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fetch {
    /// ranges of addresses that are otherwise refused
    pub allow: Vec<String>,
    /// members harvested at the same time
    pub parallel_members: usize,
    /// the longest run of one member, minutes
    pub member_minutes: u64,
    /// MiB of records under verification, all members together
    pub memory_mib: u64,
    /// seconds to connect
    pub connect_seconds: u64,
    /// seconds until an answer begins
    pub answer_seconds: u64,
    /// seconds without a byte
    pub idle_seconds: u64,
    /// seconds after which a body must have kept its speed
    pub grace_seconds: u64,
    /// bytes a second that a body must keep
    pub slowest: u64,
    /// seconds for a whole body, besides what its size takes at that speed
    pub whole_seconds: u64,
}

/// Where the graph is.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GraphSettings {
    /// on disk or in memory
    pub place: GraphPlace,
}

/// Where the graph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GraphPlace {
    /// In DATA, by RocksDB.
    #[cfg_attr(feature = "rocksdb", default)]
    Disk,
    /// In memory, loaded from the mirror at each start: some 400 bytes a statement.
    #[cfg_attr(not(feature = "rocksdb"), default)]
    Memory,
}

/// Limits of queries.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sparql {
    /// the longest time
    pub seconds: u64,
    /// the most rows
    pub rows: u64,
    /// the largest result, MiB
    pub result_mib: u64,
    /// queries at the same time
    pub slots: usize,
    /// the longest query, KiB
    pub query_kib: usize,
    /// how far the process may grow while queries run, MiB
    pub memory_mib: u64,
}

/// The text index.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TextSettings {
    /// MiB that it may use while it is written
    pub heap_mib: usize,
}

/// Small pictures for pages.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ThumbnailSettings {
    /// MiB of them that are kept in DATA
    pub cache_mib: u64,
    /// whether pictures are fetched from elsewhere than their members
    pub elsewhere: bool,
    /// whether they are fetched after a harvest, and not only when somebody looks
    pub ahead: bool,
}

/// How often members are asked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Poll {
    /// seconds between two looks at a member's checkpoint, up to a fifth more or less
    pub seconds: u64,
    /// seconds between two looks for a newer roster
    pub roster_seconds: u64,
}

impl Default for Serve {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from(([127, 0, 0, 1], 8080)),
            base_url: None,
            contact: None,
            metadata_licence: None,
        }
    }
}

impl Default for Fetch {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            parallel_members: 8,
            member_minutes: 60,
            memory_mib: 512,
            connect_seconds: 10,
            answer_seconds: 30,
            idle_seconds: 20,
            grace_seconds: 30,
            slowest: 16 << 10,
            whole_seconds: 60,
        }
    }
}

impl Default for Sparql {
    fn default() -> Self {
        Self {
            seconds: 30,
            rows: 1_000_000,
            result_mib: 256,
            slots: 4,
            query_kib: 256,
            memory_mib: 2_048,
        }
    }
}

impl Default for TextSettings {
    fn default() -> Self {
        Self { heap_mib: 128 }
    }
}

impl Default for ThumbnailSettings {
    fn default() -> Self {
        Self {
            cache_mib: 512,
            elsewhere: true,
            ahead: true,
        }
    }
}

impl Default for Poll {
    fn default() -> Self {
        Self {
            seconds: 60,
            roster_seconds: 3_600,
        }
    }
}
