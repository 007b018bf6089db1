#!/usr/bin/env python3
"""Writes the golden file of token counts, tokens.jsonl, with the reference tokenizer.

    pip install tiktoken==0.14.0
    python tests/data/tokens.py > tests/data/tokens.jsonl

tiktoken fetches the vocabulary of o200k_base once and checks its SHA-256 against
446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d, so an offline machine may put
the file into TIKTOKEN_CACHE_DIR from any source. (The committed counts were made that way, from
the vocabulary inside the Rust crate `tiktoken`, written out in the published format: the checksum
held, so it is the published vocabulary, byte for byte. The splitting and the merging that are
checked here are the reference's own.)

One JSON object a line: what the text shows, the text, how often it is repeated (1 unless given),
and the number of tokens of `encode_ordinary`, which treats special tokens as plain text.
"""

import json
import random

import tiktoken

TEXTS = {
    "empty": [""],
    "prose": [
        "Hello, world!",
        "The quick brown fox jumps over the lazy dog.",
        "It's what they'd've said: we'll see, I'm sure you're right, he can't.",
        "IT'S WHAT THEY'D SAY: WE'LL SEE, I'M SURE YOU'RE RIGHT.",
        "Multi-agent systems break at the handoffs, not in the agents.",
        "“Curly quotes” – and dashes — and an ellipsis… are common in prose.",
        "Ein Übermaß an Größe: Straßenbahnhaltestellenschild.",
        "L'été, où l'œuvre naît déjà à Besançon.",
        "¿Dónde está la niña? ¡Aquí mañana!",
        "Zażółć gęślą jaźń. Příliš žluťoučký kůň. Ærøskøbing på dansk.",
        "Tiếng Việt có nhiều dấu thanh.",
        "İstanbul'da ığdır'ı görmek",
    ],
    "json": [
        "{}",
        "[]",
        "null",
        '""',
        '{"a":1}',
        '{"subtasks":[{"id":"t1","description":"Find out why the sky is blue","priority":1}],'
        '"reasoning":"One sub-task for each question mark.","confidence":0.9}',
        '{"task_id":"t0","status":"success","output":null,"error":"disk full: /var (99%)"}',
        '{"nested":{"deeply":{"list":[[[1],[2,3]],[]],"flag":true,"none":null}}}',
        '{"escaped":"line\\nbreak \\"quoted\\" back\\\\slash \\u0000 \\u001f tab\\t"}',
        '{"unicode":"\\ud83d\\ude00 héllo 日本語"}',
        '[0,-1,3.14,1e-9,1.7976931348623157e308,123456789012345678]',
        '["a","b","c","d","e","f","g","h"]',
        '{"uuid":"550e8400-e29b-41d4-a716-446655440000","at":"2026-11-22T17:06:21Z"}',
        '{\n  "pretty": [\n    1,\n    2\n  ],\n  "printed": {\n    "x": "y"\n  }\n}\n',
        '{"html":"<p class=\\"x\\">a &amp; b</p>","url":"https://example.org/a/b?c=d&e=%20#f"}',
    ],
    "code": [
        'fn main() {\n    println!("{:?}", std::env::args().collect::<Vec<_>>());\n}\n',
        "#[derive(Debug, Clone)]\npub struct SubTask<'a> { id: &'a str, priority: u8 }\n",
        "pipeline! { pub research(Question) -> Report { plan => fan_out(subtasks) work => barrier(all) => merge } }",
        "def f(x: int) -> list[int]:\n\treturn [i ** 2 for i in range(x) if i % 2 == 0]\n",
        "const f = async (x) => { await g?.(x ?? 0) !== `t${x}`; };",
        "SELECT a.id, COUNT(*) FROM accounts AS a WHERE a.name LIKE '%x%' GROUP BY 1;",
        "for (int i = 0; i < n; ++i) { a[i] ^= b[i] >> 3; } /* done */",
        "if (x) {\r\n\treturn;\r\n}\r\n",
        "snake_case camelCase PascalCase SCREAMING_SNAKE kebab-case HTTPServer2 x86_64 utf8",
        "// ----------------------------------------------------------------\n//\n/// doc\n//! inner\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "# Title\n\n- item `code`\n- **bold** _it_\n\n```rust\nlet x = 1;\n```\n",
        ".\n/path/./../x//y\\z",
        "<!DOCTYPE html><html lang=\"en\"><head></head></html>",
        "a=b;c==d;e!=f;g<=h;i>=j;k&&l;m||n;o->p;q=>r;s::t;u..=v",
    ],
    "numbers": [
        "0", "12", "123", "1234", "12345", "1234567890", "3.14159265358979", "1,234,567.89", "1 2 3 4",
        "0x1F600 0b1010 1e10 1_000_000", "½ ¼ ² ³ Ⅷ ① ٣٤٥ १२३ 一二三 １２３",
        "2026-11-22 17:06:21.123456+00:00", "192.168.0.1:8080", "1" * 40, "00000000",
    ],
    "cjk": [
        "你好，世界！", "日本語のテキストです。", "カタカナとひらがなと漢字", "한국어 문장입니다.", "繁體中文與简体中文混合",
        "我说English夹杂中文。", "、。「」『』【】", "　全角　スペース　", "ｆｕｌｌｗｉｄｔｈ　ＡＢＣ",
        "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。", "𠀀𠀁𠮷野家", "㈱㍿㊙",
    ],
    "emoji": [
        "😀", "👍🏽", "👩‍👩‍👧‍👦", "🏳️‍🌈 🏴‍☠️", "🇩🇪🇫🇷🇯🇵", "❤️ ❤ ☎️ ☎", "1️⃣2️⃣#️⃣", "🧑🏿‍🚀 in space", "text😀text 😀 text",
        "😀" * 20, "👨‍💻" * 5, "🫠🫡🪿",
    ],
    "right to left": [
        "שלום עולם", "مرحبا بالعالم", "السلام عليكم ورحمة الله", "بِسْمِ ٱللَّٰهِ", "abc עברית def 123 عربي",
        "\u202eright to left override\u202c", "\u200fmark\u200e", "فارسی می‌نویسم", "اردو زبان",
    ],
    "other scripts": [
        "Привет, мир! Как дела?", "Γειά σου Κόσμε", "Ελλάδα ά έ ή", "नमस्ते दुनिया", "ภาษาไทยไม่มีช่องว่าง", "ქართული ენა",
        "Հայերեն", "தமிழ் மொழி", "አማርኛ", "ᚠᚢᚦᚨᚱᚲ", "ꙮ Ꙗ", "ЁЖИК И ёжик", "ǅ ǈ ǋ titlecase",
    ],
    "combining marks": [
        "e\u0301 vs \u00e9", "Z\u0351\u036b\u0343a\u0363\u0365l\u0361g\u0308\u0301o\u0308", "a\u0301b\u0302c\u0303 d\u0304",
        "\u0301starts with a mark", "!\u0301!\u20dd?", "x\u20d7 + y\u20d7", "\u0345\u0345a", "ﬁ ﬂ ligatures", "n\u0303 i\u0307 o\u031b",
        "A\u030aB'\u0301s it\u0301's",
    ],
    "white space": [
        " ", "  ", "   ", "\t", "\n", "\r\n", "\n\n\n", " \n \n ", "a  b   c    d", "trailing   ", "   leading", "\t\tx\t\ty",
        "a\u00a0b\u2003c\u3000d\u200be\ufefff", "line\u2028sep\u2029par\u0085nel", "a\n\n  b\n\t c  \n", "x \r y \x0b z \x0c w",
        " \t \n\r \t", "    return;\n        }\n",
    ],
    "controls": [
        "\x00", "\x00\x01\x02\x1b[31mred\x1b[0m", "bell\x07back\x08del\x7f", "\ufffd\ufffe\uffff", "\U0010ffff\U000e0001\ue000",
        "a\x00b", "\x80\x9f c1 controls",
    ],
    "special tokens": [
        "<|endoftext|>", "<|endofprompt|>", "a<|endoftext|>b", "<|im_start|>system\nYou are<|im_end|>", "<|fim_prefix|>x<|fim_suffix|>",
        '{"text":"<|endoftext|>"}', "<|endoftext|><|endoftext|>", "<| endoftext |>", "<|start|>assistant<|channel|>final<|message|>",
    ],
    "punctuation": [
        "...", "!!!???", "-----", "======", "(((()))", "'", "''", "'s", " 's 't 're", "\"'\"'", "\\\\\\\\", "/////", "@#$%^&*()_+", "«»‹›„“”‚‘’",
        "™®©§¶†‡•", "→⇒∀∃∈∑∫√∞≠≤", "a'b'c''d", "rock'n'roll o'clock 'tis",
    ],
    "long words": [
        "pneumonoultramicroscopicsilicovolcanoconiosis", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
        "aGVsbG8gd29ybGQgdGhpcyBpcyBiYXNlNjQgZW5jb2RlZCB0ZXh0IHdpdGggbm8gc3BhY2Vz",
        "d41d8cd98f00b204e9800998ecf8427e", "QWERTYUIOPASDFGHJKLZXCVBNM", "aAbBcCdDeEfFgGhHiIjJkK", "x" * 63,
    ],
}

# What is long is written as a repetition.
REPEATED = {
    "runs": [("a", 1000), ("A", 1000), (" ", 1000), ("\n", 1000), ("\t", 257), ("0", 1000), ("-", 1000), ("=", 129), ("é", 500),
             ("你", 500), ("😀", 500), ("\u0301", 300), ("\x00", 300)],
    "patterns": [("ab ", 500), ("the quick brown fox ", 200), ('{"id":1,"ok":true},', 200), ("你好，世界。", 200), ("aB1 ", 300),
                 ("Привет, мир! ", 200), ("\r\n", 400), (" \n", 400), ("don't ", 300), ("1234567 ", 200), ("x'", 300)],
}


def mixed(seed: int) -> str:
    """Text drawn from pieces of all the others, the same for the same seed."""
    source = random.Random(seed)
    pieces = [text for texts in TEXTS.values() for text in texts if text]
    parts = []
    for _ in range(12):
        piece = source.choice(pieces)
        start = source.randrange(len(piece))
        parts.append(piece[start : start + source.randrange(1, 12)])
    return "".join(parts)


def main() -> None:
    encoding = tiktoken.get_encoding("o200k_base")

    def line(what: str, text: str, times: int = 1) -> None:
        row = {"what": what, "text": text}
        if times > 1:
            row["times"] = times
        row["tokens"] = len(encoding.encode_ordinary(text * times))
        print(json.dumps(row))

    for what, texts in TEXTS.items():
        for text in texts:
            line(what, text)
    for what, texts in REPEATED.items():
        for text, times in texts:
            line(what, text, times)
    for seed in range(40):
        line("mixed", mixed(seed))


main()
