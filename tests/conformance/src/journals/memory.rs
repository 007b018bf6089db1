//! A journal that is watched.

use handoff::durable::{Call, Journal, JournalError, Outcome, Stop, Ticket, Timer, Work};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Sleep, sleep};

/// A journal that notes which attempts are begun, and that may be told to cancel its run.
pub struct Noting<J> {
    journal: J,
    made: Arc<Mutex<Vec<String>>>,
    cancels: Option<Pin<Box<Sleep>>>,
}

impl<J> Noting<J> {
    pub fn new(journal: J, cancelled: Option<Duration>) -> Self {
        Self { journal, made: Arc::default(), cancels: cancelled.map(|after| Box::pin(sleep(after))) }
    }

    pub fn made(&self) -> Vec<String> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<J: Journal> Journal for Noting<J> {
    fn call(&mut self, ticket: Ticket, mut call: Call) -> Result<(), JournalError> {
        let (made, name) =
            (Arc::clone(&self.made), format!("{}@{} {}", call.place, call.attempt, call.agent.name));
        call.work = call.work.map(|work| {
            Work::new(async move {
                made.lock().unwrap_or_else(PoisonError::into_inner).push(name);
                work.await
            })
        });
        self.journal.call(ticket, call)
    }

    fn sleep(&mut self, ticket: Ticket, timer: Timer) -> Result<(), JournalError> {
        self.journal.sleep(ticket, timer)
    }

    async fn first(&mut self) -> Result<(Ticket, Outcome), Stop> {
        let Some(cancels) = &mut self.cancels else { return self.journal.first().await };
        tokio::select! {
            biased;
            first = self.journal.first() => first,
            () = cancels => Err(Stop::Cancelled),
        }
    }

    async fn cancel(&mut self, tickets: Vec<Ticket>) -> Result<(), JournalError> {
        self.journal.cancel(tickets).await
    }

    fn is_replaying(&self) -> bool {
        self.journal.is_replaying()
    }
}
