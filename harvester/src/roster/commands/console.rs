//! Where a command speaks and listens: everything of the outside world that it uses, so that a test can give it another.

use std::fmt;
use std::future::Future;
use std::io::{BufRead, Read, Write};

use anyhow::{Context, bail};

use crate::clock::Clock;
use crate::fetch::Fetch;

/// The longest answer to a question, bytes.
const LONGEST_ANSWER: u64 = 100;

/// The outside world of a command.
pub struct Console<'a> {
    /// Reaches any address: an operator named it.
    pub fetch: &'a dyn Fetch,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Standard input.
    pub input: &'a mut dyn BufRead,
    /// Whether a person is at the other end of `input`.
    pub is_terminal: bool,
    /// Standard output: results alone.
    pub output: &'a mut dyn Write,
    /// Standard error: everything that is said to a person.
    pub messages: &'a mut dyn Write,
}

impl fmt::Debug for Console<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Console").finish_non_exhaustive()
    }
}

impl Console<'_> {
    /// Writes a result, one line.
    pub(crate) fn print(&mut self, line: impl fmt::Display) -> anyhow::Result<()> {
        writeln!(self.output, "{line}").context("standard output cannot be written")
    }

    /// Tells a person something, one line.
    pub(crate) fn say(&mut self, line: impl fmt::Display) -> anyhow::Result<()> {
        writeln!(self.messages, "{line}").context("standard error cannot be written")
    }

    /// Asks a person; anything but a yes is a no.
    ///
    /// # Errors
    /// When nobody is there to be asked: `otherwise` says what to give instead of an answer.
    pub(super) fn confirm(&mut self, question: &str, otherwise: &str) -> anyhow::Result<bool> {
        if !self.is_terminal {
            bail!("nobody can be asked here, as standard input is no terminal; {otherwise}");
        }
        write!(self.messages, "{question} [yes/no] ")
            .and_then(|()| self.messages.flush())
            .context("standard error cannot be written")?;
        let mut answer = String::new();
        Read::take(&mut self.input, LONGEST_ANSWER)
            .read_line(&mut answer)
            .context("the answer cannot be read")?;
        Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }
}

/// Waits for what is fetched. On a thread of its own, so that it works whether or not the caller is inside a runtime already.
///
/// # Errors
/// When there can be no thread or runtime, and what the future says.
pub(crate) fn wait<T: Send>(
    future: impl Future<Output = anyhow::Result<T>> + Send,
) -> anyhow::Result<T> {
    let act = move || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("no runtime can be made to fetch with")?
            .block_on(future)
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("fetch".to_owned())
            .spawn_scoped(scope, act)
            .context("no thread can be made to fetch with")?;
        // a panic goes on in the caller
        thread
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// A stranger's text as it may stand on a terminal: no control characters, nothing that turns the direction of reading, and not without
/// end.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 200;
    let mut shown: String = text
        .chars()
        .take(LONGEST)
        .map(|character| {
            if is_visible(character) {
                character
            } else {
                '\u{fffd}'
            }
        })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

/// Whether a character is neither a control character nor one that hides or reorders others (Unicode's marks of direction).
pub(super) fn is_visible(character: char) -> bool {
    !character.is_control()
        && !matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
