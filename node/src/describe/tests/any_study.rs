//! Studies with every field, and what chance makes of them.

use proptest::prelude::*;
use serde_json::Value;

use crate::relative_path::RelPath;
use crate::study::{
    Acquisition, AnnotationFile, AnnotationSet, Article, Biosample, BiosampleRole, Channel,
    Component, Figure, Funding, Image, NamedAxis, Number, Organisation, PackageFormat, Person,
    Pixels, PreparationStep, Profile, Property, Related, Scale, Series, Source, Specimen, Step,
    Study, TermRole, TermUse, Treatment,
};

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn path(text: &str) -> RelPath {
    RelPath::parse(text).unwrap()
}

fn property(name: &str, value: &str) -> Property {
    Property {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

fn term(role: TermRole, given: &str, label: Option<&str>, iri: Option<&str>) -> TermUse {
    TermUse {
        role,
        given: given.to_owned(),
        label: label.map(str::to_owned),
        iri: iri.map(str::to_owned),
    }
}

fn institute() -> Organisation {
    Organisation {
        name: some("Institute of Yeast"),
        ror: some("https://ror.org/02hw5fp67"),
        url: some("https://yeast.example.org/"),
    }
}

/// A held study in which every field has a value, each text of its own.
pub(super) fn full_study() -> Study {
    Study {
        profile: Profile::One,
        source: Source {
            identifier: "S-TEST1".to_owned(),
            identifier_is_given: true,
            iri: some("https://archive.example.org/S-TEST1"),
            same_as: vec!["https://doi.org/10.5281/example.1".to_owned()],
            format: PackageFormat::StudyFile,
        },
        title: some("Septin rings in dividing fission yeast"),
        description: some(
            "Spinning-disk time series of GFP-tagged septins\r\nthrough two divisions, \"three\" strains & <four> fields.",
        ),
        licence: some("https://creativecommons.org/licenses/by/4.0/"),
        release_date: some("2026-03-01"),
        authors: vec![
            Person {
                name: some("Ada Author"),
                given_name: some("Ada"),
                family_name: some("Author"),
                orcid: some("https://orcid.org/0000-0002-1825-0097"),
                affiliations: vec![
                    institute(),
                    Organisation {
                        name: some("Second House"),
                        ror: None,
                        url: None,
                    },
                ],
                roles: vec!["Investigation".to_owned()],
                additional: vec![property("department", "Imaging")],
            },
            Person {
                given_name: some("Ben"),
                family_name: some("Writer"),
                affiliations: vec![institute()],
                ..Person::default()
            },
        ],
        publisher: Some(Organisation {
            name: some("The Source Archive"),
            ror: None,
            url: some("https://archive.example.org/"),
        }),
        sample_kind: some("in-vitro"),
        subjects: vec![
            term(
                TermRole::Organism,
                "NCBITaxon:4896",
                Some("fission yeast"),
                Some("http://purl.obolibrary.org/obo/NCBITaxon_4896"),
            ),
            term(
                TermRole::Process,
                "cytokinesis",
                None,
                Some("http://purl.obolibrary.org/obo/GO_0000910"),
            ),
            term(TermRole::Subject, "contractile rings", None, None),
        ],
        imaging_methods: vec![
            term(
                TermRole::Method,
                "http://purl.obolibrary.org/obo/FBbi_00000253",
                Some("spinning disk"),
                Some("http://purl.obolibrary.org/obo/FBbi_00000253"),
            ),
            term(TermRole::Method, "home-made light sheet", None, None),
        ],
        keywords: vec!["septin".to_owned(), "cytokinesis ring".to_owned()],
        publications: vec![Article {
            doi: some("https://doi.org/10.1234/abc"),
            pmid: some("24835675"),
            url: some("https://journal.example.org/abc"),
            title: some("On septins"),
            date: some("2025"),
        }],
        funding: vec![Funding {
            funder: institute(),
            award: some("EX-123"),
        }],
        related: vec![
            Related {
                relation: "derived-from".to_owned(),
                id: "DND-S7".to_owned(),
            },
            Related {
                relation: "see-also".to_owned(),
                id: "https://other.example.org/1".to_owned(),
            },
            Related {
                relation: "same-experiment".to_owned(),
                id: "https://other.example.org/2".to_owned(),
            },
            Related {
                relation: "supersedes".to_owned(),
                id: "lab book 7".to_owned(),
            },
        ],
        biosamples: vec![
            Biosample {
                id: "wild".to_owned(),
                title: some("Wild type"),
                description: some("Grown in rich medium"),
                terms: vec![
                    term(
                        TermRole::Organism,
                        "NCBITaxon:4896",
                        Some("fission yeast"),
                        Some("http://purl.obolibrary.org/obo/NCBITaxon_4896"),
                    ),
                    term(
                        TermRole::CellType,
                        "CL:0000521",
                        Some("fungal cell"),
                        Some("http://purl.obolibrary.org/obo/CL_0000521"),
                    ),
                    term(
                        TermRole::CellLine,
                        "CLO:0002462",
                        Some("a line"),
                        Some("http://purl.obolibrary.org/obo/CLO_0002462"),
                    ),
                    term(
                        TermRole::Tissue,
                        "UBERON:0000955",
                        Some("brain"),
                        Some("http://purl.obolibrary.org/obo/UBERON_0000955"),
                    ),
                    term(
                        TermRole::Disease,
                        "MONDO:0004992",
                        Some("cancer"),
                        Some("http://purl.obolibrary.org/obo/MONDO_0004992"),
                    ),
                    term(
                        TermRole::Process,
                        "GO:0051301",
                        Some("cell division"),
                        Some("http://purl.obolibrary.org/obo/GO_0051301"),
                    ),
                ],
                strain: some("972h-"),
                genotype: some("ura4-D18"),
                sex: some("mating type minus"),
                age: some("3 hours"),
                stage: some("exponential phase"),
                treatments: vec![Treatment {
                    agent: "latrunculin A".to_owned(),
                    dose: some("10"),
                    unit: some("micromolar"),
                    duration: some("5 min"),
                }],
                role: Some(BiosampleRole::Treated),
                additional: vec![property("temperature", "32 degrees")],
            },
            Biosample {
                id: "plain".to_owned(),
                role: Some(BiosampleRole::Control),
                ..Biosample::default()
            },
        ],
        specimens: vec![Specimen {
            id: "slide".to_owned(),
            title: some("Agar pad"),
            biosample: some("wild"),
            preparation: vec![PreparationStep {
                method: Some(term(
                    TermRole::Preparation,
                    "FBbi:00000001",
                    Some("chemical fixation"),
                    Some("http://purl.obolibrary.org/obo/FBbi_00000001"),
                )),
                description: some("Mounted on agar"),
            }],
            additional: vec![property("pad", "2 % agar")],
        }],
        acquisitions: vec![
            Acquisition {
                id: "disk".to_owned(),
                title: some("Spinning disk run"),
                description: some("Every 30 s"),
                methods: vec![
                    term(
                        TermRole::Method,
                        "FBbi:00000253",
                        Some("spinning disk confocal"),
                        Some("http://purl.obolibrary.org/obo/FBbi_00000253"),
                    ),
                    term(TermRole::Method, "a trick of ours", None, None),
                ],
                instrument: some("Andor Dragonfly"),
                additional: vec![property("objective", "63x")],
            },
            Acquisition {
                id: "blot".to_owned(),
                title: some("Western blot"),
                methods: vec![term(
                    TermRole::Subject,
                    "OBI:0000854",
                    Some("western blot assay"),
                    Some("http://purl.obolibrary.org/obo/OBI_0000854"),
                )],
                ..Acquisition::default()
            },
        ],
        components: vec![Component {
            title: "Wild type time series".to_owned(),
            description: some("Four fields"),
            biosamples: vec!["wild".to_owned(), "nobody".to_owned()],
            specimens: vec!["slide".to_owned()],
            acquisitions: vec!["disk".to_owned(), "blot".to_owned()],
        }],
        images: vec![
            Image {
                key: "wt/1.tif".to_owned(),
                title: "First field".to_owned(),
                component: 0,
                files: vec![path("wt/1.tif"), path("wt/1 ä#.tif")],
                biosamples: vec!["plain".to_owned()],
                specimens: vec!["lost slide".to_owned()],
                acquisitions: vec!["blot".to_owned()],
                channels: vec![
                    Channel {
                        name: some("green"),
                        targets: vec!["Spn1".to_owned(), "septin ring".to_owned()],
                        fluorophore: some("GFP"),
                        colour: some("00FF00"),
                        excitation: Number::of(488.0),
                        emission: Number::of(525.5),
                        contrast: some("Fluorescence"),
                    },
                    Channel {
                        name: some("transmitted"),
                        ..Channel::default()
                    },
                ],
                counted: Vec::new(),
                file_count: None,
                series: Some(Series {
                    number: 2,
                    path: None,
                }),
                scale: Scale {
                    x: Step::of_length(65.0, "nm"),
                    y: Step::of_length(0.065, "\u{b5}m"),
                    z: Step::of_length(0.3, "\u{b5}m"),
                    t: Step::of_time(2.0, "min"),
                },
                pixels: Some(Pixels {
                    converter: some("bfconvert 7.3.1"),
                    size_x: 512,
                    size_y: 256,
                    pixel_type: some("uint16"),
                    significant_bits: Some(12),
                    size_z: Some(21),
                    size_c: Some(2),
                    is_colour: false,
                    size_t: Some(5),
                    other_axes: vec![NamedAxis {
                        name: "lifetime".to_owned(),
                        size: 64,
                    }],
                    format: some("OME-TIFF"),
                    name: some("overview of it"),
                    instrument: some("Makers LSM 980"),
                    objective: some("Plan-Apochromat, NA 1.4"),
                    acquired: some("2024-05-06T07:08:09Z"),
                    perceptual_hash: Some("0123456789abcdef".repeat(4)),
                    regions: None,
                }),
                additional: vec![property("well", "A01")],
            },
            Image {
                key: "wt/2.tif".to_owned(),
                title: "Second field".to_owned(),
                component: 0,
                files: vec![path("wt/2.tif")],
                biosamples: Vec::new(),
                specimens: Vec::new(),
                acquisitions: Vec::new(),
                channels: Vec::new(),
                counted: Vec::new(),
                file_count: None,
                series: None,
                scale: Scale::default(),
                pixels: None,
                additional: Vec::new(),
            },
        ],
        annotations: vec![AnnotationSet {
            title: "Ring masks".to_owned(),
            annotation_type: some("segmentation_mask"),
            method: some("drawn by hand"),
            files: vec![
                AnnotationFile {
                    file: path("masks/1.tif"),
                    source: Some(path("wt/1.tif")),
                    image: None,
                },
                AnnotationFile {
                    file: path("masks/2.tif"),
                    source: None,
                    image: None,
                },
            ],
        }],
        supports: vec![Figure {
            figure: "2a".to_owned(),
            images: vec![path("wt/2.tif"), path("plots/2a.csv")],
        }],
        access_level: some("open"),
        data_use: vec![
            "DUO:0000042".to_owned(),
            "https://terms.example.org/".to_owned(),
        ],
        thumbnails: vec!["https://archive.example.org/thumb.png".to_owned()],
        thumbnail: Some(path("wt/preview of 1.png")),
        stated_bytes: Some(99),
        stated_files: Some(9),
        data_at: None,
        missing: vec!["funding".to_owned()],
        additional: vec![
            property("microscope room", "B12"),
            property("microscope room", "B13"),
        ],
    }
}

/// Keys whose values have a form of their own, which chance would break: such a study could not be read at all.
const FIXED: [&str; 11] = [
    "profile",
    "format",
    "role",
    "file",
    "files",
    "images",
    "source",
    "key",
    "iri",
    "supports",
    "thumbnail",
];

/// The study with every field after chance went over it: texts changed, members and elements dropped.
pub(super) fn any_study() -> impl Strategy<Value = Study> {
    let full = serde_json::to_value(full_study()).unwrap();
    (any::<u64>(), prop::collection::vec(any_text(), 12)).prop_map(move |(seed, texts)| {
        let mut dice = Dice { state: seed | 1 };
        let mut value = full.clone();
        change(&mut value, &mut dice, &texts);
        serde_json::from_value(value).unwrap()
    })
}

/// Texts that break careless writers: quotes, controls, other planes, things that look like IRIs or terms of a context.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => any::<String>(),
        2 => "[ -~]{1,40}",
        1 => "\\PC{0,12}(\\r\\n|\\t|\"|\\\\|<|&|]]>|\u{7f}|\u{0}|\u{85}|\u{fffe}|\u{1F9EC})\\PC{0,12}",
        1 => "(https?|urn|name|schema|@id|GO|DUO):[a-z0-9:/_.#%-]{0,20}",
        1 => "[0-9]{1,25}|-?0[0-9]{0,3}|true|null|[0-9]{4}-[0-9]{2}(-[0-9]{2})?",
    ]
}

struct Dice {
    state: u64,
}

impl Dice {
    /// A number below `sides` (xorshift: good enough to choose fields by).
    fn throw(&mut self, sides: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state % sides as u64).unwrap()
    }
}

fn change(value: &mut Value, dice: &mut Dice, texts: &[String]) {
    match value {
        Value::String(text) if dice.throw(3) == 0 => {
            text.clone_from(&texts[dice.throw(texts.len())])
        }
        Value::Array(values) => {
            if dice.throw(6) == 0 && !values.is_empty() {
                values.remove(dice.throw(values.len()));
            }
            for value in values {
                change(value, dice, texts);
            }
        }
        Value::Object(members) => {
            const NEEDED: [&str; 17] = [
                "profile",
                "source",
                "identifier",
                "identifier_is_given",
                "format",
                "role",
                "given",
                "name",
                "value",
                "relation",
                "id",
                "agent",
                "title",
                "key",
                "component",
                "files",
                "file",
            ];
            let names: Vec<String> = members.keys().cloned().collect();
            for name in names {
                let is_kept = NEEDED.contains(&name.as_str())
                    || ["figure", "size_x", "size_y"].contains(&name.as_str());
                if !is_kept && dice.throw(5) == 0 {
                    members.remove(&name);
                } else if let Some(member) = members.get_mut(&name)
                    && (!FIXED.contains(&name.as_str()) || member.is_object())
                {
                    change(member, dice, texts);
                }
            }
        }
        _ => {}
    }
}
