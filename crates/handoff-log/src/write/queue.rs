//! What the clones of a log and its thread share.

use std::collections::HashMap;
use std::io;
use std::mem;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use handoff::TraceId;

use super::content::Redact;
use super::file::{Failed, Target};
use super::record::Record;
use super::thread::Writer;

#[allow(
    clippy::large_enum_variant,
    reason = "nearly all are records, and a box for each is an allocation in the run"
)]
pub(super) enum Message {
    Record(Record),
    Redact(Redact),
    /// To be answered once everything before it is written.
    Flush(Sender<()>),
}

/// What the threads of runs and the log's thread both see.
pub(super) struct Shared {
    payloads: AtomicBool,
    /// Bytes that wait to be written.
    queued: AtomicUsize,
    /// How many may.
    most: AtomicUsize,
    /// Lines that were not written, in all.
    lost: AtomicU64,
    /// Events of each trace that were dropped since the log said so last.
    dropped: Mutex<HashMap<TraceId, u64>>,
    any_dropped: AtomicBool,
    /// Whether nothing is written any more.
    gone: AtomicBool,
    /// What went wrong since somebody asked.
    error: Mutex<Option<io::Error>>,
    said: AtomicBool,
}

/// Bytes that wait to be written at most, if nobody says otherwise.
const MOST_QUEUED: usize = 64 << 20;

impl Shared {
    fn new() -> Self {
        Self {
            payloads: AtomicBool::new(false),
            queued: AtomicUsize::new(0),
            most: AtomicUsize::new(MOST_QUEUED),
            lost: AtomicU64::new(0),
            dropped: Mutex::default(),
            any_dropped: AtomicBool::new(false),
            gone: AtomicBool::new(false),
            error: Mutex::default(),
            said: AtomicBool::new(false),
        }
    }

    /// Takes a record off the queue's account.
    pub(super) fn taken(&self, record: &Record) {
        self.queued.fetch_sub(record.bytes(), Relaxed);
    }

    /// The events that were dropped, by trace, since this was asked last.
    pub(super) fn take_dropped(&self) -> HashMap<TraceId, u64> {
        if !self.any_dropped.swap(false, Relaxed) {
            return HashMap::new();
        }
        mem::take(&mut *self.dropped.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn drop_one(&self, trace: TraceId) {
        self.lose(1);
        *self.dropped.lock().unwrap_or_else(PoisonError::into_inner).entry(trace).or_default() += 1;
        self.any_dropped.store(true, Relaxed);
    }

    /// Lines were not written.
    pub(super) fn lose(&self, lines: u64) {
        self.lost.fetch_add(lines, Relaxed);
    }

    /// Tells what went wrong: the first time at once, and to whoever asks.
    pub(super) fn failed(&self, error: io::Error) {
        if !self.said.swap(true, Relaxed) {
            eprintln!("handoff-log: {error}; the runs go on, and their log is incomplete");
        }
        self.error.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }

    /// What came of writing.
    pub(super) fn settle(&self, written: Result<(), Failed>) {
        if let Err(Failed { error, lines }) = written {
            self.lose(lines);
            self.failed(error);
        }
    }
}

pub(super) struct Inner {
    /// `None` while it is dropped.
    to: Option<Sender<Message>>,
    thread: Option<JoinHandle<()>>,
    shared: Arc<Shared>,
}

impl Inner {
    pub(super) fn start(target: Target) -> io::Result<Self> {
        let (to, inbox) = mpsc::channel();
        let shared = Arc::new(Shared::new());
        let its_shared = Arc::clone(&shared);
        let inbox = Inbox { messages: inbox, shared: Arc::clone(&shared) };
        let write = move || Writer::new(target, its_shared).run(&inbox.messages);
        let thread = thread::Builder::new().name("handoff-log".to_owned()).spawn(write)?;
        Ok(Self { to: Some(to), thread: Some(thread), shared })
    }

    pub(super) fn show_payloads(&self) {
        self.shared.payloads.store(true, Relaxed);
    }

    pub(super) fn queue_at_most(&self, bytes: usize) {
        self.shared.most.store(bytes, Relaxed);
    }

    pub(super) fn shows_payloads(&self) -> bool {
        self.shared.payloads.load(Relaxed)
    }

    pub(super) fn lost(&self) -> u64 {
        self.shared.lost.load(Relaxed)
    }

    /// Queues what a run has told, or drops it where the queue is full.
    pub(super) fn tell(&self, record: Record) {
        if self.shared.gone.load(Relaxed) {
            return self.shared.lose(1);
        }
        let bytes = record.bytes();
        let queued = self.shared.queued.fetch_add(bytes, Relaxed);
        if queued.saturating_add(bytes) > self.shared.most.load(Relaxed) && !record.is_of_the_run() {
            self.shared.queued.fetch_sub(bytes, Relaxed);
            self.shared.drop_one(record.trace);
            return;
        }
        self.send(Message::Record(record));
    }

    pub(super) fn send(&self, message: Message) {
        if let Some(to) = &self.to {
            // Nobody takes it once the thread has panicked, which `flush` tells.
            let _ = to.send(message);
        }
    }

    pub(super) fn flush(&self) -> io::Result<()> {
        let (done, written) = mpsc::channel();
        self.send(Message::Flush(done));
        if written.recv().is_err() {
            return Err(io::Error::other("the thread of the run log has panicked, and writes no more"));
        }
        let error = self.shared.error.lock().unwrap_or_else(PoisonError::into_inner).take();
        error.map_or(Ok(()), Err)
    }
}

/// What the log's thread is sent. Once that has panicked, nothing is kept for it any more.
struct Inbox {
    messages: Receiver<Message>,
    shared: Arc<Shared>,
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.shared.gone.store(true, Relaxed);
        for message in self.messages.try_iter() {
            if let Message::Record(record) = message {
                self.shared.taken(&record);
                self.shared.lose(1);
            }
        }
        self.shared.take_dropped();
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.to = None;
        if let Some(thread) = self.thread.take()
            // Who drops the last clone in `redact` does not wait for itself.
            && thread.thread().id() != thread::current().id()
        {
            // Its panic was told on the standard error.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::panic::panic_any;
    use std::time::{Instant, SystemTime};

    use handoff::SpanId;

    use crate::line::{Entry, Progress};
    use crate::write::file::LogFile;
    use crate::write::record::Told;

    /// What panics once more when the panic is let go, out of reach of whoever has caught the first.
    struct Panics;

    impl Drop for Panics {
        fn drop(&mut self) {
            panic!("on purpose");
        }
    }

    fn record(trace: u8, told: Told) -> Record {
        let trace = TraceId::from_bytes([trace; 16]).unwrap();
        let span = SpanId::from_bytes([1; 8]).unwrap();
        Record { at: Instant::now(), trace, span, parent: None, path: None, told }
    }

    fn progress(trace: u8) -> Record {
        record(trace, Told::Other(Entry::Progress(Progress { agent: "agent".into(), done: 1 }), None))
    }

    #[test]
    fn nothing_is_kept_for_a_thread_that_has_panicked() {
        let path = std::env::temp_dir().join(format!("handoff-log-panicked-{}.jsonl", std::process::id()));
        let log =
            Inner::start(Target::File(LogFile::new(path.clone(), File::create(&path).unwrap()))).unwrap();
        log.queue_at_most(4 * progress(1).bytes());
        log.tell(record(
            1,
            Told::RunStarted {
                wall: SystemTime::now(),
                pipeline: "p",
                traceparent: None,
                describe: || panic_any(Panics),
            },
        ));
        log.flush().unwrap_err();
        for trace in 1..=100 {
            log.tell(progress(trace));
        }
        assert_eq!((log.lost(), log.shared.queued.load(Relaxed)), (100, 0));
        assert!(log.shared.dropped.lock().unwrap().is_empty());
        std::fs::remove_file(path).unwrap();
    }
}
