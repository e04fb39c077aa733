//! Biosamples, specimens and acquisitions: what was imaged, how it was made ready, and how it was imaged.

use std::collections::HashSet;

use crate::study::{
    Acquisition, Biosample, BiosampleRole, PreparationStep, Specimen, TermRole, Treatment,
};

use super::fields::{Fields, Placed, Report};
use super::terms;

/// The keys of a biosample that hold terms.
const TERM_KEYS: [(&str, TermRole); 6] = [
    ("organism", TermRole::Organism),
    ("cell_type", TermRole::CellType),
    ("cell_line", TermRole::CellLine),
    ("tissue", TermRole::Tissue),
    ("disease", TermRole::Disease),
    ("process", TermRole::Process),
];

pub(super) fn biosamples(study: &Fields<'_>, report: &mut Report) -> Vec<Biosample> {
    let mut names = HashSet::new();
    let items = study.list("biosamples", "biosamples, each with an `id`", report);
    items
        .iter()
        .filter_map(|item| biosample(item, &mut names, report))
        .collect()
}

fn biosample(
    item: &Placed<'_>,
    names: &mut HashSet<String>,
    report: &mut Report,
) -> Option<Biosample> {
    const KNOWN: [&str; 17] = [
        "id",
        "title",
        "organism",
        "strain",
        "genotype",
        "sex",
        "age",
        "stage",
        "cell_type",
        "cell_line",
        "tissue",
        "disease",
        "process",
        "treatment",
        "role",
        "description",
        "variables",
    ];
    let fields = item.fields(&KNOWN, report)?;
    let terms = TERM_KEYS
        .iter()
        .flat_map(|(key, role)| terms::one_or_many(&fields, key, *role, report))
        .collect();
    let treatments = fields.one_or_many("treatment", "treatments, each with an `agent`", report);
    Some(Biosample {
        title: fields.text("title", report),
        description: fields.text("description", report),
        terms,
        strain: fields.text("strain", report),
        genotype: fields.text("genotype", report),
        sex: fields.text("sex", report),
        age: fields.text("age", report),
        stage: fields.text("stage", report),
        treatments: treatments
            .iter()
            .filter_map(|treatment| read_treatment(treatment, report))
            .collect(),
        role: role(&fields, report),
        additional: fields.properties("variables", report),
        id: own_name(&fields, names, report)?,
    })
}

fn read_treatment(item: &Placed<'_>, report: &mut Report) -> Option<Treatment> {
    let fields = item.fields(&["agent", "dose", "unit", "duration"], report)?;
    Some(Treatment {
        dose: fields.text("dose", report),
        unit: fields.text("unit", report),
        duration: fields.text("duration", report),
        agent: fields.required("agent", report)?,
    })
}

fn role(fields: &Fields<'_>, report: &mut Report) -> Option<BiosampleRole> {
    let value = fields.get("role")?;
    match value.text(report)? {
        "control" => Some(BiosampleRole::Control),
        "treated" => Some(BiosampleRole::Treated),
        other => {
            report.error(
                &value.place,
                value.node.line,
                format!("{other:?} is neither `control` nor `treated`"),
            );
            None
        }
    }
}

pub(super) fn specimens(study: &Fields<'_>, report: &mut Report) -> Vec<Specimen> {
    let mut names = HashSet::new();
    let items = study.list("specimens", "specimens, each with an `id`", report);
    items
        .iter()
        .filter_map(|item| specimen(item, &mut names, report))
        .collect()
}

fn specimen(
    item: &Placed<'_>,
    names: &mut HashSet<String>,
    report: &mut Report,
) -> Option<Specimen> {
    let fields = item.fields(
        &["id", "title", "biosample", "preparation", "variables"],
        report,
    )?;
    let steps = fields.one_or_many(
        "preparation",
        "steps, each with `method` or `description`",
        report,
    );
    Some(Specimen {
        title: fields.text("title", report),
        biosample: fields.text("biosample", report),
        preparation: steps
            .iter()
            .filter_map(|step| preparation_step(step, report))
            .collect(),
        additional: fields.properties("variables", report),
        id: own_name(&fields, names, report)?,
    })
}

fn preparation_step(item: &Placed<'_>, report: &mut Report) -> Option<PreparationStep> {
    let fields = item.fields(&["method", "description"], report)?;
    let mut methods = terms::one_or_many(&fields, "method", TermRole::Preparation, report);
    if methods.len() > 1 {
        report.error(
            &fields.at("method"),
            fields.line,
            "a step has one method; write a step for each",
        );
    }
    let method = if methods.is_empty() {
        None
    } else {
        Some(methods.swap_remove(0))
    };
    let step = PreparationStep {
        method,
        description: fields.text("description", report),
    };
    (step != PreparationStep::default()).then_some(step)
}

pub(super) fn acquisitions(study: &Fields<'_>, report: &mut Report) -> Vec<Acquisition> {
    let mut names = HashSet::new();
    let items = study.list("acquisitions", "acquisitions, each with an `id`", report);
    items
        .iter()
        .filter_map(|item| acquisition(item, &mut names, report))
        .collect()
}

fn acquisition(
    item: &Placed<'_>,
    names: &mut HashSet<String>,
    report: &mut Report,
) -> Option<Acquisition> {
    let fields = item.fields(
        &[
            "id",
            "title",
            "method",
            "instrument",
            "description",
            "variables",
        ],
        report,
    )?;
    Some(Acquisition {
        title: fields.text("title", report),
        description: fields.text("description", report),
        methods: terms::one_or_many(&fields, "method", TermRole::Method, report),
        instrument: fields.text("instrument", report),
        additional: fields.properties("variables", report),
        id: own_name(&fields, names, report)?,
    })
}

/// The name by which others point to it: there, and no other's.
fn own_name(
    fields: &Fields<'_>,
    names: &mut HashSet<String>,
    report: &mut Report,
) -> Option<String> {
    let id = fields.required("id", report)?;
    if names.insert(id.clone()) {
        return Some(id);
    }
    report.error(
        &fields.at("id"),
        fields.line,
        format!("another one has the id {id:?} already"),
    );
    None
}
