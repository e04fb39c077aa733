//! A harvester that this process has, for a command or as the server.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::runtime::Runtime;

use crate::clock::Clock;
use crate::config::Config;
use crate::control::{Asker, Commands, Listening, Operate, PATIENCE, Request, lock_to_serve};
use crate::data_folder::{DataFolder, Guard};
use crate::fetch::{AddressRules, Fetch, HttpFetch};
use crate::operate::Harvester;

/// How long threads may take to end after everybody was told to.
const LAST_THREADS: Duration = Duration::from_secs(5);

/// A harvester that this process has. The lock goes last.
pub(super) struct Opened {
    harvester: Arc<Harvester>,
    commands: Arc<Commands>,
    runtime: Runtime,
    _guard: Guard,
}

impl Opened {
    /// Opens the stores of a folder whose lock this process has.
    ///
    /// # Errors
    /// When the settings are refused, or a store cannot be opened.
    pub fn open(folder: &DataFolder, guard: Guard, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let config = Config::read(&folder.config())?;
        let limits = config.limits();
        let fetch = |rules| -> anyhow::Result<Arc<dyn Fetch>> {
            Ok(Arc::new(HttpFetch::new(rules, limits)?))
        };
        let strangers = fetch(AddressRules::new(config.allowed()?))?;
        let operators = fetch(AddressRules::any())?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .context("no threads can be had")?;
        let harvester = {
            let _inside = runtime.enter();
            Harvester::open(folder.clone(), config, strangers, operators, clock)?
        };
        let commands = Commands::new(Arc::clone(&harvester), runtime.handle().clone());
        Ok(Self {
            harvester,
            commands: Arc::new(commands),
            runtime,
            _guard: guard,
        })
    }
}

impl Operate for Opened {
    fn operate(&self, request: &Request, asker: &dyn Asker) -> anyhow::Result<u8> {
        self.commands.operate(request, asker)
    }
}

/// Answers everybody over HTTP and commands at the socket, until SIGTERM or SIGINT.
///
/// # Errors
/// When another process has DATA, a store cannot be opened, or the address or the socket cannot be had.
pub(super) fn serve(
    data: &Path,
    bind: Option<SocketAddr>,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<u8> {
    let folder = DataFolder::open(data)?;
    let guard = lock_to_serve(&folder, PATIENCE)?;
    let opened = Opened::open(&folder, guard, clock)?;
    let bind = bind.unwrap_or(opened.harvester.config().serve.bind);
    let socket = folder.socket();
    let listening = Listening::start(
        &socket,
        Arc::clone(&opened.commands) as Arc<dyn Operate>,
        opened.runtime.handle(),
    )
    .with_context(|| format!("commands cannot be taken at {}", socket.display()))?;
    let served = crate::serve::run(Arc::clone(&opened.harvester), bind, &opened.runtime);
    let closed = opened
        .runtime
        .block_on(listening.close())
        .with_context(|| format!("{} cannot be removed", socket.display()));
    // what a thread is in the middle of is as if the process had been killed there, which every store survives
    opened.runtime.shutdown_timeout(LAST_THREADS);
    served.and(closed)?;
    Ok(0)
}
