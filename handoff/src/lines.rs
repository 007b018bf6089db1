//! What keeps to one line: names and messages come from elsewhere, and stand in logs.

/// Whether a character ends a line somewhere, or changes the order in which the line is shown: controls, the separators
/// of Unicode, and the marks of [bidirectional text](https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters).
pub(crate) fn breaks(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{2028}' | '\u{2029}'
                | '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
        )
}
