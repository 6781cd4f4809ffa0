//! What the members of an OpenAPI document hold, so that data is never read as a document and names never as keywords.

/// What is in the value of a keyword.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Holds {
    /// Something whose keys mean nothing to OpenAPI.
    Data,
    /// An object whose keys are names that the document gives, such as properties; its values are of OpenAPI again. The
    /// same keyword may hold a list elsewhere.
    Names,
    /// Anything else that OpenAPI knows, or nothing but a scalar.
    Keywords,
}

const DATA: [&str; 6] = ["const", "default", "enum", "example", "examples", "mapping"];

const NAMES: [&str; 18] = [
    "$defs",
    "callbacks",
    "content",
    "definitions",
    "dependentSchemas",
    "encoding",
    "headers",
    "links",
    "parameters",
    "pathItems",
    "paths",
    "patternProperties",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "securitySchemes",
    "webhooks",
];

/// What a keyword holds.
pub(crate) fn holds(keyword: &str) -> Holds {
    if keyword.starts_with("x-") || DATA.contains(&keyword) {
        return Holds::Data;
    }
    if NAMES.contains(&keyword) {
        Holds::Names
    } else {
        Holds::Keywords
    }
}
