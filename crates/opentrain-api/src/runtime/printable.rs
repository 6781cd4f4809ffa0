//! Text from outside as it may stand in a log: one line, bounded, without secrets.

use std::borrow::Cow;

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

/// Prefixes of the service's secrets. Source: <https://www.opentrain.ai/docs/developers/concepts/authentication>.
const SECRET_PREFIXES: [&str; 5] = ["ot_pat_", "ot_clm_", "ot_cat_", "ot_ptk_", "whsec_"];
/// Text that stands in place of a secret.
const MASK: &str = "[redacted]";
/// Number of bytes below which a token is too short to be searched for.
const SHORTEST_TOKEN: usize = 4;

/// Returns the text on one line, without secrets, cut after this many characters.
///
/// Characters that do not print are dropped. Each word with the prefix of one of the service's secrets, such as `ot_pat_`, keeps the
/// prefix alone.
#[must_use]
pub fn printable(text: &str, longest: usize) -> String {
    printable_without(b"", text, longest).into_owned()
}

/// Returns the text as [`printable`] does, without this token in any of its forms.
pub(crate) fn printable_without<'a>(token: &[u8], text: &'a str, longest: usize) -> Cow<'a, str> {
    let masked = masked(token, text, |c| c.is_control() || is_hidden(c));
    if masked.len() <= longest {
        return masked;
    }
    // A cut before masking could leave half of a secret.
    match masked.char_indices().nth(longest) {
        Some((end, _)) => Cow::Owned(format!("{}…", &masked[..end])),
        None => masked,
    }
}

/// Returns the text without secrets: without this token, and without each word that has the prefix of a secret. Its lines stay.
pub(crate) fn masked_without<'a>(token: &[u8], text: &'a str) -> Cow<'a, str> {
    masked(token, text, is_hidden)
}

/// Returns the text without the characters that a function names, and then without secrets: a character could hide one.
fn masked<'a>(token: &[u8], text: &'a str, is_dropped: impl Fn(char) -> bool) -> Cow<'a, str> {
    let marks = marks(text);
    if marks & (CONTROL | NOT_ASCII) != 0 && text.contains(&is_dropped) {
        let shown: String = text.chars().filter(|c| !is_dropped(*c)).collect();
        return Cow::Owned(mask(token, &shown, marks).into_owned());
    }
    mask(token, text, marks)
}

const CONTROL: u8 = 1;
const NOT_ASCII: u8 = 2;
const UNDERSCORE: u8 = 4;
const PERCENT: u8 = 8;

/// Returns which kinds of characters the text has. Going over all of it takes several bytes at once, which is faster than to stop at the
/// first one.
fn marks(text: &str) -> u8 {
    text.bytes().fold(0, |marks, byte| {
        let mark = |has: bool, mark: u8| if has { mark } else { 0 };
        marks
            | mark(byte.is_ascii_control(), CONTROL)
            | mark(!byte.is_ascii(), NOT_ASCII)
            | mark(byte == b'_', UNDERSCORE)
            | mark(byte == b'%', PERCENT)
    })
}

/// Replaces every secret in one pass. `marks`: those of the text, or more.
fn mask<'a>(token: &[u8], text: &'a str, marks: u8) -> Cow<'a, str> {
    if !may_hold_secret(token, text, marks) {
        return Cow::Borrowed(text);
    }
    let has_encoded = marks & PERCENT != 0;
    let own = token.first_chunk::<2>();
    let own = own.map(|start| start.map(|byte| byte.to_ascii_lowercase()));
    let may_begin = |pair: &[u8]| {
        let [first, second] = [pair[0], pair[1]].map(|byte| byte.to_ascii_lowercase());
        let begins_own = |own: [u8; 2]| first == own[0] && (second == own[1] || has_encoded);
        matches!(&[first, second], b"ot" | b"wh") || first == b'%' || own.is_some_and(begins_own)
    };
    let (mut masked, mut copied, mut at) = (String::new(), 0, 0);
    while let Some(next) = text.as_bytes()[at..].windows(2).position(may_begin) {
        at += next;
        // The first byte of a secret begins a character.
        let rest = text.get(at..).unwrap_or_default();
        let (shown, hidden) = match own_length(rest, token, has_encoded) {
            Some(length) => (0, length),
            None => prefixed_secret(rest).unwrap_or_default(),
        };
        if shown + hidden == 0 {
            at += 1;
            continue;
        }
        masked.push_str(&text[copied..at + shown]);
        masked.push_str(MASK);
        at += shown + hidden;
        copied = at;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    masked.push_str(&text[copied..]);
    Cow::Owned(masked)
}

/// True if the text has a character that stands in every secret. It costs far less than the search for secrets.
fn may_hold_secret(token: &[u8], text: &str, marks: u8) -> bool {
    let is_searched_for = token.len() >= SHORTEST_TOKEN && token.len() <= text.len();
    marks & (UNDERSCORE | PERCENT) != 0 || (is_searched_for && !token.contains(&b'_'))
}

/// Returns how much of the text is the token, as it is or percent-encoded.
fn own_length(text: &str, token: &[u8], has_encoded: bool) -> Option<usize> {
    if token.len() < SHORTEST_TOKEN || text.len() < token.len() {
        return None;
    }
    if begins(text, token) {
        return Some(token.len());
    }
    has_encoded.then(|| encoded_length(text, token))?
}

/// Returns how much of the text is the token in its percent-encoded form.
fn encoded_length(text: &str, token: &[u8]) -> Option<usize> {
    let mut length = 0;
    for part in percent_encode(token, NON_ALPHANUMERIC) {
        let rest = text.get(length..)?;
        length += begins(rest, part.as_bytes()).then_some(part.len())?;
    }
    Some(length)
}

/// True if the text begins with a form of a token, in whichever case.
fn begins(text: &str, form: &[u8]) -> bool {
    let start = text.as_bytes().get(..form.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(form))
}

/// Returns the lengths of a prefix that the text begins with and of the secret after it.
fn prefixed_secret(text: &str) -> Option<(usize, usize)> {
    let prefix = SECRET_PREFIXES
        .iter()
        .find_map(|prefix| prefix_length(text, prefix))?;
    let rest = &text[prefix..];
    // A text that was masked before stays as it is.
    if rest.starts_with(MASK) {
        return Some((prefix, MASK.len()));
    }
    let secret = rest.find(|c| !in_secret(c)).unwrap_or(rest.len());
    Some((prefix, secret))
}

/// Returns how much of the text is the prefix, in whichever case. Its underscores may be percent-encoded.
fn prefix_length(text: &str, prefix: &str) -> Option<usize> {
    let mut length = 0;
    for expected in prefix.bytes() {
        let rest = text.as_bytes().get(length..)?;
        length += match rest {
            [byte, ..] if byte.eq_ignore_ascii_case(&expected) => 1,
            [b'%', b'5', b'f' | b'F', ..] if expected == b'_' => 3,
            _ => return None,
        };
    }
    Some(length)
}

/// True for characters that are invisible or change the direction of the text, and for line separators.
fn is_hidden(character: char) -> bool {
    !character.is_ascii()
        && matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// True for characters of tokens: those of base64 in both alphabets, of percent-encoding and of JWTs.
fn in_secret(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_-.~+/=%".contains(character)
}

#[cfg(test)]
mod tests {
    use super::{SECRET_PREFIXES, masked_without, printable, printable_without};

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
    fn secrets_are_masked_in_every_place_and_form() {
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
            ("ot%5Fpat%5fabc é", "ot%5Fpat%5f[redacted] é"),
            ("ot_\u{200b}pat_abc", "ot_pat_[redacted]"),
            ("robot_patio", "robot_patio"),
            ("xot_pat_abc", "xot_pat_[redacted]"),
            ("ot_pat_", "ot_pat_[redacted]"),
            ("ot_pat_[redacted] twice", "ot_pat_[redacted] twice"),
        ] {
            assert_eq!(printable(text, 80), shown);
        }
    }

    #[test]
    fn a_cut_leaves_no_part_of_a_secret() {
        assert!(!printable("token ot_pat_secret", 15).contains("se"));
        assert!(!printable_without(b"own-token", "an own-token", 6).contains("ow"));
    }

    #[test]
    fn a_token_of_any_form_is_masked_as_it_is_in_another_case_and_encoded() {
        for text in ["hush-Hush", "HUSH-HUSH", "hush%2dHush", "hu\u{200b}sh-Hush"] {
            let text = format!("no: {text}.");
            assert_eq!(
                printable_without(b"hush-Hush", &text, 80),
                "no: [redacted]."
            );
            assert_eq!(masked_without(b"hush-Hush", &text), "no: [redacted].");
        }
        assert_eq!(
            masked_without(b"-h-sh", "%2Dh%2dsh -H-SH"),
            "[redacted] [redacted]"
        );
        assert_eq!(masked_without(b"h-sh", "hh%2dsh"), "h[redacted]");
        assert_eq!(
            masked_without("é-tok".as_bytes(), "x É-tok é-tok %C3%A9%2Dtok"),
            "x É-tok [redacted] [redacted]"
        );
        assert_eq!(masked_without(b"a", "abc\nd"), "abc\nd");
    }

    #[test]
    fn every_prefix_has_the_character_that_a_secret_is_known_by() {
        assert!(SECRET_PREFIXES.iter().all(|prefix| prefix.contains('_')));
    }

    #[test]
    fn a_hostile_text_takes_time_that_grows_with_its_length() {
        let text = "ot_pat_ ".repeat(1 << 17);
        assert_eq!(printable(&text, 17), "ot_pat_[redacted]…");
    }
}
