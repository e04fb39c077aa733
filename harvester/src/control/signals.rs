//! SIGINT and SIGTERM.

use std::io;
use std::thread;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// What a shell reports of a program that SIGINT ended.
pub const INTERRUPTED: i32 = 130;

/// True from the first SIGINT or SIGTERM on. A second one ends the process at once.
///
/// # Errors
/// When the signals cannot be had.
pub fn until_told_to_stop() -> io::Result<watch::Receiver<bool>> {
    let (stop, stopped) = watch::channel(false);
    let mut times = 0;
    on_each(move || {
        times += 1;
        if times > 1 {
            std::process::exit(INTERRUPTED);
        }
        stop.send_replace(true);
    })?;
    Ok(stopped)
}

/// Calls `act` at each SIGINT or SIGTERM, for as long as the process lives. They have no other effect any more.
///
/// # Errors
/// When the signals cannot be had.
pub fn on_each(mut act: impl FnMut() + Send + 'static) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    let (mut interrupts, mut terminations) = {
        let _inside = runtime.enter();
        (
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
        )
    };
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            runtime.block_on(async {
                loop {
                    let came = tokio::select! {
                        came = interrupts.recv() => came,
                        came = terminations.recv() => came,
                    };
                    if came.is_none() {
                        return;
                    }
                    act();
                }
            });
        })?;
    Ok(())
}
