//! Check of a single operation.

use std::fmt;

use opentrain_api::{Operation, ScopeMatch, ScopeRule};

use crate::types::FeatureKey;

/// Predicted result of calling an operation, gate by gate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AccessCheck {
    /// The operation.
    pub operation: &'static Operation,
    /// State of the token's scopes for the operation.
    pub scope: Gate,
    /// State of the feature that the operation belongs to.
    pub feature: Gate,
    /// State of the claim of the account, if the operation requires a claim.
    pub claim: Gate,
}

impl AccessCheck {
    /// True if a gate is known to be closed: a call would be refused with 403.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.gates()
            .iter()
            .any(|(_, gate)| matches!(gate, Gate::Closed(_)))
    }

    /// True if every gate is known to be open.
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

/// State of a gate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Gate {
    /// The gate lets the operation pass, or does not apply to it.
    Open,
    /// The gate refuses the operation, which lacks this requirement.
    Closed(Needed),
    /// The state of the gate is unknown.
    Unknown,
}

/// Requirement of a closed gate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Needed {
    /// Scopes of the token.
    Scopes(ScopeRule),
    /// A feature of the account.
    Feature(FeatureKey),
    /// Claim of the account by a human.
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
