//! What the service manager is told, where there is one (`Type=notify` of systemd): it starts what waits for this server when it
//! listens, and knows a server that is ending from one that hangs.

use sd_notify::NotifyState;

/// Says that the server listens. Without a service manager nothing happens.
pub fn say_ready() {
    say(NotifyState::Ready);
}

/// Says that the server ends.
pub fn say_stopping() {
    say(NotifyState::Stopping);
}

fn say(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the service manager could not be told how the server stands; it may end it as one that did not start");
    }
}
