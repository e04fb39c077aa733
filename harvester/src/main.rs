//! `omma-harvester`: see [`harvester::cli`].

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// The engines of queries allocate for every row: with this one they take an eighth less time (docs/BENCHMARKS.md).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    harvester::cli::main()
}
