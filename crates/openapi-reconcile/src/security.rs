//! Joins the security of operations: whether they need a token. Names of schemes are not compared.

use serde_json::{Value, json};

use super::divergence::Resolution;
use super::merger::Merger;
use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::json::Object;

/// Makes the joined operation need a token exactly if it is served so.
pub(super) fn merge(merger: &mut Merger<'_>, pointer: &str, merged: &mut Object, served: &Object) {
    let was = is_tokenless(merger.sides.documented, merged).unwrap_or(false);
    let Some(is) = is_tokenless(merger.sides.served, served) else {
        if was {
            merger
                .notes
                .add(Resolution::Filled, pointer, "that it needs no token");
        }
        return;
    };
    if is == was {
        return;
    }
    let what = if is {
        "documented with a token, served without one"
    } else {
        "documented without a token, served with one"
    };
    merger.notes.add(Resolution::Overruled, pointer, what);
    state(merged, is);
}

/// Imports the security of a new operation. Unless the operation needs no token, the client sends one.
pub(super) fn import(merger: &mut Merger<'_>, imported: &mut Object, served: &Object) {
    state(
        imported,
        is_tokenless(merger.sides.served, served).unwrap_or(false),
    );
}

fn state(operation: &mut Object, is_tokenless: bool) {
    operation.remove("security");
    if is_tokenless {
        operation.insert("security".to_owned(), json!([]));
    }
    operation.insert(keys::TOKENLESS.to_owned(), json!(is_tokenless));
}

/// True if an operation can be called without a token; `None` if its document does not describe security.
fn is_tokenless(document: &Value, operation: &Object) -> Option<bool> {
    let own = operation
        .get("security")
        .or_else(|| document.get("security"))?;
    let alternatives = own.as_array()?;
    Some(
        alternatives.is_empty()
            || alternatives
                .iter()
                .any(|one| one.as_object().is_some_and(Object::is_empty)),
    )
}
