//! The signature header of a delivery: its parts, and the MAC that it carries.
//!
//! The scheme: <https://www.opentrain.ai/docs/developers/guides/verify-webhook-signatures/>.

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::InvalidSecret;
use crate::types::{Timestamp, WebhookSecret};

/// Name of the header.
pub(super) const SIGNATURE: &str = "x-opentrain-signature";

/// Keyed hash of a secret. Its `Debug` shows no key.
pub(super) type Key = Hmac<Sha256>;

/// Returns the keyed hash of a secret: the key is its whole text, prefix included.
pub(super) fn key(secret: &WebhookSecret) -> Result<Key, InvalidSecret> {
    let text = secret.expose();
    if text.is_empty() || text.trim() != text {
        return Err(InvalidSecret::Unusable);
    }
    Ok(Key::new_from_slice(text.as_bytes()).expect("HMAC takes keys of every length"))
}

/// Returns the keyed hash of what is signed: the time as it stands in the header, a dot, the body.
pub(super) fn signed(key: &Key, time: &[u8], body: &[u8]) -> Key {
    let hash = key.clone().chain_update(time);
    hash.chain_update(b".").chain_update(body)
}

/// Returns the lower-case hexadecimal digits of bytes.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Parts of a signature header.
pub(super) struct Signature {
    /// The text of `t` as it was received, since the MAC covers this text.
    time: Bytes,
    pub(super) signed_at: Timestamp,
    macs: Vec<[u8; 32]>,
}

impl Signature {
    /// Reads the lines of the header. Several lines are one list, as HTTP has it.
    ///
    /// White space around a part and parts of unknown schemes are ignored. One of several `v1` suffices. Two `t` are refused,
    /// since it would be unclear which one counts. On failure it returns the fault.
    pub(super) fn parse<'a>(
        lines: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, &'static str> {
        let (mut time, mut macs) = (None, Vec::new());
        let parts = lines
            .into_iter()
            .flat_map(|line| line.split(|b| *b == b','));
        for (name, value) in parts.filter_map(name_and_value) {
            match name {
                b"t" if time.is_some() => return Err("has two `t`"),
                b"t" => time = Some(value),
                b"v1" => macs.extend(mac(value)),
                _ => {}
            }
        }
        let time = time.ok_or("has no `t`")?;
        if macs.is_empty() {
            return Err("has no `v1` of 64 lower-case hexadecimal digits");
        }
        let signed_at = instant(time).ok_or("has a `t` that is no number of seconds")?;
        let time = Bytes::copy_from_slice(time);
        Ok(Self {
            time,
            signed_at,
            macs,
        })
    }

    /// True if the key made one of the MACs. Compares in constant time.
    pub(super) fn is_by(&self, key: &Key, body: &[u8]) -> bool {
        let hash = signed(key, &self.time, body);
        self.macs
            .iter()
            .any(|mac| hash.clone().verify_slice(mac).is_ok())
    }
}

fn name_and_value(part: &[u8]) -> Option<(&[u8], &[u8])> {
    let equals = part.iter().position(|byte| *byte == b'=')?;
    let (name, value) = (&part[..equals], &part[equals + 1..]);
    Some((name.trim_ascii(), value.trim_ascii()))
}

/// Reads decimal digits, without a sign, as seconds since 1970.
fn instant(text: &[u8]) -> Option<Timestamp> {
    let is_number = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(text).ok().filter(|_| is_number)?;
    let instant = jiff::Timestamp::from_second(text.parse().ok()?);
    instant.ok().map(Timestamp::from)
}

/// Reads 64 hexadecimal digits. Upper-case ones are refused, so that a MAC has one form only.
fn mac(text: &[u8]) -> Option<[u8; 32]> {
    let (pairs, rest) = text.as_chunks::<2>();
    let mut bytes = [0; 32];
    if pairs.len() != bytes.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}
