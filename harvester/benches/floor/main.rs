//! What a harvest cannot be faster than: the stores alone, with what a harvest gave them.
//!
//! ```text
//! cargo bench -p harvester --bench floor -- dump DATA FILE   # the graph of a harvester, sorted N-Quads
//! cargo bench -p harvester --bench floor -- load FILE        # oxigraph's parallel bulk loader, of the same statements
//! cargo bench -p harvester --bench floor -- index FILE       # tantivy, of the same documents; HEAP=128 (MiB)
//! cargo bench -p harvester --bench floor -- tokens FOLDER    # tokens by field of an index, to see that they are the same
//! ```
//!
//! Each part is a process of its own, so that its memory is its own. `scripts/bench harvest` calls them.

mod documents;

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use harvester::clock::SystemClock;
use harvester::control::Premises;
use harvester::operate::premises::HarvesterPremises;
use ontologies::Terms;
use oxigraph::io::RdfFormat;
use oxigraph::store::Store;
use tantivy::schema::{FAST, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Index, TantivyDocument};

use documents::{Document, FACETS, NUMBERS};

type Outcome<T> = Result<T, Box<dyn Error>>;

const MEBIBYTE: usize = 1 << 20;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["dump", data, file] => dump(Path::new(data), Path::new(file)),
        ["load", file] => load(Path::new(file)),
        ["index", file] => index(Path::new(file)),
        ["tokens", folder] => tokens(Path::new(folder)),
        // `cargo bench` runs every bench; this one needs the graph of a harvest
        _ => {
            println!("skipped: floor wants dump DATA FILE, load FILE, index FILE or tokens FOLDER");
            Ok(())
        }
    }
}

/// Seconds on the wall, and of processors, which other programs on the machine disturb less.
struct Clock {
    started: Instant,
    worked: f64,
}

impl Clock {
    fn start() -> Self {
        Self {
            started: Instant::now(),
            worked: worked(),
        }
    }

    fn say(&self, what: &str) {
        let (wall, worked) = (self.started.elapsed().as_secs_f64(), worked() - self.worked);
        println!("{what} {wall:.3} s, of processors {worked:.2} s");
    }
}

/// Seconds that this process has used so far, user and system, of all its threads (`proc_pid_stat`, fields 14 and 15; a tick of
/// Linux's is a hundredth of a second).
fn worked() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields = behind_name.split_whitespace().skip(11).take(2);
    fields
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

fn dump(data: &Path, file: &Path) -> Outcome<()> {
    let operator = HarvesterPremises::at(data, Arc::new(SystemClock))?.open()?;
    let stores = operator.harvester().projections().stores();
    let clock = Clock::start();
    let statements = stores.graph.dump(&mut File::create(file)?)?;
    clock.say("dump");
    println!("{statements} statements");
    Ok(())
}

/// In the place that the harvester would take: a folder of RocksDB, or memory where `PLACE=memory`.
fn load(file: &Path) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let is_in_memory = std::env::var("PLACE").is_ok_and(|place| place == "memory");
    let store = if is_in_memory {
        Store::new()?
    } else {
        open_on_disk(folder.path())?
    };
    let clock = Clock::start();
    let mut loader = store.bulk_loader();
    loader.parallel_load_from_file(RdfFormat::NQuads, file)?;
    loader.commit()?;
    clock.say("load");
    println!("{} statements", store.len()?);
    Ok(())
}

#[cfg(feature = "rocksdb")]
fn open_on_disk(folder: &Path) -> Outcome<Store> {
    Ok(Store::open(folder)?)
}

#[cfg(not(feature = "rocksdb"))]
fn open_on_disk(_: &Path) -> Outcome<Store> {
    Err("built without RocksDB: set PLACE=memory".into())
}

/// The fields of the harvester's index with tantivy's own analysers; the texts are there before the clock runs.
fn index(file: &Path) -> Outcome<()> {
    let lines = BufReader::new(File::open(file)?).lines();
    let documents = documents::read(lines, Terms::builtin())?;
    let heap = std::env::var("HEAP").map_or(Ok(128), |heap| heap.parse::<usize>())? * MEBIBYTE;
    let folder = match std::env::var_os("KEEP") {
        Some(folder) => folder.into(),
        None => tempfile::tempdir()?.keep(),
    };
    std::fs::create_dir_all(&folder)?;
    let clock = Clock::start();
    write(&folder, &documents, heap)?;
    clock.say("index");
    println!("{} documents", documents.len());
    if std::env::var_os("KEEP").is_none() {
        std::fs::remove_dir_all(&folder)?;
    }
    Ok(())
}

fn write(folder: &Path, documents: &[Document], heap: usize) -> Outcome<()> {
    let index = Index::create_in_dir(folder, schema())?;
    let schema = index.schema();
    let mut writer = index.writer_with_num_threads::<TantivyDocument>(2, heap)?;
    for made in documents {
        let mut document = TantivyDocument::default();
        for (name, text) in &made.texts {
            document.add_text(schema.get_field(name)?, text);
        }
        for (name, number) in NUMBERS.into_iter().zip(made.numbers) {
            document.add_u64(schema.get_field(name)?, number);
        }
        writer.add_document(document)?;
    }
    writer.commit()?;
    Ok(())
}

fn schema() -> Schema {
    let mut builder = Schema::builder();
    let words = |tokenizer, record, norms| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_fieldnorms(norms)
            .set_index_option(record);
        TextOptions::default().set_indexing_options(indexing)
    };
    let keyword = words("raw", IndexRecordOption::Basic, false);
    let stemmed = words("en_stem", IndexRecordOption::WithFreqsAndPositions, true);
    let plain = words("default", IndexRecordOption::Basic, false);
    builder.add_text_field("id", keyword.clone() | FAST);
    builder.add_text_field("is", keyword);
    for name in ["title", "terms", "credit", "description", "other"] {
        builder.add_text_field(name, stemmed.clone());
    }
    for name in ["title_words", "words"] {
        builder.add_text_field(name, plain.clone());
    }
    builder.add_text_field("hit", STORED);
    for name in ["title_key", "broader"].into_iter().chain(FACETS) {
        builder.add_text_field(name, TextOptions::from(FAST));
    }
    for name in NUMBERS {
        builder.add_u64_field(name, FAST);
    }
    builder.build()
}

fn tokens(folder: &Path) -> Outcome<()> {
    let index = Index::open_in_dir(folder)?;
    let searcher = index.reader()?.searcher();
    for (field, entry) in index
        .schema()
        .fields()
        .filter(|(_, entry)| entry.is_indexed())
    {
        let mut total = 0;
        let mut postings = 0;
        for segment in searcher.segment_readers() {
            let inverted = segment.inverted_index(field)?;
            total += inverted.total_num_tokens();
            let mut terms = inverted.terms().stream()?;
            while terms.advance() {
                postings += u64::from(terms.value().doc_freq);
            }
        }
        println!(
            "{:<12} {total:>12} tokens {postings:>12} postings",
            entry.name()
        );
    }
    println!("{} documents", searcher.num_docs());
    Ok(())
}
