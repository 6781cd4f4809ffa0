//! Settings of `GET /jobs/changes` where the documentation leaves its behaviour open.

use serde::{Deserialize, Serialize};

/// Changes that `GET /jobs/changes` drops when there are more than it returns, and the `until` that it names then. The documentation
/// does not say. See [`MockServerBuilder::changes_cut`](crate::MockServerBuilder::changes_cut). In JSON, `newest`, `newest-until-now` and `oldest`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ChangesCut {
    /// The newest are dropped, and `until` is the time of the last one that is returned. The default.
    #[default]
    Newest,
    /// The newest are dropped, and `until` is the present time: a client that goes on from there misses them.
    NewestUntilNow,
    /// The oldest are dropped, and `until` is the present time.
    Oldest,
}

impl ChangesCut {
    /// All readings, for tests that go over them.
    pub const ALL: [Self; 3] = [Self::Newest, Self::NewestUntilNow, Self::Oldest];
}

/// Settings of `GET /jobs/changes`.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct ChangesSettings {
    /// Most changes in a response.
    pub(crate) cap: usize,
    pub(crate) cut: ChangesCut,
    /// True if the changes come in no order.
    pub(crate) unsorted: bool,
}

impl Default for ChangesSettings {
    fn default() -> Self {
        Self {
            cap: 5_000,
            cut: ChangesCut::default(),
            unsorted: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ChangesCut;

    #[test]
    fn all_readings_are_listed() {
        // A further variant does not compile until it has a place here.
        let place = |cut| match cut {
            ChangesCut::Newest => 0,
            ChangesCut::NewestUntilNow => 1,
            ChangesCut::Oldest => 2,
        };
        assert_eq!(ChangesCut::ALL.map(place), [0, 1, 2]);
    }
}
