//! Text from outside as it may stand in a log: one line, bounded, without secrets.

use std::borrow::Cow;

/// Prefixes of the service's secrets. Source: <https://www.opentrain.ai/docs/developers/concepts/authentication>.
const SECRET_PREFIXES: [&str; 5] = ["ot_pat_", "ot_clm_", "ot_cat_", "ot_ptk_", "whsec_"];
/// Text that stands in place of a secret.
const MASK: &str = "[redacted]";
/// Number of bytes below which a token is too short to be searched for.
const SHORTEST_TOKEN: usize = 4;

/// Returns the text without characters that do not print and without secrets, cut after this many characters.
///
/// Each word with the prefix of one of the service's secrets, such as `ot_pat_`, keeps the prefix alone.
#[must_use]
pub fn printable(text: &str, longest: usize) -> String {
    // Masking comes between: a character that does not print could hide a secret, and a cut could leave half of one.
    let visible: String = text
        .chars()
        .filter(|character| prints(*character))
        .collect();
    let masked = mask_secrets(&visible);
    match masked.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &masked[..end]),
        None => masked.into_owned(),
    }
}

/// Replaces a token of any form wherever the text has it.
#[must_use]
pub fn mask_token<'a>(text: &'a str, token: &str) -> Cow<'a, str> {
    if token.len() < SHORTEST_TOKEN || !text.contains(token) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(token, MASK))
}

/// False for control characters, line separators, and characters that are invisible or change the direction of the text.
fn prints(character: char) -> bool {
    let hidden = matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    );
    !hidden && !character.is_control()
}

/// Replaces each word with the prefix of one of the service's secrets, such as `ot_pat_`, by the prefix and a mask.
#[must_use]
pub fn mask_secrets(text: &str) -> Cow<'_, str> {
    let lower = text.to_ascii_lowercase();
    let (mut masked, mut copied) = (String::new(), 0);
    while let Some((start, prefix)) = next_prefix(&lower, copied) {
        let secret = start + prefix.len();
        let rest = &text[secret..];
        // A text that was masked before stays as it is.
        let length = match rest.strip_prefix(MASK) {
            Some(_) => Some(MASK.len()),
            None => rest.find(|c| !in_secret(c)),
        };
        masked.push_str(&text[copied..secret]);
        masked.push_str(MASK);
        copied = length.map_or(text.len(), |length| secret + length);
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    masked.push_str(&text[copied..]);
    Cow::Owned(masked)
}

/// Returns the first prefix at or after a position, with where it starts.
fn next_prefix(lower: &str, from: usize) -> Option<(usize, &'static str)> {
    let found = SECRET_PREFIXES.iter().filter_map(|prefix| {
        let start = lower[from..].find(prefix)?;
        Some((from + start, *prefix))
    });
    found.min()
}

/// True for characters of tokens: those of base64 in both alphabets, of percent-encoding and of JWTs.
fn in_secret(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_-.~+/=%".contains(character)
}

#[cfg(test)]
mod tests {
    use super::{mask_token, printable};

    #[test]
    fn a_text_is_one_line_of_bounded_length() {
        assert_eq!(
            printable("r-1\n2026 ERROR\u{1b}[31m forged", 9),
            "r-12026 E…"
        );
        assert_eq!(
            printable("a\u{202e}b\u{2028}c\u{2029}d\u{200b}e\u{feff}f", 80),
            "abcdef"
        );
        assert_eq!(printable(&"é".repeat(20), 20), "é".repeat(20));
    }

    #[test]
    fn secrets_are_masked_in_every_place_and_writing() {
        for (text, shown) in [
            (
                "Invalid API token: ot_pat_a1B2-c3.",
                "Invalid API token: ot_pat_[redacted]",
            ),
            (
                "ot_clm_x,ot_cat_y whsec_z/+=!",
                "ot_clm_[redacted],ot_cat_[redacted] whsec_[redacted]!",
            ),
            ("\"ot_ptk_abc\"", "\"ot_ptk_[redacted]\""),
            ("OT_PAT_ABC", "OT_PAT_[redacted]"),
            ("ot_\u{200b}pat_abc", "ot_pat_[redacted]"),
            ("robot_patio", "robot_patio"),
            ("xot_pat_abc", "xot_pat_[redacted]"),
            ("ot_pat_", "ot_pat_[redacted]"),
        ] {
            assert_eq!(printable(text, 80), shown);
        }
    }

    #[test]
    fn a_cut_leaves_no_part_of_a_secret() {
        assert!(!printable("token ot_pat_secret", 15).contains("se"));
    }

    #[test]
    fn a_token_of_any_form_is_masked() {
        assert_eq!(mask_token("no: hush-hush.", "hush-hush"), "no: [redacted].");
        assert_eq!(mask_token("abc", "a"), "abc");
    }
}
