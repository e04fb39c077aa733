//! What a reader may paste into a shell to find out by himself what a page says: `curl` and `sha256sum`, and nothing of ours.
//!
//! Addresses and digests alone stand in the commands, the former quoted; what a depositor wrote never does.

use ::web::page::quoted;
use protocol::digest::Digest;
use protocol::tile::{TileAddress, WIDTH, record_path};

use crate::ledger::shown::Version;

/// Commands that repeat from a log prefix, which ends in `/`, what is known of a version: its record has the digest that the log
/// announces, the announcement is in the tree, and this is what is signed.
pub(super) fn of_record(prefix: &str, version: &Version) -> String {
    let Version {
        id, index, digest, ..
    } = version;
    let (bundle, place) = (index / WIDTH, index % WIDTH);
    let full = TileAddress::new(0, bundle, WIDTH as u16).map(|address| address.path());
    let full = full.unwrap_or_default();
    let tile = full.trim_start_matches("tile/0/");
    let stem = format!("{id}.{}", version.version);
    let (log, record) = (quoted(prefix), record_path(digest));
    let first_byte = place * 32 + 1;
    format!(
        r#"log={log}

# 1. The record. Its SHA-256 is what the institution announced
curl -fsS "${{log}}{record}" -o {stem}.nq
echo '{digest}  {stem}.nq' | sha256sum -c

# 2. What the institution signs: the name of its log, how many entries, and the root of the tree over them
curl -fsS "${{log}}checkpoint" -o checkpoint
head -n 3 checkpoint

# 3. Entry {index} of the log, which announces the record
size=$(sed -n 2p checkpoint)
tile={tile}; [ $((size / {WIDTH})) -gt {bundle} ] || tile={tile}.p/$((size % {WIDTH}))
entry=$(curl -fsS "${{log}}tile/entries/$tile" | LC_ALL=C grep -a -o '{{[^{{}}]*"id":"{id}"[^{{}}]*"record":"{digest}"[^{{}}]*}}')
printf '%s\n' "$entry"

# 4. The entry is in the tree: both lines are the same
printf '\000%s' "$entry" | sha256sum | cut -c 1-64
curl -fsS "${{log}}tile/0/$tile" | tail -c +{first_byte} | head -c 32 | od -An -v -tx1 | tr -d ' \n'; echo
"#
    )
}

/// Commands that fetch all files of a held study and check each. `home` is where the version is at its member, without a slash at the
/// end; `stem` its id and version; `manifest` the SHA-256 of the list of files, which the signed record states.
///
/// The list is a stranger's: a path in it that would leave the folder is passed over.
pub(super) fn of_files(home: &str, stem: &str, manifest: &Digest) -> String {
    let home = quoted(home);
    format!(
        r#"home={home}
mkdir -p {stem} && cd {stem}

# 1. The list of all files. The signed record states its SHA-256
curl -fsS "$home/files.tsv" -o files.tsv
echo '{manifest}  files.tsv' | sha256sum -c

# 2. Every file of the list
tail -n +2 files.tsv | cut -f 1 | while IFS= read -r path; do
  case "/$path/" in */../*) continue ;; esac
  coded=$(printf '%s' "$path" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g; s/%2f/\//g')
  curl -fsS --create-dirs -o "./$path" "$home/files/$coded"
done

# 3. Every byte is as it was signed
tail -n +2 files.tsv | awk -F '\t' '{{ print $3 "  ./" $1 }}' | sha256sum -c --quiet && echo 'all files are as they were signed'
"#
    )
}

/// The command of ours that fetches all files of a version of a study and checks each against the log, by way of this portal at `portal`.
pub(super) fn get(portal: &str, stem: &str) -> String {
    format!(
        "omma-harvester get --url {} {stem} --out {stem}\n",
        quoted(portal)
    )
}
