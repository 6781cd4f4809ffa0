//! Example data stays as it is: in the document as served to the letter, and no part of it is read as a schema.

use serde_json::{Value, json};

use crate::documents;
use crate::workspace::{Workspace, run};

/// Values whose spelling a parser would change, with keys out of order, and words that are keywords elsewhere.
const DATA: &str = r##"{"z": 9007199254740993, "a": 123456789012345678901234567890, "huge": 1e400, "one": 1.0, "zero": -0, "tiny": 0.10,
 "const": 1, "type": ["string", "null"], "examples": [1], "$ref": "#/nowhere", "nullable": "yes", "oneOf": [{"const": null}],
 "exclusiveMinimum": 3, "text": "\u00e9\/\r"}"##;

/// Returns the keywords whose values are data, on a property of a documented component.
fn document(version: &str) -> String {
    let mut document = documents::plain(&documents::documented());
    document["openapi"] = json!(version);
    let odd = json!({"type": "string", "example": "DATA", "default": "DATA", "x-mark": "DATA", "enum": ["a", "b"]});
    document["components"]["schemas"]["Job"]["properties"]["odd"] = odd;
    document.to_string().replace("\"DATA\"", DATA)
}

#[test]
fn the_served_document_changes_in_white_space_only() {
    for version in ["3.0.3", "3.1.0"] {
        let workspace = Workspace::new();
        let file = workspace.path("served.json");
        std::fs::write(&file, document(version)).unwrap();
        workspace
            .regen(&["--from", file.to_str().unwrap()])
            .expect_code(0);
        let kept = workspace.read("spec/openapi.json");
        let plain = |text: &str| text.replace([' ', '\n'], "");
        assert_eq!(plain(&kept), plain(&document(version)));
        workspace.regen(&["--offline", "--check"]).expect_code(0);
    }
}

#[test]
fn data_is_not_read_as_a_schema_or_a_reference() {
    for version in ["3.0.3", "3.1.0"] {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), document(version)).unwrap();
        let run = run(&["normalise", file.path().to_str().unwrap()]);
        run.expect_code(0);
        assert!(run.error.ends_with("dropped: 0\n"), "{run:#?}");
        let shown: Value = serde_json::from_str(&run.output).unwrap();
        let odd = &shown["components"]["schemas"]["JobOdd"];
        assert_eq!(*odd, json!({"type": "string", "enum": ["a", "b"]}));
    }
}

#[test]
fn properties_named_like_keywords_are_properties() {
    let names = [
        "$ref",
        "additionalProperties",
        "allOf",
        "const",
        "default",
        "deprecated",
        "description",
        "enum",
        "example",
        "examples",
        "format",
        "if",
        "items",
        "not",
        "nullable",
        "oneOf",
        "properties",
        "required",
        "type",
        "x-mark",
    ];
    let properties: Value = names
        .iter()
        .map(|name| ((*name).to_owned(), json!({"type": "integer"})))
        .collect::<serde_json::Map<String, Value>>()
        .into();
    let schema = json!({"type": "object", "required": names, "properties": properties});
    for version in ["3.0.3", "3.1.0"] {
        let document = json!({"openapi": version, "info": {"title": "It", "version": "1"}, "paths": {}, "components": {"schemas": {"It": schema}}});
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), document.to_string()).unwrap();
        let run = run(&["normalise", file.path().to_str().unwrap()]);
        run.expect_code(0);
        assert!(run.error.ends_with("dropped: 0\n"), "{run:#?}");
        let shown: Value = serde_json::from_str(&run.output).unwrap();
        assert_eq!(shown["components"]["schemas"]["It"], schema);
    }
}
