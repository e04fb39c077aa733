//! Two members of a federation: `lies`, whose log and server a story spoils, and `well`, who must never notice.

use std::collections::{BTreeMap, BTreeSet};

use tests::federation::report::{Quarantined, Report};
use tests::federation::{Announced, Founding, LogMaker, LyingNode, TempFederation, sample};
use tests::node::NAMESPACE;

use super::PROGRAM;

/// The prefix of the member that lies.
pub(crate) const PREFIX: &str = "LIE";

/// Its log.
pub(crate) const ORIGIN: &str = "lies.example.org/omma/log";

/// Records of the other member.
const WELL: u64 = 3;

/// A federation and what is true in it.
pub(crate) struct World {
    pub(crate) federation: TempFederation,
    pub(crate) log: LogMaker,
    pub(crate) lies: LyingNode,
    _well: LyingNode,
    /// the record of each id that is to be seen
    truth: BTreeMap<String, Vec<u8>>,
    /// ids of the member that lies which were seen at the last healthy harvest
    before: BTreeSet<String>,
}

impl World {
    /// A federation in which nothing was harvested yet; the member that lies has published so many studies, truly so far.
    pub(crate) fn new(studies: u64) -> World {
        World::found_with(studies, |founding, lies, well| {
            founding
                .with_member("lies", lies)
                .with_member("well", well)
                .found()
        })
    }

    /// The same, with a founding of the story's own.
    pub(crate) fn found_with(
        studies: u64,
        found: impl FnOnce(Founding, &LyingNode, &LyingNode) -> TempFederation,
    ) -> World {
        World::found_in(studies, Founding::new(PROGRAM), found)
    }

    /// The same, where the story says.
    pub(crate) fn found_in(
        studies: u64,
        founding: Founding,
        found: impl FnOnce(Founding, &LyingNode, &LyingNode) -> TempFederation,
    ) -> World {
        let mut truth = BTreeMap::new();
        let mut well = LogMaker::new("WEL", "well.example.org/omma/log", NAMESPACE, 2);
        for serial in 1..=WELL {
            say(
                &mut well,
                &mut truth,
                &format!("WEL-S{serial}"),
                "Lamellipodia of keratocytes",
            );
        }
        well.checkpoint();
        let mut log = LogMaker::new(PREFIX, ORIGIN, NAMESPACE, 1);
        for serial in 1..=studies {
            say(
                &mut log,
                &mut truth,
                &format!("LIE-S{serial}"),
                "Septin rings of fission yeast",
            );
        }
        log.checkpoint();
        // the other member is at another address of this machine, so that a story can forbid the first
        let (lies, well) = (LyingNode::of(&log), LyingNode::at("127.0.0.2", &well));
        let federation = found(founding, &lies, &well);
        World {
            federation,
            log,
            lies,
            _well: well,
            truth,
            before: BTreeSet::new(),
        }
    }

    /// A federation that was harvested once and was found healthy.
    pub(crate) fn harvested(studies: u64) -> World {
        let mut world = World::new(studies);
        world.is_healthy();
        world
    }

    /// Writes more studies into the log, up to this serial; nothing is signed yet.
    pub(crate) fn write_up_to(&mut self, last: u64) {
        for serial in 1..=last {
            let id = format!("{PREFIX}-S{serial}");
            if self.log.next_version(&id) == 1 {
                say(&mut self.log, &mut self.truth, &id, "More septin rings");
            }
        }
    }

    /// Writes the next version of a study into the log.
    pub(crate) fn write(&mut self, id: &str, title: &str) -> Announced {
        say(&mut self.log, &mut self.truth, id, title)
    }

    /// From now on nothing is to be seen of an id.
    pub(crate) fn hide(&mut self, id: &str) {
        self.truth.remove(id).unwrap();
    }

    /// From now on this is to be seen of an id.
    pub(crate) fn show(&mut self, id: &str, record: Vec<u8>) {
        self.truth.insert(id.to_owned(), record);
    }

    /// The record of an id that is to be seen.
    pub(crate) fn true_record(&self, id: &str) -> &[u8] {
        &self.truth[id]
    }

    /// Signs what was written and serves it.
    pub(crate) fn publish(&mut self) {
        self.log.checkpoint();
        self.lies.publish(&self.log);
    }

    /// Harvests; the member that does not lie has to be well.
    #[track_caller]
    pub(crate) fn sync(&self) -> Report {
        let report = self.federation.sync();
        report.of("well").is("current").counts([WELL, 0, 0, 0, 0]);
        report
    }

    /// Harvests; both members are `current`, and everything that is true is shown and nothing else.
    #[track_caller]
    pub(crate) fn is_healthy(&mut self) -> Report {
        let report = self.sync();
        report.of("lies").is("current");
        self.shows_the_truth();
        let own = self.truth.keys().filter(|id| id.starts_with(PREFIX));
        self.before = own.cloned().collect();
        report
    }

    /// The truth is served again: nothing of the lie is left.
    #[track_caller]
    pub(crate) fn heals(&mut self) {
        self.lies.heal();
        let report = self.is_healthy();
        report.of("lies").counts_no_quarantine();
        self.federation.is_well();
    }

    /// Everything that is true is shown, and nothing else.
    #[track_caller]
    pub(crate) fn shows_the_truth(&self) {
        self.shows_if(|_| true);
    }

    /// Of the member that lies what was seen at the last healthy harvest, as long as it is true; everything of the other.
    #[track_caller]
    pub(crate) fn shows_what_it_did(&self) {
        self.shows_if(|id| self.before.contains(id));
    }

    /// Of the member that lies exactly those true records are shown that this admits, and all of the other.
    #[track_caller]
    pub(crate) fn shows_if(&self, is_shown: impl Fn(&str) -> bool) {
        let expected: BTreeSet<String> = self
            .truth
            .iter()
            .filter(|(id, _)| !id.starts_with(PREFIX) || is_shown(id))
            .flat_map(|(_, record)| lines(record))
            .collect();
        let shown: BTreeSet<String> = self
            .federation
            .dump()
            .into_iter()
            .filter(|line| !is_of_catalogue(line))
            .collect();
        let missing: Vec<_> = expected.difference(&shown).take(3).collect();
        let false_ones: Vec<_> = shown.difference(&expected).take(3).collect();
        assert!(
            missing.is_empty() && false_ones.is_empty(),
            "not shown: {missing:#?}\nshown and not true: {false_ones:#?}"
        );
    }

    /// What is in quarantine of the member that lies: index and code, in order; the sentences are sentences.
    #[track_caller]
    pub(crate) fn quarantine(&self) -> Vec<(u64, String)> {
        let all = self.federation.quarantine("lies");
        for Quarantined { sentence, .. } in &all {
            assert!(sentence.contains(' '), "no sentence: {sentence:?}");
        }
        all.into_iter().map(|one| (one.index, one.code)).collect()
    }
}

/// Writes a version of a study into a log, and notes it as true.
fn say(
    log: &mut LogMaker,
    truth: &mut BTreeMap<String, Vec<u8>>,
    id: &str,
    title: &str,
) -> Announced {
    let statements = sample::study(log.namespace(), id, &format!("{title}, {id}"));
    let record = log.record(id, statements);
    truth.insert(id.to_owned(), record.bytes().to_vec());
    log.record_raw(id, record.bytes())
}

fn lines(record: &[u8]) -> impl Iterator<Item = String> {
    let text = std::str::from_utf8(record).unwrap();
    text.lines().map(str::to_owned)
}

/// Whether a line is about a catalogue record, `<namespace><id>.<version>`: those are the harvester's own.
pub(crate) fn is_of_catalogue(line: &str) -> bool {
    let subject = line.split('>').next().unwrap();
    let name = subject.trim_start_matches('<').strip_prefix(NAMESPACE);
    let id = name.unwrap_or_else(|| panic!("{line} is not about the namespace"));
    id.split('#').next().unwrap().contains('.')
}
