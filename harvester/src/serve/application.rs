//! Building the server and running it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ::web::http::{every_answer, every_request, on_every_answer, raise_open_files, without_body};
use ::web::operating::{say_ready, say_stopping};
use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, rt, web};
use anyhow::Context;
use tokio::sync::watch;

use super::sparql::Endpoint;
use super::state::State;
use super::{headers, routes, thumbnails};
use crate::operate::{Harvester, polling};

/// How long an idle connection is kept for the client's next request.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long a client may take to send a request's head.
const CLIENT_TIMEOUT: Duration = Duration::from_secs(30);
/// How long answers under way may take to end when the server is told to.
const SHUTDOWN_SECONDS: u64 = 10;
/// Connections at the same time.
const CONNECTIONS: usize = 25_000;

/// A server that has its address.
pub struct Application {
    server: Server,
    addresses: Vec<SocketAddr>,
    state: web::Data<State>,
}

impl Application {
    /// Binds a server of this harvester to an address. Port 0 takes a free one.
    ///
    /// # Errors
    /// When the address cannot be had.
    pub fn build(harvester: Arc<Harvester>, bind: SocketAddr) -> anyhow::Result<Self> {
        raise_open_files(CONNECTIONS);
        let workers = std::thread::available_parallelism().map_or(2, usize::from);
        let endpoint = web::Data::new(Endpoint::of(Arc::clone(&harvester))?);
        let state = web::Data::new(State::new(harvester)?);
        let measured = web::Data::new(state.shared().metrics.answers().clone());
        let kept = web::Data::clone(&state);
        let server = HttpServer::new(move || {
            let base_path = &state.shared().site.base_path;
            App::new()
                .app_data(web::Data::clone(&state))
                .app_data(web::Data::clone(&endpoint))
                .app_data(web::Data::clone(&measured))
                // the last is the outermost
                .wrap(from_fn(without_body))
                .wrap(from_fn(headers::readable_errors))
                .wrap(from_fn(on_every_answer))
                .wrap(from_fn(every_answer))
                .wrap(from_fn(every_request))
                .configure(|harvester| routes::mount(harvester, base_path))
        })
        .workers(workers)
        .max_connections(CONNECTIONS.div_ceil(workers))
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(CLIENT_TIMEOUT)
        .client_disconnect_timeout(CLIENT_TIMEOUT)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        // a client that leaves gives its query up
        .h1_allow_half_closed(false)
        .disable_signals()
        .bind(bind)
        .with_context(|| format!("cannot listen on {bind}; give another address with --bind"))?;
        let addresses = server.addrs();
        Ok(Self {
            server: server.run(),
            addresses,
            state: kept,
        })
    }

    /// Where it listens.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// A handle by which the server can be stopped from elsewhere.
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Answers until it is stopped.
    ///
    /// # Errors
    /// When the server breaks.
    pub async fn run(self) -> std::io::Result<()> {
        let ahead = rt::spawn(thumbnails::fetch_ahead_for_ever(self.state.clone()));
        let sweeping = rt::spawn(thumbnails::sweep_for_ever(self.state));
        let served = self.server.await;
        ahead.abort();
        sweeping.abort();
        served
    }
}

/// Serves a harvester until `stop` says so, while `runtime` asks members for news.
///
/// # Errors
/// When the address cannot be had, or the server breaks.
pub fn run(
    harvester: Arc<Harvester>,
    bind: SocketAddr,
    runtime: &tokio::runtime::Runtime,
    stop: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    rt::System::new().block_on(async {
        let application = Application::build(Arc::clone(&harvester), bind)?;
        for address in application.addresses() {
            tracing::info!("listening on http://{address}/");
        }
        say_ready();
        let handle = application.handle();
        let mut told = stop.clone();
        rt::spawn(async move {
            // a sender that is gone means the same as one that says so
            let _ = told.wait_for(|stop| *stop).await;
            say_stopping();
            handle.stop(true).await;
        });
        let polling = runtime.spawn(polling::run(harvester, stop));
        let served = application.run().await.context("the server broke");
        polling.abort();
        // it was told to end, or ends by this
        let _ = polling.await;
        served
    })
}
