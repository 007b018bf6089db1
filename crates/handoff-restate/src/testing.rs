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

/// Why there is no server to test with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// It is not installed: a reason to skip a test, and not to fail it.
    #[error("no Restate server is installed: crates/handoff-restate/server/install.sh does it")]
    NotInstalled,
    /// It has not come up.
    #[error("the Restate server does not start: {0}")]
    Start(#[source] io::Error),
}

/// Why a host cannot be reached by a server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// It cannot be served.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// Restate does not take it.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// There is no port for it.
    #[error("the host cannot listen: {0}")]
    Listen(#[from] io::Error),
}

/// A Restate server on loopback, of this process alone, with a folder that goes with it. It ends with the process, however
/// that ends.
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
    /// Starts one and waits until it answers, which is a second or two.
    ///
    /// # Errors
    ///
    /// [`ServerError::NotInstalled`], which a test skips; else what the server says.
    pub fn start() -> Result<Self, ServerError> {
        Self::start_with(&[])
    }

    /// The same with these settings of the server, by the names of their environment variables.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
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

    /// What asks this server.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// Where it takes runs, as `http://host:port`.
    #[must_use]
    pub fn ingress(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports[0])
    }

    /// Where its admin API is, as `http://host:port`.
    #[must_use]
    pub fn admin(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports[1])
    }

    /// Its process id, until it is started again.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Serves a host in a runtime of its own, on a free port, and registers it.
    ///
    /// # Errors
    ///
    /// What is wrong with the host, or with what its pipelines call.
    pub async fn host<S: Send + Sync + 'static>(&self, endpoint: Endpoint<S>) -> Result<Host, HostError> {
        let host = Host::serve(endpoint)?;
        self.client.register(&[&host.uri()]).await?;
        Ok(host)
    }

    /// Kills the server, in the middle of whatever it does.
    ///
    /// # Errors
    ///
    /// It cannot be killed.
    pub fn kill(&mut self) -> io::Result<()> {
        let killed = Command::new("kill").args(["-KILL", &self.pid.to_string()]).status()?;
        if let Some(mut script) = self.script.take() {
            // It ends when the server does.
            script.wait()?;
        }
        if killed.success() { Ok(()) } else { Err(io::Error::other("kill has failed")) }
    }

    /// Starts the server again, on what it has kept.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
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

/// A host in this process. Dropping it is as if its process was killed.
#[derive(Debug)]
pub struct Host {
    runtime: Option<Runtime>,
    address: SocketAddr,
}

impl Host {
    /// Serves on a free port of loopback.
    ///
    /// # Errors
    ///
    /// It cannot be served.
    pub fn serve<S: Send + Sync + 'static>(endpoint: Endpoint<S>) -> Result<Self, HostError> {
        Self::serve_on(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), endpoint)
    }

    /// Serves there, where another host may have been before.
    ///
    /// # Errors
    ///
    /// It cannot be served.
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

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same, as Restate is told.
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
