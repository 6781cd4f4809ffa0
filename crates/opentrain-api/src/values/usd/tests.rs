//! Tests of amounts in dollars: reading, writing, rounding.

use rust_decimal::Decimal;

use super::{Usd, double, read, rounded};

/// Returns numbers that look random, the same in every run.
fn numbers() -> impl Iterator<Item = u64> {
    let next = |number: &u64| {
        let number = number ^ (number << 13);
        let number = number ^ (number >> 7);
        Some(number ^ (number << 17))
    };
    std::iter::successors(Some(0x9E37_79B9_7F4A_7C15), next).take(20_000)
}

#[test]
fn cents_are_read_as_rounding_reads_them() {
    for number in numbers() {
        // Amounts of each size, and doubles near to them.
        let cents = (number >> (number % 50)) as i64 / 7;
        let amount = cents as f64 / 100.0;
        for near in [
            amount,
            -amount,
            amount.next_up(),
            amount.next_down(),
            amount * 3.0,
            cents as f64,
        ] {
            assert_eq!(read(near), rounded(near), "{near}");
        }
    }
}

#[test]
fn the_double_of_an_amount_is_that_of_its_text() {
    for number in numbers() {
        let digits = (number >> (number % 60)) as i64;
        let amount = Decimal::new(digits, (number % 11) as u32);
        assert_eq!(double(amount), amount.to_string().parse().ok(), "{amount}");
    }
}

fn decoded(json: &str) -> Option<String> {
    let amount: Usd = serde_json::from_str(json).ok()?;
    Some(amount.to_string())
}

#[test]
fn amounts_are_read_and_written_without_loss() {
    for text in [
        "0",
        "120",
        "9.95",
        "0.08",
        "-42.5",
        "1234567890.12",
        "0.0001",
        "0.0000000001",
        "99999.0000000001",
        "8796093022207.999",
        "35184372088832.01",
        "-70368744177663.99",
        "70368744177663.9",
        "9007199254740991",
        "-9007199254740991",
    ] {
        let amount: Usd = text.parse().unwrap();
        assert_eq!(amount.to_string(), text);
        let written = serde_json::to_string(&amount).unwrap();
        // As a reader takes it that has doubles alone.
        let double: f64 = written.parse().unwrap();
        assert_eq!(double.to_string(), text);
        assert_eq!(decoded(&written).as_deref(), Some(text));
    }
}

#[test]
fn zero_has_no_sign_and_no_digits_after_the_point() {
    for text in ["0", "-0", "0.00", "-0.0"] {
        assert_eq!(text.parse::<Usd>().unwrap().to_string(), "0");
        assert_eq!(decoded(text).as_deref(), Some("0"));
    }
    assert_eq!((Usd::from(0) * -1).to_string(), "0");
    assert_eq!(decoded("-1e-30").as_deref(), Some("0"));
}

#[test]
fn leading_and_trailing_zeros_are_no_digits() {
    let zeros = "0".repeat(60);
    for text in [format!("{zeros}9.95{zeros}"), format!("-{zeros}9.95")] {
        assert_eq!(
            text.parse::<Usd>().unwrap().to_cents().map(i64::abs),
            Some(995),
            "{text}"
        );
    }
    assert_eq!(
        format!("120.{zeros}").parse::<Usd>().unwrap(),
        Usd::from(120)
    );
}

#[test]
fn an_amount_that_is_sent_as_text_is_read() {
    for (json, amount) in [
        ("\"9.95\"", "9.95"),
        ("\"120.00\"", "120"),
        ("\"-0.5\"", "-0.5"),
    ] {
        assert_eq!(decoded(json).as_deref(), Some(amount));
    }
    for json in ["\"\"", "\"1e3\"", "\"$5\"", "\"70368744177664.01\""] {
        assert_eq!(decoded(json), None, "{json}");
    }
}

#[test]
fn a_text_that_is_no_number_is_refused() {
    for text in [
        "", "ten", "1,50", "NaN", "inf", "1_000", "+5", "5.", ".5", "1e3", "--5", "- 5", " 5",
        "5 ", "1.2.3", "٣", "0x10",
    ] {
        assert!(text.parse::<Usd>().is_err(), "{text}");
    }
    for json in ["\"ten\"", "null", "true", "[1]", "{}"] {
        assert!(serde_json::from_str::<Usd>(json).is_err(), "{json}");
    }
}

#[test]
fn an_amount_that_a_json_number_would_change_is_never_made() {
    for text in [
        "100000000000000.01",
        "-100000000000000.01",
        "99999999999999.99",
        "70368744177664.01",
        "1000000000000000.1",
        "70368744177664.5",
        "9007199254740993",
        "-9223372036854775808",
        "18446744073709551615",
        "79228162514264337593543950335",
        "99999999999999999999999999999999",
        "0.12345678901",
        "0.1234567890123456789",
        "99999999999999999999.5",
    ] {
        let refused = "the amount of dollars has more digits than a JSON number keeps";
        assert_eq!(text.parse::<Usd>().unwrap_err().to_string(), refused);
        assert!(
            text.parse()
                .ok()
                .is_none_or(|amount: Decimal| Usd::try_from(amount).is_err())
        );
        assert!(
            text.parse()
                .ok()
                .is_none_or(|amount: i64| Usd::try_from(amount).is_err())
        );
    }
}

#[test]
fn a_json_number_that_has_lost_a_cent_is_refused() {
    for json in [
        "100000000000000.01",
        "1000000000000000.01",
        "70368744177664.5",
        "1e15",
        "1e30",
        "-1e300",
        "9007199254740993",
        "18446744073709551615",
        "18446744073709551617",
    ] {
        assert_eq!(decoded(json), None, "{json}");
    }
}

#[test]
fn the_dust_of_binary_sums_is_rounded_away() {
    for (json, amount) in [
        ("0.30000000000000004", "0.3"),
        ("434.99999999999994", "435"),
        ("120.10000000000001", "120.1"),
        ("5.551115123125783e-17", "0"),
        ("12345678901234.559", "12345678901234.56"),
        ("1.5e3", "1500"),
        ("1500.0", "1500"),
    ] {
        assert_eq!(decoded(json).as_deref(), Some(amount), "{json}");
    }
}

#[test]
fn cents_are_exact_or_none() {
    for (text, cents) in [
        ("9.95", Some(995)),
        ("-0.5", Some(-50)),
        ("9007199254740991", Some(900_719_925_474_099_100)),
        ("0.005", None),
        ("18.0001", None),
    ] {
        assert_eq!(text.parse::<Usd>().unwrap().to_cents(), cents, "{text}");
    }
    assert_eq!(Usd::from_cents(-1).unwrap().to_string(), "-0.01");
    assert_eq!(Usd::from_cents(1200).unwrap(), Usd::from(12));
    for cents in [i64::MAX, i64::MIN, 10_000_000_000_000_001] {
        assert!(Usd::from_cents(cents).is_err(), "{cents}");
    }
}
