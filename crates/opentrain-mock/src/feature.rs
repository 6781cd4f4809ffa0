//! Feature flags, and the names under which the capabilities probe shows them.

use std::collections::BTreeSet;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

pub(crate) const DRAFTING: &str = "public_api_job_drafting";
pub(crate) const PUBLISHING: &str = "public_api_job_publishing";
pub(crate) const HIRING: &str = "public_api_hiring";
pub(crate) const MESSAGING: &str = "public_api_messaging_writes";
pub(crate) const PAYMENTS: &str = "public_api_payments_write";
pub(crate) const CREDITS: &str = "public_api_credits";
pub(crate) const WEBHOOKS: &str = "public_api_webhooks";
pub(crate) const TEAM: &str = "public_api_team";

/// Each capability of the probe, with the flag that it shows.
const CAPABILITIES: &[(&str, &str)] = &[
    ("draftImport", DRAFTING),
    ("draftCreate", DRAFTING),
    ("draftUpdate", DRAFTING),
    ("draftUrlRead", DRAFTING),
    ("publish", PUBLISHING),
    ("hiring", HIRING),
    ("messagingWrites", MESSAGING),
    ("team", TEAM),
    ("paymentsWrite", PAYMENTS),
    ("credits", CREDITS),
    ("webhooks", WEBHOOKS),
];

/// State of the feature flags. All are on until one is switched off.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Features {
    #[serde(deserialize_with = "read_flags")]
    off: BTreeSet<&'static str>,
}

impl Features {
    pub(crate) fn is_on(&self, key: &str) -> bool {
        !self.off.contains(key)
    }

    /// Switches a feature; `None` if there is no such flag.
    pub(crate) fn switch(&mut self, key: &str, on: bool) -> Option<()> {
        let flag = find(key)?;
        if on {
            self.off.remove(flag);
        } else {
            self.off.insert(flag);
        }
        Some(())
    }

    /// Returns every flag, and whether it is on.
    pub(crate) fn all(&self) -> Map<String, Value> {
        CAPABILITIES
            .iter()
            .map(|(_, flag)| ((*flag).to_owned(), Value::Bool(self.is_on(flag))))
            .collect()
    }

    /// Returns the `capabilities` object of the probe.
    pub(crate) fn capabilities(&self) -> Map<String, Value> {
        CAPABILITIES
            .iter()
            .map(|(name, flag)| ((*name).to_owned(), Value::Bool(self.is_on(flag))))
            .collect()
    }
}

/// Returns the flag of that name, if it exists.
fn find(key: &str) -> Option<&'static str> {
    let mut flags = CAPABILITIES.iter().map(|(_, flag)| *flag);
    flags.find(|flag| *flag == key)
}

/// Reads flags out of a snapshot.
fn read_flags<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeSet<&'static str>, D::Error> {
    let keys = Vec::<String>::deserialize(deserializer)?;
    let flag = |key: &String| {
        find(key).ok_or_else(|| D::Error::custom(format!("no feature flag is called `{key}`")))
    };
    keys.iter().map(flag).collect()
}

#[cfg(test)]
mod tests {
    use super::{CREDITS, Features};

    #[test]
    fn switching_a_flag_shows_in_the_capabilities() {
        let mut features = Features::default();
        assert_eq!(features.switch(CREDITS, false), Some(()));
        assert!(!features.is_on(CREDITS));
        assert_eq!(features.capabilities()["credits"], false);
        assert_eq!(features.capabilities()["hiring"], true);
        assert_eq!(features.switch("public_api_flying", true), None);
    }
}
