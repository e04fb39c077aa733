//! What is measured, as Prometheus reads it.

use std::time::Duration;

use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder,
};

use crate::status::Status;

/// The media type of the text.
pub(super) const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The counters of one server.
pub(super) struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    log_size: IntGauge,
    held: IntGaugeVec,
}

impl Metrics {
    /// Counters at zero.
    ///
    /// # Errors
    /// When two have one name.
    pub fn new() -> Result<Metrics, prometheus::Error> {
        let requests = IntCounterVec::new(
            Opts::new(
                "ommatidia_http_requests_total",
                "Requests answered, by route and status",
            ),
            &["route", "status"],
        )?;
        let durations = HistogramVec::new(
            HistogramOpts::new(
                "ommatidia_http_request_duration_seconds",
                "Time until the head of an answer was ready, by route",
            )
            .buckets(vec![
                0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
            ]),
            &["route"],
        )?;
        let log_size = IntGauge::new("ommatidia_log_size", "Entries in the log")?;
        let held = IntGaugeVec::new(
            Opts::new(
                "ommatidia_public",
                "What is public here, by kind: studies, images, files, bytes of the files",
            ),
            &["kind"],
        )?;
        let build = IntGaugeVec::new(
            Opts::new(
                "ommatidia_build_info",
                "The version of this program; always 1",
            ),
            &["version"],
        )?;
        build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
        let registry = Registry::new();
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(durations.clone()))?;
        registry.register(Box::new(log_size.clone()))?;
        registry.register(Box::new(held.clone()))?;
        registry.register(Box::new(build))?;
        Ok(Metrics {
            registry,
            requests,
            durations,
            log_size,
            held,
        })
    }

    /// Counts an answer.
    pub fn answered(&self, route: &str, status: u16, took: Duration) {
        self.requests
            .with_label_values(&[route, &status.to_string()])
            .inc();
        self.durations
            .with_label_values(&[route])
            .observe(took.as_secs_f64());
    }

    /// The text, with what the archive holds now.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn text(&self, status: &Status) -> Result<Vec<u8>, prometheus::Error> {
        self.log_size.set(status.size.cast_signed());
        let kinds = [
            ("studies", status.studies),
            ("images", status.images),
            ("files", status.files),
            ("bytes", status.bytes),
        ];
        for (kind, value) in kinds {
            self.held
                .with_label_values(&[kind])
                .set(value.cast_signed());
        }
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(text)
    }
}
