//! Servers of the API.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::Finding;
use super::comparison::Comparison;
use super::kind::{Direction, Kind};
use openapi_canonical::json;
use openapi_canonical::positions::{self, Index};

/// Location of a change of servers in reports; it belongs to no single operation.
const PLACE: &str = "servers";

/// Reports whether callers of the old address must call another one now. The split of an address between server and
/// paths is irrelevant.
pub(super) fn compare(comparison: &mut Comparison<'_>, old: &Index<'_>, new: &Index<'_>) {
    compare_further(comparison);
    let news = positions::server_urls(comparison.new);
    let is_still_there = news.contains(&positions::server_url(comparison.old));
    if is_still_there {
        return;
    }
    if is_other_host(comparison) || is_other_path(comparison, old, new) {
        let finding = Finding::new(PLACE, Kind::ServerMoved).between(
            positions::server_url(comparison.old),
            positions::server_url(comparison.new),
        );
        comparison.enter(PLACE);
        comparison.note(Direction::Request, finding);
    }
}

/// Compares the servers after the first one, by their hosts. The split of an address between server and paths is
/// irrelevant.
fn compare_further(comparison: &mut Comparison<'_>) {
    let hosts = |document: &Value| {
        let hosts = positions::origins(document).into_iter();
        hosts.collect::<BTreeSet<String>>()
    };
    let (old, new) = (hosts(comparison.old), hosts(comparison.new));
    let firsts = [comparison.old, comparison.new].map(positions::origin);
    if old.is_empty() || new.is_empty() {
        return;
    }
    comparison.enter(PLACE);
    for (kind, hosts) in [
        (Kind::ServerRemoved, old.difference(&new)),
        (Kind::ServerAdded, new.difference(&old)),
    ] {
        // Another first server is reported as a move.
        for host in hosts.filter(|host| !firsts.iter().flatten().any(|first| first == *host)) {
            comparison.note(Direction::Request, Finding::new(PLACE, kind).of(host));
        }
    }
}

/// True if the first host of the old document is none of the hosts of the new one.
fn is_other_host(comparison: &Comparison<'_>) -> bool {
    let Some(old) = positions::origin(comparison.old) else {
        return false;
    };
    let news = positions::origins(comparison.new);
    !news.is_empty() && !news.contains(&old)
}

/// True if more operations keep their positions when the server address of the new document is ignored.
fn is_other_path(comparison: &Comparison<'_>, old: &Index<'_>, new: &Index<'_>) -> bool {
    let has_server = |document: &Value| {
        let members = document.as_object();
        members.is_some_and(|members| !json::elements(members, "servers").is_empty())
    };
    let by_its_own = positions::index(comparison.new, &positions::base_path(comparison.new));
    let known = |index: &Index<'_>| index.keys().filter(|key| old.contains_key(*key)).count();
    has_server(comparison.old) && has_server(comparison.new) && known(&by_its_own) < known(new)
}
