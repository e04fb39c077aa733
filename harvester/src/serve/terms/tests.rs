#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::cell::RefCell;

use actix_web::ResponseError;
use ontologies::{Ontology, Source, Term, Terms};
use serde_json::json;

use super::{Counts, MOST_LISTED, TermAnswer, TermError, term_json};
use crate::serve::error::ServeError;

const CL: &str = "http://purl.obolibrary.org/obo/CL_";

fn term(iri: &str, label: &str, parents: &[&str]) -> Term {
    Term {
        iri: iri.to_owned(),
        label: label.to_owned(),
        parents: parents.iter().map(|parent| (*parent).to_owned()).collect(),
        ontology: "CL".to_owned(),
        ..Term::default()
    }
}

fn cell(number: u32) -> String {
    format!("{CL}{number:07}")
}

/// cell above neuron above motor neuron, and a withdrawn term.
fn cells() -> Vec<Term> {
    let neuron = Term {
        synonyms: vec!["nerve cell".to_owned()],
        definition: Some("A cell that conducts.".to_owned()),
        ..term(&cell(540), "neuron", &[&cell(0)])
    };
    let withdrawn = Term {
        obsolete: true,
        replaced_by: Some(cell(540)),
        ..term(&cell(6), "obsolete neuronal cell", &[])
    };
    vec![
        term(&cell(0), "cell", &[]),
        neuron,
        term(&cell(100), "motor neuron", &[&cell(540)]),
        withdrawn,
    ]
}

fn terms_of(terms: Vec<Term>) -> Terms {
    let source = Source {
        name: "CL".to_owned(),
        version: Some("2026-03-26".to_owned()),
        ..Source::default()
    };
    Terms::only(vec![Ontology { source, terms }])
}

fn none(_: &str, _: bool) -> anyhow::Result<Counts> {
    Ok(Counts::default())
}

fn ask(text: &str, terms: &Terms) -> Result<TermAnswer, TermError> {
    term_json(text, terms, &none)
}

#[test]
fn a_term_is_told_with_what_is_above_and_below_it() {
    let asked = RefCell::new(Vec::new());
    let counts = |iri: &str, with_descendants: bool| {
        asked.borrow_mut().push((iri.to_owned(), with_descendants));
        Ok(if with_descendants {
            Counts {
                study: 3,
                image: 40,
            }
        } else {
            Counts { study: 1, image: 2 }
        })
    };
    let answer = term_json("CL:0000540", &terms_of(cells()), &counts).unwrap();
    assert_eq!(
        serde_json::to_value(&answer).unwrap(),
        json!({
            "id": "CL:0000540",
            "iri": "http://purl.obolibrary.org/obo/CL_0000540",
            "label": "neuron",
            "synonyms": ["nerve cell"],
            "definition": "A cell that conducts.",
            "obsolete": false,
            "replaced_by": null,
            "ontology": {"name": "CL", "version": "2026-03-26"},
            "parents": [{"id": "CL:0000000", "label": "cell"}],
            "children": [{"id": "CL:0000100", "label": "motor neuron"}],
            "children_total": 1,
            "ancestors": [{"id": "CL:0000000", "label": "cell"}],
            "descendants": [{"id": "CL:0000100", "label": "motor neuron"}],
            "descendants_total": 1,
            "facets": [],
            "counts": {
                "direct": {"study": 1, "image": 2},
                "with_descendants": {"study": 3, "image": 40}
            }
        })
    );
    assert_eq!(asked.into_inner(), [(cell(540), false), (cell(540), true)]);
}

#[test]
fn every_spelling_names_the_same_term() {
    let terms = terms_of(cells());
    for text in [
        "CL:0000540",
        "CL_0000540",
        "cl:540",
        "obo:CL_0000540",
        " http://purl.obolibrary.org/obo/CL_0000540 ",
        "https://identifiers.org/CL:0000540",
    ] {
        assert_eq!(ask(text, &terms).unwrap().label, "neuron", "{text}");
    }
}

#[test]
fn the_id_of_an_unlisted_vocabulary_leads_back_to_its_term() {
    let term = term("http://purl.obolibrary.org/obo/XYZ_0000001", "x", &[]);
    let terms = terms_of(vec![term]);
    let answer = ask("http://purl.obolibrary.org/obo/XYZ_0000001", &terms).unwrap();
    assert_eq!(answer.id, "XYZ:0000001");
    assert_eq!(ask(&answer.id, &terms).unwrap(), answer);
}

#[test]
fn a_withdrawn_term_says_what_took_its_place() {
    let answer = ask("CL:0000006", &terms_of(cells())).unwrap();
    assert!(answer.obsolete);
    let successor = answer.replaced_by.unwrap();
    assert_eq!(
        (successor.id.as_str(), successor.label.as_str()),
        ("CL:0000540", "neuron")
    );
    // also where only the withdrawn term is loaded
    let alone = terms_of(cells().split_off(3));
    let successor = ask("CL:0000006", &alone).unwrap().replaced_by.unwrap();
    assert_eq!(successor.label, "CL:0000540");
}

#[test]
fn a_method_names_its_facets_and_a_facet_what_falls_under_it() {
    let terms = Terms::builtin();
    let method = ask("FBbi:00000253", terms).unwrap();
    let facets: Vec<&str> = method
        .facets
        .iter()
        .map(|facet| facet.id.as_str())
        .collect();
    assert_eq!(facets[..2], ["omma:method-confocal", "omma:method-light"]);
    let facet = ask("omma:method-confocal", terms).unwrap();
    assert_eq!(facet.ontology.name, "omma");
    assert_eq!(facet.ontology.version, None);
    let ids = |terms: &[crate::text::LabelledTerm]| -> Vec<String> {
        terms.iter().map(|term| term.id.clone()).collect()
    };
    assert!(ids(&facet.children).contains(&"FBbi:00000251".to_owned()));
    assert!(!ids(&facet.children).contains(&"FBbi:00000253".to_owned()));
    assert!(ids(&facet.descendants).contains(&"FBbi:00000253".to_owned()));
    assert!(!ids(&facet.facets).contains(&facet.id));
    assert_eq!(ids(&facet.facets), ids(&facet.ancestors));
}

#[test]
fn what_is_below_is_listed_to_a_bound_and_counted_in_full() {
    let below = u32::try_from(MOST_LISTED).unwrap() + 7;
    let mut cells = vec![term(&cell(0), "cell", &[])];
    cells.extend((1..=below).map(|number| term(&cell(number), "", &[&cell(0)])));
    let answer = ask("CL:0000000", &terms_of(cells)).unwrap();
    assert_eq!(answer.children.len(), MOST_LISTED);
    assert_eq!(answer.descendants.len(), MOST_LISTED);
    assert_eq!(answer.children_total, MOST_LISTED + 7);
    assert_eq!(answer.descendants_total, MOST_LISTED + 7);
    assert_eq!(
        answer.children[0].label, "CL:0000001",
        "what has no label is called by its id"
    );
}

/// Status and detail of the problem document.
fn refusal(text: &str, terms: &Terms) -> (u16, String) {
    let error = ServeError::from(ask(text, terms).unwrap_err());
    (error.status_code().as_u16(), error.to_string())
}

#[test]
fn an_unknown_term_is_not_found_and_the_reason_is_told() {
    let terms = terms_of(cells());
    let (status, detail) = refusal("CL:0000999", &terms);
    assert_eq!(status, 404);
    assert!(
        detail.contains("CL is loaded as 2026-03-26, which lacks it"),
        "{detail}"
    );
    let (status, detail) = refusal("GO:0005634", &terms);
    assert_eq!(status, 404);
    assert!(detail.ends_with("GO is not loaded"), "{detail}");
    assert_eq!(refusal("https://example.org/no-term", &terms).0, 404);
}

#[test]
fn what_is_no_identifier_is_refused_with_terms_that_may_be_meant() {
    let terms = terms_of(cells());
    let (status, detail) = refusal("nerve cell", &terms);
    assert_eq!(status, 400);
    assert!(
        detail.ends_with("terms with such a label are CL:0000540 (neuron)"),
        "{detail}"
    );
    let (_, detail) = refusal("motor neurone", &terms);
    assert!(detail.contains("CL:0000100 (motor neuron)"), "{detail}");
    let (status, detail) = refusal("CL:neuron", &terms);
    assert_eq!(status, 400);
    assert!(detail.contains("cannot be an identifier of CL"), "{detail}");
    assert_eq!(refusal("", &terms).0, 400);
    assert_eq!(refusal(&"n".repeat(501), &terms).0, 400);
}

#[test]
fn where_counting_fails_no_number_is_made_up() {
    let error = term_json("CL:0000540", &terms_of(cells()), &|_, _| {
        Err(anyhow::anyhow!("the index is damaged"))
    })
    .unwrap_err();
    let error = ServeError::from(error);
    assert_eq!(error.status_code().as_u16(), 500);
    assert!(
        error.to_string().contains("the index is damaged"),
        "{error}"
    );
}
