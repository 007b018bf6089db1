//! Where commands write to: text with colours where a person reads it, or JSON.

use std::fmt::{self, Display, Write as _};
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use serde_json::Value;

/// Standard output.
pub(crate) struct Output {
    to: BufWriter<StdoutLock<'static>>,
    /// Whether JSON is wanted.
    pub(crate) json: bool,
    coloured: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        let stdout = io::stdout();
        let coloured = !json && stdout.is_terminal() && wants_colours();
        Self { to: BufWriter::new(stdout.lock()), json, coloured }
    }

    pub(crate) fn line(&mut self, line: impl Display) -> io::Result<()> {
        writeln!(self.to, "{line}")
    }

    pub(crate) fn text(&mut self, text: &str) -> io::Result<()> {
        self.to.write_all(text.as_bytes())
    }

    pub(crate) fn json(&mut self, value: &Value) -> io::Result<()> {
        // What a terminal would take for an order stands in texts alone, and can be written as an escape in them.
        let json = format!("{value:#}");
        self.line(fmt::from_fn(|f| {
            json.chars().try_for_each(|character| match character {
                '\n' => f.write_char('\n'),
                character if is_order(character) => write!(f, "\\u{:04x}", u32::from(character)),
                character => f.write_char(character),
            })
        }))
    }

    /// What colours text, where there are colours.
    pub(crate) fn paint(&self) -> Paint {
        Paint { coloured: self.coloured }
    }

    pub(crate) fn finish(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

impl Write for &mut Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// As <https://no-color.org> has it; and a terminal without colours says so.
fn wants_colours() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !is_set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Colours text.
#[derive(Clone, Copy)]
pub(crate) struct Paint {
    coloured: bool,
}

#[derive(Clone, Copy)]
pub(crate) enum Ink {
    Good,
    Bad,
    Odd,
    Faint,
    Strong,
}

impl Paint {
    pub(crate) fn with(self, ink: Ink, text: impl Display) -> String {
        let text = text.to_string();
        let code = match ink {
            _ if !self.coloured || text.trim().is_empty() => return text,
            Ink::Good => 32,
            Ink::Bad => 31,
            Ink::Odd => 33,
            Ink::Faint => 2,
            Ink::Strong => 1,
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

/// Text from a file, on one line and without what a terminal would take for an order: labels and errors are anybody's.
pub(crate) fn plain(text: &str) -> impl Display {
    fmt::from_fn(move |f| {
        text.chars().try_for_each(|character| match character {
            '\n' | '\t' => f.write_str(" "),
            character if is_order(character) => {
                write!(f, "{}", character.escape_default())
            }
            character => write!(f, "{character}"),
        })
    })
}

/// Whether a character is for the terminal, turns the direction of the text around it, or is not seen at all.
fn is_order(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
