//! What an operator edits: `config.toml`.
//!
//! Every key is in the file that `init` writes, with what it means. An unknown key, or a setting that contradicts another, is refused
//! with a sentence: a misspelt limit that silently does nothing is worse than a server that does not start.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use protocol::note::VerifierKey;
use serde::Deserialize;
use url::Url;

use crate::fetch::{Cidr, Limits};

/// The whole file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// who says who belongs
    pub roster: Roster,
    /// what is served
    #[serde(default)]
    pub serve: Serve,
    /// how strangers are asked
    #[serde(default)]
    pub fetch: Fetch,
    /// where the graph is
    #[serde(default)]
    pub graph: GraphSettings,
    /// limits of queries
    #[serde(default)]
    pub sparql: Sparql,
    /// the text index
    #[serde(default)]
    pub text: TextSettings,
    /// small pictures for pages
    #[serde(default)]
    pub thumbnails: ThumbnailSettings,
    /// how often members are asked
    #[serde(default)]
    pub poll: Poll,
}

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

impl Config {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// A sentence that names the file, the key, and what to do.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("{} cannot be read", path.display()))?;
        Self::parse(&text).with_context(|| format!("{} is refused", path.display()))
    }

    /// Reads and checks the text of a file.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let config: Self = web::operating::read_settings(text).map_err(anyhow::Error::msg)?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> anyhow::Result<()> {
        self.roots()?;
        self.allowed()?;
        ensure!(
            (1..=self.roster.roots.len() as u64).contains(&self.roster.threshold),
            "roster.threshold is {} and there are {} roots; at least one and at most all of them can be asked for",
            self.roster.threshold,
            self.roster.roots.len()
        );
        self.base_url()?;
        self.check_source()?;
        let contact = self.serve.contact.as_deref();
        ensure!(
            contact.is_none_or(::web::oai::is_email),
            "serve.contact is no e-mail address; give one like images@example.org"
        );
        self.metadata_licence()?;
        for (name, value, least, most) in [
            (
                "fetch.parallel_members",
                self.fetch.parallel_members as u64,
                1,
                256,
            ),
            (
                "fetch.member_minutes",
                self.fetch.member_minutes,
                1,
                100_000,
            ),
            ("fetch.memory_mib", self.fetch.memory_mib, 64, 1 << 20),
            ("fetch.connect_seconds", self.fetch.connect_seconds, 1, 600),
            ("fetch.answer_seconds", self.fetch.answer_seconds, 1, 600),
            ("fetch.idle_seconds", self.fetch.idle_seconds, 1, 600),
            ("fetch.grace_seconds", self.fetch.grace_seconds, 1, 600),
            ("fetch.slowest", self.fetch.slowest, 1, 1 << 30),
            ("fetch.whole_seconds", self.fetch.whole_seconds, 1, 3_600),
            ("sparql.seconds", self.sparql.seconds, 1, 3_600),
            ("sparql.rows", self.sparql.rows, 1, u64::MAX),
            ("sparql.result_mib", self.sparql.result_mib, 1, 1 << 20),
            ("sparql.slots", self.sparql.slots as u64, 1, 256),
            ("sparql.query_kib", self.sparql.query_kib as u64, 1, 10_240),
            ("sparql.memory_mib", self.sparql.memory_mib, 64, 1 << 24),
            ("text.heap_mib", self.text.heap_mib as u64, 16, 4_096),
            (
                "thumbnails.cache_mib",
                self.thumbnails.cache_mib,
                1,
                1 << 20,
            ),
            ("poll.seconds", self.poll.seconds, 1, 86_400),
            ("poll.roster_seconds", self.poll.roster_seconds, 1, 86_400),
        ] {
            ensure!(
                (least..=most).contains(&value),
                "{name} is {value} and may be {least} to {most}"
            );
        }
        if self.graph.place == GraphPlace::Disk && !cfg!(feature = "rocksdb") {
            bail!(
                "graph.place is \"disk\" and this program was built without RocksDB; set it to \"memory\", or build with the feature rocksdb"
            );
        }
        Ok(())
    }

    /// A relative path would be another file wherever a command is typed.
    fn check_source(&self) -> anyhow::Result<()> {
        let source = &self.roster.source;
        let is_address =
            Url::parse(source).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        ensure!(
            is_address || Path::new(source).is_absolute(),
            "roster.source is {source:?}; it has to be the whole path of a file, from /, or an http or https address"
        );
        Ok(())
    }

    /// The public address, where one is set.
    ///
    /// # Errors
    /// When it is no http or https address that ends in `/`, or has a user, query or fragment, which would be lost from every link.
    pub fn base_url(&self) -> anyhow::Result<Option<Url>> {
        let Some(base) = &self.serve.base_url else {
            return Ok(None);
        };
        let url = Url::parse(base).ok().filter(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.path().ends_with('/')
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none()
        });
        ensure!(
            url.is_some(),
            "serve.base_url is {base:?}; it has to be an http or https address that ends in /, without user, query and fragment"
        );
        Ok(url)
    }

    /// The licence of all descriptions here, where one is named.
    ///
    /// # Errors
    /// When what is set is no address of one.
    pub fn metadata_licence(&self) -> anyhow::Result<Option<String>> {
        ::web::metadata_licence(self.serve.metadata_licence.as_deref())
            .map_err(|detail| anyhow::anyhow!("serve.metadata_licence: {detail}"))
    }

    /// The keys that the first roster is checked against.
    ///
    /// # Errors
    /// Names the key that is none.
    pub fn roots(&self) -> anyhow::Result<Vec<VerifierKey>> {
        self.roster
            .roots
            .iter()
            .map(|key| VerifierKey::parse(key).with_context(|| format!("roster.roots has {key:?}")))
            .collect()
    }

    /// How long strangers are waited for.
    pub fn limits(&self) -> Limits {
        let seconds = Duration::from_secs;
        Limits {
            connect: seconds(self.fetch.connect_seconds),
            answer: seconds(self.fetch.answer_seconds),
            idle: seconds(self.fetch.idle_seconds),
            grace: seconds(self.fetch.grace_seconds),
            slowest: self.fetch.slowest,
            whole: seconds(self.fetch.whole_seconds),
            ..Limits::default()
        }
    }

    /// How long servers are waited for that have a picture: somebody is looking at the page, and a picture is not worth much.
    pub fn limits_of_thumbnails(&self) -> Limits {
        let limits = self.limits();
        let at_most = |time: Duration, seconds| time.min(Duration::from_secs(seconds));
        Limits {
            connect: at_most(limits.connect, 5),
            answer: at_most(limits.answer, 10),
            idle: at_most(limits.idle, 5),
            grace: at_most(limits.grace, 5),
            slowest: limits.slowest.max(64 << 10),
            whole: at_most(limits.whole, 10),
            at_once: limits.at_once,
        }
    }

    /// The ranges of addresses that are allowed beyond the public ones.
    ///
    /// # Errors
    /// Names the range that is none.
    pub fn allowed(&self) -> anyhow::Result<Vec<Cidr>> {
        self.fetch
            .allow
            .iter()
            .map(|range| {
                range
                    .parse::<Cidr>()
                    .with_context(|| format!("fetch.allow has {range:?}"))
            })
            .collect()
    }
}

/// The text of the file that `init` writes.
pub fn text(source: &str, roots: &[String], threshold: u64, allow: &[String]) -> String {
    let defaults = (
        Serve::default(),
        Fetch::default(),
        Sparql::default(),
        Poll::default(),
    );
    let (serve, fetch, sparql, poll) = defaults;
    let heap = TextSettings::default().heap_mib;
    let thumbnails = ThumbnailSettings::default();
    let place = match GraphPlace::default() {
        GraphPlace::Disk => "disk",
        GraphPlace::Memory => "memory",
    };
    format!(
        "# The harvester's settings. A change counts from the next start.\n\
         \n\
         [roster]\n\
         # where the roster is looked for: a file, or an http(s) address\n\
         source = {source:?}\n\
         # the keys that the first roster was checked against, and how many of them had to sign; later ones are checked against\n\
         # the roots that each roster names for the next\n\
         roots = {roots:?}\n\
         threshold = {threshold}\n\
         \n\
         [serve]\n\
         # the address and port that `serve` listens on\n\
         bind = \"{bind}\"\n\
         # the public address, ending in /, where a proxy stands before it\n\
         # base_url = \"https://images.example.org/\"\n\
         # an e-mail address of those who run this harvester, public: OAI-PMH has to name one; without it that is postmaster@ the host\n\
         # contact = \"images@example.org\"\n\
         # the licence of the descriptions, as the members have agreed on it; images have that of their study. Without it CC0 1.0, and \"\"\n\
         # names none\n\
         # metadata_licence = \"{licence}\"\n\
         \n\
         [fetch]\n\
         # ranges of addresses (CIDR) that members may be at besides public ones; private and loopback addresses are refused else\n\
         allow = {allow:?}\n\
         # members harvested at the same time, and the longest run of one in minutes (the next run goes on)\n\
         parallel_members = {parallel}\n\
         member_minutes = {minutes}\n\
         # MiB that records under verification may take, all members together\n\
         memory_mib = {memory}\n\
         # seconds to connect, until an answer begins, and without a byte; the bytes a second that a body must keep once the\n\
         # seconds of grace are over, and the seconds that a whole body may take besides what its size takes at that speed\n\
         connect_seconds = {connect}\n\
         answer_seconds = {answer}\n\
         idle_seconds = {idle}\n\
         grace_seconds = {grace}\n\
         slowest = {slowest}\n\
         whole_seconds = {whole}\n\
         \n\
         [graph]\n\
         # \"disk\" (RocksDB), or \"memory\": some 400 bytes a statement, loaded from the mirror at each start\n\
         place = \"{place}\"\n\
         \n\
         [sparql]\n\
         # what one query may take: seconds, rows, MiB of result, KiB of text; how many run at the same time, and how many MiB the\n\
         # process may grow while they do\n\
         seconds = {seconds}\n\
         rows = {rows}\n\
         result_mib = {result}\n\
         query_kib = {query}\n\
         slots = {slots}\n\
         memory_mib = {growth}\n\
         \n\
         [text]\n\
         # MiB that the text index may use while it is written\n\
         heap_mib = {heap}\n\
         \n\
         [thumbnails]\n\
         # MiB of small pictures that are kept for pages; the longest unused go first\n\
         cache_mib = {cache}\n\
         # whether a picture that a record says to be elsewhere on the web (https) is fetched as well; those at members always are\n\
         elsewhere = {elsewhere}\n\
         \n\
         [poll]\n\
         # seconds between two looks at a member, up to a fifth more or less; a member that fails is asked less and less often\n\
         seconds = {every}\n\
         # seconds between two looks for a newer roster\n\
         roster_seconds = {roster}\n",
        bind = serve.bind,
        licence = ::web::METADATA_LICENCE,
        parallel = fetch.parallel_members,
        minutes = fetch.member_minutes,
        memory = fetch.memory_mib,
        connect = fetch.connect_seconds,
        answer = fetch.answer_seconds,
        idle = fetch.idle_seconds,
        grace = fetch.grace_seconds,
        whole = fetch.whole_seconds,
        slowest = fetch.slowest,
        seconds = sparql.seconds,
        rows = sparql.rows,
        result = sparql.result_mib,
        query = sparql.query_kib,
        slots = sparql.slots,
        growth = sparql.memory_mib,
        cache = thumbnails.cache_mib,
        elsewhere = thumbnails.elsewhere,
        every = poll.seconds,
        roster = poll.roster_seconds,
    )
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use protocol::note::SigningKey;

    use super::*;

    fn root() -> String {
        let key = SigningKey::from_seed("open-images/root", &[1; 32]).unwrap();
        key.vkey().to_string()
    }

    fn written() -> String {
        text(
            "/srv/roster.note",
            &[root()],
            1,
            &["127.0.0.0/8".to_owned()],
        )
    }

    /// The keys of a section, as the refusal of an unknown one lists them.
    fn known_keys(section: &str) -> Vec<String> {
        let unknown = written().replacen(
            &format!("[{section}]\n"),
            &format!("[{section}]\nunknown_key = 1\n"),
            1,
        );
        let refusal = format!("{:#}", Config::parse(&unknown).unwrap_err());
        let (_, expected) = refusal.split_once("expected").unwrap();
        let quoted = expected.split('`').skip(1).step_by(2);
        quoted.map(str::to_owned).collect()
    }

    #[test]
    fn the_written_file_has_every_key_and_says_nothing_but_the_defaults() {
        let config = Config::parse(&written()).unwrap();
        assert_eq!(config.allowed().unwrap().len(), 1);
        let least = format!(
            "[roster]\nsource = \"/srv/roster.note\"\nroots = [\"{}\"]\nthreshold = 1\n[fetch]\nallow = [\"127.0.0.0/8\"]\n",
            root()
        );
        assert_eq!(config, Config::parse(&least).unwrap());
        let written = written();
        for section in [
            "roster", "serve", "fetch", "graph", "sparql", "text", "poll",
        ] {
            let (_, written) = written.split_once(&format!("[{section}]\n")).unwrap();
            let lines = written.split("\n[").next().unwrap();
            let keys = known_keys(section);
            assert!(!keys.is_empty(), "{section}");
            for key in keys {
                let is_there = lines.lines().any(|line| {
                    line.trim_start_matches("# ")
                        .starts_with(&format!("{key} = "))
                });
                assert!(is_there, "{section}.{key}");
            }
        }
    }

    #[test]
    fn what_is_unknown_or_contradicts_is_refused_with_a_sentence() {
        let root = root();
        let cases = [
            ("rows = ", "rowz = ", "rowz"),
            ("threshold = 1", "threshold = 2", "at most all of them"),
            ("threshold = 1", "threshold = 0", "at least one"),
            (root.as_str(), "x+y", "roster.roots has"),
            ("127.0.0.0/8", "127.0.0.0/33", "fetch.allow has"),
            ("slots = 4", "slots = 0", "sparql.slots is 0"),
            ("heap_mib = 128", "heap_mib = 1", "text.heap_mib is 1"),
            (
                "cache_mib = 512",
                "cache_mib = 0",
                "thumbnails.cache_mib is 0",
            ),
            ("/srv/roster.note", "roster.note", "roster.source is"),
            ("/srv/roster.note", "ftp://x.org/roster", "roster.source is"),
            ("/srv/roster.note", "", "roster.source is"),
        ];
        for (from, to, expected) in cases {
            let changed = written().replacen(from, to, 1);
            assert_ne!(changed, written(), "{from}");
            let error = format!("{:#}", Config::parse(&changed).unwrap_err());
            assert!(error.contains(expected), "{to}: {error}");
        }
        for source in ["https://x.org/roster", "http://127.0.0.1:8080/roster"] {
            Config::parse(&written().replacen("/srv/roster.note", source, 1)).unwrap();
        }
    }

    #[test]
    fn a_public_address_is_one_that_paths_can_be_joined_to() {
        let with = |base: &str| {
            let line = format!("base_url = \"{base}\"");
            Config::parse(&written().replacen(
                "# base_url = \"https://images.example.org/\"",
                &line,
                1,
            ))
        };
        for base in ["https://x.org/", "http://127.0.0.1:8080/omma/"] {
            let url = with(base).unwrap().base_url().unwrap().unwrap();
            assert_eq!(url.as_str(), base);
        }
        for base in [
            "https://x.org/a",
            "ftp://x.org/",
            "x.org/",
            "https://x.org/?a=b/",
            "https://x.org/#f",
            "https://u@x.org/",
            "https://u:p@x.org/",
        ] {
            let error = format!("{:#}", with(base).unwrap_err());
            assert!(error.contains("serve.base_url is"), "{base}: {error}");
        }
    }
}
