//! Figures for Prometheus that both programs have, and how both write them.

use prometheus::proto::MetricFamily;
use prometheus::{Encoder, IntCounter, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder};

use super::process;

/// A figure: its name, what it is, how much it is now.
pub type Figure<'f> = (&'f str, &'f str, u64);

/// Registers `ommatidia_build_info`, which names the version of the program.
///
/// # Errors
/// When the registry has it already.
pub fn of_build(registry: &Registry, version: &str) -> Result<(), prometheus::Error> {
    let build = IntGaugeVec::new(
        Opts::new(
            "ommatidia_build_info",
            "The version of this program; always 1",
        ),
        &["version"],
    )?;
    build.with_label_values(&[version]).set(1);
    registry.register(Box::new(build))
}

/// Registers what the system says of this process, under the names that all client libraries use. Where the system does not say
/// it, nothing is said.
///
/// # Errors
/// When the registry has one of them already.
pub fn of_process(registry: &Registry) -> Result<(), prometheus::Error> {
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

/// Registers gauges with the values that they have now.
///
/// # Errors
/// When the registry has one of them already.
pub fn set(registry: &Registry, gauges: &[Figure<'_>]) -> Result<(), prometheus::Error> {
    for (name, help, value) in gauges {
        let gauge = IntGauge::new(*name, *help)?;
        gauge.set(value.cast_signed());
        registry.register(Box::new(gauge))?;
    }
    Ok(())
}

/// Registers counters with the values that they have come to.
///
/// # Errors
/// When the registry has one of them already.
pub fn count(registry: &Registry, counters: &[Figure<'_>]) -> Result<(), prometheus::Error> {
    for (name, help, value) in counters {
        let counter = IntCounter::new(*name, *help)?;
        counter.inc_by(*value);
        registry.register(Box::new(counter))?;
    }
    Ok(())
}

/// The text that Prometheus reads (`text/plain; version=0.0.4`).
///
/// # Errors
/// When a figure cannot be written.
pub fn text(families: &[MetricFamily]) -> Result<Vec<u8>, prometheus::Error> {
    let mut text = Vec::new();
    TextEncoder::new().encode(families, &mut text)?;
    Ok(text)
}
