//! Servers that do not answer as web servers do. Whatever they do ends soon, is said in a sentence, and harms nobody else.

use std::time::{Duration, Instant};

use tests::federation::{Fault, LyingNode};

use super::world::World;

/// As long as a harvest of this little federation may take, whatever a server does, with the limits that the driver sets.
const SOON: Duration = Duration::from_secs(30);

/// A fault, the state of the member by it, and words of the sentence.
fn faults(elsewhere: &LyingNode) -> Vec<(Fault, &'static str, &'static str)> {
    let redirect = |to: String| Fault::Redirect(to);
    vec![
        (Fault::Silence, "unreachable", "took too long"),
        (Fault::SilentBody, "unreachable", "took too long"),
        (
            Fault::Drip(Duration::from_millis(400)),
            "unreachable",
            "took too long",
        ),
        (Fault::ClosedHalfWay, "unreachable", "broke off"),
        (Fault::Declared(1 << 14), "unreachable", "broke off"),
        (Fault::Closed, "unreachable", "checkpoint"),
        (Fault::Status(500), "unreachable", "500"),
        (Fault::Status(502), "unreachable", "502"),
        (Fault::Status(403), "unreachable", "403"),
        (Fault::Status(404), "unreachable", "checkpoint"),
        (Fault::Status(410), "unreachable", "checkpoint"),
        (Fault::Status(204), "rejected", "204"),
        (Fault::RetryAfter(503, 3600), "unreachable", "503"),
        (Fault::RetryAfter(429, 3600), "unreachable", "429"),
        // another port of this machine, which serves the truth
        (
            redirect(elsewhere.log() + "checkpoint"),
            "unreachable",
            "redirects",
        ),
        (
            redirect("https://127.0.0.1/log/checkpoint".to_owned()),
            "unreachable",
            "redirects",
        ),
        (
            redirect("http://169.254.169.254/latest/meta-data/".to_owned()),
            "unreachable",
            "redirects",
        ),
        (
            redirect("file:///etc/passwd".to_owned()),
            "unreachable",
            "redirects",
        ),
        (
            redirect("checkpoint".to_owned()),
            "unreachable",
            "redirects",
        ),
        (Fault::Html, "rejected", "checkpoint"),
        (Fault::Endless, "rejected", "larger than"),
        (Fault::Instead(Vec::new()), "rejected", "checkpoint"),
    ]
}

#[test]
fn a_server_that_does_not_answer_as_one_is_told_and_harms_nobody() {
    let mut world = World::harvested(3);
    world.federation.impatient();
    let elsewhere = LyingNode::of(&world.log);
    for (fault, state, words) in faults(&elsewhere) {
        world.lies.set_everywhere(fault.clone());
        let start = Instant::now();
        let report = world.sync();
        assert!(
            start.elapsed() < SOON,
            "{fault:?} took {:?}",
            start.elapsed()
        );
        let standing = report.of("lies");
        assert_eq!(standing.state, state, "{fault:?}: {standing:?}");
        standing.says(words);
        assert_eq!(standing.entries, 3, "{fault:?}");
        world.shows_what_it_did();
        world.lies.heal();
        // whatever it asked to wait for, an operator who says `sync` is not made to wait
        world.is_healthy();
    }
    assert!(
        elsewhere.all_asked().is_empty(),
        "{:?}",
        elsewhere.all_asked()
    );
}

#[test]
fn a_server_that_falls_silent_in_the_middle_is_unreachable_and_the_next_run_goes_on() {
    for path in ["tile/*", "tile/entries/001", "records/001", "record/*"] {
        for fault in [
            Fault::Silence,
            Fault::Drip(Duration::from_millis(400)),
            Fault::ClosedHalfWay,
        ] {
            let mut world = World::new(560);
            world.federation.impatient();
            world.lies.set(path, fault.clone());
            let start = Instant::now();
            let report = world.sync();
            assert!(
                start.elapsed() < SOON,
                "{path}, {fault:?} took {:?}",
                start.elapsed()
            );
            let standing = report.of("lies");
            assert_eq!(
                standing.state, "unreachable",
                "{path}, {fault:?}: {standing:?}"
            );
            // all of a bundle or nothing
            assert!(
                [0, 256, 512].contains(&standing.entries),
                "{path}: {standing:?}"
            );
            let applied = standing.entries;
            world.shows_if(|id| id.split_once("-S").unwrap().1.parse::<u64>().unwrap() <= applied);
            world.lies.forget();
            world.heals();
            let done = (applied / 256) as usize;
            for bundle in ["000", "001"].iter().take(done) {
                assert_eq!(
                    world.lies.asked(&format!("records/{bundle}")),
                    0,
                    "{path}, {fault:?}"
                );
            }
        }
    }
}

#[test]
fn a_name_that_leads_to_a_forbidden_address_is_not_followed() {
    let mut world = World::found_with(3, |founding, lies, well| {
        founding
            .with_member_at("lies", &lies.base_by_name())
            .with_member("well", well)
            .found_allowing(&["127.0.0.2/32"])
    });
    world.lies.forget();
    let report = world.sync();
    report.of("lies").is("unreachable").says("--allow");
    assert!(
        world.lies.all_asked().is_empty(),
        "{:?}",
        world.lies.all_asked()
    );
    world.shows_if(|_| false);
    let everywhere = "[\"127.0.0.0/8\", \"::1\"]";
    world.federation.configure("fetch", "allow", everywhere);
    world.heals();
}

#[test]
fn a_forbidden_address_is_not_connected_to() {
    let world = World::found_with(1, |founding, lies, well| {
        founding
            .with_member("lies", lies)
            .with_member("well", well)
            .found_allowing(&["127.0.0.2/32"])
    });
    world.lies.forget();
    let report = world.sync();
    report
        .of("lies")
        .is("unreachable")
        .says("127.0.0.1")
        .says("--allow");
    assert!(
        world.lies.all_asked().is_empty(),
        "{:?}",
        world.lies.all_asked()
    );
}

#[test]
fn nobody_listening_is_unreachable() {
    let nobody = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let mut world = World::harvested(2);
    let base = format!("http://{nobody}/");
    let moved = ["--id", "lies", "--base", &base];
    world.federation.roster("update", &moved).done();
    let report = world.sync();
    report.of("lies").is("unreachable").says("no connection");
    world.shows_what_it_did();
    let base = world.lies.base();
    let back = ["--id", "lies", "--base", &base];
    world.federation.roster("update", &back).done();
    world.heals();
}
