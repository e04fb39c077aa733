//! What people write for a term, against the slims that the crate ships.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use ontologies::{Curie, Matched, Resolution, Scope, Terms};

fn found(text: &str, scope: Scope) -> (String, Matched) {
    match Terms::builtin().resolve_in(text, scope) {
        Resolution::Found { term, by } => {
            (term.iri.rsplit(['/', '#']).next().unwrap().to_owned(), by)
        }
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn methods_are_found_as_people_write_them() {
    for (text, id) in [
        ("light sheet", "FBbi_00000369"),
        ("Light-sheet microscopy", "FBbi_00000369"),
        ("SPIM", "FBbi_00000369"),
        (
            "selective plane illumination microscopy (SPIM)",
            "FBbi_00000369",
        ),
        ("confocal", "FBbi_00000251"),
        ("Confocal Microscopy", "FBbi_00000251"),
        ("spinning disk confocal microscopy", "FBbi_00000253"),
        ("Two-photon microscopy", "FBbi_00000254"),
        ("STED", "FBbi_00000334"),
        ("STORM", "FBbi_00000336"),
        ("SIM", "FBbi_00000332"),
        ("DIC", "FBbi_00000245"),
        ("phase contrast", "FBbi_00000247"),
        ("fluorescence microscopy", "FBbi_00000246"),
        ("FIB-SEM", "FBbi_00050000"),
        ("SBF-SEM", "FBbi_00000585"),
        ("transmission electron microscopy", "FBbi_00000258"),
        ("TEM", "FBbi_00000258"),
        ("X-ray CT", "FBbi_00001002"),
        ("cryo-EM", "CHMO_0002413"),
        ("CLEM", "topic__R8Ss4wIFt90wZ1yjFLfXyPM"),
        ("epifluorescence microscopy", "CHMO_0002194"),
        ("whole slide imaging", "ns#method-whole-slide"),
        ("volume EM", "ns#method-volume-em"),
    ] {
        let id = id.rsplit('#').next().unwrap();
        assert_eq!(found(text, Scope::ImagingMethod).0, id, "{text}");
    }
}

#[test]
fn an_identifier_says_whether_it_had_to_be_repaired() {
    assert_eq!(
        found("NCBITaxon:9606", Scope::Organism),
        ("NCBITaxon_9606".to_owned(), Matched::Identifier)
    );
    assert_eq!(
        found("NCBITaxon_09606", Scope::Organism),
        ("NCBITaxon_9606".to_owned(), Matched::RepairedIdentifier)
    );
    assert_eq!(
        found("human", Scope::Organism),
        ("NCBITaxon_9606".to_owned(), Matched::Synonym)
    );
    assert_eq!(
        found("homo  SAPIENS", Scope::Any),
        ("NCBITaxon_9606".to_owned(), Matched::Label)
    );
    assert_eq!(
        found("Drosophila melanogaster", Scope::Organism).0,
        "NCBITaxon_7227"
    );
}

#[test]
fn what_is_no_method_is_not_taken_for_one() {
    let terms = Terms::builtin();
    let dapi = "http://purl.obolibrary.org/obo/FBbi_00000056";
    assert!(
        matches!(terms.resolve_in(dapi, Scope::ImagingMethod), Resolution::Outside(term) if term.iri == dapi)
    );
    assert!(matches!(
        terms.resolve_in("NCBITaxon:9606", Scope::ImagingMethod),
        Resolution::Outside(_)
    ));
    assert!(matches!(
        terms.resolve_in("antibody", Scope::ImagingMethod),
        Resolution::Unknown { .. }
    ));
    assert!(!terms.is_imaging_method(dapi));
    let time_lapse = "http://purl.obolibrary.org/obo/FBbi_00000249";
    assert_eq!(
        found("time lapse microscopy", Scope::ImagingMethod).0,
        "FBbi_00000249"
    );
    assert!(!terms.is_imaging_method(time_lapse));
    assert!(terms.is_imaging_method("http://purl.obolibrary.org/obo/FBbi_00000251"));
}

#[test]
fn obsolete_unknown_and_ambiguous_say_what_they_are() {
    let terms = Terms::builtin();
    let Resolution::Obsolete { term, replaced_by } = terms.resolve("FBbi:00000250") else {
        panic!()
    };
    assert_eq!(
        (term.label.as_str(), replaced_by),
        ("narrow field light micrograph", None)
    );
    assert!(matches!(
        terms.resolve_in("narrow field light micrograph", Scope::ImagingMethod),
        Resolution::Obsolete { .. }
    ));

    let Resolution::NotLoaded(curie) = terms.resolve("NCBITaxon_0999999") else {
        panic!()
    };
    assert_eq!(curie, Curie::parse("NCBITaxon:999999").unwrap());

    let Resolution::Unknown { nearest } =
        terms.resolve_in("fluoresence microscpy", Scope::ImagingMethod)
    else {
        panic!()
    };
    assert_eq!(nearest[0].label, "fluorescence microscopy");

    let Resolution::Ambiguous(meanings) = terms.resolve("nearfield illumination") else {
        panic!()
    };
    assert!(meanings.len() > 1);
}

#[test]
fn a_label_fits_its_term_or_does_not() {
    let terms = Terms::builtin();
    let fits = |curie: &str, label: &str| terms.fits(&Curie::parse(curie).unwrap().iri(), label);
    assert_eq!(
        fits(
            "FBbi:00050000",
            "focussed ion beam scanning electron microscopy (FIB-SEM)"
        ),
        Some(true)
    );
    assert_eq!(
        fits("FBbi:00000257", "Scanning electron microscopy"),
        Some(true)
    );
    assert_eq!(
        fits(
            "FBbi:00000253",
            "spinning disk confocal microscopy (FBbi_00000253)"
        ),
        Some(true)
    );
    assert_eq!(
        fits("FBbi:00000369", "light sheet fluorescence microscopy"),
        Some(true)
    );
    assert_eq!(
        fits("FBbi:00000589", "inelastic scattering of photons"),
        Some(true)
    );
    assert_eq!(fits("FBbi:00000256", "Two-photon microscopy"), Some(false));
    assert_eq!(fits("NCBITaxon:9606", "human"), Some(true));
    assert_eq!(fits("NCBITaxon:9606", "orangutan"), Some(false));
    assert_eq!(fits("NCBITaxon:7215", "drosophila"), Some(true));
    assert_eq!(fits("NCBITaxon:99999999", "anything"), None);
}

#[test]
fn every_row_of_the_method_tables_leads_to_a_term() {
    let terms = Terms::builtin();
    for facet in terms.methods().facets() {
        assert!(terms.by_iri(&facet.iri).is_some(), "{}", facet.iri);
        assert!(
            facet
                .broader
                .iter()
                .all(|broader| terms.methods().is_facet(broader)),
            "{}",
            facet.iri
        );
        for leaf in terms.methods().leaves_of_facet(&facet.iri) {
            assert!(
                terms.by_iri(leaf).is_some_and(|term| !term.obsolete),
                "{leaf}"
            );
        }
    }
    for (name, iri) in terms.methods().synonyms() {
        let term = terms
            .by_iri(iri)
            .unwrap_or_else(|| panic!("{name} leads to {iri}, which is not in the slims"));
        assert!(
            terms.is_imaging_method(iri),
            "{name} leads to {}, which is under no facet",
            term.label
        );
        // a synonym of the project must never say something else than the ontology's own label
        match terms.resolve_in(name, Scope::ImagingMethod) {
            Resolution::Found { term, .. } => assert_eq!(term.iri, iri, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn every_facet_holds_terms_and_facets_add_no_parent_between_them() {
    let terms = Terms::builtin();
    for facet in terms.methods().facets() {
        assert!(!terms.under_facet(&facet.iri).is_empty(), "{}", facet.iri);
        for term in terms.under_facet(&facet.iri) {
            assert!(
                terms
                    .facets(&term.iri)
                    .iter()
                    .any(|own| own.iri == facet.iri),
                "{} under {}",
                term.label,
                facet.label
            );
        }
    }
    for term in terms
        .iter()
        .filter(|term| !terms.methods().is_facet(&term.iri))
    {
        assert!(
            terms
                .ancestors(&term.iri)
                .iter()
                .all(|ancestor| !terms.methods().is_facet(&ancestor.iri)),
            "{}",
            term.iri
        );
    }
}

#[test]
fn facets_of_real_methods() {
    let terms = Terms::builtin();
    let facets = |curie: &str| {
        let iri = Curie::parse(curie).unwrap().iri();
        let mut labels: Vec<_> = terms
            .facets(&iri)
            .iter()
            .map(|facet| facet.label.clone())
            .collect();
        labels.sort();
        labels
    };
    assert_eq!(
        facets("FBbi:00000253"),
        ["Confocal microscopy", "Light microscopy"]
    );
    assert_eq!(
        facets("FBbi:00000369"),
        [
            "Fluorescence microscopy",
            "Light microscopy",
            "Light-sheet microscopy"
        ]
    );
    assert_eq!(
        facets("FBbi:00000336"),
        ["Light microscopy", "Super-resolution microscopy"]
    );
    assert_eq!(
        facets("FBbi:00050000"),
        ["Electron microscopy", "Volume electron microscopy"]
    );
    assert_eq!(
        facets("CHMO:0000081"),
        ["Cryo-electron microscopy", "Electron microscopy"]
    );
    assert_eq!(facets("FBbi:00000260"), ["X-ray imaging"]);
    assert_eq!(facets("FBbi:00000241"), ["Other imaging"]);
    assert!(facets("FBbi:00000056").is_empty());
}
