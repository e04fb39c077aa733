//! A harvester that does what the words of a search say, and whoever asks it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration;

use anyhow::bail;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use super::super::ask::{Asked, ask};
use super::super::{Asker, Command, Interest, Listening, Operate, Request};

/// Longer than anything here takes; a test that waits so long fails.
pub const LONG: Duration = Duration::from_secs(30);

/// How many meet in `meet`.
pub const MEETING: usize = 8;

/// Bytes of one piece of `large`.
const PIECE: usize = 100_000;

/// Does what the words say.
pub struct Double {
    meeting: Barrier,
    /// what became of those that `wait`, and of those that `chatter`
    ended: Mutex<Sender<String>>,
    /// bytes that `large` has printed
    pub printed: AtomicUsize,
}

impl Double {
    /// With the news of what ended.
    pub fn new() -> (Arc<Self>, Receiver<String>) {
        let (ended, news) = channel();
        let double = Self {
            meeting: Barrier::new(MEETING),
            ended: Mutex::new(ended),
            printed: AtomicUsize::new(0),
        };
        (Arc::new(double), news)
    }

    fn ended(&self, how: impl Into<String>) {
        self.ended.lock().unwrap().send(how.into()).unwrap();
    }
}

impl Operate for Double {
    fn operate(&self, request: &Request, asker: &dyn Asker) -> anyhow::Result<u8> {
        let Command::Search { words } = &request.command else {
            asker.print(b"not searched\n")?;
            return Ok(2);
        };
        let (word, rest) = words.split_once(' ').unwrap_or((words, ""));
        match word {
            "echo" => {
                asker.tell(&format!("{} is wanted", request.json));
                asker.print(rest.as_bytes())?;
            }
            "meet" => {
                self.meeting.wait();
                asker.print(rest.as_bytes())?;
            }
            "wait" => {
                let interest = until_not_waiting(asker);
                self.ended(format!("{interest:?}"));
                bail!("it ended with {interest:?}");
            }
            "large" => {
                for _ in 0..rest.parse::<usize>()? / PIECE {
                    self.printed.fetch_add(PIECE, Ordering::SeqCst);
                    asker.print(&[b'x'; PIECE])?;
                }
            }
            "pour" => loop {
                if let Err(error) = asker.print(&[b'x'; PIECE]) {
                    self.ended(error.kind().to_string());
                    return Err(error.into());
                }
            },
            "chatter" => {
                (0..100_000).for_each(|number| asker.tell(&format!("line {number}")));
                self.ended("said");
            }
            "break" => panic!("as it was asked to"),
            other => bail!("nobody knows\n{other}"),
        }
        Ok(0)
    }
}

fn until_not_waiting(asker: &dyn Asker) -> Interest {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let mut interest = asker.interest();
    let ended = runtime.block_on(interest.wait_for(|interest| *interest != Interest::Waiting));
    ended.map_or(Interest::Stopping, |interest| *interest)
}

/// A server of a double.
pub struct Server {
    pub double: Arc<Double>,
    pub news: Receiver<String>,
    pub socket: PathBuf,
    pub runtime: Runtime,
    pub listening: Option<Listening>,
}

impl Server {
    pub fn start(socket: &Path) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap();
        let (double, news) = Double::new();
        let operator = Arc::clone(&double) as Arc<dyn Operate>;
        let listening = Listening::start(socket, operator, runtime.handle()).unwrap();
        Self {
            double,
            news,
            socket: socket.to_owned(),
            runtime,
            listening: Some(listening),
        }
    }

    /// Asks, and gives the exit code or the sentence, and what was printed and told.
    pub fn ask(&self, words: &str) -> Answer {
        answer(&self.socket, words)
    }

    pub fn close(&mut self) {
        let listening = self.listening.take().unwrap();
        self.runtime.block_on(listening.close()).unwrap();
    }

    pub fn next(&self) -> String {
        self.news.recv_timeout(LONG).unwrap()
    }
}

/// What came of asking.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub outcome: Result<Asked, String>,
    pub printed: String,
    pub told: Vec<String>,
}

impl Answer {
    #[track_caller]
    pub fn refusal(self) -> String {
        self.outcome.unwrap_err()
    }
}

pub fn search(words: &str) -> Request {
    Request {
        command: Command::Search {
            words: words.to_owned(),
        },
        json: false,
    }
}

pub fn answer(socket: &Path, words: &str) -> Answer {
    let heard = Heard::new();
    let outcome = ask(socket, &search(words), &heard, LONG).map_err(|error| format!("{error:#}"));
    Answer {
        outcome,
        printed: String::from_utf8(heard.printed.into_inner().unwrap()).unwrap(),
        told: heard.told.into_inner().unwrap(),
    }
}

/// Keeps what it is given.
pub struct Heard {
    pub printed: Mutex<Vec<u8>>,
    pub told: Mutex<Vec<String>>,
    interest: watch::Sender<Interest>,
    /// hears when something is printed
    news: Mutex<Sender<()>>,
}

impl Heard {
    pub fn new() -> Self {
        Self::with_news().0
    }

    /// With the news that something was printed.
    pub fn with_news() -> (Self, Receiver<()>) {
        let (sender, news) = channel();
        let heard = Self {
            printed: Mutex::default(),
            told: Mutex::default(),
            interest: watch::Sender::new(Interest::Waiting),
            news: Mutex::new(sender),
        };
        (heard, news)
    }
}

impl Asker for Heard {
    fn print(&self, bytes: &[u8]) -> io::Result<()> {
        self.printed.lock().unwrap().extend(bytes);
        // most tests do not listen
        let _ = self.news.lock().unwrap().send(());
        Ok(())
    }

    fn tell(&self, line: &str) {
        self.told.lock().unwrap().push(line.to_owned());
    }

    fn interest(&self) -> watch::Receiver<Interest> {
        self.interest.subscribe()
    }
}

/// Takes a result slowly, and counts how far the other is ahead.
pub struct Slow<'a> {
    pub double: &'a Double,
    pub taken: AtomicUsize,
    pub furthest_ahead: AtomicUsize,
    pub interest: watch::Sender<Interest>,
}

impl Asker for Slow<'_> {
    fn print(&self, bytes: &[u8]) -> io::Result<()> {
        let ahead = self.double.printed.load(Ordering::SeqCst) - self.taken.load(Ordering::SeqCst);
        self.furthest_ahead.fetch_max(ahead, Ordering::SeqCst);
        self.taken.fetch_add(bytes.len(), Ordering::SeqCst);
        Ok(())
    }

    fn tell(&self, _line: &str) {}

    fn interest(&self) -> watch::Receiver<Interest> {
        self.interest.subscribe()
    }
}
