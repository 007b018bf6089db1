//! A server for tests, and hosts in the process of the test.
//!
//! ```no_run
//! use handoff::prelude::*;
//! use handoff_restate::Endpoint;
//! use handoff_restate::testing::Server;
//!
//! # #[agent] async fn shout(text: String) -> String { text.to_uppercase() }
//! # pipeline! { pub loudly(String) -> String { shout } }
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = Server::start()?;
//! let host = server.host(Endpoint::new(Runtime::default()).agent::<shout>().pipeline(loudly)).await?;
//! let loud = server.client().run(loudly, "1", &"handoff".to_owned()).await?;
//! assert_eq!(loud.payload, "HANDOFF");
//! # Ok(())
//! # }
//! ```

use crate::{Client, ClientError, Endpoint, EndpointError, server};
use std::fs;
use std::io::{self, BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fmt, process};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// The error of a server that could not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The server is not installed, which is a reason to skip a test, and not to fail it.
    #[error("no Restate server is installed: crates/handoff-restate/server/install.sh does it")]
    NotInstalled,
    /// The server did not start.
    #[error("the Restate server does not start: {0}")]
    Start(#[source] io::Error),
}

/// The error of a host that a server cannot reach.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// The host cannot be served.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// Restate refuses the host.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// There is no free port.
    #[error("the host cannot listen: {0}")]
    Listen(#[from] io::Error),
}

/// A Restate server on loopback, with a temporary folder, which ends with this process.
///
/// It ends however the process ends.
pub struct Server {
    /// What starts the server, and ends it when its input is closed.
    script: Option<Child>,
    /// The server itself.
    pid: u32,
    folder: PathBuf,
    ports: [u16; 3],
    settings: Vec<(String, String)>,
    client: Client,
}

impl Server {
    /// Starts a server and waits until it answers, which takes a second or two.
    ///
    /// # Errors
    ///
    /// Returns [`ServerError::NotInstalled`], for which a test is skipped, or [`ServerError::Start`] with the
    /// server's message.
    pub fn start() -> Result<Self, ServerError> {
        Self::start_with(&[])
    }

    /// Starts a server with these settings, by the names of their environment variables.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`start`](Self::start).
    pub fn start_with(settings: &[(&str, &str)]) -> Result<Self, ServerError> {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        if !is_installed() {
            return Err(ServerError::NotInstalled);
        }
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("handoff-restate-{}-{number}", process::id()));
        fs::create_dir_all(&folder).map_err(ServerError::Start)?;
        let ports = free_ports().map_err(ServerError::Start)?;
        let [ingress, admin, _] = ports.map(|port| format!("http://127.0.0.1:{port}"));
        let Ok(client) = Client::new(&ingress, &admin) else { unreachable!("these are addresses") };
        let settings =
            settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut server = Self { script: None, pid: 0, folder, ports, settings, client };
        server.restart()?;
        Ok(server)
    }

    /// Returns a client of this server.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// Returns the address of the ingress, as `http://host:port`.
    #[must_use]
    pub fn ingress(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports[0])
    }

    /// Returns the address of the admin API, as `http://host:port`.
    #[must_use]
    pub fn admin(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports[1])
    }

    /// Returns the process id, which changes when the server is restarted.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Serves a host in a runtime of its own, on a free port, and registers it.
    ///
    /// # Errors
    ///
    /// Returns an error if the host cannot be served, or if its pipelines cannot call their agents.
    pub async fn host<S: Send + Sync + 'static>(&self, endpoint: Endpoint<S>) -> Result<Host, HostError> {
        let host = Host::serve(endpoint)?;
        self.client.register(&[&host.uri()]).await?;
        Ok(host)
    }

    /// Kills the server.
    ///
    /// # Errors
    ///
    /// Returns an error if it cannot be killed.
    pub fn kill(&mut self) -> io::Result<()> {
        let killed = Command::new("kill").args(["-KILL", &self.pid.to_string()]).status()?;
        if let Some(mut script) = self.script.take() {
            // It ends when the server does.
            script.wait()?;
        }
        if killed.success() { Ok(()) } else { Err(io::Error::other("kill has failed")) }
    }

    /// Starts the server again, with the data that it has stored.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`start`](Self::start).
    pub fn restart(&mut self) -> Result<(), ServerError> {
        self.end();
        let mut script = Command::new("bash")
            .arg(here().join("start.sh"))
            .arg(&self.folder)
            .args(self.ports.map(|port| port.to_string()))
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(ServerError::Start)?;
        let mut pid = String::new();
        if let Some(said) = script.stdout.take() {
            BufReader::new(said).read_line(&mut pid).map_err(ServerError::Start)?;
        }
        let Ok(pid) = pid.trim().parse() else {
            let said = script.wait_with_output().map_err(ServerError::Start)?;
            return Err(ServerError::Start(io::Error::other(
                String::from_utf8_lossy(&said.stderr).into_owned(),
            )));
        };
        self.pid = pid;
        self.script = Some(script);
        Ok(())
    }

    fn end(&mut self) {
        if let Some(mut script) = self.script.take() {
            drop(script.stdin.take());
            let _ = script.wait();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("pid", &self.pid).field("ports", &self.ports).finish_non_exhaustive()
    }
}

/// A host in this process. Dropping it has the effect of killing its process.
#[derive(Debug)]
pub struct Host {
    runtime: Option<Runtime>,
    address: SocketAddr,
}

impl Host {
    /// Serves the endpoint on a free port of loopback.
    ///
    /// # Errors
    ///
    /// Returns an error if it cannot be served.
    pub fn serve<S: Send + Sync + 'static>(endpoint: Endpoint<S>) -> Result<Self, HostError> {
        Self::serve_on(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), endpoint)
    }

    /// Serves the endpoint at this address, which another host may have used before.
    ///
    /// # Errors
    ///
    /// Returns an error if it cannot be served.
    pub fn serve_on<S: Send + Sync + 'static>(
        address: SocketAddr,
        endpoint: Endpoint<S>,
    ) -> Result<Self, HostError> {
        let endpoint = endpoint.build()?;
        // Before there is a runtime, which an error could not drop where nothing may block.
        let listener = listen(address)?;
        let runtime = Runtime::new()?;
        let address = listener.local_addr()?;
        let listener = {
            let _inside = runtime.enter();
            TcpListener::from_std(listener)?
        };
        runtime.spawn(server::serve(endpoint, listener, std::future::pending::<()>()));
        Ok(Self { runtime: Some(runtime), address })
    }

    /// Returns the address at which the host listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the URI by which the server reaches the host.
    #[must_use]
    pub fn uri(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Whoever drops it may be in a runtime, where nothing may block.
            runtime.shutdown_background();
        }
    }
}

/// Where the scripts are.
fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("server")
}

fn is_installed() -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = || env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let folder =
        env::var_os("HANDOFF_RESTATE_SERVER").map_or_else(|| target().join("restate-server"), PathBuf::from);
    folder.join("node_modules/@restatedev").is_dir()
}

/// A host that takes the place of another one listens where that did.
fn listen(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Ports that nobody listens on. Somebody may before the server does; no test is worth more than that.
fn free_ports() -> io::Result<[u16; 3]> {
    let free = || std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let listeners = [free()?, free()?, free()?];
    let mut ports = [0; 3];
    for (port, listener) in ports.iter_mut().zip(&listeners) {
        *port = listener.local_addr()?.port();
    }
    Ok(ports)
}
