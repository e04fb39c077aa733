//! From a name or glob of the study file to files of the folder.

use globset::{GlobBuilder, GlobMatcher};

use crate::deposit::study_file::Named;
use crate::finding::Finding;
use crate::relative_path::RelPath;

use super::listing::Listing;
use super::plan::at_most;

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Chosen {
    /// A file, by its place in the listing.
    File(usize),
    /// A folder `….zarr`, which is one image.
    Zarr(String),
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looking {
    /// Images: a `.zarr` folder is one, and the files in it are none.
    ForImages,
    /// Files, in whatever folder.
    ForFiles,
}

/// A name that exists is that file; else it is a glob, in which `*` stays within a folder, `**` does not, and
/// neither finds what is hidden (a name that begins with `.`) unless the glob says so itself.
pub(super) fn select(
    listing: &Listing,
    named: &Named,
    looking: Looking,
    findings: &mut Vec<Finding>,
) -> Vec<Chosen> {
    let path = match RelPath::parse(&named.name) {
        Ok(path) => path,
        Err(error) => {
            findings.push(named.error(error.to_string()));
            return Vec::new();
        }
    };
    if let Some(chosen) = exactly(listing, path.as_str(), looking) {
        return vec![chosen];
    }
    if let Some((part, reason)) = listing.why_unusable(path.as_str()) {
        findings.push(named.error(format!("`{part}` cannot be deposited: {reason}")));
        return Vec::new();
    }
    if !is_glob(path.as_str()) {
        findings.push(named.error(why_missing(listing, path.as_str())));
        return Vec::new();
    }
    match Glob::parse(path.as_str()) {
        Ok(glob) => glob.select(listing, named, looking, findings),
        Err(error) => {
            findings.push(named.error(format!("`{path}` is not a glob: {error}")));
            Vec::new()
        }
    }
}

/// The file or image of exactly this path.
pub(super) fn exactly(listing: &Listing, path: &str, looking: Looking) -> Option<Chosen> {
    if looking == Looking::ForImages && listing.zarrs.contains(path) {
        return Some(Chosen::Zarr(path.to_owned()));
    }
    listing.file(path).map(Chosen::File)
}

/// What to say of a path that is no file.
pub(super) fn why_missing(listing: &Listing, path: &str) -> String {
    if listing.is_folder(path) {
        return format!("`{path}` is a folder; write `{path}/**` for what is in it");
    }
    why_absent(listing, path)
}

/// What to say of a path in a row of a file list that is no file: a row is about one file, or about images of an OME-Zarr.
pub(super) fn why_no_row(listing: &Listing, path: &str) -> String {
    if let Some(whole) = listing.zarr_around(path) {
        let inside = &path[whole.len() + 1..];
        return format!(
            "there is no `{inside}` in `{whole}`; a row names the whole, one of its wells (`{whole}/A/1`) or one of their fields (`{whole}/A/1/0`)"
        );
    }
    if listing.is_folder(path) {
        return format!(
            "`{path}` is a folder, and a row is about one file; give each file in it a row"
        );
    }
    why_absent(listing, path)
}

fn why_absent(listing: &Listing, path: &str) -> String {
    match listing.in_other_capitals(path) {
        Some(other) => {
            format!("there is no file `{path}` in the study's folder; there is `{other}`")
        }
        None => format!("there is no file `{path}` in the study's folder"),
    }
}

fn is_glob(name: &str) -> bool {
    name.contains(['*', '?', '[', '{'])
}

struct Glob {
    matcher: GlobMatcher,
    /// Every match begins with it.
    prefix: String,
    hidden: bool,
}

impl Glob {
    fn parse(text: &str) -> Result<Glob, String> {
        let glob = GlobBuilder::new(text)
            .literal_separator(true)
            .build()
            .map_err(|error| error.kind().to_string())?;
        let literal = text.find(['*', '?', '[', '{']).unwrap_or(text.len());
        Ok(Glob {
            matcher: glob.compile_matcher(),
            prefix: text[..literal].to_owned(),
            hidden: is_hidden(text),
        })
    }

    fn matches(&self, path: &str) -> bool {
        (self.hidden || !is_hidden(path)) && self.matcher.is_match(path)
    }

    fn select(
        &self,
        listing: &Listing,
        named: &Named,
        looking: Looking,
        findings: &mut Vec<Finding>,
    ) -> Vec<Chosen> {
        let in_image =
            |path: &str| looking == Looking::ForImages && listing.zarr_around(path).is_some();
        let mut chosen: Vec<Chosen> = listing
            .beginning_with(&self.prefix)
            .filter(|place| {
                let path = listing.files[*place].path.as_str();
                self.matches(path) && !in_image(path)
            })
            .map(Chosen::File)
            .collect();
        if looking == Looking::ForImages {
            let mut zarrs: Vec<&String> = listing
                .zarrs
                .iter()
                .filter(|zarr| self.matches(zarr))
                .collect();
            zarrs.sort();
            chosen.extend(zarrs.into_iter().cloned().map(Chosen::Zarr));
        }
        let mut refused: Vec<(&String, &String)> = listing
            .unusable
            .iter()
            .filter(|(path, _)| self.matches(path))
            .collect();
        refused.sort();
        if chosen.is_empty() && refused.is_empty() {
            findings.push(named.error(format!(
                "no file of the study's folder fits `{}`",
                named.name
            )));
        }
        let refused = refused
            .iter()
            .map(|(path, reason)| format!("`{path}` cannot be deposited: {reason}"));
        findings.extend(at_most(refused.collect(), |message| named.error(message)));
        chosen
    }
}

/// Whether a part of a path begins with a dot.
fn is_hidden(path: &str) -> bool {
    path.starts_with('.') || path.contains("/.")
}
