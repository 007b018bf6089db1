//! What went wrong in a run, by what it is: of a kind, the first few and a count.

use handoff_log::{End, LoggedRun, Span, SpanKind};

use crate::output::{Ink, Paint, plain};
use crate::words::{counted, thousands};

/// Places that are named of each kind.
const MOST_PLACES: usize = 5;

/// What is of one kind.
pub(super) struct Group<'r> {
    pub(super) agent: &'r str,
    pub(super) kind: &'r str,
    /// That of the first.
    pub(super) message: &'r str,
    pub(super) violations: Vec<&'r str>,
    pub(super) places: Vec<String>,
    pub(super) count: usize,
}

/// The attempts that failed for good, by agent and kind of error; the most frequent first.
pub(super) fn for_good(run: &LoggedRun) -> Vec<Group<'_>> {
    groups(run, |span| !span.is_retried())
}

/// The attempts that failed and were followed by another one.
pub(super) fn tried_again(run: &LoggedRun) -> Vec<Group<'_>> {
    groups(run, Span::is_retried)
}

fn groups(run: &LoggedRun, wanted: impl Fn(&Span) -> bool) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let failed = run.spans.iter().filter(|span| span.is_call() && span.outcome == Some(End::Failed));
    for span in failed.filter(|span| wanted(span)) {
        let agent = span.agent().unwrap_or_default();
        let (kind, message) = span.why.as_deref().map_or(("", ""), |why| (&*why.kind, &*why.message));
        let known = groups.iter().position(|group| group.agent == agent && group.kind == kind);
        let group = known.unwrap_or_else(|| {
            let violations = span.why.as_deref().map_or(&[][..], |why| &why.violations);
            let violations = violations.iter().map(|violation| &**violation).collect();
            groups.push(Group { agent, kind, message, violations, places: Vec::new(), count: 0 });
            groups.len() - 1
        });
        let group = &mut groups[group];
        group.count += 1;
        if group.places.len() < MOST_PLACES
            && let Some(place) = place(run, span)
        {
            group.places.push(place);
        }
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.count));
    groups
}

/// The task that a span is in: `2.0`, and its name.
fn place(run: &LoggedRun, span: &Span) -> Option<String> {
    let path = span.path.as_ref()?;
    let parents = std::iter::successors(Some(span), |span| span.parent.map(|parent| &run.spans[parent]));
    let label = parents.take(100).find_map(|span| match &span.kind {
        SpanKind::Task { label, .. } => Some(label.as_deref()),
        _ => None,
    });
    Some(match label.flatten() {
        Some(label) => format!("{path} {}", plain(label)),
        None => path.to_string(),
    })
}

pub(super) fn failed(run: &LoggedRun, paint: Paint) -> Vec<String> {
    section("failed", &for_good(run), Ink::Bad, paint)
}

pub(super) fn retried(run: &LoggedRun, paint: Paint) -> Vec<String> {
    section("failed, and tried again", &tried_again(run), Ink::Odd, paint)
}

fn section(title: &str, groups: &[Group<'_>], ink: Ink, paint: Paint) -> Vec<String> {
    let mut lines = Vec::new();
    if groups.is_empty() {
        return lines;
    }
    lines.push(paint.with(Ink::Strong, title));
    for group in groups {
        let head = format!("{} {}: {}", plain(group.agent), plain(group.kind), times(group.count));
        lines.push(format!("  {}", paint.with(ink, head)));
        if !group.message.is_empty() {
            lines.push(format!("    {}", plain(group.message)));
        }
        if !group.places.is_empty() {
            let more = match group.count - group.places.len() {
                0 => String::new(),
                more => format!(", and {} more", thousands(more as u64)),
            };
            let places = format!("in {}{more}", group.places.join(", "));
            lines.push(format!("    {}", paint.with(Ink::Faint, places)));
        }
    }
    lines
}

fn times(count: usize) -> String {
    counted(count, "time", "times")
}

/// The warnings, those that are alike once.
pub(super) fn warned(run: &LoggedRun, paint: Paint) -> Vec<String> {
    let mut alike: Vec<(&str, &str, usize)> = Vec::new();
    for warning in &run.warnings {
        let (agent, message) = (&*warning.agent, &*warning.message);
        match alike.iter_mut().find(|(of, text, _)| (*of, *text) == (agent, message)) {
            Some((.., count)) => *count += 1,
            None => alike.push((agent, message, 1)),
        }
    }
    let mut lines = Vec::new();
    if !alike.is_empty() {
        lines.push(paint.with(Ink::Strong, "warnings"));
    }
    for (agent, message, count) in alike {
        let times = if count > 1 { format!(" ({})", times(count)) } else { String::new() };
        lines.push(format!("  {}: {}{times}", paint.with(Ink::Odd, plain(agent)), plain(message)));
    }
    lines
}
