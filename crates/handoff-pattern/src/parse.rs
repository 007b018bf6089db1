//! From text to a tree, and the refusal of whatever is read differently somewhere.

use crate::Mistake;
use crate::class::Class;

/// A pattern as it is built up.
#[derive(Clone, Debug)]
pub(crate) enum Tree {
    Class(Class),
    Start,
    End,
    Sequence(Vec<Tree>),
    Either(Vec<Tree>),
    Repeat { tree: Box<Tree>, min: u32, max: Option<u32> },
}

/// Most steps of a pattern: a bound on how long a search can take for each character of a text.
const MOST_STEPS: u64 = 2_000;

/// Most groups in one another.
const DEEPEST: usize = 50;

pub(crate) fn parse(text: &str) -> Result<Tree, Mistake> {
    let mut parser = Parser { text: text.chars().collect(), at: 0, depth: 0 };
    let tree = parser.either()?;
    if parser.peek().is_some() {
        // Alternatives end at the end of the text or at a `)`.
        return Err(parser.mistake(parser.at, 1, "closes no group", r"write `\)` for the character itself"));
    }
    let steps = steps(&tree);
    if steps > MOST_STEPS {
        return Err(Mistake::of_whole(
            &format!(
                "stands for {steps} steps, each repetition written out, and at most {MOST_STEPS} are searched"
            ),
            "repeat less often, and bound the length with `len(..=N)`",
        ));
    }
    Ok(tree)
}

/// The pattern as it has to stand between `^` and `$`.
pub(crate) fn grouped(text: &str) -> String {
    let text = text.strip_prefix('^').unwrap_or(text);
    let text = if text.ends_with(r"\$") { text } else { text.strip_suffix('$').unwrap_or(text) };
    if text.as_bytes().contains(&b'|') { format!("(?:{text})") } else { text.to_owned() }
}

fn steps(tree: &Tree) -> u64 {
    match tree {
        Tree::Class(_) | Tree::Start | Tree::End => 1,
        Tree::Sequence(parts) => parts.iter().fold(0, |sum, part| sum.saturating_add(steps(part))),
        Tree::Either(trees) => {
            trees.iter().fold(0, |sum, tree| sum.saturating_add(steps(tree)).saturating_add(2))
        }
        Tree::Repeat { tree, min, max } => {
            let one = steps(tree);
            let required = one.saturating_mul(u64::from(*min));
            let optional = match max {
                None => one.saturating_add(2),
                Some(max) => one.saturating_add(1).saturating_mul(u64::from(max.saturating_sub(*min))),
            };
            required.saturating_add(optional)
        }
    }
}

struct Parser {
    text: Vec<char>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.peek_at(0)
    }

    fn peek_at(&self, offset: usize) -> Option<char> {
        self.text.get(self.at + offset).copied()
    }

    fn eat(&mut self, character: char) -> bool {
        let there = self.peek() == Some(character);
        self.at += usize::from(there);
        there
    }

    fn rest_starts_with(&self, start: &str) -> bool {
        start.chars().enumerate().all(|(offset, character)| self.peek_at(offset) == Some(character))
    }

    /// A mistake in the part of `length` characters at `index`.
    fn mistake(&self, index: usize, length: usize, what: &str, help: &str) -> Mistake {
        let end = self.text.len().min(index + length);
        Mistake::at(self.text[end.min(index)..end].iter().collect(), index, what, help)
    }

    fn either(&mut self) -> Result<Tree, Mistake> {
        let mut trees = vec![self.sequence()?];
        while self.eat('|') {
            trees.push(self.sequence()?);
        }
        Ok(match <[Tree; 1]>::try_from(trees) {
            Ok([tree]) => tree,
            Err(trees) => Tree::Either(trees),
        })
    }

    fn sequence(&mut self) -> Result<Tree, Mistake> {
        let mut parts = Vec::new();
        while !matches!(self.peek(), None | Some('|' | ')')) {
            let from = self.at;
            let part = self.atom()?;
            parts.push(self.repeated(part, from)?);
        }
        Ok(Tree::Sequence(parts))
    }

    fn atom(&mut self) -> Result<Tree, Mistake> {
        let from = self.at;
        let Some(character) = self.peek() else { return Ok(Tree::Sequence(Vec::new())) };
        self.at += 1;
        match character {
            '^' => Ok(Tree::Start),
            '$' => Ok(Tree::End),
            '(' => self.group(from),
            '[' => self.class(from),
            '\\' => self.escape(from, false).map(|character| Tree::Class(Class::one(character))),
            '.' => Err(self.mistake(
                from,
                1,
                "leaves out line feeds in Rust, and three more line ends in a JSON Schema",
                r"write `[^\n]`, or `[^\n\r\u2028\u2029]`, or a class of what may stand there, or `\.` for a full stop",
            )),
            '*' | '+' | '?' => Err(self.mistake(
                from,
                1,
                "repeats nothing",
                &format!(r"write `\{character}` for the character itself"),
            )),
            ']' | '{' | '}' => Err(self.mistake(
                from,
                1,
                "is not read alike everywhere",
                &format!(r"write `\{character}` for the character itself"),
            )),
            character => Ok(Tree::Class(Class::one(character))),
        }
    }

    fn repeated(&mut self, tree: Tree, from: usize) -> Result<Tree, Mistake> {
        let at = self.at;
        let (min, max) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => {
                let bounds = self.bounds()?;
                self.at -= 1;
                bounds
            }
            _ => return Ok(tree),
        };
        self.at += 1;
        if matches!(tree, Tree::Start | Tree::End) {
            return Err(self.mistake(
                from,
                self.at - from,
                "repeats a place in the text, which a JSON Schema cannot read",
                "leave the repetition out, or put a group round it: `(?:^)?`",
            ));
        }
        // Whether a repetition takes much or little decides what is found, and not whether something is.
        self.eat('?');
        if matches!(self.peek(), Some('*' | '+' | '?' | '{')) {
            return Err(self.mistake(
                at,
                self.at + 1 - at,
                "repeats a repetition, which Rust can read and a JSON Schema cannot",
                "leave one of them out, or put a group between them: `(?:a+)*`",
            ));
        }
        Ok(Tree::Repeat { tree: Box::new(tree), min, max })
    }

    /// `{3}`, `{3,}` or `{3,5}`.
    fn bounds(&mut self) -> Result<(u32, Option<u32>), Mistake> {
        let from = self.at;
        self.at += 1;
        let min = self.number();
        let bounds = if self.eat(',') {
            let max = self.number();
            match (min, max) {
                (Some(min), None) if self.peek() == Some('}') => Some((min, None)),
                (None, Some(max)) if self.peek() == Some('}') => {
                    return Err(self.mistake(
                        from,
                        self.at + 1 - from,
                        "is not read alike everywhere",
                        &format!("write `{{0,{max}}}`"),
                    ));
                }
                (Some(min), Some(max)) => Some((min, Some(max))),
                _ => None,
            }
        } else {
            min.map(|min| (min, Some(min)))
        };
        let Some((min, max)) = bounds.filter(|_| self.eat('}')) else {
            let length = self.at + 1 - from;
            return Err(self.mistake(
                from,
                length,
                "is no repetition",
                r"write `{3}`, `{3,}` or `{3,5}`, or `\{` for the character itself",
            ));
        };
        match max {
            Some(max) if max < min => Err(self.mistake(
                from,
                self.at - from,
                "ends before it begins",
                &format!("write `{{{max},{min}}}`"),
            )),
            _ => Ok((min, max)),
        }
    }

    /// A number; `u32::MAX` where it is larger, which is too many steps in any case.
    fn number(&mut self) -> Option<u32> {
        let from = self.at;
        while self.peek().is_some_and(|digit| digit.is_ascii_digit()) {
            self.at += 1;
        }
        let digits: String = self.text[from..self.at].iter().collect();
        (!digits.is_empty()).then(|| digits.parse().unwrap_or(u32::MAX))
    }

    fn group(&mut self, from: usize) -> Result<Tree, Mistake> {
        if self.depth == DEEPEST {
            return Err(self.mistake(from, 1, "is nested too deeply", "write fewer groups in one another"));
        }
        if self.eat('?') && !self.eat(':') {
            return Err(self.special_group(from));
        }
        self.depth += 1;
        let tree = self.either()?;
        self.depth -= 1;
        if self.eat(')') {
            Ok(tree)
        } else {
            Err(self.mistake(
                from,
                1,
                "is an unclosed group",
                r"write the `)`, or `\(` for the character itself",
            ))
        }
    }

    /// What follows `(?` and is no `:`.
    fn special_group(&self, from: usize) -> Mistake {
        let shown = |length| self.text.len().min(from + length) - from;
        if self.rest_starts_with("=") || self.rest_starts_with("!") {
            return self.mistake(
                from,
                3,
                "looks ahead, which Rust's `regex` cannot",
                "spell out what may follow, or test it in a function: `with(path)`",
            );
        }
        if self.rest_starts_with("<=") || self.rest_starts_with("<!") {
            return self.mistake(
                from,
                4,
                "looks behind, which Rust's `regex` cannot",
                "spell out what may come before, or test it in a function: `with(path)`",
            );
        }
        if self.rest_starts_with("<") || self.rest_starts_with("P<") {
            let name = self.text[from..].iter().position(|character| *character == '>');
            return self.mistake(
                from,
                shown(name.map_or(3, |end| end + 1)),
                "names a group, and a check keeps none",
                "write `(`",
            );
        }
        let flags = self.text[from + 2..]
            .iter()
            .take_while(|flag| flag.is_ascii_alphabetic() || **flag == '-')
            .count();
        if flags > 0 {
            return self.mistake(
                from,
                shown(2 + flags + 1),
                "sets flags, which a JSON Schema cannot",
                "write the pattern without them, as in `[Aa]` for both cases of a letter",
            );
        }
        self.mistake(from, 2, "is no group that is read alike everywhere", "write `(` or `(?:`")
    }

    fn class(&mut self, from: usize) -> Result<Tree, Mistake> {
        if self.rest_starts_with(":") {
            return Err(self.mistake(
                from,
                2,
                "is not read alike everywhere",
                r"write `[\:` for the character",
            ));
        }
        let negated = self.eat('^');
        let first = self.at;
        let mut ranges = Vec::new();
        loop {
            let at = self.at;
            match self.peek() {
                None => {
                    let help = r"write the `]`, or `\[` for the character itself";
                    return Err(self.mistake(from, 1, "is an unclosed class", help));
                }
                Some(']') if at == first => {
                    return Err(self.mistake(
                        from,
                        at + 1 - from,
                        "is an empty class to a JSON Schema, and not to Rust",
                        r"write what is in the class, and `\]` for the character itself",
                    ));
                }
                Some(']') => {
                    self.at += 1;
                    break;
                }
                Some('-') if at != first && self.peek_at(1) != Some(']') => {
                    return Err(self.mistake(
                        at,
                        1,
                        "is not read alike everywhere in the middle of a class",
                        r"write `\-` for the character itself",
                    ));
                }
                Some(_) => {}
            }
            let low = self.class_character()?;
            if self.peek() != Some('-') || matches!(self.peek_at(1), None | Some(']')) {
                ranges.push((low, low));
                continue;
            }
            self.at += 1;
            if self.peek() == Some('-') {
                return Err(self.operator(self.at - 1));
            }
            let high = self.class_character()?;
            if high < low {
                let length = self.at - at;
                return Err(self.mistake(at, length, "ends before it begins", "write the lower end first"));
            }
            ranges.push((low, high));
        }
        let class = Class::of(ranges);
        Ok(Tree::Class(if negated { class.negated() } else { class }))
    }

    fn class_character(&mut self) -> Result<char, Mistake> {
        let from = self.at;
        let Some(character) = self.peek() else {
            return Err(self.mistake(from, 1, "ends in a class", "write the `]`"));
        };
        let twice = self.peek_at(1) == Some(character);
        match character {
            '\\' => {
                self.at += 1;
                return self.escape(from, true);
            }
            '[' if matches!(self.peek_at(1), Some(':')) => {
                let end = self.text[from..].iter().position(|character| *character == ']');
                return Err(self.mistake(
                    from,
                    end.map_or(2, |end| end + 1),
                    "is a named class to Rust, and characters to a JSON Schema",
                    "write its characters, as in `[a-z]`",
                ));
            }
            '[' => {
                return Err(self.mistake(
                    from,
                    1,
                    "opens a class in the class to Rust, and is a character to a JSON Schema",
                    r"write `\[` for the character itself",
                ));
            }
            '&' | '~' | '-' if twice => return Err(self.operator(from)),
            _ => self.at += 1,
        }
        Ok(character)
    }

    /// Two of the characters with which Rust combines classes.
    fn operator(&self, at: usize) -> Mistake {
        self.mistake(
            at,
            2,
            "combines classes in Rust, and is two characters to a JSON Schema",
            "write the character once, or the class that comes of it",
        )
    }

    /// The character that an escape stands for. The backslash at `from` was read.
    fn escape(&mut self, from: usize, in_class: bool) -> Result<char, Mistake> {
        let Some(escaped) = self.peek() else {
            return Err(self.mistake(from, 1, "escapes nothing", r"write `\\` for the character itself"));
        };
        self.at += 1;
        let character = match escaped {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'v' => '\u{b}',
            'f' => '\u{c}',
            'x' => return self.hexadecimal(from, 2),
            'u' if self.peek() == Some('{') => return self.hexadecimal(from, 6),
            'u' => return self.hexadecimal(from, 4),
            '-' if in_class => '-',
            '/' => '/',
            // The characters that have a meaning of their own outside of classes.
            '^' | '$' | '\\' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' => escaped,
            _ => return Err(self.no_escape(from, escaped, in_class)),
        };
        Ok(character)
    }

    /// `\x41`, `\u0041` or `\u{41}`.
    fn hexadecimal(&mut self, from: usize, digits: usize) -> Result<char, Mistake> {
        let braced = self.eat('{');
        let start = self.at;
        let most = if braced { 6 } else { digits };
        while self.at - start < most && self.peek().is_some_and(|digit| digit.is_ascii_hexdigit()) {
            self.at += 1;
        }
        let hexadecimal: String = self.text[start..self.at].iter().collect();
        let complete = if braced { digits == 6 && self.eat('}') } else { hexadecimal.len() == digits };
        let code = u32::from_str_radix(&hexadecimal, 16).ok().filter(|_| complete);
        let length = self.at - from;
        let Some(code) = code else {
            return Err(self.mistake(
                from,
                length,
                "is no character that is read alike everywhere",
                r"write two digits, as in `\x2d`, four, as in `\u002d`, or up to six, as in `\u{1f600}`",
            ));
        };
        char::from_u32(code).ok_or_else(|| {
            let help = r"write the character itself, or its code point, as in `\u{1f600}`";
            self.mistake(from, length, "is no character of its own", help)
        })
    }

    fn no_escape(&self, from: usize, escaped: char, in_class: bool) -> Mistake {
        let scripts = "stands for the characters of all scripts in Rust, and for ASCII in a JSON Schema";
        let (what, help) = match escaped {
            'd' if in_class => (scripts, "write `0-9`"),
            'd' => (scripts, "write `[0-9]`"),
            'w' if in_class => (scripts, "write `A-Za-z0-9_`"),
            'w' => (scripts, "write `[A-Za-z0-9_]`"),
            's' if in_class => ("is not the same white space everywhere", r"write ` \t\n\r`"),
            's' => ("is not the same white space everywhere", r"write `[ \t\n\r]`"),
            'D' if !in_class => (scripts, "write `[^0-9]`"),
            'W' if !in_class => (scripts, "write `[^A-Za-z0-9_]`"),
            'S' if !in_class => ("is not the same white space everywhere", r"write `[^ \t\n\r]`"),
            'D' | 'W' | 'S' => ("is not read alike everywhere", "write the characters that may stand there"),
            'b' if in_class => ("is a backspace to a JSON Schema, and nothing to Rust", r"write `\x08`"),
            'b' | 'B' => (
                "goes by the words of all scripts in Rust, and by ASCII in a JSON Schema",
                "spell out what may stand beside the word, as in `(?:^|[^a-z])cat(?:$|[^a-z])`",
            ),
            'p' | 'P' => (
                "goes by a version of Unicode, which is not the same everywhere",
                r"write the characters that may stand there, as in `[a-z\u00df-\u00ff]`",
            ),
            'A' => ("is read by Rust alone", "write `^`"),
            'z' | 'Z' => ("is not read alike everywhere", "write `$`"),
            '1'..='9' | 'k' => (
                "refers to an earlier group, which Rust's `regex` cannot",
                "test it in a function: `with(path)`",
            ),
            '0' => ("is read by a JSON Schema alone", r"write `\x00`"),
            'a' => ("is read by Rust alone", r"write `\x07`"),
            'c' => ("is read by a JSON Schema alone", r"write the character's number, as in `\x01`"),
            'U' => ("is read by Rust alone", r"write `\u{1f600}`"),
            _ if escaped.is_ascii_alphanumeric() => {
                ("is not read alike everywhere", "write the character itself")
            }
            _ => ("needs no escape, and a JSON Schema refuses it", "leave the backslash out"),
        };
        self.mistake(from, 2, what, help)
    }
}
