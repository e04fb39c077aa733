//! Signed notes and checkpoints (c2sp.org/signed-note, c2sp.org/tlog-checkpoint), for one Ed25519 key.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

/// The signature type of Ed25519.
const ED25519: u8 = 1;

/// What a checkpoint says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Number of entries.
    pub size: u64,
    /// Root of the tree.
    pub root: [u8; 32],
    /// The signed text, byte for byte.
    pub note: String,
}

struct Key<'a> {
    name: &'a str,
    id: [u8; 4],
    key: VerifyingKey,
}

fn key(vkey: &str) -> Result<Key<'_>, String> {
    let mut parts = vkey.splitn(3, '+');
    let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(format!("{vkey:?} is no vkey"));
    };
    let typed = STANDARD.decode(key).map_err(|error| error.to_string())?;
    let own_id = Sha256::new_with_prefix(name)
        .chain_update(b"\n")
        .chain_update(&typed)
        .finalize();
    let own_id = [own_id[0], own_id[1], own_id[2], own_id[3]];
    if format!("{:08x}", u32::from_be_bytes(own_id)) != id || typed.first() != Some(&ED25519) {
        return Err(format!("{vkey:?} has another key id or type"));
    }
    let bytes: [u8; 32] = typed[1..]
        .try_into()
        .map_err(|_| "the key is not 32 bytes".to_owned())?;
    let key = VerifyingKey::from_bytes(&bytes).map_err(|error| error.to_string())?;
    Ok(Key {
        name,
        id: own_id,
        key,
    })
}

/// Verifies a checkpoint of the log whose key this is; the log's name is the key's.
///
/// # Errors
/// Says what is wrong.
pub fn verified(note: &[u8], vkey: &str) -> Result<Head, String> {
    let key = key(vkey)?;
    let note = std::str::from_utf8(note).map_err(|error| error.to_string())?;
    let (text, signatures) = note
        .split_once("\n\n")
        .ok_or("the note has no empty line")?;
    let text = format!("{text}\n");
    let prefix = format!("\u{2014} {} ", key.name);
    let mut is_signed = false;
    for line in signatures.lines() {
        let Some(signature) = line.strip_prefix(&prefix) else {
            continue;
        };
        let signature = STANDARD
            .decode(signature)
            .map_err(|error| error.to_string())?;
        if signature.get(..4) != Some(&key.id) {
            continue;
        }
        let signature =
            Signature::from_slice(&signature[4..]).map_err(|error| error.to_string())?;
        let verdict = key.key.verify_strict(text.as_bytes(), &signature);
        verdict.map_err(|_| "the signature of the checkpoint is wrong".to_owned())?;
        is_signed = true;
    }
    if !is_signed {
        return Err("the checkpoint is not signed by the log's key".to_owned());
    }
    let lines: Vec<&str> = text.lines().collect();
    let [origin, size, root] = lines[..] else {
        return Err(format!("the checkpoint has {} lines", lines.len()));
    };
    let number: u64 = size.parse().map_err(|_| format!("the size is {size:?}"))?;
    if origin != key.name || number.to_string() != size {
        return Err(format!(
            "the checkpoint is of {origin:?} with size {size:?}"
        ));
    }
    let root = STANDARD.decode(root).map_err(|error| error.to_string())?;
    let root = root
        .try_into()
        .map_err(|_| "the root is not 32 bytes".to_owned())?;
    Ok(Head {
        size: number,
        root,
        note: note.to_owned(),
    })
}
