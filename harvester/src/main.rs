//! `omma-harvester`: see [`harvester::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    harvester::cli::main()
}
