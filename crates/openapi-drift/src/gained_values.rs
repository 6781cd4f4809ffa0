//! Values that a schema gained, as far as they fit another schema too.

use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value;

use super::bounds::{BOUNDS, Bound};
use super::common_values::{Search, field, further};
use super::comparison::Comparison;
use super::conditions;
use super::effective_schema::{EffectiveSchema, ValueKind};
use super::effective_schemas::EffectiveSchemas;
use super::listed_values::{Limits, is_multiple};
use super::widths::Width;
use crate::comparable::{CONDITIONS, REFUSED_FIELDS};
use openapi_canonical::json::{self, Object};

/// Search for values that fit a new schema and another one, and that did not fit the old schema. Each restriction of
/// the old schema must be implied by the new schema or by the other one: else a value is assumed to be gained.
pub(super) struct Gain<'a, 'b> {
    comparison: &'b Comparison<'a>,
    /// Search for values that fit the new schema and the other one.
    common: Search<'b>,
}

/// Keywords of the old schema, of the new one and of the other one.
type Three<'a> = [&'a Object; 3];

impl<'a, 'b> Gain<'a, 'b> {
    /// `other` resolves the other schema.
    pub(super) fn of(
        comparison: &'b Comparison<'a>,
        other: &'b EffectiveSchemas<'a>,
        steps: &'b Cell<usize>,
    ) -> Gain<'a, 'b> {
        let common = Search {
            one_effective: &comparison.new_effective,
            other_effective: other,
            steps,
        };
        Gain { comparison, common }
    }

    /// True unless it is known that each value that fits the new schema and the other one, and is not null, fits the
    /// old schema.
    pub(super) fn values(
        &self,
        [old, new, other]: [&Rc<EffectiveSchema>; 3],
        depth: usize,
    ) -> bool {
        if depth == 0 {
            return true;
        }
        let old_variants = self.comparison.old_effective.variants(old);
        if old.is_exclusive && self.any_overlap(&old_variants, depth) {
            return self.common.overlap(new, other, depth);
        }
        let other_variants = self.common.other_effective.variants(other);
        let new_variants = self.comparison.new_effective.variants(new);
        new_variants.iter().any(|new| {
            other_variants.iter().any(|other| {
                let is_covered = |old: &Rc<EffectiveSchema>| {
                    self.common.take() && !self.is_gained([old, new, other], depth)
                };
                let are_common = self.common.take();
                !are_common
                    || self.common.variants_overlap(new, other, depth)
                        && !old_variants.iter().any(is_covered)
            })
        })
    }

    /// True if two of the old variants may have a value in common.
    fn any_overlap(&self, variants: &[Rc<EffectiveSchema>], depth: usize) -> bool {
        let search = Search {
            one_effective: &self.comparison.old_effective,
            other_effective: &self.comparison.old_effective,
            steps: self.common.steps,
        };
        variants.iter().enumerate().any(|(index, one)| {
            let mut others = variants[..index].iter();
            others.any(|other| !search.take() || search.variants_overlap(one, other, depth))
        })
    }

    /// Decides the same for the schemas of fields or elements, including null.
    fn any_value(&self, [old, new, other]: [&Value; 3], depth: usize) -> bool {
        if self.comparison.are_same(old, new) {
            return false;
        }
        let effective = [
            &self.comparison.old_effective,
            &self.comparison.new_effective,
            self.common.other_effective,
        ];
        let is_null_gained = effective[1].takes_null(new)
            && effective[2].takes_null(other)
            && !effective[0].takes_null(old);
        let [old, new, other] = [
            effective[0].of(old),
            effective[1].of(new),
            effective[2].of(other),
        ];
        is_null_gained || self.values([&old, &new, &other], depth)
    }

    /// True unless each value of both the new variant and the other one is known to fit the old variant.
    fn is_gained(&self, variants: [&EffectiveSchema; 3], depth: usize) -> bool {
        let three = variants.map(|variant| &variant.members);
        if !self.keeps_conditions(three) {
            return true;
        }
        let [old, new, other] = variants.map(EffectiveSchema::kind);
        let is = if new == ValueKind::Unspecified {
            &other
        } else {
            &new
        };
        match (&old, is) {
            (ValueKind::Unspecified, _) => false,
            (ValueKind::Object, ValueKind::Object) => {
                !keeps_sizes(three, ["minProperties", "maxProperties"])
                    || self.object_is_gained(three, depth)
            }
            (ValueKind::Array, ValueKind::Array) => {
                !keeps_sizes(three, ["minItems", "maxItems"]) || self.array_is_gained(three, depth)
            }
            (ValueKind::Scalar(_), ValueKind::Scalar(_)) => {
                !keeps_type(&old, [&new, &other]) || self.scalar_is_gained(three)
            }
            _ => true,
        }
    }

    /// True if the conditions of the old schema are also those of the new one, which refuses the same fields at least.
    fn keeps_conditions(&self, [old, new, _]: Three<'_>) -> bool {
        let (was, is) = (old.get(CONDITIONS), new.get(CONDITIONS));
        let refused = json::strings(new, REFUSED_FIELDS);
        let mut were_refused = json::strings(old, REFUSED_FIELDS).into_iter();
        were_refused.all(|field| refused.contains(&field))
            && (was.is_none() || !conditions::differs(self.comparison, was, is))
    }

    fn object_is_gained(&self, [old, new, other]: Three<'_>, depth: usize) -> bool {
        let required = |object| json::strings(object, "required").into_iter();
        let is_required = |name: &str| {
            required(new)
                .chain(required(other))
                .any(|required| required == name)
        };
        if !required(old).all(is_required) {
            return true;
        }
        let names = [old, new, other].map(|object| json::entries(object, "properties"));
        let names: BTreeSet<&String> = names.into_iter().flatten().map(|(name, _)| name).collect();
        let named = names.into_iter().map(|name| {
            let name = name.as_str();
            (field(old, name), field(new, name), field(other, name))
        });
        let rest = (further(old), further(new), further(other));
        let mut fields = named.chain([rest]);
        fields.any(|fields| match fields {
            (_, None, _) | (_, _, None) => false,
            (None, Some(new), Some(other)) => self.common.schemas_overlap(new, other, depth - 1),
            (Some(old), Some(new), Some(other)) => self.any_value([old, new, other], depth - 1),
        })
    }

    fn array_is_gained(&self, three: Three<'_>, depth: usize) -> bool {
        let [old, new, other] = three.map(|array| array.get("items").unwrap_or(&Value::Bool(true)));
        let [was_unique, is_unique, is_other_unique] =
            three.map(|array| json::is_true(array, "uniqueItems"));
        was_unique && !is_unique && !is_other_unique || self.any_value([old, new, other], depth - 1)
    }

    fn scalar_is_gained(&self, [old, new, other]: Three<'_>) -> bool {
        let budget = self.common.one_effective.budget();
        let keeps_format = keeps_format([old, new, other]);
        let listed = [new, other]
            .into_iter()
            .find(|schema| schema.contains_key("enum"));
        if let Some(listed) = listed {
            let [old, new, other] = [old, new, other].map(|schema| Limits::of(budget, schema));
            let is_gained = |value: &&Value| {
                let may_fit = new.fit(value) != Some(false) && other.fit(value) != Some(false);
                may_fit && !(keeps_format && old.fit(value) == Some(true))
            };
            let mut values = json::elements(listed, "enum").iter();
            return values.any(|value| !value.is_null() && is_gained(&value));
        }
        old.contains_key("enum")
            || !keeps_format
            || !keeps_bounds([old, new, other])
            || !keeps_sizes([old, new, other], ["minLength", "maxLength"])
            || !["pattern", "multipleOf"]
                .into_iter()
                .all(|keyword| keeps_limits([old, new, other], keyword))
    }
}

/// True if each value of one of two types is of the old type.
fn keeps_type(old: &ValueKind, [new, other]: [&ValueKind; 2]) -> bool {
    let number = ValueKind::Scalar("number".to_owned());
    let integer = ValueKind::Scalar("integer".to_owned());
    let is_kept = |is: &ValueKind| is == old || *old == number && *is == integer;
    is_kept(new) || is_kept(other)
}

/// True if the format of the old schema is implied. A width of numbers is implied by a smaller one.
fn keeps_format([old, new, other]: Three<'_>) -> bool {
    let format = |schema| json::string(schema, "format");
    let Some(was) = format(old) else {
        return true;
    };
    let is_implied = |schema| {
        let widths = Width::of(was).zip(format(schema).and_then(Width::of));
        format(schema) == Some(was) || widths.is_some_and(|(was, is)| was.includes(is))
    };
    is_implied(new) || is_implied(other)
}

fn keeps_bounds([old, new, other]: Three<'_>) -> bool {
    BOUNDS.into_iter().all(|(keyword, exclusive, tighter)| {
        let bound = |schema| Bound::of(schema, keyword, exclusive, tighter);
        let is_implied = |was: &Bound, is: Option<Bound>| {
            let order = is.and_then(|is| is.order(was, tighter));
            order.is_some_and(|order| order == tighter || order == Ordering::Equal)
        };
        bound(old).is_none_or(|was| is_implied(&was, bound(new)) || is_implied(&was, bound(other)))
    })
}

/// True if the least and the greatest size of the old schema are implied.
fn keeps_sizes([old, new, other]: Three<'_>, [least, most]: [&str; 2]) -> bool {
    let size = |schema: &Object, keyword: &str| schema.get(keyword).and_then(Value::as_f64);
    let is_implied = |keyword: &str| {
        let was = size(old, keyword);
        let implies = |schema| {
            let sizes = was.zip(size(schema, keyword));
            sizes.is_some_and(|(was, is)| {
                if keyword == most {
                    is <= was
                } else {
                    is >= was
                }
            })
        };
        was.is_none() || was == Some(0.0) && keyword == least || implies(new) || implies(other)
    };
    is_implied(least) && is_implied(most)
}

/// True if each pattern or step of the old schema is implied. Several of them are a list.
fn keeps_limits([old, new, other]: Three<'_>, keyword: &str) -> bool {
    let limits = |schema: &'_ Object| match schema.get(keyword) {
        Some(Value::Array(limits)) => limits.clone(),
        limit => limit.into_iter().cloned().collect(),
    };
    let others = [limits(new), limits(other)].concat();
    limits(old).iter().all(|was| {
        others.iter().any(|is| {
            let steps = is.as_f64().zip(was.as_f64());
            is == was || steps.is_some_and(|(is, was)| is_multiple(is, was) == Some(true))
        })
    })
}
