#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use serde_json::json;

use super::{Grouping, StudyFile, read};

/// The example of docs/METADATA.md.
const SMALLEST: &str = r#"
title: Septin rings in dividing fission yeast
description: Spinning-disk time series of GFP-tagged septins through two divisions, three strains, four fields each.
licence: https://creativecommons.org/licenses/by/4.0/
release_date: 2026-03-01
authors:
  - name: A. Author                     # orcid:, affiliation: {name:, ror:}, roles: [..]
organisms: [NCBITaxon:4896]             # not needed with sample_kind
imaging_methods: [FBbi:00000253]        # a term, or {label: .., terms: [..]}
components:
  - title: Wild type
    images: ["wt/*.ome.tif"]
"#;

fn read_whole(text: &str) -> StudyFile {
    read(text, "new".to_owned()).unwrap()
}

/// Findings, a line each: place and message.
fn told(text: &str) -> Vec<String> {
    let findings = match read(text, "new".to_owned()) {
        Ok(study_file) => study_file.findings,
        Err(findings) => findings,
    };
    assert!(findings.iter().all(crate::finding::Finding::is_error));
    findings
        .into_iter()
        .map(|finding| format!("{}: {}", finding.path, finding.message))
        .collect()
}

#[test]
fn the_smallest_study_file_is_read() {
    let read = read_whole(SMALLEST);
    assert_eq!(read.findings, []);
    assert_eq!(
        serde_json::to_value(&read.study).unwrap(),
        json!({
            "profile": "one",
            "source": {"identifier": "new", "identifier_is_given": false, "format": "study-file"},
            "title": "Septin rings in dividing fission yeast",
            "description": "Spinning-disk time series of GFP-tagged septins through two divisions, three strains, four fields each.",
            "licence": "https://creativecommons.org/licenses/by/4.0/",
            "release_date": "2026-03-01",
            "authors": [{"name": "A. Author"}],
            "subjects": [{"role": "organism", "given": "NCBITaxon:4896"}],
            "imaging_methods": [{"role": "method", "given": "FBbi:00000253"}],
            "components": [{"title": "Wild type"}],
        })
    );
    assert_eq!(read.components[0].images[0].files.name, "wt/*.ome.tif");
}

/// Every optional key of the study file.
const WHOLE: &str = r#"
identifier: https://example.org/studies/7
title: A title
sample_kind: in-vitro
keywords: [cell division, "septin"]
publisher: {name: An Archive, ror: 02catss52}
authors:
  - name: B. Author
    given_name: B.
    family_name: Author
    orcid: 0000-0002-1825-0097
    affiliation: {name: EMBL, ror: "https://ror.org/03mstc592", url: "https://www.embl.org/"}
    roles: [investigation, 2]
  - name: C. Author
    affiliation: [Somewhere, {name: Elsewhere}]
organisms: [{label: fission yeast, terms: [NCBITaxon:4896]}]
imaging_methods:
  - {label: light sheet, terms: [FBbi:00000369, EDAM:1]}
  - {label: by eye}
publication: {doi: 10.1000/ABC, pmid: 123, title: An article, date: 2025-01}
funding: [{funder: A Fund, ror: 01cwqze88, award: 12-34}]
related: [{relation: derived-from, id: ABC-S1}]
biosamples:
  - id: wt
    title: Wild type
    organism: NCBITaxon:4896
    strain: 1.10
    genotype: h90
    sex: no
    age: 3 d
    stage: [spore]
    cell_type: [CL:0000000, {label: a cell}]
    cell_line: HeLa
    tissue: UBERON:1
    disease: MONDO:1
    process: GO:1
    treatment: [{agent: latrunculin, dose: 5, unit: µM, duration: 10 min}]
    role: treated
    description: cells
    variables: {temperature: 30, media: [YES, EMM]}
specimens: [{id: sp, title: Slide, biosample: wt, preparation: [{method: FBbi:1, description: fixed}, {description: washed}], variables: {age: 2}}]
acquisitions: [{id: sd, title: Spinning disk, method: FBbi:00000253, instrument: A microscope, description: at night, variables: {lens: 100x}}]
components:
  - title: One
    description: The first
    biosamples: [wt]
    specimens: [sp]
    acquisitions: [sd]
    images:
      - a.tif
      - file: b.tif
        title: Bee
        channels: [{name: green, target: septin, fluorophore: GFP}, {target: [a, b]}]
        biosamples: [wt]
        specimens: [sp]
        acquisitions: [sd]
        variables: {laser: on}
      - {pattern: "t{t}.tif"}
      - {file: x.lif, series: all}
    files: [notes.txt]
    file_list: files.tsv
annotations: [{title: Masks, type: segmentation_mask, method: by hand, files: [{file: m.tif, source: a.tif}, n.tif]}]
access: {level: open, data_use: ["DUO:0000042"]}
supports: [{figure: 2a, images: [a.tif]}]
files: [protocol.pdf]
file_list: [all.tsv]
variables: {project: seven}
"#;

#[test]
fn every_key_arrives() {
    let read = read_whole(&WHOLE.replace("stage: [spore]", "stage: spore"));
    assert_eq!(read.findings, []);
    assert_eq!(
        serde_json::to_value(&read.study).unwrap(),
        json!({
            "profile": "one",
            "source": {
                "identifier": "https://example.org/studies/7", "identifier_is_given": true,
                "iri": "https://example.org/studies/7", "format": "study-file",
            },
            "title": "A title",
            "sample_kind": "in-vitro",
            "keywords": ["cell division", "septin"],
            "publisher": {"name": "An Archive", "ror": "https://ror.org/02catss52"},
            "authors": [
                {
                    "name": "B. Author", "given_name": "B.", "family_name": "Author",
                    "orcid": "https://orcid.org/0000-0002-1825-0097",
                    "affiliations": [{"name": "EMBL", "ror": "https://ror.org/03mstc592", "url": "https://www.embl.org/"}],
                    "roles": ["investigation", "2"],
                },
                {"name": "C. Author", "affiliations": [{"name": "Somewhere"}, {"name": "Elsewhere"}]},
            ],
            "subjects": [{"role": "organism", "given": "NCBITaxon:4896", "label": "fission yeast"}],
            "imaging_methods": [
                {"role": "method", "given": "FBbi:00000369", "label": "light sheet"},
                {"role": "method", "given": "EDAM:1", "label": "light sheet"},
                {"role": "method", "given": "by eye"},
            ],
            "publications": [{"doi": "https://doi.org/10.1000/abc", "pmid": "123", "title": "An article", "date": "2025-01"}],
            "funding": [{"funder": {"name": "A Fund", "ror": "https://ror.org/01cwqze88"}, "award": "12-34"}],
            "related": [{"relation": "derived-from", "id": "ABC-S1"}],
            "biosamples": [{
                "id": "wt", "title": "Wild type", "description": "cells",
                "terms": [
                    {"role": "organism", "given": "NCBITaxon:4896"},
                    {"role": "cell-type", "given": "CL:0000000"},
                    {"role": "cell-type", "given": "a cell"},
                    {"role": "cell-line", "given": "HeLa"},
                    {"role": "tissue", "given": "UBERON:1"},
                    {"role": "disease", "given": "MONDO:1"},
                    {"role": "process", "given": "GO:1"},
                ],
                "strain": "1.10", "genotype": "h90", "sex": "no", "age": "3 d", "stage": "spore",
                "treatments": [{"agent": "latrunculin", "dose": "5", "unit": "µM", "duration": "10 min"}],
                "role": "treated",
                "additional": [
                    {"name": "temperature", "value": "30"}, {"name": "media", "value": "YES"}, {"name": "media", "value": "EMM"},
                ],
            }],
            "specimens": [{
                "id": "sp", "title": "Slide", "biosample": "wt",
                "preparation": [
                    {"method": {"role": "preparation", "given": "FBbi:1"}, "description": "fixed"}, {"description": "washed"},
                ],
                "additional": [{"name": "age", "value": "2"}],
            }],
            "acquisitions": [{
                "id": "sd", "title": "Spinning disk", "description": "at night",
                "methods": [{"role": "method", "given": "FBbi:00000253"}], "instrument": "A microscope",
                "additional": [{"name": "lens", "value": "100x"}],
            }],
            "components": [{
                "title": "One", "description": "The first", "biosamples": ["wt"], "specimens": ["sp"], "acquisitions": ["sd"],
            }],
            "access_level": "open",
            "data_use": ["DUO:0000042"],
            "additional": [{"name": "project", "value": "seven"}],
        })
    );
}

#[test]
fn names_of_files_are_taken_down_with_what_is_said_of_them() {
    let read = read_whole(&WHOLE.replace("stage: [spore]", "stage: spore"));
    let component = &read.components[0];
    let images: Vec<_> = component
        .images
        .iter()
        .map(|image| (image.files.name.as_str(), image.grouping))
        .collect();
    assert_eq!(
        images,
        [
            ("a.tif", Grouping::Single),
            ("b.tif", Grouping::Single),
            ("t{t}.tif", Grouping::Pattern),
            ("x.lif", Grouping::AllSeries),
        ]
    );
    let bee = &component.images[1];
    assert_eq!(
        (bee.files.place.as_str(), bee.title.as_deref()),
        ("components[0].images[1].file", Some("Bee"))
    );
    assert_eq!(
        serde_json::to_value(&bee.channels).unwrap(),
        json!([
            {"name": "green", "targets": ["septin"], "fluorophore": "GFP"}, {"targets": ["a", "b"]},
        ])
    );
    assert_eq!(
        (
            &bee.biosamples[..],
            &bee.specimens[..],
            &bee.acquisitions[..]
        ),
        (
            &["wt".to_owned()][..],
            &["sp".to_owned()][..],
            &["sd".to_owned()][..],
        )
    );
    assert_eq!(
        (
            bee.additional[0].name.as_str(),
            bee.additional[0].value.as_str()
        ),
        ("laser", "on")
    );
    assert_eq!(
        (
            component.files[0].name.as_str(),
            component.file_lists[0].name.as_str()
        ),
        ("notes.txt", "files.tsv")
    );
    assert_eq!(
        (
            read.files[0].name.as_str(),
            read.file_lists[0].name.as_str()
        ),
        ("protocol.pdf", "all.tsv")
    );
    let masks = &read.annotations[0];
    assert_eq!(
        serde_json::to_value(&masks.set).unwrap(),
        json!({
            "title": "Masks", "annotation_type": "segmentation_mask", "method": "by hand",
        })
    );
    let files: Vec<_> = masks
        .files
        .iter()
        .map(|entry| {
            (
                entry.files.name.as_str(),
                entry.source.as_ref().map(|name| name.name.as_str()),
            )
        })
        .collect();
    assert_eq!(files, [("m.tif", Some("a.tif")), ("n.tif", None)]);
    assert_eq!(
        (
            read.figures[0].figure.as_str(),
            read.figures[0].images[0].name.as_str()
        ),
        ("2a", "a.tif")
    );
}

#[test]
fn an_unknown_key_is_told_with_the_nearest_known_one() {
    assert_eq!(
        told("titel: x\nlicense: y\nqqq: z\nauthors:\n  - nme: a\n    email: me\ncomponents: [{title: t, images: [{fil: a}]}]"),
        [
            "titel: unknown key `titel`; did you mean `title`? (line 1)".to_owned(),
            "license: unknown key `license`; did you mean `licence`? (line 2)".to_owned(),
            format!("qqq: unknown key `qqq`; here may be {} (line 3)", super::KNOWN.map(|key| format!("`{key}`")).join(", ")),
            "authors[0].nme: unknown key `nme`; did you mean `name`? (line 5)".to_owned(),
            "authors[0].email: `email` is personal and the study file is published whole; take it out (line 6)".to_owned(),
            "authors[0].name: `name` is missing (line 5)".to_owned(),
            "components[0].images[0].fil: unknown key `fil`; did you mean `file`? (line 7)".to_owned(),
            "components[0].images[0]: it must have either `file` or `pattern` (line 7)".to_owned(),
        ]
    );
}

#[test]
fn a_wrong_type_is_told_with_the_right_one() {
    let text = "title: [a]\norganisms: NCBITaxon:1\nauthors: {name: x}\nkeywords: [{a: b}]\nbiosamples: [wt]\ncomponents:\n  - title: t\n    images: a.tif\naccess: open\nvariables: [x]";
    assert_eq!(
        told(text),
        [
            "title: it must be a text and is a list (line 1)",
            "authors: it must be a list of authors, each with a `name` and is a map (line 3)",
            "organisms: it must be a list of terms and is a text (line 2)",
            "keywords[0]: it must be a text and is a map (line 4)",
            "biosamples[0]: it must be a map of `id`, `title`, `organism`, `strain`, `genotype`, `sex`, `age`, `stage`, `cell_type`, \
         `cell_line`, `tissue`, `disease`, `process`, `treatment`, `role`, `description`, `variables` and is a text (line 5)",
            "variables: it must be a map of names and values and is a list (line 10)",
            "access: it must be a map of `level`, `data_use` and is a text (line 9)",
            "components[0].images: it must be a list of images: names, globs or maps with `file` or `pattern` and is a text (line 8)",
        ]
    );
    assert_eq!(told("- a\n- b").len(), 1);
    assert!(told("a: [").len() == 1);
    assert!(told("")[0].contains("it must be a map"));
}

#[test]
fn names_point_to_what_there_is() {
    let text = "biosamples: [{id: wt, role: wild}, {id: wt}]\nspecimens: [{id: s, biosample: wt1}]\ncomponents: [{title: t, biosamples: [wt, w], images: [{file: a, acquisitions: [x]}]}]";
    assert_eq!(
        told(text),
        [
            "biosamples[0].role: \"wild\" is neither `control` nor `treated` (line 1)",
            "biosamples[1].id: another one has the id \"wt\" already (line 1)",
            "specimens[0].biosample: none of the study's biosamples has the id \"wt1\"; did you mean \"wt\"? (line 2)",
            "components[0].images[0].acquisitions[0]: none of the study's acquisitions has the id \"x\" (line 3)",
            "components[0].biosamples[1]: none of the study's biosamples has the id \"w\"; did you mean \"wt\"? (line 3)",
        ]
    );
}

#[test]
fn identifiers_that_do_not_check_are_told() {
    let text = "authors: [{name: a, orcid: 0000-0002-1825-0098, affiliation: {ror: x}}]\npublication: [{doi: abc, pmid: PMC1}]";
    assert_eq!(
        told(text),
        [
            "authors[0].orcid: \"0000-0002-1825-0098\" is not an ORCID: four groups of four, the last a check digit (line 1)",
            "authors[0].affiliation.ror: \"x\" is not a ROR: https://ror.org/ and nine letters and digits (line 1)",
            "publication[0].doi: \"abc\" is not a DOI, 10.1234/abc (line 2)",
            "publication[0].pmid: \"PMC1\" is not PubMed's number, digits alone (line 2)",
        ]
    );
}

#[test]
fn an_address_anywhere_in_the_file_is_told() {
    assert_eq!(
        told("title: x\n# ask me@example.org\n"),
        [": it holds an e-mail address and is published whole; take the address out (line 2)",]
    );
}
