//! How fast the text index is: `cargo bench -p harvester --no-default-features --bench text -- [DOCUMENTS]` (default 100,000).
//!
//! Documents are made up: titles and descriptions of words with the frequencies of a language, terms from the shipped slims, so
//! that closures are as deep as real ones. All records are made before the clock runs, and loading stands beside tantivy alone over
//! the same titles, descriptions and keywords with its own English analyser, and over these and the names of terms and of
//! all broader terms. Searches are a mix of words, phrases, prefixes,
//! filters and everything, each with five facets.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use harvester::projection::{Change, Shown};
use harvester::text::{SearchRequest, Text};
use ontologies::Terms;
use ontologies::schema::{dct, dwciri, omma, rdf, schema_org, xsd};
use protocol::identifier::{Accession, Namespace};
use protocol::record::{Object, Record, Statement};
use tantivy::schema::{INDEXED, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Index, TantivyDocument};

type Outcome<T> = Result<T, Box<dyn Error>>;

const NAMESPACE: &str = "https://images.example.org/id/";
const HEAP: usize = 200_000_000;
const SEARCHES: usize = 600;
const FACETS: &str = "organism,method,cell,licence,year";

fn main() -> Outcome<()> {
    let documents = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(100_000);
    let folder = tempfile::tempdir()?;
    let (words, pools) = (vocabulary(), pools());
    let mut chance = Chance(42);
    let all: Vec<Made> = (0..documents)
        .map(|_| make(&mut chance, &words, &pools))
        .collect();
    load_alone(&folder.path().join("alone"), &all, false)?;
    let alone = load_alone(&folder.path().join("with-names"), &all, true)?;
    let text = Text::open(&folder.path().join("text"), HEAP)?;
    let ours = load(&text, &all)?;
    println!("load beside tantivy alone, with names: {:.2}", ours / alone);
    drop(all);
    search(&text, &words)?;
    suggest(&text)?;
    apply(&text, documents, &words, &pools)?;
    Ok(())
}

/// A generator of numbers that is the same each time (xorshift64*).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap_or(0)
    }

    /// Small numbers far more often than large ones, as words of a language are.
    fn skewed(&mut self, end: usize) -> usize {
        let first = self.below(end);
        let second = self.below(first + 1);
        self.below(second + 1)
    }
}

/// Words that a biologist writes, then words that nobody does.
fn vocabulary() -> Vec<String> {
    let known = "cell of the in imaging protein dynamics microscopy membrane nuclear development embryo tissue actin tubulin \
                 mitotic spindle division dividing localization live fluorescence confocal neuron mouse human yeast septin";
    let made = (0..20_000).map(|number| {
        let syllables = ["ka", "ro", "mi", "te", "lu", "sa", "ne", "vo", "pi", "da"];
        let mut number = number + 7;
        let mut word = String::new();
        while number > 0 {
            word.push_str(syllables[number % 10]);
            number /= 10;
        }
        word
    });
    known
        .split_whitespace()
        .map(str::to_owned)
        .chain(made)
        .collect()
}

/// A study before it is a record, so that all that is compared is loaded with the same.
struct Made {
    title: String,
    description: String,
    keywords: Vec<String>,
    licence: String,
    year: String,
    member: &'static str,
    /// (what is said of the study, the term's IRI)
    terms: Vec<(&'static str, String)>,
    authors: Vec<String>,
}

fn make(chance: &mut Chance, words: &[String], pools: &Pools) -> Made {
    let mut some = |count: usize| {
        let chosen: Vec<&str> = (0..count)
            .map(|_| words[chance.skewed(words.len())].as_str())
            .collect();
        chosen.join(" ")
    };
    let (title, description) = (some(9), some(120));
    let keywords = vec![some(1), some(2), some(1)];
    let licences = ["by/4.0", "by-nc/4.0", "by-sa/3.0"];
    let licence = format!(
        "https://creativecommons.org/licenses/{}/",
        licences[chance.below(3)]
    );
    let year = (2008 + chance.below(18)).to_string();
    let mut terms = Vec::new();
    for (pool, predicate, most) in [
        (&pools.taxa, schema_org::ABOUT, 2),
        (&pools.cells, schema_org::ABOUT, 2),
        (&pools.methods, dwciri::MEASUREMENT_METHOD, 3),
    ] {
        for _ in 0..=chance.below(most) {
            terms.push((predicate, pool[chance.skewed(pool.len())].clone()));
        }
    }
    let authors = (0..=chance.below(6))
        .map(|_| {
            format!(
                "{} {}",
                words[30 + chance.below(3_000)],
                words[30 + chance.below(9_000)]
            )
        })
        .collect();
    Made {
        title,
        description,
        keywords,
        licence,
        year,
        member: ["dundee", "ebi", "riken"][chance.below(3)],
        terms,
        authors,
    }
}

fn shown(serial: usize, made: &Made) -> Outcome<Shown> {
    let id = Accession::parse(&format!("DND-S{}", serial + 1))?;
    let namespace = Namespace::parse(NAMESPACE)?;
    let iri = namespace.iri(&id);
    let mut statements = Vec::new();
    let mut say = |subject: &str, predicate: &str, object: Object| -> Outcome<()> {
        statements.push(Statement::parse(subject, predicate, object)?);
        Ok(())
    };
    say(&iri, rdf::TYPE, Object::iri(schema_org::DATASET)?)?;
    say(&iri, omma::SALT, Object::text("BwcHBwcHBwcHBwcHBwcHBw"))?;
    say(&iri, dct::IDENTIFIER, Object::text(id.as_str()))?;
    say(&iri, schema_org::NAME, Object::text(made.title.as_str()))?;
    let description = Object::text(made.description.as_str());
    say(&iri, schema_org::DESCRIPTION, description)?;
    for keyword in &made.keywords {
        say(&iri, schema_org::KEYWORDS, Object::text(keyword.as_str()))?;
    }
    say(&iri, dct::LICENSE, Object::iri(made.licence.as_str())?)?;
    let year = Object::typed(made.year.as_str(), xsd::YEAR)?;
    say(&iri, schema_org::DATE_PUBLISHED, year)?;
    for (predicate, term) in &made.terms {
        say(&iri, predicate, Object::iri(term.as_str())?)?;
    }
    for (place, name) in made.authors.iter().enumerate() {
        let node = format!("{iri}#author-{place}");
        say(&iri, schema_org::AUTHOR, Object::iri(node.as_str())?)?;
        say(&node, schema_org::NAME, Object::text(name.as_str()))?;
    }
    let record = Record::from_statements(&id, &namespace, statements)?;
    Ok(Shown {
        id,
        version: 1,
        namespace,
        member: made.member.to_owned(),
        index: serial as u64,
        verified_at: "2026-03-01T12:00:00Z".to_owned(),
        of_study: None,
        record,
    })
}

/// IRIs of terms by vocabulary.
struct Pools {
    taxa: Vec<String>,
    cells: Vec<String>,
    methods: Vec<String>,
}

fn pools() -> Pools {
    let terms = Terms::builtin();
    let of = |prefix: &str| {
        let mut iris: Vec<String> = terms
            .iter()
            .filter(|term| term.iri.contains(prefix) && !term.obsolete)
            .map(|term| term.iri.clone())
            .collect();
        iris.sort_unstable();
        iris
    };
    let mut methods = of("/FBbi_");
    methods.retain(|iri| terms.is_imaging_method(iri));
    Pools {
        taxa: of("/NCBITaxon_"),
        cells: of("/CL_"),
        methods,
    }
}

/// What an act took: time, processor time of all threads, and memory beyond what there was before.
struct Cost {
    started: Instant,
    processor: Option<f64>,
    resident: Option<u64>,
}

impl Cost {
    fn begin() -> Self {
        // what Linux tells; elsewhere only the time is given. Writing 5 there begins the peak of memory anew
        let begins_anew = std::fs::write("/proc/self/clear_refs", "5").is_ok();
        Self {
            resident: status("VmRSS:").filter(|_| begins_anew),
            processor: processor_seconds(),
            started: Instant::now(),
        }
    }

    /// Prints it, and gives the seconds.
    fn end(self, what: &str, documents: usize) -> f64 {
        let time = self.started.elapsed().as_secs_f64();
        print!(
            "{what:<28} {time:8.2} s  {:9.0} documents/s",
            documents as f64 / time
        );
        if let (Some(before), Some(after)) = (self.processor, processor_seconds()) {
            print!("  processor {:7.2} s", after - before);
        }
        if let (Some(before), Some(peak)) = (self.resident, status("VmHWM:")) {
            print!("  memory {:5} MB", peak.saturating_sub(before) / 1_000);
        }
        println!();
        time
    }
}

/// Time that all threads were computing, in steps of ten milliseconds.
fn processor_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // behind the name, which stands in brackets, the fields from the third on: utime and stime are the 14th and 15th
    let mut fields = stat.rsplit(')').next()?.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / 100.0)
}

/// A line of the process's state, in kB.
fn status(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// What the terms of a document and all broader ones are called, each name once.
fn names_of_terms(made: &Made) -> BTreeSet<&'static str> {
    let terms = Terms::builtin();
    let mut names = BTreeSet::new();
    for (_, iri) in &made.terms {
        for term in terms.by_iri(iri).into_iter().chain(terms.ancestors(iri)) {
            names.insert(term.label.as_str());
            names.extend(term.synonyms.iter().map(String::as_str));
        }
    }
    names
}

/// Tantivy with its own analyser over the same texts. Gives the seconds.
fn load_alone(folder: &Path, all: &[Made], with_names: bool) -> Outcome<f64> {
    std::fs::create_dir_all(folder)?;
    let mut builder = Schema::builder();
    let english = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer("en_stem")
            .set_index_option(IndexRecordOption::WithFreqsAndPositions),
    );
    let id = builder.add_u64_field("id", INDEXED | STORED);
    let title = builder.add_text_field("title", english.clone());
    let description = builder.add_text_field("description", english.clone());
    let keywords = builder.add_text_field("keywords", english.clone());
    let names = builder.add_text_field("names", english);
    let index = Index::create_in_dir(folder, builder.build())?;
    let mut writer = index.writer_with_num_threads::<TantivyDocument>(2, HEAP)?;
    // names are looked up beforehand: what is compared is the index
    let named: Vec<BTreeSet<&str>> = match with_names {
        true => all.iter().map(names_of_terms).collect(),
        false => Vec::new(),
    };
    let cost = Cost::begin();
    for (serial, made) in all.iter().enumerate() {
        let mut document = TantivyDocument::default();
        document.add_u64(id, serial as u64);
        document.add_text(title, &made.title);
        document.add_text(description, &made.description);
        for keyword in &made.keywords {
            document.add_text(keywords, keyword);
        }
        for name in named.get(serial).into_iter().flatten() {
            document.add_text(names, name);
        }
        writer.add_document(document)?;
    }
    writer.commit()?;
    let what = if with_names {
        "tantivy alone, with names"
    } else {
        "tantivy alone"
    };
    Ok(cost.end(what, all.len()))
}

fn load(text: &Text, all: &[Made]) -> Outcome<f64> {
    let records = all
        .iter()
        .enumerate()
        .map(|(serial, made)| shown(serial, made))
        .collect::<Outcome<Vec<Shown>>>()?;
    let cost = Cost::begin();
    text.load(records.into_iter().map(Ok), Terms::builtin(), 1)?;
    Ok(cost.end("load", all.len()))
}

fn request(pairs: &[(&str, &str)]) -> Outcome<SearchRequest> {
    let pairs: Vec<(String, String)> = pairs
        .iter()
        .chain([("facets", FACETS)].iter())
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Ok(SearchRequest::from_query(&pairs)?)
}

fn search(text: &Text, words: &[String]) -> Outcome<()> {
    let rare = format!("{} {}", words[900], words[2_500]);
    let common = "cell imaging".to_owned();
    let word = words[200].clone();
    let mixes: Vec<(&str, Vec<(&str, &str)>)> = vec![
        ("everything", vec![]),
        ("everything, newest", vec![("sort", "newest")]),
        ("everything, by title", vec![("sort", "title")]),
        ("a word", vec![("q", &word)]),
        ("the commonest word", vec![("q", "cell")]),
        ("two common words", vec![("q", &common)]),
        ("two rare words", vec![("q", &rare)]),
        ("a phrase", vec![("q", "\"nuclear membrane\"")]),
        ("a beginning", vec![("q", "mito*")]),
        ("an excluded word", vec![("q", "septin -yeast")]),
        ("mammals", vec![("organism", "NCBITaxon:40674")]),
        (
            "words and filters",
            vec![
                ("q", "actin"),
                ("method", "omma:method-light"),
                ("year", "2015.."),
            ],
        ),
        (
            "without a licence",
            vec![("licence", "-CC-BY-4.0"), ("kind", "study")],
        ),
        ("by cursor", vec![("cursor", "*"), ("size", "100")]),
    ];
    let mut all = Vec::new();
    let rounds = SEARCHES.div_ceil(mixes.len());
    for (name, pairs) in &mixes {
        let request = request(pairs)?;
        let mut times = Vec::with_capacity(rounds);
        let mut total = 0;
        for _ in 0..rounds {
            let started = Instant::now();
            total = text.search(&request, Terms::builtin())?.total;
            times.push(started.elapsed());
        }
        report(name, &mut times, total);
        all.append(&mut times);
    }
    report("all searches", &mut all, 0);
    Ok(())
}

fn suggest(text: &Text) -> Outcome<()> {
    let mut times = Vec::new();
    text.suggest("a", 10, Terms::builtin())?;
    for prefix in [
        "m", "mi", "mus", "light sh", "eukaryot", "neur", "cell im", "se",
    ] {
        for _ in 0..20 {
            let started = Instant::now();
            text.suggest(prefix, 10, Terms::builtin())?;
            times.push(started.elapsed());
        }
    }
    report("suggest", &mut times, 0);
    Ok(())
}

/// Single changes, as a harvest makes them when one member publishes.
fn apply(text: &Text, documents: usize, words: &[String], pools: &Pools) -> Outcome<()> {
    let mut chance = Chance(7);
    let mut times = Vec::new();
    for _ in 0..20 {
        let made = make(&mut chance, words, pools);
        let shown = shown(chance.below(documents), &made)?;
        let change = Change {
            id: shown.id.clone(),
            namespace: shown.namespace.clone(),
            shown: Some(shown),
        };
        let started = Instant::now();
        text.apply(&[change], Terms::builtin(), 2)?;
        times.push(started.elapsed());
    }
    report("apply of one change", &mut times, 0);
    let mut times = Vec::new();
    let request = request(&[("q", "actin")])?;
    for _ in 0..50 {
        let started = Instant::now();
        text.search(&request, Terms::builtin())?;
        times.push(started.elapsed());
    }
    report("a word, after changes", &mut times, 0);
    Ok(())
}

fn report(what: &str, times: &mut [Duration], hits: u64) {
    times.sort_unstable();
    let at = |share: f64| {
        let place = (times.len() as f64 * share) as usize;
        times[place.min(times.len() - 1)].as_secs_f64() * 1_000.0
    };
    println!(
        "{what:<28} p50 {:7.2} ms  p99 {:7.2} ms  {hits:>8} hits",
        at(0.5),
        at(0.99)
    );
}
