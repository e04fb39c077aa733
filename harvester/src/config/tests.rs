//! What is refused, and that the written file has every key.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use protocol::note::SigningKey;

use super::*;

fn root() -> String {
    let key = SigningKey::from_seed("open-images/root", &[1; 32]).unwrap();
    key.vkey().to_string()
}

fn written() -> String {
    text(
        "/srv/roster.note",
        &[root()],
        1,
        &["127.0.0.0/8".to_owned()],
    )
}

/// The keys of a section, as the refusal of an unknown one lists them.
fn known_keys(section: &str) -> Vec<String> {
    let unknown = written().replacen(
        &format!("[{section}]\n"),
        &format!("[{section}]\nunknown_key = 1\n"),
        1,
    );
    let refusal = format!("{:#}", Config::parse(&unknown).unwrap_err());
    let (_, expected) = refusal.split_once("expected").unwrap();
    let quoted = expected.split('`').skip(1).step_by(2);
    quoted.map(str::to_owned).collect()
}

#[test]
fn the_written_file_has_every_key_and_says_nothing_but_the_defaults() {
    let config = Config::parse(&written()).unwrap();
    assert_eq!(config.allowed().unwrap().len(), 1);
    let least = format!(
        "[roster]\nsource = \"/srv/roster.note\"\nroots = [\"{}\"]\nthreshold = 1\n[fetch]\nallow = [\"127.0.0.0/8\"]\n",
        root()
    );
    assert_eq!(config, Config::parse(&least).unwrap());
    let written = written();
    for section in [
        "roster", "serve", "fetch", "graph", "sparql", "text", "poll",
    ] {
        let (_, written) = written.split_once(&format!("[{section}]\n")).unwrap();
        let lines = written.split("\n[").next().unwrap();
        let keys = known_keys(section);
        assert!(!keys.is_empty(), "{section}");
        for key in keys {
            let is_there = lines.lines().any(|line| {
                line.trim_start_matches("# ")
                    .starts_with(&format!("{key} = "))
            });
            assert!(is_there, "{section}.{key}");
        }
    }
}

#[test]
fn what_is_unknown_or_contradicts_is_refused_with_a_sentence() {
    let root = root();
    let cases = [
        ("rows = ", "rowz = ", "rowz"),
        ("threshold = 1", "threshold = 2", "at most all of them"),
        ("threshold = 1", "threshold = 0", "at least one"),
        (root.as_str(), "x+y", "roster.roots has"),
        ("127.0.0.0/8", "127.0.0.0/33", "fetch.allow has"),
        ("slots = 4", "slots = 0", "sparql.slots is 0"),
        ("heap_mib = 128", "heap_mib = 1", "text.heap_mib is 1"),
        (
            "cache_mib = 512",
            "cache_mib = 0",
            "thumbnails.cache_mib is 0",
        ),
        ("/srv/roster.note", "roster.note", "roster.source is"),
        ("/srv/roster.note", "ftp://x.org/roster", "roster.source is"),
        ("/srv/roster.note", "", "roster.source is"),
    ];
    for (from, to, expected) in cases {
        let changed = written().replacen(from, to, 1);
        assert_ne!(changed, written(), "{from}");
        let error = format!("{:#}", Config::parse(&changed).unwrap_err());
        assert!(error.contains(expected), "{to}: {error}");
    }
    for source in ["https://x.org/roster", "http://127.0.0.1:8080/roster"] {
        Config::parse(&written().replacen("/srv/roster.note", source, 1)).unwrap();
    }
}

#[test]
fn a_public_address_is_one_that_paths_can_be_joined_to() {
    let with = |base: &str| {
        let line = format!("base_url = \"{base}\"");
        Config::parse(&written().replacen("# base_url = \"https://images.example.org/\"", &line, 1))
    };
    for base in ["https://x.org/", "http://127.0.0.1:8080/omma/"] {
        let url = with(base).unwrap().base_url().unwrap().unwrap();
        assert_eq!(url.as_str(), base);
    }
    for base in [
        "https://x.org/a",
        "ftp://x.org/",
        "x.org/",
        "https://x.org/?a=b/",
        "https://x.org/#f",
        "https://u@x.org/",
        "https://u:p@x.org/",
    ] {
        let error = format!("{:#}", with(base).unwrap_err());
        assert!(error.contains("serve.base_url is"), "{base}: {error}");
    }
}
