//! Ending when the operating system asks for it.

use std::io;

use actix_web::dev::ServerHandle;
use actix_web::rt;
use tokio::signal::unix::{SignalKind, signal};

use crate::operating::say_stopping;

/// Stops the server at SIGTERM or SIGINT; a second signal does not wait for answers under way to end. To be called in the
/// runtime of the server, which must have been told to leave signals alone.
///
/// # Errors
/// When the signals cannot be listened to.
pub fn stop_on_signals(handle: ServerHandle) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    rt::spawn(async move {
        let mut is_graceful = true;
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            tracing::info!(is_graceful, "stopping");
            say_stopping();
            // not awaited: a second signal must be heard while the first is being obeyed
            rt::spawn(handle.stop(is_graceful));
            is_graceful = false;
        }
    });
    Ok(())
}
