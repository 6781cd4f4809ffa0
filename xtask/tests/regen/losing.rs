//! A fault in the served document costs the part that has it, and is reported.

use serde_json::{Value, json};

use crate::documents;
use crate::workspace::{Run, Workspace};

/// Runs `regen` on a served job with another property.
fn regen_with(odd: &Value) -> (Workspace, Run) {
    let mut document = documents::plain(&documents::documented());
    document["components"]["schemas"]["Job"]["properties"]["odd"] = odd.clone();
    let workspace = Workspace::new();
    let file = workspace.path("served.json");
    std::fs::write(&file, document.to_string()).unwrap();
    let run = workspace.regen(&["--from", file.to_str().unwrap(), "--verbose"]);
    (workspace, run)
}

#[test]
fn a_malformed_schema_or_dangling_reference_is_any_value() {
    for (odd, message) in [
        (
            json!({"$ref": "#/components/schemas/Job/required"}),
            "since `#/components/schemas/Job/required` is no schema",
        ),
        (
            json!({"$ref": "#/components/schemas/Gone"}),
            "since `#/components/schemas/Gone` is not in the document",
        ),
        (
            json!({"$ref": "./other.yaml#/Job"}),
            "since `./other.yaml#/Job` is not in the document",
        ),
        (
            json!({"items": "x"}),
            "`items`, whose value has not the form that it must have",
        ),
        (
            json!({"type": "file"}),
            "a type that OpenAPI does not define",
        ),
        (
            Value::Null,
            "the type of the property `odd`, which is no schema",
        ),
    ] {
        let (workspace, run) = regen_with(&odd);
        run.expect_code(0);
        assert!(run.output.contains(message), "{odd}: {run:#?}");
        let public = workspace.public();
        let property = &public["components"]["schemas"]["Job"]["properties"]["odd"];
        assert!(
            property.is_object() && property.get("type").is_none(),
            "{odd}: {property}"
        );
        workspace.regen(&["--offline", "--check"]).expect_code(0);
    }
}
