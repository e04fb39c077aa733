//! Small RO-Crates, whole and broken.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The descriptor and a root dataset that a node publishes as catalogued.
pub fn detached(identifier: &str) -> Value {
    let address = format!("https://archive.example.org/studies/{identifier}");
    json!({
        "@context": "https://w3id.org/ro/crate/1.2/context",
        "@graph": [
            {
                "@id": "ro-crate-metadata.json",
                "@type": "CreativeWork",
                "conformsTo": {"@id": "https://w3id.org/ro/crate/1.2"},
                "about": {"@id": address}
            },
            {
                "@id": address,
                "@type": "Dataset",
                "identifier": identifier,
                "name": format!("Mitosis in a dish, {identifier}"),
                "description": "Two thousand divisions of human cells, followed from prophase to the abscission of the bridge.",
                "license": {"@id": "https://creativecommons.org/publicdomain/zero/1.0/"},
                "datePublished": "2024-05-06",
                "author": [{"@id": "#author"}]
            },
            {"@id": "#author", "@type": "Person", "name": "Ada Example"}
        ]
    })
}

/// The root dataset of [`detached`].
pub fn root(document: &mut Value) -> &mut Value {
    &mut document["@graph"][1]
}

/// Writes a document into a file below `folder`.
pub fn write(folder: &Path, name: &str, document: &Value) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, serde_json::to_vec_pretty(document).unwrap()).unwrap();
    path
}

/// Writes a zip whose members have exactly these names.
pub fn zip(path: &Path, members: &[(&str, &[u8])]) {
    let mut writer = ZipWriter::new(File::create(path).unwrap());
    for (name, bytes) in members {
        // `start_file` mends names that leave the folder; a stranger's program does not
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap();
}

/// The metadata of a crate that lies in a folder or zip with one picture, `one.tif`.
pub fn attached(identifier: &str) -> Vec<u8> {
    let mut document = detached(identifier);
    document["@graph"][0]["about"] = json!({"@id": "./"});
    let root = root(&mut document);
    root["@id"] = json!("./");
    root["hasPart"] = json!([{"@id": "one.tif"}]);
    let graph = document["@graph"].as_array_mut().unwrap();
    graph.push(json!({"@id": "one.tif", "@type": "File", "encodingFormat": "image/tiff"}));
    serde_json::to_vec_pretty(&document).unwrap()
}
