//! Drift between builds: what has changed between two schemas, the lock file, envelopes from elsewhere.
#![allow(missing_docs, unreachable_pub, reason = "contracts as users write them")]
#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod changes;
mod envelope;
mod fingerprint;
mod habits;
mod lock;
mod oracle;
#[path = "../ui/agent/prompt.rs"]
#[allow(dead_code)] // what its other users need
mod prompt;
mod prompts;
