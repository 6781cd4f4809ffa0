//! Values of parameters, which are text: a type that gives a value the same text is no other one to a sender.

use std::rc::Rc;

use serde_json::Value;

use super::change::Finding;
use super::comparison::Comparison;
use super::kind::{Direction, Kind};
use super::meaning::{self, Meaning};
use super::meanings::Meanings;
use super::{limits, schemas};
use crate::parameter_text::{self, text_of};

/// Levels of lists that are opened for the schema of a single value.
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
        comparison.old_meanings.of(old),
        comparison.new_meanings.of(new),
    );
    let (was, is) = (schemas::name(&old.kind()), schemas::name(&new.kind()));
    let finding = Finding::new(at, Kind::TextAccepted).between(was, is);
    comparison.note(Direction::Request, finding);
    if old.default.as_ref().map(text_of) != new.default.as_ref().map(text_of) {
        let (was, is) = (old.default.as_ref(), new.default.as_ref());
        limits::compare_defaults(comparison, at, Direction::Request, was, is);
    }
    for (old, new) in accepted {
        let remaining = parameter_text::without_fitting_limits(&new.members, &old.members);
        let old = &old.members;
        limits::compare(comparison, at, Direction::Request, old, &remaining);
    }
}

/// Each form of a parameter with a form of the new one that accepts its text. `None` if there is none for some of them, or if
/// all of them have one of their own type, which are compared as in any other place.
fn accepted_as_text(
    comparison: &Comparison<'_>,
    old: &Value,
    new: &Value,
) -> Option<Vec<(Rc<Meaning>, Rc<Meaning>)>> {
    let (old_meanings, new_meanings) = (&comparison.old_meanings, &comparison.new_meanings);
    let old_forms = old_meanings.forms(&old_meanings.of(old));
    let new_forms = new_meanings.forms(&new_meanings.of(new));
    let is_scalar = |form: &Rc<Meaning>| matches!(form.kind(), meaning::Kind::Scalar(_));
    let has_own_type = |old: &Rc<Meaning>| new_forms.iter().any(|new| is_of_type(new, old));
    if !old_forms.iter().all(is_scalar) || old_forms.iter().all(has_own_type) {
        return None;
    }
    let mut single_values = Vec::new();
    for form in &new_forms {
        collect_single_values(new_meanings, form, DEEPEST, &mut single_values);
    }
    let accepting = |old: &Rc<Meaning>| {
        let accepting = single_values
            .iter()
            .filter(|new| parameter_text::accepts(&new.members, &old.members));
        // The one that limits the text least.
        accepting.min_by_key(|new| {
            parameter_text::without_fitting_limits(&new.members, &old.members).len()
        })
    };
    let pairs = old_forms
        .iter()
        .map(|old| Some((Rc::clone(old), Rc::clone(accepting(old)?))));
    pairs.collect()
}

/// An integer is a number too, which is told of as a type that widened.
fn is_of_type(new: &Meaning, old: &Meaning) -> bool {
    let (new, old) = (new.kind(), old.kind());
    let is = |kind: &meaning::Kind, name: &str| *kind == meaning::Kind::Scalar(name.to_owned());
    new == old || is(&new, "number") && is(&old, "integer")
}

/// A form itself; of a list its elements, one of which is written as itself.
fn collect_single_values(
    meanings: &Meanings<'_>,
    form: &Rc<Meaning>,
    depth: usize,
    found: &mut Vec<Rc<Meaning>>,
) {
    match (form.kind(), form.members.get("items")) {
        (meaning::Kind::Scalar(_), _) => found.push(Rc::clone(form)),
        (meaning::Kind::Array, Some(items)) if depth > 0 && !needs_several(form) => {
            for form in meanings.forms(&meanings.of(items)) {
                collect_single_values(meanings, &form, depth - 1, found);
            }
        }
        _ => {}
    }
}

fn needs_several(list: &Meaning) -> bool {
    let least = list.members.get("minItems").and_then(Value::as_u64);
    least.is_some_and(|least| least > 1)
}
