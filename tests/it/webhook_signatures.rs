//! Verification of webhook deliveries against an implementation of its own, over vectors, forms of the header, time and random cases.

use std::time::{Duration, SystemTime};

use fastrand::Rng;
use opentrain::http::{HeaderMap, HeaderValue};
use opentrain::types::Timestamp;
use opentrain::webhook::{InvalidSecret, Signer, Verifier, VerifyError};
use sha2::{Digest, Sha256};

const SECRET: &str = "whsec_test";
const BODY: &str = r#"{"id":"1"}"#;
/// Time at which [`MAC`] was made.
const TIME: u64 = 1_700_000_000;
/// MAC that `printf '1700000000.{"id":"1"}' | openssl dgst -sha256 -hmac whsec_test` printed.
const MAC: &str = "11bf4466ea17c3df3fd743af0b435368e16b7a05eb8eced85e8c4670767bdec5";
/// MAC of the same form that no secret here makes.
const OTHER_MAC: &str = "21bf4466ea17c3df3fd743af0b435368e16b7a05eb8eced85e8c4670767bdec5";

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn verifier(secrets: &[&str]) -> Verifier {
    Verifier::new(secrets.iter().copied()).unwrap()
}

fn verify(header: &[u8]) -> Result<(), VerifyError> {
    let verified = verifier(&[SECRET]).verify_signature(header, BODY, at(TIME));
    verified.map(drop)
}

#[test]
fn a_signature_that_another_tool_made_is_verified_and_made() {
    let header = format!("t={TIME},v1={MAC}");
    let verified = verifier(&[SECRET]).verify_signature(&header, BODY, at(TIME));
    let verified = verified.unwrap();
    assert_eq!(verified.body(), BODY);
    assert_eq!(verified.signed_at(), Timestamp::from(at(TIME)));
    let late_in_the_second = at(TIME) + Duration::from_millis(999);
    let signer = Signer::new(SECRET).unwrap();
    assert_eq!(signer.sign(BODY.as_bytes(), late_in_the_second), header);
}

#[test]
fn the_hash_by_hand_is_the_one_of_rfc_4231() {
    let message = b"Test Using Larger Than Block-Size Key - Hash Key First";
    assert_eq!(
        hmac(&[0xaa; 131], message),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    );
    assert_eq!(
        hmac(b"Jefe", b"what do ya want for nothing?"),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
}

#[test]
fn every_form_of_the_header_has_its_verdict() {
    let no_mac = "has no `v1` of 64 lower-case hexadecimal digits";
    let no_time = "has a `t` that is no number of seconds";
    let verdicts = [
        ("t={t},v1={m}", Ok(())),
        ("v1={m},t={t}", Ok(())),
        (" t={t} , v1={m} ", Ok(())),
        ("t = {t},\tv1 = {m}", Ok(())),
        ("t={t},v1={o},v1={m}", Ok(())),
        ("t={t},v1={m},v1={o}", Ok(())),
        ("t={t},v1=,v1={m}", Ok(())),
        ("t={t},v0={o},v1={m},v2={o},sha1=", Ok(())),
        ("t={t},v1={m},alg=\u{fc}", Ok(())),
        (",,t={t},,v1={m},", Ok(())),
        ("lonely,t={t},v1={m}", Ok(())),
        ("t={t},v1={o}", Err("")),
        ("t={t},v1={o},v1={o}", Err("")),
        ("t=0{t},v1={m}", Err("")),
        ("t={t}0,v1={m}", Err("")),
        ("t={t},v0={m}", Err(no_mac)),
        ("t={t},V1={m}", Err(no_mac)),
        ("t={t},v1={u}", Err(no_mac)),
        ("t={t},v1={m}a", Err(no_mac)),
        ("t={t},v1={m}aa", Err(no_mac)),
        ("t={t},v1= ", Err(no_mac)),
        ("t={t},v1=={m}", Err(no_mac)),
        ("t={t},v1=\u{fc}", Err(no_mac)),
        ("t={t};v1={m}", Err(no_mac)),
        ("t={t}", Err(no_mac)),
        ("v1={m}", Err("has no `t`")),
        ("", Err("has no `t`")),
        ("T={t},v1={m}", Err("has no `t`")),
        ("t={t},t={t},v1={m}", Err("has two `t`")),
        ("t=,v1={m}", Err(no_time)),
        ("t=+{t},v1={m}", Err(no_time)),
        ("t=-{t},v1={m}", Err(no_time)),
        ("t={t}.0,v1={m}", Err(no_time)),
        ("t=\u{661},v1={m}", Err(no_time)),
    ];
    let (time, upper) = (TIME.to_string(), MAC.to_uppercase());
    for (form, verdict) in verdicts {
        let header = form.replace("{t}", &time).replace("{m}", MAC);
        let header = header.replace("{o}", OTHER_MAC).replace("{u}", &upper);
        let expected = match verdict {
            Ok(()) => Ok(()),
            Err("") => Err(VerifyError::Mismatch),
            Err(fault) => Err(VerifyError::Malformed(fault)),
        };
        assert_eq!(verify(header.as_bytes()), expected, "{form}");
    }
}

#[test]
fn a_time_beyond_every_calendar_is_no_time() {
    for time in ["99999999999999", "18446744073709551616", &"9".repeat(400)] {
        let mac = hmac(SECRET.as_bytes(), format!("{time}.{BODY}").as_bytes());
        let fault = "has a `t` that is no number of seconds";
        assert_eq!(
            verify(format!("t={time},v1={mac}").as_bytes()),
            Err(VerifyError::Malformed(fault))
        );
    }
}

#[test]
fn bytes_that_are_no_text_do_no_harm() {
    let mut header = format!("t={TIME},v1={MAC},x=").into_bytes();
    header.extend(128..=255);
    assert_eq!(verify(&header), Ok(()));
    let time = [b"t=\xFF,v1=", MAC.as_bytes()].concat();
    let fault = "has a `t` that is no number of seconds";
    assert_eq!(verify(&time), Err(VerifyError::Malformed(fault)));
}

#[test]
fn the_header_is_found_among_others_and_over_lines() {
    let verify = |lines: &[String]| {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(
                "X-OpenTrain-Signature",
                HeaderValue::try_from(line).unwrap(),
            );
        }
        let verified = verifier(&[SECRET]).verify(&headers, BODY, at(TIME));
        verified.map(drop)
    };
    let whole = format!("t={TIME},v1={MAC}");
    assert_eq!(verify(&[]), Err(VerifyError::NoSignature));
    assert_eq!(verify(std::slice::from_ref(&whole)), Ok(()));
    assert_eq!(verify(&[format!("t={TIME}"), format!("v1={MAC}")]), Ok(()));
    assert_eq!(
        verify(&[whole.clone(), whole]),
        Err(VerifyError::Malformed("has two `t`"))
    );
}

#[test]
fn the_tolerance_holds_in_both_directions_and_only_for_a_right_mac() {
    let check = |verifier: &Verifier, mac: &str, now: SystemTime| {
        let header = format!("t={TIME},v1={mac}");
        match verifier.verify_signature(header, BODY, now) {
            Ok(_) => "verified",
            Err(VerifyError::TooOld(stale)) => {
                assert_eq!(stale.signed_at(), Timestamp::from(at(TIME)));
                "too old"
            }
            Err(VerifyError::TooNew(_)) => "too new",
            Err(error) => {
                assert!(error.stale().is_none());
                "refused"
            }
        }
    };
    let usual = verifier(&[SECRET]);
    let instant = Duration::from_nanos(1);
    for (now, verdict) in [
        (at(TIME - 300) - instant, "too new"),
        (at(TIME - 300), "verified"),
        (at(TIME), "verified"),
        (at(TIME + 300), "verified"),
        (at(TIME + 300) + instant, "too old"),
        (at(TIME + 7_200), "too old"),
        (at(0), "too new"),
    ] {
        assert_eq!(check(&usual, MAC, now), verdict, "{now:?}");
        assert_eq!(check(&usual, OTHER_MAC, now), "refused", "{now:?}");
    }
    let strict = usual.clone().tolerance(Duration::ZERO);
    assert_eq!(check(&strict, MAC, at(TIME)), "verified");
    assert_eq!(check(&strict, MAC, at(TIME) + instant), "too old");
    let endless = usual.tolerance(Duration::MAX);
    assert_eq!(check(&endless, MAC, at(0)), "verified");
    assert_eq!(check(&endless, OTHER_MAC, at(0)), "refused");
}

#[test]
fn any_of_the_secrets_will_do_and_they_can_be_replaced_while_it_runs() {
    let header = format!("t={TIME},v1={MAC}");
    let accepts = |verifier: &Verifier| {
        let verified = verifier.verify_signature(&header, BODY, at(TIME));
        verified.is_ok()
    };
    assert!(accepts(&verifier(&["whsec_new", SECRET])));
    assert!(accepts(&verifier(&[SECRET, "whsec_new"])));
    let replaced = verifier(&["whsec_new", "whsec_newer"]);
    assert!(!accepts(&replaced));
    let clone = replaced.clone();
    replaced.set_secrets([SECRET]).unwrap();
    assert!(accepts(&clone));
    let none = Vec::<&str>::new();
    assert_eq!(replaced.set_secrets(none), Err(InvalidSecret::None));
    assert!(accepts(&replaced));
}

#[test]
fn an_empty_secret_and_one_with_white_space_at_an_end_are_refused() {
    for secrets in [
        &[""][..],
        &["whsec_a", ""],
        &["whsec_a\n"],
        &[" whsec_a"],
        &[" "],
    ] {
        let refused = Verifier::new(secrets.iter().copied());
        assert_eq!(refused.unwrap_err(), InvalidSecret::Unusable);
    }
    assert_eq!(Signer::new("").unwrap_err(), InvalidSecret::Unusable);
    let none = Verifier::new(Vec::<String>::new());
    assert_eq!(none.unwrap_err(), InvalidSecret::None);
}

#[test]
fn no_secret_no_mac_and_no_body_is_shown() {
    let (signer, verifier) = (Signer::new(SECRET).unwrap(), verifier(&[SECRET]));
    let request = signer.request(BODY, at(TIME));
    let header = request.headers()["x-opentrain-signature"].clone();
    let mut shown = vec![format!("{signer:?} {verifier:?} {request:?} {header:?}")];
    for (header, now) in [
        (format!("t={TIME},v1={MAC}"), at(TIME)),
        (format!("t={TIME},v1={MAC}"), at(0)),
        (format!("t={TIME},v1={MAC}"), at(2 * TIME)),
        (format!("t={TIME},v1={OTHER_MAC}"), at(TIME)),
        (format!("t=x,v1={MAC}"), at(TIME)),
        (format!("v1={MAC}"), at(TIME)),
        (format!("t={TIME},v1={MAC}{MAC}"), at(TIME)),
    ] {
        shown.push(
            match verifier.verify_signature(header, "{\"id\":\"hush\"}", now) {
                Ok(verified) => format!("{verified:?}"),
                Err(error) => format!("{error} {error:?}"),
            },
        );
        let verified = verifier.verify_signature(format!("t={TIME},v1={MAC}"), BODY, now);
        shown.push(format!("{verified:?}"));
    }
    for invalid in [InvalidSecret::None, InvalidSecret::Unusable] {
        shown.push(format!("{invalid} {invalid:?}"));
    }
    let shown = shown.join("\n");
    for hidden in [SECRET, &MAC[1..], "hush", BODY] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
}

/// Returns random bytes.
fn bytes(random: &mut Rng, most: usize) -> Vec<u8> {
    let mut bytes = vec![0; random.usize(..=most)];
    random.fill(&mut bytes);
    bytes
}

/// Returns a secret, shorter or longer than a block of the hash.
fn secret(random: &mut Rng) -> String {
    let letters: Vec<char> = ('0'..='z').chain(['ü', '€']).collect();
    let length = random.usize(1..=100);
    (0..length)
        .map(|_| letters[random.usize(..letters.len())])
        .collect()
}

/// Returns HMAC-SHA256 in hexadecimal, by the definition in RFC 2104.
fn hmac(key: &[u8], message: &[u8]) -> String {
    let mut block = [0; 64];
    match key.len() > block.len() {
        true => block[..32].copy_from_slice(&Sha256::digest(key)),
        false => block[..key.len()].copy_from_slice(key),
    }
    let hash = |pad: u8, message: &[u8]| {
        let key = block.map(|byte| byte ^ pad);
        Sha256::digest([&key[..], message].concat())
    };
    let mac = hash(0x5c, &hash(0x36, message));
    mac.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Delivery, with the secrets and the time that it is verified with.
#[derive(Clone, Debug)]
struct Case {
    secrets: Vec<String>,
    header: Vec<u8>,
    /// Header in the form that the service sends.
    plain_header: String,
    body: Vec<u8>,
    now: SystemTime,
}

impl Case {
    /// Returns a good delivery: signed by one of the secrets, within the tolerance, its header in one of the allowed forms.
    fn good(random: &mut Rng) -> Self {
        let secrets: Vec<String> = (0..=random.u64(..3)).map(|_| secret(random)).collect();
        let body = bytes(random, 120);
        let time = 1_000 + random.u64(..4_000_000_000);
        let key = &secrets[random.usize(..secrets.len())];
        let mac = hmac(
            key.as_bytes(),
            &[format!("{time}.").as_bytes(), &body].concat(),
        );
        let other = hmac(b"another", &body);
        let header = match random.u64(..8) {
            0 => format!("v1={mac},t={time}"),
            1 => format!(" t={time} , v1={mac} "),
            2 => format!("t={time},v1={other},v1={mac}"),
            3 => format!("t={time},v1={mac},v1={other}"),
            4 => format!("t={time},v0={other},v1={mac},v2=\u{fc}"),
            _ => format!("t={time},v1={mac}"),
        };
        let early = Duration::from_millis(random.u64(..600_001));
        let now = at(time + 300) - early;
        Self {
            secrets,
            header: header.into_bytes(),
            plain_header: format!("t={time},v1={mac}"),
            body,
            now,
        }
    }

    /// Returns the delivery with a change after which it must not be verified.
    fn tampered(mut self, random: &mut Rng) -> Self {
        let flip = |random: &mut Rng, bytes: &mut Vec<u8>| match bytes.is_empty() {
            true => bytes.push(0),
            false => {
                let index = random.usize(..bytes.len());
                bytes[index] ^= 1 << random.u64(..8);
            }
        };
        match random.u64(..9) {
            0 => flip(random, &mut self.body),
            1 => self.body.push(b' '),
            2 => self.body.insert(0, b' '),
            3 => self.secrets = vec![secret(random)],
            4 => self.now += Duration::from_secs(601),
            5 => self.now -= Duration::from_secs(601),
            6 => self.header = self.plain_header.replace("t=", "t=1").into_bytes(),
            7 => self.header = self.plain_header.replace("v1=", "v2=").into_bytes(),
            // Every bit of the plain form counts.
            _ => {
                self.header = self.plain_header.clone().into_bytes();
                flip(random, &mut self.header);
            }
        }
        self
    }

    /// Returns the verdict of an implementation that follows the documentation alone.
    fn expected(&self) -> bool {
        let text = String::from_utf8_lossy(&self.header);
        let (mut time, mut macs) = (None, Vec::new());
        for part in text.split(',') {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            match name.trim() {
                "t" => time = Some(value.trim()),
                "v1" => macs.push(value.trim()),
                _ => {}
            }
        }
        let Some((time, seconds)) = time.and_then(|text| Some((text, text.parse::<u64>().ok()?)))
        else {
            return false;
        };
        let distance = match self.now.duration_since(at(0)) {
            Ok(now) => now.abs_diff(Duration::from_secs(seconds)),
            Err(_) => return false,
        };
        let message = [format!("{time}.").as_bytes(), &self.body].concat();
        let mut right = self
            .secrets
            .iter()
            .map(|key| hmac(key.as_bytes(), &message));
        distance <= Duration::from_secs(300) && right.any(|mac| macs.contains(&mac.as_str()))
    }

    fn actual(&self) -> bool {
        let verifier = Verifier::new(self.secrets.iter().map(String::as_str)).unwrap();
        let verified = verifier.verify_signature(&self.header, self.body.clone(), self.now);
        verified.is_ok()
    }
}

#[test]
fn it_agrees_with_another_implementation_over_ten_thousand_random_cases() {
    let mut random = Rng::with_seed(1);
    let (mut good, mut tampered, mut accepted) = (0, 0, 0);
    for _ in 0..10_000 {
        let case = Case::good(&mut random);
        if random.u64(..2) == 0 {
            assert!(case.expected() && case.actual(), "{case:?}");
            good += 1;
            continue;
        }
        let case = case.tampered(&mut random);
        assert_eq!(case.actual(), case.expected(), "{case:?}");
        tampered += 1;
        accepted += u32::from(case.actual());
    }
    assert!(good > 4_000 && tampered > 4_000, "{good} and {tampered}");
    assert_eq!(accepted, 0);
}
