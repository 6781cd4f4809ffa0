//! The account that a checkpoint belongs to.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::types::{AccountContext, OrganizationId, UserId};

/// Ids of an account. A claim and a new token keep them, but an account may get an organization only then.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AccountIds {
    organization_id: Option<OrganizationId>,
    owner_user_id: Option<UserId>,
}

impl AccountIds {
    pub(crate) fn of(account: &AccountContext) -> Self {
        Self {
            organization_id: account.organization_id.clone(),
            owner_user_id: account.owner_user_id.clone(),
        }
    }

    /// True if both are the same account, by the first kind of id that both have.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        if let (Some(own), Some(other)) = (&self.organization_id, &other.organization_id) {
            return own == other;
        }
        match (&self.owner_user_id, &other.owner_user_id) {
            (Some(own), Some(other)) => own == other,
            // Without an id in common, nothing shows that they are the same.
            _ => self == other,
        }
    }

    /// Takes over the ids of the same account that are not known yet.
    pub(super) fn learn(&mut self, other: &Self) {
        let organization = || other.organization_id.clone();
        self.organization_id = self.organization_id.take().or_else(organization);
        let owner = || other.owner_user_id.clone();
        self.owner_user_id = self.owner_user_id.take().or_else(owner);
    }
}

impl fmt::Display for AccountIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.organization_id, &self.owner_user_id) {
            (Some(organization), _) => write!(f, "organization `{organization}`"),
            (None, Some(owner)) => write!(f, "the account of user `{owner}`"),
            (None, None) => f.write_str("no account"),
        }
    }
}
