//! A lenient reading of JSON: takes what JavaScript writes and an exact reading refuses.
//!
//! It rewrites the text, so that the same decoder can read it again: a byte order mark goes, half of a surrogate pair becomes U+FFFD
//! (which no id, cursor or token takes), a number that is integral in value is written as an integer (`3.0`, `1e2`, `-0`), and of members
//! with one name the last counts.

use std::borrow::Cow;

use serde_json::Value;
use serde_json::value::RawValue;

/// Number of digits beyond which a number stays as it is written.
const MOST_DIGITS: usize = 40;

/// Returns a body as text, without a byte order mark; bytes that are not UTF-8 become U+FFFD.
pub(crate) fn text(body: &[u8]) -> Cow<'_, str> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    // Checking is several times as fast as looking for what to replace.
    str::from_utf8(body).map_or_else(|_| String::from_utf8_lossy(body), Cow::Borrowed)
}

/// True if a text is JSON that ends early, even if it does not fit its type either.
pub(crate) fn is_cut(json: &str) -> bool {
    serde_json::from_str::<&RawValue>(json).is_err_and(|error| error.is_eof())
}

/// Rewrites JSON so that an exact reading takes it. `None` if the text is not JSON all the same.
pub(crate) fn repair(json: &str) -> Option<String> {
    let rewritten = rewrite(json);
    // Of members with one name, a map keeps the last.
    let value: Value = serde_json::from_str(&rewritten).ok()?;
    Some(value.to_string())
}

/// Reads a JSON value that is a string, whose broken characters become U+FFFD. `None` if it is another value.
pub(crate) fn string(json: &str) -> Option<Cow<'_, str>> {
    if let Some(text) = unescaped(json) {
        return Some(Cow::Borrowed(text));
    }
    let exact = serde_json::from_str(json).ok();
    exact
        .or_else(|| serde_json::from_str(&repair(json)?).ok())
        .map(Cow::Owned)
}

/// Returns the text of a JSON value that is a string without escapes.
fn unescaped(json: &str) -> Option<&str> {
    let text = json.strip_prefix('"')?.strip_suffix('"')?;
    (!text.contains('\\')).then_some(text)
}

/// Rewrites strings and numbers, and copies everything else.
fn rewrite(json: &str) -> String {
    let (mut rewritten, mut rest) = (String::with_capacity(json.len()), json);
    while let Some(next) = rest.chars().next() {
        let length = match next {
            '"' => string_length(rest),
            '-' | '0'..='9' => number_length(rest),
            _ => next.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        match next {
            '"' => rewritten.push_str(&whole_characters(token)),
            '-' | '0'..='9' => rewritten.push_str(&integral(token).unwrap_or(Cow::Borrowed(token))),
            _ => rewritten.push_str(token),
        }
        rest = after;
    }
    rewritten
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().enumerate().skip(1).find(|(_, byte)| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |(at, _)| at + 1)
}

fn number_length(text: &str) -> usize {
    let in_number = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
    text.find(|c| !in_number(c)).unwrap_or(text.len())
}

/// Replaces halves of surrogate pairs in a string with U+FFFD.
fn whole_characters(string: &str) -> Cow<'_, str> {
    if !string.contains("\\u") {
        return Cow::Borrowed(string);
    }
    let (mut whole, mut rest) = (String::with_capacity(string.len()), string);
    while let Some(at) = rest.find('\\') {
        let (plain, escape) = rest.split_at(at);
        whole.push_str(plain);
        let (kept, length) = match (unit(escape), escape.get(6..).and_then(unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => (&escape[..12], 12),
            (Some(0xD800..=0xDFFF), _) => ("\\uFFFD", 6),
            (Some(_), _) => (&escape[..6], 6),
            (None, _) => {
                // The character behind the backslash may be of several bytes.
                let length = escape.chars().take(2).map(char::len_utf8).sum();
                (&escape[..length], length)
            }
        };
        whole.push_str(kept);
        rest = &escape[length..];
    }
    whole.push_str(rest);
    Cow::Owned(whole)
}

/// Returns the UTF-16 unit that an escape at the start of the text stands for.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u16::from_str_radix(digits, 16).ok().filter(|_| is_hex)
}

/// Returns a number that has a fraction or an exponent, or is `-0`, as an integer, if its value is one. Its digits stay exact. `None` if
/// the text is not a number of JSON.
fn integral(number: &str) -> Option<Cow<'_, str>> {
    let (sign, magnitude) = match number.strip_prefix('-') {
        Some(magnitude) => ("-", magnitude),
        None => ("", number),
    };
    let (mantissa, exponent) = match magnitude.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (magnitude, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    if !is_number(whole, fraction, exponent) {
        return None;
    }
    let digits = format!("{whole}{}", fraction.unwrap_or_default());
    if digits.bytes().all(|byte| byte == b'0') {
        return Some(Cow::Borrowed("0"));
    }
    let exponent: i64 = exponent.map_or(Ok(0), str::parse).ok()?;
    // How many digits of the text are before the point, once the exponent has moved it.
    let point = i64::try_from(whole.len()).ok()?.checked_add(exponent)?;
    let point = usize::try_from(point)
        .ok()
        .filter(|point| *point <= MOST_DIGITS)?;
    let (before, after) = digits.split_at(point.min(digits.len()));
    if after.bytes().any(|byte| byte != b'0') {
        return None;
    }
    let padded = format!("{before:0<point$}");
    Some(Cow::Owned(format!(
        "{sign}{}",
        padded.trim_start_matches('0')
    )))
}

/// True if the parts of a number without its sign are as JSON has them.
fn is_number(whole: &str, fraction: Option<&str>, exponent: Option<&str>) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = exponent.map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    is_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(is_digits)
        && unsigned.is_none_or(is_digits)
}

#[cfg(test)]
mod tests {
    use super::{integral, repair, text};

    #[test]
    fn numbers_that_are_integral_are_written_as_integers_and_keep_every_digit() {
        for (number, integer) in [
            ("3.0", Some("3")),
            ("1e2", Some("100")),
            ("1.50E+1", Some("15")),
            ("-0", Some("0")),
            ("-0.0e9", Some("0")),
            ("-7.000", Some("-7")),
            ("9007199254740993.0", Some("9007199254740993")),
            ("120e-1", Some("12")),
            ("0.5e1", Some("5")),
            ("12", Some("12")),
            ("1.5", None),
            ("1e-1", None),
            ("1e400", None),
            ("1-2", None),
            ("-", None),
            ("-.0", None),
            ("-e5", None),
            ("007", None),
            ("0123.0", None),
            ("1.", None),
            ("5.e1", None),
            ("1e", None),
            ("1e+", None),
            ("0e99999999999999999999", Some("0")),
        ] {
            assert_eq!(integral(number).as_deref(), integer, "{number}");
        }
    }

    #[test]
    fn a_repaired_text_says_the_same_in_json_that_an_exact_reading_takes() {
        for (json, repaired) in [
            (r#"{"a":"x\ud83d"}"#, Some(r#"{"a":"x�"}"#)),
            (
                r#"{"a":"\udc00\ud83d\ude00\ud83d!"}"#,
                Some(r#"{"a":"�😀�!"}"#),
            ),
            (r#"{"a":"\\ud83d"}"#, Some(r#"{"a":"\\ud83d"}"#)),
            (r#"{"a":"3.0 \" 1e2"}"#, Some(r#"{"a":"3.0 \" 1e2"}"#)),
            (r#"{"a":1,"a":2}"#, Some(r#"{"a":2}"#)),
            (r#"[1.0,{"b":-0}]"#, Some(r#"[1,{"b":0}]"#)),
            (r#"{"a":"\u12"}"#, None),
            ("[1,", None),
            ("[1-2]", None),
        ] {
            assert_eq!(repair(json).as_deref(), repaired, "{json}");
        }
    }

    #[test]
    fn a_mark_at_the_start_and_broken_bytes_leave_a_text() {
        assert_eq!(text(b"\xEF\xBB\xBF{}"), "{}");
        assert_eq!(text(b"\"\xED\xA0\xBD\""), "\"\u{fffd}\u{fffd}\u{fffd}\"");
    }
}
