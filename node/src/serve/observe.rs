//! Counts and times every answer by its route.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use super::state::State;

/// Counts an answer when its head is ready; how long a client takes to read the body is its own affair.
pub(super) async fn every_answer<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let begun = Instant::now();
    let response = next.call(request).await?;
    if let Some(state) = response.request().app_data::<web::Data<State>>() {
        // a pattern and no path: strangers' paths without end would be labels without end
        let pattern = response.request().match_pattern();
        let route = pattern
            .as_deref()
            .map_or("none", |pattern| below_base(pattern, &state.site.base_path));
        state
            .metrics
            .answered(route, response.status().as_u16(), begun.elapsed());
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
