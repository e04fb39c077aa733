//! What is measured, as Prometheus reads it.

use ::web::http::Measured;
use prometheus::{Encoder, GaugeVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder};

use super::error::ServeError;
use super::process;
use super::standing::{self, Standing};
use crate::operate::Harvester;
use crate::operate::roster_standing::RosterStanding;
use crate::query::QueryFigures;

/// The counters of one server. What can be looked up is looked up when it is asked for, into a registry of that answer alone: no member
/// that changed its state is still counted in the old one, and two who ask at once do not disturb each other.
pub(super) struct Metrics {
    registry: Registry,
    answers: Measured,
}

impl Metrics {
    /// Counters at zero, of a server at this path.
    ///
    /// # Errors
    /// When two have one name.
    pub fn new(base_path: &str) -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let answers = Measured::register(&registry, base_path)?;
        let build = IntGaugeVec::new(
            Opts::new(
                "ommatidia_build_info",
                "The version of this program; always 1",
            ),
            &["version"],
        )?;
        build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
        registry.register(Box::new(build))?;
        Ok(Self { registry, answers })
    }

    /// The counters of answers.
    pub fn answers(&self) -> &Measured {
        &self.answers
    }

    /// The text, with how everything stands now.
    ///
    /// # Errors
    /// When the ledger cannot be read or the text cannot be written.
    pub fn text(&self, harvester: &Harvester) -> Result<Vec<u8>, ServeError> {
        let now = Registry::new();
        let of_members = OfMembers::new(&now).map_err(broken)?;
        for standing in standing::of_all(harvester)? {
            of_members.set(&standing);
        }
        let figures = harvester.asked()?.queries().figures();
        let slots = harvester.query_limits().slots;
        of_queries(&now, figures, slots).map_err(broken)?;
        of_harvester(&now, harvester).map_err(broken)?;
        of_roster(&now, &harvester.roster_standing()?).map_err(broken)?;
        of_process(&now).map_err(broken)?;
        let mut families = self.registry.gather();
        families.extend(now.gather());
        let mut text = Vec::new();
        TextEncoder::new()
            .encode(&families, &mut text)
            .map_err(broken)?;
        Ok(text)
    }
}

fn broken(error: prometheus::Error) -> ServeError {
    ServeError::Broken(error.into())
}

/// What is said of each member.
struct OfMembers {
    state: IntGaugeVec,
    entries: IntGaugeVec,
    suppressed: IntGaugeVec,
    lag_entries: IntGaugeVec,
    lag_seconds: IntGaugeVec,
    failures: IntGaugeVec,
    last_run: GaugeVec,
    cosigned: IntGaugeVec,
}

impl OfMembers {
    fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let gauge = |name: &str, help: &str, labels: &[&str]| {
            let gauge = IntGaugeVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(gauge.clone()))?;
            Ok::<_, prometheus::Error>(gauge)
        };
        let last_run = GaugeVec::new(
            Opts::new(
                "ommatidia_member_last_run_seconds",
                "How long the last run of a member took",
            ),
            &["member"],
        )?;
        registry.register(Box::new(last_run.clone()))?;
        Ok(Self {
            state: gauge(
                "ommatidia_member_state",
                "The state of a member; always 1",
                &["member", "state"],
            )?,
            entries: gauge(
                "ommatidia_member_entries",
                "Judged entries of a member by class",
                &["member", "class"],
            )?,
            suppressed: gauge(
                "ommatidia_member_suppressed",
                "Current records of a member that are out of sight",
                &["member"],
            )?,
            lag_entries: gauge(
                "ommatidia_member_lag_entries",
                "Entries of the newest verified checkpoint that are not judged yet",
                &["member"],
            )?,
            lag_seconds: gauge(
                "ommatidia_member_lag_seconds",
                "Seconds since a member was last found at its newest checkpoint; absent when it never was",
                &["member"],
            )?,
            failures: gauge(
                "ommatidia_member_failures",
                "Runs in a row that ended otherwise than current",
                &["member"],
            )?,
            last_run,
            cosigned: gauge(
                "ommatidia_member_cosignature_age_seconds",
                "Age of a witness's cosignature on the newest verified checkpoint",
                &["member", "witness"],
            )?,
        })
    }

    fn set(&self, standing: &Standing) {
        let (id, report) = (standing.member.id.as_str(), &standing.report);
        self.state.with_label_values(&[id, &report.state]).set(1);
        let counts = &report.counts;
        for (class, entries) in [
            ("current", counts.current),
            ("superseded", counts.superseded),
            ("removed", counts.removed),
            ("event", counts.event),
            ("quarantined", counts.quarantined),
        ] {
            self.entries
                .with_label_values(&[id, class])
                .set(entries.cast_signed());
        }
        self.suppressed
            .with_label_values(&[id])
            .set(counts.suppressed.cast_signed());
        self.lag_entries
            .with_label_values(&[id])
            .set(standing.entries_behind().cast_signed());
        if let Some(seconds) = standing.seconds_behind {
            self.lag_seconds.with_label_values(&[id]).set(seconds);
        }
        let failures = standing.last.as_ref().map_or(0, |last| last.failures);
        self.failures.with_label_values(&[id]).set(failures.into());
        self.last_run.with_label_values(&[id]).set(report.seconds);
        for cosigned in &standing.cosigned {
            self.cosigned
                .with_label_values(&[id, &cosigned.name])
                .set(cosigned.seconds);
        }
    }
}

fn of_queries(
    registry: &Registry,
    figures: QueryFigures,
    slots: usize,
) -> Result<(), prometheus::Error> {
    let QueryFigures {
        running,
        stopping,
        begun,
        stopped,
        deaf,
        spooled,
    } = figures;
    set(
        registry,
        &[
            (
                "ommatidia_queries_slots",
                "SPARQL queries that may run at the same time",
                slots as u64,
            ),
            (
                "ommatidia_queries_running",
                "SPARQL queries that hold a slot",
                running,
            ),
            (
                "ommatidia_queries_stopping",
                "SPARQL queries that were told to stop and have not yet",
                stopping,
            ),
            (
                "ommatidia_queries_begun",
                "SPARQL queries that began to run on this generation of the graph",
                begun,
            ),
            (
                "ommatidia_queries_stopped",
                "SPARQL queries of this generation of the graph that had to be stopped",
                stopped,
            ),
            (
                "ommatidia_queries_deaf",
                "SPARQL queries of this generation that did not stop within two seconds when told to",
                deaf,
            ),
            (
                "ommatidia_queries_spooled_bytes",
                "Bytes of SPARQL results on the disk that are not sent yet",
                spooled,
            ),
        ],
    )
}

fn of_harvester(registry: &Registry, harvester: &Harvester) -> Result<(), prometheus::Error> {
    let roster = harvester.roster();
    let days = harvester.roster_days_left();
    let left = IntGauge::new(
        "ommatidia_roster_days_left",
        "Days until the roster expires; negative when it has",
    )?;
    left.set(days);
    registry.register(Box::new(left))?;
    set(
        registry,
        &[
            (
                "ommatidia_roster_version",
                "The version of the roster that holds",
                roster.version,
            ),
            (
                "ommatidia_runs",
                "Runs of members that ended since the start",
                harvester.runs() as u64,
            ),
            (
                "ommatidia_ready",
                "Whether graph and text index hold something to answer from",
                u64::from(harvester.is_ready()),
            ),
        ],
    )
}

fn of_roster(registry: &Registry, standing: &RosterStanding) -> Result<(), prometheus::Error> {
    let state = IntGaugeVec::new(
        Opts::new(
            "ommatidia_roster_state",
            "How it stands with the roster: current, contradicted, refused, expired, unreachable; always 1",
        ),
        &["state"],
    )?;
    state.with_label_values(&[standing.state.as_str()]).set(1);
    registry.register(Box::new(state))
}

fn of_process(registry: &Registry) -> Result<(), prometheus::Error> {
    // where the system does not say, nothing is said
    let found = [
        (
            "process_resident_memory_bytes",
            "Resident memory size in bytes",
            process::resident_bytes(),
        ),
        (
            "process_open_fds",
            "Number of open file descriptors",
            process::open_files(),
        ),
        (
            "process_max_fds",
            "Maximum number of open file descriptors",
            process::most_open_files(),
        ),
    ];
    let known: Vec<_> = found
        .into_iter()
        .filter_map(|(name, help, value)| Some((name, help, value?)))
        .collect();
    set(registry, &known)
}

fn set(registry: &Registry, gauges: &[(&str, &str, u64)]) -> Result<(), prometheus::Error> {
    for (name, help, value) in gauges {
        let gauge = IntGauge::new(*name, *help)?;
        gauge.set(value.cast_signed());
        registry.register(Box::new(gauge))?;
    }
    Ok(())
}
