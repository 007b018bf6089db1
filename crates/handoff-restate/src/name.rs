//! What Restate calls agents and pipelines by.

/// Why something cannot be called by its name on Restate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unfit {
    #[error(
        "`{0}` cannot be the name of a Restate service, which begins with a letter, followed by letters, digits, `.`, \
         `_` and `-`"
    )]
    Form(&'static str),
    #[error("`{0}` is a name that Restate keeps for itself")]
    Reserved(&'static str),
}

/// The name itself, if Restate takes it.
pub(crate) fn fit(name: &'static str) -> Result<&'static str, Unfit> {
    let (first, rest) = name.split_at(name.chars().next().map_or(0, char::len_utf8));
    let begins = match first {
        // What Restate takes after an underscore is a letter or a digit.
        "_" => rest.starts_with(|next: char| next.is_ascii_alphanumeric()),
        _ => first.starts_with(|first: char| first.is_ascii_alphabetic()),
    };
    let goes_on = |next: char| next.is_ascii_alphanumeric() || matches!(next, '.' | '_' | '-');
    if !begins || !rest.chars().all(goes_on) {
        return Err(Unfit::Form(name));
    }
    if is_reserved(name) {
        return Err(Unfit::Reserved(name));
    }
    Ok(name)
}

/// What Restate refuses: whatever begins like it, for one.
fn is_reserved(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("restate") || name == "openapi"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_functions_are_taken_as_they_are() {
        for name in ["plan", "work_2", "_0", "_x", "r2d2", "Legal.Review-2"] {
            assert_eq!(fit(name), Ok(name));
        }
    }

    #[test]
    fn what_restate_cannot_call_is_refused_with_what_it_could() {
        for name in ["legal review", "2nd", "", "_", "__x", "übersetzen", "a/b", "plan\n"] {
            assert_eq!(fit(name), Err(Unfit::Form(name)));
        }
        let said = fit("legal review").unwrap_err().to_string();
        assert!(
            said.starts_with("`legal review` cannot be the name of a Restate service, which begins"),
            "{said}"
        );
    }

    #[test]
    fn what_restate_has_for_itself_is_refused() {
        for name in ["openapi", "OpenAPI", "restate", "restate_it", "Restate.x"] {
            assert_eq!(fit(name), Err(Unfit::Reserved(name)));
        }
    }
}
