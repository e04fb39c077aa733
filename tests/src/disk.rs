//! A small disk of its own, which can be filled and be made read-only.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A file system in memory, mounted for as long as this value lives.
pub struct Disk {
    folder: TempDir,
}

impl Disk {
    /// Mounts a disk of as many bytes. Only root may: where that is not so this says it, and the test that asks goes
    /// another way or ends.
    pub fn of(bytes: u64) -> Option<Disk> {
        let folder = TempDir::new().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={bytes}"), "tmpfs"]);
        let mounted = mount.arg(folder.path()).output();
        let reason = match mounted {
            Ok(output) if output.status.success() => return Some(Disk { folder }),
            Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
            Err(error) => error.to_string(),
        };
        eprintln!("SKIPPED: no disk can be mounted, which needs root: {reason}");
        None
    }

    /// A path on it.
    pub fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// Fills it up to as many free bytes.
    pub fn fill_but(&self, free: u64) {
        let path = self.path("filler");
        let mut filler = File::create(&path).unwrap();
        let block = vec![0_u8; 4096];
        // until the disk says that it is full: then it is, to the last page
        while filler.write_all(&block).is_ok() {}
        let size = filler.metadata().unwrap().len();
        filler.set_len(size.saturating_sub(free)).unwrap();
    }

    /// Gives the room back.
    pub fn empty(&self) {
        fs::remove_file(self.path("filler")).unwrap();
    }

    /// Makes it read-only, or writable again.
    pub fn set_read_only(&self, is_read_only: bool) {
        let how = if is_read_only {
            "remount,ro"
        } else {
            "remount,rw"
        };
        let mut mount = Command::new("mount");
        let output = mount
            .args(["-o", how])
            .arg(self.folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        unmount(self.folder.path());
    }
}

fn unmount(path: &Path) {
    // lazily, because a process that a failing test left behind may still be in it
    let _ = Command::new("umount").arg("--lazy").arg(path).output();
}
