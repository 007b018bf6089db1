//! Drift between builds: what has changed between two schemas, the lock file, envelopes from elsewhere.
#![allow(missing_docs, unreachable_pub, reason = "contracts as users write them")]

mod changes;
mod envelope;
mod fingerprint;
mod lock;
mod oracle;
