//! Kills one host after the other, and starts it again.

use crate::hosts::Host;
use crate::options::Options;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Until all runs have ended, or it has killed enough. Gives the hosts back.
pub(crate) fn start(
    mut hosts: Vec<Host>,
    options: &Options,
    ended: Arc<AtomicUsize>,
    runs: usize,
) -> JoinHandle<io::Result<Vec<Host>>> {
    let (kills, mut random) = (options.kills, fastrand::Rng::with_seed(options.seed));
    tokio::task::spawn_blocking(move || {
        for _ in 0..kills {
            thread::sleep(Duration::from_millis(random.u64(700..1500)));
            if ended.load(Ordering::Relaxed) == runs {
                break;
            }
            let host = random.usize(..hosts.len());
            let host = &mut hosts[host];
            host.kill()?;
            println!("     killed: one of the {}", host.which);
            thread::sleep(Duration::from_millis(random.u64(100..600)));
            host.restart()?;
        }
        Ok(hosts)
    })
}
