//! What is measured, as Prometheus reads it.

use ::web::http::Measured;
use ::web::operating::figures;
use prometheus::{IntGaugeVec, Opts, Registry};

use crate::status::Status;

/// The counters of one server. What can be looked up is looked up when it is asked for, into a registry of that answer alone: so
/// what cannot be read is not given as it was before.
pub(super) struct Metrics {
    registry: Registry,
    answers: Measured,
}

impl Metrics {
    /// Counters at zero, of a server at this path.
    ///
    /// # Errors
    /// When two have one name.
    pub fn new(base_path: &str) -> Result<Metrics, prometheus::Error> {
        let registry = Registry::new();
        let answers = Measured::register(&registry, base_path)?;
        figures::of_build(&registry, env!("CARGO_PKG_VERSION"))?;
        Ok(Metrics { registry, answers })
    }

    /// The counters of answers.
    pub fn answers(&self) -> &Measured {
        &self.answers
    }

    /// The text, with whether the server can answer, and what the archive holds now, where that can be read.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn text(
        &self,
        is_ready: bool,
        status: Option<&Status>,
    ) -> Result<Vec<u8>, prometheus::Error> {
        let now = Registry::new();
        figures::of_process(&now)?;
        figures::set(
            &now,
            &[(
                "ommatidia_ready",
                "Whether storage and database can be read and say the same",
                u64::from(is_ready),
            )],
        )?;
        if let Some(status) = status {
            of_archive(&now, status)?;
        }
        let mut families = self.registry.gather();
        families.extend(now.gather());
        figures::text(&families)
    }
}

fn of_archive(registry: &Registry, status: &Status) -> Result<(), prometheus::Error> {
    figures::set(
        registry,
        &[("ommatidia_log_size", "Entries in the log", status.size)],
    )?;
    let held = IntGaugeVec::new(
        Opts::new(
            "ommatidia_public",
            "What is public here, by kind: studies, images, files, bytes of the files",
        ),
        &["kind"],
    )?;
    let kinds = [
        ("studies", status.studies),
        ("images", status.images),
        ("files", status.files),
        ("bytes", status.bytes),
    ];
    for (kind, value) in kinds {
        held.with_label_values(&[kind]).set(value.cast_signed());
    }
    registry.register(Box::new(held))?;
    let pictures = IntGaugeVec::new(
        Opts::new(
            "ommatidia_pictures",
            "Images that can be looked at, will be, and cannot be, by state: ready, waiting, unreadable",
        ),
        &["state"],
    )?;
    let states = [
        ("ready", status.pictures.ready),
        ("waiting", status.pictures.waiting),
        ("unreadable", status.pictures.unreadable),
    ];
    for (state, value) in states {
        pictures
            .with_label_values(&[state])
            .set(value.cast_signed());
    }
    registry.register(Box::new(pictures))
}
