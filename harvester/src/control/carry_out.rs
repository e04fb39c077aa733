//! Which way a command goes: here, or through the socket.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::sync::watch;

use super::frames::Request;
use super::{Command, Console, ControlServer, Operate, client, signals};

/// How long a command waits for somebody who has DATA and takes no commands: most commands end, and most servers start, in less.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often it looks. There is no way to wait for a lock and for a socket at once.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Somebody else who has DATA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// DATA.
    pub folder: String,
    /// The number of its process, as far as it said.
    pub pid: String,
}

/// DATA as commands need it. There is one in the program; tests have another.
pub trait Premises {
    /// The lock: whoever has it owns every store, until it is dropped.
    type Guard;
    /// What is opened under the lock.
    type Harvester: Operate + 'static;

    /// Takes the lock, if nobody has it.
    ///
    /// # Errors
    /// Outside, when there is no DATA or the lock cannot be used; inside, who has it.
    fn lock(&self) -> anyhow::Result<Result<Self::Guard, Holder>>;

    /// Where the server's socket is.
    fn socket(&self) -> PathBuf;

    /// Opens every store. Called only under the lock.
    ///
    /// # Errors
    /// What cannot be opened, and what to do.
    fn open(&self) -> anyhow::Result<Arc<Self::Harvester>>;

    /// Serves over HTTP, at `bind` or where the configuration says, until `stop` is true.
    ///
    /// # Errors
    /// When the address cannot be had or the server breaks.
    fn serve(
        &self,
        harvester: Arc<Self::Harvester>,
        bind: Option<&str>,
        stop: watch::Receiver<bool>,
    ) -> anyhow::Result<()>;

    /// Closes every store, after serving and after all commands, within some seconds. False when something still works on them, so that
    /// the lock must not be given back before the process ends.
    fn close(&self, harvester: Arc<Self::Harvester>) -> bool {
        drop(harvester);
        true
    }

    /// How long to wait for somebody who has DATA and takes no commands.
    fn patience(&self) -> Duration {
        PATIENCE
    }
}

/// Has a command carried out, here or by the running server, and gives the program's exit code.
///
/// # Errors
/// When it could not run: a sentence that says what is wrong and what to do.
pub fn carry_out<P: Premises>(
    premises: &P,
    command: Command,
    json: bool,
    console: &mut dyn Console,
) -> anyhow::Result<u8> {
    let mut waiting = Waiting::new(premises.patience());
    loop {
        let holder = match premises.lock()? {
            Ok(guard) => return work_here(premises, guard, command, json, console),
            Err(holder) => holder,
        };
        if let Some(stream) = client::connect(&premises.socket())? {
            say_what_goes_on_when_interrupted(&command)?;
            let exit = client::ask(stream, &Request { command, json }, console)?;
            console
                .out()
                .flush()
                .context("the result cannot be written")?;
            return Ok(exit);
        }
        if !waiting.again(&holder, console) {
            bail!(
                "{} is in use by process {}, which takes no commands: another command at work, or a server that is still \
                 starting; run the command again when it has ended or started",
                holder.folder,
                holder.pid
            );
        }
    }
}

/// For somebody who has DATA and takes no commands.
struct Waiting {
    until: Instant,
    has_said: bool,
}

impl Waiting {
    fn new(patience: Duration) -> Waiting {
        Waiting {
            until: Instant::now() + patience,
            has_said: false,
        }
    }

    /// Waits a little; false when it was enough.
    fn again(&mut self, holder: &Holder, console: &mut dyn Console) -> bool {
        if Instant::now() >= self.until {
            return false;
        }
        if !self.has_said {
            self.has_said = true;
            console.progress(&format!("waiting for process {}", holder.pid));
        }
        std::thread::sleep(LOOK_AGAIN);
        true
    }
}

/// The stores are closed before the lock is given back.
fn work_here<P: Premises>(
    premises: &P,
    guard: P::Guard,
    command: Command,
    json: bool,
    console: &mut dyn Console,
) -> anyhow::Result<u8> {
    let harvester = premises.open()?;
    let ended = harvester.operate(command, json, console);
    drop(harvester);
    drop(guard);
    let outcome = ended?;
    console
        .out()
        .flush()
        .context("the result cannot be written")?;
    Ok(outcome.exit)
}

/// Ctrl-C ends the asking. What only reads ends with it; of what goes on the operator should know.
fn say_what_goes_on_when_interrupted(command: &Command) -> anyhow::Result<()> {
    if !command.goes_on_alone() {
        return Ok(());
    }
    let name = command.name();
    signals::on_each(move || {
        // where standard error is closed there is nobody to tell
        let _ = writeln!(
            std::io::stderr(),
            "omma-harvester: the running server goes on with {name}; its log says how it ends"
        );
        std::process::exit(signals::INTERRUPTED);
    })
    .context("signals cannot be received")
}

/// Runs the server on DATA until SIGINT or SIGTERM; meanwhile it takes the commands of others.
///
/// # Errors
/// When somebody else has DATA, or it cannot be opened or served.
pub fn serve<P: Premises>(
    premises: &P,
    bind: Option<&str>,
    console: &mut dyn Console,
) -> anyhow::Result<()> {
    let guard = take_to_serve(premises, console)?;
    let stop = signals::until_told_to_stop().context("signals cannot be received")?;
    let harvester = premises.open()?;
    let control = ControlServer::start(&premises.socket(), Arc::clone(&harvester) as Arc<_>)?;
    let served = premises.serve(Arc::clone(&harvester), bind, stop);
    let has_no_commands = control.close();
    if premises.close(harvester) && has_no_commands {
        drop(guard);
    } else {
        // a thread still works on the stores; the lock goes with the process, as the thread does
        std::mem::forget(guard);
    }
    served
}

/// A command that is at work is waited for; a server is not.
fn take_to_serve<P: Premises>(premises: &P, console: &mut dyn Console) -> anyhow::Result<P::Guard> {
    let mut waiting = Waiting::new(premises.patience());
    loop {
        let holder = match premises.lock()? {
            Ok(guard) => return Ok(guard),
            Err(holder) => holder,
        };
        if client::connect(&premises.socket())?.is_some() {
            bail!(
                "process {} serves {} already; stop it first, or give another --data",
                holder.pid,
                holder.folder
            );
        }
        if !waiting.again(&holder, console) {
            bail!(
                "{} is in use by process {}; start the server when it has ended",
                holder.folder,
                holder.pid
            );
        }
    }
}
