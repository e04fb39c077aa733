//! A harvester that does nothing but what a test wants, and says when.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use anyhow::{Context, bail};

use super::super::*;

type Say = dyn Fn(&str) + Send + Sync;
type Wait = dyn Fn() + Send + Sync;

/// See [`Operate::operate`] of it.
pub struct Double {
    say: Box<Say>,
    wait: Box<Wait>,
}

impl Double {
    /// Tells `say` what begins and ends; a sync goes on when `wait` returns.
    pub fn new(
        say: impl Fn(&str) + Send + Sync + 'static,
        wait: impl Fn() + Send + Sync + 'static,
    ) -> Double {
        Double {
            say: Box::new(say),
            wait: Box::new(wait),
        }
    }

    fn query(&self, text: &str, console: &mut dyn Console) -> anyhow::Result<Outcome> {
        match text {
            "forever" => {
                let written = loop {
                    if let Err(error) = console.out().write_all(&[b'f'; 8192]) {
                        break error;
                    }
                };
                (self.say)("query ends");
                Err(written.into())
            }
            "silent" => {
                block_on(console.asker().gone());
                (self.say)("query ends");
                bail!("nobody asks")
            }
            megabytes => {
                for _ in 0..megabytes.parse::<u32>()? * 125 {
                    console.out().write_all(&[b'm'; 8000])?;
                }
                Ok(Outcome::DONE)
            }
        }
    }
}

/// Waits on this thread.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

impl Operate for Double {
    fn operate(
        &self,
        command: Command,
        json: bool,
        console: &mut dyn Console,
    ) -> anyhow::Result<Outcome> {
        (self.say)(&format!("{} begins", command.name()));
        match command {
            Command::Sync { .. } => {
                writeln!(console.out(), "members")?;
                console.progress("under way");
                (self.wait)();
                console.progress("nearly there");
                writeln!(console.out(), "end")?;
                console.out().flush()?;
                (self.say)("sync ends");
                Ok(Outcome::REFUSED)
            }
            Command::Query { text, .. } => self.query(&text, console),
            Command::Search { words } if words == "panic" => panic!("as was wished"),
            Command::Search { words } if words == "fail" => {
                write!(console.out(), "half")?;
                console.out().flush()?;
                Err(anyhow::anyhow!("the index is of\nanother version")).context("nothing fits")
            }
            Command::Search { words } => {
                writeln!(console.out(), "found {words}")?;
                Ok(Outcome::DONE)
            }
            Command::Check => {
                block_on(console.asker().closing());
                bail!("given up")
            }
            Command::OntologyLoad { files } => {
                for file in files {
                    writeln!(console.out(), "{}", file.display())?;
                }
                Ok(Outcome::DONE)
            }
            _ if json => {
                writeln!(console.out(), "{{\"members\":[]}}")?;
                Ok(Outcome::DONE)
            }
            _ => {
                writeln!(console.out(), "all is well")?;
                Ok(Outcome::DONE)
            }
        }
    }
}

/// Lets everybody through from when it is opened.
#[derive(Debug)]
pub struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    /// A closed gate, from both sides.
    pub fn new() -> (Gate, Gate) {
        let gate = Arc::new((Mutex::new(false), Condvar::new()));
        (Gate(Arc::clone(&gate)), Gate(gate))
    }

    pub fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    pub fn wait(&self) {
        let closed = self.0.0.lock().unwrap();
        drop(self.0.1.wait_while(closed, |is_open| !*is_open).unwrap());
    }
}

/// Bytes that were written.
#[derive(Debug, Clone, Default)]
pub struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How many bytes were written.
#[derive(Debug, Clone, Default)]
pub struct Counting(Arc<AtomicU64>);

impl Counting {
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

impl Write for Counting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.fetch_add(bytes.len() as u64, Ordering::SeqCst);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
