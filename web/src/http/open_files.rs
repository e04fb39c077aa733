//! How many connections this process may hold: each is a file to the operating system.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files that the process needs beside its connections: database, log, downloads under way, libraries.
const FOR_OTHERS: u64 = 512;

/// Raises the limit of open files as far as this user may, and says so where that is less than the configuration wants.
pub fn raise_open_files(max_connections: usize) {
    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        let raised = Rlimit {
            current: limit.maximum,
            maximum: limit.maximum,
        };
        if let Err(error) = setrlimit(Resource::Nofile, raised) {
            tracing::warn!(%error, "the limit of open files could not be raised");
        }
    }
    let wanted = max_connections as u64 + FOR_OTHERS;
    match getrlimit(Resource::Nofile).current {
        Some(current) if current < wanted => tracing::warn!(
            "this process may open {current} files, and serve.max_connections = {max_connections} needs {wanted}; \
             raise the limit (LimitNOFILE= in systemd, ulimit -Hn) or lower serve.max_connections in config.toml"
        ),
        _ => {}
    }
}
