//! What the documents make of the API, as snapshots: a change of the documents shows as a line.

use insta::assert_snapshot;
use opentrain_api::outline;

use crate::support::repository_file;

#[test]
fn the_surface_of_operations() {
    assert_snapshot!(repository_file("spec/surface.txt"));
}

#[test]
fn the_generated_public_api() {
    assert_snapshot!(outline::PUBLIC);
}

#[test]
fn the_generated_agent_api() {
    assert_snapshot!(outline::AGENT);
}
