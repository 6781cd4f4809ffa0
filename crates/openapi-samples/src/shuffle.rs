//! Another order of the members of objects.

use serde_json::Value;

use crate::chance::Chance;
use openapi_canonical::json;
use openapi_canonical::keywords::{Holds, holds};

/// Gives every object its members in another order, but not the objects in data.
pub fn shuffle(value: &mut Value, chance: &mut Chance) {
    match value {
        Value::Object(members) => {
            reorder(members, chance);
            for (key, member) in members {
                shuffle_member(key, member, chance);
            }
        }
        Value::Array(elements) => elements
            .iter_mut()
            .for_each(|element| shuffle(element, chance)),
        _ => {}
    }
}

fn shuffle_member(keyword: &str, member: &mut Value, chance: &mut Chance) {
    match (holds(keyword), member) {
        (Holds::Data, _) => {}
        (Holds::Names, Value::Object(named)) => {
            reorder(named, chance);
            named
                .values_mut()
                .for_each(|member| shuffle(member, chance));
        }
        (_, member) => shuffle(member, chance),
    }
}

fn reorder(members: &mut json::Object, chance: &mut Chance) {
    let mut reordered: Vec<(String, Value)> = std::mem::take(members).into_iter().collect();
    chance.shuffle(&mut reordered);
    members.extend(reordered);
}
