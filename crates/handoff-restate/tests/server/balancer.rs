//! What stands before several hosts.

use std::net::{Ipv4Addr, SocketAddr};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A balancer that has all its connections go to one of several hosts, until it is the turn of the next.
pub(crate) struct Balancer {
    address: SocketAddr,
    turn: watch::Sender<usize>,
}

impl Balancer {
    pub(crate) async fn before(hosts: Vec<SocketAddr>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (turn, turns) = watch::channel(0);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mut turns = turns.clone();
                let host = hosts[*turns.borrow_and_update() % hosts.len()];
                tokio::spawn(async move {
                    tokio::select! {
                        () = forward(stream, host) => {}
                        _ = turns.changed() => {}
                    }
                });
            }
        });
        Self { address, turn }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Drops all connections. Whoever connects again comes to the next host.
    pub(crate) fn take_the_next(&self) {
        self.turn.send_modify(|turn| *turn += 1);
    }
}

/// Until either side has enough of it. Whoever is cut off finds out by that.
async fn forward(mut stream: TcpStream, host: SocketAddr) {
    if let Ok(mut host) = TcpStream::connect(host).await {
        let _ = copy_bidirectional(&mut stream, &mut host).await;
    }
}
