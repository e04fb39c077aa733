//! Why a file is not converted.

use std::io;
use std::path::PathBuf;

/// Characters of what the program said that are told.
const MOST_SAID: usize = 300;

/// Why a file is not converted, by what is done about it.
#[derive(Debug, thiserror::Error)]
pub enum ConversionError {
    /// The program does not manage this file: it would not another time. The sentence names the program, and may be shown to
    /// anybody.
    #[error("{sentence}")]
    Failed {
        /// The sentence.
        sentence: String,
        /// The last that the program said, on one line: for who operates or deposits.
        said: Option<String>,
    },
    /// The program is not there, or cannot be run.
    #[error("{0}")]
    Unavailable(String),
    /// The file cannot be read.
    #[error("it cannot be read from disk: {0}")]
    Input(io::Error),
    /// The folder of the conversion cannot be written.
    #[error("{path} cannot be written: {source}")]
    Disk {
        /// What.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It was told to stop.
    #[error("it was told to stop")]
    Stopped,
}

impl ConversionError {
    pub(super) fn failed(sentence: String, said: &str) -> ConversionError {
        ConversionError::Failed {
            sentence,
            said: last_said(said),
        }
    }

    /// Says in the log what the program said, which is not for everybody: it may name folders of this machine.
    pub fn log_what_it_said(&self) {
        if let ConversionError::Failed { said: Some(_), .. } = self {
            tracing::warn!("a file is not converted: {}", self.in_full());
        }
    }

    /// The sentence, with what the program said.
    pub(super) fn in_full(&self) -> String {
        match self {
            ConversionError::Failed {
                sentence,
                said: Some(said),
            } => format!("{sentence}; it said: {said}"),
            error => error.to_string(),
        }
    }
}

/// The end of what was said, on one line and without what a terminal would act upon.
fn last_said(said: &str) -> Option<String> {
    let clean: String = said
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    let words: Vec<&str> = clean.split_whitespace().collect();
    let words = words.join(" ");
    let letters = words.chars().count();
    let cut = letters.saturating_sub(MOST_SAID);
    let mark = if cut > 0 { "\u{2026}" } else { "" };
    let end: String = words.chars().skip(cut).collect();
    (letters > 0).then(|| format!("{mark}{end}"))
}
