//! Whether anybody still waits for what a command is working on.

use tokio::sync::watch;

/// How it stands with who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The asker waits for the answer.
    Waiting,
    /// The asker went away.
    Gone,
    /// This process is to end: also what goes on without its asker should come to a place where it can stop.
    Closing,
}

/// A look at [`Standing`], cheap to clone and free to send to whatever does the work.
#[derive(Debug, Clone)]
pub struct Asker {
    standing: watch::Receiver<Standing>,
}

impl Asker {
    /// The asker that this sender speaks for.
    pub fn new(standing: watch::Receiver<Standing>) -> Asker {
        Asker { standing }
    }

    /// How it stands now.
    pub fn standing(&self) -> Standing {
        *self.standing.borrow()
    }

    /// Whether nobody waits for the answer any more.
    pub fn is_gone(&self) -> bool {
        self.standing() != Standing::Waiting
    }

    /// Whether the process is to end.
    pub fn is_closing(&self) -> bool {
        self.standing() == Standing::Closing
    }

    /// Ends when nobody waits for the answer any more, and never before: for giving up a future that works on it.
    pub async fn gone(&self) {
        self.comes_to(|standing| standing != Standing::Waiting)
            .await;
    }

    /// Ends when the process is to end.
    pub async fn closing(&self) {
        self.comes_to(|standing| standing == Standing::Closing)
            .await;
    }

    async fn comes_to(&self, is_it: impl Fn(Standing) -> bool) {
        let mut standing = self.standing.clone();
        let is_told = standing.wait_for(|standing| is_it(*standing)).await.is_ok();
        if !is_told {
            // nobody is left who could say so
            std::future::pending::<()>().await;
        }
    }
}
