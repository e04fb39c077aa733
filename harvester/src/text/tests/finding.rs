//! What people type, and what should come first.

use ontologies::Terms;
use ontologies::schema::{omma, schema_org};
use protocol::record::Object;

use super::{CONFOCAL, HUMAN, MOUSE, SPIM, SPINNING_DISK, Scene, Thing, YEAST};
use crate::text::SearchError;

fn doi(doi: &str, pmid: &str) -> Vec<(&'static str, Object)> {
    vec![
        (
            schema_org::SAME_AS,
            Object::iri(format!("https://doi.org/{doi}")).unwrap(),
        ),
        (schema_org::IDENTIFIER, Object::text(format!("PMID:{pmid}"))),
    ]
}

/// Studies that look like those of real archives.
fn library() -> Scene {
    Scene::with(&[
        Thing::new("DND-S1", "Septin rings in dividing fission yeast")
            .description("Spinning-disk time series of GFP-tagged septins through two divisions.")
            .about(YEAST)
            .method(SPINNING_DISK)
            .text(schema_org::IDENTIFIER, "S-BIAD144")
            .part(schema_org::CITATION, &doi("10.1038/ncb1234", "16622408"))
            .author("Doe, Jané", Some("0000-0001-2345-678X")),
        Thing::new("DND-S2", "Whole embryo development")
            .description("Mouse embryos over two days.")
            .about(MOUSE)
            .method(SPIM)
            .text(schema_org::KEYWORDS, "development"),
        Thing::new("DND-S3", "A screen for elongated cells")
            .description("Timelapse imaging after knock-down; TGF-β was added. Septin was not looked at.")
            .about(HUMAN)
            .method(CONFOCAL)
            .text(&format!("{}geneSymbol", omma::NAMESPACE), "FUS")
            .author("Smith, John", None),
        Thing::new("DND-S4", "Fused membranes of neurons")
            .description("Müller cells of the naïve œsophagus. Cells in light microscopes, under a sheet of glass.")
            .about(HUMAN)
            .text(&format!("{}geneSymbol", omma::NAMESPACE), "HLA-A")
            .part(
                omma::COMPONENT,
                &[(schema_org::NAME, Object::text("Knockout strain ΔsepA"))],
            ),
        Thing::new("DND-S1-I1", "wt/septin_01.ome.tif")
            .about(YEAST)
            .method(SPINNING_DISK),
    ])
}

#[test]
fn the_first_hit_is_what_is_meant() {
    let library = library();
    for (query, first) in [
        // title before description
        ("septin", "DND-S1"),
        ("Septins", "DND-S1"),
        ("dividing yeast", "DND-S1"),
        // a synonym of a term, before the words in a description
        ("light sheet", "DND-S2"),
        ("light-sheet microscopy", "DND-S2"),
        ("lightsheet", "DND-S2"),
        ("mouse", "DND-S2"),
        ("house mouse", "DND-S2"),
        // what is above a term
        ("mammals embryo", "DND-S2"),
        ("confocal septin", "DND-S1"),
        // hyphens, together and apart
        ("time-lapse", "DND-S3"),
        ("time lapse", "DND-S3"),
        ("timelapse", "DND-S3"),
        ("GFP-tagged", "DND-S1"),
        ("gfp tagged", "DND-S1"),
        ("knockdown", "DND-S3"),
        // Greek letters, accents, ligatures
        ("TGFβ", "DND-S3"),
        ("tgf-beta", "DND-S3"),
        ("tgf beta", "DND-S3"),
        ("Muller", "DND-S4"),
        ("NAIVE oesophagus", "DND-S4"),
        ("deltasepA", "DND-S4"),
        // genes are not stemmed: FUS before "fused"
        ("fus", "DND-S3"),
        ("FUS", "DND-S3"),
        // people
        ("jane doe", "DND-S1"),
        ("smith", "DND-S3"),
        // phrases and prefixes
        ("\"dividing fission\"", "DND-S1"),
        ("sept* divid*", "DND-S1"),
        ("embr*", "DND-S2"),
        // names of species, abbreviated
        ("S. pombe", "DND-S1"),
        // a gene whose name has a hyphen
        ("HLA-A", "DND-S4"),
        ("hla-a", "DND-S4"),
        // an accession with words
        ("DND-S1 rings", "DND-S1"),
        // names of parts
        ("knockout strain", "DND-S4"),
    ] {
        let found = library.find(query);
        assert_eq!(
            found.first().map(String::as_str),
            Some(first),
            "{query}: {found:?}"
        );
    }
}

#[test]
fn all_words_must_match_and_excluded_ones_may_not() {
    let library = library();
    assert_eq!(library.find("septin embryo"), Vec::<String>::new());
    assert_eq!(library.find("\"fission dividing\""), Vec::<String>::new());
    let without = library.find("septin -fission");
    assert!(without.contains(&"DND-S3".to_owned()), "{without:?}");
    assert!(!without.contains(&"DND-S1".to_owned()), "{without:?}");
    let without = library.find("-septin -mouse");
    assert_eq!(without, ["DND-S4"]);
}

#[test]
fn an_identifier_gives_its_study_first() {
    let library = library();
    for query in [
        "DND-S1",
        "dnd-s1",
        "DND-S1.2",
        "https://images.example.org/id/DND-S1",
        "S-BIAD144",
        "s-biad144",
        "10.1038/ncb1234",
        "doi:10.1038/NCB1234",
        "https://doi.org/10.1038/ncb1234",
        "PMID:16622408",
        "pmid 16622408",
        "16622408",
    ] {
        assert_eq!(library.find(query).first().unwrap(), "DND-S1", "{query}");
    }
    // the study first, its images behind it
    assert_eq!(library.find("DND-S1"), ["DND-S1", "DND-S1-I1"]);
    let found = library.find("DND-S1-I1");
    assert_eq!(found[..2], ["DND-S1-I1", "DND-S1"]);
}

#[test]
fn whatever_is_typed_has_an_answer() {
    let library = library();
    for odd in [
        "\"",
        "-",
        "*",
        "???",
        "(septin",
        "septin)",
        "a:b",
        "NOT",
        "AND",
        "\\",
        "🔬",
        "\u{0}",
        "-\"",
        "septin\"",
        "[1 TO 2]",
        "title:septin",
        "+septin",
        "septin~2",
        "septin^3",
        "/.*/",
        "'",
        "%",
        "“septin rings”",
    ] {
        library
            .search(&[("q", odd), ("facets", "organism")])
            .unwrap();
    }
    assert_eq!(library.find("(septin").first().unwrap(), "DND-S1");
    assert_eq!(library.find("“septin rings").first().unwrap(), "DND-S1");
    assert_eq!(library.find("???"), Vec::<String>::new());
    assert_eq!(library.find("   ").len(), 5);
    let beginnings: Vec<String> = (0..9).map(|number| format!("a{number}*")).collect();
    assert!(matches!(
        library.search(&[("q", &beginnings.join(" "))]),
        Err(SearchError::TooLong { most: 8, .. })
    ));
    let long = "x ".repeat(600);
    assert!(matches!(
        library.search(&[("q", &long)]),
        Err(SearchError::TooLong { most: 1_000, .. })
    ));
}

#[test]
fn matches_for_a_query_language_are_iris_with_scores() {
    let library = library();
    let terms = ontologies::Terms::builtin();
    let found = library.text.matches("septin", 10, terms).unwrap();
    assert_eq!(found[0].0, "https://images.example.org/id/DND-S1");
    assert!(found.windows(2).all(|pair| pair[0].1 >= pair[1].1));
    assert_eq!(library.text.matches("septin", 1, terms).unwrap().len(), 1);
    assert!(library.text.matches("", 10, terms).unwrap().is_empty());
}

#[test]
fn submitted_words_find_a_study_whose_method_is_no_term() {
    let scene = Scene::with(&[
        Thing::new("DND-S1", "Something else")
            .text(schema_org::MEASUREMENT_TECHNIQUE, "expansion tomography"),
        Thing::new("DND-S2", "Another thing").term_use("tissue", "gastrocnemius", None),
    ]);
    assert_eq!(scene.find("expansion tomography"), ["DND-S1"]);
    assert_eq!(scene.find("gastrocnemius"), ["DND-S2"]);
}

/// Japanese, Chinese and Thai leave no spaces between words; a word is found within a sentence, and only where all of it stands.
#[test]
fn words_are_found_in_scripts_without_spaces() {
    let scene = Scene::with(&[
        Thing::new("DND-S1", "分裂酵母のセプチンリング")
            .description("本論文で初めて報告した新規CMOS顕微鏡法です。細胞を37℃で観察した。")
            .author("田中 太郎", None),
        Thing::new("DND-S2", "微生物の鏡像体").description("顕花植物と微細な鏡"),
        Thing::new("DND-S3", "เซลล์ประสาทของหนู").description("วัดด้วยกล้องจุลทรรศน์"),
        Thing::new("DND-S4", "효모의 세포 분열").description("현미경으로 관찰했다"),
    ]);
    for (query, found) in [
        ("顕微鏡", &["DND-S1"][..]),
        ("酵母", &["DND-S1"]),
        ("酵母 顕微鏡", &["DND-S1"]),
        ("酵母、顕微鏡", &["DND-S1"]),
        ("cmos", &["DND-S1"]),
        ("新規CMOS顕微鏡", &["DND-S1"]),
        ("セプチン*", &["DND-S1"]),
        ("田中", &["DND-S1"]),
        ("鏡", &["DND-S1", "DND-S2"]),
        ("鏡 -酵母", &["DND-S2"]),
        ("母酵", &[]),
        ("ประสาท", &["DND-S3"]),
        ("กล้อง", &["DND-S3"]),
        ("현미경", &["DND-S4"]),
        ("세포", &["DND-S4"]),
    ] {
        let answer = scene.search(&[("q", query)]).unwrap();
        let mut ids: Vec<&str> = answer.hits.iter().map(|hit| hit.id.as_str()).collect();
        ids.sort_unstable();
        assert_eq!(ids, found, "{query}");
    }
    let answer = scene.search(&[("q", "顕微鏡")]).unwrap();
    assert_eq!(
        answer.hits[0].snippet,
        "本論文で初めて報告した新規CMOS<mark>顕微鏡</mark>法です。細胞を37℃で観察した。"
    );
}

#[test]
fn studies_of_one_title_know_each_other() {
    let scene = Scene::with(&[
        Thing::new("DND-S1", "Live imaging of ERK"),
        Thing::new("ABC-S7", "Live Imaging of Erk."),
        Thing::new("DND-S2", "Live imaging of ERK in vivo"),
        Thing::new("DND-S2-I1", "Live imaging of ERK"),
        Thing::new("DND-S3", "???"),
        Thing::new("DND-S4", "!!!"),
    ]);
    let of = |title: &str, most: usize| {
        let (titled, total) = scene.text.titled(title, most).unwrap();
        let ids: Vec<String> = titled.into_iter().map(|study| study.id).collect();
        (ids, total)
    };
    let both = vec!["ABC-S7".to_owned(), "DND-S1".to_owned()];
    assert_eq!(of("live imaging of ERK", 9), (both, 2));
    assert_eq!(of("live imaging of ERK", 1).1, 2);
    assert_eq!(of("Live imaging of ERK in vivo", 9), (Vec::new(), 0));
    assert_eq!(of("???", 9), (Vec::new(), 0));
}

#[test]
fn a_word_that_is_spelled_nearly_so_is_known() {
    let library = library();
    let spelled = |word: &str| library.text.spelled(word, Terms::builtin()).unwrap();
    assert_eq!(spelled("confcoal").as_deref(), Some("confocal"));
    assert_eq!(spelled("muose").as_deref(), Some("mouse"));
    // there, too short, nothing near, and a name that no document has
    for word in ["mouse", "mo", "xyzzyx", "zebrafsih", "顕微", ""] {
        assert_eq!(spelled(word), None, "{word}");
    }
}
