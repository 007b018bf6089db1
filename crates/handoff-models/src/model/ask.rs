//! Asking for a contract, and asking again for one that was broken.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use handoff::{Context, Contract, ContractViolation, FinishReason, LeftOut, WarningKind};

use super::Model;
use super::tools::{Tools, is_of_calls, tell_apart};
use crate::dialect::Written;
use crate::error::{ModelError, ModelErrorKind};
use crate::prompt::Parts;
use crate::provider::Completion;
use crate::request::{Message, Request, ToolCall};

/// What a model is told that ran into its cap. The fragment is not sent back: it would take as much of the prompt, and be
/// taken for a beginning.
const SHORTER: &str =
    "Your reply was cut off, because it was too long. Say it in fewer words, and reply with the whole.";

/// What was wrong with the last answers of a call, by what was asked.
#[derive(Clone, Default)]
struct Spoilt {
    by_prompt: HashMap<u64, Last>,
}

/// What was wrong with the last answer.
#[derive(Clone)]
struct Last {
    /// Empty where it was cut off.
    answer: Arc<str>,
    /// What the model is told of it.
    complaint: Arc<str>,
}

impl Model {
    pub(crate) async fn ask_for<T: Contract>(&self, prompt: Parts, cx: &Context) -> Result<T, ModelError> {
        if let Some((input, why)) = prompt.unwritten {
            return Err(ModelErrorKind::Unwritten { input, why }.into());
        }
        let dialect = self.inner.provider.dialect();
        let tools = if prompt.tools { Tools::of(cx, dialect) } else { Tools::default() };
        let written = tools.dialect_of_the_answer(dialect).write::<T>();
        let lenient = prompt.lenient;
        let mut asked = Asked::new(prompt, &T::name(), &written, cx);
        asked.request.tools = tools.offered();
        let answer = self.answer(&mut asked, &tools, cx).await?;
        match written.read(answer.clone(), lenient) {
            Ok((output, left_out)) => {
                asked.succeeded(left_out, cx);
                Ok(output)
            }
            Err(violation) => Err(asked.broken(answer, violation, written.note_on_paths(), cx)),
        }
    }

    /// The text of a whole answer, once the model has called what it wants to call.
    async fn answer(&self, asked: &mut Asked, tools: &Tools, cx: &Context) -> Result<String, ModelError> {
        let mut turns = 1;
        loop {
            let completion = self.call(&asked.request, cx).await?;
            if completion.calls.is_empty() {
                return Self::whole(completion, asked, cx);
            }
            let (text, mut calls) = Self::calls(completion, asked, cx)?;
            if turns >= tools.max_turns {
                return Err(tools.too_many(turns).into());
            }
            turns += 1;
            let messages = &mut asked.request.messages;
            tell_apart(&mut calls, messages);
            messages.push(Message::calls(text, calls.clone()));
            messages.push(Message::results(tools.call(calls, cx).await));
        }
    }

    /// What a model calls, and what it says beside that.
    fn calls(
        completion: Completion,
        asked: &Asked,
        cx: &Context,
    ) -> Result<(String, Vec<ToolCall>), ModelError> {
        let Completion { text, finish, refusal, calls, .. } = completion;
        match finish {
            _ if refusal.is_some() => Err(ModelErrorKind::Refused.into()),
            FinishReason::ContentFilter => Err(ModelErrorKind::Filtered.into()),
            // Arguments may be whole in their form, and lack half of what they were to say.
            finish if finish.is_cut_off() => Err(asked.cut(finish, cx)),
            FinishReason::Other(word) if !is_of_calls(&word) => {
                Err(ModelErrorKind::Ended(FinishReason::Other(word)).into())
            }
            _ => Ok((text, calls)),
        }
    }

    fn whole(completion: Completion, asked: &Asked, cx: &Context) -> Result<String, ModelError> {
        if completion.refusal.is_some() {
            return Err(ModelErrorKind::Refused.into());
        }
        match completion.finish {
            FinishReason::ContentFilter => return Err(ModelErrorKind::Filtered.into()),
            finish if finish.is_cut_off() => return Err(asked.cut(finish, cx)),
            // Of calls of tools, pauses and what else there is, the text is no answer, or not all of it.
            finish @ FinishReason::Other(_) => return Err(ModelErrorKind::Ended(finish).into()),
            _ => {}
        }
        if completion.text.trim().is_empty() {
            return Err(ModelErrorKind::Empty.into());
        }
        Ok(completion.text)
    }
}

/// A question, under way.
struct Asked {
    /// What tells it from others of the same agent.
    id: u64,
    request: Request,
    last: Option<Last>,
}

impl Asked {
    fn new(prompt: Parts, contract: &str, written: &Written, cx: &Context) -> Self {
        let Parts { mut text, system, temperature, seed, lenient: _, tools: _, unwritten: _ } = prompt;
        text.push_str(written.instructions());
        let id = {
            let mut hasher = DefaultHasher::new();
            (&text, &system, contract).hash(&mut hasher);
            hasher.finish()
        };
        let mut request = Request::new(text);
        contract.clone_into(&mut request.contract);
        request.system = system;
        request.temperature = temperature;
        request.seed = seed;
        request.schema = written.schema().cloned();
        request.max_output_tokens = cx.max_output_tokens();
        request.traceparent = Some(cx.traceparent());
        let last = cx.kept::<Spoilt>().and_then(|mut spoilt| spoilt.by_prompt.remove(&id));
        if let Some(Last { answer, complaint }) = &last {
            if !answer.is_empty() {
                request.messages.push(Message::model(&**answer));
            }
            request.messages.push(Message::user(&**complaint));
        }
        Self { id, request, last }
    }

    fn keep(&self, last: Last, cx: &Context) {
        let mut spoilt = cx.kept::<Spoilt>().unwrap_or_default();
        spoilt.by_prompt.insert(self.id, last);
        cx.keep(spoilt);
    }

    fn cut(&self, finish: FinishReason, cx: &Context) -> ModelError {
        self.keep(Last { answer: "".into(), complaint: SHORTER.into() }, cx);
        ModelErrorKind::Cut(finish).into()
    }

    /// Forgets what was wrong, so that the same question is a new one from here on.
    fn forget(&self, cx: &Context) {
        if let Some(mut spoilt) = cx.kept::<Spoilt>() {
            spoilt.by_prompt.remove(&self.id);
            cx.keep(spoilt);
        }
    }

    fn succeeded(&self, left_out: Option<LeftOut>, cx: &Context) {
        if self.last.is_some() {
            self.forget(cx);
            let message = format!("its reply was repaired by asking again: attempt {}", cx.attempt());
            cx.note(WarningKind::RepairedByAsking, message);
        }
        let message = match left_out {
            None => return,
            Some(LeftOut::Fence) => "its reply was repaired: the code fence around the JSON was left out",
            Some(LeftOut::Thoughts) => "its reply was repaired: the thoughts in it were left out",
            Some(_) => "its reply was repaired: the text around the JSON was left out",
        };
        cx.note(WarningKind::Repaired, message);
    }

    fn broken(&self, answer: String, violation: ContractViolation, note: &str, cx: &Context) -> ModelError {
        if self.last.as_ref().is_some_and(|last| *last.answer == *answer) {
            return ModelErrorKind::Stuck(violation).into();
        }
        let complaint = format!("{}{note}", violation.for_model());
        self.keep(Last { answer: answer.into(), complaint: complaint.into() }, cx);
        ModelErrorKind::Broken(violation).into()
    }
}
