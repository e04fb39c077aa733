//! Turtle (W3C RDF 1.1 Turtle), for reading.

use oxttl::TurtleSerializer;
use protocol::record::Record;

use super::{FormatError, in_reading_order, prefixes_of, triple};

/// A record as Turtle, with those prefixes of docs/METADATA.md that it uses.
///
/// # Errors
/// None for any record that can be made; the serialiser's own are passed on.
pub fn turtle(record: &Record) -> Result<String, FormatError> {
    let mut serializer = TurtleSerializer::new();
    let prefixes = prefixes_of(record);
    for (prefix, namespace) in &prefixes {
        serializer = serializer
            .with_prefix(*prefix, *namespace)
            .expect("namespaces of ontologies::schema are IRIs");
    }
    let mut writer = serializer.for_writer(Vec::new());
    let failed = |source| FormatError {
        format: "Turtle",
        source,
    };
    for statement in in_reading_order(record) {
        writer
            .serialize_triple(triple(&statement))
            .map_err(failed)?;
    }
    let bytes = writer.finish().map_err(failed)?;
    let text = String::from_utf8(bytes).map_err(|error| failed(std::io::Error::other(error)))?;
    Ok(with_sorted_header(&text, prefixes.len()))
}

/// The serialiser keeps its prefixes in a hash map and writes them in an order that changes from run to run, one a line
/// at the top; the same record is to be the same Turtle.
fn with_sorted_header(text: &str, prefixes: usize) -> String {
    let mut lines = text.split_inclusive('\n');
    let mut header: Vec<&str> = lines.by_ref().take(prefixes).collect();
    header.sort_unstable();
    header.into_iter().chain(lines).collect()
}
