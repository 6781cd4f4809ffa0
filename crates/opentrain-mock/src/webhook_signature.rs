//! Signature of a delivery: HMAC-SHA256 over the time, a dot and the body, under the whole secret.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

/// Returns the value of the header `X-OpenTrain-Signature`.
pub(crate) fn sign(secret: &str, at: Timestamp, body: &str) -> String {
    let seconds = at.as_second();
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes());
    let mut mac = mac.expect("HMAC takes keys of every length");
    mac.update(format!("{seconds}.{body}").as_bytes());
    format!("t={seconds},v1={}", hex(&mac.finalize().into_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::sign;

    // The expected value was made with `printf '1700000000.{"id":"1"}' | openssl dgst -sha256 -hmac whsec_test`.
    #[test]
    fn signature_equals_that_of_another_tool() {
        let at = Timestamp::constant(1_700_000_000, 999_000_000);
        assert_eq!(
            sign("whsec_test", at, r#"{"id":"1"}"#),
            "t=1700000000,v1=11bf4466ea17c3df3fd743af0b435368e16b7a05eb8eced85e8c4670767bdec5"
        );
    }
}
