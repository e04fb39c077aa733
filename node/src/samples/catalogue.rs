//! Which institutions there are and what each has. The texts are files of their own, written as a depositor writes
//! them.

use super::SamplesError;
use super::easel::Easel;
use super::scenes;

/// An institution that is an example.
pub(super) struct Institution {
    /// Its folder. Nodes are given to folders by name.
    pub folder: &'static str,
    pub samples: &'static [Sample],
}

/// Makes the files of a study.
pub(super) type Painter = fn(&Easel) -> Result<(), SamplesError>;

/// A study that is an example.
pub(super) struct Sample {
    /// Its folder; of one that is only described its file.
    pub name: &'static str,
    /// What is in its `study.yaml`, or in the file.
    pub description: &'static str,
    /// Makes its files; none where they are elsewhere.
    pub paint: Option<Painter>,
}

/// A study by the name of its folder, with the text beside the code.
macro_rules! sample {
    ($name:literal, $paint:path) => {
        Sample {
            name: $name,
            description: include_str!(concat!("studies/", $name, ".yaml")),
            paint: Some($paint),
        }
    };
}

/// All institutions, in the order of their folders.
pub(super) const INSTITUTIONS: [Institution; 3] = [
    Institution {
        folder: "example-institute-of-cell-biology",
        samples: &[
            sample!("compound-plate", scenes::plate),
            sample!("dividing-cells", scenes::dividing),
            sample!("fibroblast-cytoskeleton", scenes::cytoskeleton),
            sample!("lymph-node-t-cells", scenes::immune),
            sample!("nuclei-with-masks", scenes::nuclei),
        ],
    },
    Institution {
        folder: "example-neuroscience-centre",
        samples: &[
            sample!("brain-organoid", scenes::organoid),
            sample!("cortex-calcium", scenes::calcium),
            sample!("dividing-progenitors", scenes::dividing_progenitors),
            sample!("layer-5-neurons", scenes::neurons),
            sample!("neuropil-sections", scenes::electron),
        ],
    },
    Institution {
        folder: "example-university-imaging-facility",
        samples: &[
            sample!("bacterial-microcolonies", scenes::bacteria),
            sample!("colon-histology", scenes::histology),
            sample!("ear-skin", scenes::skin),
            sample!("yeast-septins", scenes::yeast),
            sample!("zebrafish-epiboly", scenes::embryo),
            Sample {
                name: "worm-atlas.ro-crate.json",
                description: include_str!("studies/worm-atlas.ro-crate.json"),
                paint: None,
            },
        ],
    },
];
