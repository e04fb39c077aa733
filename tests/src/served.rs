//! A node that serves, in a process of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use rustix::process::{Pid, Signal, kill_process};

use crate::http::{self, Answer};
use crate::patience::{LONG, eventually};
use crate::ran::Ran;

/// Serves until it is stopped or dropped.
pub struct Served {
    process: Child,
    url: String,
    lines: Arc<Mutex<Vec<String>>>,
    reader: Option<JoinHandle<()>>,
}

impl Served {
    /// Starts the server and waits until it says where it listens and that it is ready.
    pub fn start(command: Command) -> Served {
        let served = Served::listening(command);
        eventually("the server is ready", || {
            http::try_get(&format!("{}readyz", served.url)).filter(|answer| answer.status == 200)
        });
        served
    }

    /// Starts the server and waits until it says where it listens.
    pub fn listening(command: Command) -> Served {
        Served::outcome(command).unwrap_or_else(|ran| panic!("it does not listen: {ran:?}"))
    }

    /// Starts the server and waits until it says where it listens, or has ended without.
    ///
    /// # Errors
    /// What it came to, where it has ended.
    pub fn outcome(mut command: Command) -> Result<Served, Ran> {
        let mut process = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (found, address) = mpsc::channel();
        let (errors, kept) = (process.stderr.take().unwrap(), Arc::clone(&lines));
        let reader = thread::spawn(move || {
            for line in BufReader::new(errors).lines().map_while(Result::ok) {
                if let Some(url) = address_in(&line) {
                    // nobody waits any more once the first was found
                    let _ = found.send(url);
                }
                kept.lock().unwrap().push(line);
            }
        });
        match address.recv_timeout(LONG) {
            Ok(url) => Ok(Served {
                process,
                url,
                lines,
                reader: Some(reader),
            }),
            // the reader has ended, since standard error was closed
            Err(RecvTimeoutError::Disconnected) => {
                let status = process.wait().unwrap();
                let stderr = lines.lock().unwrap().join("\n").into_bytes();
                Err(Ran::new(Output {
                    status,
                    stdout: Vec::new(),
                    stderr,
                }))
            }
            Err(RecvTimeoutError::Timeout) => {
                let _ = process.kill();
                panic!("it does not listen: {:#?}", lines.lock().unwrap());
            }
        }
    }

    /// Where it answers, with `/` at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The log prefix.
    pub fn log(&self) -> String {
        format!("{}log/", self.url)
    }

    /// Asks for a path.
    pub fn get(&self, path: &str) -> Answer {
        http::get(&format!("{}{path}", self.url))
    }

    /// What it wrote to standard error so far.
    pub fn said(&self) -> String {
        self.lines.lock().unwrap().join("\n")
    }

    /// Ends it as an operator does, and waits for the end.
    pub fn stop(mut self) -> (ExitStatus, String) {
        kill_process(self.pid(), Signal::TERM).unwrap();
        let process = &mut self.process;
        let status = eventually("the server ends", || process.try_wait().unwrap());
        self.reader.take().unwrap().join().unwrap();
        (status, self.said())
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.process.id()).unwrap()).unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // it may have ended already; a test that is failing must not fail a second time here
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The URL in a line such as `listening on http://127.0.0.1:8081/`, be it plain or in JSON.
fn address_in(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("listening on http://")?;
    let (address, _) = rest.split_once('/')?;
    Some(format!("http://{address}/"))
}
