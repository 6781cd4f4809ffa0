//! Formats that exclude each other.

use serde_json::{Value, json};

use super::check_both;

#[test]
fn a_strict_format_for_another_one_is_a_change_with_both_names() {
    let of = |format: &str| json!({"type": "string", "format": format});
    for (was, is) in [
        ("date-time", "uuid"),
        ("uuid", "date"),
        ("uuid", "email"),
        ("date", "date-time"),
        ("ipv4", "ipv6"),
        ("time", "duration"),
    ] {
        let report = |side: &str| format!("format changed from `{was}` to `{is}` [{side}]");
        check_both(&of(was), &of(is), &report("callers"), &report("readers"));
    }
}

#[test]
fn a_strict_format_and_a_hint_may_fit_one_text() {
    let of = |format: Option<&str>| {
        let mut schema = json!({"type": "string"});
        schema
            .as_object_mut()
            .unwrap()
            .extend(format.map(|format| ("format".to_owned(), Value::from(format))));
        schema
    };
    for (was, is, what) in [
        (
            Some("uuid"),
            Some("hostname"),
            "format hint changed from `uuid` to `hostname`",
        ),
        (Some("uuid"), None, "format hint changed, was `uuid`"),
        (None, Some("email"), "format hint changed, is `email`"),
    ] {
        let report = format!("{what} [no side]");
        check_both(&of(was), &of(is), &report, &report);
    }
    check_both(
        &of(Some("date")),
        &of(Some("hostname")),
        "no longer of the format `date` [no side]",
        "no longer of the format `date` [readers]",
    );
}
