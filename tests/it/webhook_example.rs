//! The example `receiver`, which sends and receives over loopback.

#[path = "../../crates/opentrain/examples/receiver/flow.rs"]
mod flow;

use std::time::Duration;

#[tokio::test]
async fn no_event_is_lost_or_read_twice() {
    let mut out = Vec::new();
    flow::run(30, Duration::ZERO, &mut out).await.unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap());
}
