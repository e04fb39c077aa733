//! Validators that nobody here wrote, in the project's folder of Python tools (scripts/bootstrap), and the public schemas. The
//! tests of both programs use them as well.

use std::env;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../web/tests/study_forms/");
const PYTHON: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../target/tools/python/bin/python"
);
const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data");

/// A file of the public data beside the workspace; none where it is absent, which is a failure where `CI` is set.
fn shared(path: &str) -> Option<PathBuf> {
    present(Path::new(SHARED).join(path), "the public data are needed")
}

fn present(path: PathBuf, why: &str) -> Option<PathBuf> {
    if path.exists() {
        return Some(path);
    }
    assert!(
        env::var_os("CI").is_none(),
        "{} is not there: {why}",
        path.display()
    );
    eprintln!("SKIPPED: {} is not there: {why}", path.display());
    None
}

/// The interpreter that has the validators.
pub fn python() -> Option<PathBuf> {
    present(PathBuf::from(PYTHON), "run scripts/bootstrap")
}

/// Runs a script over a document and fails with what it says. True where it could be run.
#[track_caller]
fn judged(script: &str, arguments: &[PathBuf], document: &str) -> bool {
    let Some(python) = python() else {
        return false;
    };
    let mut child = Command::new(python)
        .arg(format!("{HERE}{script}"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(document.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{said}\n{document}");
    assert!(
        said.trim().ends_with("valid"),
        "{script} did not do its work: {said}"
    );
    true
}

/// Valid under DataCite's schema.
#[track_caller]
pub fn is_valid_datacite(document: &str) -> bool {
    shared("conformance/datacite/kernel-4.6/metadata.xsd")
        .is_some_and(|schema| judged("validate_xml.py", &[schema], document))
}

/// Valid under the schema of `oai_dc`. The schema of the Dublin Core elements that it imports is not among the public data;
/// ours says what that one says of them.
#[track_caller]
pub fn is_valid_oai_dc(document: &str) -> bool {
    let elements = PathBuf::from(format!("{HERE}simple_dublin_core.xsd"));
    shared("conformance/oai-pmh/oai_dc.xsd")
        .is_some_and(|schema| judged("validate_xml.py", &[schema, elements], document))
}

/// Valid under our words for the schemas of sitemaps.
#[track_caller]
pub fn is_valid_sitemap(document: &str) -> bool {
    let schema = PathBuf::from(format!("{HERE}sitemap.xsd"));
    judged("validate_xml.py", &[schema], document)
}

/// Read by a reader of RIS that is not ours as one study, with this title where one is named.
#[track_caller]
pub fn is_valid_ris(document: &str, title: Option<&str>) -> bool {
    let title: Vec<PathBuf> = title.map(PathBuf::from).into_iter().collect();
    judged("validate_ris.py", &title, document)
}

/// Keeps every shape of the GIDE profile whose severity is a violation.
#[track_caller]
pub fn keeps_gide_shapes(document: &str) -> bool {
    let shapes = shared("gide/gide_profile_shacl_shape.ttl");
    let context = shared("conformance/contexts/ro-crate-1.2.jsonld");
    shapes
        .zip(context)
        .is_some_and(|(shapes, context)| judged("validate_shacl.py", &[shapes, context], document))
}
