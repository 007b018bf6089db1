//! A journal as an SDK has it: `!Send`, agents elsewhere by their address, bytes in and out, and a call that is not byte
//! for byte what it was is refused.

use super::questions::{Asked, Questions};
use crate::Terms;
use handoff::durable::OneAttempt;
use handoff::durable::{Call, Journal, JournalError, Outcome, Stop, Ticket, Timer};
use handoff::engine::Drive;
use handoff::{AgentSpec, Runtime};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Sleep, sleep};

type LocalFuture<T> = Pin<Box<dyn Future<Output = T>>>;

/// Makes one attempt of an agent: what it is asked, as text, and what it answers, as text.
type Host = Rc<dyn Fn(String) -> LocalFuture<String>>;

/// The hosts of agents, by their addresses.
type Hosts = Rc<HashMap<&'static str, Host>>;

/// Makes the attempts of agents that it has been told of, on a runtime.
pub struct Hosting<S> {
    runtime: Runtime<S>,
    hosts: HashMap<&'static str, Host>,
}

impl<S: Send + Sync + 'static> Hosting<S> {
    pub fn on(runtime: &Runtime<S>) -> Self {
        Self { runtime: runtime.clone(), hosts: HashMap::new() }
    }

    pub fn host<A: AgentSpec + Drive<OneAttempt<S>>>(&mut self) {
        let runtime = self.runtime.clone();
        let host: Host = Rc::new(move |asked| {
            let runtime = runtime.clone();
            Box::pin(async move {
                let outcome = runtime.serve::<A>(&asked).await.expect("it is a call of this agent");
                outcome.to_json().expect("it has come to its end")
            })
        });
        let before = self.hosts.insert(A::ADDRESS, host);
        assert!(before.is_none(), "two agents have the address {}", A::ADDRESS);
    }

    /// A first life of a run on these hosts, which may be cancelled.
    pub fn journal(self, terms: &Terms) -> Fake {
        Fake::new(Rc::new(self.hosts), terms.cancelled)
    }
}

/// What has come to its end, in which order, each with its answer.
pub type Order = Vec<(String, String)>;

/// Stands among what has ended for the end of the run.
pub(super) const CANCELLED: &str = "cancelled";

/// One life of a run.
pub struct Fake {
    hosts: Hosts,
    /// What each call looked like when it was first made.
    bodies: HashMap<String, String>,
    /// What has been said before, and is said again.
    kept: VecDeque<(String, String)>,
    /// What comes after that, where that is known: an order that has nothing to do with time.
    script: VecDeque<String>,
    asked: BTreeMap<Ticket, (String, LocalFuture<String>)>,
    questions: Questions,
    /// What has been said in this life.
    said: Order,
    made: Vec<String>,
    cancels: Option<Pin<Box<Sleep>>>,
}

impl Fake {
    fn new(hosts: Hosts, cancelled: Option<Duration>) -> Self {
        Self {
            hosts,
            bodies: HashMap::new(),
            kept: VecDeque::new(),
            script: VecDeque::new(),
            asked: BTreeMap::new(),
            questions: Questions::default(),
            said: Vec::new(),
            made: Vec::new(),
            cancels: cancelled.map(|after| Box::pin(sleep(after))),
        }
    }

    /// A second life of the run: so many answers of the first are kept, and what follows ends in the order in which it
    /// did then.
    #[must_use]
    pub fn cut(&self, behind: usize) -> Self {
        let (kept, rest) = self.said.split_at(behind);
        Self {
            bodies: self.bodies.clone(),
            kept: kept.iter().cloned().collect(),
            script: rest.iter().map(|(key, _)| key.clone()).collect(),
            ..Self::new(Rc::clone(&self.hosts), None)
        }
    }

    /// A second life in which all answers are kept, in an order that is not the one in which they were said.
    #[must_use]
    pub fn forgetful(&self) -> Self {
        let mut life = self.cut(self.said.len());
        life.kept.make_contiguous().sort();
        life
    }

    /// What this life of a run of `P` asks outside.
    pub(crate) fn questions<'a, P, S>(&self, runtime: &'a Runtime<S>) -> Asked<'a, P, S> {
        Asked { runtime, questions: self.questions.clone(), pipeline: PhantomData }
    }

    /// What has come to its end.
    pub fn said(&self) -> &Order {
        &self.said
    }

    /// The attempts that were made in this life.
    pub fn made(&self) -> &[String] {
        &self.made
    }

    /// Finds who asked for this.
    fn asker(&self, key: &str) -> Option<Ticket> {
        self.asked.iter().find(|(_, (asked, _))| asked == key).map(|(ticket, _)| *ticket)
    }

    /// What comes next by what is kept, and then by the script.
    async fn next(&mut self) -> (String, String) {
        // What was given up meanwhile is passed over: nobody waits for it.
        while let Some((key, answer)) = self.kept.pop_front() {
            if key == CANCELLED || self.asker(&key).is_some() {
                return (key, answer);
            }
        }
        while let Some(key) = self.script.pop_front() {
            if key == CANCELLED {
                return (key, String::new());
            }
            if let Some(ticket) = self.asker(&key)
                && let Some((_, work)) = self.asked.get_mut(&ticket)
            {
                self.made.push(key.clone());
                return (key, work.as_mut().await);
            }
        }
        let (asked, made) = (&mut self.asked, &mut self.made);
        let work = poll_fn(|cx| {
            for (key, work) in asked.values_mut() {
                if let Poll::Ready(answer) = work.as_mut().poll(cx) {
                    made.push(key.clone());
                    return Poll::Ready((key.clone(), answer));
                }
            }
            Poll::Pending
        });
        let Some(cancels) = &mut self.cancels else { return work.await };
        tokio::select! {
            biased;
            ended = work => ended,
            () = cancels => (CANCELLED.to_owned(), String::new()),
        }
    }
}

impl Journal for Fake {
    fn call(&mut self, ticket: Ticket, call: Call) -> Result<(), JournalError> {
        let key = format!("{}@{}", call.place, call.attempt);
        let body = call.to_json().expect("agents are elsewhere");
        let was = self.bodies.entry(key.clone()).or_insert_with(|| body.clone());
        if *was != body {
            return Err(JournalError::elsewhere(format!("at {key}, another call: {was} was {body}")));
        }
        let work = match self.questions.ask(&call) {
            Some(answer) => Box::pin(async move { answer.await.expect("it is kept until it is answered") }),
            None => self.hosts[call.address](body),
        };
        self.asked.insert(ticket, (key, work));
        Ok(())
    }

    fn sleep(&mut self, ticket: Ticket, timer: Timer) -> Result<(), JournalError> {
        let scripted = !self.script.is_empty();
        let work: LocalFuture<String> = Box::pin(async move {
            if !scripted {
                sleep(timer.after).await;
            }
            String::new()
        });
        self.asked.insert(ticket, (timer.place, work));
        Ok(())
    }

    async fn first(&mut self) -> Result<(Ticket, Outcome), Stop> {
        let (key, answer) = self.next().await;
        self.said.push((key.clone(), answer.clone()));
        if key == CANCELLED {
            self.cancels = None;
            return Err(Stop::Cancelled);
        }
        let ticket = self.asker(&key).expect("somebody waits for it");
        self.asked.remove(&ticket);
        let outcome = if answer.is_empty() { Some(Outcome::Fired) } else { Outcome::from_json(&answer) };
        let outcome =
            outcome.ok_or_else(|| Stop::Failed(JournalError::elsewhere("no answer of an agent")))?;
        Ok((ticket, outcome))
    }

    async fn cancel(&mut self, tickets: Vec<Ticket>) -> Result<(), JournalError> {
        for ticket in tickets {
            self.asked.remove(&ticket);
        }
        Ok(())
    }

    fn is_replaying(&self) -> bool {
        !self.kept.is_empty()
    }
}
