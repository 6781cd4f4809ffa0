//! Snapshots of the API that the documents define: a change of a document changes a line.

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
