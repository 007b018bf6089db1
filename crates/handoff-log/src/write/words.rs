//! What lines say in anybody's words but handoff's: masked, and shown to `redact`.

use std::borrow::Cow;
use std::mem;

use handoff::ContractViolation;

use super::content::{Redactor, Whose};
use super::mask;
use super::runs::Running;
use crate::line::{
    CallEnded, ElseStarted, Ended, Entry, FanOutEnded, RoundEnded, RunEnded, TaskStarted, Warned, Why,
};

/// What stands between the words of handoff and those of a panic.
const PANICKED: &str = "panicked: ";

/// What a line may say.
pub(super) struct Words<'a> {
    pub(super) redactor: &'a mut Redactor,
    /// The run that it is a line of.
    pub(super) running: &'a Running,
    /// The contract that was broken.
    pub(super) broken: Option<&'a ContractViolation>,
}

impl Words<'_> {
    /// Whether something was changed.
    pub(super) fn of_entry(&mut self, entry: &mut Entry<'static>) -> bool {
        match entry {
            Entry::TaskStarted(TaskStarted { label: Some(label), .. }) => {
                self.redactor.text(label, Whose::Label)
            }
            Entry::Warned(Warned { message, .. }) => {
                *message = quoting_nothing(message);
                self.redactor.text(message, Whose::Warning)
            }
            Entry::PipelineEnded(Ended { why: Some(why), .. })
            | Entry::TaskEnded(Ended { why: Some(why), .. })
            | Entry::FanOutEnded(FanOutEnded { why: Some(why), .. })
            | Entry::ElseEnded(Ended { why: Some(why), .. })
            | Entry::RoundEnded(RoundEnded { why: Some(why), .. })
            | Entry::ElseStarted(ElseStarted { why: Some(why), .. }) => self.of_failure(why),
            Entry::CallEnded(ended) => self.of_call(ended),
            _ => false,
        }
    }

    fn of_call(&mut self, ended: &mut CallEnded<'static>) -> bool {
        let mut changed = ended.why.as_mut().is_some_and(|why| self.of_failure(why));
        if let Some(model) = &mut ended.model {
            changed |= self.redactor.text(model, Whose::Model);
        }
        // What is borrowed is a word of handoff's.
        if let Some(finish @ Cow::Owned(_)) = &mut ended.finish {
            changed |= self.redactor.text(finish, Whose::Finish);
        }
        changed
    }

    /// Whether something was changed.
    pub(super) fn of_run(&mut self, ended: &mut RunEnded<'static>) -> bool {
        let label = ended.label.as_mut().is_some_and(|label| self.redactor.text(label, Whose::Label));
        let why = ended.why.as_mut().is_some_and(|why| self.of_failure(why));
        label || why
    }

    fn of_failure(&mut self, why: &mut Why<'static>) -> bool {
        match (&*why.kind, self.broken) {
            ("contract", Some(broken)) => {
                let described = self.running.described.as_ref();
                let declared = described.map(|described| described.declared(broken.contract()));
                why.violations = mask::lines(broken, &declared.unwrap_or_default());
                let mut changed = false;
                for violation in &mut why.violations {
                    changed |= self.redactor.text(violation, Whose::Violation);
                }
                why.message = mask::message(broken, &why.violations).into();
                changed
            }
            ("agent", _) => {
                why.message = quoting_nothing(&mut why.message);
                self.redactor.text(&mut why.message, Whose::Error)
            }
            ("panicked", _) => {
                let message = quoting_nothing(&mut why.message);
                let mut said = message.strip_prefix(PANICKED).unwrap_or(&message).to_owned().into();
                let changed = self.redactor.text(&mut said, Whose::Panic);
                why.message = format!("{PANICKED}{said}").into();
                changed
            }
            _ => false,
        }
    }
}

fn quoting_nothing(text: &mut Cow<'static, str>) -> Cow<'static, str> {
    mask::without_violations(mem::take(text).into_owned()).into()
}
