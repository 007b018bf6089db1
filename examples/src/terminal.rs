//! Printing for a terminal of [`WIDTH`] columns.

/// How wide the examples print.
pub const WIDTH: usize = 100;

/// Puts a text into lines of at most [`WIDTH`] columns, of which the first begins with `first` and
/// the others with as many spaces. Words longer than a line stay whole.
///
/// A character counts as one column, which is right for the scripts of Europe and half of the
/// truth for wide ones.
#[must_use]
pub fn wrap(first: &str, text: &str) -> String {
    let indent = first.chars().count();
    let (mut out, mut column) = (first.to_owned(), indent);
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if column > indent && column + 1 + width > WIDTH {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        }
        if column > indent {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += width;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{WIDTH, wrap};

    #[test]
    fn lines_are_filled_and_indented() {
        let text = wrap("[1] ", &"word ".repeat(40));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|line| line.len() <= WIDTH && !line.ends_with(' ')));
        assert!(lines[0].starts_with("[1] word") && lines[1].starts_with("    word"));
        assert_eq!(wrap("> ", &"x".repeat(200)), format!("> {}", "x".repeat(200)));
        assert_eq!(wrap("> ", ""), "> ");
    }
}
