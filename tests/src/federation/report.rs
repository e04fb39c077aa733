//! What `sync` and `status` say of each member, read strictly.

use serde_json::Value;

/// What is said of all members.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// In the order of the roster.
    pub members: Vec<Standing>,
    /// Of the roster itself.
    pub roster: RosterStanding,
}

/// What is said of the roster.
#[derive(Debug, Clone, PartialEq)]
pub struct RosterStanding {
    /// Its version.
    pub version: u64,
    /// A word.
    pub state: String,
    /// A sentence, where the word is not `current`.
    pub detail: String,
}

/// What is said of one member (PROTOCOL.md section 6).
#[derive(Debug, Clone, PartialEq)]
#[expect(
    missing_docs,
    reason = "each field is the member of the same name in the answer, which PROTOCOL.md section 6 explains"
)]
pub struct Standing {
    pub id: String,
    pub state: String,
    pub size: u64,
    pub new: u64,
    pub entries: u64,
    pub current: u64,
    pub suppressed: u64,
    pub superseded: u64,
    pub removed: u64,
    pub event: u64,
    pub quarantined: u64,
    pub seconds: f64,
    pub detail: String,
}

impl Report {
    /// Reads the answer; every field must be there, the classes must add up, and whoever is not `current` is explained.
    #[track_caller]
    pub fn read(text: &str) -> Report {
        let document: Value =
            serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let members = document["members"].as_array().unwrap();
        let roster = &document["roster"];
        let roster = RosterStanding {
            version: roster["version"].as_u64().unwrap(),
            state: roster["state"].as_str().unwrap().to_owned(),
            detail: roster["detail"].as_str().unwrap().to_owned(),
        };
        assert_eq!(
            roster.state == "current",
            roster.detail.is_empty(),
            "{roster:?}"
        );
        Report {
            members: members.iter().map(standing).collect(),
            roster,
        }
    }

    /// Nothing that was offered as a newer roster was refused.
    pub fn refuses_no_roster(&self) -> bool {
        !matches!(self.roster.state.as_str(), "contradicted" | "refused")
    }

    /// What is said of one member.
    #[track_caller]
    pub fn of(&self, id: &str) -> &Standing {
        let found = self.members.iter().find(|member| member.id == id);
        found.unwrap_or_else(|| panic!("nothing is said of {id}: {self:#?}"))
    }

    /// Whether every member that the roster calls active is at its newest checkpoint.
    pub fn is_current(&self) -> bool {
        let is_well = |state: &str| matches!(state, "current" | "suspended" | "retired");
        self.members.iter().all(|member| is_well(&member.state))
    }
}

#[track_caller]
fn standing(value: &Value) -> Standing {
    let text = |name: &str| {
        let text = value[name].as_str();
        text.unwrap_or_else(|| panic!("no text {name:?}: {value}"))
            .to_owned()
    };
    let number = |name: &str| {
        let number = value[name].as_u64();
        number.unwrap_or_else(|| panic!("no number {name:?}: {value}"))
    };
    let standing = Standing {
        id: text("id"),
        state: text("state"),
        size: number("size"),
        new: number("new"),
        entries: number("entries"),
        current: number("current"),
        suppressed: number("suppressed"),
        superseded: number("superseded"),
        removed: number("removed"),
        event: number("event"),
        quarantined: number("quarantined"),
        seconds: value["seconds"].as_f64().unwrap(),
        detail: value["detail"].as_str().unwrap_or_default().to_owned(),
    };
    standing.adds_up();
    standing
}

impl Standing {
    #[track_caller]
    fn adds_up(&self) {
        let classes = self.current + self.superseded + self.removed + self.event + self.quarantined;
        assert_eq!(
            self.entries, classes,
            "the classes do not add up: {self:#?}"
        );
        assert!(self.suppressed <= self.current, "{self:#?}");
        assert!(self.entries <= self.size, "{self:#?}");
        let is_explained = self.detail.contains(' ');
        assert!(
            self.state == "current" || is_explained,
            "no sentence says why: {self:#?}"
        );
    }

    /// It is in this state.
    #[track_caller]
    pub fn is(&self, state: &str) -> &Standing {
        assert_eq!(self.state, state, "{self:#?}");
        self
    }

    /// Its detail has these words.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Standing {
        assert!(
            self.detail.contains(words),
            "it does not say {words:?}: {self:#?}"
        );
        self
    }

    /// Nothing stands aside.
    #[track_caller]
    pub fn counts_no_quarantine(&self) -> &Standing {
        assert_eq!(self.quarantined, 0, "{self:#?}");
        self
    }

    /// As many entries are applied, and of what classes: current, superseded, removed, event, quarantined.
    #[track_caller]
    pub fn counts(&self, classes: [u64; 5]) -> &Standing {
        let found = [
            self.current,
            self.superseded,
            self.removed,
            self.event,
            self.quarantined,
        ];
        assert_eq!(found, classes, "{self:#?}");
        self
    }
}

/// An entry that is in quarantine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Its index in the log.
    pub index: u64,
    /// The reason code.
    pub code: String,
    /// The sentence for people.
    pub sentence: String,
}
