//! What is measured, as Prometheus reads it.

use ::web::http::Measured;
use ::web::operating::figures;
use prometheus::{IntGauge, IntGaugeVec, Opts, Registry};

use crate::status::Status;

/// The counters of one server.
pub(super) struct Metrics {
    registry: Registry,
    answers: Measured,
    log_size: IntGauge,
    held: IntGaugeVec,
}

impl Metrics {
    /// Counters at zero, of a server at this path.
    ///
    /// # Errors
    /// When two have one name.
    pub fn new(base_path: &str) -> Result<Metrics, prometheus::Error> {
        let registry = Registry::new();
        let answers = Measured::register(&registry, base_path)?;
        let log_size = IntGauge::new("ommatidia_log_size", "Entries in the log")?;
        let held = IntGaugeVec::new(
            Opts::new(
                "ommatidia_public",
                "What is public here, by kind: studies, images, files, bytes of the files",
            ),
            &["kind"],
        )?;
        registry.register(Box::new(log_size.clone()))?;
        registry.register(Box::new(held.clone()))?;
        figures::of_build(&registry, env!("CARGO_PKG_VERSION"))?;
        Ok(Metrics {
            registry,
            answers,
            log_size,
            held,
        })
    }

    /// The counters of answers.
    pub fn answers(&self) -> &Measured {
        &self.answers
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
        let now = Registry::new();
        figures::of_process(&now)?;
        let mut families = self.registry.gather();
        families.extend(now.gather());
        figures::text(&families)
    }
}
