//! The processes of the cluster: each is this program again.

use crate::BoxError;
use crate::agents::{digest, read, split, sum_up};
use crate::notes::Notes;
use handoff::Runtime;
use handoff_restate::Endpoint;
use std::fmt;
use std::io::{self, Read as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::str::FromStr;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpSocket};

/// What a host has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    Workers,
    Planners,
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Workers => "workers",
            Self::Planners => "planners",
        })
    }
}

impl FromStr for Which {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "workers" => Ok(Self::Workers),
            "planners" => Ok(Self::Planners),
            _ => Err(format!("`{text}` is no kind of host")),
        }
    }
}

/// What a process of the cluster does: it serves until the one that has started it is gone.
pub(crate) async fn serve(which: Which, address: SocketAddr, notes: &Path) -> Result<(), BoxError> {
    let endpoint = Endpoint::new(Runtime::builder().state(Notes::at(notes)).build());
    let endpoint = match which {
        Which::Workers => endpoint.agent::<read>(),
        Which::Planners => endpoint.agent::<split>().agent::<sum_up>().pipeline(digest),
    };
    let over = tokio::task::spawn_blocking(|| io::stdin().read(&mut [0]));
    Ok(endpoint.serve(share(address)?, over).await?)
}

/// Several hosts of an agent are behind one address: on one machine the kernel can be what balances.
fn share(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    #[cfg(unix)]
    socket.set_reuseport(true)?;
    socket.bind(address)?;
    socket.listen(1024)
}

/// One that nobody listens at.
pub(crate) fn free_address() -> io::Result<SocketAddr> {
    std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

/// A process of the cluster.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) which: Which,
    address: SocketAddr,
    notes: PathBuf,
    child: Child,
}

impl Host {
    pub(crate) fn start(which: Which, address: SocketAddr, notes: &Path) -> io::Result<Self> {
        let child = spawn(which, address, notes)?;
        Ok(Self { which, address, notes: notes.to_owned(), child })
    }

    pub(crate) fn uri(&self) -> String {
        format!("http://{}", self.address)
    }

    /// In the middle of whatever it does.
    pub(crate) fn kill(&mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(drop)
    }

    pub(crate) fn restart(&mut self) -> io::Result<()> {
        self.child = spawn(self.which, self.address, &self.notes)?;
        Ok(())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// Waits until somebody listens.
fn spawn(which: Which, address: SocketAddr, notes: &Path) -> io::Result<Child> {
    let child = Command::new(std::env::current_exe()?)
        .args(["host", &which.to_string(), &address.to_string()])
        .arg(notes)
        .stdin(Stdio::piped())
        .spawn()?;
    let began = Instant::now();
    while TcpStream::connect(address).is_err() {
        if began.elapsed() > Duration::from_secs(30) {
            return Err(io::Error::other(format!("the {which} do not come up")));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(child)
}
