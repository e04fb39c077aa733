//! The commands by which the roots of a federation make rosters (CONTRACT: `omma-harvester roster`).
//!
//! They work on a file and need no harvester. Each one that changes something reads FILE and the version before it, refuses what is not
//! signed by those who have to, makes the next version, keeps the one before as `FILE.<version>`, and only then puts the new one in its
//! place: `file` is that order, once for all of them.

mod add_member;
mod add_witness;
mod console;
mod file;
mod new;
mod node;
mod policy;
mod show;
mod sign;
mod standing;
mod turn;
mod update;

#[cfg(test)]
pub(crate) mod tests;

pub use add_member::AddMemberArguments;
pub use add_witness::AddWitnessArguments;
pub use console::Console;
pub(crate) use console::{shown, wait};
pub use new::NewArguments;
pub use policy::PolicyArguments;
pub use show::ShowArguments;
pub use sign::SignArguments;
pub use update::UpdateArguments;

/// Done.
pub const DONE: u8 = 0;

/// It ran, and nothing was changed because somebody said no.
pub const REFUSED: u8 = 2;

/// What to do with a roster.
#[derive(Debug, clap::Subcommand)]
pub enum RosterCommand {
    /// Begin a federation: version 1, with one root and no member
    New(NewArguments),
    /// Let a node join: asks it who it is, shows the answer, and wants a yes
    AddMember(AddMemberArguments),
    /// Change a member's address or status, change the roots, or renew the roster
    Update(UpdateArguments),
    /// Name a witness; the quorum becomes more than half of all
    AddWitness(AddWitnessArguments),
    /// Add one more root's signature
    Sign(SignArguments),
    /// Say what the roster says, and who signed it
    Show(ShowArguments),
    /// The same as a C2SP tlog-policy, for programs that verify proofs
    Policy(PolicyArguments),
}

/// Runs a command. The answer is the program's exit code: 0 done, 2 somebody said no.
///
/// # Errors
/// A sentence that says what is wrong and what to do; FILE is then as it was.
pub fn run(command: RosterCommand, console: &mut Console<'_>) -> anyhow::Result<u8> {
    match command {
        RosterCommand::New(arguments) => new::run(arguments, console),
        RosterCommand::AddMember(arguments) => add_member::run(arguments, console),
        RosterCommand::Update(arguments) => update::run(arguments, console),
        RosterCommand::AddWitness(arguments) => add_witness::run(arguments, console),
        RosterCommand::Sign(arguments) => sign::run(&arguments, console),
        RosterCommand::Show(arguments) => show::run(&arguments, console),
        RosterCommand::Policy(arguments) => policy::run(&arguments, console),
    }
}
