//! The server's end of one connection.

use std::io::{self, Read};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::{Standing, frames};

/// How long somebody who is cut off may take to read what was said before. A frame that is read at all takes microseconds.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What is said to those whose command a server that ends has not finished.
pub const STOPPING: &str = "the server was stopped before the command had ended; run the command again, which needs no server";

/// The server's end of one connection, shared by the thread that works, the one that watches the asker, and the one that
/// closes the server.
#[derive(Debug)]
pub struct Line {
    stream: UnixStream,
    standing: watch::Sender<Standing>,
    is_speaking: Mutex<bool>,
    has_spoken: Condvar,
}

/// Lets the next one speak, however this one ends.
struct Turn<'l>(&'l Line);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self
            .0
            .is_speaking
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = false;
        self.0.has_spoken.notify_one();
    }
}

impl Line {
    /// The end of this connection.
    pub fn new(stream: UnixStream) -> Line {
        Line {
            stream,
            standing: watch::Sender::new(Standing::Waiting),
            is_speaking: Mutex::default(),
            has_spoken: Condvar::new(),
        }
    }

    /// The connection, for reading and for its limits of time. What is written goes through [`Line::say`].
    pub fn stream(&self) -> &UnixStream {
        &self.stream
    }

    /// How it stands with the asker, from now on.
    pub fn standing(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    /// Writes whole frames, which nobody else's get between.
    ///
    /// # Errors
    /// When the asker does not take them.
    pub fn say(&self, write: impl FnOnce(&mut &UnixStream) -> io::Result<()>) -> io::Result<()> {
        let speaking = self
            .is_speaking
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut speaking = self
            .has_spoken
            .wait_while(speaking, |is_speaking| *is_speaking)
            .unwrap_or_else(PoisonError::into_inner);
        *speaking = true;
        drop(speaking);
        let _turn = Turn(self);
        write(&mut &self.stream)
    }

    /// The asker is there no more.
    pub fn is_gone_now(&self) {
        self.standing.send_if_modified(|standing| {
            let was_waiting = *standing == Standing::Waiting;
            if was_waiting {
                *standing = Standing::Gone;
            }
            was_waiting
        });
    }

    /// Waits until the asker closes its end. It has nothing more to say; one that does has lost its senses.
    pub fn watch(&self) {
        let mut byte = [0];
        let mut stream = &self.stream;
        while let Err(error) = stream.read(&mut byte) {
            if error.kind() != io::ErrorKind::Interrupted {
                break;
            }
        }
        self.is_gone_now();
    }

    /// Asks what works on this to come to an end.
    pub fn announce_closing(&self) {
        self.standing.send_replace(Standing::Closing);
    }

    /// Ends the connection under whatever still works on it. A frame that is being read is waited for, so that the asker
    /// hears why there are no more.
    pub fn cut_off(&self) {
        let speaking = self
            .is_speaking
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (speaking, _) = self
            .has_spoken
            .wait_timeout_while(speaking, LAST_WORDS, |is_speaking| *is_speaking)
            .unwrap_or_else(PoisonError::into_inner);
        // one who does not read is in the middle of a frame, after which nothing more could be said
        if !*speaking {
            let said = self
                .stream
                .set_write_timeout(Some(LAST_WORDS))
                .and_then(|()| frames::write_failure(&mut &self.stream, STOPPING));
            if let Err(error) = said {
                tracing::debug!("an asker was gone before the server was: {error}");
            }
        }
        self.hang_up();
    }

    /// Closes the connection in both directions.
    pub fn hang_up(&self) {
        // fails where the asker did so before
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::io::Write;
    use std::sync::{Arc, mpsc};
    use std::thread;

    use super::super::frames::{Frame, read_frame};
    use super::*;

    #[test]
    fn who_is_cut_off_reads_the_frame_to_its_end_and_then_why() {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let line = Arc::new(Line::new(ours));
        let (begun, has_begun) = mpsc::channel();
        let (go_on, may_go_on) = mpsc::channel();
        let speaking = Arc::clone(&line);
        let speaker = thread::spawn(move || {
            speaking.say(|stream| {
                stream.write_all(b"o\0\0\0\x04ha")?;
                begun.send(()).unwrap();
                may_go_on.recv().unwrap();
                stream.write_all(b"lf")
            })
        });
        has_begun.recv().unwrap();
        let cutting = Arc::clone(&line);
        let cutter = thread::spawn(move || cutting.cut_off());
        go_on.send(()).unwrap();
        speaker.join().unwrap().unwrap();
        cutter.join().unwrap();
        let said = |theirs: &mut UnixStream| read_frame(theirs).unwrap();
        assert_eq!(said(&mut theirs), Some(Frame::Output(b"half".to_vec())));
        assert_eq!(said(&mut theirs), Some(Frame::Failure(STOPPING.to_owned())));
        assert_eq!(said(&mut theirs), None);
    }

    #[test]
    fn who_does_not_read_keeps_nobody_from_closing() {
        let (ours, _theirs) = UnixStream::pair().unwrap();
        let line = Arc::new(Line::new(ours));
        let (begun, has_begun) = mpsc::channel();
        let speaking = Arc::clone(&line);
        let speaker = thread::spawn(move || {
            speaking.say(|stream| {
                begun.send(()).unwrap();
                loop {
                    stream.write_all(&[b'o'; 8192])?;
                }
            })
        });
        has_begun.recv().unwrap();
        line.cut_off();
        assert!(speaker.join().unwrap().is_err());
    }
}
