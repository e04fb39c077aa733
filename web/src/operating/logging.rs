//! Logs: lines for a person or JSON for a machine, to standard error.

use std::io::{self, IsTerminal};
use std::str::FromStr;

use tracing_subscriber::EnvFilter;

/// The variable that says what is logged, in the form of `tracing_subscriber::EnvFilter`: `debug`, or `info,harvester::fetch=debug`.
pub const FILTER_VARIABLE: &str = "OMMA_LOG";

/// Not logged unless it is named: that a certificate cannot be verified, without saying whose. Who asked is told as well, and says it with
/// the address.
const SAID_BETTER: &str = "rustls_platform_verifier=off";

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Words, as a person reads them.
    Text,
    /// One JSON document a line.
    Json,
}

impl FromStr for LogFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            _ => Err(format!("{text:?} is no form of a log; it is text or json")),
        }
    }
}

/// Begins to log to standard error: what `OMMA_LOG` names, and without that from `info`. A server logs JSON where nobody sits before it,
/// and any other command words; `format` says otherwise.
///
/// # Errors
/// A sentence, when `OMMA_LOG` cannot be read: a filter that is silently another would hide what somebody looks for.
pub fn start_logging(is_serving: bool, format: Option<LogFormat>) -> Result<(), String> {
    let is_terminal = io::stderr().is_terminal();
    let format = format.unwrap_or(if is_serving && !is_terminal {
        LogFormat::Json
    } else {
        LogFormat::Text
    });
    let logs = tracing_subscriber::fmt()
        .with_ansi(is_terminal)
        .with_env_filter(filter(is_serving)?)
        .with_writer(io::stderr);
    match format {
        LogFormat::Json => logs.json().init(),
        // times for who reads the log of a server in a file; a person at the terminal has a clock
        LogFormat::Text if is_serving && !is_terminal => logs.with_target(false).init(),
        LogFormat::Text => logs.without_time().with_target(false).init(),
    }
    Ok(())
}

fn filter(is_serving: bool) -> Result<EnvFilter, String> {
    match std::env::var(FILTER_VARIABLE) {
        Ok(wanted) if !wanted.is_empty() => EnvFilter::try_new(format!("{SAID_BETTER},{wanted}")).map_err(|error| {
            format!("{FILTER_VARIABLE} is {wanted:?}, which cannot be read ({error}); give a level (error, warn, info, debug, trace), or levels by module such as info,harvester::fetch=debug")
        }),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(format!("{FILTER_VARIABLE} is no UTF-8; give a level such as info"))
        }
        // a command says what it does by its output; that a server inside it starts is no news
        _ if is_serving => Ok(EnvFilter::new(format!("{SAID_BETTER},info"))),
        _ => Ok(EnvFilter::new(format!("{SAID_BETTER},info,actix_server=warn"))),
    }
}

#[cfg(test)]
mod tests {
    use super::LogFormat;

    #[test]
    fn a_form_is_named_as_on_the_command_line() {
        assert_eq!("text".parse(), Ok(LogFormat::Text));
        assert_eq!("json".parse(), Ok(LogFormat::Json));
        let refused = "xml".parse::<LogFormat>();
        assert!(refused.is_err_and(|why| why.contains("text or json")));
    }
}
