//! Smallest part of a document for which a claim still fails.

use serde_json::Value;

use crate::documents::pointers;

/// Most parts that are tried.
const TRIALS: usize = 3000;

/// Removes every part without which the document still fails, large parts first.
pub fn part(document: &Value, fails: impl Fn(&Value) -> bool) -> Value {
    let mut smallest = document.clone();
    let mut trials = 0;
    let mut depth = 1;
    while trials < TRIALS {
        let candidates: Vec<String> = pointers(&smallest)
            .into_iter()
            .filter(|pointer| pointer.matches('/').count() == depth)
            .collect();
        if candidates.is_empty() {
            break;
        }
        // From the end, so that the places of elements that are still to come stay what they are.
        for pointer in candidates.iter().rev() {
            let without = without(&smallest, pointer);
            trials += 1;
            if fails(&without) {
                smallest = without;
            }
        }
        depth += 1;
    }
    smallest
}

fn without(document: &Value, pointer: &str) -> Value {
    let mut document = document.clone();
    let (parent, key) = pointer.rsplit_once('/').unwrap_or_default();
    match document.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.shift_remove(&openapi_canonical::json::unescape(key));
        }
        Some(Value::Array(elements)) => {
            let _taken_out = key.parse().map(|index: usize| elements.remove(index));
        }
        _ => {}
    }
    document
}
