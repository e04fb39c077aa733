//! Logs can be read by machines and by people, and a request is found in them by its name.

use reqwest::header::HeaderMap;
use serde_json::Value;
use tests::node::TempNode;
use tests::patience::eventually;
use tests::served::Served;

use super::super::NODE;

#[test]
fn a_server_logs_json_where_nobody_sits_before_it_and_a_request_has_a_name() {
    let node = TempNode::new(NODE);
    let mut command = node.command(&["serve", "--bind", "127.0.0.1:0"]);
    command.env("OMMA_LOG", "debug");
    let served = Served::start(command);
    let given = ask(&served, Some("from-the-proxy.1"));
    assert_eq!(given["x-request-id"], "from-the-proxy.1");
    let line = eventually("the request is in the log", || {
        let said = served.said();
        said.lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap_or_else(|_| panic!("{line}")))
            .find(|line| {
                line["span"]["request.id"] == "from-the-proxy.1" && line["fields"]["status"] == 404
            })
    });
    assert_eq!(line["fields"]["url.path"], "/no/such/path");
    let [one, other] = [ask(&served, None), ask(&served, Some("<not harmless>"))];
    assert_ne!(one["x-request-id"], other["x-request-id"]);
    assert_ne!(other["x-request-id"], "<not harmless>");
}

#[test]
fn a_server_logs_words_where_it_is_told_to() {
    let node = TempNode::new(NODE);
    let mut command = node.command(&["serve", "--bind", "127.0.0.1:0", "--log-format", "text"]);
    command.env("OMMA_LOG", "info");
    let served = Served::start(command);
    let (status, said) = served.stop();
    assert!(status.success(), "{said}");
    let line = said
        .lines()
        .find(|line| line.contains("listening on"))
        .unwrap();
    assert!(line.contains("INFO") && !line.starts_with('{'), "{line}");
}

#[test]
fn a_filter_that_cannot_be_read_is_refused() {
    let node = TempNode::new(NODE);
    let mut command = node.command(&["status"]);
    command.env("OMMA_LOG", "info,=,=loud");
    let ran = tests::ran::Ran::new(command.output().unwrap());
    ran.could_not().says("OMMA_LOG");
    // said by the reader of the command line, in more lines than one
    let ran = node.run(&["--log-format", "xml", "status"]);
    assert!(
        !ran.is_done() && ran.stderr.contains("text or json"),
        "{ran:?}"
    );
}

fn ask(served: &Served, name: Option<&str>) -> HeaderMap {
    // two providers of cryptography in one process panic when none is chosen; nothing here speaks TLS
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::blocking::Client::new();
    let mut request = client.get(format!("{}no/such/path", served.url()));
    if let Some(name) = name {
        request = request.header("x-request-id", name);
    }
    request.send().unwrap().headers().clone()
}
