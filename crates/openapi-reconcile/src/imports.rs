//! Names of components that come in from the served document or are split off, unique in the joined document.

use std::collections::{BTreeMap, BTreeSet};

use super::observations::Observations;
use super::sides::Sides;
use openapi_canonical::json::Object;
use openapi_canonical::names::{self, Taken};
use openapi_canonical::schema;

/// Components that the documentation does not have.
#[derive(Debug, Default)]
pub(super) struct Imports {
    /// New names of served components that are not documented; filled at the first use.
    names: BTreeMap<String, String>,
    /// The names of everything that came in or may come in.
    taken: Taken,
    pub(super) schemas: Object,
}

impl Imports {
    /// Returns an unused name for a component that is split off.
    pub(super) fn free_name(&mut self, sides: &Sides<'_>, wanted: &str) -> String {
        self.taken
            .take_unless(wanted, |name| sides.is_documented(name))
    }

    /// Returns the new name of a served component that is not documented.
    pub(super) fn name_of(
        &mut self,
        sides: &Sides<'_>,
        observations: &Observations,
        served: &str,
    ) -> String {
        if self.names.is_empty() {
            self.names = self.free_names(sides, observations);
        }
        let known = self.names.get(served).cloned();
        known.unwrap_or_else(|| names::pascal(served))
    }

    /// Returns a name for every served component that may come in; all at once, so that it does not matter which comes in first.
    fn free_names(
        &mut self,
        sides: &Sides<'_>,
        observations: &Observations,
    ) -> BTreeMap<String, String> {
        let served = schema::components(sides.served)
            .into_iter()
            .flat_map(Object::keys);
        let served: BTreeSet<&String> = served
            .filter(|served| observations.counterpart(sides, served).is_none())
            .collect();
        let is_documented = |name: &str| sides.is_documented(name);
        let mut free_names = BTreeMap::new();
        for served in served {
            let wanted = names::pascal(served);
            let is_free =
                !wanted.is_empty() && !is_documented(&wanted) && !self.taken.contains(&wanted);
            let wanted = if is_free {
                wanted
            } else {
                format!("Served{wanted}")
            };
            let name = self.taken.take_unless(&wanted, is_documented);
            free_names.insert(served.clone(), name);
        }
        free_names
    }
}
