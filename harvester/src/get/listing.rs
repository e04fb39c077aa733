//! The list of a study's files, as the signed record states it, and which of them are wanted.

use anyhow::{Context, bail, ensure};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use protocol::digest::Digest;
use protocol::identifier::Accession;
use protocol::manifest::{self, ManifestRow, images_in};
use url::Url;

use super::Untrue;
use super::portal::Asked;
use super::vouched::Vouched;
use crate::fetch::Fetch;

/// The longest list of files that is taken: three million files of a line of 170 bytes.
const MOST_LIST: u64 = 512 << 20;

/// The list, and the base that it came from.
#[derive(Debug)]
pub(super) struct Listing {
    pub bytes: Vec<u8>,
    pub base: Url,
}

impl Listing {
    /// All rows of it.
    ///
    /// # Errors
    /// When it is no list of files, although it was signed.
    pub fn rows(&self) -> anyhow::Result<Vec<ManifestRow>> {
        manifest::parse(&self.bytes)
            .with_context(|| Untrue("the list of files that was signed is none".to_owned()))
    }
}

/// Fetches the list of files from the first base that has the one that was signed.
///
/// # Errors
/// When the study has no files of its own, nobody has the list, or what they have is not what was signed.
pub(super) async fn list(
    vouched: &Vouched,
    fetch: &dyn Fetch,
    retries: u32,
) -> anyhow::Result<Listing> {
    let id = &vouched.id;
    let Some(signed) = &vouched.study.manifest else {
        match &vouched.study.data_at {
            Some(place) => bail!(
                "{id} is a description of data that are elsewhere: they are at {}, where their archive says how to fetch them",
                crate::roster::commands::shown(place)
            ),
            None => bail!("{id} has no files, and does not say where its data are"),
        }
    };
    let signed =
        Digest::parse(signed).context("the record states no SHA-256 of its list of files")?;
    let mut wrong = None;
    for base in &vouched.bases {
        let asked = Asked {
            fetch,
            base,
            retries,
        };
        match asked.needed(&format!("id/{id}/files.tsv"), MOST_LIST).await {
            Ok(bytes) if Digest::of(&bytes) == signed => {
                return Ok(Listing {
                    bytes,
                    base: base.clone(),
                });
            }
            Ok(bytes) => {
                let found = Digest::of(&bytes);
                wrong = Some(anyhow::Error::new(Untrue(format!(
                    "the list of files at {base}id/{id}/files.tsv is not the one that was signed: its SHA-256 is {found}, and the signed record says {signed}"
                ))));
            }
            Err(error) => wrong = wrong.or(Some(error)),
        }
    }
    let name = &vouched.member.name;
    Err(wrong.unwrap_or_else(|| {
        anyhow::anyhow!(
            "the roster gives {name} no address, and nobody else keeps the files of {id}"
        )
    }))
    .with_context(|| format!("the files of {id} cannot be had from {name}"))
}

/// What is wanted of a list.
#[derive(Debug)]
pub(super) struct Wanted {
    patterns: Option<GlobSet>,
    image: Option<Accession>,
}

impl Wanted {
    /// Files whose path fits one of these patterns, or all where there is none; of this image, where one is named.
    ///
    /// # Errors
    /// When a pattern is none.
    pub fn new(patterns: &[String], image: Option<Accession>) -> anyhow::Result<Self> {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            // a star goes over folders, as a shell's does in a name: *.tif is every TIFF
            let glob = GlobBuilder::new(pattern).backslash_escape(true).build();
            set.add(glob.with_context(|| {
                format!("{pattern:?} is no pattern of files; give one like '*.tif' or 'plate1/*'")
            })?);
        }
        Ok(Self {
            patterns: (!patterns.is_empty()).then(|| set.build()).transpose()?,
            image,
        })
    }

    /// The rows of a list that are wanted.
    ///
    /// # Errors
    /// When there are rows, and none of them is wanted.
    pub fn of<'list>(&self, list: &'list [ManifestRow]) -> anyhow::Result<Vec<&'list ManifestRow>> {
        let mut rows: Vec<&ManifestRow> = list.iter().collect();
        if rows.is_empty() {
            return Ok(rows);
        }
        if let Some(image) = &self.image {
            // a file may hold several images
            rows.retain(|row| {
                let mut images = row.image.iter().flat_map(|column| images_in(column));
                images.any(|id| id == image.as_str())
            });
            ensure!(
                !rows.is_empty(),
                "the newest version of its study lists no file of {image}"
            );
        }
        if let Some(patterns) = &self.patterns {
            rows.retain(|row| patterns.is_match(row.path.as_str()));
            ensure!(
                !rows.is_empty(),
                "no file fits what --only asks for; leave it out to fetch all"
            );
        }
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use protocol::relative_path::RelPath;

    use super::*;

    fn list() -> Vec<ManifestRow> {
        let row = |path: &str, image: Option<&str>| ManifestRow {
            path: RelPath::parse(path).unwrap(),
            bytes: 1,
            sha256: Digest::of(b"x"),
            media_type: "image/tiff".to_owned(),
            image: image.map(str::to_owned),
            columns: Vec::new(),
        };
        vec![
            row("a/1.tif", Some("DND-S1-I1")),
            row("a/2.tif", Some("DND-S1-I2")),
            row("a/shared.lif", Some("DND-S1-I2 DND-S1-I3 DND-S1-I31")),
            row("b/notes.csv", None),
        ]
    }

    fn wanted(patterns: &[&str], image: Option<&str>) -> anyhow::Result<Vec<String>> {
        let patterns: Vec<String> = patterns.iter().map(|text| text.to_string()).collect();
        let image = image.map(|image| Accession::parse(image).unwrap());
        let list = list();
        let rows = Wanted::new(&patterns, image)?.of(&list)?;
        Ok(rows.iter().map(|row| row.path.to_string()).collect())
    }

    #[test]
    fn patterns_and_images_choose_files() {
        assert_eq!(wanted(&[], None).unwrap().len(), 4);
        assert_eq!(wanted(&["*.tif"], None).unwrap(), ["a/1.tif", "a/2.tif"]);
        assert_eq!(
            wanted(&["a/1*", "b/*"], None).unwrap(),
            ["a/1.tif", "b/notes.csv"]
        );
        assert_eq!(wanted(&[], Some("DND-S1-I1")).unwrap(), ["a/1.tif"]);
    }

    #[test]
    fn a_file_that_holds_several_images_belongs_to_each_of_them() {
        assert_eq!(
            wanted(&[], Some("DND-S1-I2")).unwrap(),
            ["a/2.tif", "a/shared.lif"]
        );
        assert_eq!(wanted(&[], Some("DND-S1-I3")).unwrap(), ["a/shared.lif"]);
        assert_eq!(wanted(&["*.tif"], Some("DND-S1-I2")).unwrap(), ["a/2.tif"]);
    }

    #[test]
    fn a_list_is_read_back_and_what_is_none_is_untrue() {
        let listing = |bytes| Listing {
            bytes,
            base: Url::parse("https://x.example/").unwrap(),
        };
        let good = listing(manifest::write(&list()).unwrap());
        assert_eq!(good.rows().unwrap(), list());
        let bad = listing(b"none\n".to_vec()).rows().unwrap_err();
        assert!(bad.is::<Untrue>(), "{bad:#}");
    }

    #[test]
    fn what_asks_for_nothing_says_so() {
        for (patterns, image, words) in [
            (["*.png"].as_slice(), None, "--only"),
            (["[a"].as_slice(), None, "no pattern"),
            (
                [].as_slice(),
                Some("DND-S1-I9"),
                "lists no file of DND-S1-I9",
            ),
        ] {
            let said = format!("{:#}", wanted(patterns, image).unwrap_err());
            assert!(said.contains(words), "{said}");
        }
    }
}
