//! Says of each ontology file named on the command line what it is, how many terms it has and how long it took:
//!
//! ```text
//! cargo run --release -p ontologies --example ontology_report -- FILE...
//! ```

use std::time::Instant;

use ontologies::Terms;

fn main() {
    let start = Instant::now();
    let shipped = Terms::builtin();
    println!(
        "shipped\t{} terms\t{} ms",
        shipped.len(),
        start.elapsed().as_millis()
    );
    for file in std::env::args().skip(1) {
        let bytes = match std::fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) => {
                println!("{file}\t{error}");
                continue;
            }
        };
        let start = Instant::now();
        match ontologies::load(&bytes) {
            Ok(ontology) => {
                let (count, name) = (ontology.terms.len(), ontology.source.name.clone());
                let version = ontology
                    .source
                    .version
                    .clone()
                    .unwrap_or_else(|| "no version".to_owned());
                let loaded = start.elapsed().as_millis();
                let start = Instant::now();
                let terms = Terms::with(vec![ontology]);
                println!(
                    "{file}\t{name}\t{version}\t{count} terms\tread in {loaded} ms\tindexed {} in {} ms",
                    terms.len(),
                    start.elapsed().as_millis()
                );
            }
            Err(error) => println!("{file}\t{error}"),
        }
    }
}
