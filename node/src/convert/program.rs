//! Where a program is, and which version of it.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::run::{Bounds, Ended, run};
use super::work::Work;

/// What asking for the version may cost.
const BOUNDS: Bounds = Bounds {
    time: Duration::from_secs(20),
    memory: 1 << 30,
    disk: 16 << 20,
};

/// Letters of a version.
const MOST_LETTERS: usize = 30;

/// The file of a program: by its whole path, else as PATH says.
pub(super) fn find(program: &str) -> Option<PathBuf> {
    let is_program = |path: &PathBuf| {
        let metadata = std::fs::metadata(path);
        metadata
            .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
    };
    if program.starts_with('/') {
        return Some(PathBuf::from(program)).filter(is_program);
    }
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(program))
        .find(is_program)
}

/// The version that a program says to `--version`, if it says one.
pub(super) fn version(program: &Path) -> Option<String> {
    let folder = tempfile::tempdir().ok()?;
    let work = Work::begin(folder.path()).ok()?;
    let mut command = Command::new(program);
    command
        .arg("--version")
        .current_dir(work.scratch())
        .env_clear()
        .envs(work.environment())
        .stdin(Stdio::null());
    let ran = run(&mut command, &work, &BOUNDS, &|| false).ok()?;
    match ran.ended {
        Ended::Well => version_in(&ran.said),
        _ => None,
    }
}

/// The first word that is a version: numbers with points between, and perhaps something behind.
fn version_in(said: &str) -> Option<String> {
    let is_version = |word: &&str| {
        let mut parts = word.split('.');
        let is_number =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let first = parts.next().is_some_and(is_number);
        let second = parts.next();
        first
            && second.is_some_and(|part| part.starts_with(|letter: char| letter.is_ascii_digit()))
            && word.len() <= MOST_LETTERS
            && word
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-+_".contains(&byte))
    };
    let words = said.split(|letter: char| letter.is_whitespace() || "(),;:=\"'".contains(letter));
    let words = words.map(|word| word.strip_prefix('v').unwrap_or(word));
    words
        .into_iter()
        .find(|word| is_version(word))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{find, version_in};

    #[test]
    fn a_version_is_found_in_what_programs_say() {
        for (said, expected) in [
            (
                "Version = 0.9.4\nBio-Formats version = 7.3.1",
                Some("0.9.4"),
            ),
            ("bfconvert v7.3.1 (2024)", Some("7.3.1")),
            ("tool 2.0-SNAPSHOT", Some("2.0-SNAPSHOT")),
            ("no number at all", None),
            ("12 files", None),
        ] {
            assert_eq!(version_in(said).as_deref(), expected, "{said}");
        }
    }

    #[test]
    fn a_program_is_found_by_path_or_name() {
        assert!(find("sh").is_some_and(|path| path.is_absolute()));
        assert!(find("/bin/sh").is_some());
        assert_eq!(find("/etc/passwd"), None);
        assert_eq!(find("no-such-program-anywhere"), None);
    }
}
