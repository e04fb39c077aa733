//! What an operator edits: `config.toml`.
//!
//! Every key is in the file that `init` writes, with what it means. An unknown key, or a setting that contradicts another, is refused
//! with a sentence: a misspelt limit that silently does nothing is worse than a server that does not start.

mod sections;
mod written;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use protocol::note::VerifierKey;
use serde::Deserialize;
use url::Url;

use crate::fetch::{Cidr, Limits};

pub use sections::{
    Fetch, GraphPlace, GraphSettings, Poll, Roster, Serve, Sparql, TextSettings, ThumbnailSettings,
};
pub use written::text;

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

#[cfg(test)]
mod tests;
