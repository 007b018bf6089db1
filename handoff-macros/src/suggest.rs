//! "Did you mean": the known name that is nearest to what was written.

/// The known name that differs least from `written`, if it differs little enough to be meant: by a third of its
/// characters, or by what follows a common beginning of at least three (`length` for `len`).
pub fn nearest<'k>(written: &str, known: &[&'k str]) -> Option<&'k str> {
    let most = (written.chars().count() / 3).max(1);
    let extends = |long: &str, short: &str| short.len() >= 3 && long.starts_with(short);
    let mut nearest = None;
    for name in known {
        let distance = distance(written, name);
        let is_near = distance <= most || extends(written, name) || extends(name, written);
        if is_near && nearest.is_none_or(|(least, _)| distance < least) {
            nearest = Some((distance, *name));
        }
    }
    nearest.map(|(_, name)| name)
}

/// `did you mean …?` as a help, or what else is to be written.
pub fn help(written: &str, known: &[&str], otherwise: &str) -> String {
    match nearest(written, known) {
        Some(name) => format!("did you mean `{name}`?"),
        None => otherwise.to_owned(),
    }
}

/// `, did you mean …?` for the end of a message, or nothing.
pub fn did_you_mean(written: &str, known: &[&str]) -> String {
    nearest(written, known).map(|name| format!(", did you mean `{name}`?")).unwrap_or_default()
}

/// The names in a table of names and what belongs to them.
pub fn names(table: &[(&'static str, &'static str)]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for (name, _) in table {
        names.push(*name);
    }
    names
}

/// How many characters must be inserted, removed, replaced or swapped with their neighbour (Damerau and Levenshtein,
/// in the restricted form where no text is edited twice).
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let mut rows: Vec<Vec<usize>> = Vec::new();
    for row in 0..=left.len() {
        let mut current = Vec::new();
        for column in 0..=right.len() {
            if row == 0 || column == 0 {
                current.push(row + column);
                continue;
            }
            let replaced = rows[row - 1][column - 1] + usize::from(left[row - 1] != right[column - 1]);
            let mut least = replaced.min(rows[row - 1][column] + 1).min(current[column - 1] + 1);
            let swapped = row > 1
                && column > 1
                && left[row - 1] == right[column - 2]
                && left[row - 2] == right[column - 1];
            if swapped {
                least = least.min(rows[row - 2][column - 2] + 1);
            }
            current.push(least);
        }
        rows.push(current);
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_slips_are_found() {
        let known = ["len", "range", "input", "output", "input_budget"];
        for (written, meant) in [
            ("lenght", Some("len")),
            ("lne", Some("len")),
            ("inputs", Some("input")),
            ("rnage", Some("range")),
            ("budget", None),
        ] {
            assert_eq!(nearest(written, &known), meant, "{written}");
        }
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("ab", "ba"), 1);
    }
}
