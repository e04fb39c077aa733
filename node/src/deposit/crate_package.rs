//! RO-Crates as packages on disk: a detached `.json`, a folder with `ro-crate-metadata.json`, a zip of such a folder.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::ro_crate::document::{self, MAX_BYTES};
use super::ro_crate::unzip::{Bounds, unzip};
use super::ro_crate::{self, ReadCrate};
use super::walk::CRATE_FILE;
use super::{Deposit, Found, Means, open_regular};
use crate::finding::Finding;
use crate::relative_path::RelPath;

/// Whether a JSON document has the outer form of a crate: an object with `@context` and a list `@graph`.
pub fn looks_like_crate(json: &Value) -> bool {
    document::looks_like_crate(json)
}

/// Reads a crate that is metadata alone, in a file of any name.
pub fn read_detached(path: &Path) -> Found {
    match read_bounded(fs::File::open(path)) {
        Ok(bytes) => found(path, &bytes, None),
        Err(finding) => unreadable(path, vec![finding]),
    }
}

/// Reads the crate in a folder, with its files.
pub fn read_folder(folder: &Path, means: Means<'_>) -> Found {
    read_in(folder, folder, means)
}

/// Reads the crate in a zip, at its top or in its only folder. It is unpacked into a new folder under the scratch folder,
/// which lives as long as the deposit.
pub fn read_zip(path: &Path, means: Means<'_>) -> Found {
    let unpacked = match unzip(path, means.scratch, Bounds::default()) {
        Ok(unpacked) => unpacked,
        Err(error) => return unreadable(path, vec![Finding::error("", error.to_string())]),
    };
    let folder = match crate_folder(unpacked.path()) {
        Ok(folder) => folder,
        Err(finding) => return unreadable(path, vec![finding]),
    };
    match read_in(path, &folder, means) {
        Found::Deposit(mut deposit) => {
            deposit.unpacked = Some(unpacked);
            Found::Deposit(deposit)
        }
        unreadable => unreadable,
    }
}

fn read_in(source: &Path, folder: &Path, means: Means<'_>) -> Found {
    let metadata = RelPath::parse(CRATE_FILE).map_err(io::Error::other);
    match read_bounded(metadata.and_then(|name| open_regular(folder, &name))) {
        Ok(bytes) => found(source, &bytes, Some((folder, means))),
        Err(finding) => unreadable(
            source,
            vec![Finding {
                path: CRATE_FILE.to_owned(),
                ..finding
            }],
        ),
    }
}

fn found(source: &Path, bytes: &[u8], folder: Option<(&Path, Means<'_>)>) -> Found {
    let json = match document::parse(bytes) {
        Ok(json) => json,
        Err(error) => return unreadable(source, vec![Finding::error("", error.to_string())]),
    };
    match ro_crate::read(json, source, folder) {
        Ok(ReadCrate {
            study,
            files,
            findings,
        }) => Found::Deposit(Box::new(Deposit {
            source: source.to_owned(),
            study,
            files,
            findings,
            unpacked: None,
        })),
        Err(findings) => unreadable(source, findings),
    }
}

fn unreadable(source: &Path, findings: Vec<Finding>) -> Found {
    Found::Unreadable {
        source: source.to_owned(),
        findings,
    }
}

/// The bytes of a metadata file, if they are not too many.
fn read_bounded(file: io::Result<fs::File>) -> Result<Vec<u8>, Finding> {
    let mut bytes = Vec::new();
    file.and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| Finding::error("", format!("it cannot be read: {error}")))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Finding::error(
            "",
            format!(
                "it is larger than the {MAX_BYTES} bytes that are read as the metadata of a crate"
            ),
        ));
    }
    Ok(bytes)
}

/// Where the crate is in what was unpacked.
fn crate_folder(unpacked: &Path) -> Result<PathBuf, Finding> {
    if unpacked.join(CRATE_FILE).is_file() {
        return Ok(unpacked.to_owned());
    }
    let failed =
        |error: io::Error| Finding::error("", format!("the zip cannot be looked into: {error}"));
    let mut folders = Vec::new();
    for entry in fs::read_dir(unpacked).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        // what some systems add beside the folder that was packed
        if entry.file_name() != OsStr::new("__MACOSX")
            && entry.file_name() != OsStr::new(".DS_Store")
        {
            folders.push(entry.path());
        }
    }
    match &folders[..] {
        [only] if only.join(CRATE_FILE).is_file() => Ok(only.clone()),
        _ => Err(Finding::error(
            "",
            format!(
                "the zip holds no {CRATE_FILE}, neither at its top nor in its only folder; pack the crate's folder"
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::io::Write;
    use std::sync::LazyLock;

    use serde_json::json;
    use tempfile::TempDir;
    use zip::write::SimpleFileOptions;

    use super::*;

    /// A grey PNG of 2 × 1 pixels.
    static PNG: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let mut bytes = io::Cursor::new(Vec::new());
        image::GrayImage::new(2, 1)
            .write_to(&mut bytes, image::ImageFormat::Png)
            .unwrap();
        bytes.into_inner()
    });

    /// The metadata of a crate with files, its dataset having these parts.
    fn metadata(parts: Value, entities: Value) -> Vec<u8> {
        let mut graph = vec![
            json!({"@id": "ro-crate-metadata.json", "@type": "CreativeWork", "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"}, "about": {"@id": "./"}}),
            json!({"@id": "./", "@type": "Dataset", "identifier": "S-1", "name": "Whole study", "hasPart": parts, "about": {"@id": "#sample"}}),
            json!({"@id": "#sample", "@type": "BioSample", "name": "Sample"}),
        ];
        graph.extend(entities.as_array().unwrap().clone());
        json!({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph})
            .to_string()
            .into_bytes()
    }

    fn folder(parts: Value, entities: Value, files: &[(&str, &[u8])]) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(CRATE_FILE), metadata(parts, entities)).unwrap();
        for (path, bytes) in files {
            let target = folder.path().join(path);
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::write(target, bytes).unwrap();
        }
        folder
    }

    fn deposit(found: Found) -> Deposit {
        match found {
            Found::Deposit(deposit) => *deposit,
            Found::Unreadable { findings, .. } => panic!("{findings:?}"),
        }
    }

    fn unreadable(found: Found) -> String {
        match found {
            Found::Unreadable { findings, .. } => findings
                .into_iter()
                .map(|finding| finding.message)
                .collect(),
            Found::Deposit(deposit) => panic!("{deposit:?}"),
        }
    }

    fn errors(deposit: &Deposit) -> Vec<&str> {
        deposit
            .findings
            .iter()
            .filter(|finding| finding.is_error())
            .map(|finding| finding.message.as_str())
            .collect()
    }

    #[test]
    fn files_become_images_components_and_files() {
        let folder = folder(
            json!([{"@id": "top%20image.png"}, {"@id": "wt/"}, {"@id": "table.csv"}]),
            json!([
                {"@id": "top%20image.png", "@type": "File", "name": "Top", "encodingFormat": "image/png", "about": {"@id": "#sample"}, "objective": "63x"},
                {"@id": "wt/", "@type": "Dataset", "name": "Wild type", "hasPart": {"@id": "wt/1.png"}},
                {"@id": "wt/1.png", "@type": "File"},
                {"@id": "table.csv", "@type": "File", "name": "Measures", "encodingFormat": ["text/csv", {"@id": "https://www.nationalarchives.gov.uk/PRONOM/x-fmt/18"}]},
            ]),
            &[
                ("top image.png", &PNG),
                ("wt/1.png", &PNG),
                ("wt/2.png", &PNG),
                ("table.csv", b"a,b"),
                ("notes.txt", b"n"),
                ("ro-crate-preview.html", b"<p>x@y.example</p>"),
                (".hidden", b""),
            ],
        );
        let deposit = deposit(read_folder(folder.path(), Means::of(folder.path())));
        assert_eq!(errors(&deposit), [""; 0]);
        let study = &deposit.study;
        assert_eq!(
            study.source.format,
            crate::study::PackageFormat::AttachedCrate
        );
        assert_eq!(study.data_at, None);
        let paths: Vec<&str> = deposit
            .files
            .iter()
            .map(|file| file.path.as_str())
            .collect();
        assert_eq!(
            paths,
            [
                "notes.txt",
                "table.csv",
                "top image.png",
                "wt/1.png",
                "wt/2.png"
            ]
        );
        let images: Vec<_> = study
            .images
            .iter()
            .map(|image| {
                (
                    image.title.as_str(),
                    study.components[image.component].title.as_str(),
                )
            })
            .collect();
        assert_eq!(
            images,
            [
                ("Top", "Whole study"),
                ("1.png", "Wild type"),
                ("2.png", "Wild type")
            ]
        );
        assert_eq!(
            study.images[0]
                .pixels
                .as_ref()
                .map(|pixels| (pixels.size_x, pixels.size_y)),
            Some((2, 1))
        );
        assert_eq!(study.images[0].biosamples, ["#sample"]);
        assert_eq!(study.images[0].additional[0].value, "63x");
        let table = &deposit.files[1];
        assert_eq!(
            (table.media_type.as_str(), table.columns[0].1.as_str()),
            ("text/csv", "Measures")
        );
        assert!(
            table
                .columns
                .iter()
                .any(|(_, value)| value.contains("PRONOM"))
        );
        let messages: String = deposit
            .findings
            .iter()
            .map(|finding| finding.message.as_str())
            .collect();
        assert!(
            messages.contains("notes.txt") && messages.contains("1 hidden"),
            "{messages}"
        );
    }

    #[test]
    fn a_file_that_is_missing_or_outside_is_an_error() {
        let outside = folder(
            json!([{"@id": "../../etc/passwd"}, {"@id": "%2Fetc%2Fpasswd"}, {"@id": "gone.tif"}]),
            json!([]),
            &[("here.txt", b"x")],
        );
        let deposit = deposit(read_folder(outside.path(), Means::of(outside.path())));
        let errors = errors(&deposit);
        assert_eq!(errors.len(), 3);
        assert!(
            errors[0].contains("leave the study's folder")
                && errors[1].contains("absolute")
                && errors[2].contains("does not have it"),
            "{errors:?}"
        );
    }

    #[test]
    fn a_broken_image_is_kept_as_a_file() {
        let folder = folder(
            json!([{"@id": "a.png"}]),
            json!([{"@id": "a.png", "@type": ["File", "ImageObject"]}]),
            &[("a.png", b"\x89PNG\r\n\x1a\n")],
        );
        let deposit = deposit(read_folder(folder.path(), Means::of(folder.path())));
        assert_eq!((deposit.study.images.len(), deposit.files.len()), (0, 1));
        assert!(
            deposit
                .findings
                .iter()
                .any(|finding| finding.message.contains("kept as a file"))
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_and_names_that_are_not_utf8_are_errors() {
        use std::os::unix::ffi::OsStrExt;
        let folder = folder(json!([]), json!([]), &[("a.txt", b"a")]);
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link")).unwrap();
        fs::write(folder.path().join(OsStr::from_bytes(b"bad\xff.txt")), b"").unwrap();
        let deposit = deposit(read_folder(folder.path(), Means::of(folder.path())));
        let errors = errors(&deposit).join(" ");
        assert!(
            errors.contains("symbolic link") && errors.contains("not UTF-8"),
            "{errors}"
        );
    }

    #[test]
    fn a_folder_with_metadata_alone_is_catalogued() {
        let folder = folder(json!([]), json!([]), &[]);
        let deposit = deposit(read_folder(folder.path(), Means::of(folder.path())));
        assert!(deposit.study.is_catalogued() && deposit.files.is_empty());
    }

    #[test]
    fn a_zip_is_read_at_its_top_or_in_its_only_folder() {
        for prefix in ["", "my-crate/"] {
            let scratch = tempfile::tempdir().unwrap();
            let path = scratch.path().join("crate.zip");
            let mut writer = zip::ZipWriter::new(fs::File::create(&path).unwrap());
            let parts = metadata(
                json!([{"@id": "a.png"}]),
                json!([{"@id": "a.png", "@type": "File"}]),
            );
            for (name, bytes) in [(CRATE_FILE, parts.as_slice()), ("a.png", PNG.as_slice())] {
                writer
                    .start_file(format!("{prefix}{name}"), SimpleFileOptions::default())
                    .unwrap();
                writer.write_all(bytes).unwrap();
            }
            if !prefix.is_empty() {
                writer
                    .start_file("__MACOSX/._a.png", SimpleFileOptions::default())
                    .unwrap();
            }
            writer.finish().unwrap();
            let deposit = deposit(read_zip(&path, Means::of(scratch.path())));
            assert_eq!(
                (deposit.source.as_path(), deposit.study.images.len()),
                (path.as_path(), 1)
            );
            assert!(deposit.files[0].location.is_file());
            let unpacked = deposit.unpacked.as_ref().unwrap().path().to_owned();
            drop(deposit);
            assert!(!unpacked.exists());
        }
    }

    #[test]
    fn a_crate_without_any_identifier_is_known_again_once_it_was_remembered() {
        let scratch = tempfile::tempdir().unwrap();
        let file = scratch.path().join("nameless.json");
        let nameless = json!({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": [
            {"@id": "ro-crate-metadata.json", "about": {"@id": "./"}}, {"@id": "./", "@type": "Dataset"}]});
        fs::write(&file, nameless.to_string()).unwrap();
        let source = |found| deposit(found).study.source;
        let (first, second) = (source(read_detached(&file)), source(read_detached(&file)));
        assert!(!first.identifier_is_given && first.identifier != second.identifier);
        crate::deposit::remember_identifier(&file, &first.identifier).unwrap();
        assert_eq!(source(read_detached(&file)).identifier, first.identifier);
    }

    #[test]
    fn what_is_no_crate_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.json");
        let tried = |bytes: &[u8]| {
            fs::write(&file, bytes).unwrap();
            unreadable(read_detached(&file))
        };
        assert!(tried(b"").contains("empty"));
        assert!(tried(b"{not json").contains("not JSON"));
        assert!(tried(b"{\"type\": \"FeatureCollection\"}").contains("no RO-Crate"));
        assert!(tried("[".repeat(5000).as_bytes()).contains("127 levels"));
        assert!(
            unreadable(read_detached(&folder.path().join("absent.json")))
                .contains("cannot be read")
        );
        assert!(
            unreadable(read_folder(folder.path(), Means::of(folder.path())))
                .contains("cannot be read")
        );
        assert!(
            looks_like_crate(&json!({"@context": [], "@graph": []}))
                && !looks_like_crate(&json!({"@graph": []}))
        );
        let large = fs::File::create(&file).unwrap();
        large.set_len(MAX_BYTES + 1).unwrap();
        assert!(unreadable(read_detached(&file)).contains("larger than"));
    }
}
