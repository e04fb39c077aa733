//! `omma-harvester` itself, under a name that cargo makes known to the tests of this package: so they always run the
//! program of this source tree, however they are started.

use std::process::ExitCode;

fn main() -> ExitCode {
    harvester::cli::main()
}
