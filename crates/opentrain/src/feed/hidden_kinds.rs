//! Types of events that a token may not see.

use crate::types::{EventType, Scope};

/// Returns the documented types of events that these scopes hide.
pub(super) fn hidden_kinds(granted: &[Scope]) -> Vec<EventType> {
    let kinds = EventType::KNOWN.iter().map(|kind| EventType::from(*kind));
    kinds.filter(|kind| !shows(granted, kind)).collect()
}

/// True if one of the scopes shows events of a type. `X:write` includes `X:read`.
fn shows(granted: &[Scope], kind: &EventType) -> bool {
    let needed = match kind {
        EventType::ProposalReceived | EventType::ProposalStatusChanged => {
            [Scope::ProposalsRead, Scope::ProposalsWrite]
        }
        EventType::MessageReceived => [Scope::MessagesRead, Scope::MessagesWrite],
        _ => [Scope::PaymentsRead, Scope::PaymentsWrite],
    };
    needed.iter().any(|scope| granted.contains(scope))
}

#[cfg(test)]
mod tests {
    use super::hidden_kinds;
    use crate::types::{EventType, Scope};

    #[test]
    fn a_scope_shows_its_types_and_a_write_scope_those_of_its_read_scope() {
        let hidden = |scopes: &[&str]| {
            let scopes: Vec<Scope> = scopes.iter().map(|scope| Scope::from(*scope)).collect();
            hidden_kinds(&scopes)
        };
        let all = ["proposals:read", "messages:write", "payments:read"];
        assert!(hidden(&all).is_empty());
        assert_eq!(
            hidden(&["proposals:write", "payments:write", "jobs:read"]),
            [EventType::MessageReceived]
        );
        assert_eq!(hidden(&["messages:read"]).len(), 7);
        assert_eq!(hidden(&[]).len(), EventType::KNOWN.len());
    }
}
