//! Three institutions with example studies, and beside these the studies that pages have trouble with.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;
use tests::federation::{Founding, TempFederation};
use tests::node::{Institution as Identity, TempNode};
use tests::ran::Ran;
use tests::served::Served;
use tests::studies::StudyFolder;

use super::NODE;

const NAMES: [(&str, &str); 3] = [
    ("EXCB", "Example Institute of Cell Biology"),
    ("EXNC", "Example Neuroscience Centre"),
    ("EXIF", "Example University Imaging Facility"),
];

/// A title that is markup, one that is long beyond all measure and one word, and one that runs from right to left.
const HARD_TITLES: [&str; 3] = [
    "<script>document.title='taken'</script> <b>Bold</b> & \"quoted\" <img src=x onerror=alert(1)>",
    "",
    "انقسام الخلايا في خميرة الانشطار: S. pombe (مجهر متحد البؤر)",
];

/// Which of them the long one is.
const LONG: usize = 1;

/// One of them, serving.
pub(crate) struct Institution {
    served: Served,
    pages: Vec<Value>,
    _node: TempNode,
}

/// All of them.
pub(crate) struct Institutions {
    all: Vec<Institution>,
    hard: Hard,
}

/// The accessions of the studies that pages have trouble with.
struct Hard {
    titled: Vec<String>,
    suppressed: String,
    withdrawn: String,
    replaced: String,
}

impl Institution {
    /// Where it answers.
    pub(crate) fn url(&self) -> &str {
        self.served.url()
    }

    /// Pages to look at, whatever links to them.
    pub(crate) fn pages(&self) -> &[Value] {
        &self.pages
    }
}

impl Institutions {
    /// Makes the nodes and the studies, publishes, and serves.
    pub(crate) fn published() -> Institutions {
        let folder = TempDir::new().unwrap();
        let samples = samples(&folder.path().join("samples"));
        let mut hard = None;
        let mut all = Vec::new();
        for ((prefix, name), samples) in NAMES.into_iter().zip(samples) {
            // a node says in its pages where it is, so it has to know before it is there
            let address = free_address();
            let base = format!("http://{address}/");
            let node = TempNode::of(
                NODE,
                Identity {
                    prefix,
                    name,
                    base: &base,
                },
            );
            let reports = node.import(&samples);
            assert!(
                reports.iter().all(|report| report.outcome == "published"),
                "{reports:?}"
            );
            let mut pages = vec![page("id/EXCB-S9999", 404), page("nothing/of/the/kind", 404)];
            if hard.is_none() {
                let hard = hard.insert(Hard::published(&node, folder.path()));
                pages.extend(hard.pages());
            }
            // pages are looked at as they stay, not while pictures are being made
            let derived = node.command(&["derive"]).output().unwrap();
            assert!(derived.status.success(), "{derived:?}");
            let served = Served::start(node.command(&["serve", "--bind", &address]));
            all.push(Institution {
                served,
                pages,
                _node: node,
            });
        }
        Institutions {
            all,
            hard: hard.unwrap(),
        }
    }

    /// Each of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Institution> {
        self.all.iter()
    }

    /// A federation of them, of which nothing is harvested yet.
    pub(crate) fn join(&self, mut founding: Founding) -> TempFederation {
        for (institution, id) in self
            .all
            .iter()
            .zip(["cell-biology", "neuroscience", "imaging"])
        {
            founding = founding.with_member_at(id, institution.url());
        }
        founding.found()
    }

    /// Pages of the portal to look at, whatever links to them.
    pub(crate) fn pages_of_the_portal(&self) -> Vec<Value> {
        let mut pages = vec![
            page("search", 200),
            page("search?q=cell&organism=NCBITaxon:10090", 200),
            page("search?q=nothing+has+such+words+xyzzy&year=1999", 200),
            page("search?q=%E9%85%B5%E6%AF%8D", 200),
            page("search?organism=NCBITaxon:999999999", 400),
            page("search?kind=image", 200),
            page("similar", 200),
            page("search?z=2..&pixel_size=-0.1..1", 200),
            page("search?pixel_size=0.1", 400),
            page("terms/FBbi:00000251", 200),
            page("terms/FBbi:99999999", 404),
            page("sparql", 200),
            page("nothing/of/the/kind", 404),
        ];
        pages.extend(
            self.hard
                .titled
                .iter()
                .map(|id| page(&format!("search?q={id}"), 200)),
        );
        pages.push(page(&format!("id/{}", self.hard.withdrawn), 410));
        let long = &self.hard.titled[LONG];
        pages.push(page(&format!("studies/{long}"), 200));
        pages.push(page(&format!("images/{long}-I1"), 200));
        pages
    }
}

/// A study of two versions, whose page leads to their differences.
fn revise(node: &TempNode, folder: &Path) {
    let mut study = StudyFolder::new("REVISED");
    for (title, outcome) in [
        ("Septin rings in fission yeast", "published"),
        ("Septin rings in fission yeast at 36 degrees", "revised"),
    ] {
        title.clone_into(&mut study.title);
        let report = node.import_one(&study.write(folder));
        assert_eq!(report.outcome, outcome, "{report:?}");
    }
}

impl Hard {
    fn published(node: &TempNode, folder: &Path) -> Hard {
        let publish = |identifier: &str, title: &str| {
            let mut study = StudyFolder::new(identifier);
            title.clone_into(&mut study.title);
            study.description = format!(
                "<script>alert(1)</script>\n\n{}\n\n{title}",
                "W".repeat(300)
            );
            let report = node.import_one(&study.write(folder));
            assert_eq!(report.outcome, "published", "{report:?}");
            report.id
        };
        let long = "Mitochondria".repeat(166);
        let titled = HARD_TITLES
            .iter()
            .enumerate()
            .map(|(number, title)| {
                let title = if title.is_empty() { &long } else { *title };
                publish(&format!("HARD-{number}"), title)
            })
            .collect();
        let hard = Hard {
            titled,
            suppressed: publish("SUPPRESSED", "A study that is in no list"),
            withdrawn: publish("WITHDRAWN", "A study that is gone"),
            replaced: publish("REPLACED", "A study with a successor"),
        };
        revise(node, folder);
        let reason = ["--reason", "duplicate"];
        node.run(&[&["suppress", &hard.suppressed][..], &reason].concat())
            .done();
        node.run(&[&["withdraw", &hard.withdrawn][..], &reason].concat())
            .done();
        let by = ["--by", hard.titled[0].as_str()];
        node.run(&[&["replace", &hard.replaced][..], &reason, &by].concat())
            .done();
        hard
    }

    fn pages(&self) -> Vec<Value> {
        let titled = self.titled.iter().map(|id| page(&format!("id/{id}"), 200));
        let mut pages: Vec<Value> = titled.collect();
        let long = &self.titled[LONG];
        for below in ["/files", "/versions", "-I1"] {
            pages.push(page(&format!("id/{long}{below}"), 200));
        }
        pages.push(page(&format!("id/{}", self.suppressed), 200));
        pages.push(page(&format!("id/{}", self.withdrawn), 410));
        pages.push(page(&format!("id/{}", self.replaced), 410));
        pages
    }
}

fn page(path: &str, status: u16) -> Value {
    json!({ "path": path, "status": status })
}

/// The folders of the example studies, one for each institution.
fn samples(folder: &Path) -> Vec<PathBuf> {
    let mut command = Command::new(NODE);
    command.arg("samples").arg(folder).args(["--size", "small"]);
    Ran::new(command.output().unwrap()).done();
    let folders = fs::read_dir(folder).unwrap();
    let mut folders: Vec<PathBuf> = folders.map(|folder| folder.unwrap().path()).collect();
    folders.sort();
    assert_eq!(folders.len(), NAMES.len(), "{folders:?}");
    folders
}

/// An address of this machine at which nobody answers now.
pub(crate) fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}
