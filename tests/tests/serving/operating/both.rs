//! A node with the example studies, and a harvester that has it.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use tests::federation::{Founding, LyingNode, TempFederation};
use tests::node::{BASE, Institution, TempNode};
use tests::served::Served;

use super::super::{NODE, PROGRAM};

/// Both programs, which serve what the demonstration has at its first institution.
pub(crate) struct Both {
    pub(crate) temp_node: TempNode,
    pub(crate) node: Served,
    pub(crate) harvester: Served,
    _federation: TempFederation,
    _mirror: LyingNode,
}

impl Both {
    pub(crate) fn serving() -> Both {
        let temp_node = TempNode::of(
            NODE,
            Institution {
                prefix: "EXCB",
                name: "Example Institute of Cell Biology",
                base: BASE,
            },
        );
        let studies = TempDir::new().unwrap();
        write_samples(studies.path());
        for study in temp_node.import(&studies.path().join("example-institute-of-cell-biology")) {
            assert_eq!(study.outcome, "published", "{study:?}");
        }
        temp_node.run(&["derive"]).done();
        let mirror = LyingNode::in_front_of(&temp_node);
        let federation = Founding::new(PROGRAM)
            .with_member("cell-biology", &mirror)
            .found();
        federation.sync().of("cell-biology").is("current");
        Both {
            node: temp_node.serve(),
            harvester: federation.serve(),
            temp_node,
            _federation: federation,
            _mirror: mirror,
        }
    }
}

fn write_samples(folder: &Path) {
    let mut command = Command::new(NODE);
    command.arg("samples").arg(folder).args(["--size", "small"]);
    let ran = command.output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
}
