//! What a command does that is told to end while it may convert.

use std::io;
use std::process::exit;
use std::thread;

use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::spawn_blocking;

use crate::convert::end_all;

/// From now on SIGINT and SIGTERM end the conversions of this process before they end the process, which is safe at any moment; a
/// second one does not wait for that.
///
/// # Errors
/// When the system gives no thread, or does not hand signals over.
pub(super) fn end_conversions_on_signals() -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let (mut interrupt, mut terminate) = {
        let _entered = runtime.enter();
        (
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
        )
    };
    let wait = async move {
        let number = tokio::select! {
            _ = interrupt.recv() => SignalKind::interrupt().as_raw_value(),
            _ = terminate.recv() => SignalKind::terminate().as_raw_value(),
        };
        tokio::select! {
            _ = spawn_blocking(end_all) => {}
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        // as a shell says it of a program that a signal ended
        exit(128 + number)
    };
    thread::Builder::new().spawn(move || runtime.block_on(wait))?;
    Ok(())
}
