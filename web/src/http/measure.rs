//! Counts and times every answer by its route, as Prometheus reads it.

use std::time::{Duration, Instant};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, web};
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry};

/// The media type of what Prometheus reads.
pub const METRICS_MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The counters of one server's answers. As `web::Data<Measured>` of an application it is found by [`every_answer`].
#[derive(Debug, Clone)]
pub struct Measured {
    base_path: String,
    requests: IntCounterVec,
    durations: HistogramVec,
}

impl Measured {
    /// Counters at zero. `base_path` is the path of the server's base URL, `/` at both ends; routes are named below it.
    ///
    /// # Errors
    /// When the registry has counters of these names.
    pub fn register(
        registry: &Registry,
        base_path: impl Into<String>,
    ) -> Result<Measured, prometheus::Error> {
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
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(durations.clone()))?;
        Ok(Measured {
            base_path: base_path.into(),
            requests,
            durations,
        })
    }

    fn answered(&self, route: &str, status: u16, took: Duration) {
        self.requests
            .with_label_values(&[route, &status.to_string()])
            .inc();
        self.durations
            .with_label_values(&[route])
            .observe(took.as_secs_f64());
    }
}

/// Counts an answer when its head is ready; how long a client takes to read the body is its own affair.
///
/// # Errors
/// Those of the framework itself.
pub async fn every_answer<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let begun = Instant::now();
    let response = next.call(request).await?;
    if let Some(measured) = response.request().app_data::<web::Data<Measured>>() {
        // a pattern and no path: strangers' paths without end would be labels without end
        let pattern = response.request().match_pattern();
        let route = pattern
            .as_deref()
            .map_or("none", |pattern| below_base(pattern, &measured.base_path));
        measured.answered(route, response.status().as_u16(), begun.elapsed());
    }
    Ok(response)
}

fn below_base<'a>(pattern: &'a str, base_path: &str) -> &'a str {
    let base = base_path.trim_end_matches('/');
    pattern
        .strip_prefix(base)
        .filter(|rest| rest.starts_with('/'))
        .unwrap_or(pattern)
}

#[cfg(test)]
mod tests {
    use super::below_base;

    #[test]
    fn a_route_is_named_below_the_base_path() {
        for (pattern, base, expected) in [
            ("/id/{name}", "/", "/id/{name}"),
            ("/images/id/{name}", "/images/", "/id/{name}"),
            ("/images", "/images/", "/images"),
            ("/imagesque/id", "/images/", "/imagesque/id"),
        ] {
            assert_eq!(
                below_base(pattern, base),
                expected,
                "{pattern} below {base}"
            );
        }
    }
}
