//! A federation with a harvester that serves, and what it answers.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::LazyLock;

use protocol::entry::{Operation, Reason};
use regex::Regex;
use reqwest::Method;
use reqwest::blocking::Client;
use serde_json::Value;
use tests::federation::{Founding, LogMaker, LyingNode, TempFederation, sample};
use tests::node::NAMESPACE;
use tests::patience::LONG;
use tests::served::Served;

use super::PROGRAM;

/// The log of the member that stories are about.
pub(crate) const ORIGIN: &str = "dundee.example.org/omma/log";

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    // two providers of cryptography in one process panic when none is chosen; nothing here speaks TLS
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .timeout(LONG)
        .no_gzip()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
});

static TIMES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ").unwrap());

/// A federation, and its harvester, which serves.
pub(crate) struct Portal {
    pub(crate) federation: TempFederation,
    pub(crate) log: LogMaker,
    pub(crate) node: LyingNode,
    pub(crate) other: LyingNode,
    served: Option<Served>,
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Got {
    pub(crate) status: u16,
    headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Portal {
    /// A federation whose one member has published what a story writes, and which is harvested and served.
    pub(crate) fn with(write: impl FnOnce(&mut LogMaker)) -> Portal {
        let mut portal = Portal::before_harvest(write);
        portal.federation.sync().of("dundee").is("current");
        portal.serve();
        portal
    }

    /// The same, neither harvested nor served yet.
    pub(crate) fn before_harvest(write: impl FnOnce(&mut LogMaker)) -> Portal {
        Portal::of_two_before_harvest(write, |_| {})
    }

    /// As [`Portal::with`], where the other member publishes more than its one study.
    pub(crate) fn of_two(
        write: impl FnOnce(&mut LogMaker),
        write_other: impl FnOnce(&mut LogMaker),
    ) -> Portal {
        let mut portal = Portal::of_two_before_harvest(write, write_other);
        portal.federation.sync().of("other").is("current");
        portal.serve();
        portal
    }

    /// As [`Portal::of_two`], neither harvested nor served yet.
    pub(crate) fn of_two_before_harvest(
        write: impl FnOnce(&mut LogMaker),
        write_other: impl FnOnce(&mut LogMaker),
    ) -> Portal {
        let mut log = LogMaker::new("DND", ORIGIN, NAMESPACE, 5);
        write(&mut log);
        log.checkpoint();
        let mut other = LogMaker::new("OTH", "other.example.org/log", NAMESPACE, 6);
        put_study(&mut other, "OTH-S1", "Lamellipodia of keratocytes");
        write_other(&mut other);
        other.checkpoint();
        let (node, other) = (LyingNode::of(&log), LyingNode::of(&other));
        let federation = Founding::new(PROGRAM)
            .with_member("dundee", &node)
            .with_member("other", &other)
            .found();
        Portal {
            federation,
            log,
            node,
            other,
            served: None,
        }
    }

    /// Serves, from now on or again.
    pub(crate) fn serve(&mut self) {
        self.served = Some(self.federation.serve());
    }

    /// Ends serving as an operator does; it has to end well.
    pub(crate) fn stop(&mut self) {
        let (status, said) = self.served.take().unwrap().stop();
        assert!(status.success(), "{said}");
    }

    /// Does something while nobody serves.
    pub(crate) fn between(&mut self, act: impl FnOnce(&mut Portal)) {
        self.stop();
        act(self);
        self.serve();
    }

    /// The address of the harvester.
    pub(crate) fn url(&self) -> &str {
        self.served.as_ref().unwrap().url()
    }

    /// Asks for a path as a program that takes anything.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Got {
        self.ask(Method::GET, path, &[])
    }

    /// Asks for a path in a form.
    #[track_caller]
    pub(crate) fn get_as(&self, path: &str, accept: &str) -> Got {
        self.ask(Method::GET, path, &[("accept", accept)])
    }

    /// Asks for a path as a browser does.
    #[track_caller]
    pub(crate) fn browse(&self, path: &str) -> Got {
        self.get_as(path, "text/html,application/xhtml+xml,*/*;q=0.8")
    }

    /// Asks as a story wants.
    #[track_caller]
    pub(crate) fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Got {
        let url = format!("{}{}", self.url(), path.trim_start_matches('/'));
        let mut request = CLIENT.request(method, &url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().unwrap();
        let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap().to_owned();
        Got {
            status: response.status().as_u16(),
            headers: response
                .headers()
                .iter()
                .map(|(name, value)| (name.to_string(), text(value)))
                .collect(),
            body: response.bytes().unwrap().to_vec(),
        }
    }

    /// The first column of the answer to a query; the longest queries do not fit an address.
    #[track_caller]
    pub(crate) fn select(&self, query: &str) -> Vec<String> {
        let form = reqwest::Url::parse_with_params("http://form/", [("query", query)]).unwrap();
        let request = CLIENT
            .post(format!("{}sparql", self.url()))
            .header("accept", "text/tab-separated-values")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.query().unwrap().to_owned());
        let response = request.send().unwrap();
        let status = response.status();
        let table = response.text().unwrap();
        assert!(status.is_success(), "{table}\n{query}");
        let first = |row: &str| {
            row.split('\t')
                .next()
                .unwrap()
                .trim_matches(['<', '>'])
                .to_owned()
        };
        table.lines().skip(1).map(first).collect()
    }

    /// Asks for a path exactly as it is written, which clients that know better do not. Gives status and `Location`.
    #[track_caller]
    pub(crate) fn get_raw(&self, path: &str) -> (u16, String) {
        let host = self
            .url()
            .trim_start_matches("http://")
            .trim_end_matches('/');
        let mut stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        write!(
            stream,
            "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer);
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let mut lines = answer.lines().take_while(|line| !line.is_empty());
        let location = lines.find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("location")
                .then(|| value.to_owned())
        });
        (status, location.unwrap_or_default())
    }

    /// Text in which this machine's addresses and times have names.
    pub(crate) fn named(&self, text: &str) -> String {
        let text = text
            .replace(self.url(), "PORTAL/")
            .replace(&self.node.base(), "DUNDEE/");
        TIMES.replace_all(&text, "TIME").into_owned()
    }
}

impl Got {
    /// A header, empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The body as text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// It has this status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Got {
        assert_eq!(
            self.status,
            status,
            "{}",
            String::from_utf8_lossy(&self.body)
        );
        self
    }

    /// It is a problem document of this kind; gives its sentence.
    #[track_caller]
    pub(crate) fn is_problem(&self, status: u16, word: &str) -> String {
        assert_eq!(
            self.status,
            status,
            "{}",
            String::from_utf8_lossy(&self.body)
        );
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["status"], status);
        assert_eq!(
            problem["type"],
            format!("https://w3id.org/ommatidia/problem/{word}")
        );
        problem["detail"].as_str().unwrap().to_owned()
    }
}

/// The query that a page of results links to.
#[track_caller]
pub(crate) fn linked_query(page: &str) -> String {
    let link = Regex::new(r#"href="[^"]*/(sparql\?query=[^"]+)""#).unwrap();
    let found = link.captures(page).expect("a link to the same as SPARQL");
    let url = reqwest::Url::parse(&format!("http://x/{}", &found[1])).unwrap();
    let mut pairs = url.query_pairs();
    pairs.next().unwrap().1.into_owned()
}

/// Writes the next version of a study.
pub(crate) fn put_study(log: &mut LogMaker, id: &str, title: &str) -> tests::federation::Announced {
    let statements = sample::study(log.namespace(), id, title);
    log.put(id, statements)
}

/// Writes the next version of an image.
pub(crate) fn put_image(log: &mut LogMaker, id: &str, title: &str) -> tests::federation::Announced {
    let statements = sample::image(log.namespace(), id, title);
    log.put(id, statements)
}

/// Withdraws an image because the newest version of its study does not have it any more.
pub(crate) fn leave_out(log: &mut LogMaker, id: &str) {
    let reason = Reason::Superseded;
    log.operate(id, &Operation::Withdraw { reason });
}
