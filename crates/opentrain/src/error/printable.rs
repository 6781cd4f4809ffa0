//! Texts of the service on one line of a log.

/// A text without control characters, and no longer than this many characters.
pub(super) fn printable(text: &str, longest: usize) -> String {
    text.chars()
        .filter(|character| !character.is_control())
        .take(longest)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn no_line_break_gets_through_and_no_novel() {
        assert_eq!(
            printable("r-1\n2026 ERROR\u{1b}[31m forged", 9),
            "r-12026 E"
        );
    }
}
