//! nginx and Caddy with the files that the manual gives, before the programs of a test.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use tests::patience::eventually;
use tests::programs::program;

use super::both::Both;
use super::{file, repository};

/// A proxy before both programs.
pub(super) struct Proxy {
    process: Child,
    folder: TempDir,
}

/// What came back: the status, the head in small letters, the body.
pub(super) struct Got {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: Vec<u8>,
}

/// Where a proxy listens with TLS, and with what certificate. Without, it listens on sockets in its folder, and no port is taken.
pub(super) struct Tls {
    pub(super) node: u16,
    pub(super) portal: u16,
    /// Where it sends those to TLS who ask without.
    pub(super) plain: u16,
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

impl Tls {
    /// A certificate for this machine that nobody else trusts, and ports that nobody has.
    pub(super) fn in_folder(folder: &Path) -> Tls {
        let names = ["127.0.0.1".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).unwrap();
        let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
        fs::write(&certificate, made.cert.pem()).unwrap();
        fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let free = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let [node, portal, plain] = free.map(|one| one.local_addr().unwrap().port());
        Tls {
            node,
            portal,
            plain,
            certificate,
            key,
        }
    }
}

/// nginx, where it is installed.
pub(super) fn nginx(both: &Both, tls: Option<&Tls>) -> Option<Proxy> {
    let mut command = program("nginx")?;
    let folder = TempDir::new().unwrap();
    let here = folder.path().display();
    let mut servers = file("docs/operating/nginx.conf");
    for (name, port) in [
        ("node", tls.map(|tls| tls.node)),
        ("portal", tls.map(|tls| tls.portal)),
    ] {
        let address = match port {
            Some(port) => format!("listen 127.0.0.1:{port} ssl http2;"),
            None => format!("listen unix:{};", socket(folder.path(), name).display()),
        };
        assert!(servers.contains("listen 443 ssl http2;"));
        servers = servers.replacen("listen 443 ssl http2;", &address, 1);
    }
    let plain = match tls {
        Some(tls) => format!("listen 127.0.0.1:{};", tls.plain),
        None => format!("listen unix:{here}/plain.sock;"),
    };
    servers = servers.replace("listen 80;", &plain);
    // the second address of each server is not for a test
    let kept = |line: &&str| !line.contains("listen [::]");
    let kept = servers.lines().filter(kept).filter_map(|line| {
        let name = ["ssl_certificate ", "ssl_certificate_key "];
        let [chain, key] = name.map(|name| line.trim_start().starts_with(name));
        match tls {
            Some(tls) if chain => Some(format!("ssl_certificate {};", tls.certificate.display())),
            Some(tls) if key => Some(format!("ssl_certificate_key {};", tls.key.display())),
            None if chain || key => None,
            _ => Some(line.to_owned()),
        }
    });
    let servers = of_this(&kept.collect::<Vec<_>>().join("\n"), both);
    let user = if rustix::process::geteuid().is_root() {
        "user root;"
    } else {
        ""
    };
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|kind| format!("{kind}_temp_path {here}/{kind};\n"))
        .collect();
    let config = format!(
        "{user}\ndaemon off;\npid {here}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{servers}\n}}\n"
    );
    let path = folder.path().join("nginx.conf");
    fs::write(&path, config).unwrap();
    command.args(["-e", "stderr", "-p"]).arg(folder.path());
    command.arg("-c").arg(path);
    Some(Proxy::start(command, folder, tls))
}

/// Caddy, where it is installed.
pub(super) fn caddy(both: &Both, tls: Option<&Tls>) -> Option<Proxy> {
    let mut command = program("caddy")?;
    let folder = TempDir::new().unwrap();
    let mut sites = file("docs/operating/Caddyfile");
    for (name, host, port) in [
        ("node", "images", tls.map(|tls| tls.node)),
        ("portal", "portal", tls.map(|tls| tls.portal)),
    ] {
        let site = format!("\n{host}.example.org {{\n");
        assert!(sites.contains(&site));
        let local = match (tls, port) {
            (Some(tls), Some(port)) => format!(
                "\nhttps://127.0.0.1:{port} {{\n\tbind 127.0.0.1\n\ttls {} {}\n",
                tls.certificate.display(),
                tls.key.display()
            ),
            _ => format!(
                "\nhttp://{host}.example.org {{\n\tbind unix/{}\n",
                socket(folder.path(), name).display()
            ),
        };
        sites = sites.replacen(&site, &local, 1);
    }
    // port 80, to which Caddy sends nobody here, is not for a test
    let redirects = if tls.is_some() {
        "\tauto_https disable_redirects\n"
    } else {
        ""
    };
    let config = format!("{{\n\tadmin off\n{redirects}}}\n{}", of_this(&sites, both));
    let path = folder.path().join("Caddyfile");
    fs::write(&path, config).unwrap();
    command
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(path);
    command
        .env("XDG_CONFIG_HOME", folder.path())
        .env("XDG_DATA_HOME", folder.path());
    Some(Proxy::start(command, folder, tls))
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

/// Where a proxy without TLS listens for those who want a server.
pub(super) fn socket(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.sock"))
}

impl Proxy {
    /// Starts it and waits until it listens.
    fn start(mut command: Command, folder: TempDir, tls: Option<&Tls>) -> Proxy {
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let process = command
            .current_dir(repository())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut proxy = Proxy { process, folder };
        eventually("the proxy listens", || {
            let ended = proxy.process.try_wait().unwrap();
            assert!(ended.is_none(), "the proxy has ended: {}", proxy.said());
            let listens = match tls {
                Some(tls) => [tls.node, tls.portal]
                    .iter()
                    .all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok()),
                None => ["node", "portal"]
                    .iter()
                    .all(|name| UnixStream::connect(socket(proxy.folder.path(), name)).is_ok()),
            };
            listens.then_some(())
        });
        proxy
    }

    /// The folder with its sockets.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What it wrote to standard error so far.
    pub(super) fn said(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Asks a server, at its socket.
    pub(super) fn get(&self, server: &str, path: &str, headers: &[&str]) -> Got {
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
    pub(super) fn is(self, status: u16) -> Got {
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
