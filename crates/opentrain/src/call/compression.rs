//! Bodies that came compressed although no decoder for them is there.

use http::header::CONTENT_ENCODING;
use opentrain_api::runtime::{DecodeError, RawResponse, printable};

/// Number of characters of an encoding's name that are shown.
const NAME_SHOWN: usize = 40;
/// First bytes of the formats that are recognised without a header.
const MAGIC: [(&[u8], &str); 2] = [(&[0x1f, 0x8b], "gzip"), (&[0x28, 0xb5, 0x2f, 0xfd], "zstd")];

/// Names the compression of a body that did not decode, in place of the parser's error.
///
/// A body that begins like JSON is not compressed, even if a header says so.
pub(super) fn explain(response: &RawResponse, error: DecodeError) -> DecodeError {
    match encoding(response).filter(|_| !begins_like_json(&response.body)) {
        Some(encoding) => DecodeError::whole(format!(
            "the body is still compressed (`{}`), which this client does not decompress",
            printable(&encoding, NAME_SHOWN)
        )),
        None => error,
    }
}

fn begins_like_json(body: &[u8]) -> bool {
    let text = body
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(body)
        .trim_ascii_start();
    text.first()
        .is_some_and(|first| b"{[\"-0123456789tfn".contains(first))
}

fn encoding(response: &RawResponse) -> Option<String> {
    let named = response.headers.get_all(CONTENT_ENCODING).iter();
    let named: Vec<&str> = named
        .filter_map(|value| value.to_str().ok())
        .map(str::trim)
        .filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("identity"))
        .collect();
    if !named.is_empty() {
        return Some(named.join(", "));
    }
    let format = MAGIC
        .iter()
        .find(|(magic, _)| response.body.starts_with(magic));
    format.map(|(_, name)| String::from(*name))
}
