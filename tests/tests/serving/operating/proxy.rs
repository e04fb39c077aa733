//! The proxies that the manual gives are tried with the real programs: the log from the disk, files with ranges, limits.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use tests::patience::eventually;

use super::both::Both;
use super::{file, repository};

/// A proxy before both programs, on sockets in a folder: no port is taken.
struct Proxy {
    process: Child,
    folder: TempDir,
}

/// What came back: the status, the head in small letters, the body.
struct Got {
    status: u16,
    head: String,
    body: Vec<u8>,
}

#[test]
fn nginx_serves_the_log_from_the_disk_and_passes_on_the_rest() {
    let both = Both::serving();
    let Some(proxy) = nginx(&both) else { return };
    passes_on(&proxy, &both);
    is_limited(&proxy);
    serves_the_log_alone(&proxy, both);
}

#[test]
fn caddy_serves_the_log_from_the_disk_and_passes_on_the_rest() {
    let both = Both::serving();
    let Some(proxy) = caddy(&both) else { return };
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
        let mut command = Command::new("systemd-analyze");
        command
            .args(["verify", "--man=no"])
            .arg(folder.path().join(unit));
        match command.output() {
            Ok(output) => {
                let said = String::from_utf8(output.stderr).unwrap();
                let ours: Vec<_> = said.lines().filter(|line| line.contains(unit)).collect();
                assert!(output.status.success() && ours.is_empty(), "{said}");
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                eprintln!("SKIPPED: systemd-analyze is not installed (apt install systemd)");
            }
            Err(error) => panic!("systemd-analyze: {error}"),
        }
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
    let mut stream = UnixStream::connect(socket(proxy.folder.path(), "node")).unwrap();
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

fn nginx(both: &Both) -> Option<Proxy> {
    let folder = TempDir::new().unwrap();
    let mut servers = file("docs/operating/nginx.conf");
    for name in ["node", "portal"] {
        let socket = format!("listen unix:{};", socket(folder.path(), name).display());
        assert!(servers.contains("listen 443 ssl http2;"));
        servers = servers.replacen("listen 443 ssl http2;", &socket, 1);
    }
    let plain = socket(folder.path(), "plain");
    servers = servers.replace("listen 80;", &format!("listen unix:{};", plain.display()));
    // certificates, and the second address of each server, are not for a test
    let servers: Vec<&str> = servers
        .lines()
        .filter(|line| !line.contains("ssl_certificate") && !line.contains("listen [::]"))
        .collect();
    let servers = of_this(&servers.join("\n"), both);
    let user = if rustix::process::geteuid().is_root() {
        "user root;"
    } else {
        ""
    };
    let here = folder.path().display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|kind| format!("{kind}_temp_path {here}/{kind};\n"))
        .collect();
    let config = format!(
        "{user}\ndaemon off;\npid {here}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{servers}\n}}\n"
    );
    let path = folder.path().join("nginx.conf");
    fs::write(&path, config).unwrap();
    let mut command = Command::new("nginx");
    command.arg("-p").arg(folder.path()).arg("-c").arg(path);
    Proxy::start(command, folder)
}

fn caddy(both: &Both) -> Option<Proxy> {
    let folder = TempDir::new().unwrap();
    let mut sites = file("docs/operating/Caddyfile");
    for (name, host) in [("node", "images"), ("portal", "portal")] {
        let site = format!("\n{host}.example.org {{\n");
        assert!(sites.contains(&site));
        let socket = socket(folder.path(), name);
        let local = format!(
            "\nhttp://{host}.example.org {{\n\tbind unix/{}\n",
            socket.display()
        );
        sites = sites.replacen(&site, &local, 1);
    }
    let config = format!("{{\n\tadmin off\n}}\n{}", of_this(&sites, both));
    let path = folder.path().join("Caddyfile");
    fs::write(&path, config).unwrap();
    let mut command = Command::new("caddy");
    command
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(path);
    command
        .env("XDG_CONFIG_HOME", folder.path())
        .env("XDG_DATA_HOME", folder.path());
    Proxy::start(command, folder)
}

/// The folder and the addresses of the programs of this test in place of those of the manual.
fn of_this(config: &str, both: &Both) -> String {
    let address = |url: &str| {
        url.trim_start_matches("http://")
            .trim_end_matches('/')
            .to_owned()
    };
    config
        .replace("127.0.0.1:8081", &address(both.node.url()))
        .replace("127.0.0.1:8080", &address(both.harvester.url()))
        .replace(
            "/var/lib/omma-node",
            &both.temp_node.data().display().to_string(),
        )
}

fn socket(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.sock"))
}

impl Proxy {
    /// Starts it, where it is installed, and waits until it listens.
    fn start(mut command: Command, folder: TempDir) -> Option<Proxy> {
        let log = fs::File::create(folder.path().join("log")).unwrap();
        command
            .current_dir(repository())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        let process = match command.spawn() {
            Ok(process) => process,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let name = command.get_program().display().to_string();
                eprintln!("SKIPPED: {name} is not installed (apt install {name})");
                return None;
            }
            Err(error) => panic!("{command:?}: {error}"),
        };
        let mut proxy = Proxy { process, folder };
        eventually("the proxy listens", || {
            let ended = proxy.process.try_wait().unwrap();
            let said = || fs::read_to_string(proxy.folder.path().join("log"));
            assert!(ended.is_none(), "the proxy has ended: {:?}", said());
            let all = ["node", "portal"];
            let all = all.map(|name| UnixStream::connect(socket(proxy.folder.path(), name)));
            all.iter().all(Result::is_ok).then_some(())
        });
        Some(proxy)
    }

    fn get(&self, server: &str, path: &str, headers: &[&str]) -> Got {
        let mut stream = UnixStream::connect(socket(self.folder.path(), server)).unwrap();
        let host = if server == "node" { "images" } else { "portal" };
        let further: String = headers
            .iter()
            .map(|header| format!("{header}\r\n"))
            .collect();
        // no chunks, and the connection ends with the answer
        let request = format!("GET {path} HTTP/1.0\r\nHost: {host}.example.org\r\n{further}\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let head = String::from_utf8(answer[..end + 2].to_vec())
            .unwrap()
            .to_lowercase();
        Got {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head,
            body: answer[end + 4..].to_vec(),
        }
    }
}

impl Got {
    #[track_caller]
    fn is(self, status: u16) -> Got {
        assert_eq!(self.status, status, "{}", self.head);
        self
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // asked first: nginx ends its workers then
        if let Some(process) = i32::try_from(self.process.id())
            .ok()
            .and_then(rustix::process::Pid::from_raw)
        {
            let _ = rustix::process::kill_process(process, rustix::process::Signal::TERM);
        }
        let _ = self.process.wait();
    }
}
