use std::path::Path;

use super::{Format, Kind, Section, sections};

const MANUAL: &str = include_str!("../../data/lighthouse/manual.md");
const LOG: &str = include_str!("../../data/lighthouse/log.txt");
const LENS: &str = include_str!("../../data/lighthouse/src/lens.rs");

/// The line of a file that a phrase begins on, found without the code under test.
fn line_of(text: &str, phrase: &str) -> usize {
    1 + text[..text.find(phrase).unwrap_or_else(|| panic!("no {phrase:?}"))].matches('\n').count()
}

fn under<'a>(sections: &'a [Section], heading: &str) -> &'a Section {
    let found = sections.iter().find(|section| section.headings.last().is_some_and(|last| last == heading));
    found.unwrap_or_else(|| panic!("nothing under {heading:?} in {sections:#?}"))
}

fn passages(section: &Section, kind: Kind) -> Vec<(usize, &str)> {
    section
        .passages
        .iter()
        .filter(|passage| passage.kind == kind)
        .map(|passage| (passage.line, &*passage.text))
        .collect()
}

fn markdown(text: &str) -> Vec<(usize, String)> {
    let sections = sections(text, Format::Markdown);
    sections
        .into_iter()
        .flat_map(|section| section.passages)
        .map(|passage| (passage.line, passage.text))
        .collect()
}

#[test]
fn markdown_gives_sentences_with_their_lines() {
    let sections = sections(MANUAL, Format::Markdown);
    let lamp = under(&sections, "The lamp");
    assert_eq!(lamp.headings, ["The lighthouse", "The lamp"]);
    assert_eq!(*lamp.lines.start(), line_of(MANUAL, "The lamp burns"));
    assert_eq!(*lamp.lines.end(), line_of(MANUAL, "lamp status"));
    assert_eq!(
        passages(lamp, Kind::Prose),
        [
            (line_of(MANUAL, "The lamp burns"), "The lamp burns colza oil."),
            (
                line_of(MANUAL, "It is lit"),
                "It is lit half an hour before sunset and put out at sunrise; in fog it burns by day as well."
            ),
            (
                line_of(MANUAL, "One filling"),
                "One filling lasts 14 hours, e.g. a whole winter night, so nobody needs to climb the stairs twice."
            ),
            (line_of(MANUAL, "Trim the wick"), "Trim the wick every four hours:"),
        ]
    );
}

#[test]
fn code_stays_apart_from_prose() {
    let sections = sections(MANUAL, Format::Markdown);
    assert_eq!(
        passages(under(&sections, "The lamp"), Kind::Code),
        [
            (line_of(MANUAL, "lamp trim"), "lamp trim --wick main"),
            (line_of(MANUAL, "lamp status"), "lamp status")
        ]
    );
    let headings = "```\n# no heading\n```\n~~~\n```\n| no | table |\n~~~\n    indented\n\ntext after";
    let sections = super::sections(headings, Format::Markdown);
    assert_eq!(sections.len(), 1);
    assert_eq!(
        passages(&sections[0], Kind::Code),
        [(2, "# no heading"), (6, "| no | table |"), (8, "indented")]
    );
    assert_eq!(passages(&sections[0], Kind::Prose), [(10, "text after")]);
}

#[test]
fn items_and_rows_are_blocks_of_their_own() {
    let sections = sections(MANUAL, Format::Markdown);
    let horn = under(&sections, "The fog horn");
    assert_eq!(
        passages(horn, Kind::Prose),
        [
            (line_of(MANUAL, "- The horn"), "The horn sounds for three seconds in every minute."),
            (
                line_of(MANUAL, "- It needs"),
                "It needs *two* keepers, because the bellows are worked by hand. One of them counts."
                    .split(" One")
                    .next()
                    .unwrap()
            ),
            (line_of(MANUAL, "worked by hand"), "One of them counts."),
            (line_of(MANUAL, "| fog"), "fog · Blasts: 1 · Meaning: keep away from the head"),
            (line_of(MANUAL, "| wreck"), "wreck · Blasts: 3 · Meaning: send the `tender` | pilot"),
        ]
    );
    let blocks: Vec<usize> = horn.passages.iter().map(|passage| passage.block).collect();
    assert_eq!(blocks, [1, 2, 2, 3, 4]);
}

#[test]
fn headings_may_be_underlined() {
    let sections = sections(MANUAL, Format::Markdown);
    let supply = under(&sections, "Supply");
    assert_eq!(supply.headings, ["The lighthouse", "Supply"]);
    assert_eq!(
        passages(supply, Kind::Prose)[1],
        (
            line_of(MANUAL, "If the sea"),
            "If the sea is too rough to land, it signals and comes back the next day."
        )
    );
}

#[test]
fn inline_marks_are_taken_off() {
    assert_eq!(
        markdown(
            "A [link](https://x.org/a) to [`Vec`], [more][1] ![badge](b.svg) and `a ** b [c](d)`; 2 \\* 3 is **bold**."
        ),
        [(1, "A link to `Vec`, more  and `a ** b [c](d)`; 2 * 3 is bold.".to_owned())]
    );
}

#[test]
fn what_says_nothing_is_left_out() {
    let text = "---\ntitle: x\n---\n<!-- a comment\nof two lines -->\n<p align=\"center\">\n\n![badge](x.svg)\n\n---\n\n[1]: https://x.org\n\nWords at last.\n";
    assert_eq!(markdown(text), [(14, "Words at last.".to_owned())]);
    assert!(markdown("").is_empty());
    assert!(markdown("# Only a heading\n\n***\n").is_empty());
    assert_eq!(markdown("<!-- never closed\ntext"), []);
    assert_eq!(markdown("```\nnever closed"), [(2, "never closed".to_owned())]);
}

#[test]
fn sentences_end_where_they_do() {
    let split = |text: &str| markdown(text).into_iter().map(|(_, text)| text).collect::<Vec<_>>();
    assert_eq!(
        split(
            "It costs 3.50 or so, cf. Dr. A. Smith. Is that much? Yes, quite a lot! It ends (as said.) Then more follows here."
        ),
        [
            "It costs 3.50 or so, cf. Dr. A. Smith.",
            "Is that much?",
            "Yes, quite a lot!",
            "It ends (as said.)",
            "Then more follows here."
        ]
    );
    assert_eq!(
        split("Call `a. B()` for that. See `x`. And then go on."),
        ["Call `a. B()` for that.", "See `x`. And then go on."]
    );
    assert_eq!(
        split("A lone ` is text here. So it ends there."),
        ["A lone ` is text here.", "So it ends there."]
    );
    assert_eq!(
        split("**Silent truncation.** A produces more than B may read."),
        ["Silent truncation. A produces more than B may read."]
    );
    assert_eq!(split("これは文です。次の文です。"), ["これは文です。", "次の文です。"]);
}

#[test]
fn an_endless_line_is_cut_and_not_lost() {
    let text = "word ".repeat(1_000);
    let parts = markdown(&text);
    assert!(parts.len() > 5 && parts.iter().all(|(line, part)| *line == 1 && part.len() <= 600));
    assert_eq!(parts.iter().map(|(_, part)| part.split(' ').count()).sum::<usize>(), 1_000);
    for text in ["| a |\n|---|\n| ".to_owned() + &text, "```\n".to_owned() + &text] {
        assert!(markdown(&text).iter().all(|(_, part)| part.len() <= 600));
    }
    let text = "é".repeat(1_000);
    assert_eq!(markdown(&text).iter().map(|(_, part)| part.chars().count()).sum::<usize>(), 1_000);
}

#[test]
fn a_long_section_goes_on_in_another() {
    let text = "# Long\n\n".to_owned() + &"A sentence of five words.\n\n".repeat(60);
    let sections = sections(&text, Format::Markdown);
    assert!(sections.len() > 1 && sections.iter().all(|section| section.headings == ["Long"]));
    assert_eq!(sections.iter().map(|section| section.passages.len()).sum::<usize>(), 60);
    assert!(sections.windows(2).all(|pair| pair[0].lines.end() < pair[1].lines.start()));
}

#[test]
fn plain_text_gives_paragraphs() {
    let sections = sections(LOG, Format::Plain);
    assert_eq!(
        sections.iter().map(|section| &*section.headings).collect::<Vec<_>>(),
        [["LOG OF THE NORTH HEAD LIGHT"], ["Repairs"]]
    );
    assert_eq!(
        passages(&sections[0], Kind::Prose),
        [
            (line_of(LOG, "3 March"), "3 March. Fog until noon."),
            (
                line_of(LOG, "The horn cracked"),
                "The horn cracked at eleven and was mended with pitch by Dr. Harrow, who was here by chance."
            ),
            (line_of(LOG, "4 March"), "4 March. Clear. The tender landed oil, but no bread."),
        ]
    );
    assert_eq!(*sections[1].lines.end(), LOG.lines().count());
}

#[test]
fn rust_gives_comments_under_their_items() {
    let sections = sections(LENS, Format::Rust);
    let top = &sections[0];
    assert!(top.headings.is_empty());
    assert_eq!(passages(top, Kind::Prose), [(1, "The lens: it turns the lamp's light into a beam.")]);

    let turns = under(&sections, "const TURNS");
    assert_eq!(
        passages(turns, Kind::Prose),
        [(
            line_of(LENS, "/// How often"),
            "How often the lens turns in a minute, unless the keeper says otherwise."
        )]
    );
    assert_eq!(passages(turns, Kind::Code), [(line_of(LENS, "pub const"), "pub const TURNS: u32 = 6;")]);
    assert_eq!(turns.lines, line_of(LENS, "/// How often")..=line_of(LENS, "pub const"));

    let lens = under(&sections, "struct Lens");
    assert_eq!(passages(lens, Kind::Code), [], "a line that only names an item says nothing");
    let angle = under(&sections, "angle");
    assert_eq!(angle.headings, ["struct Lens", "angle"]);

    let turn = under(&sections, "fn turn");
    assert_eq!(turn.headings, ["impl Lens", "fn turn"]);
    let panics = under(&sections, "Panics");
    assert_eq!(panics.headings, ["impl Lens", "fn turn", "Panics"]);
    assert_eq!(passages(panics, Kind::Prose)[0].0, line_of(LENS, "/// If `seconds`"));
    assert_eq!(under(&sections, "fn wind").headings, ["impl Lens", "fn wind"]);

    let all: Vec<&str> =
        sections.iter().flat_map(|section| &section.passages).map(|passage| &*passage.text).collect();
    assert_eq!(
        passages(lens_comment(&sections), Kind::Remark),
        [(line_of(LENS, "// Wound"), "Wound up by hand every morning.")]
    );
    assert!(
        !all.iter().any(|text| text.contains("assert!") || text.contains("derive")),
        "the inside of functions does not"
    );
}

fn lens_comment(sections: &[Section]) -> &Section {
    let is_remark = |section: &&Section| section.passages.iter().any(|passage| passage.kind == Kind::Remark);
    sections.iter().find(is_remark).expect("a plain comment counts too")
}

#[test]
fn documentation_of_what_is_private_is_a_remark() {
    let text = "/// One.\npub enum Open {\n    /// Two.\n    A,\n}\n/// Three.\nenum Closed {\n    /// Four.\n    A,\n}\n/// Five.\npub(crate) fn f() {}\n/// Six.\npub use inner::six;\n";
    let found: Vec<(String, Kind)> = sections(text, Format::Rust)
        .into_iter()
        .flat_map(|section| section.passages)
        .filter(|passage| passage.kind != Kind::Code)
        .map(|passage| (passage.text, passage.kind))
        .collect();
    let expected = [
        ("One.", Kind::Prose),
        ("Two.", Kind::Prose),
        ("Three.", Kind::Remark),
        ("Four.", Kind::Remark),
        ("Five.", Kind::Remark),
        ("Six.", Kind::Prose),
    ];
    assert_eq!(found, expected.map(|(text, kind)| (text.to_owned(), kind)));
    assert_eq!(under(&sections(text, Format::Rust), "six").headings, ["six"]);
}

#[test]
fn a_list_is_told_with_what_announces_it() {
    let text =
        "In this order:\n\n1. check it;\n2. count\n   the tokens.\n\nNo more of it:\n\n```\ncode\n```\n";
    for format in [Format::Markdown, Format::Plain] {
        let sections = sections(text, format);
        assert_eq!(sections[0].in_full(0), "In this order: check it; count the tokens.");
        assert_eq!(sections[0].in_full(1), "check it;");
        assert_eq!(sections[0].in_full(3), "No more of it:");
    }
    assert_eq!(sections(text, Format::Markdown)[0].with_code(3), "No more of it: code");
    let long = format!("Announced:\n\n- short\n- {}\n", "word ".repeat(118));
    assert_eq!(sections(&long, Format::Markdown)[0].in_full(0), "Announced: short");
}

#[test]
fn a_section_opens_with_its_first_words() {
    let text = "# Title\n\n```\ncode\n```\n\nFirst words here.\n".to_owned()
        + &"\nMore of them follow.\n".repeat(60);
    let sections = sections(&text, Format::Markdown);
    assert_eq!(sections[0].opening(), Some(1));
    assert!(sections[1].continues && sections[1].opening().is_none());
}

#[test]
fn block_comments_and_attributes_are_understood() {
    let text = "/*! The module. */\n\n/**\n * A documented thing here.\n */\n#[cfg(any(\n    unix,\n    windows,\n))]\npub(crate) async fn f<T>() {}\n\n#[derive(Debug)]\nenum E {\n    /// The first of them.\n    A { x: u8 },\n    B,\n}\n/// Nothing below\n";
    let sections = sections(text, Format::Rust);
    let found: Vec<(Vec<&str>, usize, &str)> = sections
        .iter()
        .flat_map(|section| {
            let headings: Vec<&str> = section.headings.iter().map(String::as_str).collect();
            section.passages.iter().map(move |passage| (headings.clone(), passage.line, &*passage.text))
        })
        .collect();
    assert_eq!(
        found,
        [
            (vec![], 1, "The module."),
            (vec!["fn f"], 10, "pub(crate) async fn f<T>() {}"),
            (vec!["fn f"], 4, "A documented thing here."),
            (vec!["enum E", "A"], 15, "A { x: u8 },"),
            (vec!["enum E", "A"], 14, "The first of them."),
            (vec![], 18, "Nothing below"),
        ]
    );
}

#[test]
fn line_ends_of_other_systems_change_nothing() {
    for (text, format) in [(MANUAL, Format::Markdown), (LOG, Format::Plain), (LENS, Format::Rust)] {
        assert_eq!(sections(&text.replace('\n', "\r\n"), format), sections(text, format));
    }
}

#[test]
fn a_name_tells_the_format() {
    let of = |name: &str| Format::of(Path::new(name));
    assert_eq!(of("docs/README.md"), Some(Format::Markdown));
    assert_eq!(of("a.RS"), Some(Format::Rust));
    assert_eq!(of("notes.txt"), Some(Format::Plain));
    assert_eq!(of("LICENSE"), Some(Format::Plain));
    assert_eq!(of("a.out"), None);
    assert_eq!(of("Makefile"), None);
}
