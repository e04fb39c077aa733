//! The fuzz targets' corpus, replayed without a fuzzer.

use std::path::Path;

use super::properties;

#[test]
fn every_parser_keeps_its_property_on_its_corpus() {
    let corpus = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fuzz/corpus"));
    for (name, _) in properties::ALL {
        let files: Vec<_> = std::fs::read_dir(corpus.join(name)).unwrap().collect();
        assert!(!files.is_empty(), "the corpus of {name} is empty");
        for file in files {
            properties::check(name, &std::fs::read(file.unwrap().path()).unwrap());
        }
    }
}

#[test]
fn every_property_has_a_fuzz_target() {
    let fuzz = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fuzz"));
    let manifest = std::fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
    for (name, _) in properties::ALL {
        assert!(
            fuzz.join("fuzz_targets")
                .join(name)
                .with_extension("rs")
                .is_file(),
            "{name}"
        );
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
    }
}
