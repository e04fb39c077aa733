//! The JSON form of an inventory (OCFL 1.1, section 3.5) and the digest beside it (section 3.6).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::marker::PhantomData;

use protocol::digest::Digest;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::inventory::{
    CONTENT, ContentPath, Inventory, InventoryError, User, Version, version_folder, version_number,
};
use super::sha512::Sha512Digest;
use crate::relative_path::RelPath;

/// The name of an inventory in the folder of an object or of a version.
pub(super) const INVENTORY: &str = "inventory.json";
/// The name of the file with the inventory's digest.
pub(super) const SIDECAR: &str = "inventory.json.sha512";

const TYPE: &str = "https://ocfl.io/1.1/spec/#inventory";
const DIGEST_ALGORITHM: &str = "sha512";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct InventoryJson {
    id: String,
    r#type: String,
    digest_algorithm: String,
    head: VersionName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content_directory: Option<String>,
    #[serde(default)]
    fixity: FixityJson,
    #[serde(deserialize_with = "without_repetition")]
    manifest: BTreeMap<Sha512Digest, Vec<ContentPath>>,
    #[serde(deserialize_with = "without_repetition")]
    versions: BTreeMap<VersionName, VersionJson>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct VersionJson {
    created: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<User>,
    #[serde(deserialize_with = "without_repetition")]
    state: BTreeMap<Sha512Digest, Vec<RelPath>>,
}

/// Other algorithms than sha256 may stand here and are ignored, as the specification allows (E028).
#[derive(Default, Serialize, Deserialize)]
struct FixityJson {
    #[serde(default, deserialize_with = "without_repetition")]
    sha256: BTreeMap<Digest, Vec<ContentPath>>,
}

/// `v3`; in an order in which `v10` follows `v9`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct VersionName(u64);

impl TryFrom<String> for VersionName {
    type Error = String;

    fn try_from(text: String) -> Result<VersionName, String> {
        version_number(&text)
            .map(VersionName)
            .ok_or_else(|| format!("{text:?} is not a version like v1 (E104, E105)"))
    }
}

impl From<VersionName> for String {
    fn from(name: VersionName) -> String {
        version_folder(name.0)
    }
}

impl Inventory {
    /// Parses an inventory and checks that it is consistent in itself.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn parse(bytes: &[u8]) -> Result<Inventory, InventoryError> {
        let json: InventoryJson = serde_json::from_slice(bytes)
            .map_err(|error| InventoryError(format!("it is not an inventory: {error}")))?;
        json.check_kind()?;
        let head = json.head.0;
        let mut versions = BTreeMap::new();
        for (name, version) in json.versions {
            versions.insert(name.0, version.into_version()?);
        }
        let sha256 = fixity(json.fixity)?;
        let manifest = json
            .manifest
            .into_iter()
            .map(|(digest, paths)| (digest, paths.into_iter().collect::<BTreeSet<_>>()))
            .collect();
        let inventory = Inventory {
            id: json.id,
            versions,
            manifest,
            sha256,
        };
        inventory.verify()?;
        if inventory.head() != head {
            return Err(InventoryError(format!(
                "its head is v{head}, its last version is v{} (E040)",
                inventory.head()
            )));
        }
        Ok(inventory)
    }

    /// The inventory's bytes: JSON on several lines, in an order that depends on nothing but its content.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut manifest: BTreeMap<Sha512Digest, Vec<ContentPath>> = BTreeMap::new();
        for (path, digest) in self.contents() {
            manifest.entry(*digest).or_default().push(path.clone());
        }
        let json = InventoryJson {
            id: self.id.clone(),
            r#type: TYPE.to_owned(),
            digest_algorithm: DIGEST_ALGORITHM.to_owned(),
            head: VersionName(self.head()),
            content_directory: Some(CONTENT.to_owned()),
            fixity: self.fixity_json(),
            manifest,
            versions: self
                .versions()
                .map(|(number, version)| (VersionName(number), VersionJson::from_version(version)))
                .collect(),
        };
        serde_json::to_vec_pretty(&json)
            .expect("texts, lists and maps with text keys have a JSON form")
    }

    fn fixity_json(&self) -> FixityJson {
        let mut sha256: BTreeMap<Digest, Vec<ContentPath>> = BTreeMap::new();
        for (path, digest) in &self.sha256 {
            sha256.entry(*digest).or_default().push(path.clone());
        }
        FixityJson { sha256 }
    }
}

impl InventoryJson {
    fn check_kind(&self) -> Result<(), InventoryError> {
        let content = self.content_directory.as_deref().unwrap_or(CONTENT);
        let expectations = [
            ("type", self.r#type.as_str(), TYPE, "E038"),
            (
                "digestAlgorithm",
                self.digest_algorithm.as_str(),
                DIGEST_ALGORITHM,
                "E025",
            ),
            ("contentDirectory", content, CONTENT, "E020"),
        ];
        match expectations
            .iter()
            .find(|(_, found, expected, _)| found != expected)
        {
            Some((name, found, expected, code)) => Err(InventoryError(format!(
                "its {name} is {found:?}, this program writes {expected:?} ({code})"
            ))),
            None => Ok(()),
        }
    }
}

impl VersionJson {
    fn into_version(self) -> Result<Version, InventoryError> {
        if OffsetDateTime::parse(&self.created, &Rfc3339).is_err() {
            return Err(InventoryError(format!(
                "{:?} is not a time (E049)",
                self.created
            )));
        }
        let mut state = BTreeMap::new();
        for (digest, paths) in self.state {
            for path in paths {
                if let Some(path) = state.insert(path.clone(), digest).map(|_| path) {
                    return Err(InventoryError(format!(
                        "{path} is twice in a version (E095)"
                    )));
                }
            }
        }
        Ok(Version {
            created: self.created,
            message: self.message,
            user: self.user,
            state,
        })
    }

    fn from_version(version: &Version) -> VersionJson {
        let mut state: BTreeMap<Sha512Digest, Vec<RelPath>> = BTreeMap::new();
        for (path, digest) in &version.state {
            state.entry(*digest).or_default().push(path.clone());
        }
        VersionJson {
            created: version.created.clone(),
            message: version.message.clone(),
            user: version.user.clone(),
            state,
        }
    }
}

fn fixity(block: FixityJson) -> Result<BTreeMap<ContentPath, Digest>, InventoryError> {
    let digests = block
        .sha256
        .into_iter()
        .flat_map(|(digest, paths)| paths.into_iter().map(move |path| (path, digest)));
    let mut by_path = BTreeMap::new();
    for (path, digest) in digests {
        if by_path.insert(path.clone(), digest).is_some() {
            return Err(InventoryError(format!(
                "{path} has two sha256 digests (E093)"
            )));
        }
    }
    Ok(by_path)
}

/// A map in which no key is written twice, in whatever case (E096): JSON readers would keep the last one silently.
fn without_repetition<'de, D, K, V>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
where
    D: Deserializer<'de>,
    K: Deserialize<'de> + Ord,
    V: Deserialize<'de>,
{
    deserializer.deserialize_map(Unrepeated(PhantomData))
}

struct Unrepeated<K, V>(PhantomData<(K, V)>);

impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Visitor<'de> for Unrepeated<K, V> {
    type Value = BTreeMap<K, V>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object without repeated keys")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut entries: M) -> Result<Self::Value, M::Error> {
        let mut map = BTreeMap::new();
        while let Some((key, value)) = entries.next_entry()? {
            if map.insert(key, value).is_some() {
                return Err(de::Error::custom("a key is written twice (E096, E097)"));
            }
        }
        Ok(map)
    }
}

/// The content of the file beside an inventory.
pub(super) fn sidecar(inventory: &[u8]) -> String {
    format!("{} {INVENTORY}\n", Sha512Digest::of(inventory))
}

/// The digest that the file beside an inventory states.
pub(super) fn parse_sidecar(bytes: &[u8]) -> Result<Sha512Digest, InventoryError> {
    let error = || {
        InventoryError(format!(
            "it is not a line \"digest {INVENTORY}\" (E060, E061)"
        ))
    };
    let text = std::str::from_utf8(bytes).map_err(|_| error())?;
    let mut words = text.split_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some(digest), Some(INVENTORY), None) => Sha512Digest::parse(digest).map_err(|_| error()),
        _ => Err(error()),
    }
}
