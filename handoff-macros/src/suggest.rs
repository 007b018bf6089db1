//! "Did you mean …?"

/// The candidate that `word` was probably meant to be.
pub(crate) fn similar<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let most = word.chars().count().max(3) / 3;
    let near = candidates.iter().map(|candidate| (distance(word, candidate), *candidate));
    let nearest = near.filter(|(distance, _)| *distance <= most).min_by_key(|(distance, _)| *distance);
    // Otherwise a longer or a shorter form of the same word: `length` for `len`.
    let form = || {
        candidates
            .iter()
            .copied()
            .find(|candidate| word.starts_with(candidate) || candidate.starts_with(word))
    };
    nearest.map(|(_, found)| found).or_else(form)
}

/// How many characters have to be inserted, removed, replaced or swapped with their neighbour to
/// make `a` of `b` (the "optimal string alignment" distance).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut least = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    least = least.min(rows[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::similar;

    #[test]
    fn finds_what_was_meant() {
        let words = ["input", "output", "max_output_tokens", "len", "range"];
        assert_eq!(similar("inputs", &words), Some("input"));
        assert_eq!(similar("outptu", &words), Some("output"));
        assert_eq!(similar("max_tokens", &words), None);
        assert_eq!(similar("lenght", &words), Some("len"));
        assert_eq!(similar("lne", &words), Some("len"));
        assert_eq!(similar("colour", &words), None);
    }
}
