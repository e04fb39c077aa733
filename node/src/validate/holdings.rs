//! Files, images, components and what they point to must fit together; and a node takes only what its policy lets in.

use std::collections::{BTreeMap, HashSet};

use super::policy::Policy;
use super::report::Report;
use crate::deposit::DepositedFile;
use crate::relative_path::RelPath;
use crate::study::{Image, Study};

/// Checks what a study holds.
pub(super) fn check(
    study: &mut Study,
    files: &mut [DepositedFile],
    policy: &Policy,
    report: &mut Report,
) {
    files.sort_by(|one, other| one.path.cmp(&other.path));
    paths(study, files, report);
    references(study, report);
    within(files, policy, report);
}

/// Every path that the study names is a file of the deposit, and a file belongs to one image, or to those that are in it.
fn paths(study: &mut Study, files: &[DepositedFile], report: &mut Report) {
    for pair in files.windows(2).filter(|pair| pair[0].path == pair[1].path) {
        report.error(pair[0].path.as_str(), "the file is there twice");
    }
    if files.is_empty() && study.data_at.is_none() && !study.is_catalogued() {
        report.error(
            "components",
            "the study has no file; list images or files, or name where the data are",
        );
    }
    if !files.is_empty() && study.data_at.take().is_some() {
        report.warning(
            "data_at",
            "the study has its files here, so that it is not said to be elsewhere",
        );
    }
    let held: HashSet<&RelPath> = files.iter().map(|file| &file.path).collect();
    let mut owner: BTreeMap<&RelPath, usize> = BTreeMap::new();
    for (index, image) in study.images.iter().enumerate() {
        let path = format!("images[{index}]");
        if image.component >= study.components.len() {
            report.error(
                &path,
                format!("the image {} belongs to no study component", image.title),
            );
        }
        if image.files.is_empty() {
            report.error(&path, format!("the image {} has no file", image.title));
        }
        for file in &image.files {
            if !held.contains(file) {
                report.error(&path, format!("{file} is not among the files of the study"));
            }
            // a file may hold several images; they are all opened by the same file
            let other = owner.insert(file, index).map(|other| &study.images[other]);
            let is_shared = |other: &Image| {
                let (one, other) = (image, other);
                one.series.is_some()
                    && other.series.is_some()
                    && one.files.first() == other.files.first()
            };
            if other.is_some_and(|other| !is_shared(other)) {
                report.error(&path, format!("{file} belongs to two images; list it once"));
            }
        }
    }
    let of_annotations = study
        .annotations
        .iter()
        .flat_map(|set| &set.files)
        .flat_map(|file| [Some(&file.file), file.source.as_ref()])
        .flatten();
    let of_figures = study.supports.iter().flat_map(|figure| &figure.images);
    for file in of_annotations
        .chain(of_figures)
        .filter(|file| !held.contains(file))
    {
        report.error(
            file.as_str(),
            "an annotation or figure names it, and it is not among the files of the study",
        );
    }
}

/// Names inside the source lead somewhere, and to one thing only.
fn references(study: &Study, report: &mut Report) {
    let known = |ids: &mut dyn Iterator<Item = &String>,
                 what: &str,
                 report: &mut Report|
     -> HashSet<String> {
        let mut known = HashSet::new();
        for id in ids {
            if !known.insert(id.clone()) {
                report.error(
                    format!("{what} {id}"),
                    format!("two of the {what}s have this id; give each its own"),
                );
            }
        }
        known
    };
    let biosamples = known(
        &mut study.biosamples.iter().map(|sample| &sample.id),
        "biosample",
        report,
    );
    let specimens = known(
        &mut study.specimens.iter().map(|specimen| &specimen.id),
        "specimen",
        report,
    );
    let acquisitions = known(
        &mut study.acquisitions.iter().map(|protocol| &protocol.id),
        "acquisition",
        report,
    );
    let mut lead = |path: &str, names: &[String], known: &HashSet<String>, what: &str| {
        for name in names.iter().filter(|name| !known.contains(*name)) {
            report.graded(path, format!("there is no {what} {name:?} in the study"));
        }
    };
    for specimen in &study.specimens {
        lead(
            &format!("specimen {}", specimen.id),
            specimen.biosample.as_slice(),
            &biosamples,
            "biosample",
        );
    }
    let of_components = study.components.iter().enumerate().map(|(index, part)| {
        (
            format!("components[{index}]"),
            &part.biosamples,
            &part.specimens,
            &part.acquisitions,
        )
    });
    let of_images = study.images.iter().enumerate().map(|(index, image)| {
        (
            format!("images[{index}]"),
            &image.biosamples,
            &image.specimens,
            &image.acquisitions,
        )
    });
    for (path, of_biosamples, of_specimens, of_acquisitions) in of_components.chain(of_images) {
        lead(&path, of_biosamples, &biosamples, "biosample");
        lead(&path, of_specimens, &specimens, "specimen");
        lead(&path, of_acquisitions, &acquisitions, "acquisition");
    }
}

/// Sizes and kinds that this node takes.
fn within(files: &[DepositedFile], policy: &Policy, report: &mut Report) {
    let bytes: u64 = files.iter().map(|file| file.bytes).sum();
    if let Some(most) = policy.max_bytes.filter(|most| bytes > *most) {
        report.error("files", format!("the files have {bytes} bytes together and this node takes at most {most}; ask its curator"));
    }
    let count = files.len() as u64;
    if let Some(most) = policy.max_files.filter(|most| count > *most) {
        report.error(
            "files",
            format!("there are {count} files and this node takes at most {most}; ask its curator"),
        );
    }
    for file in files.iter().filter(|file| !policy.takes(&file.media_type)) {
        report.error(
            file.path.as_str(),
            format!(
                "files of type {} are not taken by this node, which takes {}",
                file.media_type,
                policy.media_types.join(", ")
            ),
        );
    }
}
