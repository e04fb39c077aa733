//! One byte of what a member serves is another: that member is rejected, the others go on, and what is put right heals.

use std::fs;
use std::path::PathBuf;

use tests::federation::TempFederation;
use tests::federation::report::Report;
use tests::patience::eventually;
use tests::served::Served;

use super::archives::{Archive, Archives};
use super::portal::Portal;

/// A file of which one byte is altered, until it is put right.
struct Altered {
    path: PathBuf,
    whole: Vec<u8>,
}

impl Altered {
    fn file(archive: &Archive, below: &str) -> Altered {
        let path = archive.node.path("log").join(below);
        let whole = fs::read(&path).unwrap();
        let mut bytes = whole.clone();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, bytes).unwrap();
        Altered { path, whole }
    }

    fn put_right(self) {
        fs::write(self.path, self.whole).unwrap();
    }
}

/// A tile, a bundle of entries, a bundle of records, and a single record in turn.
pub(crate) fn an_altered_byte_harms_its_own_member_only(
    federation: &TempFederation,
    archives: &Archives,
) {
    let bia = archives.of("bia");
    let all = bia.published().count() as u64;
    let mut serving = None;
    for (file, entries) in [
        ("tile/0/000", 0),
        ("tile/entries/000", 0),
        // single records stand in for it
        ("records/000", all),
    ] {
        let altered = Altered::file(bia, file);
        // it asks at once when it starts: what it has by then is not asked for again
        let served = serving.get_or_insert_with(|| federation.serve());
        let report = federation.sync();
        let standing = report.of("bia").is("rejected").says(file);
        assert_eq!(standing.entries, entries, "{file}");
        others_go_on(federation, served, archives, "bia");
        altered.put_right();
    }
    assert!(federation.sync().is_current());
    a_single_record_heals_without_a_command(federation, serving.unwrap(), archives);
}

/// The single record of the newest study.
fn a_single_record_heals_without_a_command(
    federation: &TempFederation,
    served: Served,
    archives: &Archives,
) {
    let ssbd = archives.of("ssbd");
    let id = ssbd.publish_one("NEW-IN-SSBD");
    let log = ssbd.node.proved();
    let put = log.puts().find(|put| put.id == id).unwrap();
    let file = format!("record/{}/{}", &put.record[..2], put.record);
    let altered = Altered::file(ssbd, &file);
    let report = federation.sync();
    let standing = report.of("ssbd").is("rejected");
    assert_eq!(standing.quarantined, 1, "{standing:?}");
    assert!(!is_found(&served, &id));
    others_go_on(federation, &served, archives, "ssbd");
    drop(served);
    federation.configure("poll", "seconds", "1");
    let served = federation.serve();
    assert!(!is_found(&served, &id));
    altered.put_right();
    eventually("the server harvests the record by itself", || {
        is_found(&served, &id).then_some(())
    });
    eventually("all members are current", || {
        federation.status().is_current().then_some(())
    });
    federation.status().of("ssbd").counts_no_quarantine();
    drop(served);
    federation.is_well();
}

/// A new study of each of the other members arrives while this one is rejected.
fn others_go_on(federation: &TempFederation, served: &Served, archives: &Archives, rejected: &str) {
    for archive in archives.iter().filter(|archive| archive.id != rejected) {
        let size = archive.node.size();
        let id = archive.publish_one(&format!("NEW-{}-{size}", archive.id));
        let report: Report = federation.sync();
        report.of(rejected).is("rejected");
        let standing = report.of(archive.id).is("current");
        assert_eq!(standing.current, size + 1, "{standing:?}");
        assert!(is_found(served, &id), "{id} has not arrived");
    }
}

fn is_found(served: &Served, id: &str) -> bool {
    let found = Portal::of(served).found(&[("q", id)]);
    found.first().is_some_and(|first| first == id)
}
