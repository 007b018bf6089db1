//! serde's naming conventions: what `rename_all` makes of a name.

use syn::LitStr;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Convention {
    AsWritten,
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Convention {
    /// As they are written.
    pub const NAMES: [&str; 8] = [
        "lowercase",
        "UPPERCASE",
        "PascalCase",
        "camelCase",
        "snake_case",
        "SCREAMING_SNAKE_CASE",
        "kebab-case",
        "SCREAMING-KEBAB-CASE",
    ];

    /// `None` for a convention that serde does not know.
    pub fn of(written: &LitStr) -> Option<Self> {
        Some(match written.value().as_str() {
            "lowercase" => Self::Lower,
            "UPPERCASE" => Self::Upper,
            "PascalCase" => Self::Pascal,
            "camelCase" => Self::Camel,
            "snake_case" => Self::Snake,
            "SCREAMING_SNAKE_CASE" => Self::ScreamingSnake,
            "kebab-case" => Self::Kebab,
            "SCREAMING-KEBAB-CASE" => Self::ScreamingKebab,
            _ => return None,
        })
    }

    /// The name of a field, which Rust writes in snake case.
    pub fn field(self, name: &str) -> String {
        match self {
            Self::AsWritten | Self::Lower | Self::Snake => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Pascal => {
                let mut pascal = String::new();
                for word in name.split('_') {
                    pascal.push_str(&with_first(word, str::make_ascii_uppercase));
                }
                pascal
            }
            Self::Camel => with_first(&Self::Pascal.field(name), str::make_ascii_lowercase),
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
        }
    }

    /// The name of a variant, which Rust writes in Pascal case.
    pub fn variant(self, name: &str) -> String {
        match self {
            Self::AsWritten | Self::Pascal => name.to_owned(),
            Self::Lower => name.to_ascii_lowercase(),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Camel => with_first(name, str::make_ascii_lowercase),
            Self::Snake => snake(name),
            Self::ScreamingSnake => snake(name).to_ascii_uppercase(),
            Self::Kebab => snake(name).replace('_', "-"),
            Self::ScreamingKebab => snake(name).to_ascii_uppercase().replace('_', "-"),
        }
    }
}

/// The word with its first character changed, if that is ASCII.
fn with_first(word: &str, change: fn(&mut str)) -> String {
    let mut word = word.to_owned();
    if let Some(first) = word.get_mut(..1) {
        change(first);
    }
    word
}

fn snake(name: &str) -> String {
    let mut result = String::new();
    for (index, character) in name.char_indices() {
        if index > 0 && character.is_uppercase() {
            result.push('_');
        }
        result.push(character.to_ascii_lowercase());
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conventions_are_those_of_serde() {
        // From the table in serde's documentation of `rename_all`.
        let conventions = [
            ("lowercase", "very_tasty", "verytasty"),
            ("UPPERCASE", "VERY_TASTY", "VERYTASTY"),
            ("PascalCase", "VeryTasty", "VeryTasty"),
            ("camelCase", "veryTasty", "veryTasty"),
            ("snake_case", "very_tasty", "very_tasty"),
            ("SCREAMING_SNAKE_CASE", "VERY_TASTY", "VERY_TASTY"),
            ("kebab-case", "very-tasty", "very-tasty"),
            ("SCREAMING-KEBAB-CASE", "VERY-TASTY", "VERY-TASTY"),
        ];
        for (written, field, variant) in conventions {
            let convention = Convention::of(&LitStr::new(written, proc_macro2::Span::call_site())).unwrap();
            assert_eq!(convention.field("very_tasty"), field, "{written}");
            assert_eq!(convention.variant("VeryTasty"), variant, "{written}");
        }
        assert_eq!(Convention::Camel.field("_private"), "private");
    }
}
