//! The questions of `docs/queries`: each finds something here, and what can be counted by hand is counted.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::ontology::{Ontology, plain};
use super::portal::{Portal, Rows, accession};
use super::study::Study;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/queries");

type Studies = BTreeMap<String, Study>;

/// A query by its name.
pub(crate) fn text(name: &str) -> String {
    fs::read_to_string(Path::new(FOLDER).join(format!("{name}.rq"))).unwrap()
}

/// All of them.
pub(crate) fn each_finds_what_is_there(
    portal: &Portal<'_>,
    studies: &Studies,
    ontology: &Ontology,
) {
    let mut names: Vec<String> = fs::read_dir(FOLDER)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".rq").map(str::to_owned))
        .collect();
    names.sort();
    assert_eq!(names.len(), 12, "{names:?}");
    let answers: BTreeMap<&str, Rows> = names
        .iter()
        .map(|name| (&name[..2], portal.select(&text(name))))
        .collect();
    for (name, rows) in &answers {
        assert!(!rows.is_empty(), "{name} finds nothing");
    }
    methods_of_all_archives(&answers["02"], studies);
    below_confocal(&answers["03"], studies, ontology);
    organisms_by_method(&answers["04"], studies, ontology);
    same_article(&answers["05"], studies);
    people_in_several_archives(&answers["06"], studies);
    free_to_reuse(&answers["08"], studies);
    words_and_terms(portal, &answers["09"], studies);
    studies_by_year(&answers["11"], studies);
    what_to_cite(&answers["12"], studies);
}

fn number(row: &BTreeMap<String, String>, name: &str) -> usize {
    row[name].parse().unwrap()
}

/// `http://purl.obolibrary.org/obo/FBbi_00000251` as `FBbi:00000251`.
fn curie(iri: &str) -> String {
    iri.rsplit('/').next().unwrap().replacen('_', ":", 1)
}

fn having<'s>(studies: &'s Studies, facet: &str, value: &str) -> Vec<&'s Study> {
    let has = |study: &&Study| study.has(facet, value);
    studies.values().filter(has).collect()
}

fn methods_of_all_archives(rows: &Rows, studies: &Studies) {
    let mut by_hand: BTreeMap<&String, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for study in studies.values() {
        for method in study.stated("method") {
            let (count, archives) = by_hand.entry(method).or_default();
            *count += 1;
            archives.insert(study.member);
        }
    }
    assert_eq!(rows.len(), by_hand.len());
    for row in rows {
        let (count, archives) = &by_hand[&curie(&row["method"])];
        let found = (number(row, "studies"), number(row, "archives"));
        assert_eq!(found, (*count, archives.len()), "{row:?}");
    }
}

fn below_confocal(rows: &Rows, studies: &Studies, ontology: &Ontology) {
    for row in rows {
        let method = curie(&row["method"]);
        assert!(ontology.broader(&method).contains("FBbi:00000251"));
        let by_hand = having(studies, "method", &method).len();
        assert_eq!(number(row, "studies"), by_hand, "{row:?}");
    }
    let methods: BTreeSet<String> = rows.iter().map(|row| curie(&row["method"])).collect();
    assert!(
        methods.contains("FBbi:00000251") && methods.len() > 2,
        "{methods:?}"
    );
}

fn organisms_by_method(rows: &Rows, studies: &Studies, ontology: &Ontology) {
    for row in rows {
        let by_hand = studies.values().filter(|study| {
            let is = |facet: &str, name: &str| {
                let mut own = study.stated(facet);
                own.any(|value| ontology.label(value) == Some(&row[name]))
            };
            is("organism", "organism") && is("method", "method")
        });
        assert_eq!(number(row, "studies"), by_hand.count(), "{row:?}");
    }
}

fn same_article(rows: &Rows, studies: &Studies) {
    let mut by_hand: BTreeMap<String, BTreeSet<&String>> = BTreeMap::new();
    for (id, study) in studies {
        for (_, title) in &study.articles {
            let title = plain(title).replace(' ', "");
            by_hand.entry(title).or_default().insert(id);
        }
    }
    by_hand.retain(|_, ids| ids.len() > 1);
    assert_eq!(rows.len(), by_hand.len());
    for row in rows {
        let ids = &by_hand[&plain(&row["article"]).replace(' ', "")];
        let found: BTreeSet<String> = row["which"].split(' ').map(accession).collect();
        assert_eq!(found.iter().collect::<BTreeSet<_>>(), *ids, "{row:?}");
        let archives: BTreeSet<&str> = ids.iter().map(|id| studies[*id].member).collect();
        assert_eq!(number(row, "archives"), archives.len(), "{row:?}");
    }
    // what joins archives stands first: here a preprint in one and its article in the other
    assert_eq!(rows[0]["archives"], "2");
    assert_eq!(rows[0]["dois"].split(' ').count(), 2, "{:?}", rows[0]);
}

fn people_in_several_archives(rows: &Rows, studies: &Studies) {
    let mut by_hand: BTreeMap<&String, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for study in studies.values() {
        let authors = study.stated("author");
        for orcid in authors.filter(|key| key.starts_with("0000-")) {
            let (count, archives) = by_hand.entry(orcid).or_default();
            *count += 1;
            archives.insert(study.member);
        }
    }
    by_hand.retain(|_, (_, archives)| archives.len() > 1);
    let found: BTreeMap<&str, usize> = rows
        .iter()
        .map(|row| {
            (
                row["orcid"].trim_start_matches("https://orcid.org/"),
                number(row, "studies"),
            )
        })
        .collect();
    let by_hand: BTreeMap<&str, usize> = by_hand
        .iter()
        .map(|(orcid, (count, _))| (orcid.as_str(), *count))
        .collect();
    assert_eq!(found, by_hand);
}

/// The query gives the first two hundred.
fn free_to_reuse(rows: &Rows, studies: &Studies) {
    let free = [
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "https://creativecommons.org/licenses/by/4.0/",
    ];
    let human = having(studies, "organism", "NCBITaxon:9606");
    let is_free = |study: &&&Study| free.iter().any(|licence| study.has("licence", licence));
    assert_eq!(rows.len(), human.iter().filter(is_free).count().min(200));
    for row in rows {
        let study = &studies[&accession(&row["study"])];
        assert!(study.has("organism", "NCBITaxon:9606") && study.has("licence", &row["licence"]));
        assert_eq!(row["title"], study.title);
    }
    assert!(rows.is_sorted_by(|one, other| one["date"] >= other["date"]));
}

fn words_and_terms(portal: &Portal<'_>, rows: &Rows, studies: &Studies) {
    let either: BTreeSet<String> = ["mitosis", "mitotic"]
        .iter()
        .flat_map(|word| {
            let filters = [
                ("q", *word),
                ("organism", "NCBITaxon:7742"),
                ("method", "FBbi:00000246"),
            ];
            portal.all(&filters, 100)
        })
        .collect();
    let found: BTreeSet<String> = rows.iter().map(|row| accession(&row["study"])).collect();
    assert_eq!(found, either);
    assert!(
        found
            .iter()
            .all(|id| studies[id].has("organism", "NCBITaxon:7742"))
    );
}

fn studies_by_year(rows: &Rows, studies: &Studies) {
    let mut by_hand: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for study in studies.values() {
        for year in study.stated("year") {
            *by_hand.entry((year, study.member)).or_default() += 1;
        }
    }
    let found: BTreeMap<(&str, &str), usize> = rows
        .iter()
        .map(|row| {
            (
                (row["year"].as_str(), row["archive"].as_str()),
                number(row, "studies"),
            )
        })
        .collect();
    assert_eq!(found, by_hand);
}

fn what_to_cite(rows: &Rows, studies: &Studies) {
    let found: BTreeSet<String> = rows.iter().map(|row| accession(&row["study"])).collect();
    let is_light_sheet = |study: &Study| study.has("method", "FBbi:00000369");
    let by_hand: BTreeSet<String> = studies
        .iter()
        .filter(|(_, study)| is_light_sheet(study))
        .map(|(id, _)| id.clone())
        .collect();
    assert_eq!(found, by_hand);
    for row in rows.iter().filter(|row| row.contains_key("article")) {
        let articles = &studies[&accession(&row["study"])].articles;
        assert!(
            articles.iter().any(|(doi, _)| *doi == row["article"]),
            "{row:?}"
        );
    }
    assert!(rows.iter().any(|row| row.contains_key("article")));
}
