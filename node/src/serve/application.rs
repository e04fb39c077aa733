//! Building the server and running it.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use ::web::http::{
    every_answer, every_request, on_every_answer, raise_open_files, stop_on_signals, without_body,
};
use ::web::operating::say_ready;
use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, rt, web};
use anyhow::Context;

use super::recovery::Recovery;
use super::state::State;
use super::{headers, routes};
use crate::archive::Archive;
use crate::derive::{Settings, Workers};
use crate::image::{ByFormat, Images};

/// How long an idle connection is kept for the client's next request.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long answers under way may take to end when the server is told to.
const SHUTDOWN_SECONDS: u64 = 10;
/// Connections that the kernel holds for us until they are accepted.
const BACKLOG: u32 = 4096;

/// A server that has its address. [`Application::run`] keeps it going until it is stopped.
pub struct Application {
    server: Server,
    addresses: Vec<SocketAddr>,
    state: web::Data<State>,
    derive: Settings,
}

/// Where a server listens.
enum Place<'a> {
    Address(&'a str),
    Listener(TcpListener),
}

impl Application {
    /// Binds a server of this archive to an address. Port 0 takes a free one.
    ///
    /// # Errors
    /// When the address cannot be had, or the archive cannot be served.
    pub fn build(archive: Archive, bind: &str) -> anyhow::Result<Application> {
        Application::at(archive, Place::Address(bind), Arc::new(ByFormat::default()))
    }

    /// A server of this archive that listens already, and opens its images so.
    ///
    /// # Errors
    /// When the archive cannot be served.
    pub fn listening(
        archive: Archive,
        listener: TcpListener,
        images: Arc<dyn Images>,
    ) -> anyhow::Result<Application> {
        Application::at(archive, Place::Listener(listener), images)
    }

    fn at(
        archive: Archive,
        place: Place<'_>,
        images: Arc<dyn Images>,
    ) -> anyhow::Result<Application> {
        let config = archive.config().clone();
        raise_open_files(config.max_connections);
        let workers = match config.workers {
            0 => std::thread::available_parallelism().map_or(2, usize::from),
            workers => workers,
        };
        let derive = Settings::of_server(&config.images, Arc::clone(&images));
        if let Some(Err(error)) = derive.converter.as_ref().map(|converter| converter.find()) {
            // what is there can be shown without it
            tracing::error!("images that need it are not made ready to be looked at: {error}");
        }
        let state = web::Data::new(State::new(archive, images)?);
        let shared = web::Data::clone(&state);
        let measured = web::Data::new(state.metrics.answers().clone());
        let server = HttpServer::new(move || {
            let base_path = shared.site.base_path.clone();
            App::new()
                .app_data(web::Data::clone(&shared))
                .app_data(web::Data::clone(&measured))
                // the last is the outermost
                .wrap(from_fn(without_body))
                .wrap(from_fn(headers::readable_errors))
                .wrap(from_fn(on_every_answer))
                .wrap(from_fn(every_answer))
                .wrap(from_fn(every_request))
                .configure(|node| routes::mount(node, &base_path))
        })
        .workers(workers)
        // the framework counts for each worker
        .max_connections(config.max_connections.div_ceil(workers))
        .backlog(BACKLOG)
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(Duration::from_secs(config.client_timeout_seconds))
        .client_disconnect_timeout(Duration::from_secs(config.client_timeout_seconds))
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals();
        let server = match place {
            Place::Address(bind) => server.bind(bind).with_context(|| {
                format!("cannot listen on {bind}; give another address with --bind")
            })?,
            Place::Listener(listener) => server.listen(listener)?,
        };
        let addresses = server.addrs();
        Ok(Application {
            server: server.run(),
            addresses,
            state,
            derive,
        })
    }

    /// Where it listens.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// A handle by which the server can be stopped from elsewhere.
    pub fn handle(&self) -> actix_web::dev::ServerHandle {
        self.server.handle()
    }

    /// Answers until it is stopped. `/log/` is answered at once; the rest as far as the database is, while what a crash
    /// left behind is completed, and while images are made ready to be looked at.
    ///
    /// # Errors
    /// When the server breaks.
    pub async fn run(self) -> std::io::Result<()> {
        let recovery = Recovery::start(web::Data::clone(&self.state));
        let workers = Workers::start(&self.state.archive, &self.derive);
        let ended = self.server.await;
        // waits for an act that is being completed, and some seconds for who makes pictures
        rt::task::spawn_blocking(move || drop((workers, recovery)))
            .await
            .map_err(std::io::Error::other)?;
        ended
    }
}

/// Serves an archive until SIGTERM or SIGINT; a second signal does not wait for downloads to end.
///
/// # Errors
/// When the address cannot be had, or the server breaks.
pub fn run(archive: Archive, bind: &str) -> anyhow::Result<()> {
    rt::System::new().block_on(async {
        let application = Application::build(archive, bind)?;
        for address in application.addresses() {
            tracing::info!("listening on http://{address}/");
        }
        say_ready();
        stop_on_signals(application.handle())?;
        application.run().await.context("the server broke")
    })
}
