//! Reasons of the error responses, collected at the operation.

use std::collections::BTreeSet;

use serde_json::Value;

use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::json;
use openapi_canonical::schema;

const COLLECTED: [&str; 2] = [keys::REASONS, keys::ERRORS];

/// Moves the lists of reasons from the responses, which a later step joins, to their operation.
pub(super) fn collect(document: &mut Value) -> usize {
    let mut count = 0;
    schema::for_each_operation(document, |_, _, operation| {
        for key in COLLECTED {
            let responses = json::entries(operation, "responses")
                .filter_map(|(_, response)| response.as_object());
            let reasons: BTreeSet<String> = responses
                .flat_map(|response| json::strings(response, key))
                .map(str::to_owned)
                .collect();
            if !reasons.is_empty() {
                operation.insert(
                    key.to_owned(),
                    reasons.into_iter().map(Value::String).collect(),
                );
                count += 1;
            }
        }
    });
    count
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reasons_are_a_sorted_union() {
        let mut document = json!({"paths": {"/a": {"get": {"responses": {
            "403": {"x-opentrain-reasons": ["b", "a"]}, "409": {"x-opentrain-reasons": ["c", "a"]}, "500": {}}}}}});
        assert_eq!(collect(&mut document), 1);
        assert_eq!(
            document["paths"]["/a"]["get"]["x-opentrain-reasons"],
            json!(["a", "b", "c"])
        );
    }
}
