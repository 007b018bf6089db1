//! Dialects: every contract of a broad set, there and back, and the providers' published rules.

#[allow(clippy::struct_field_names, clippy::trivially_copy_pass_by_ref, reason = "they are what users write")]
mod contracts;
mod there_and_back;
mod vendors;
mod written;

/// Calls a generic function for each contract of the set.
macro_rules! for_each_contract {
    ($function:ident) => {{
        use crate::contracts::*;
        for_each_contract!($function:
            Triage, Plan, Invoice, Route, Decision, Adjacent, Turn, Policy, Comment, Chain, Scores, Person, Place, Tags,
            Query, Sentiment, Report, Step, Subject, Loose, Outcome, Numbers, Texts, Keys, Ends, Leaves, Expression, Nested, Wide, Id, Nothing, Fact, Mood,
            Vec<SubTask>, Vec<Comment>, Option<Report>, Option<Box<Chain>>, (u8, String), Vec<(String, u8)>,
            std::collections::BTreeMap<String, Line>, u32, bool, handoff::Shared<Line>,
        );
    }};
    ($function:ident: $($contract:ty),* $(,)?) => { $($function::<$contract>();)* };
}
use for_each_contract;
