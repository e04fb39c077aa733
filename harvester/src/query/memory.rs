//! How much memory this process has.

/// Bytes of a page, as Linux counts them in `/proc/self/statm` on the machines we know (x86-64, and 64-bit ARM as
/// distributions build it).
const PAGE: u64 = 4096;

/// The resident memory of this process in bytes; nothing where the system does not say (man page proc_pid_statm).
pub(super) fn resident() -> Option<u64> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = statm.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * PAGE)
}
