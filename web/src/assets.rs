//! The files that pages need, compiled in, each with an address that changes when its bytes do.

use std::io::Write;
use std::sync::LazyLock;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// The stylesheet of all pages, `text/css`.
pub const STYLESHEET: &str = include_str!("../static/style.css");

/// The mark, seven facets of a compound eye, as an SVG document by itself: the icon of every page.
pub const MARK: &str = include_str!("../static/mark.svg");

// what `build.rs` found in `dist/`
include!(concat!(env!("OUT_DIR"), "/scripts.rs"));

static DIGEST: LazyLock<String> = LazyLock::new(|| digest(STYLESHEET));

static PATH: LazyLock<String> = LazyLock::new(|| format!("assets/{}.css", &DIGEST[..16]));

static EDITOR: LazyLock<Option<Script>> = LazyLock::new(|| SPARQL_EDITOR.map(Script::new));

static VIEWER: LazyLock<Option<Script>> = LazyLock::new(|| IMAGE_VIEWER.map(Script::new));

/// A script of a page, made by Vite from `web/islands`.
#[derive(Debug)]
pub struct Script {
    /// Its text.
    pub text: &'static str,
    /// Its text in gzip.
    pub coded: Option<Vec<u8>>,
    /// SHA-256 of the text, hex.
    pub digest: String,
    /// Where it is, relative to the program's base path: `assets/<16 hex digits of its SHA-256>.js`.
    pub path: String,
}

impl Script {
    fn new(text: &'static str) -> Self {
        let digest = digest(text);
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        let written = encoder.write_all(text.as_bytes());
        let coded = written.and_then(|()| encoder.finish()).ok();
        Self {
            text,
            coded,
            path: format!("assets/{}.js", &digest[..16]),
            digest,
        }
    }
}

/// The editor of the SPARQL page; none in a program that was built without npm.
pub fn sparql_editor() -> Option<&'static Script> {
    EDITOR.as_ref()
}

/// The viewer of a page with an image; none in a program that was built without npm. A worker is the same script from the same
/// address, which the policy of the editor's page allows.
pub fn viewer() -> Option<&'static Script> {
    VIEWER.as_ref()
}

fn digest(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 of the stylesheet, hex.
pub fn stylesheet_digest() -> &'static str {
    &DIGEST
}

/// Where the stylesheet is, relative to the program's base path: `assets/<16 hex digits of its SHA-256>.css`. Whoever
/// has a page can keep the file for ever.
pub fn stylesheet_path() -> &'static str {
    &PATH
}

#[cfg(test)]
mod tests {
    use super::{MARK, STYLESHEET, Script, sparql_editor, stylesheet_path, viewer};

    #[test]
    fn nothing_points_to_another_host() {
        for text in [STYLESHEET, include_str!("../templates/layout.html")] {
            assert!(
                !text.contains("http:") && !text.contains("https:") && !text.contains("@import")
            );
            assert!(
                !text.contains("url("),
                "a stylesheet that fetches nothing is one request"
            );
        }
        assert_eq!(
            MARK.matches("http").count(),
            1,
            "only the name of the SVG namespace"
        );
    }

    #[test]
    fn the_address_of_the_stylesheet_is_its_content() {
        let name = stylesheet_path()
            .strip_prefix("assets/")
            .and_then(|name| name.strip_suffix(".css"));
        assert!(name.is_some_and(
            |name| name.len() == 16 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
        ));
    }

    #[test]
    fn a_script_is_addressed_by_its_content_and_loads_nothing_from_elsewhere() {
        if let Some(viewer) = viewer() {
            // the policy of our pages allows neither
            for way in ["WebAssembly", "eval(", "new Function"] {
                assert!(!viewer.text.contains(way), "the viewer has {way}");
            }
        }
        assert_eq!(Script::new("a").path, "assets/ca978112ca1bbdca.js");
        // none where it was built without npm
        for script in [sparql_editor(), viewer()].into_iter().flatten() {
            for way in ["importScripts", "import(", "src=\"http", "sourceMappingURL"] {
                assert!(!script.text.contains(way), "{} has {way}", script.path);
            }
        }
    }
}
