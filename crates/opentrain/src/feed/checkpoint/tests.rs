//! Tests of the checkpoint: what it holds, and how its position moves.

use serde_json::json;

use super::{AccountIds, Checkpoint, MOST_HANDLED};
use crate::feed::error::CheckpointError;
use crate::feed::place::Place;
use crate::types::{AccountContext, Cursor, Timestamp};

fn at(second: i64) -> Timestamp {
    jiff::Timestamp::from_second(second).unwrap().into()
}

fn account(organization: Option<&str>, owner: Option<&str>) -> AccountIds {
    let account = json!({"organizationId": organization, "ownerUserId": owner});
    AccountIds::of(&serde_json::from_value::<AccountContext>(account).unwrap())
}

fn new() -> Checkpoint {
    Checkpoint::new("https://a.example", account(Some("org_1"), None), None)
}

fn handle(checkpoint: &mut Checkpoint, numbers: &[u64], second: i64) {
    for number in numbers {
        checkpoint.handle(&Place::Numbered(*number), at(second));
    }
}

fn position(checkpoint: &Checkpoint) -> Option<&str> {
    checkpoint.position().map(Cursor::as_str)
}

fn unnumbered(after: u64) -> Place {
    Place::Unnumbered {
        after: Some(after),
        index: 1,
        text: 0xbeef,
    }
}

#[test]
fn it_is_read_as_it_was_written_and_reads_well() {
    let mut checkpoint = new();
    handle(&mut checkpoint, &[5, 6, 7, 9], 60);
    handle(&mut checkpoint, &[8, 20], 90);
    checkpoint.release(6, Some(at(60)));
    checkpoint.handle(&unnumbered(9), at(90));
    checkpoint.count_failure(&Place::Numbered(21));
    checkpoint.number_dead_letter();
    let json = checkpoint.to_json();
    let text = r#"{"format":1,"baseUrl":"https://a.example","account":{"organizationId":"org_1","ownerUserId":null},"position":"6","#;
    let text = format!(
        "{text}{}",
        r#""handled":{"1970-01-01T00:01:00.000Z":"7 9","1970-01-01T00:01:30.000Z":"8 20"},"unnumbered":[{"text":48879,"after":9}],"failures":{"21":1},"deadLetters":1}"#
    );
    assert_eq!(json, text);
    let mut read = Checkpoint::parse(&json, "here").unwrap();
    assert_eq!(read.to_json(), json);
    let is_new: Vec<bool> = (5..11)
        .map(|number| read.is_new(&Place::Numbered(number)))
        .collect();
    assert_eq!(is_new, [false, false, false, false, false, true]);
}

#[test]
fn a_text_that_is_no_whole_checkpoint_is_refused() {
    let mut checkpoint = new();
    handle(&mut checkpoint, &[5, 6], 60);
    let json = checkpoint.to_json();
    for length in 0..json.len() {
        let error = Checkpoint::parse(&json[..length], "here").unwrap_err();
        assert!(
            matches!(error, CheckpointError::Unreadable { .. }),
            "{error}"
        );
    }
    for (from, to) in [
        ("\"5-6\"", "\"6-5\""),
        ("\"5-6\"", "\"5-18446744073709551615\""),
        ("\"5-6\"", "\"\""),
        ("\"failures\":{}", "\"failures\":{\"a\":1}"),
        ("\"position\":null", "\"position\":null,\"more\":1"),
    ] {
        assert!(json.contains(from));
        let error = Checkpoint::parse(&json.replace(from, to), "here").unwrap_err();
        assert!(
            matches!(error, CheckpointError::Unreadable { .. }),
            "{error}"
        );
    }
    let newer = json.replace("\"format\":1", "\"format\":2,\"more\":1");
    let error = Checkpoint::parse(&newer, "here").unwrap_err();
    assert!(
        matches!(error, CheckpointError::UnknownFormat { format: 2 }),
        "{error}"
    );
}

#[test]
fn the_position_moves_over_what_was_handled_in_time_and_met() {
    let mut checkpoint = new();
    handle(&mut checkpoint, &[1, 2, 4], 60);
    handle(&mut checkpoint, &[3], 90);
    assert!(!checkpoint.release(4, Some(at(59))));
    assert_eq!(position(&checkpoint), None);
    // Event 3 came later: nothing moves over it before its time.
    assert!(checkpoint.release(4, Some(at(60))));
    assert_eq!(position(&checkpoint), Some("2"));
    // Event 4 was not met in this round.
    assert!(checkpoint.release(3, Some(at(90))));
    assert_eq!(position(&checkpoint), Some("3"));
    assert!(checkpoint.release(9, None));
    assert_eq!(position(&checkpoint), Some("4"));
    assert!(!checkpoint.pass(4, at(99)), "it is behind the position");
    assert!(checkpoint.is_new(&Place::Numbered(5)));
}

#[test]
fn a_time_is_rounded_up_so_that_the_overlap_is_never_shorter() {
    let mut checkpoint = new();
    let just_after = jiff::Timestamp::from_nanosecond(60_000_000_001).unwrap();
    checkpoint.handle(&Place::Numbered(1), just_after.into());
    assert!(!checkpoint.release(1, Some(at(60))));
    assert!(checkpoint.release(1, Some(at(61))));
}

#[test]
fn the_number_of_handled_events_is_bounded() {
    let mut checkpoint = new();
    let most = MOST_HANDLED as u64;
    let numbers: Vec<u64> = (1..=most + 50).map(|number| number * 3).collect();
    handle(&mut checkpoint, &numbers, 60);
    assert_eq!(position(&checkpoint), Some("150"));
    assert_eq!(
        Checkpoint::parse(&checkpoint.to_json(), "here").unwrap(),
        checkpoint
    );
    // Events without number count as well.
    for _ in 0..10 {
        checkpoint.handle(&unnumbered(most * 3), at(60));
    }
    assert_eq!(position(&checkpoint), Some("180"));
}

#[test]
fn events_with_the_same_text_are_known_by_their_number_and_forgotten_with_the_position() {
    let mut checkpoint = new();
    handle(&mut checkpoint, &[1], 60);
    for after in [1, 5] {
        assert!(checkpoint.is_new(&unnumbered(after)));
        checkpoint.handle(&unnumbered(after), at(60));
    }
    handle(&mut checkpoint, &[5], 60);
    checkpoint.begin_round();
    // The first is behind a later event now; the third is new.
    let is_new: Vec<bool> = [4, 5, 6]
        .map(|after| checkpoint.is_new(&unnumbered(after)))
        .into();
    assert_eq!(is_new, [false, false, true]);
    checkpoint.release(1, None);
    checkpoint.begin_round();
    assert!(
        !checkpoint.is_new(&unnumbered(4)),
        "it is still behind the position"
    );
    checkpoint.release(5, None);
    checkpoint.begin_round();
    assert!(!checkpoint.is_new(&unnumbered(5)));
    assert!(checkpoint.is_new(&unnumbered(5)));
}

#[test]
fn failures_are_forgotten_once_the_event_is_handled_or_passed() {
    let mut checkpoint = new();
    let (first, second) = (Place::Numbered(1), Place::Numbered(2));
    assert_eq!(
        [
            checkpoint.count_failure(&first),
            checkpoint.count_failure(&first)
        ],
        [1, 2]
    );
    checkpoint.count_failure(&second);
    checkpoint.handle(&first, at(60));
    assert_eq!(
        [checkpoint.failures(&first), checkpoint.failures(&second)],
        [0, 1]
    );
    handle(&mut checkpoint, &[3], 60);
    checkpoint.release(3, None);
    assert_eq!(checkpoint.failures(&second), 0);
}

#[test]
fn an_account_is_the_same_by_the_ids_that_both_have() {
    let check = |stored: [Option<&str>; 2], current: [Option<&str>; 2]| {
        let stored = account(stored[0], stored[1]);
        let mut checkpoint = Checkpoint::new("https://a.example", stored, None);
        let current = account(current[0], current[1]);
        checkpoint
            .check_owner("https://a.example", &current)
            .is_ok()
    };
    let (org, other, user, someone) = (Some("o"), Some("p"), Some("u"), Some("v"));
    assert!(check([org, user], [org, user]));
    // A claim may give the account another owner, or an organization.
    assert!(check([org, user], [org, someone]));
    assert!(check([None, user], [org, user]));
    assert!(check([None, None], [None, None]));
    assert!(!check([org, user], [other, user]));
    assert!(!check([None, user], [org, someone]));
    assert!(!check([org, None], [None, user]));
    assert!(!check([org, user], [None, None]));
    let error = new().check_owner("https://b.example", &account(Some("org_1"), None));
    assert_eq!(
        error.unwrap_err().to_string(),
        "the checkpoint belongs to organization `org_1` at https://a.example, and the client to organization `org_1` at https://b.example"
    );
}

#[test]
fn ids_that_an_account_gets_later_are_learnt() {
    let mut checkpoint = Checkpoint::new("https://a.example", account(None, Some("u")), None);
    checkpoint
        .check_owner("https://a.example", &account(Some("o"), Some("u")))
        .unwrap();
    checkpoint
        .check_owner("https://a.example", &account(Some("o"), Some("v")))
        .unwrap();
    assert!(
        checkpoint
            .check_owner("https://a.example", &account(Some("p"), Some("u")))
            .is_err()
    );
}

#[test]
fn an_error_about_any_content_is_one_line_of_bounded_length() {
    let name = format!("a\\n\\u2028b ot_pat_5Hq9 {}", "n".repeat(1_000));
    let unknown = new().to_json().replace("deadLetters", &name);
    let unreadable = Checkpoint::parse(&unknown, "here").unwrap_err();
    let foreign = new().to_json().replace("org_1", &name);
    let mut foreign = Checkpoint::parse(&foreign, "here").unwrap();
    let owner = account(Some("org_2"), None);
    let foreign = foreign
        .check_owner("https://a.example", &owner)
        .unwrap_err();
    for error in [unreadable, foreign] {
        let text = error.to_string();
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(
            !text.contains('\u{2028}') && !text.contains("5Hq9"),
            "{text}"
        );
        assert!(text.len() < 600, "{}", text.len());
    }
}
