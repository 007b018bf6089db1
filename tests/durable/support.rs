//! Runs a case on tokio, and durably, cut short everywhere.

use handoff::Builder;
use handoff::durable::{Entry, Here, Report, Scheduled, replays};
use handoff::engine::{Drive, TokioEngine};
use handoff::pipeline::Names;
use handoff::prelude::*;
use std::time::Duration;

/// Whose pauses are all alike.
pub fn runtime() -> Builder {
    Runtime::builder().backoff(Backoff::new(Duration::from_millis(50), Duration::from_millis(50)))
}

/// What is the same on every engine.
pub fn told<T: Contract>(outcome: &Result<Envelope<T>, PipelineError>) -> String {
    // An agent's module is not in the text of an envelope, but where it tells it apart.
    let warning = |warning: &Warning| {
        let Warning { kind, agent, label, others, count, message, .. } = warning;
        format!("\n  {kind:?} {agent} {:?} {label:?} {others:?} {count} {message}", warning.task_path())
    };
    let warnings = |warnings: &[Warning]| warnings.iter().map(warning).collect::<String>();
    match outcome {
        Ok(envelope) => {
            let Envelope { source, target, confidence, tokens, payload, .. } = envelope;
            let json = serde_json::to_value(payload).unwrap();
            format!(
                "{source} to {target}, {confidence:?}, {tokens:?}: {json}{}",
                warnings(&envelope.warnings)
            )
        }
        Err(error) => {
            let kept: Vec<_> =
                error.kept().map(|kept| format!("\n  kept {kept} {:?}", kept.confidence())).collect();
            format!("{error} ({}){}{}", error.kind().as_str(), warnings(error.warnings()), kept.concat())
        }
    }
}

/// Runs it on tokio, and durably, where it is cut short after every entry and has to come to the same.
pub async fn check<P, Arguments>(
    runtime: &Runtime,
    pipeline: impl Names<P, Arguments> + Copy,
    input: P::Input,
) -> Report<P::Output>
where
    P: Drive<TokioEngine<()>> + Drive<Scheduled<Here<()>>>,
{
    let on_tokio = told(&runtime.run(pipeline, input.clone()).await);
    let report = replays(runtime, pipeline, input).await.unwrap_or_else(|differs| panic!("{differs}"));
    assert_eq!(told(&report.outcome), on_tokio);
    report
}

/// The agents whose attempts have ended, with where and how.
pub fn ended<T>(report: &Report<T>) -> Vec<String> {
    let shown = |entry: &Entry| match entry {
        Entry::Done { place, agent, attempt, .. } => Some(format!("{place}@{attempt} {agent}")),
        Entry::Failed { place, agent, attempt, .. } => Some(format!("{place}@{attempt} {agent} failed")),
        Entry::Fired { place } => Some(format!("{place} fired")),
        _ => None,
    };
    report.entries.iter().filter_map(shown).collect()
}
