//! Two OpenAPI documents, separated by a NUL byte: compared, and joined as the served and the documented one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use openapi_canonical::read;

fuzz_target!(|input: &[u8]| {
    let middle = input.iter().position(|byte| *byte == 0);
    let (old, new) = input.split_at(middle.unwrap_or(input.len()));
    let new = new.get(1..).unwrap_or(old);
    let is_same = old == new;
    let (Ok(old), Ok(new)) = (read(old, "Old"), read(new, "New")) else {
        return;
    };
    if let Ok(drift) = openapi_drift::compare(&old, &new) {
        assert!(!is_same || drift.changes.is_empty(), "{drift:?}");
    }
    let _reconciled = openapi_reconcile::reconcile(&old, new.as_value());
});
