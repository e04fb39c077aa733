//! `scripts/demo` as its users meet it: on a machine where all is well, where its ports are taken, where the disk is full,
//! where there is no npm, and after somebody has pulled the plug; and as the manual continues it.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod demonstration;
mod fourth_node;

use std::fs;
use std::net::TcpListener;

use demonstration::Demonstration;
use tests::disk::Disk;
use tests::http;
use tests::studies::StudyFolder;

#[test]
fn two_runs_make_one_federation_and_stopping_leaves_nothing_behind() {
    let demo = Demonstration::new();
    let first = demo.run("start").done();
    for words in [
        "Three things to try",
        "made the node of",
        "have founded a federation",
    ] {
        assert!(first.stdout.contains(words), "{words}: {first:?}");
    }
    demo.answers();
    // it runs already, and says so
    demo.run("start").done().says("runs already");
    demo.run("stop").done().says("ended");
    demo.is_silent();
    // the second time everything is there
    let second = demo.run("start").done();
    second.says_nothing_of("made the node of").says("unchanged");
    demo.answers();
    demo.run("stop").done();
    demo.run("stop").done().says("nothing runs");
}

#[test]
fn control_c_ends_all_of_it_at_any_moment() {
    let demo = Demonstration::new();
    for words in ["have founded a federation", "Ctrl-C ends it"] {
        let (code, said) = demo.interrupt_when_it_says(words);
        assert_eq!(code, Some(130), "{said:?}");
        assert!(
            said.iter()
                .any(|line| line.contains("ended; the data stay in")),
            "{said:?}"
        );
        demo.is_silent();
        assert!(!demo.data().join("running").exists());
    }
    demo.run("start").done();
    demo.answers();
}

#[test]
fn studies_that_are_not_in_three_folders_are_shared_out() {
    let folder = tempfile::tempdir().unwrap();
    let several = folder.path().join("several");
    let two = several.join("two-studies");
    fs::create_dir_all(several.join("nothing")).unwrap();
    fs::create_dir_all(&two).unwrap();
    for (name, place) in [
        ("STUDY-1", &two),
        ("STUDY-2", &two),
        ("STUDY-3", &several),
        ("STUDY-4", &several),
    ] {
        StudyFolder::new(name).write(place);
    }
    let demo = Demonstration::new().with_studies(Some(several));
    demo.run("start").done();
    let shares = ["cell-biology", "neuroscience", "imaging-facility"].map(|id| demo.studies_of(id));
    assert_eq!(
        (demo.studies_of(""), shares.iter().max()),
        (4, Some(&2)),
        "{shares:?}"
    );
    drop(demo);

    // one is one, and not its files
    let demo = Demonstration::new().with_studies(Some(two.join("STUDY-1")));
    demo.run("start")
        .done()
        .says("its node stays empty")
        .says_nothing_of("refused");
    assert_eq!(demo.studies_of(""), 1);
    drop(demo);

    let demo = Demonstration::new().with_studies(Some(folder.path().join("none")));
    fs::create_dir(folder.path().join("none")).unwrap();
    let ran = demo.run("start");
    assert!(!ran.is_done());
    ran.says("there is nothing in");
}

#[test]
fn other_studies_set_the_earlier_federation_aside() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    for (place, names) in [
        (&first, &["STUDY-1"][..]),
        (&second, &["STUDY-2", "STUDY-3"]),
    ] {
        fs::create_dir(place).unwrap();
        for name in names {
            StudyFolder::new(name).write(place);
        }
    }
    let demo = Demonstration::new().with_studies(Some(first.clone()));
    demo.run("start").done();
    assert_eq!(demo.studies_of(""), 1);

    let demo = demo.with_studies(Some(second));
    let ran = demo.run("start");
    assert!(!ran.is_done());
    ran.says("end it first with  make demo-stop");
    demo.run("stop").done();
    demo.run("start").done().says("-1 now");
    assert_eq!(demo.studies_of(""), 2);
    demo.run("stop").done();

    // nothing of the first was lost
    let aside = demo.path("data-1");
    let demo = demo.with_studies(Some(first));
    demo.run_with("start", &[("DATA", aside.to_str().unwrap())])
        .done();
    assert_eq!(demo.studies_of(""), 1);
    demo.run_with("stop", &[("DATA", aside.to_str().unwrap())])
        .done();
}

#[test]
fn who_has_taken_a_port_is_found_before_anything_is_made() {
    let demo = Demonstration::new();
    let taken = TcpListener::bind(("127.0.0.1", demo.port() + 2)).unwrap();
    let ran = demo.run("start");
    assert!(!ran.is_done(), "{ran:?}");
    let port = taken.local_addr().unwrap().port();
    let ran = ran.says(&format!("port {port} is in use by another program"));
    assert!(ran.stderr.contains("make demo PORT="), "{ran:?}");
    assert!(!demo.data().exists(), "something was made");
    drop(taken);
    for (variable, value, told) in [
        ("PORT", "80", "no port between"),
        ("PORT", "many", "no port between"),
        ("STUDIES", "/nowhere/at/all", "is no folder"),
    ] {
        let ran = demo.run_with("start", &[(variable, value)]);
        assert!(!ran.is_done(), "{variable}={value}: {ran:?}");
        ran.says(told);
    }
}

#[test]
fn a_run_that_was_killed_is_completed_by_the_next() {
    let demo = Demonstration::new();
    // in the middle of the imports, and when some of the servers run
    for words in ["published", "have founded a federation", "harvesting"] {
        demo.run_until_it_says(words);
    }
    demo.run("start").done().says("Three things to try");
    demo.answers();
    demo.run("stop").done();
    demo.is_silent();
}

#[test]
fn on_a_full_disk_it_says_so_and_goes_on_when_there_is_room() {
    let Some(disk) = Disk::of(200 << 20) else {
        return;
    };
    let demo = Demonstration::in_folder(disk.path("demo"));
    for free in [0, 60 << 10, 300 << 10] {
        disk.fill_but(free);
        let ran = demo.run("start");
        assert!(!ran.is_done(), "with {free} bytes: {ran:?}");
        let said = format!("{}{}", ran.stdout, ran.stderr).to_lowercase();
        assert!(
            said.contains("no space left")
                || said.contains("disk is full")
                || said.contains("is the disk full"),
            "with {free} bytes: {ran:?}"
        );
        assert!(said.contains("demo: "), "with {free} bytes: {ran:?}");
        demo.is_silent();
        disk.empty();
    }
    demo.run("start").done();
    demo.answers();
    demo.run("stop").done();
}

#[test]
fn neither_node_nor_npm_is_needed() {
    let demo = Demonstration::new();
    // all that is on the path but these
    let folder = tempfile::tempdir().unwrap();
    for place in std::env::split_paths(&std::env::var_os("PATH").unwrap()) {
        let Ok(programs) = fs::read_dir(&place) else {
            continue;
        };
        for program in programs {
            let program = program.unwrap();
            let name = program.file_name();
            if ["node", "nodejs", "npm", "npx", "corepack", "yarn"]
                .contains(&name.to_str().unwrap_or_default())
            {
                continue;
            }
            // the first of a name is the one that is run
            let _ = std::os::unix::fs::symlink(program.path(), folder.path().join(name));
        }
    }
    demo.run_with("start", &[("PATH", folder.path().to_str().unwrap())])
        .done();
    let page = http::get(&format!("{}search", demo.portal()));
    assert_eq!(page.status, 200);
    demo.run("stop").done();
}
