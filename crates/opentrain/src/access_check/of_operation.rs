//! What would happen to one operation.

use std::fmt;

use opentrain_api::{Operation, ScopeMatch, ScopeRule};

use crate::types::FeatureKey;

/// What would happen to one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AccessCheck {
    /// The operation.
    pub operation: &'static Operation,
    /// Whether the token's scopes cover it.
    pub scope: Gate,
    /// Whether its feature is on.
    pub feature: Gate,
    /// Whether the account is claimed, if it has to be.
    pub claim: Gate,
}

impl AccessCheck {
    /// Whether a gate is known to be closed: calling it would be answered with 403.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.gates()
            .iter()
            .any(|(_, gate)| matches!(gate, Gate::Closed(_)))
    }

    /// Whether every gate is known to be open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.gates().iter().all(|(_, gate)| **gate == Gate::Open)
    }

    fn gates(&self) -> [(&'static str, &Gate); 3] {
        [
            ("scope", &self.scope),
            ("feature", &self.feature),
            ("claim", &self.claim),
        ]
    }
}

impl fmt::Display for AccessCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operation.id)?;
        for (index, (name, gate)) in self.gates().into_iter().enumerate() {
            let separator = if index == 0 { ":" } else { "," };
            write!(f, "{separator} {name} {gate}")?;
        }
        Ok(())
    }
}

/// One gate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Gate {
    /// It lets the operation pass, or does not stand before it.
    Open,
    /// It refuses the operation, for want of this.
    Closed(Needed),
    /// Nothing is known of it.
    Unknown,
}

/// What a closed gate asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Needed {
    /// Scopes of the token.
    Scopes(ScopeRule),
    /// A feature of the account.
    Feature(FeatureKey),
    /// That a human claims the account.
    Claim,
}

impl fmt::Display for Needed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scopes(rule) => {
                let separator = if rule.matching == ScopeMatch::Any {
                    " or "
                } else {
                    " and "
                };
                let scopes: Vec<String> = rule
                    .scopes
                    .iter()
                    .map(|scope| format!("`{scope}`"))
                    .collect();
                f.write_str(&scopes.join(separator))
            }
            Self::Feature(key) => write!(f, "`{key}`"),
            Self::Claim => f.write_str("a claimed account"),
        }
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("open"),
            Self::Closed(needed) => write!(f, "closed (needs {needed})"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}
