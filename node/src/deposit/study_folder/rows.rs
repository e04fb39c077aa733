//! Rows of file lists about OME-Zarrs that hold several images: the wells and fields of a plate.
//!
//! A row says something of all images there, of those in a folder (`plate.zarr/A/1`, `plate.zarr/A/1/0`), or, where it names the
//! whole and a well, of that well's. Which images there are is known only once the OME-Zarr was read, so rows wait here until then.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashSet};

use crate::deposit::imaging::ImagedOne;
use crate::study::Property;
use crate::study::plate::{FIELD, PLATE, WELL, Well, field_number};

use super::listing::Listing;
use super::plan::Columns;

/// Metadata of a group or an array of Zarr: a row that names it is a row about its folder.
const METADATA: [&str; 4] = ["zarr.json", ".zattrs", ".zgroup", ".zarray"];

/// Wells or fields that are named where one is asked for that there is not.
const MOST_NAMED: usize = 12;

/// An OME-Zarr, and which of its images are meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The folder `….zarr`, or the zip.
    pub whole: String,
    /// The folder in it; empty for the whole.
    pub inside: String,
    /// Whether the row names the metadata file of that folder, not the folder.
    pub is_metadata: bool,
}

impl Place {
    /// The place that a path names; none for a file that is no OME-Zarr and no metadata in one, and for what is not there.
    pub fn of(listing: &Listing, path: &str) -> Option<Place> {
        let place = |whole: &str, inside: &str, is_metadata| Place {
            whole: whole.to_owned(),
            inside: inside.to_owned(),
            is_metadata,
        };
        if listing.zarrs.contains(path) || is_zip(path) && listing.file(path).is_some() {
            return Some(place(path, "", false));
        }
        if let Some(whole) = listing.zarr_around(path) {
            let inside = &path[whole.len() + 1..];
            if listing.is_folder(path) {
                return Some(place(whole, inside, false));
            }
            listing.file(path)?;
            let (folder, name) = inside.rsplit_once('/').unwrap_or(("", inside));
            return METADATA.contains(&name).then(|| place(whole, folder, true));
        }
        // what is in a zip is not listed
        let mut ends = path.match_indices('/').map(|(end, _)| end);
        let end =
            ends.find(|end| is_zip(&path[..*end]) && listing.file(&path[..*end]).is_some())?;
        Some(place(&path[..end], &path[end + 1..], false))
    }
}

fn is_zip(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    path.ends_with(".zip") || path.ends_with(".ozx")
}

/// What the rows of file lists say of the images of one OME-Zarr.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// By how closely they say what they are about: the whole first.
    rows: BTreeMap<About, Row>,
}

/// Which of the images a row is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    All,
    /// A well, and a field in it.
    Well(String, Option<String>),
    /// Whatever is in this folder.
    Folder(String),
}

#[derive(Debug)]
struct Row {
    line: u64,
    /// The place of its file list among those of the plan.
    list: usize,
    columns: Columns,
    is_metadata: bool,
}

/// A row that is about nothing: its list, its line, and why.
pub(super) struct Idle {
    pub list: usize,
    pub line: u64,
    pub why: String,
}

impl Rows {
    /// Adds a row. Gives whether it is about the whole.
    ///
    /// # Errors
    /// Where another row is about the same.
    pub fn add(
        &mut self,
        place: &Place,
        columns: Columns,
        list: usize,
        line: u64,
    ) -> Result<bool, String> {
        let about = About::of(place, &columns);
        let is_about_all = about == About::All;
        let row = Row {
            line,
            list,
            columns,
            is_metadata: place.is_metadata,
        };
        match self.rows.entry(about) {
            Entry::Vacant(entry) => drop(entry.insert(row)),
            // a folder has two files of metadata in Zarr 2
            Entry::Occupied(mut entry) if row.is_metadata || entry.get().is_metadata => {
                let known = &mut entry.get_mut().columns;
                for (name, value) in row.columns {
                    if known.iter().all(|(other, _)| *other != name) {
                        known.push((name, value));
                    }
                }
            }
            Entry::Occupied(entry) => {
                let twice = entry.key().in_words(&place.whole);
                return Err(format!("{twice} is in a file list already"));
            }
        }
        Ok(is_about_all)
    }

    /// What the only row says, where there is one.
    pub fn only(&self) -> Option<&Columns> {
        let mut rows = self.rows.values();
        rows.next()
            .filter(|_| self.rows.len() == 1)
            .map(|row| &row.columns)
    }

    /// Adds what the rows say of an image, which is one of these. Of two rows that say a thing the one counts that is about fewer
    /// images.
    pub fn said(&self, one: &ImagedOne, all: &[ImagedOne]) -> Columns {
        let mut names = HashSet::new();
        let rows = self.about(one, is_plate(all));
        let columns = rows.into_iter().flat_map(|row| &row.columns);
        columns
            .filter(|(name, _)| names.insert(name))
            .cloned()
            .collect()
    }

    /// The rows about an image, the closest first.
    fn about(&self, one: &ImagedOne, is_plate: bool) -> Vec<&Row> {
        let mut found = Vec::new();
        let inside = one
            .series
            .as_ref()
            .and_then(|series| series.path.as_deref());
        let mut folder = inside.unwrap_or_default();
        while !folder.is_empty() {
            found.extend(self.rows.get(&About::Folder(folder.to_owned())));
            folder = folder.rsplit_once('/').map_or("", |(outer, _)| outer);
        }
        if is_plate {
            if let Some((well, field)) = place_of(one) {
                found.extend(self.rows.get(&About::Well(well.clone(), field)));
                found.extend(self.rows.get(&About::Well(well, None)));
            }
        } else {
            // without wells of its own it is where the row says, all of it
            let wells = self.rows.iter().filter(|(about, _)| about.is_well());
            found.extend(wells.map(|(_, row)| row).take(1));
        }
        found.extend(self.rows.get(&About::All));
        found
    }

    /// The rows that are about none of the images that there are.
    pub fn idle(&self, whole: &str, all: &[ImagedOne]) -> Vec<Idle> {
        let is_plate = is_plate(all);
        let lines = |one| self.about(one, is_plate).into_iter();
        let used: HashSet<(usize, u64)> = all
            .iter()
            .flat_map(lines)
            .map(|row| (row.list, row.line))
            .collect();
        let there = There::of(all);
        let idle = self.rows.iter().filter(|(about, row)| {
            // a list of all files names metadata of arrays too
            !used.contains(&(row.list, row.line)) && !row.is_metadata && **about != About::All
        });
        idle.map(|(about, row)| Idle {
            list: row.list,
            line: row.line,
            why: about.why_idle(whole, &there),
        })
        .collect()
    }
}

impl About {
    fn of(place: &Place, columns: &Columns) -> About {
        let said = |name: &str| {
            let mut columns = columns.iter();
            columns.find_map(|(column, value)| (column == name).then_some(value.as_str()))
        };
        match (place.inside.as_str(), said(WELL)) {
            ("", Some(well)) => About::Well(well_name(well), said(FIELD).map(field_name)),
            ("", None) => About::All,
            (inside, _) => About::Folder(inside.to_owned()),
        }
    }

    fn is_well(&self) -> bool {
        matches!(self, About::Well(..))
    }

    /// `the well B03 of `plate.zarr``.
    fn in_words(&self, whole: &str) -> String {
        match self {
            About::All => format!("`{whole}`"),
            About::Folder(folder) => format!("`{whole}/{folder}`"),
            About::Well(well, None) => format!("the well {well} of `{whole}`"),
            About::Well(well, Some(field)) => {
                format!("the field {field} of the well {well} of `{whole}`")
            }
        }
    }

    fn why_idle(&self, whole: &str, there: &There) -> String {
        match self {
            About::All => format!("`{whole}` holds no image"),
            About::Folder(folder) => format!(
                "`{whole}` has no image in `{folder}`; name one of its wells (`{whole}/A/1`) or of their fields (`{whole}/A/1/0`)"
            ),
            About::Well(..) if there.fields.is_empty() => format!(
                "`{whole}` says nothing of wells, so one row can say where it was taken, and another does"
            ),
            About::Well(well, field) => match (there.fields.get(well), field) {
                (Some(fields), Some(field)) => format!(
                    "the well {well} of `{whole}` has no field {field}; it has {}",
                    some_of(fields)
                ),
                _ => {
                    let wells: Vec<&String> = there.fields.keys().collect();
                    format!("`{whole}` has no well {well}; it has {}", some_of(&wells))
                }
            },
        }
    }
}

/// The fields of each well that there is, as the files say.
struct There {
    fields: BTreeMap<String, Vec<String>>,
}

impl There {
    fn of(images: &[ImagedOne]) -> There {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (well, field) in images.iter().filter_map(place_of) {
            fields.entry(well).or_default().extend(field);
        }
        There { fields }
    }
}

fn is_plate(images: &[ImagedOne]) -> bool {
    images.iter().any(|one| !one.in_plate.is_empty())
}

/// Well and field of an image as its file has them.
fn place_of(one: &ImagedOne) -> Option<(String, Option<String>)> {
    let said = |name: &str| {
        let found = one.in_plate.iter().find(|property| property.name == name);
        found.map(|property| property.value.as_str())
    };
    Some((well_name(said(WELL)?), said(FIELD).map(field_name)))
}

/// `B03` for all ways to write it; what is no well as it is written.
fn well_name(text: &str) -> String {
    Well::parse(text).map_or_else(|_| text.trim().to_owned(), |well| well.to_string())
}

fn field_name(text: &str) -> String {
    field_number(text).map_or_else(|| text.trim().to_owned(), |field| field.to_string())
}

fn some_of(names: &[impl AsRef<str>]) -> String {
    let first = names.iter().take(MOST_NAMED).map(AsRef::as_ref);
    let first = first.collect::<Vec<&str>>().join(", ");
    match names.len().saturating_sub(MOST_NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// Where what is stated of an image's place in a plate is not what its file says: a sentence for each.
pub(super) fn differences(one: &ImagedOne, said: &[Property]) -> Vec<String> {
    let of_file = one.in_plate.iter();
    let differs = of_file.filter_map(|of_file| {
        let stated = said.iter().find(|stated| stated.name == of_file.name)?;
        let alike: fn(&str) -> String = match of_file.name.as_str() {
            WELL => well_name,
            FIELD => field_name,
            _ => |text| text.trim().to_owned(),
        };
        let is_same = stated.value.trim().is_empty() || alike(&stated.value) == alike(&of_file.value);
        let inside = one.series.as_ref().and_then(|series| series.path.as_deref());
        // the plate's name is the same for all of its images, and told once
        let whose = match inside.filter(|_| of_file.name != PLATE) {
            Some(inside) => format!(" of `{inside}`"),
            None => String::new(),
        };
        let (name, stated, of_file) = (&of_file.name, &stated.value, &of_file.value);
        (!is_same).then(|| {
            format!("the {name}{whose} is stated as {stated:?}, and the file says {of_file:?}; {stated:?} is kept")
        })
    });
    differs.collect()
}
