//! The gateways of a township, all behind one address on loopback: WeChat for a mini-program and an official account,
//! WeCom's robots, the text messages of two clouds, a receiver of webhooks. The same paths, shapes, codes,
//! signatures and one-time semantics, and faults on demand. It does not import wangge, so that it cannot share a
//! mistake with the clients that it tests.
//!
//! `/__ctl…` sets state and faults, `/__ledger` tells what was accepted; both speak JSON. See `control`.

mod caps;
mod control;
mod faults;
mod fields;
mod hook;
mod ledger;
mod names;
mod official;
pub mod push;
mod routes;
mod sms;
mod state;
mod tokens;
mod wecom;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, rt, web};
use tokio::sync::oneshot;

use faults::Faults;
use ledger::Ledger;
use state::State;

/// How the stand-in starts.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The port on loopback; 0 takes a free one.
    pub port: u16,
    /// Takes `demo-login-<openid>` and `demo-phone-<11 digits>` any number of times, knows every openid
    /// and template, and never runs out of consent unless told so.
    pub demo: bool,
    /// Appends each accepted message as a line of JSON.
    pub ledger: Option<PathBuf>,
    /// Where events and receipts are pushed to; nowhere until `/__ctl/callbacks` says so.
    pub targets: Option<push::Targets>,
}

pub use names::*;

/// A running stand-in. Dropping it leaves it running until the process ends.
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    handle: ServerHandle,
}

impl Running {
    /// Closes the listener and every connection at once.
    pub async fn stop(self) {
        self.handle.stop(false).await;
    }
}

struct World {
    state: Mutex<State>,
    faults: Mutex<Faults>,
    ledger: Mutex<Ledger>,
    pusher: push::Pusher,
}

/// A panic while holding a lock fails its own test; the others go on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts on a thread of its own and returns once it listens.
pub async fn start(settings: Settings) -> io::Result<Running> {
    let world = web::Data::new(World {
        state: Mutex::new(State::new(settings.demo)),
        faults: Mutex::default(),
        ledger: Mutex::new(Ledger::open(settings.ledger.as_deref())?),
        pusher: push::Pusher::default(),
    });
    if let Some(targets) = settings.targets {
        world.pusher.aim(targets);
    }
    let (tell, told) = oneshot::channel();
    // The server cannot move between threads, so it is built on the one that it runs on.
    std::thread::Builder::new().name("fake-gateway".into()).spawn(move || {
        rt::System::new().block_on(async move {
            match listen(settings.port, world.clone()) {
                Ok((server, addr)) => {
                    rt::spawn(push::run(world));
                    let _listener = tell.send(Ok(Running { addr, handle: server.handle() }));
                    let _ended = server.await;
                }
                Err(error) => drop(tell.send(Err(error))),
            }
        });
    })?;
    told.await.map_err(io::Error::other)?
}

fn listen(port: u16, world: web::Data<World>) -> io::Result<(Server, SocketAddr)> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(world.clone())
            .app_data(web::JsonConfig::default().limit(64 << 20))
            .service(control::scope())
            .service(control::ledger)
            .service(web::scope("").wrap(from_fn(faults::apply)).configure(routes::mount))
    })
    .workers(1)
    .disable_signals()
    .bind((Ipv4Addr::LOCALHOST, port))?;
    let addr = server.addrs().first().copied().ok_or_else(|| io::Error::other("no address was bound"))?;
    Ok((server.run(), addr))
}
