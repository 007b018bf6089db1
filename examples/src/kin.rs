//! Words that say the same: a question and its answer were written by two people.

use crate::words::stem;

/// Groups of words of which one may answer for another, by hand: everyday words of manuals, notes and
/// documentation. Each word stands in the form of its [stem].
const KIN: &[&[&str]] = &[
    &["allow", "permit", "permitted", "may", "forbid", "forbidden", "prohibit"],
    &["author", "write", "creator"],
    &["maintain", "maintainer", "responsible"],
    &["begin", "start", "open", "launch"],
    &["big", "large", "size", "great", "huge"],
    &["buy", "purchase", "order"],
    &["call", "name", "title"],
    &["car", "vehicle", "automobile"],
    &["change", "alter", "modify", "edit", "update", "switch", "move"],
    &["choose", "pick", "select"],
    &["client", "customer", "user"],
    &["close", "shut", "end", "finish", "stop"],
    &["convert", "migrate", "translate", "transform"],
    &["cost", "price", "fee", "pay", "charge", "expensive", "fare"],
    &["decide", "determine", "choose"],
    &["deep", "depth", "thick", "thin"],
    &["default", "standard", "unless", "else"],
    &["delete", "remove", "drop", "erase", "clear", "discard", "gone"],
    &["different", "differ", "difference"],
    &["document", "documentation", "docs", "manual"],
    &["eat", "feed", "food"],
    &["error", "err", "fail", "failure", "crash", "broken", "wrong", "refuse", "panic"],
    &["fast", "quick", "speed", "performance", "slow"],
    &["folder", "directory", "dir"],
    &["function", "method", "call"],
    &["gather", "collect", "meet", "meeting"],
    &["goal", "aim", "purpose", "intend"],
    &["group", "team", "club", "society"],
    &["heavy", "weigh", "weight"],
    &["hold", "carry", "contain", "keep", "store", "save"],
    &["idea", "plan", "intent"],
    &["important", "essential", "main"],
    &["install", "setup"],
    &["job", "task", "work"],
    &["lead", "head", "chair", "run", "manage", "captain", "master", "responsible", "own", "owner"],
    &["late", "delay", "delayed"],
    &["length", "long"],
    &["license", "licensed", "copyright"],
    &["limit", "maximum", "most", "max", "bound"],
    &["locate", "place", "location", "where"],
    &["lose", "lost", "missing"],
    &["minimum", "least", "min", "lowest"],
    &["msrv", "rustc"],
    &["new", "recent", "latest"],
    &["normal", "usual", "typical", "regular"],
    &["old", "age"],
    &["operating", "system", "os", "platform"],
    &["option", "setting", "flag", "parameter", "argument"],
    &["part", "piece", "share", "included"],
    &["people", "person", "somebody", "someone", "whoever", "member", "human"],
    &["print", "display", "show", "output"],
    &["quick", "rapid"],
    &["read", "parse", "load"],
    &["reason", "cause"],
    &["receive", "get", "accept"],
    &["release", "publish", "version"],
    &["remain", "stay", "left", "leave"],
    &["repair", "fix", "mend"],
    &["replace", "instead", "substitute"],
    &["require", "need", "necessary", "must", "demand", "minimum"],
    &["rise", "raise", "grow", "increase", "bump"],
    &["shrink", "reduce", "decrease", "fall", "lower"],
    &["send", "ship", "deliver", "transmit", "transmitted"],
    &["sell", "sale", "sold"],
    &["support", "offer", "provide", "supported", "allow"],
    &["tall", "high", "height"],
    &["tell", "inform", "notify", "say"],
    &["test", "check", "verify", "examine", "try"],
    &["thing", "item", "object"],
    &["unused", "idle"],
    &["value", "amount", "number"],
    &["wait", "queue", "list"],
    &["warm", "hot", "temperature", "cold", "degree"],
    &["wide", "width", "broad"],
];

/// The stems of words that may answer for the one of this stem.
#[must_use]
pub fn kin(term: &str) -> Vec<String> {
    let mut kin: Vec<String> = Vec::new();
    for group in KIN {
        let stems: Vec<String> = group.iter().map(|word| stem(word)).collect();
        if stems.iter().any(|stem| stem == term) {
            kin.extend(stems.into_iter().filter(|stem| stem != term));
        }
    }
    kin
}

#[cfg(test)]
mod tests {
    use super::kin;
    use crate::words::stem;

    #[test]
    fn kin_is_of_both_words_and_never_the_word_itself() {
        for (word, other) in
            [("cost", "price"), ("thick", "depth"), ("writes", "author"), ("errors", "failure")]
        {
            let (word, other) = (stem(word), stem(other));
            assert!(kin(&word).contains(&other), "{word}: {:?}", kin(&word));
            assert!(kin(&other).contains(&word));
            assert!(!kin(&word).contains(&word));
        }
        assert!(kin("lighthous").is_empty());
    }
}
