//! Where a command writes.

use std::io::{self, BufWriter, Write};

use tokio::sync::watch;

use super::{Asker, Standing};

/// Bytes of a result that are collected before they are passed on.
const COLLECTED: usize = 64 << 10;

/// What a command writes to: the streams of this process, or the connection of somebody who asked for it.
pub trait Console: Send {
    /// Takes the bytes of the result, as they come. A command that only reads ends with the error of a write.
    fn out(&mut self) -> &mut dyn Write;

    /// Shows a line while the command works. It is for a person, and nothing fails because it could not be shown.
    fn progress(&mut self, line: &str);

    /// Who waits for the answer.
    fn asker(&self) -> &Asker;

    /// Whether nobody waits for the answer any more.
    fn is_gone(&self) -> bool {
        self.asker().is_gone()
    }
}

/// Two streams: the result goes to the one, progress and errors to the other.
pub struct Streams {
    out: BufWriter<Out>,
    messages: Box<dyn Write + Send>,
    asker: Asker,
}

/// Notices that whoever reads has gone.
struct Out {
    stream: Box<dyn Write + Send>,
    standing: watch::Sender<Standing>,
}

impl Out {
    fn looked_at<T>(&self, written: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &written
            && error.kind() == io::ErrorKind::BrokenPipe
        {
            self.standing.send_replace(Standing::Gone);
        }
        written
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.stream.write(bytes);
        self.looked_at(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.stream.flush();
        self.looked_at(flushed)
    }
}

impl std::fmt::Debug for Streams {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Streams").finish_non_exhaustive()
    }
}

impl Streams {
    /// Writes to these.
    pub fn new(out: Box<dyn Write + Send>, messages: Box<dyn Write + Send>) -> Streams {
        let standing = watch::Sender::new(Standing::Waiting);
        let asker = Asker::new(standing.subscribe());
        let out = Out {
            stream: out,
            standing,
        };
        Streams {
            out: BufWriter::with_capacity(COLLECTED, out),
            messages,
            asker,
        }
    }

    /// Standard output and standard error.
    pub fn standard() -> Streams {
        Streams::new(Box::new(io::stdout()), Box::new(io::stderr()))
    }
}

impl Console for Streams {
    fn out(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    fn progress(&mut self, line: &str) {
        // a standard error that is closed keeps no command from its work
        let _ = writeln!(self.messages, "{}", one_line(line));
    }

    fn asker(&self) -> &Asker {
        &self.asker
    }
}

/// The text on one line, without what would have a terminal do something: it may have come from a stranger's server.
pub fn one_line(text: &str) -> String {
    text.trim_end()
        .chars()
        .map(|character| match character {
            '\n' | '\r' | '\t' => ' ',
            character if character.is_control() => char::REPLACEMENT_CHARACTER,
            character => character,
        })
        .collect()
}
