//! The ledger against the balance.

use serde_json::Value;

use crate::support::Session;

/// Checks that all entries add up to the account's balance.
pub(super) async fn check_ledger(session: &Session, credits: &Value, topped_up: i64) {
    let entries = whole_ledger(session).await;
    let sum = |kinds: &[&str]| -> i64 {
        let of_kind = entries
            .iter()
            .filter(|entry| kinds.iter().any(|kind| entry["type"] == *kind));
        of_kind
            .map(|entry| entry["amountCents"].as_i64().expect("it is whole"))
            .sum()
    };
    let captured = -sum(&["CAPTURE"]);
    let available = sum(&["TOP_UP", "ADJUSTMENT", "HOLD", "HOLD_RELEASE", "REFUND"]);
    let reserved = -sum(&["HOLD", "HOLD_RELEASE"]) - captured;
    assert_eq!(credits["availableCents"], available);
    assert_eq!(credits["reservedCents"], reserved);
    assert!(available >= 0 && reserved >= 0 && captured >= 0);
    assert_eq!(sum(&["TOP_UP"]), topped_up);
    assert_eq!(topped_up, available + reserved + captured);
    let recent = credits["recentEntries"].as_array().expect("it is a list");
    assert_eq!(recent[..], entries[..entries.len().min(10)]);
}

/// Returns all entries of the ledger, newest first.
pub(super) async fn whole_ledger(session: &Session) -> Vec<Value> {
    let mut entries = Vec::new();
    let mut path = "/credits/ledger?limit=100".to_owned();
    loop {
        let (_, page) = session.get(&path).await;
        entries.extend(
            page["entries"]
                .as_array()
                .expect("it is a list")
                .iter()
                .cloned(),
        );
        let Some(cursor) = page["nextCursor"].as_str() else {
            return entries;
        };
        path = format!("/credits/ledger?limit=100&cursor={cursor}");
    }
}
