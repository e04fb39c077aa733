//! The three archives: a node each, with every study that can be published, served on a port that was free.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread;

use tests::crates;
use tests::federation::{Founding, TempFederation};
use tests::node::{Institution, Report, TempNode};
use tests::served::Served;

use super::NODE;
use super::ontology::Ontology;
use super::study::Study;

/// The archives, by the ids that they have as members.
const ARCHIVES: [(&str, Institution<'static>); 3] = [
    (
        "bia",
        Institution {
            prefix: "BIA",
            name: "BioImage Archive",
            base: "http://bia.example.org/",
        },
    ),
    (
        "idr",
        Institution {
            prefix: "IDR",
            name: "Image Data Resource",
            base: "http://idr.example.org/",
        },
    ),
    (
        "ssbd",
        Institution {
            prefix: "SSBD",
            name: "SSBD",
            base: "http://ssbd.example.org/",
        },
    ),
];

/// How many studies are to be refused at most: one names no author, and one no licence.
const REFUSED: usize = 2;

/// An archive and what its import came to.
pub(crate) struct Archive {
    pub(crate) id: &'static str,
    pub(crate) node: TempNode,
    served: Served,
    reports: Vec<Report>,
}

impl Archive {
    fn publish(id: &'static str, institution: Institution<'_>, crates: &Path) -> Archive {
        let node = TempNode::of(NODE, institution);
        let reports = node.import(crates);
        let served = node.serve();
        Archive {
            id,
            node,
            served,
            reports,
        }
    }

    /// Reports of the studies that were published.
    pub(crate) fn published(&self) -> impl Iterator<Item = &Report> {
        let is_published = |report: &&Report| report.outcome == "published";
        self.reports.iter().filter(is_published)
    }

    /// Publishes a small study and gives its accession.
    pub(crate) fn publish_one(&self, identifier: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let document = crates::detached(identifier);
        let report = self
            .node
            .import_one(&crates::write(folder.path(), "study.json", &document));
        assert_eq!(report.outcome, "published", "{report:?}");
        report.id
    }
}

/// All three.
pub(crate) struct Archives {
    all: Vec<Archive>,
}

impl Archives {
    /// Publishes every crate; nothing where there are none.
    pub(crate) fn published() -> Option<Archives> {
        let folder = corpus()?;
        // side by side: each has a disk's and a core's work to do
        let all: Vec<Archive> = thread::scope(|scope| {
            let publishing: Vec<_> = ARCHIVES
                .iter()
                .map(|(id, institution)| {
                    let crates = folder.join(id);
                    scope.spawn(move || Archive::publish(id, *institution, &crates))
                })
                .collect();
            publishing
                .into_iter()
                .map(|archive| archive.join().unwrap())
                .collect()
        });
        let refused: Vec<&Report> = all
            .iter()
            .flat_map(|archive| &archive.reports)
            .filter(|report| report.outcome != "published")
            .collect();
        assert!(refused.len() <= REFUSED, "{refused:#?}");
        assert!(refused.iter().all(|report| !report.errors.is_empty()));
        Some(Archives { all })
    }

    /// A harvester of all of them, which has harvested nothing yet.
    pub(crate) fn join(&self, mut founding: Founding) -> TempFederation {
        for archive in &self.all {
            founding = founding.with_member_at(archive.id, archive.served.url());
        }
        let federation = founding.found();
        // nobody but the story itself asks for news
        federation.configure("poll", "seconds", "86400");
        federation
    }

    /// Each of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Archive> {
        self.all.iter()
    }

    /// One of them.
    pub(crate) fn of(&self, id: &str) -> &Archive {
        self.all.iter().find(|archive| archive.id == id).unwrap()
    }

    /// Published studies by accession, as their crates describe them.
    pub(crate) fn studies(&self, ontology: &Ontology) -> BTreeMap<String, Study> {
        let of_archive = |archive: &Archive| {
            let (id, read) = (archive.id, Path::new);
            let studies: Vec<_> = archive
                .published()
                .map(|report| {
                    let study = Study::read(read(&report.source), id, ontology);
                    (report.id.clone(), study)
                })
                .collect();
            studies
        };
        self.all.iter().flat_map(of_archive).collect()
    }
}

/// The folder of real crates, if it is there. Where it has to be (`CI` is set) its absence is a failure.
fn corpus() -> Option<PathBuf> {
    let folder = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/data/gide"
    ));
    if folder.is_dir() {
        return Some(folder.to_owned());
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "the real crates are not at {}",
        folder.display()
    );
    eprintln!("skipped: the real crates are not at {}", folder.display());
    None
}
