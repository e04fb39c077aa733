//! What is measured, as Prometheus reads it.

mod of_members;

use ::web::http::Measured;
use ::web::operating::figures;
use prometheus::{IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry};

use super::error::ServeError;
use super::standing;
use crate::operate::Harvester;
use crate::operate::roster_standing::RosterStanding;
use crate::query::QueryFigures;
use crate::thumbnails::Thumbnails;
use of_members::OfMembers;

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
        figures::of_build(&registry, env!("CARGO_PKG_VERSION"))?;
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
    pub fn text(
        &self,
        harvester: &Harvester,
        thumbnails: &Thumbnails,
    ) -> Result<Vec<u8>, ServeError> {
        let now = Registry::new();
        let of_members = OfMembers::new(&now).map_err(broken)?;
        for standing in standing::of_all(harvester)? {
            of_members.set(&standing);
        }
        let figures = harvester.asked()?.queries().figures();
        let slots = harvester.query_limits().slots;
        of_queries(&now, figures, slots).map_err(broken)?;
        of_harvester(&now, harvester).map_err(broken)?;
        of_thumbnails(&now, thumbnails).map_err(broken)?;
        of_roster(&now, &harvester.roster_standing()?).map_err(broken)?;
        figures::of_process(&now).map_err(broken)?;
        let mut families = self.registry.gather();
        families.extend(now.gather());
        figures::text(&families).map_err(broken)
    }
}

fn broken(error: prometheus::Error) -> ServeError {
    ServeError::Broken(error.into())
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
    figures::set(
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
                "ommatidia_queries_spooled_bytes",
                "Bytes of SPARQL results on the disk that are not sent yet",
                spooled,
            ),
        ],
    )?;
    // they begin again with each generation of the graph, as counters do with a restart
    figures::count(
        registry,
        &[
            (
                "ommatidia_queries_begun_total",
                "SPARQL queries that began to run",
                begun,
            ),
            (
                "ommatidia_queries_stopped_total",
                "SPARQL queries that had to be stopped",
                stopped,
            ),
            (
                "ommatidia_queries_deaf_total",
                "SPARQL queries that did not stop within two seconds when told to",
                deaf,
            ),
        ],
    )
}

fn of_harvester(registry: &Registry, harvester: &Harvester) -> Result<(), prometheus::Error> {
    let roster = harvester.roster();
    let expires = IntGauge::new(
        "ommatidia_roster_expires_timestamp_seconds",
        "When the roster expires, in seconds since 1970",
    )?;
    expires.set(roster.expires.unix_seconds());
    registry.register(Box::new(expires))?;
    figures::set(
        registry,
        &[
            (
                "ommatidia_roster_version",
                "The version of the roster that holds",
                roster.version,
            ),
            (
                "ommatidia_ready",
                "Whether graph and text index hold something to answer from",
                u64::from(harvester.is_ready()),
            ),
        ],
    )?;
    let fetches = IntCounterVec::new(
        Opts::new(
            "ommatidia_fetches_total",
            "Requests to members and others by what came of them: body, not-modified, absent, or the kind of the error",
        ),
        &["outcome"],
    )?;
    for (outcome, number) in harvester.fetched().get() {
        fetches.with_label_values(&[outcome]).inc_by(number);
    }
    registry.register(Box::new(fetches))?;
    figures::count(
        registry,
        &[(
            "ommatidia_runs_total",
            "Runs of members that ended",
            harvester.runs() as u64,
        )],
    )
}

fn of_thumbnails(registry: &Registry, thumbnails: &Thumbnails) -> Result<(), prometheus::Error> {
    figures::set(
        registry,
        &[(
            "ommatidia_thumbnails_kept_bytes",
            "Bytes of small pictures that are kept",
            thumbnails.cache().bytes(),
        )],
    )?;
    let (fetched, failed) = thumbnails.fetched_ahead();
    figures::count(
        registry,
        &[
            (
                "ommatidia_thumbnails_fetched_ahead_total",
                "Small pictures that were fetched before anybody asked for them",
                fetched,
            ),
            (
                "ommatidia_thumbnails_failed_ahead_total",
                "Small pictures that were asked for ahead and could not be had",
                failed,
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
