//! A log in which every text would rather be something else.

use handoff::prelude::*;
use serde_json::{Value, json};

/// Ends the script, opens a comment, makes elements that run something, turns the text around, colours a terminal.
pub(crate) const TEXT: &str = "</script><script>document.title='broken in'</script><!--<img src=x onerror=alert(1)>\
    {{script}} __proto__ \u{2028}\u{2029}\u{202e}gpj.exe\u{200f} \u{1b}[31mred\u{7} \0 \" ' & ` \u{feff}";

pub(crate) fn log() -> String {
    let long = TEXT.repeat(10_000 / TEXT.len() + 1);
    let why = json!({ "kind": TEXT, "message": long, "violations": [format!("/{TEXT}: {TEXT}"), TEXT, ""] });
    let mut description = serde_json::to_value(super::study::study.describe()).unwrap();
    poison(&mut description);
    let span = |id: u64| format!("{id:016x}");
    let lines = [
        json!({ "e": "run", "v": 1, "t": 0, "span": span(1), "trace": format!("{:032x}", 7), "parent": TEXT, "pipeline": TEXT, "enc": TEXT, "description": description }),
        json!({ "e": "fan", "t": 1, "span": span(2), "in": span(1), "kind": "fan_out", "of": TEXT, "agent": TEXT, "width": 2, "policy": TEXT, "needed": 2 }),
        json!({ "e": "task", "t": 2, "span": span(3), "in": span(2), "path": "0", "agent": TEXT, "i": 0, "label": TEXT }),
        json!({ "e": "task", "t": 2, "span": span(4), "in": span(2), "path": "1", "agent": TEXT, "i": 1, "label": long }),
        json!({ "e": "call", "t": 3, "span": span(5), "in": span(3), "path": "0", "agent": TEXT, "role": TEXT, "n": 1, "of": 1, "in_tokens": 3 }),
        json!({ "e": "warn", "t": 4, "span": span(5), "agent": TEXT, "kind": TEXT, "message": TEXT }),
        json!({ "e": "handoff", "t": 5, "span": span(5), "from": TEXT, "to": TEXT, "contract": TEXT, "tokens": 9, "enc": TEXT, "max_out": 3, "conf": 0.5, "payload": { TEXT: TEXT } }),
        json!({ "e": "/call", "t": 6, "span": span(5), "end": "failed", "model": TEXT, "finish": TEXT, "why": why }),
        json!({ "e": "/task", "t": 7, "span": span(3), "end": "failed", "by": TEXT, "why": why }),
        json!({ "e": "/task", "t": 7, "span": span(4), "end": "stopped" }),
        json!({ "e": "lost", "t": 8, "n": 1 }),
        json!({ "e": "/fan", "t": 8, "span": span(2), "end": "failed", "ok": 0, "failed": 1, "stopped": 1, "by": TEXT, "why": why }),
        json!({ "e": "/run", "t": 9, "span": span(1), "end": "failed", "ms": 0, "usage": [0, 0], "by": TEXT, "path": "0", "why": why, "error": TEXT }),
    ];
    let mut text = lines.map(|line| line.to_string()).join("\n");
    // No text at all, by the letter of Unicode.
    text +=
        "\n{\"e\":\"warn\",\"t\":8,\"span\":\"0000000000000001\",\"agent\":\"\\ud800\",\"message\":\"\"}\n";
    text
}

/// Puts the text wherever a description has one that can be any.
fn poison(value: &mut Value) {
    match value {
        Value::Object(parts) => {
            for (name, part) in parts {
                match name.as_str() {
                    "name" | "of" | "until" | "doc" | "recover" | "description" if part.is_string() => {
                        *part = TEXT.into();
                    }
                    _ => poison(part),
                }
            }
        }
        Value::Array(parts) => parts.iter_mut().for_each(poison),
        _ => {}
    }
}
