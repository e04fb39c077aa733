//! What the system says of this process. Where it does not say it (a system without `/proc`), there is nothing.

use std::fs;

/// Bytes of memory that are really there.
pub(super) fn resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    resident_in(&status)
}

/// `VmRSS:     1234 kB`
fn resident_in(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

/// Open files, sockets included.
pub(super) fn open_files() -> Option<u64> {
    let listed = fs::read_dir("/proc/self/fd").ok()?;
    // the folder itself is open while it is read
    Some((listed.count() as u64).saturating_sub(1))
}

/// How many it may open.
pub(super) fn most_open_files() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_as_the_system_writes_it() {
        let status = "Name:\tx\nVmHWM:\t  9000 kB\nVmRSS:\t    1234 kB\n";
        assert_eq!(resident_in(status), Some(1234 * 1024));
        assert_eq!(resident_in("Name:\tx\n"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_has_memory_and_files() {
        assert!(resident_bytes().is_some_and(|bytes| bytes > 1 << 20));
        let open = open_files();
        assert!(open.is_some_and(|open| open >= 3) && open <= most_open_files());
    }
}
