//! Which lines a change touches, and which change a failure of the compiler is put to.

use std::fs;

use serde_json::{Value, json};

use super::{Compilation, Failure, Vocabulary, blame, entries};
use crate::report::{Entry, Verification};
use openapi_canonical::schema;

fn document(limit_is_required: bool, fields: &Value) -> Value {
    json!({
        "openapi": "3.0.3",
        "paths": {"/loaves/{id}": {"get": {
            "operationId": "loaves_get",
            "parameters": [{"name": "limit", "in": "query", "required": limit_is_required, "schema": {"type": "integer"}}],
            "responses": {"200": {"description": "It.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Loaf"}}}}}}}},
        "components": {"schemas": {"Loaf": {"type": "object", "properties": fields}}}})
}

fn old() -> Value {
    document(
        false,
        &json!({"bakedAt": {"type": "string"}, "id": {"type": "string"}}),
    )
}

fn new() -> Value {
    document(true, &json!({"id": {"type": "string"}}))
}

/// Returns the lines of `code` that are named if a limit becomes required and a field is removed.
fn touched(code: &str) -> Vec<Entry> {
    touched_between(&old(), &new(), code)
}

fn vocabulary(old: &Value, new: &Value) -> Vocabulary {
    Vocabulary::of(&[new], &[old, new])
}

fn touched_between(old: &Value, new: &Value, code: &str) -> Vec<Entry> {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("crates/opentrain/src/deep");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("loaves.rs"), code).unwrap();
    fs::write(folder.join("notes.txt"), "loaves_get limit Loaf baked_at").unwrap();
    entries(
        root.path(),
        &vocabulary(old, new),
        openapi_drift::changes(old, new),
    )
    .unwrap()
}

fn summary(entries: &[Entry]) -> Vec<String> {
    let one = |entry: &Entry| {
        let change = &entry.change;
        format!(
            "{:?}: {:?} {:?}",
            change.finding.kind, entry.touches, entry.failures
        )
    };
    entries.iter().map(one).collect()
}

#[test]
fn a_change_touches_the_lines_that_name_it_where_its_owner_is_named() {
    let found = touched("// limit\nraw.loaves_get(id, self.limit)\nloaf.baked_at\n");
    assert_eq!(
        summary(&found),
        [
            r#"ParameterRequired: ["crates/opentrain/src/deep/loaves.rs:2"] []"#,
            r#"FieldRemoved: ["crates/opentrain/src/deep/loaves.rs:3"] []"#
        ]
    );
    let elsewhere = touched("other.limit\nother.baked_at\n");
    assert!(elsewhere.iter().all(|entry| entry.touches.is_empty()));
}

/// Puts failures to the changes of between two documents; what was put to each, and the rest.
fn blamed(old: &Value, new: &Value, sentences: &[&str]) -> (Vec<String>, Vec<String>) {
    let mut found = touched_between(old, new, "");
    let failures = sentences.iter().map(|sentence| Failure::of(sentence));
    let compilation = Compilation::Failed(failures.collect());
    let verification = blame(&mut found, &vocabulary(old, new), compilation);
    let Verification::Failed(unexplained) = verification else {
        unreachable!("it failed");
    };
    (summary(&found), unexplained)
}

#[test]
fn a_failure_belongs_to_the_change_that_it_names() {
    let (found, unexplained) = blamed(
        &old(),
        &new(),
        &[
            "a.rs:1: no field `baked_at` on type `Loaf`",
            "a.rs:2: `Oven` is not there",
        ],
    );
    assert_eq!(
        found,
        [
            "ParameterRequired: [] []",
            r#"FieldRemoved: [] ["a.rs:1: no field `baked_at` on type `Loaf`"]"#
        ]
    );
    assert_eq!(unexplained, ["a.rs:2: `Oven` is not there"]);
}

#[test]
fn a_failure_that_names_an_operation_belongs_to_its_change() {
    for method in ["loaves_get", "loaves_get_request"] {
        let sentence = format!("a.rs:1: `raw.{method}(id)` takes one argument more");
        let (found, unexplained) = blamed(&old(), &new(), &[&sentence]);
        assert!(found[0].contains("a.rs:1"), "{found:?}");
        assert!(unexplained.is_empty());
    }
}

#[test]
fn a_failure_that_names_an_operation_belongs_to_no_component_of_it_if_the_operation_changed() {
    let (old, new) = (old(), new());
    let sentence = "a.rs:1: `raw.loaves_get(id)` takes one argument more";
    let (found, _) = blamed(&old, &new, &[sentence]);
    let explained = |kind: &str| {
        let mut of_kind = found.iter().filter(|entry| entry.starts_with(kind));
        of_kind.any(|entry| entry.contains("a.rs:1"))
    };
    assert!(explained("ParameterRequired"), "{found:?}");
    assert!(!explained("FieldRemoved"), "{found:?}");
    let same_limit = document(false, &json!({"id": {"type": "string"}}));
    let (found, unexplained) = blamed(&old, &same_limit, &[sentence]);
    assert!(found[0].starts_with("FieldRemoved"), "{found:?}");
    assert!(found[0].contains("a.rs:1") && unexplained.is_empty());
}

#[test]
fn a_failure_in_a_body_belongs_to_no_component_beside_it_if_the_operation_changed() {
    let with = |crumbs: &Value, code: &str| {
        let mut document = document(false, &json!({"crust": schema::reference_to("Crust")}));
        document["components"]["schemas"]["Crust"] = json!({"type": "object", "properties": {}});
        document["components"]["schemas"]["Failure"] =
            json!({"type": "object", "properties": {"code": {"type": code}}});
        let content = |schema: Value| json!({"description": "It.", "content": {"application/json": {"schema": schema}}});
        let responses = &mut document["paths"]["/loaves/{id}"]["get"]["responses"];
        responses["400"] = content(schema::reference_to("Failure"));
        responses["200"] = content(
            json!({"type": "object", "properties": {"loaf": schema::reference_to("Loaf"), "crumbs": crumbs}}),
        );
        document
    };
    let (many, one) = (
        json!({"type": "array", "items": {}}),
        json!({"type": "object"}),
    );
    let sentence = "a.rs:1: no field `shape` on type `Crust`";
    let (found, _) = blamed(&with(&many, "string"), &with(&one, "integer"), &[sentence]);
    let explained: Vec<&String> = found
        .iter()
        .filter(|entry| entry.contains("a.rs:1"))
        .collect();
    assert!(found.len() > explained.len(), "{found:#?}");
    // Where only the component changed, it is the only explanation.
    let (found, unexplained) = blamed(&with(&one, "string"), &with(&one, "integer"), &[sentence]);
    assert!(
        found[0].contains("a.rs:1") && unexplained.is_empty(),
        "{found:#?}"
    );
}

#[test]
fn a_failure_in_the_type_of_several_statuses_belongs_to_the_new_status() {
    let of = |outcome: &str, statuses: &[&str]| {
        let mut document = document(false, &json!({}));
        let responses = statuses
            .iter()
            .map(|status| ((*status).to_owned(), json!({"description": "It."})));
        document["paths"]["/loaves/{id}"]["get"]["responses"] = responses.collect();
        let content = json!({"application/json": {"schema": schema::reference_to(outcome)}});
        document["paths"]["/loaves/{id}"]["get"]["responses"][statuses[0]]["content"] = content;
        document
    };
    let (old, new) = (of("Loaf", &["200"]), of("Loaf", &["200", "204"]));
    let mut client = of("LoavesGetOutcome", &["2XX"]);
    client["components"]["schemas"]["LoavesGetOutcome"] =
        json!({"x-opentrain-by-status": {"200": "Loaf", "204": "LoavesGetNoContent"}});
    let mut found = touched_between(&old, &new, "");
    let sentence = "a.rs:1: no field `crumb` on type `LoavesGetOutcome`";
    let vocabulary = Vocabulary::of(&[&old, &client], &[&old, &new]);
    let compilation = Compilation::Failed(vec![Failure::of(sentence)]);
    blame(&mut found, &vocabulary, compilation);
    assert!(summary(&found)[0].contains(sentence), "{found:#?}");
}

#[test]
fn a_failure_without_names_belongs_to_the_change_that_touches_its_line() {
    let code = "raw.loaves_get(id, self.limit)\nself.oven\n";
    let mut found = touched_between(&old(), &new(), code);
    let file = "crates/opentrain/src/deep/loaves.rs";
    let sentences = [1, 2].map(|line| format!("{file}:{line}: E0308: mismatched types"));
    let failures = sentences.iter().map(|sentence| Failure::of(sentence));
    let compilation = Compilation::Failed(failures.collect());
    let verification = blame(&mut found, &vocabulary(&old(), &new()), compilation);
    assert_eq!(found[0].failures, [sentences[0].as_str()]);
    let Verification::Failed(unexplained) = verification else {
        unreachable!("it failed");
    };
    assert_eq!(unexplained, [sentences[1].as_str()]);
}

#[test]
fn a_failure_without_names_belongs_to_the_change_that_its_context_names() {
    let failure = |sentence: &str, context: &str| Failure {
        context: Failure::of(context).words,
        ..Failure::of(sentence)
    };
    let mut found = touched_between(&old(), &new(), "");
    let failures = vec![
        failure("a.rs:1: mismatched types", "Loaf::new baked_at: String"),
        failure("a.rs:2: mismatched types", "Oven::new baked_at: String"),
    ];
    let compilation = Compilation::Failed(failures);
    let verification = blame(&mut found, &vocabulary(&old(), &new()), compilation);
    let explained: Vec<&String> = found.iter().flat_map(|entry| &entry.failures).collect();
    assert_eq!(explained, ["a.rs:1: mismatched types"], "{found:#?}");
    let Verification::Failed(unexplained) = verification else {
        unreachable!("it failed");
    };
    assert_eq!(unexplained, ["a.rs:2: mismatched types"]);
}

#[test]
fn a_failure_at_the_end_of_a_call_belongs_to_the_change_that_its_statement_names() {
    let file = "crates/opentrain/src/deep/loaves.rs";
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("crates/opentrain/src/deep")).unwrap();
    let code = "fn one() {\n    raw.loaves_get(id)\n        .send()\n        .map(|loaf| loaf.oven)\n}\nfn other() {\n    loaf.oven\n}\n";
    fs::write(root.path().join(file), code).unwrap();
    let failures = [4, 7].map(|line| {
        let mut failure = Failure::of(&format!("{file}:{line}: mismatched types"));
        failure.read_statement(root.path());
        failure
    });
    let mut found = touched_between(&old(), &new(), "");
    let compilation = Compilation::Failed(failures.into());
    let verification = blame(&mut found, &vocabulary(&old(), &new()), compilation);
    assert_eq!(found[0].failures, [format!("{file}:4: mismatched types")]);
    let Verification::Failed(unexplained) = verification else {
        unreachable!("it failed");
    };
    assert_eq!(unexplained, [format!("{file}:7: mismatched types")]);
}

#[test]
fn a_common_name_assigns_no_failure() {
    for sentence in [
        "a.rs:1: cannot find value `limit` in this scope",
        "a.rs:1: no field `baked_at` on type `Oven`",
    ] {
        let (found, unexplained) = blamed(&old(), &new(), &[sentence]);
        assert_eq!(unexplained, [sentence], "{found:?}");
    }
}

#[test]
fn keywords_of_rust_are_found_in_their_raw_form() {
    let old = document(false, &json!({"type": {"type": "string"}, "id": {}}));
    let new = document(false, &json!({"id": {}}));
    let code = "pub type Loaves = Loaf;\nloaf.type_\n";
    assert_eq!(
        summary(&touched_between(&old, &new, code)),
        [r#"FieldRemoved: ["crates/opentrain/src/deep/loaves.rs:2"] []"#]
    );
}

#[test]
fn an_inline_type_is_found_by_its_own_name() {
    let status = |values: Value| json!({"status": {"type": "string", "enum": values}});
    let old = document(false, &status(json!(["HOT", "COLD"])));
    let new = document(false, &status(json!(["HOT"])));
    let sentence = "a.rs:1: no variant named `Cold` found for enum `LoafStatus`";
    let (found, unexplained) = blamed(&old, &new, &[sentence]);
    assert!(found[0].contains("a.rs:1"), "{found:?}");
    assert!(unexplained.is_empty());
}

/// Returns the same document with another name for its component.
fn named(document: &Value) -> Value {
    let text = document.to_string();
    let text = text.replace("schemas/Loaf", "schemas/api.v1.Loaf");
    let text = text.replace(r#""Loaf":"#, r#""api.v1.Loaf":"#);
    serde_json::from_str(&text).unwrap()
}

#[test]
fn a_change_is_found_by_the_component_name_in_the_client() {
    let (old, served) = (named(&old()), named(&new()));
    let mut found = touched_between(&old, &served, "");
    let sentence = "a.rs:1: no field `baked_at` on type `Loaf`";
    let vocabulary = Vocabulary::of(&[&new()], &[&old, &served]);
    let compilation = Compilation::Failed(vec![Failure::of(sentence)]);
    blame(&mut found, &vocabulary, compilation);
    assert_eq!(found[1].change.finding.location, "api.v1.Loaf");
    assert_eq!(found[1].failures, [sentence]);
}

#[test]
fn a_removed_item_is_found_by_its_previous_name_in_the_client() {
    let mut client = document(false, &json!({"status": schema::reference_to("Heat")}));
    let inline = |kind: &str| document(false, &json!({"status": {"type": kind}}));
    let (old, new) = (inline("string"), inline("integer"));
    client["components"]["schemas"]["Heat"] = json!({"type": "string"});
    let mut gone = new.clone();
    gone["paths"] = json!({});
    for (now, sentence) in [
        (&new, "a.rs:1: cannot find type `Heat`"),
        (&gone, "a.rs:1: no method named `loaves_get`"),
    ] {
        let mut found = touched_between(&old, now, "");
        let compilation = Compilation::Failed(vec![Failure::of(sentence)]);
        let vocabulary = Vocabulary::of(&[now, &client], &[&old, now]);
        blame(&mut found, &vocabulary, compilation);
        assert_eq!(found[0].failures, [sentence], "{found:?}");
    }
}

#[test]
fn a_component_may_have_any_name() {
    let (old, new) = (named(&old()), named(&new()));
    let code = "loaf.baked_at\nApiV1Loaf\napi.v1\n";
    assert_eq!(
        summary(&touched_between(&old, &new, code))[1],
        r#"FieldRemoved: ["crates/opentrain/src/deep/loaves.rs:1"] []"#
    );
    let sentence = "a.rs:1: missing field in `ApiV1Loaf`";
    let (found, _) = blamed(&old, &new, &[sentence]);
    assert!(found[1].contains("a.rs:1"), "{found:?}");
}

#[test]
fn a_change_of_the_whole_service_touches_no_line() {
    let (mut old, mut new) = (old(), new());
    old["servers"] = json!([{"url": "https://bakery.example"}]);
    new["servers"] = json!([{"url": "https://bread.example"}]);
    let found = touched_between(&old, &new, "loaves_get(Servers, servers)\n");
    let moved = found
        .iter()
        .find(|entry| entry.change.finding.location == "servers");
    assert_eq!(moved.unwrap().touches, [""; 0]);
}

#[test]
fn an_unknown_result_is_no_failure() {
    let compilation = Compilation::Unknown("no network".to_owned());
    let vocabulary = vocabulary(&old(), &new());
    let verification = blame(&mut touched(""), &vocabulary, compilation);
    let Verification::Unknown(why) = verification else {
        unreachable!("{verification:?}");
    };
    assert_eq!(why, "no network");
}

#[test]
fn a_workspace_without_the_crate_is_not_verified() {
    let root = tempfile::tempdir().unwrap();
    let compilation = super::compile(root.path(), true);
    assert!(
        matches!(compilation, Compilation::Skipped(_)),
        "{compilation:?}"
    );
}

/// Returns a document whose two operations send a body of a media type, with components.
fn sent(media_type: &str, body: &Value, components: &Value) -> Value {
    let operation = |name: &str, schema: &Value| {
        json!({"post": {"operationId": name,
            "requestBody": {"content": {media_type: {"schema": schema}}},
            "responses": {"200": {"description": "It."}}}})
    };
    json!({
        "openapi": "3.0.3",
        "paths": {"/loaves": operation("loaves_create", body), "/crumbs": operation("crumbs_create", &json!({"type": "object"}))},
        "components": {"schemas": components}})
}

/// Returns the body with responses: with a schema around the schema of an response.
fn responses(around: &dyn Fn(&Value) -> Value, response: &Value) -> Value {
    json!({"type": "object", "properties": {"note": {"type": "string"}, "responses": around(response)}})
}

/// Puts a failure to the changes between two documents, for the client that the old one was generated into.
fn explained(old: &Value, new: &Value, client: &Value, sentence: &str) -> Vec<String> {
    let changes = openapi_drift::changes(old, new);
    let root = tempfile::tempdir().unwrap();
    let vocabulary = Vocabulary::of(&[client], &[old, new]);
    let mut found = entries(root.path(), &vocabulary, changes).unwrap();
    let compilation = Compilation::Failed(vec![Failure::of(sentence)]);
    blame(&mut found, &vocabulary, compilation);
    found.retain(|entry| !entry.failures.is_empty());
    let kinds = found.iter().map(|entry| entry.change.finding.kind);
    kinds.map(|kind| format!("{kind:?}")).collect()
}

/// Schemas around the schema of an response.
const AROUND: [fn(&Value) -> Value; 5] = [
    |of| json!({"type": "array", "items": of}),
    |of| json!({"type": "object", "additionalProperties": of}),
    |of| json!({"oneOf": [{"type": "object", "properties": {"crust": {"type": "string"}}}, of]}),
    |of| json!({"type": "array", "items": {"anyOf": [{"type": "string"}, of]}}),
    |of| {
        let inner =
            json!({"type": "array", "items": {"type": "object", "properties": {"inner": of}}});
        json!({"type": "object", "additionalProperties": inner})
    },
];

/// Each edit of an response, with the kind of its change and the failures that it causes.
const EDITS: [(&str, &str, &[&str]); 3] = [
    (
        r#"{"type": "object", "required": ["value"], "properties": {"value": {"type": "string"}, "at": {"type": "string"}}}"#,
        "FieldRequired",
        &[
            "a.rs:1: missing field `value` in initializer of `Reply`",
            "a.rs:1: `Reply::new` takes 1 argument",
            "a.rs:1: the trait bound `LoafRequest: Default` is not satisfied",
        ],
    ),
    (
        r#"{"type": "object", "properties": {"value": {"type": "integer"}, "at": {"type": "string"}}}"#,
        "TypeChanged",
        &["a.rs:1: expected `i64` for `Reply::value`"],
    ),
    (
        r#"{"type": "object", "properties": {"at": {"type": "string"}}}"#,
        "FieldRemoved",
        &["a.rs:1: no field `value` on type `Reply`"],
    ),
];

#[test]
fn fields_at_any_depth_explain_the_failures_of_the_types_around_them_and_in_them() {
    let before = json!({"type": "object", "properties": {"value": {"type": "string"}, "at": {"type": "string"}}});
    for (index, around) in AROUND.into_iter().enumerate() {
        for media_type in ["application/json", "multipart/form-data"] {
            let inline =
                |response: &Value| sent(media_type, &responses(&around, response), &json!({}));
            let named = |name: &str, response: &Value| {
                let body = responses(&around, &schema::reference_to(name));
                let bodies = schema::reference_to("LoafRequest");
                sent(
                    media_type,
                    &bodies,
                    &json!({"LoafRequest": body, name: response}),
                )
            };
            let client = named("Reply", &before);
            for (new, kind, sentences) in EDITS {
                let new: Value = serde_json::from_str(new).unwrap();
                for (old, new) in [
                    (inline(&before), inline(&new)),
                    (named("Reply", &before), named("Reply", &new)),
                    (named("v1.Reply", &before), named("v1.Reply", &new)),
                ] {
                    for sentence in sentences {
                        let found = explained(&old, &new, &client, sentence);
                        assert_eq!(found, [kind], "{index} of {media_type}: {sentence}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_field_that_is_gone_explains_the_failures_of_the_types_that_went_with_it() {
    let list = |of: &Value| json!({"type": "array", "items": of});
    let response = json!({"type": "object", "properties": {"value": {"type": "string"}}});
    let body = |schema: &Value| sent("application/json", schema, &json!({}));
    let client = sent(
        "application/json",
        &responses(&list, &schema::reference_to("Reply")),
        &json!({"Reply": response}),
    );
    let without = json!({"type": "object", "properties": {"note": {"type": "string"}}});
    let as_text = json!({"type": "object", "properties": {"note": {"type": "string"}, "responses": {"type": "string"}}});
    let sentence = "a.rs:1: cannot find type `Reply` in this scope";
    for (new, kind) in [(without, "FieldRemoved"), (as_text, "TypeChanged")] {
        let (old, new) = (body(&responses(&list, &response)), body(&new));
        assert_eq!(explained(&old, &new, &client, sentence), [kind]);
    }
}

#[test]
fn a_component_of_several_operations_explains_the_failures_of_each_and_of_no_other() {
    let document = |required: &[&str]| {
        let response = json!({"type": "object", "required": required, "properties": {"value": {"type": "string"}}});
        let body =
            json!({"type": "object", "properties": {"response": schema::reference_to("Reply")}});
        let mut document = sent(
            "application/json",
            &schema::reference_to("LoafRequest"),
            &json!({"LoafRequest": body, "CrumbRequest": body, "Reply": response, "Oven": {"type": "object"}}),
        );
        document["paths"]["/crumbs"]["post"]["requestBody"]["content"]["application/json"]["schema"] =
            schema::reference_to("CrumbRequest");
        document
    };
    let (old, new) = (document(&[]), document(&["value"]));
    for (sentence, expected) in [
        (
            "a.rs:1: `LoafRequest::new` takes 1 argument",
            vec!["FieldRequired"],
        ),
        (
            "a.rs:1: `CrumbRequest::new` takes 1 argument",
            vec!["FieldRequired"],
        ),
        ("a.rs:1: `Oven::new` takes 1 argument", vec![]),
    ] {
        assert_eq!(
            explained(&old, &new, &old, sentence),
            expected,
            "{sentence}"
        );
    }
}
