//! Terms of ontologies in the graph: what is said of them, and how they change.

use std::collections::BTreeSet;

use ontologies::schema::{rdf, schema_org};
use ontologies::{Ontology, Source, Term, Terms};
use protocol::record::Object;

use super::fixture::{
    Mirror, dump, few_terms, hide, loaded, record_lines, record_of, shown, titled,
};
use super::in_both_places;
use crate::graph::{Graph, Place, TermsChange, vocabulary as v};

in_both_places!(
    a_term_is_described_and_reaches_its_ancestors,
    a_method_reaches_its_facets,
    new_terms_cost_only_their_differences,
    the_same_terms_cost_nothing,
    a_term_of_two_ontologies_is_one,
    a_change_that_was_cut_off_is_completed,
    terms_that_are_changed_give_what_a_load_gives,
    a_record_about_a_class_is_not_taken_for_a_term,
    what_is_no_iri_is_left_out,
);

const OBO: &str = "http://purl.obolibrary.org/obo/";

fn term(id: &str, label: &str, parents: &[&str]) -> Term {
    Term {
        iri: format!("{OBO}{id}"),
        label: label.to_owned(),
        parents: parents
            .iter()
            .map(|parent| format!("{OBO}{parent}"))
            .collect(),
        ..Term::default()
    }
}

fn ontology(name: &str, terms: Vec<Term>) -> Ontology {
    let source = Source {
        name: name.to_owned(),
        ..Source::default()
    };
    Ontology { source, terms }
}

fn cells() -> Vec<Term> {
    let mut neuron = term("CL_0000540", "neuron", &["CL_0000000"]);
    neuron.synonyms = vec!["nerve cell".to_owned()];
    neuron.definition = Some("A cell that \"fires\".".to_owned());
    neuron.part_of = vec![format!("{OBO}UBERON_0001016")];
    let mut old = term("CL_0000001", "obsolete cell", &[]);
    old.obsolete = true;
    old.replaced_by = Some(format!("{OBO}CL_0000000"));
    vec![
        term("CL_0000000", "cell", &[]),
        neuron,
        term("UBERON_0001016", "nervous system", &[]),
        old,
    ]
}

fn with_terms(place: &Place, terms: &Terms) -> Graph {
    let graph = Graph::open(place).unwrap();
    graph.load(std::iter::empty(), terms, 1).unwrap();
    graph
}

/// What the dump says of a term, without the base of OBO.
fn lines_about(graph: &Graph, id: &str) -> BTreeSet<String> {
    let start = format!("<{OBO}{id}> ");
    let dump = dump(graph);
    let lines = dump.lines().filter(|line| line.starts_with(&start));
    lines
        .map(|line| {
            line[start.len()..]
                .trim_end_matches(" .")
                .replace(OBO, "obo:")
        })
        .collect()
}

fn set<const N: usize>(lines: [&str; N]) -> BTreeSet<String> {
    lines.map(str::to_owned).into()
}

fn a_term_is_described_and_reaches_its_ancestors(place: &Place) {
    let graph = with_terms(place, &Terms::only(vec![ontology("CL", cells())]));
    let expected = set([
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2002/07/owl#Class>",
        "<http://www.w3.org/2000/01/rdf-schema#label> \"neuron\"",
        "<http://www.geneontology.org/formats/oboInOwl#hasExactSynonym> \"nerve cell\"",
        "<obo:IAO_0000115> \"A cell that \\\"fires\\\".\"",
        "<http://www.w3.org/2000/01/rdf-schema#subClassOf> <obo:CL_0000000>",
        "<obo:BFO_0000050> <obo:UBERON_0001016>",
        "<https://w3id.org/ommatidia/ns#broader> <obo:CL_0000540>",
        "<https://w3id.org/ommatidia/ns#broader> <obo:CL_0000000>",
        "<https://w3id.org/ommatidia/ns#broader> <obo:UBERON_0001016>",
    ]);
    assert_eq!(lines_about(&graph, "CL_0000540"), expected);
    let expected = set([
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2002/07/owl#Class>",
        "<http://www.w3.org/2000/01/rdf-schema#label> \"obsolete cell\"",
        "<http://www.w3.org/2002/07/owl#deprecated> \"true\"^^<http://www.w3.org/2001/XMLSchema#boolean>",
        "<obo:IAO_0100001> <obo:CL_0000000>",
        "<https://w3id.org/ommatidia/ns#broader> <obo:CL_0000001>",
    ]);
    assert_eq!(lines_about(&graph, "CL_0000001"), expected);
}

fn a_method_reaches_its_facets(place: &Place) {
    let terms = Terms::builtin();
    let graph = with_terms(place, terms);
    let confocal = format!("{OBO}FBbi_00000251");
    let facets = terms.facets(&confocal);
    assert!(facets.len() > 1, "{facets:?}");
    let lines = lines_about(&graph, "FBbi_00000251");
    for facet in facets {
        let broader = format!("<https://w3id.org/ommatidia/ns#broader> <{}>", facet.iri);
        assert!(lines.contains(&broader), "{broader} in {lines:?}");
        // the facet is told by omma:broader alone: no parent is put between the terms of an ontology
        let parent = format!(
            "<http://www.w3.org/2000/01/rdf-schema#subClassOf> <{}>",
            facet.iri
        );
        assert!(!lines.contains(&parent), "{parent}");
        let label = format!(
            "<{}> <http://www.w3.org/2000/01/rdf-schema#label> \"{}\" .",
            facet.iri, facet.label
        );
        assert!(dump(&graph).lines().any(|line| line == label), "{label}");
    }
    for ancestor in terms.ancestors(&confocal) {
        let id = ancestor.iri.strip_prefix(OBO).unwrap();
        let broader = format!("<https://w3id.org/ommatidia/ns#broader> <obo:{id}>");
        assert!(lines.contains(&broader), "{broader} in {lines:?}");
    }
}

fn new_terms_cost_only_their_differences(place: &Place) {
    let graph = with_terms(place, &Terms::only(vec![ontology("CL", cells())]));
    let mut changed = cells();
    changed[1].label = "nerve cell proper".to_owned();
    changed.remove(3);
    changed.push(term("CL_0000099", "interneuron", &["CL_0000540"]));
    let change = graph
        .set_terms(&Terms::only(vec![ontology("CL", changed)]))
        .unwrap();
    // the label; the obsolete term with its five statements. The label; type, label, parent, and broader to itself, its
    // parent, the parent's parent and whole
    let expected = TermsChange {
        added: 1 + 7,
        removed: 1 + 5,
    };
    assert_eq!(change, expected);
    assert!(lines_about(&graph, "CL_0000001").is_empty());
    assert_eq!(lines_about(&graph, "CL_0000099").len(), 7);
}

fn the_same_terms_cost_nothing(place: &Place) {
    let terms = Terms::only(vec![ontology("CL", cells())]);
    let graph = with_terms(place, &terms);
    let before = dump(&graph);
    assert_eq!(graph.set_terms(&terms).unwrap(), TermsChange::default());
    assert_eq!(dump(&graph), before);

    // what nobody does: a comparison would find it, and there is none until the terms are others
    let labels = graph
        .store()
        .quads_for_pattern(None, Some(v::LABEL), None, None);
    let label = labels.collect::<Result<Vec<_>, _>>().unwrap().remove(0);
    graph.store().remove(&label).unwrap();
    assert_eq!(graph.set_terms(&terms).unwrap(), TermsChange::default());
    graph.set_terms(&few_terms()).unwrap();
    graph.set_terms(&terms).unwrap();
    assert_eq!(dump(&graph), before);
}

fn a_term_of_two_ontologies_is_one(place: &Place) {
    let imported = term("CL_0000540", "neuron (imported)", &[]);
    let go = ontology(
        "GO",
        vec![imported, term("GO_0000001", "part", &["CL_0000540"])],
    );
    let terms = Terms::only(vec![ontology("CL", cells()), go]);
    let graph = with_terms(place, &terms);
    let lines = lines_about(&graph, "CL_0000540");
    assert!(
        !lines.iter().any(|line| line.contains("imported")),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 9);
}

/// A change is several transactions: here the process died after the first, which had half of the terms.
fn a_change_that_was_cut_off_is_completed(place: &Place) {
    let terms = Terms::only(vec![ontology("CL", cells())]);
    let graph = with_terms(place, &few_terms());
    let half = Terms::only(vec![ontology("CL", cells()[2..].to_vec())]);
    graph.set_terms(&half).unwrap();
    let digest = graph
        .store()
        .quads_for_pattern(None, Some(v::TERMS), None, None);
    let digest = digest.collect::<Result<Vec<_>, _>>().unwrap();
    assert_eq!(digest.len(), 1);
    graph.store().remove(&digest[0]).unwrap();

    let change = graph.set_terms(&terms).unwrap();
    // the cell: type, label, itself; the neuron, as above
    assert_eq!(
        change,
        TermsChange {
            added: 3 + 9,
            removed: 0
        }
    );
    let completed = dump(&graph);
    assert_eq!(graph.set_terms(&terms).unwrap(), TermsChange::default());
    drop(graph);
    Graph::destroy(place).unwrap();
    assert_eq!(dump(&with_terms(place, &terms)), completed);
}

fn terms_that_are_changed_give_what_a_load_gives(place: &Place) {
    let graph = loaded(place, &[titled("DND-S1", 1, "Cells")], 1);
    let records = record_lines(&graph);
    graph.set_terms(Terms::builtin()).unwrap();
    let there = dump(&graph);
    assert_eq!(record_lines(&graph), records);
    let back = graph.set_terms(&few_terms()).unwrap();
    assert_eq!(back.added, 0);
    assert!(back.removed > 1000, "{back:?}");
    let forth = graph.set_terms(Terms::builtin()).unwrap();
    assert_eq!(
        forth,
        TermsChange {
            added: back.removed,
            removed: 0
        }
    );
    assert_eq!(dump(&graph), there);
    drop(graph);

    Graph::destroy(place).unwrap();
    let graph = Graph::open(place).unwrap();
    let shown = std::iter::once(Ok(titled("DND-S1", 1, "Cells")));
    graph.load(shown, Terms::builtin(), 1).unwrap();
    assert_eq!(dump(&graph), there);
}

fn a_record_about_a_class_is_not_taken_for_a_term(place: &Place) {
    let class = Object::iri("http://www.w3.org/2002/07/owl#Class").unwrap();
    let record = record_of(
        "DND-S1",
        vec![
            ("#c", rdf::TYPE, class),
            ("#c", schema_org::NAME, Object::text("mine")),
        ],
    );
    let study = shown("DND-S1", 1, record);
    let graph = loaded(place, std::slice::from_ref(&study), 1);
    let before = record_lines(&graph);
    graph
        .set_terms(&Terms::only(vec![ontology("CL", cells())]))
        .unwrap();
    graph.set_terms(&few_terms()).unwrap();
    assert_eq!(record_lines(&graph), before);
    graph
        .apply(&[hide("DND-S1")], &Mirror::of([&study]), 2)
        .unwrap();
    assert!(record_lines(&graph).is_empty());
}

fn what_is_no_iri_is_left_out(place: &Place) {
    let mut terms = cells();
    terms[0].parents = vec!["a cell of some kind".to_owned()];
    terms.push(Term {
        iri: "no iri at all".to_owned(),
        label: "lost".to_owned(),
        ..Term::default()
    });
    let terms = Terms::only(vec![ontology("CL", terms)]);
    let graph = with_terms(place, &terms);
    // the dump reads every statement strictly
    let dump = dump(&graph);
    assert!(!dump.contains("lost"));
    assert!(!dump.contains("a cell of some kind"));
    assert_eq!(lines_about(&graph, "CL_0000000").len(), 3);
    assert_eq!(graph.set_terms(&terms).unwrap(), TermsChange::default());
}
