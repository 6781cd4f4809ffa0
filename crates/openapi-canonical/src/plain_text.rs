//! Text of a document: checks that its bytes are UTF-8 and not compressed.

use std::fmt::Display;

use crate::error::{Error, Result};

/// First bytes of compressed files.
const COMPRESSED: [(&[u8], &str); 8] = [
    (b"\x1f\x8b", "gzip"),
    // The two bytes of a zlib header, by level.
    (b"\x78\x01", "deflate"),
    (b"\x78\x5e", "deflate"),
    (b"\x78\x9c", "deflate"),
    (b"\x78\xda", "deflate"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PK\x03\x04", "zip"),
    (b"BZh", "bzip2"),
];

/// Returns the bytes as text, without a byte order mark. `place` is the name of the document in errors.
pub fn decoded<'a>(bytes: &'a [u8], place: &str) -> Result<&'a str> {
    let text = std::str::from_utf8(bytes);
    // `x^` begins zlib data, and may begin text.
    let is_compressed = |(magic, _): &&(&[u8], &str)| {
        bytes.starts_with(magic) && (text.is_err() || *magic != b"\x78\x5e")
    };
    if let Some((_, encoding)) = COMPRESSED.iter().find(is_compressed) {
        return Err(compressed(place, encoding));
    }
    let text = text.map_err(|cause| {
        Error::because(
            format!("{place} is not UTF-8 text"),
            &cause,
            "check the address",
        )
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Returns the error for a document that is compressed.
pub fn compressed(place: impl Display, encoding: &str) -> Error {
    let encoding = encoding.escape_debug();
    Error::new(format!(
        "{place} is compressed with `{encoding}`; give an address or a file with the plain text"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compressed_bytes_are_reported_as_compressed() {
        for (bytes, name) in [
            (&b"\x1f\x8b\x08\x00"[..], "gzip"),
            (b"\x28\xb5\x2f\xfd\x04", "zstd"),
            (b"PK\x03\x04rest", "zip"),
            (b"BZh91AY", "bzip2"),
            (b"\x78\x01\xab\x56", "deflate"),
            (b"\x78\x5e\xab\x56", "deflate"),
            (b"\x78\x9c\xab\x56", "deflate"),
            (b"\x78\xda\xab\x56", "deflate"),
        ] {
            let sentence = decoded(bytes, "It").unwrap_err().to_string();
            assert!(
                sentence.starts_with(&format!("It is compressed with `{name}`;")),
                "{sentence}"
            );
        }
        assert_eq!(decoded(b"\xef\xbb\xbf{}", "It").unwrap(), "{}");
        for text in ["x^: 1", "x: 1", "B: Z", "{}"] {
            assert_eq!(decoded(text.as_bytes(), "It").unwrap(), text);
        }
        let sentence = decoded(b"\xff", "It").unwrap_err().to_string();
        assert!(sentence.contains("is not UTF-8 text"), "{sentence}");
    }
}
