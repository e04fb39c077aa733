//! Where an object lies in the root: OCFL extension 0003, hash and id n-tuple layout
//! (<https://ocfl.github.io/extensions/0003-hash-and-id-n-tuple-storage-layout.html>), with its defaults.

use protocol::digest::Digest;
use serde_json::{Value, json};

use crate::store::Key;

/// The registered name of the extension.
pub(super) const NAME: &str = "0003-hash-and-id-n-tuple-storage-layout";

const TUPLE_SIZE: usize = 3;
const NUMBER_OF_TUPLES: usize = 3;
const LONGEST_NAME: usize = 100;

/// The folder of an object in the root: three folders of three digits of the id's SHA-256, then the id itself, with what
/// is no letter, digit, `-` or `_` percent-encoded, cut at 100 characters and told apart by the whole digest where longer.
pub(super) fn folder(root: &Key, object_id: &str) -> Key {
    let digest = Digest::of(object_id.as_bytes()).to_string();
    let tuples =
        (0..NUMBER_OF_TUPLES).map(|tuple| &digest[tuple * TUPLE_SIZE..(tuple + 1) * TUPLE_SIZE]);
    tuples
        .fold(root.clone(), |folder, tuple| folder.part(tuple))
        .part(encapsulation(object_id, &digest))
}

fn encapsulation(object_id: &str, digest: &str) -> String {
    let mut name = String::new();
    for byte in object_id.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' {
            name.push(char::from(byte));
        } else {
            name.push_str(&format!("%{byte:02x}"));
        }
    }
    if name.len() > LONGEST_NAME {
        name.truncate(LONGEST_NAME);
        name = format!("{name}-{digest}");
    }
    name
}

/// The content of `extensions/<NAME>/config.json`.
pub(super) fn config() -> Value {
    json!({ "extensionName": NAME, "digestAlgorithm": "sha256", "tupleSize": TUPLE_SIZE, "numberOfTuples": NUMBER_OF_TUPLES })
}

/// The content of `ocfl_layout.json`.
pub(super) fn declaration() -> Value {
    let description = "A folder per object below three folders of three digits of the SHA-256 of its id; the folder's name is the id, percent-encoded";
    json!({ "extension": NAME, "description": description })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::folder;
    use crate::store::Key;

    #[test]
    fn ids_map_to_the_folders_that_the_extension_shows() {
        let hundred = "abcdefghij".repeat(10);
        let examples = [
            ("object-01", "3c0/ff4/240/object-01".to_owned()),
            (
                "..hor/rib:le-$id",
                "487/326/d8c/%2e%2ehor%2frib%3ale-%24id".to_owned(),
            ),
            (
                "..Hor/rib:lè-$id",
                "373/529/21a/%2e%2eHor%2frib%3al%c3%a8-%24id".to_owned(),
            ),
            (
                &format!("{hundred}a"),
                format!(
                    "5cc/73e/648/{hundred}-5cc73e648fbcff136510e330871180922ddacf193b68fdeff855683a01464220"
                ),
            ),
        ];
        for (id, expected) in examples {
            assert_eq!(
                folder(&Key::parse("ocfl").unwrap(), id).as_str(),
                format!("ocfl/{expected}")
            );
        }
    }
}
