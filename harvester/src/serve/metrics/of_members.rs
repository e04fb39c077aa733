//! What is measured of each member.

use prometheus::{GaugeVec, IntGaugeVec, Opts, Registry};

use crate::serve::standing::Standing;

/// What is said of each member.
pub(super) struct OfMembers {
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
    /// Gauges without values.
    ///
    /// # Errors
    /// When two have one name.
    pub fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
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

    /// Adds a member.
    pub fn set(&self, standing: &Standing) {
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
