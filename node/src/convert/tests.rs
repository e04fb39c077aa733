//! Programs that behave badly in every way that a program can.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::family::Family;
use super::{ConversionError, Converted, Converter, end_survivors, filled};
use crate::config::{ConverterConfig, Writes};
use crate::image::Folder;
use crate::relative_path::RelPath;

/// A deposit with one file, and a folder to convert in.
struct Scene {
    deposit: TempDir,
    scratch: TempDir,
}

impl Scene {
    fn new() -> Scene {
        let deposit = tempfile::tempdir().unwrap();
        fs::write(deposit.path().join("day 1.czi"), b"ZISRAWFILE").unwrap();
        Scene {
            deposit,
            scratch: tempfile::tempdir().unwrap(),
        }
    }

    /// A converter of which the shell does what a script says, with `$1` for the input and `$2` for the output.
    fn converter(&self, script: &str) -> ConverterConfig {
        let words = ["/bin/sh", "-c", script, "sh", "{input}", "{output}"];
        ConverterConfig {
            command: words.map(str::to_owned).to_vec(),
            name: Some("shell 1".to_owned()),
            writes: Writes::OmeTiff,
            formats: vec!["czi".to_owned()],
            seconds: 60,
            memory_mib: 1024,
            disk_mib: 64,
            at_once: 1,
        }
    }

    fn convert(&self, config: &ConverterConfig) -> Result<Converted, ConversionError> {
        self.convert_until(config, &|| false)
    }

    fn convert_until(
        &self,
        config: &ConverterConfig,
        is_to_stop: &dyn Fn() -> bool,
    ) -> Result<Converted, ConversionError> {
        let files = Folder(self.deposit.path().to_owned());
        let path = RelPath::parse("day 1.czi").unwrap();
        Converter::new(config).convert(&files, &path, self.scratch.path(), is_to_stop)
    }

    /// Why a script does not succeed; nothing of it stays.
    fn failure(&self, config: &ConverterConfig) -> String {
        let error = self.convert(config).unwrap_err();
        self.nothing_stays();
        error.in_full()
    }

    fn nothing_stays(&self) {
        assert_eq!(fs::read_dir(self.scratch.path()).unwrap().count(), 0);
        let family = Family::of(None, &fs::canonicalize(self.scratch.path()).unwrap());
        assert_eq!(family.number().unwrap(), 0, "a process goes on");
    }
}

#[test]
fn a_file_is_converted_and_what_was_written_goes_with_it() {
    let scene = Scene::new();
    let converted = scene.convert(&scene.converter("cp \"$1\" \"$2\"")).unwrap();
    let file = converted.files().open(converted.path()).unwrap().unwrap();
    let mut content = [0; 10];
    file.read_at(0, &mut content).unwrap();
    assert_eq!(&content, b"ZISRAWFILE");
    assert!(fs::read_dir(scene.scratch.path()).unwrap().count() > 0);
    drop(converted);
    scene.nothing_stays();
}

#[test]
fn it_reads_a_copy_under_the_same_name_and_has_little_in_its_environment() {
    let scene = Scene::new();
    let script = "echo changed > \"$1\" && touch \"$1.bfmemo\" && env > \"$2\" && pwd >> \"$2\" && echo \"$1\" >> \"$2\"";
    let converted = scene.convert(&scene.converter(script)).unwrap();
    let deposited = fs::read(scene.deposit.path().join("day 1.czi")).unwrap();
    assert_eq!(deposited, b"ZISRAWFILE");
    assert_eq!(fs::read_dir(scene.deposit.path()).unwrap().count(), 1);
    let file = converted.files().open(converted.path()).unwrap().unwrap();
    let mut said = vec![0; usize::try_from(file.size()).unwrap()];
    file.read_at(0, &mut said).unwrap();
    let said = String::from_utf8(said).unwrap();
    let known = [
        "PATH",
        "JAVA_HOME",
        "JAVA_OPTS",
        "LD_LIBRARY_PATH",
        "LANG",
        "HOME",
        "TMPDIR",
        "JAVA_TOOL_OPTIONS",
        "OMMATIDIA_CONVERSION",
        "PWD",
        "OLDPWD",
        "SHLVL",
        "_",
    ];
    let names = said.lines().filter_map(|line| line.split_once('='));
    for (name, _) in names {
        assert!(known.contains(&name), "{name} is handed on");
    }
    assert!(
        said.contains("/scratch\n") && said.ends_with("/input/day 1.czi\n"),
        "{said}"
    );
}

#[test]
fn one_that_fails_is_told_with_its_last_words() {
    let scene = Scene::new();
    let mut config =
        scene.converter("echo loading >&2; echo 'no reader\u{1b}[31m for \"$1\"' >&2; exit 3");
    assert_eq!(
        scene.failure(&config),
        "shell 1 ended with the exit code 3; it said: loading no reader [31m for \"$1\""
    );
    let shown = scene.convert(&config).unwrap_err().to_string();
    assert_eq!(shown, "shell 1 ended with the exit code 3");
    config = scene.converter("kill -SEGV $$");
    assert_eq!(scene.failure(&config), "shell 1 was ended by the signal 11");
    // what it says of this machine's folders is left out
    let said = scene.failure(&scene.converter("echo \"cannot read $1\"; exit 1"));
    assert!(
        said.ends_with("it said: cannot read \u{2026}/input/day 1.czi"),
        "{said}"
    );
}

#[test]
fn one_that_hangs_is_ended_with_all_that_it_began() {
    let scene = Scene::new();
    let mut config = scene.converter("sleep 1000 & setsid sleep 1000 & trap '' TERM; sleep 1000");
    config.seconds = 1;
    let began = Instant::now();
    assert_eq!(
        scene.failure(&config),
        "shell 1 took longer than 1 seconds (images.converter.seconds)"
    );
    assert!(began.elapsed() < Duration::from_secs(500));
}

#[test]
fn what_outlives_it_is_ended_when_it_ends() {
    let scene = Scene::new();
    let script = "sleep 1000 & setsid sleep 1000 & (setsid sh -c 'sleep 1000 & sleep 1000' &) ; cp \"$1\" \"$2\"";
    let began = Instant::now();
    let converted = scene.convert(&scene.converter(script)).unwrap();
    assert!(began.elapsed() < Duration::from_secs(500));
    drop(converted);
    scene.nothing_stays();
}

#[test]
fn one_that_eats_memory_is_ended() {
    let scene = Scene::new();
    // each of its processes is within the limit, all of them are not
    let script = "hold() { text=$(head -c 24000000 /dev/zero | tr '\\0' x); sleep 1000; }; hold & hold & hold & hold";
    let mut config = scene.converter(script);
    config.memory_mib = 64;
    assert_eq!(
        scene.failure(&config),
        "shell 1 took more than 64 MiB of memory (images.converter.memory_mib)"
    );
}

#[test]
fn one_that_fills_the_disk_is_ended() {
    let scene = Scene::new();
    let mut config = scene
        .converter("i=0; while true; do head -c 300000 /dev/zero > \"$2.$i\"; i=$((i + 1)); done");
    config.disk_mib = 4;
    let expected = "shell 1 wrote more than 4 MiB (images.converter.disk_mib)";
    assert_eq!(scene.failure(&config), expected);
    // beside the output as well
    config.command[2] = config.command[2].replace("\"$2.$i\"", "more.$i");
    assert_eq!(scene.failure(&config), expected);
    // one that ends before anybody looks, and one large file, which the system itself refuses
    config.command[2] =
        "for i in 1 2 3 4 5; do head -c 1000000 /dev/zero > \"$2.$i\"; done".to_owned();
    assert_eq!(scene.failure(&config), expected);
    config.command[2] = "head -c 50000000 /dev/zero > \"$2\"; exit 9".to_owned();
    let said = scene.failure(&config);
    assert!(said.contains("exit code 9") || said == expected, "{said}");
}

#[test]
fn one_that_never_stops_talking_costs_no_memory() {
    let scene = Scene::new();
    let script = "head -c 1000000000 /dev/zero | tr '\\0' 'x'; echo; echo at last >&2; exit 1";
    let said = scene.failure(&scene.converter(script));
    assert!(
        said.starts_with("shell 1 ended with the exit code 1; it said: \u{2026}"),
        "{said}"
    );
    assert!(said.chars().count() < 400, "{said}");
}

#[test]
fn links_and_pipes_in_what_it_wrote_are_refused() {
    let scene = Scene::new();
    for (script, expected) in [
        (
            "ln -s /etc/passwd \"$2\"",
            "shell 1 ended well and wrote no file {output}",
        ),
        (
            "cp \"$1\" \"$2\"; ln -s / \"$2.d\"",
            "shell 1 wrote a symbolic link, which is not followed",
        ),
        (
            "cp \"$1\" \"$2\"; mkfifo \"$2.p\"",
            "shell 1 wrote something that is neither a file nor a folder",
        ),
        (
            "mkdir \"$2\"",
            "shell 1 ended well and wrote no file {output}",
        ),
        ("true", "shell 1 ended well and wrote nothing to {output}"),
    ] {
        let said = scene.failure(&scene.converter(script));
        assert!(said.starts_with(expected), "{script}: {said}");
    }
    let mut config = scene.converter("cp \"$1\" \"$2\"");
    config.writes = Writes::OmeZarr;
    assert!(
        scene
            .failure(&config)
            .starts_with("shell 1 ended well and wrote no folder {output}")
    );
    config.command[2] = "mkdir -p \"$2/0/0\"; ln -s /etc \"$2/0/0/0\"".to_owned();
    assert_eq!(
        scene.failure(&config),
        "shell 1 wrote a symbolic link, which is not followed"
    );
}

#[test]
fn folders_that_it_closed_are_removed_nevertheless() {
    let scene = Scene::new();
    let script = "mkdir -p \"$2.d/inner\"; touch \"$2.d/inner/file\"; chmod 0 \"$2.d/inner\" \"$2.d\"; exit 1";
    scene.failure(&scene.converter(script));
}

#[test]
fn a_folder_that_nobody_can_look_into_is_the_fault_of_the_program() {
    let scene = Scene::new();
    let script = "cp \"$1\" \"$2\"; mkdir \"$2.d\"; chmod 0 \"$2.d\"";
    let outcome = scene.convert(&scene.converter(script));
    let is_open_to_us = {
        let closed = scene.deposit.path().join("closed");
        fs::create_dir(&closed).unwrap();
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
        fs::read_dir(&closed).is_ok()
    };
    match outcome {
        Err(error @ ConversionError::Failed { .. }) => assert_eq!(
            error.to_string(),
            "shell 1 closed a folder that it wrote, so that nobody can look into it"
        ),
        // the superuser looks into any
        outcome => assert!(is_open_to_us && outcome.is_ok(), "{outcome:?}"),
    }
    scene.nothing_stays();
}

#[test]
fn one_that_is_told_to_stop_ends() {
    let scene = Scene::new();
    let begun = scene.deposit.path().join("begun");
    let script = format!("touch {}; sleep 1000", begun.display());
    let outcome = scene.convert_until(&scene.converter(&script), &|| begun.exists());
    assert!(
        matches!(outcome, Err(ConversionError::Stopped)),
        "{outcome:?}"
    );
    scene.nothing_stays();
}

#[test]
fn no_more_run_at_once_than_may() {
    let scene = Scene::new();
    let alone = scene.scratch.path().join("alone");
    // a second one finds the folder of the first
    let script = format!(
        "mkdir {0} && head -c 1000000 /dev/urandom > \"$2\" && rmdir {0}",
        alone.display()
    );
    let converter = Converter::new(&scene.converter(&script));
    let files = Folder(scene.deposit.path().to_owned());
    let path = RelPath::parse("day 1.czi").unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                converter
                    .convert(&files, &path, scene.scratch.path(), &|| false)
                    .unwrap();
            });
        }
    });
    // who waits for a turn hears that he is to stop
    let holds = Arc::new(AtomicBool::new(false));
    let converter = Converter::new(&scene.converter("sleep 1000"));
    std::thread::scope(|scope| {
        let first = scope.spawn(|| {
            converter.convert(&files, &path, scene.scratch.path(), &|| {
                holds.store(true, Ordering::SeqCst);
                Arc::strong_count(&holds) > 1
            })
        });
        while !holds.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        let second = converter.convert(&files, &path, scene.scratch.path(), &|| true);
        assert!(matches!(second, Err(ConversionError::Stopped)));
        let _ends_the_first = Arc::clone(&holds);
        assert!(matches!(
            first.join().unwrap(),
            Err(ConversionError::Stopped)
        ));
    });
}

#[test]
fn what_goes_on_when_this_program_was_killed_is_ended_by_who_clears_up() {
    let scene = Scene::new();
    let scratch = fs::canonicalize(scene.scratch.path()).unwrap();
    let room = scratch.join("room");
    let closed = room.join("convert-1/output/closed");
    fs::create_dir_all(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let begin = |folder: &Path| {
        std::process::Command::new("sleep")
            .arg("1000")
            .env("OMMATIDIA_CONVERSION", folder)
            .spawn()
            .unwrap()
    };
    let mut of_the_room = begin(&room.join("convert-1"));
    let mut of_another = begin(&scratch.join("room-2/convert-1"));
    end_survivors(&room).unwrap();
    assert!(!of_the_room.wait().unwrap().success());
    assert_eq!(of_another.try_wait().unwrap(), None);
    of_another.kill().unwrap();
    of_another.wait().unwrap();
    fs::remove_dir_all(&room).unwrap();
    end_survivors(&room).unwrap();
}

#[test]
fn one_that_is_not_there_says_what_to_do() {
    let scene = Scene::new();
    let mut config = scene.converter("true");
    config.command[0] = "no-such-converter".to_owned();
    let error = Converter::new(&config).find().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the converter \"no-such-converter\" is not found; install it, or give its whole path (images.converter.command)"
    );
    assert!(matches!(
        scene.convert(&config),
        Err(ConversionError::Unavailable(_))
    ));
    scene.nothing_stays();
    // a file that is no program: the system says so
    let text = scene.deposit.path().join("text");
    fs::write(&text, "\0").unwrap();
    fs::set_permissions(&text, fs::Permissions::from_mode(0o755)).unwrap();
    config.command[0] = text.to_str().unwrap().to_owned();
    let error = scene.convert(&config).unwrap_err();
    assert!(
        error.to_string().starts_with("shell 1 cannot be run: "),
        "{error}"
    );
    scene.nothing_stays();
}

#[test]
fn its_name_has_the_version_that_it_says() {
    let scene = Scene::new();
    let program = scene.deposit.path().join("converter");
    let named = |script: &str| {
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let mut config = scene.converter("");
        (config.name, config.command[0]) = (None, program.to_str().unwrap().to_owned());
        Converter::new(&config).name().to_owned()
    };
    assert_eq!(
        named("test \"$1\" = --version && echo Version = 0.9.4"),
        "converter 0.9.4"
    );
    assert_eq!(named("echo 1.2.3; exit 1"), "converter");
}

#[test]
fn what_stands_in_a_path_is_not_filled_in() {
    let filled = |argument: &str| filled(argument, Path::new("/a/{output}"), Path::new("/b"));
    assert_eq!(filled("{input}"), "/a/{output}");
    assert_eq!(filled("--in={input}:{output}{x}"), "--in=/a/{output}:/b{x}");
    assert_eq!(filled("plain"), "plain");
}
