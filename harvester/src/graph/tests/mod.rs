//! The stories of the graph, each told in memory and, with the feature `rocksdb`, on disk.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod changes;
mod fixture;
mod histories;
mod loading;
#[cfg(feature = "rocksdb")]
mod on_disk;
mod ontology_terms;
mod real_ontologies;

/// Runs each named function, which takes a [`Place`](super::Place), in memory and on disk.
macro_rules! in_both_places {
    ($($story:ident),+ $(,)?) => {
        mod in_memory {
            $(#[test]
            fn $story() {
                super::$story(&crate::graph::Place::Memory);
            })+
        }
        #[cfg(feature = "rocksdb")]
        mod in_rocksdb {
            $(#[test]
            fn $story() {
                let folder = tempfile::tempdir().unwrap();
                super::$story(&crate::graph::Place::Disk(folder.path().join("graph")));
            })+
        }
    };
}
use in_both_places;
