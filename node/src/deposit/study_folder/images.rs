//! From the plan and what was read of the files to the study's images.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::deposit::imaging::{Imaged, ImagedOne, NoImage};
use crate::deposit::media_type::is_microscopy;
use crate::deposit::study_file::{Grouping, ImageEntry};
use crate::finding::Finding;
use crate::relative_path::RelPath;
use crate::study::{Image, Property, Series};

use super::listing::Listing;
use super::plan::{Columns, Plan, Planned, PlannedImage, at_most};
use super::reading::{InParts, Outcome};
use super::rows::{self, Rows};
use super::stated;

/// What to say of an entry's images once, however many there are.
#[derive(Default)]
struct Remarks {
    /// Files that are no images, and why.
    no_images: Vec<String>,
    /// Images of formats that are not read.
    no_format: Vec<String>,
    /// Those for which there might have been a converter.
    without_converter: Vec<String>,
    /// Those with which the converter did not succeed, and why.
    not_converted: Vec<String>,
    /// Those with which it could not be tried, and why: the study is refused.
    not_now: Vec<String>,
    /// Images whose files differ.
    different: Vec<String>,
    /// What is odd about files.
    odd: Vec<String>,
    /// Where the study file says one thing and a file another.
    contradictions: Vec<String>,
    /// Those of them that several images of one file may have alike, which are told once.
    differences: HashSet<String>,
    /// Files of which the entry says something, and that are parts of other images.
    parts: Vec<String>,
    /// By file list: rows about images that there are not.
    idle_rows: BTreeMap<usize, Vec<String>>,
}

/// What came of the plan.
pub(super) struct Made {
    pub images: Vec<Image>,
    /// What file lists say of images in an OME-Zarr, by the first file of each.
    pub of_files: HashMap<RelPath, Columns>,
    pub findings: Vec<Finding>,
}

/// The study's images, in the order of the study file, and what is odd about them. `outcomes` has for each entry what came of
/// each of its images.
pub(super) fn images(plan: &Plan<'_>, outcomes: Vec<Vec<Outcome>>) -> Made {
    let mut images = Vec::new();
    let mut of_files = HashMap::new();
    let mut findings = Vec::new();
    for (planned, outcomes) in plan.entries.iter().zip(outcomes) {
        let mut maker = Maker {
            listing: plan.listing,
            columns: &plan.columns,
            rows: &plan.rows,
            of_files: HashMap::new(),
            planned,
            remarks: Remarks::default(),
        };
        for (image, outcome) in planned.images.iter().zip(outcomes) {
            images.extend(maker.images(image, outcome));
        }
        for (list, messages) in std::mem::take(&mut maker.remarks.idle_rows) {
            let error = |message: String| plan.lists[list].error(message);
            findings.extend(at_most(messages, error));
        }
        findings.extend(maker.remarks.findings(&planned.entry));
        of_files.extend(maker.of_files);
    }
    Made {
        images,
        of_files,
        findings,
    }
}

struct Maker<'a> {
    listing: &'a Listing,
    columns: &'a HashMap<usize, Columns>,
    rows: &'a HashMap<String, Rows>,
    of_files: HashMap<RelPath, Columns>,
    planned: &'a Planned,
    remarks: Remarks,
}

impl<'a> Maker<'a> {
    /// The images that came of one of the plan.
    fn images(&mut self, image: &PlannedImage, outcome: Outcome) -> Vec<Image> {
        match outcome {
            Outcome::Read(imaged) => self.read(image, imaged),
            Outcome::InParts(parts) => vec![self.in_parts(image, *parts)],
            Outcome::PartOf(owner) => {
                if self.planned.entry.says_something() {
                    let message = format!(
                        "`{}` is a part of the image of `{owner}`; say there what is to be said of it",
                        image.key
                    );
                    self.remarks.parts.push(message);
                }
                Vec::new()
            }
            Outcome::Contested(other) => {
                self.remarks.no_images.push(format!(
                    "`{}` is kept as a file and not as an image: it needs `{other}`, which is in another image already",
                    image.key
                ));
                Vec::new()
            }
            Outcome::Not(why) => self.unread(image, &why).into_iter().collect(),
        }
    }

    /// Each image that is in the files.
    fn read(&mut self, image: &PlannedImage, imaged: Imaged) -> Vec<Image> {
        let odd = imaged.warnings.into_iter();
        let odd = odd.map(|warning| format!("`{}`: {warning}", image.key));
        self.remarks.odd.extend(odd);
        let count = imaged.images.len();
        let mut images = Vec::with_capacity(count);
        let rows = self.rows_of(image);
        for idle in rows.map_or(Vec::new(), |rows| rows.idle(&image.key, &imaged.images)) {
            let message = format!("row in line {}: {}", idle.line, idle.why);
            let of_list = self.remarks.idle_rows.entry(idle.list).or_default();
            of_list.push(message);
        }
        for one in &imaged.images {
            let series = one.series.clone();
            let mut made = self.image(image, Some(one));
            let of_rows = rows.map_or(Vec::new(), |rows| rows.said(one, &imaged.images));
            made.additional.extend(properties(&of_rows));
            self.tell_differences(image, one, &made.additional);
            one.say_place(&mut made.additional);
            if let Some(series) = &series {
                made.key = series.key(&image.key);
            }
            if count > 1 {
                made.title = one.title(&made.title, images.len() + 1);
            }
            match image.is_zarr {
                true => {
                    self.files_in_folder(&mut made, image, series.as_ref());
                    if let Some(first) = made.files.first().filter(|_| !of_rows.is_empty()) {
                        self.of_files.insert(first.clone(), of_rows);
                    }
                }
                false => made.files.clone_from(&one.files),
            }
            made.series = series;
            made.pixels = Some(one.pixels.clone());
            images.push(made);
        }
        images
    }

    /// What file lists say of the images of an OME-Zarr.
    fn rows_of(&self, image: &PlannedImage) -> Option<&'a Rows> {
        self.rows
            .get(&image.key)
            .filter(|_| image.files.len() == 1 || image.is_zarr)
    }

    /// Tells where another place in a plate is stated than the file says.
    fn tell_differences(&mut self, image: &PlannedImage, one: &ImagedOne, said: &[Property]) {
        for difference in rows::differences(one, said) {
            let message = format!("`{}`: {difference}", image.key);
            if self.remarks.differences.insert(message.clone()) {
                self.remarks.contradictions.push(message);
            }
        }
    }

    /// The files at an image's root in an OME-Zarr, which say what the others are, and how many there are.
    fn files_in_folder(&self, made: &mut Image, image: &PlannedImage, series: Option<&Series>) {
        let inside = series.and_then(|series| series.path.as_deref());
        let root = match inside {
            Some(inside) if !inside.is_empty() => format!("{}/{inside}/", image.key),
            _ => format!("{}/", image.key),
        };
        let all = self.listing.beginning_with(&root);
        made.file_count = Some(all.len() as u64);
        let is_at_root = |path: &&RelPath| !path.as_str()[root.len()..].contains('/');
        let files = self.listing.files[all].iter().map(|file| &file.path);
        made.files = files.filter(is_at_root).cloned().collect();
    }

    /// Files that do not make one image are one nevertheless, because the study file says so.
    fn in_parts(&mut self, image: &PlannedImage, parts: InParts) -> Image {
        for (path, why) in &parts.unreadable {
            self.remarks.no_images.push(no_image(path.as_str(), why));
        }
        let different = parts.different.iter();
        let message = |path| format!("`{path}` has other pixels than the image's first file");
        self.remarks.different.extend(different.map(message));
        if parts.unreadable.is_empty() && parts.different.is_empty() {
            self.remarks.odd.push(format!(
                "`{}`: its {} files make no image together ({}); what its first file says is taken for all",
                image.key,
                parts.readable.len(),
                parts.why
            ));
        }
        let mut made = self.image(image, None);
        made.files = parts.readable;
        made.counted = Vec::new();
        made.pixels = Some(crate::study::Pixels {
            size_z: None,
            size_c: None,
            size_t: None,
            perceptual_hash: None,
            regions: None,
            ..parts.first
        });
        made
    }

    /// Files of formats that are not read may be images; others are none.
    fn unread(&mut self, image: &PlannedImage, why: &NoImage) -> Option<Image> {
        let path = image.key.as_str();
        let may_be_image =
            self.planned.entry.grouping == Grouping::AllSeries || is_microscopy(path);
        match why {
            NoImage::OtherFormat if may_be_image => self.remarks.no_format.push(path.to_owned()),
            NoImage::WithoutConverter if may_be_image => {
                self.remarks.without_converter.push(path.to_owned());
            }
            NoImage::NotConverted(why) if may_be_image => self.remarks.not_converted.push(format!(
                "`{path}` is an image whose sizes are not known: its format is not read here, and it was not converted: {why}"
            )),
            // published now, the study would lose what could be read of it
            why @ NoImage::NotNow(_) => {
                let further = why.further().unwrap_or_default();
                self.remarks
                    .not_now
                    .push(format!("`{path}`: its format is not read here, {further}"));
                return None;
            }
            // a file list also names tables and texts; only what calls itself an image is told when it is none
            _ if self.planned.from_list && !looks_like_image(path) => return None,
            why => {
                self.remarks.no_images.push(no_image(path, why));
                return None;
            }
        }
        let mut made = self.image(image, None);
        let only = self.rows_of(image).and_then(Rows::only);
        made.additional
            .extend(only.into_iter().flat_map(properties));
        Some(made)
    }

    /// An image with what the study file says, and where that is silent, its files.
    fn image(&mut self, image: &PlannedImage, read: Option<&ImagedOne>) -> Image {
        let entry = &self.planned.entry;
        let contradictions = &mut self.remarks.contradictions;
        let mut tell = |message: String| contradictions.push(format!("`{}`: {message}", image.key));
        let are_names_of_files = image.counted.iter().any(|axis| axis.axis == "c");
        let channels = stated::channels(&entry.channels, read, are_names_of_files, &mut tell);
        let scale = stated::scale(&entry.scale, read, &mut tell);
        let path = |file: &usize| self.listing.files[*file].path.clone();
        Image {
            key: image.key.clone(),
            title: entry.title.clone().unwrap_or_else(|| title(image, entry)),
            component: self.planned.component,
            files: image.files.iter().map(path).collect(),
            file_count: None,
            series: None,
            biosamples: entry.biosamples.clone(),
            specimens: entry.specimens.clone(),
            acquisitions: entry.acquisitions.clone(),
            channels,
            counted: image.counted.clone(),
            pixels: None,
            scale,
            additional: self.additional(image),
        }
    }

    /// What is said of the entry, of the files' names, and in file lists where all its files agree.
    fn additional(&self, image: &PlannedImage) -> Vec<Property> {
        let mut additional = self.planned.entry.additional.clone();
        additional.extend(image.values.iter().cloned());
        let columns = |file: &usize| {
            self.columns
                .get(file)
                .map(Vec::as_slice)
                .unwrap_or_default()
        };
        let Some((first, others)) = image.files.split_first() else {
            return additional;
        };
        // they say each of its images what is about it
        if self.rows_of(image).is_some() {
            return additional;
        }
        let agreed = columns(first)
            .iter()
            .filter(|said| others.iter().all(|other| columns(other).contains(said)));
        additional.extend(agreed.map(|(name, value)| Property {
            name: name.clone(),
            value: value.clone(),
        }));
        additional
    }
}

fn properties(columns: &Columns) -> impl Iterator<Item = Property> {
    columns.iter().map(|(name, value)| Property {
        name: name.clone(),
        value: value.clone(),
    })
}

fn no_image(path: &str, why: &NoImage) -> String {
    match why {
        NoImage::Unreadable(error) => {
            format!("`{path}` is kept as a file and not as an image: {error}")
        }
        other => {
            let further = other
                .further()
                .map_or(String::new(), |further| format!(", {further}"));
            format!(
                "`{path}` is kept as a file and not as an image: it has no format that is read here{further}"
            )
        }
    }
}

/// What an image is called that has no title: by what tells it from the others of its pattern, else by its pattern or its file.
fn title(image: &PlannedImage, entry: &ImageEntry) -> String {
    if image.values.is_empty() {
        let by_pattern = match entry.grouping {
            Grouping::Pattern => title_of_pattern(&entry.files.name),
            Grouping::Single | Grouping::AllSeries => None,
        };
        if let Some(title) = by_pattern {
            return title;
        }
        return image.key.rsplit('/').next().unwrap_or_default().to_owned();
    }
    image
        .values
        .iter()
        .map(|value| format!("{} {}", value.name, value.value))
        .collect::<Vec<_>>()
        .join(", ")
}

/// What stands in a pattern beside the planes, channels and time points that its files are counted by: `embryo` of
/// `embryo_t{t}_c{c}.tif`, and the folder where the names of its files are nothing but these.
fn title_of_pattern(pattern: &str) -> Option<String> {
    let (folder, name) = pattern.rsplit_once('/').unwrap_or(("", pattern));
    let (name, _) = name.rsplit_once('.').unwrap_or((name, ""));
    let mut rest = name.strip_suffix(".ome").unwrap_or(name);
    let mut title = String::new();
    while let Some((before, field)) = rest.split_once('{') {
        title += without_axis(before);
        (_, rest) = field.split_once('}')?;
    }
    title += rest;
    let folder = folder.rsplit('/').next().unwrap_or_default();
    let titles = [title.as_str(), folder].map(|title| title.trim_matches(SEPARATORS));
    let mut titles = titles.into_iter();
    let found = titles.find(|title| !title.is_empty() && !title.contains(['{', '}']));
    found.map(str::to_owned)
}

const SEPARATORS: [char; 4] = ['_', '-', '.', ' '];

/// A part of a name without the letter of an axis at its end: `embryo` of `embryo_t`.
fn without_axis(text: &str) -> &str {
    for letters in ["ch", "t", "c", "z"] {
        let Some(length) = text.len().checked_sub(letters.len()) else {
            continue;
        };
        let Some((before, end)) = text.split_at_checked(length) else {
            continue;
        };
        if end.eq_ignore_ascii_case(letters) && !before.ends_with(char::is_alphanumeric) {
            return before.trim_end_matches(SEPARATORS);
        }
    }
    text
}

fn looks_like_image(path: &str) -> bool {
    crate::deposit::media_type::by_name(path).is_some_and(|promised| promised.starts_with("image/"))
}

impl Remarks {
    fn findings(self, entry: &ImageEntry) -> Vec<Finding> {
        let warning = |message: String| entry.files.warning(message);
        let mut findings = Vec::new();
        for messages in [
            self.no_images,
            self.not_converted,
            self.different,
            self.parts,
            self.odd,
            self.contradictions,
        ] {
            findings.extend(at_most(messages, warning));
        }
        let error = |message: String| entry.files.error(message);
        findings.extend(at_most(self.not_now, error));
        let further = NoImage::WithoutConverter.further().unwrap_or_default();
        for (paths, further) in [
            (self.no_format, String::new()),
            (self.without_converter, format!(", {further}")),
        ] {
            let series = match entry.grouping {
                Grouping::AllSeries => {
                    "is one image: its format is not read here, so the series in it are not told apart and their sizes not known"
                }
                _ => "is an image whose sizes are not known: its format is not read here",
            };
            let messages = paths
                .iter()
                .map(|path| format!("`{path}` {series}{further}"));
            findings.extend(at_most(messages.collect(), warning));
        }
        findings
    }
}
