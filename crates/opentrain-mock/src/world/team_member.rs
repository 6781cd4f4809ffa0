//! Members of an account and pending invitations, as an account stores them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::time::wire;

/// Member of an account, besides its owner.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Member {
    pub(super) user: String,
    pub(super) joined_at: Timestamp,
}

/// Pending invitation.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct TeamInvite {
    pub(super) id: String,
    pub(super) email: String,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

impl TeamInvite {
    pub(super) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "email": self.email,
            "createdAt": wire(self.created_at),
            "expiresAt": wire(self.expires_at),
        })
    }
}
