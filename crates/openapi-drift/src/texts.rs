//! Values of parameters, which are text: a type with the same text for a value is no change for a sender.

use std::rc::Rc;

use serde_json::Value;

use super::change::Finding;
use super::comparison::Comparison;
use super::effective_schema::{EffectiveSchema, ValueKind};
use super::effective_schemas::EffectiveSchemas;
use super::kind::{Direction, Kind};
use super::{limits, schemas};
use openapi_canonical::parameter_text;

/// Levels of lists that are resolved for the schema of a single value.
const DEEPEST: usize = 4;

/// Compares the schemas of a parameter. `is_plain` is true if the text of a value is the value itself.
pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    old: &Value,
    new: &Value,
    is_plain: bool,
) {
    let accepted = if is_plain && !comparison.are_same(old, new) {
        accepted_as_text(comparison, old, new)
    } else {
        None
    };
    let Some(accepted) = accepted else {
        return schemas::compare(comparison, at, Direction::Request, old, new);
    };
    let (old, new) = (
        comparison.old_effective.of(old),
        comparison.new_effective.of(new),
    );
    let was = name(&comparison.old_effective, &old);
    let is = name(&comparison.new_effective, &new);
    let finding = Finding::new(at, Kind::TextAccepted).between(was, is);
    comparison.note(Direction::Request, finding);
    for Accepted {
        old,
        new,
        is_element,
    } in accepted
    {
        let at = if is_element {
            format!("{at}[]")
        } else {
            at.to_owned()
        };
        let remaining = parameter_text::without_fitting_limits(&new.members, &old.members);
        limits::compare(
            comparison,
            &at,
            Direction::Request,
            &old.members,
            &remaining,
        );
    }
}

/// Variant of a parameter, and a variant of the new parameter that accepts its text.
#[derive(Clone, Debug)]
struct Accepted {
    old: Rc<EffectiveSchema>,
    new: Rc<EffectiveSchema>,
    /// True if both are elements of lists.
    is_element: bool,
}

/// Returns the name of the type of a parameter in a sentence: `list of integer`.
fn name(effective: &EffectiveSchemas<'_>, parameter: &Rc<EffectiveSchema>) -> String {
    let elements = parameter.members.get("items");
    match (parameter.kind(), elements) {
        (ValueKind::Array, Some(elements)) => {
            format!("list of {}", effective.of(elements).kind().name())
        }
        (kind, _) => kind.name(),
    }
}

/// Returns each variant of a parameter with a variant of the new one that accepts its text. `None` if a variant has
/// none, or if all have one of their own type, which are compared as at any other location.
fn accepted_as_text(
    comparison: &Comparison<'_>,
    old: &Value,
    new: &Value,
) -> Option<Vec<Accepted>> {
    let (old_effective, new_effective) = (&comparison.old_effective, &comparison.new_effective);
    let old_variants = old_effective.variants(&old_effective.of(old));
    let new_variants = new_effective.variants(&new_effective.of(new));
    let search = Search {
        old_effective,
        new_effective,
    };
    if old_variants
        .iter()
        .all(|old| search.has_own_type(old, &new_variants))
    {
        return None;
    }
    let mut found = Vec::new();
    for old in &old_variants {
        found.extend(search.accepted(old, &new_variants)?);
    }
    Some(found)
}

/// Variants of the elements of a list.
type Forms = Vec<Rc<EffectiveSchema>>;

/// Search for variants that accept a text.
struct Search<'a> {
    old_effective: &'a EffectiveSchemas<'a>,
    new_effective: &'a EffectiveSchemas<'a>,
}

impl Search<'_> {
    /// True if one of the new variants has the type of an old one.
    fn has_own_type(
        &self,
        old: &Rc<EffectiveSchema>,
        new_variants: &[Rc<EffectiveSchema>],
    ) -> bool {
        new_variants
            .iter()
            .any(|new| match self.elements(old, new) {
                Some((old, new)) => old
                    .iter()
                    .all(|old| new.iter().any(|new| is_of_type(new, old))),
                None => is_of_type(new, old),
            })
    }

    /// Returns the variants of the elements of two lists. `None` if one is no list, or has no schema for its elements.
    fn elements(&self, old: &EffectiveSchema, new: &EffectiveSchema) -> Option<(Forms, Forms)> {
        let of = |list: &EffectiveSchema, effective: &EffectiveSchemas<'_>| {
            let is_list = list.kind() == ValueKind::Array;
            let elements = list.members.get("items").filter(|_| is_list)?;
            Some(effective.variants(&effective.of(elements)))
        };
        Some((of(old, self.old_effective)?, of(new, self.new_effective)?))
    }

    /// Returns a variant with the one of the new variants that accepts its text and limits it least; a list with its
    /// elements too. `None` if no variant accepts it.
    fn accepted(
        &self,
        old: &Rc<EffectiveSchema>,
        new_variants: &[Rc<EffectiveSchema>],
    ) -> Option<Vec<Accepted>> {
        if old.kind() == ValueKind::Array {
            return new_variants
                .iter()
                .find_map(|new| self.accepted_list(old, new));
        }
        let mut single_values = Vec::new();
        for variant in new_variants {
            collect_single_values(self.new_effective, variant, DEEPEST, &mut single_values);
        }
        let new = accepting(old, &single_values)?;
        Some(vec![Accepted {
            old: Rc::clone(old),
            new,
            is_element: false,
        }])
    }

    fn accepted_list(
        &self,
        old: &Rc<EffectiveSchema>,
        new: &Rc<EffectiveSchema>,
    ) -> Option<Vec<Accepted>> {
        let (elements, new_elements) = self.elements(old, new)?;
        let mut found = vec![Accepted {
            old: Rc::clone(old),
            new: Rc::clone(new),
            is_element: false,
        }];
        for old in elements {
            let new = accepting(&old, &new_elements)?;
            found.push(Accepted {
                old,
                new,
                is_element: true,
            });
        }
        Some(found)
    }
}

/// True if the types are equal, or if an integer became a number, which is reported as a type that widened.
fn is_of_type(new: &EffectiveSchema, old: &EffectiveSchema) -> bool {
    let (new, old) = (new.kind(), old.kind());
    let is = |kind: &ValueKind, name: &str| *kind == ValueKind::Scalar(name.to_owned());
    new == old || is(&new, "number") && is(&old, "integer")
}

/// Returns the one of several scalars that accepts the text of another one and limits it least.
fn accepting(
    old: &Rc<EffectiveSchema>,
    scalars: &[Rc<EffectiveSchema>],
) -> Option<Rc<EffectiveSchema>> {
    let accepting = scalars
        .iter()
        .filter(|new| parameter_text::accepts(&new.members, &old.members));
    let loosest = accepting
        .min_by_key(|new| parameter_text::without_fitting_limits(&new.members, &old.members).len());
    loosest.cloned()
}

/// Returns the variant itself; for a list its elements, a single one of which is written like the element alone.
fn collect_single_values(
    effective: &EffectiveSchemas<'_>,
    variant: &Rc<EffectiveSchema>,
    depth: usize,
    found: &mut Vec<Rc<EffectiveSchema>>,
) {
    match (variant.kind(), variant.members.get("items")) {
        (ValueKind::Scalar(_), _) => found.push(Rc::clone(variant)),
        (ValueKind::Array, Some(items)) if depth > 0 && !needs_several(variant) => {
            for variant in effective.variants(&effective.of(items)) {
                collect_single_values(effective, &variant, depth - 1, found);
            }
        }
        _ => {}
    }
}

fn needs_several(list: &EffectiveSchema) -> bool {
    let least = list.members.get("minItems").and_then(Value::as_u64);
    least.is_some_and(|least| least > 1)
}
