//! Components and what they name: images, files, annotations, figures. Names of files are only taken down here; the
//! folder answers them ([`crate::deposit::study_folder`]).

use std::collections::HashSet;

use crate::finding::Finding;
use crate::study::{AnnotationSet, Channel, Component, Property, Scale};

use super::fields::{Fields, Placed, Report};
use super::imaging::{read_channel, read_scale};

/// A text that names files, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub place: String,
    pub line: u64,
    pub name: String,
}

impl Named {
    /// An error about it.
    pub fn error(&self, message: impl AsRef<str>) -> Finding {
        Finding::error(
            &self.place,
            format!("{} (line {})", message.as_ref(), self.line),
        )
    }

    /// A warning about it.
    pub fn warning(&self, message: impl AsRef<str>) -> Finding {
        Finding::warning(
            &self.place,
            format!("{} (line {})", message.as_ref(), self.line),
        )
    }
}

/// How the files of an entry become images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grouping {
    /// An image a file.
    Single,
    /// An image for each set of files that differ in time, channel and plane alone.
    Pattern,
    /// A file with several images in it (`series: all`).
    AllSeries,
}

/// An entry of `images`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ImageEntry {
    pub files: Named,
    pub grouping: Grouping,
    pub title: Option<String>,
    pub channels: Vec<Channel>,
    pub scale: Scale,
    pub biosamples: Vec<String>,
    pub specimens: Vec<String>,
    pub acquisitions: Vec<String>,
    pub additional: Vec<Property>,
}

/// The files of a component.
#[derive(Debug, Clone, Default)]
pub(crate) struct ComponentFiles {
    pub images: Vec<ImageEntry>,
    pub files: Vec<Named>,
    pub file_lists: Vec<Named>,
}

/// A set of annotations and the names of its files.
#[derive(Debug, Clone)]
pub(crate) struct AnnotationEntry {
    pub set: AnnotationSet,
    pub files: Vec<AnnotationFiles>,
}

/// Files of an annotation, and what they were made from.
#[derive(Debug, Clone)]
pub(crate) struct AnnotationFiles {
    pub files: Named,
    pub source: Option<Named>,
    /// Whether each file has an image of its own among the sources (`files:`) instead of all having the same (`file:`).
    pub is_paired: bool,
}

/// A figure and the names of its images.
#[derive(Debug, Clone)]
pub(crate) struct FigureEntry {
    pub figure: String,
    pub images: Vec<Named>,
}

/// The names of samples and protocols that components and images may point to.
pub(super) struct Defined<'a> {
    pub biosamples: HashSet<&'a str>,
    pub specimens: HashSet<&'a str>,
    pub acquisitions: HashSet<&'a str>,
}

pub(super) fn components(
    study: &Fields<'_>,
    defined: &Defined<'_>,
    report: &mut Report,
) -> (Vec<Component>, Vec<ComponentFiles>) {
    let items = study.list(
        "components",
        "study components, each with a `title`",
        report,
    );
    items
        .iter()
        .filter_map(|item| component(item, defined, report))
        .unzip()
}

fn component(
    item: &Placed<'_>,
    defined: &Defined<'_>,
    report: &mut Report,
) -> Option<(Component, ComponentFiles)> {
    const KNOWN: [&str; 8] = [
        "title",
        "description",
        "images",
        "files",
        "file_list",
        "biosamples",
        "specimens",
        "acquisitions",
    ];
    let fields = item.fields(&KNOWN, report)?;
    let images = fields.list(
        "images",
        "images: names, globs or maps with `file` or `pattern`",
        report,
    );
    let files = ComponentFiles {
        images: images
            .iter()
            .filter_map(|image| image_entry(image, defined, report))
            .collect(),
        files: named_files(&fields, report),
        file_lists: file_lists(&fields, report),
    };
    let component = Component {
        description: fields.text("description", report),
        biosamples: references(&fields, "biosamples", &defined.biosamples, report),
        specimens: references(&fields, "specimens", &defined.specimens, report),
        acquisitions: references(&fields, "acquisitions", &defined.acquisitions, report),
        title: fields.required("title", report).unwrap_or_default(),
    };
    Some((component, files))
}

fn image_entry(
    item: &Placed<'_>,
    defined: &Defined<'_>,
    report: &mut Report,
) -> Option<ImageEntry> {
    if item.is_text() {
        return Some(ImageEntry::plain(named(item, report)?, Grouping::Single));
    }
    const KNOWN: [&str; 11] = [
        "file",
        "pattern",
        "series",
        "title",
        "channels",
        "pixel_size",
        "time_increment",
        "biosamples",
        "specimens",
        "acquisitions",
        "variables",
    ];
    let fields = item.fields(&KNOWN, report)?;
    let (files, grouping) = files_of_image(&fields, report)?;
    let channels = fields.list(
        "channels",
        "channels, each with `name`, `target` or `fluorophore`",
        report,
    );
    Some(ImageEntry {
        title: fields.text("title", report),
        channels: channels
            .iter()
            .filter_map(|channel| read_channel(channel, report))
            .collect(),
        scale: read_scale(&fields, report),
        biosamples: references(&fields, "biosamples", &defined.biosamples, report),
        specimens: references(&fields, "specimens", &defined.specimens, report),
        acquisitions: references(&fields, "acquisitions", &defined.acquisitions, report),
        additional: fields.properties("variables", report),
        ..ImageEntry::plain(files, grouping)
    })
}

impl ImageEntry {
    /// An entry of which nothing but its files is known.
    pub fn plain(files: Named, grouping: Grouping) -> ImageEntry {
        ImageEntry {
            files,
            grouping,
            title: None,
            channels: Vec::new(),
            scale: Scale::default(),
            biosamples: Vec::new(),
            specimens: Vec::new(),
            acquisitions: Vec::new(),
            additional: Vec::new(),
        }
    }

    /// Whether it says more than which files there are.
    pub fn says_something(&self) -> bool {
        let plain = ImageEntry::plain(self.files.clone(), self.grouping);
        *self != plain
    }
}

fn files_of_image(fields: &Fields<'_>, report: &mut Report) -> Option<(Named, Grouping)> {
    let series = fields.text("series", report);
    if let Some(series) = series.as_deref().filter(|series| *series != "all") {
        report.error(
            &fields.at("series"),
            fields.line,
            format!("{series:?} must be `all`"),
        );
    }
    match (fields.get("file"), fields.get("pattern")) {
        (Some(file), None) => {
            let grouping = if series.is_some() {
                Grouping::AllSeries
            } else {
                Grouping::Single
            };
            Some((named(&file, report)?, grouping))
        }
        (None, Some(pattern)) => {
            if series.is_some() {
                report.error(
                    &fields.at("series"),
                    fields.line,
                    "`series` goes with `file` and not with `pattern`",
                );
            }
            Some((named(&pattern, report)?, Grouping::Pattern))
        }
        _ => {
            report.error(
                &fields.place,
                fields.line,
                "it must have either `file` or `pattern`",
            );
            None
        }
    }
}

/// Names of what is defined elsewhere in the file.
fn references(
    fields: &Fields<'_>,
    key: &str,
    defined: &HashSet<&str>,
    report: &mut Report,
) -> Vec<String> {
    let items = fields.list(key, &format!("ids of the study's {key}"), report);
    for item in &items {
        if let Some(id) = item.text(report) {
            check_reference(id, key, defined, item, report);
        }
    }
    items
        .iter()
        .filter_map(|item| item.text(&mut Report::default()).map(str::to_owned))
        .collect()
}

/// Finds an id that nothing has.
pub(super) fn check_reference(
    id: &str,
    key: &str,
    defined: &HashSet<&str>,
    at: &Placed<'_>,
    report: &mut Report,
) {
    if defined.contains(id) {
        return;
    }
    let hint = match super::fields::nearest(id, defined.iter().copied()) {
        Some(near) => format!("; did you mean {near:?}?"),
        None => String::new(),
    };
    report.error(
        &at.place,
        at.node.line,
        format!("none of the study's {key} has the id {id:?}{hint}"),
    );
}

/// `files`: what is deposited without being an image.
pub(super) fn named_files(fields: &Fields<'_>, report: &mut Report) -> Vec<Named> {
    let items = fields.list("files", "names or globs of files", report);
    items
        .iter()
        .filter_map(|item| named(item, report))
        .collect()
}

/// `thumbnail`: the file that is shown for the study.
pub(super) fn thumbnail(fields: &Fields<'_>, report: &mut Report) -> Option<Named> {
    named(&fields.get("thumbnail")?, report)
}

/// `file_list`: one, or several.
pub(super) fn file_lists(fields: &Fields<'_>, report: &mut Report) -> Vec<Named> {
    let items = fields.one_or_many("file_list", "names of tables", report);
    items
        .iter()
        .filter_map(|item| named(item, report))
        .collect()
}

pub(super) fn annotations(study: &Fields<'_>, report: &mut Report) -> Vec<AnnotationEntry> {
    let items = study.list("annotations", "annotations, each with a `title`", report);
    items
        .iter()
        .filter_map(|item| annotation(item, report))
        .collect()
}

fn annotation(item: &Placed<'_>, report: &mut Report) -> Option<AnnotationEntry> {
    let fields = item.fields(&["title", "type", "method", "files"], report)?;
    let files = fields.list(
        "files",
        "files, each with `file` (or `files`) and the `source` it was made from",
        report,
    );
    let set = AnnotationSet {
        annotation_type: fields.text("type", report),
        method: fields.text("method", report),
        files: Vec::new(),
        title: fields.required("title", report).unwrap_or_default(),
    };
    Some(AnnotationEntry {
        set,
        files: files
            .iter()
            .filter_map(|file| annotation_file(file, report))
            .collect(),
    })
}

fn annotation_file(item: &Placed<'_>, report: &mut Report) -> Option<AnnotationFiles> {
    if item.is_text() {
        return Some(AnnotationFiles {
            files: named(item, report)?,
            source: None,
            is_paired: false,
        });
    }
    let fields = item.fields(&["file", "files", "source"], report)?;
    let source = fields
        .get("source")
        .and_then(|source| named(&source, report));
    let (files, is_paired) = match (fields.get("file"), fields.get("files")) {
        (Some(file), None) => (file, false),
        (None, Some(files)) => (files, true),
        _ => {
            let message = "it must have either `file` or `files`";
            report.error(&fields.place, fields.line, message);
            return None;
        }
    };
    if is_paired && fields.get("source").is_none() {
        let message =
            "`files` goes with `source`, such as files: \"masks/*.tif\", source: \"raw/*.tif\"";
        report.error(&fields.place, fields.line, message);
        return None;
    }
    Some(AnnotationFiles {
        files: named(&files, report)?,
        source,
        is_paired,
    })
}

pub(super) fn figures(study: &Fields<'_>, report: &mut Report) -> Vec<FigureEntry> {
    let items = study.list(
        "supports",
        "figures, each with `figure` and `images`",
        report,
    );
    items
        .iter()
        .filter_map(|item| {
            let fields = item.fields(&["figure", "images"], report)?;
            let images = fields.list("images", "names or globs of images", report);
            let images = images
                .iter()
                .filter_map(|image| named(image, report))
                .collect();
            Some(FigureEntry {
                figure: fields.required("figure", report)?,
                images,
            })
        })
        .collect()
}

/// A text that names files; an empty one names none.
fn named(item: &Placed<'_>, report: &mut Report) -> Option<Named> {
    let before = report.0.len();
    let Some(name) = item.text(report) else {
        if report.0.len() == before {
            item.wrong("the name of a file", report);
        }
        return None;
    };
    Some(Named {
        place: item.place.clone(),
        line: item.node.line,
        name: name.to_owned(),
    })
}
