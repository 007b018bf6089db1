//! Text to terms: what two texts must share to be about the same thing.

/// Words that say how something is said or asked, and not what about; in order, to be searched.
#[rustfmt::skip]
const STOP_WORDS: &[&str] = &[
    "about", "above", "actually", "after", "again", "all", "also", "am", "an", "and", "any", "are", "aren",
    "as", "at", "be", "because", "been", "before", "being", "between", "both", "but", "by", "calculate", "calculated", "calculates",
    "can", "compute", "computed", "computes", "consist", "consists", "could", "couldn", "create", "created", "creates", "declare", "declares",
    "define", "defined", "defines", "describe", "determine", "determined", "determines", "did", "didn", "do", "does", "doesn", "doing", "don",
    "done", "each", "else", "explain", "few", "find", "for", "from", "further", "get", "gets", "give",
    "gives", "had", "happen", "happened", "happening", "happens", "has", "hasn", "have", "haven", "having",
    "he", "her", "here", "hers", "him", "his", "how", "if", "in", "into", "is", "isn", "it", "its",
    "itself", "just", "kind", "kinds", "know", "knows", "let", "like", "ll", "look", "looks", "make",
    "makes", "many", "may", "me", "mean", "means", "might", "more", "most", "much", "must", "my", "need", "needs", "no",
    "nor", "not", "of", "off", "on", "once", "only", "or", "other", "our", "ours", "out", "over", "own",
    "per", "please", "put", "re", "really", "said", "same", "say", "says", "shall", "she", "should",
    "shouldn", "show", "so", "some", "sort", "such", "take", "tell", "than", "that", "the", "their",
    "theirs", "them", "then", "there", "these", "they", "thing", "things", "this", "those", "through", "to",
    "too", "under", "until", "up", "upon", "us", "use", "used", "uses", "using", "ve",
    "very", "want", "wants", "was", "wasn", "way", "ways", "we", "were", "weren", "what", "when", "where",
    "whether", "which", "while", "who", "whom", "whose", "why", "will", "with", "within", "without", "won",
    "would", "wouldn", "yet", "you", "your", "yours",
];

/// The terms of a text, in its order, with repetitions.
///
/// Words are runs of letters and digits; `snake_case` and `camelCase` names are taken apart, so
/// that prose finds them. Stop words and single letters are dropped, the rest is put into lower
/// case and [stemmed](stem). Chinese, Japanese and Korean, which do not separate words, give
/// pairs of characters.
#[must_use]
pub fn terms(text: &str) -> Vec<String> {
    let mut words = words(text);
    words.retain(|word| !is_letter(word) && STOP_WORDS.binary_search(&word.as_str()).is_err());
    words.iter().map(|word| stem(word)).collect()
}

/// The words that [`terms`] are made of: in lower case, stop words among them, whole.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        if c.is_alphanumeric() {
            word.push(c);
        } else if !(joins_digits(c, next) && ends_in_digit(&word)) {
            take(&mut word, &mut words);
        } else if c == '.' {
            word.push(c);
        }
        // `fanOut` is cut before the capital, `HTTPServer` before the last one.
        if next.is_some_and(|next| breaks(&word, c, next, chars.clone().nth(1))) {
            take(&mut word, &mut words);
        }
    }
    take(&mut word, &mut words);
    words
}

/// `0.6` and `2_000` are one number.
fn joins_digits(c: char, next: Option<char>) -> bool {
    matches!(c, '.' | '_') && next.is_some_and(|next| next.is_ascii_digit())
}

fn ends_in_digit(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) && word.ends_with(|c: char| c.is_ascii_digit())
}

fn breaks(word: &str, c: char, next: char, after: Option<char>) -> bool {
    !word.is_empty()
        && ((c.is_lowercase() && next.is_uppercase())
            || (c.is_uppercase() && next.is_uppercase() && after.is_some_and(char::is_lowercase))
            || (is_cjk(c) != is_cjk(next)))
}

fn take(word: &mut String, words: &mut Vec<String>) {
    if word.is_empty() {
        return;
    }
    if word.starts_with(is_cjk) {
        let chars: Vec<char> = word.chars().collect();
        words.extend(chars.windows(chars.len().min(2)).map(|pair| pair.iter().collect::<String>()));
    } else {
        words.push(word.to_lowercase());
    }
    word.clear();
}

fn is_letter(word: &str) -> bool {
    word.len() == 1 && word.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// Ideographs, kana and Hangul.
fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// A light stemmer for English, in the manner of Porter's first steps ("An algorithm for suffix
/// stripping", Program 14(3), 1980): plurals, `-ed`, `-ing`, `-ly`, `-ion`, `-er`, `-or`, `-ize`,
/// a last `-e`; `-ence` becomes `-ent`. It makes words meet (`compile`, `compiled`, `compiler`), it does not make words: the
/// stem of `retries` is `retry`, but that of `settles` is `settl`. Other scripts stay as they are.
#[must_use]
pub fn stem(word: &str) -> String {
    if word.len() < 4 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return word.to_owned();
    }
    let mut stem = word.to_owned();
    // Plurals.
    if stem.ends_with("sses") {
        stem.truncate(stem.len() - 2);
    } else if stem.ends_with("ies") && stem.len() > 4 {
        replace(&mut stem, 3, "y");
    } else if stem.ends_with('s') && !["ss", "us", "is"].iter().any(|end| stem.ends_with(end)) {
        stem.pop();
    }
    // What was done, what is going on.
    if stem.ends_with("ied") && stem.len() > 4 {
        replace(&mut stem, 3, "y");
    } else if strip(&mut stem, "ing", 3) || (!stem.ends_with("eed") && strip(&mut stem, "ed", 3)) {
        undouble(&mut stem);
    }
    // How it is done, the doing, and who does it.
    strip(&mut stem, "ly", 4);
    if stem.ends_with("tion") || stem.ends_with("sion") {
        strip(&mut stem, "ion", 4);
    }
    if strip(&mut stem, "er", 5) || strip(&mut stem, "or", 5) {
        undouble(&mut stem);
    }
    if stem.ends_with("ence") && stem.len() > 6 {
        replace(&mut stem, 2, "t");
    }
    strip(&mut stem, "e", 3);
    strip(&mut stem, "iz", 4);
    stem
}

/// Cuts `suffix` off where at least `least` letters with a vowel among them are left.
fn strip(word: &mut String, suffix: &str, least: usize) -> bool {
    let rest = word
        .strip_suffix(suffix)
        .filter(|rest| rest.len() >= least && rest.contains(['a', 'e', 'i', 'o', 'u', 'y']));
    let Some(rest) = rest.map(str::len) else { return false };
    word.truncate(rest);
    true
}

fn replace(word: &mut String, cut: usize, by: &str) {
    word.truncate(word.len() - cut);
    word.push_str(by);
}

/// `plann` becomes `plan`; `call`, `pass` and `fizz` stay.
fn undouble(word: &mut String) {
    let mut last = word.bytes().rev();
    let doubled = last.next() == last.next() && !word.ends_with(['a', 'e', 'i', 'o', 'u', 'l', 's', 'z']);
    if doubled && word.len() > 3 {
        word.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::{STOP_WORDS, stem, terms, words};

    #[test]
    fn stop_words_are_in_order() {
        assert!(STOP_WORDS.is_sorted());
    }

    #[test]
    fn words_of_one_family_meet() {
        for family in [
            &["compile", "compiles", "compiled", "compiling", "compiler", "compilers"][..],
            &["plan", "plans", "planned", "planning", "planner"],
            &["retry", "retries", "retried", "retrying"],
            &["fail", "fails", "failed", "failing"],
            &["truncate", "truncated", "truncation"],
            &["silent", "silently", "silence"],
            &["confident", "confidence"],
            &["token", "tokens", "tokenize", "tokenized", "tokenizer", "tokenizers"],
            &["aggregate", "aggregator", "aggregators", "aggregated"],
            &["match", "matches", "matched", "matching"],
            &["call", "calls", "called", "calling"],
            &["pass", "passes", "passed", "passing"],
            &["box", "boxes", "boxed"],
        ] {
            for word in family {
                assert_eq!(stem(word), stem(family[0]), "{word}");
            }
        }
    }

    #[test]
    fn words_of_different_families_do_not() {
        for (a, b) in [
            ("string", "strong"),
            ("need", "ne"),
            ("bus", "bu"),
            ("worker", "word"),
            ("class", "clas"),
            ("reply", "rep"),
            ("fence", "fent"),
        ] {
            assert_ne!(stem(a), stem(b), "{a} and {b}");
        }
    }

    #[test]
    fn names_are_taken_apart() {
        assert_eq!(
            terms("fan_out TokenCounter HTTPServer x86_64"),
            ["fan", "token", "count", "http", "server", "x86", "64"]
        );
    }

    #[test]
    fn words_keep_what_terms_drop() {
        assert_eq!(words("NotAFingerprint, twice"), ["not", "a", "fingerprint", "twice"]);
        assert_eq!(terms("NotAFingerprint, twice"), ["fingerprint", "twic"]);
    }

    #[test]
    fn numbers_stay_whole() {
        assert_eq!(terms("0.6, 2_000 and 1.95.0; v2."), ["0.6", "2000", "1.95.0", "v2"]);
    }

    #[test]
    fn questions_keep_what_they_are_about() {
        assert_eq!(terms("What happens when a worker hangs?"), ["worker", "hang"]);
        assert_eq!(terms("Isn't it the agent's own budget?"), ["agent", "budget"]);
        assert!(terms("What is it?").is_empty());
        assert!(terms(" \t?! ").is_empty());
    }

    #[test]
    fn scripts_without_spaces_give_pairs() {
        assert_eq!(terms("日本語とRust 中"), ["日本", "本語", "語と", "rust", "中"]);
    }
}
