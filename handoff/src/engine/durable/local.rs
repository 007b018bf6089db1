//! A journal whose agents run in this process: what it has kept it says again, and what it has not it makes.

use super::replay::{Kept, Replay};
use super::times::{millis, now};
use super::{
    Call, Entry, Head, InputHash, Journal, JournalError, Mismatch, Outcome, SignalAsked, Stop, Store, Ticket,
    Timer, Work,
};
use crate::engine::clock::{pause, wait_at_most};
use crate::engine::fan_out::GRACE;
use crate::engine::trace::Span;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::fmt;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

/// A journal whose agents run in this process, in tasks of tokio, and whose entries are in a [`Store`].
///
/// A run is resumed from its entries. They are compared with the calls that the program makes now, by place,
/// agent and [input](InputHash): if one differs, the run stops with [`JournalError::Mismatch`], and can be
/// resumed. No new call begins before all entries have been replayed, so that no call is made which they
/// cancel.
///
/// The time when a timer fires is recorded, on the system's clock; setting the clock back prolongs no timer.
pub struct Local<S> {
    head: Head,
    changed: Option<bool>,
    store: S,
    replay: Replay,
    /// What has been asked for and has not been said.
    waiting: BTreeMap<Ticket, Waiting>,
    /// What has been asked for and what has been given up, as long as something is kept that has not been said.
    tickets: HashMap<String, Ticket>,
    given_up: HashSet<String>,
    /// What begins once all that is kept has been said.
    unbegun: Vec<(Ticket, Unbegun)>,
    /// Not kept yet.
    ended: Vec<(Ticket, Outcome)>,
    /// Kept, and not said yet.
    ready: VecDeque<(Ticket, Outcome)>,
    /// To be kept with what comes next.
    begun: Vec<Entry>,
    sender: UnboundedSender<(Ticket, Outcome)>,
    receiver: UnboundedReceiver<(Ticket, Outcome)>,
}

struct Waiting {
    /// What it is kept as.
    key: String,
    place: String,
    /// `None` of a timer.
    call: Option<Attempted>,
    task: Option<Task>,
}

/// Who is called, and with what.
#[derive(Clone)]
struct Attempted {
    agent: String,
    attempt: u32,
    input: InputHash,
}

enum Unbegun {
    Call(Work),
    Timer(Duration),
}

/// A task that is stopped when nobody waits for it any more.
struct Task(JoinHandle<()>);

impl Drop for Task {
    #[inline]
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Stops tasks, and waits until they have.
#[inline]
async fn stop(mut tasks: Vec<Task>) {
    if tasks.is_empty() {
        return;
    }
    for task in &tasks {
        task.0.abort();
    }
    let stopped = async {
        for task in &mut tasks {
            let _ = (&mut task.0).await;
        }
    };
    // Not for ever: one that blocks its thread cannot be stopped.
    let _ = wait_at_most(GRACE, stopped).await;
}

impl<S: Store> Local<S> {
    /// Creates the journal of a run that goes on from these entries.
    ///
    /// `changed` says whether the pipeline's declaration has changed since the run began. It goes into the
    /// [error](Mismatch) if the program does not do what it did.
    ///
    /// # Errors
    ///
    /// Returns [`JournalError::Unreadable`] if the first entry is not the beginning of a run, or was written
    /// by another version.
    #[inline]
    pub fn new(
        entries: impl IntoIterator<Item = Entry>,
        changed: Option<bool>,
        store: S,
    ) -> Result<Self, JournalError> {
        let mut entries = entries.into_iter();
        let Some(Entry::Run(head)) = entries.next() else {
            let reason = "it does not begin with the run".to_owned();
            return Err(JournalError::Unreadable { id: String::new(), reason });
        };
        if let Err(reason) = Head::is_known(head.version) {
            return Err(JournalError::Unreadable { id: head.id, reason });
        }
        let (sender, receiver) = unbounded_channel();
        Ok(Self {
            head: *head,
            changed,
            store,
            replay: Replay::of(entries),
            waiting: BTreeMap::new(),
            tickets: HashMap::new(),
            given_up: HashSet::new(),
            unbegun: Vec::new(),
            ended: Vec::new(),
            ready: VecDeque::new(),
            begun: Vec::new(),
            sender,
            receiver,
        })
    }

    /// Returns the head of the run's journal.
    #[inline]
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Returns the number of recorded calls and timers that have not been replayed.
    #[inline]
    pub fn kept(&self) -> usize {
        self.replay.order.len()
    }

    /// A timer is to begin anew.
    #[inline]
    pub(super) fn prolong(&mut self, place: &str) {
        self.replay.timers.remove(place);
    }

    /// Returns the store, with all recorded entries.
    #[inline]
    pub fn into_store(self) -> S {
        self.store
    }

    /// The program does something else than what is kept at this place.
    #[inline]
    fn mismatch(&self, place: &str, recorded: Option<&str>, found: Option<(&str, &str)>) -> JournalError {
        let (found, source) = found.unzip();
        JournalError::Mismatch(Box::new(Mismatch {
            id: self.head.id.clone(),
            place: place.to_owned(),
            recorded: recorded.map(str::to_owned),
            found: found.map(str::to_owned),
            source: source.map(str::to_owned),
            changed: self.changed,
        }))
    }

    #[inline]
    fn wait(&mut self, ticket: Ticket, key: String, place: String, call: Option<Attempted>) {
        if self.is_replaying() {
            self.tickets.insert(key.clone(), ticket);
        }
        self.waiting.insert(ticket, Waiting { key, place, call, task: None });
    }

    /// The next of what is kept, if something is. What was given up meanwhile is passed over.
    #[inline]
    fn replayed(&mut self) -> Result<Option<(Ticket, Outcome)>, JournalError> {
        while let Some(key) = self.replay.order.pop_front() {
            let Some(Kept { place, call, outcome }) = self.replay.ended.remove(&key) else { continue };
            let ticket = self.tickets.get(&key).copied();
            match ticket.filter(|ticket| self.waiting.remove(ticket).is_some()) {
                Some(ticket) => return Ok(Some((ticket, outcome))),
                None if self.given_up.contains(&key) => {}
                None => return Err(self.mismatch(&place, call.as_ref().map(|(agent, _)| &**agent), None)),
            }
        }
        (self.tickets, self.given_up) = Default::default();
        Ok(None)
    }

    /// A signal waits no more. What nobody was told of need not be taken back.
    #[inline]
    fn withdraw(&mut self, place: String, attempt: u32) {
        let is_it = |entry: &Entry| matches!(entry, Entry::Waits { place: of, attempt: nth, .. } if *of == place && *nth == attempt);
        match self.begun.iter().position(is_it) {
            Some(asked) => drop(self.begun.remove(asked)),
            None => self.begun.push(Entry::Withdrawn { place, attempt }),
        }
    }

    /// Begins what waits for that, now that nothing is left of what is kept.
    #[inline]
    fn begin(&mut self) {
        for (ticket, unbegun) in std::mem::take(&mut self.unbegun) {
            let Some(waiting) = self.waiting.get_mut(&ticket) else { continue };
            let sender = self.sender.clone();
            // Nobody listens where the run has ended.
            waiting.task = Some(Task(match unbegun {
                Unbegun::Call(work) => {
                    let work = Span::current().around(work.into_future());
                    tokio::spawn(async move { drop(sender.send((ticket, work.await))) })
                }
                Unbegun::Timer(left) => tokio::spawn(async move {
                    let outcome = if pause(left).await.is_ok() { Outcome::Fired } else { Outcome::Gone };
                    drop(sender.send((ticket, outcome)));
                }),
            }));
        }
    }

    /// The entry of something that has ended.
    #[inline]
    fn entry_of(&self, ticket: Ticket, outcome: &Outcome) -> Option<Entry> {
        let Waiting { call, place, .. } = self.waiting.get(&ticket)?;
        let place = place.clone();
        let raw = |json: &str| RawValue::from_string(json.to_owned()).ok();
        Some(match (outcome, call.clone()) {
            (Outcome::Done { output, spent }, Some(Attempted { agent, attempt, input })) => {
                let (output, spent) = (raw(output)?, spent.clone());
                Entry::Done { place, agent, attempt, input, output, spent }
            }
            (Outcome::Failed { error, spent }, Some(Attempted { agent, attempt, input })) => {
                let (error, spent) = (raw(error)?, spent.clone());
                Entry::Failed { place, agent, attempt, input, error, spent }
            }
            (Outcome::Fired, None) => Entry::Fired { place },
            _ => return None,
        })
    }
}

impl<S: Store> Journal for Local<S> {
    #[inline]
    fn call(&mut self, ticket: Ticket, call: Call) -> Result<(), JournalError> {
        let asked = SignalAsked::of(&call, now());
        let Call { place, agent, attempt, input, source, work, .. } = call;
        let (agent, key) = (agent.name.to_string(), super::replay::key_of(&place, attempt));
        match self.replay.ended.get(&key) {
            Some(Kept { call: Some((recorded, handed)), .. }) if (recorded, handed) != (&agent, &input) => {
                return Err(self.mismatch(&place, Some(recorded), Some((&agent, &source.name))));
            }
            // Where the run was tried again, this is what came of it then.
            Some(_) => drop(self.replay.take_output(&place, &agent, input)),
            None => match (self.replay.take_output(&place, &agent, input), work) {
                (Some(outcome), _) => drop(self.sender.send((ticket, outcome))),
                (None, Some(work)) => {
                    if let Some(signal) = asked
                        && self.replay.asked.insert(key.clone())
                    {
                        self.begun.push(Entry::Waits { place: place.clone(), attempt, signal });
                    }
                    self.unbegun.push((ticket, Unbegun::Call(work)));
                }
                (None, None) => {
                    let message = format!("agent `{agent}` cannot be called in this process");
                    return Err(JournalError::elsewhere(message));
                }
            },
        }
        self.wait(ticket, key, place, Some(Attempted { agent, attempt, input }));
        Ok(())
    }

    #[inline]
    fn sleep(&mut self, ticket: Ticket, Timer { place, after }: Timer) -> Result<(), JournalError> {
        if !self.replay.ended.contains_key(&place) {
            let now = now();
            let until = self.replay.timers.get(&place).copied().unwrap_or_else(|| {
                let until = now.saturating_add(millis(after));
                self.begun.push(Entry::Timer { place: place.clone(), until });
                until
            });
            // No more than it was: the clock may have been put back.
            let left = Duration::from_millis(until.saturating_sub(now)).min(after);
            self.unbegun.push((ticket, Unbegun::Timer(left)));
        }
        self.wait(ticket, place.clone(), place, None);
        Ok(())
    }

    #[inline]
    async fn first(&mut self) -> Result<(Ticket, Outcome), Stop> {
        loop {
            if let Some(replayed) = self.replayed().map_err(Stop::Failed)? {
                return Ok(replayed);
            }
            while let Some((ticket, outcome)) = self.ready.pop_front() {
                if self.waiting.remove(&ticket).is_some() {
                    return Ok((ticket, outcome));
                }
            }
            // A timer is kept before it is waited for, or it would begin anew after each crash.
            if !self.begun.is_empty() {
                // Dropped under way, it is kept again: nothing says how far it had come.
                let kept = self.store.append(&self.begun).await;
                kept.map_err(|error| Stop::Failed(error.of_run(&self.head.id)))?;
                self.begun.clear();
            }
            self.begin();
            if self.ended.is_empty() {
                // There is always a sender.
                self.ended.extend(self.receiver.recv().await);
            }
            // What has ended by now is kept at once.
            while let Ok(more) = self.receiver.try_recv() {
                self.ended.push(more);
            }
            self.ended.retain(|(ticket, _)| self.waiting.contains_key(ticket));
            if self.ended.iter().any(|(_, outcome)| matches!(outcome, Outcome::Gone)) {
                return Err(Stop::Gone);
            }
            let entries: Vec<_> =
                self.ended.iter().filter_map(|(ticket, outcome)| self.entry_of(*ticket, outcome)).collect();
            if !entries.is_empty() {
                let kept = self.store.append(&entries).await;
                kept.map_err(|error| Stop::Failed(error.of_run(&self.head.id)))?;
            }
            self.ready.extend(self.ended.drain(..));
        }
    }

    #[inline]
    async fn cancel(&mut self, tickets: Vec<Ticket>) -> Result<(), JournalError> {
        let mut stopping = Vec::new();
        for ticket in tickets {
            let Some(Waiting { key, place, call, task }) = self.waiting.remove(&ticket) else { continue };
            if let Some(Attempted { attempt, .. }) = call
                && self.replay.asked.remove(&key)
            {
                self.withdraw(place, attempt);
            }
            if self.is_replaying() {
                self.given_up.insert(key);
            }
            stopping.extend(task);
        }
        self.unbegun.retain(|(ticket, _)| self.waiting.contains_key(ticket));
        stop(stopping).await;
        Ok(())
    }

    #[inline]
    async fn leave(&mut self) {
        self.unbegun.clear();
        stop(self.waiting.values_mut().filter_map(|waiting| waiting.task.take()).collect()).await;
    }

    #[inline]
    fn is_replaying(&self) -> bool {
        !self.replay.order.is_empty()
    }
}

impl<S> fmt::Debug for Local<S> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Local").field("id", &self.head.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Contract as _;
    use crate::engine::durable::Memory;
    use crate::trace::TraceId;
    use std::future::pending;
    use std::sync::Arc;
    use tokio::sync::Notify;

    #[inline]
    fn begun() -> Entry {
        let head = serde_json::json!({
            "version": 1, "id": "a", "pipeline": "p", "trace_id": TraceId::random(), "at": 0, "shape": "",
            "schema": bool::fingerprint(), "input": true,
        });
        Entry::Run(serde_json::from_value(head).unwrap())
    }

    #[test]
    fn a_timer_goes_on_unless_it_is_prolonged() {
        let timer = Entry::Timer { place: "1!1".to_owned(), until: 1 };
        for is_prolonged in [false, true] {
            let entries = [begun(), timer.clone()];
            let mut journal = Local::new(entries, None, Memory::default()).unwrap();
            if is_prolonged {
                journal.prolong("1!1");
            }
            let after = Duration::from_secs(9);
            journal.sleep(0, Timer { place: "1!1".to_owned(), after }).unwrap();
            let [(0, Unbegun::Timer(left))] = journal.unbegun[..] else { panic!("it begins") };
            assert_eq!(left > Duration::ZERO, is_prolonged);
            assert_eq!(journal.begun.len(), usize::from(is_prolonged));
        }
    }

    /// Every other append does not come to its end, and says when it has begun.
    struct Halting {
        memory: Memory,
        halts: bool,
        halted: Arc<Notify>,
    }

    impl Store for Halting {
        #[inline]
        async fn append(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
            self.halts = !self.halts;
            if self.halts {
                self.halted.notify_one();
                pending::<()>().await;
            }
            self.memory.append(entries).await
        }
    }

    /// One that keeps nothing.
    struct Full;

    impl Store for Full {
        #[inline]
        async fn append(&mut self, _: &[Entry]) -> Result<(), JournalError> {
            Err(JournalError::store("write the entries", "the table is full"))
        }
    }

    #[tokio::test]
    async fn an_error_of_a_store_says_of_which_run_it_is() {
        let mut journal = Local::new([begun()], None, Full).unwrap();
        journal.sleep(0, Timer { place: "1!1".to_owned(), after: Duration::ZERO }).unwrap();
        let Err(Stop::Failed(error)) = journal.first().await else { panic!("nothing can be kept") };
        let expected = "the journal cannot write the entries of run `a`: the table is full";
        assert_eq!(error.to_string(), expected);
    }

    #[tokio::test]
    async fn nothing_is_lost_with_a_future_that_is_dropped() {
        let (memory, halted) = (Memory::default(), Arc::new(Notify::new()));
        let store = Halting { memory: memory.clone(), halts: false, halted: Arc::clone(&halted) };
        let mut journal = Local::new([begun()], None, store).unwrap();
        journal.sleep(7, Timer { place: "1!1".to_owned(), after: Duration::ZERO }).unwrap();
        // That the timer has begun, and that it has fired.
        for _ in 0..2 {
            tokio::select! {
                first = journal.first() => panic!("{first:?}"),
                () = halted.notified() => {}
            }
        }
        assert!(matches!(journal.first().await, Ok((7, Outcome::Fired))));
        let kept = memory.entries();
        assert!(matches!(&kept[..], [Entry::Timer { .. }, Entry::Fired { .. }]), "{kept:?}");
    }
}
