//! The proxies that the manual gives are tried with the real programs: the log from the disk, files with ranges, limits.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

use tempfile::TempDir;
use tests::programs::program;

use super::both::Both;
use super::file;
use super::proxies::{Proxy, caddy, nginx, socket};

#[test]
fn nginx_serves_the_log_from_the_disk_and_passes_on_the_rest() {
    let both = Both::serving();
    let Some(proxy) = nginx(&both, None) else {
        return;
    };
    passes_on(&proxy, &both);
    is_limited(&proxy);
    serves_the_log_alone(&proxy, both);
}

#[test]
fn caddy_serves_the_log_from_the_disk_and_passes_on_the_rest() {
    let both = Both::serving();
    let Some(proxy) = caddy(&both, None) else {
        return;
    };
    passes_on(&proxy, &both);
    serves_the_log_alone(&proxy, both);
}

#[test]
fn systemd_takes_the_units() {
    for unit in ["omma-node.service", "omma-harvester.service"] {
        let folder = TempDir::new().unwrap();
        let name = unit.trim_end_matches(".service");
        // whether the program is installed is not asked of this machine
        let text = file(&format!("docs/operating/{unit}"));
        let installed = format!("/usr/local/bin/{name}");
        assert!(text.contains(&installed), "{text}");
        fs::write(
            folder.path().join(unit),
            text.replace(&installed, "/bin/sh"),
        )
        .unwrap();
        let Some(mut command) = program("systemd-analyze") else {
            return;
        };
        command
            .args(["verify", "--man=no"])
            .arg(folder.path().join(unit));
        let output = command.output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let ours: Vec<_> = said.lines().filter(|line| line.contains(unit)).collect();
        assert!(output.status.success() && ours.is_empty(), "{said}");
    }
}

fn passes_on(proxy: &Proxy, both: &Both) {
    let note = proxy.get("node", "/log/checkpoint", &[]).is(200);
    assert_eq!(note.body, both.node.get("log/checkpoint").body);
    assert!(
        note.head
            .contains("content-type: text/plain; charset=utf-8"),
        "{}",
        note.head
    );
    assert!(
        note.head.contains("cache-control: no-cache"),
        "{}",
        note.head
    );

    // what is not on the disk is the node's to say
    let nothing = proxy.get("node", "/log/tile/0/999", &[]).is(404);
    assert!(
        nothing.head.contains("application/problem+json"),
        "{}",
        nothing.head
    );

    let path = "/id/EXCB-S1/files/plate-1.tsv";
    let whole = proxy.get("node", path, &[]).is(200);
    assert_eq!(whole.body, both.node.get(path.trim_start_matches('/')).body);
    assert!(
        whole.head.contains("x-request-id:") && whole.head.contains("repr-digest:"),
        "{}",
        whole.head
    );
    let part = proxy.get("node", path, &["Range: bytes=10-19"]).is(206);
    assert_eq!(part.body, whole.body[10..20]);

    let found = proxy.get("portal", "/api/v1/search?q=cell", &[]).is(200);
    assert!(String::from_utf8_lossy(&found.body).contains("EXCB-S"));
    let asked = proxy.get("portal", "/sparql?query=ASK%7B%7D", &[]).is(200);
    assert!(String::from_utf8_lossy(&asked.body).contains("true"));
    for server in ["node", "portal"] {
        proxy.get(server, "/metrics", &[]).is(403);
    }
}

fn is_limited(proxy: &Proxy) {
    // all on one connection and none waited for, so that they come faster than they are let through
    let mut stream = UnixStream::connect(socket(proxy.folder(), "node")).unwrap();
    let request = "GET /healthz HTTP/1.1\r\nHost: images.example.org\r\n";
    let mut all = format!("{request}\r\n").repeat(599);
    all.push_str(&format!("{request}Connection: close\r\n\r\n"));
    let mut reader = stream.try_clone().unwrap();
    let answers = std::thread::spawn(move || {
        let mut answers = Vec::new();
        reader.read_to_end(&mut answers).unwrap();
        String::from_utf8(answers).unwrap()
    });
    stream.write_all(all.as_bytes()).unwrap();
    let answers = answers.join().unwrap();
    let of = |status: &str| answers.matches(&format!("HTTP/1.1 {status} ")).count();
    assert!(
        of("200") >= 100 && of("429") > 0,
        "{} and {}",
        of("200"),
        of("429")
    );
    // a harvester that reads a log is not held up by it
    proxy.get("node", "/log/checkpoint", &[]).is(200);
}

/// The log is read while the node is being upgraded.
fn serves_the_log_alone(proxy: &Proxy, both: Both) {
    let size = both.temp_node.status()["size"].as_u64().unwrap();
    let Both {
        node, temp_node, ..
    } = both;
    assert!(node.stop().0.success());
    for (path, media) in [
        ("log/checkpoint".to_owned(), "text/plain; charset=utf-8"),
        (
            format!("log/tile/0/000.p/{size}"),
            "application/octet-stream",
        ),
        (
            format!("log/tile/entries/000.p/{size}"),
            "application/octet-stream",
        ),
    ] {
        let got = proxy.get("node", &format!("/{path}"), &[]).is(200);
        assert_eq!(got.body, fs::read(temp_node.path(&path)).unwrap(), "{path}");
        assert!(
            got.head.contains(&format!("content-type: {media}\r\n")),
            "{path}: {}",
            got.head
        );
        assert!(
            got.head.contains("access-control-allow-origin: *"),
            "{path}: {}",
            got.head
        );
    }
    let tile = proxy.get("node", &format!("/log/tile/0/000.p/{size}"), &[]);
    assert!(tile.head.contains("immutable"), "{}", tile.head);
    proxy.get("node", "/log/tile/0/999", &[]).is(502);
}
