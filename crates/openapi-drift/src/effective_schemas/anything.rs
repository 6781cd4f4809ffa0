//! Schemas that accept every value: a variant of `anyOf` that does leaves the other variants without effect.

use serde_json::Value;

use super::EffectiveSchemas;
use crate::effective_schema::EffectiveSchema;
use openapi_canonical::json;
use openapi_canonical::schema;

/// Limit on the levels of parts and variants that are examined.
const MOST_LEVELS: usize = 8;

impl EffectiveSchemas<'_> {
    /// True if one of several variants accepts every value, perhaps but null.
    pub(super) fn any_accepts_all(&self, variants: &[Value]) -> bool {
        let mut variants = variants.iter();
        variants.any(|variant| self.accepts_all(variant, MOST_LEVELS))
    }

    fn accepts_all(&self, schema: &Value, levels: usize) -> bool {
        if levels == 0 || !self.budget.take(1) {
            return false;
        }
        if let Some(name) = schema::referred(schema) {
            return self.component_accepts_all(name, levels - 1);
        }
        let Some(members) = schema.as_object() else {
            return *schema == Value::Bool(true);
        };
        let accepts = |part: &Value| self.accepts_all(part, levels - 1);
        let elements = |keyword| json::elements(members, keyword);
        let (one_of, any_of) = (elements("oneOf"), elements("anyOf"));
        EffectiveSchema::own(members).says_nothing()
            && elements("allOf").iter().all(accepts)
            && (one_of.is_empty() || one_of.len() == 1 && accepts(&one_of[0]))
            && (any_of.is_empty() || any_of.iter().any(accepts))
    }

    /// Compares a component with itself: it adds nothing.
    fn component_accepts_all(&self, name: &str, levels: usize) -> bool {
        if let Some(known) = self.accept_all.borrow().get(name) {
            return *known;
        }
        let insert = |known| self.accept_all.borrow_mut().insert(name.to_owned(), known);
        insert(false);
        let component = schema::components(self.document).and_then(|all| all.get(name));
        let found = component.is_some_and(|component| self.accepts_all(component, levels));
        insert(found);
        found
    }
}
