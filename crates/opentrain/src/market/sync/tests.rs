//! Each rule of the state machine, with responses made by hand.

mod support;

use serde_json::json;

use super::{Fetched, MarketSync, OLDEST_RESPONSE, Step, earlier};
use crate::error::Error;
use crate::page::Listed;
use crate::types::{Cursor, JobId};

use support::{Test, at, bad, job, many, page, published, texts};

#[test]
fn a_search_that_shifts_while_it_is_paged_loses_nothing() {
    let mut test = Test::new();
    test.is_at(&Step::Page(None));
    let first = page(0, vec![job("a", -9), job("b", -9)], Some("2"));
    assert_eq!(test.page(first), ["begins", "item a", "item b"]);
    test.is_at(&Step::Page(Some(Cursor::from("2"))));
    // `b` has slipped here, and `c`, which was to be here, was updated and moved to the first page.
    assert_eq!(
        test.page(page(1, vec![job("b", -9), job("d", -9)], None)),
        ["item b", "item d"]
    );
    test.is_at(&Step::Changes(earlier(at(0), OLDEST_RESPONSE)));
    let changes = [("d", "CLOSED", 1), ("c", "UPDATED", 1)];
    assert_eq!(test.window(2, 2, &changes), ["removed d"]);
    assert_eq!(test.found("c", 1), ["upserted c", "complete"]);
    test.is_at(&Step::Rest);
}

#[test]
fn the_changes_after_a_snapshot_begin_before_its_oldest_page() {
    let mut test = Test::new();
    test.page(page(0, vec![], Some("2")));
    test.page(page(-64, vec![], Some("3")));
    test.page(page(1, vec![], None));
    test.is_at(&Step::Changes(earlier(at(-64), OLDEST_RESPONSE)));
}

#[test]
fn a_job_that_came_twice_keeps_its_newer_version() {
    let mut test = Test::new();
    test.page(page(0, vec![job("a", -1)], Some("2")));
    assert!(test.page(page(0, vec![job("a", -2)], None)).is_empty());
}

#[test]
fn above_the_cap_the_next_window_starts_at_the_newest_change_or_at_until() {
    for (until, next) in [(9, 2), (1, 1)] {
        let mut test = Test::new();
        test.0.cap = 3;
        test.page(page(0, vec![], None));
        // In no order; `until` may be now.
        let changes = [
            ("c", "PUBLISHED", 2),
            ("a", "PUBLISHED", 0),
            ("b", "PUBLISHED", 1),
        ];
        test.window(4, until, &changes);
        // What the snapshot shows is not read again first.
        test.is_at(&Step::Changes(at(0)));
        test.window(4, until, &changes);
        test.is_at(&Step::Changes(at(next)));
        assert_eq!(test.0.resume_at(), None, "changes may have been dropped");
    }
}

#[test]
fn above_the_cap_a_window_that_does_not_advance_is_followed_by_a_snapshot() {
    let mut test = Test::new();
    test.0.cap = 2;
    test.page(page(0, vec![], None));
    let same = [("a", "CLOSED", 1), ("b", "CLOSED", 1)];
    test.window(2, 2, &same);
    test.window(2, 2, &same);
    test.is_at(&Step::Changes(at(1)));
    assert_eq!(test.window(3, 3, &same), ["complete"]);
    test.rest();
    // The caches would send the same pages.
    test.is_at(&Step::Changes(at(1)));
    test.window(6, 6, &same);
    test.is_at(&Step::Page(None));
}

#[test]
fn changes_that_fit_from_the_snapshot_on_need_no_further_snapshot() {
    let mut test = Test::new();
    test.0.cap = 2;
    test.page(page(0, vec![], None));
    test.window(2, 2, &[("a", "CLOSED", -1), ("b", "CLOSED", 1)]);
    assert_eq!(test.window(2, 2, &[("b", "CLOSED", 1)]), ["complete"]);
    assert_eq!(test.0.resume_at(), Some(at(0)));
}

#[test]
fn a_feed_that_reaches_the_cap_reads_a_snapshot_as_the_oldest_changes_may_be_dropped() {
    let mut test = Test::following(&["a"]);
    test.0.cap = 2;
    test.window(20, 20, &[("b", "PUBLISHED", 19), ("c", "PUBLISHED", 20)]);
    test.is_at(&Step::Page(None));
}

#[test]
fn windows_overlap_by_the_greatest_age_of_a_response_and_never_go_back() {
    let mut test = Test::following(&["a"]);
    test.window(100, 100, &[("a", "CLOSED", 90)]);
    let since = earlier(at(100), OLDEST_RESPONSE);
    assert_eq!(test.0.resume_at(), Some(since));
    test.rest();
    test.is_at(&Step::Changes(since));
    // A stored window.
    test.window(80, 80, &[]);
    assert_eq!(test.0.resume_at(), Some(since));
}

#[test]
fn no_window_starts_after_the_newest_change_that_was_seen() {
    let mut test = Test::following(&["a"]);
    test.window(300, 300, &[("a", "CLOSED", 5)]);
    test.rest();
    test.is_at(&Step::Changes(at(5)));
}

#[test]
fn changes_are_applied_in_whichever_order_and_however_late_they_come() {
    let mut test = Test::following(&["a", "b"]);
    assert_eq!(test.window(9, 9, &[("b", "CLOSED", 8)]), ["removed b"]);
    test.rest();
    // A later window has an earlier change of `a`, which was not visible before, and that of `b` again.
    test.window(10, 10, &[("b", "CLOSED", 8), ("a", "UPDATED", 3)]);
    assert_eq!(test.found("a", 3), ["upserted a"]);
    test.rest();
    // A stored window shows a state that has passed.
    let passed = [("b", "UPDATED", 7), ("a", "UPDATED", 2)];
    assert!(test.window(8, 8, &passed).is_empty());
    test.is_at(&Step::Rest);
}

#[test]
fn a_version_does_not_show_the_close_of_the_same_instant() {
    let mut test = Test::following(&["a", "b"]);
    assert_eq!(
        test.window(1, 1, &[("a", "CLOSED", 0), ("b", "UPDATED", 0)]),
        ["removed a"]
    );
    test.rest();
    test.window(2, 2, &[("a", "PUBLISHED", 0)]);
    assert_eq!(test.found("a", 0), ["upserted a"]);
}

#[test]
fn a_job_that_is_older_than_its_change_is_passed_on_and_read_again_later() {
    let mut test = Test::following(&["a"]);
    let change = [("a", "UPDATED", 5)];
    test.window(6, 6, &change);
    assert_eq!(test.found("a", 0), ["upserted a"]);
    test.rest();
    test.window(10, 10, &change);
    test.is_at(&Step::Rest);
    test.rest();
    test.window(11, 11, &change);
    assert_eq!(test.found("a", 5), ["upserted a"]);
    test.rest();
    test.window(30, 30, &change);
    test.is_at(&Step::Rest);
}

#[test]
fn a_job_whose_time_never_reaches_its_change_is_read_five_times_at_most() {
    let mut test = Test::following(&["a"]);
    let mut reads = Vec::new();
    for minute in 6..120 {
        test.window(minute, minute, &[("a", "UPDATED", 5)]);
        if test.0.step() != Step::Rest {
            test.found("a", 4);
            reads.push(minute);
        }
        test.rest();
    }
    assert_eq!(reads, [6, 11, 21, 41, 81]);
}

#[test]
fn a_404_after_a_newer_publication_is_no_removal_until_no_cache_can_be_that_old() {
    let mut test = Test::following(&[]);
    for (minute, events) in [(1, 0), (6, 0), (16, 0), (36, 0), (76, 1)] {
        test.window(minute, minute, &[("a", "PUBLISHED", 1)]);
        assert_eq!(
            test.job("a", Fetched::Gone).len(),
            events,
            "minute {minute}"
        );
        test.rest();
    }
    test.window(77, 77, &[("a", "PUBLISHED", 1)]);
    test.is_at(&Step::Rest);
}

#[test]
fn a_close_that_is_newer_than_the_pending_change_is_a_removal_at_once() {
    let mut test = Test::following(&[]);
    test.window(1, 1, &[("a", "PUBLISHED", 1)]);
    test.job("a", Fetched::Gone);
    test.rest();
    assert_eq!(test.window(2, 2, &[("a", "CLOSED", 2)]), ["removed a"]);
    test.is_at(&Step::Rest);
    test.rest();
    // Published again; the read gives a stored version from before the close.
    test.window(3, 3, &[("a", "PUBLISHED", 3)]);
    assert!(test.found("a", 1).is_empty());
}

#[test]
fn above_two_hundred_changes_a_snapshot_is_read_instead_of_single_jobs() {
    let jobs = many(201, 10);
    let mut test = Test::following(&[]);
    test.window(300, 300, &published(&jobs[..200]));
    test.is_at(&Step::Job(JobId::from("j000")));
    let mut test = Test::following(&[]);
    test.window(300, 300, &published(&jobs));
    test.is_at(&Step::Page(None));
}

#[test]
fn a_snapshot_that_caches_would_repeat_is_not_read_again() {
    let jobs = many(201, 0);
    let mut test = Test::new();
    test.page(page(300, vec![], None));
    test.window(301, 301, &published(&jobs));
    test.is_at(&Step::Job(JobId::from("j000")));
    // Stored pages: after a pause the caches have newer ones.
    let mut test = Test::new();
    test.page(page(240, vec![], None));
    assert!(test.window(301, 301, &published(&jobs)).is_empty());
    test.rest();
    test.is_at(&Step::Page(None));
}

#[test]
fn a_position_covers_what_is_pending_and_a_snapshot_has_none() {
    let mut test = Test::new();
    assert_eq!(test.0.resume_at(), None);
    test.page(page(0, vec![], None));
    assert_eq!(test.0.resume_at(), None);
    let mut test = Test::following(&["a"]);
    test.window(6, 6, &[("a", "UPDATED", 5)]);
    test.job("a", Fetched::Gone);
    test.rest();
    test.window(71, 71, &[("b", "CLOSED", 71)]);
    assert_eq!(test.0.resume_at(), Some(at(5)));
    let mut resumed = MarketSync::new();
    resumed.resume(at(5));
    assert_eq!(
        (resumed.step(), resumed.resume_at()),
        (Step::Changes(at(5)), Some(at(5)))
    );
}

#[test]
fn unreadable_jobs_and_changes_hide_no_others() {
    let mut test = Test::new();
    let mut first = page(0, vec![job("b", 0)], None);
    first.rejected = vec![
        bad(0, &json!({ "id": "a", "countries": 7 })),
        bad(2, &json!(7)),
    ];
    let expected = [
        "begins",
        "unreadable Some(JobId(\"a\"))",
        "item b",
        "unreadable None",
    ];
    assert_eq!(test.page(first), expected);
    let body = json!({ "since": at(0), "until": at(1), "generatedAt": at(1), "changes": [] });
    let body = serde_json::from_value(body).expect("it is a window");
    let rejected = vec![
        bad(0, &json!({ "jobId": "b", "occurredAt": 7 })),
        bad(1, &json!(7)),
    ];
    let events = test.0.window_arrived(Listed { body, rejected });
    assert_eq!(texts(events), ["unreadable None"]);
    let error = Error::invalid_request("jobs_get", "unreadable");
    let events = test.job("b", Fetched::Unreadable(error));
    assert_eq!(events, ["unreadable Some(JobId(\"b\"))", "complete"]);
}

#[test]
fn a_refused_cursor_or_instant_is_followed_by_one_new_snapshot() {
    let mut test = Test::new();
    assert!(!test.0.refused(), "the first page has no cursor");
    test.page(page(0, vec![], Some("2")));
    assert!(test.0.refused());
    test.is_at(&Step::Page(None));
    test.page(page(0, vec![], Some("2")));
    assert!(!test.0.refused());
    test.page(page(0, vec![], None));
    assert!(!test.0.refused());
    let mut test = Test::following(&[]);
    assert!(test.0.refused());
    test.is_at(&Step::Page(None));
}

#[test]
fn a_cursor_that_comes_again_is_an_error() {
    let mut test = Test::new();
    test.page(page(0, vec![], Some("2")));
    assert!(test.0.page_arrived(page(0, vec![], Some("2"))).is_err());
}
