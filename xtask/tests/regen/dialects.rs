//! The same service described in other words gives the same client.

use serde_json::{Value, json};

use crate::differences::unified;
use crate::documents;
use crate::forms;
use crate::newer;
use crate::workspace::{DOCUMENT, SURFACE, Workspace};

/// Returns the documents that the generated client is made from, for one served document.
fn derived(hand_written: &(Value, Value), served: &Value) -> (String, String, Workspace) {
    let workspace = Workspace::on(&hand_written.0, &hand_written.1);
    workspace.take(served).expect_code(0);
    (
        workspace.public_without_origin(),
        workspace.read(SURFACE),
        workspace,
    )
}

#[track_caller]
fn check_with(hand_written: &(Value, Value), dialect: impl Fn(&Value) -> Value) {
    let served = documents::plain(&hand_written.0);
    let (public, surface, _) = derived(hand_written, &served);
    let (other_public, other_surface, workspace) = derived(hand_written, &dialect(&served));
    assert_same_lines(&public, &other_public);
    assert_same_lines(&surface, &other_surface);
    let divergence = workspace.read("spec/divergence.txt");
    assert!(
        divergence.lines().all(|line| !line.starts_with('/')),
        "{divergence}"
    );
}

/// Compares line by line, so that a failure shows one line of ten thousand.
#[track_caller]
fn assert_same_lines(one: &str, other: &str) {
    for (one, other) in one.lines().zip(other.lines()) {
        assert_eq!(one, other);
    }
    assert_eq!(one.lines().count(), other.lines().count());
}

#[track_caller]
fn check(dialect: impl Fn(&Value) -> Value) {
    check_with(&(documents::documented(), documents::agent()), &dialect);
    check_with(&documents::real(), &dialect);
}

#[test]
fn the_order_of_keys_changes_no_derived_file() {
    check(documents::shuffled);
}

#[test]
fn names_of_components_operations_and_path_parameters_change_no_derived_file() {
    check(documents::renamed);
}

#[test]
fn inline_schemas_change_no_derived_file() {
    check(documents::inlined);
}

#[test]
fn the_location_of_the_path_prefix_changes_no_derived_file() {
    check(documents::split_otherwise);
}

#[test]
fn each_name_alone_changes_no_derived_file() {
    check(forms::without_operation_ids);
    check(forms::with_one_operation_id);
    check(forms::with_other_operation_ids);
    check(forms::with_other_path_parameters);
}

#[test]
fn components_for_every_schema_change_no_derived_file() {
    check(forms::in_components);
    check(|served| newer::newer(&forms::in_components(served)));
}

// A served document that describes less, or the same in other terms, changes as little as the documented one.
#[test]
fn each_change_of_notation_changes_few_lines() {
    type Form = fn(&Value) -> String;
    let forms: [(&str, Form); 16] = [
        ("the same", Value::to_string),
        ("YAML", |served| crate::serving::yaml(served, 0)),
        ("keys shuffled", |served| {
            documents::shuffled(served).to_string()
        }),
        ("all inline", |served| {
            documents::inlined(served).to_string()
        }),
        ("all in components", |served| {
            forms::in_components(served).to_string()
        }),
        ("other names", |served| {
            documents::renamed(served).to_string()
        }),
        ("no operation ids", |served| {
            forms::without_operation_ids(served).to_string()
        }),
        ("one operation id", |served| {
            forms::with_one_operation_id(served).to_string()
        }),
        ("other operation ids", |served| {
            forms::with_other_operation_ids(served).to_string()
        }),
        ("other path parameters", |served| {
            forms::with_other_path_parameters(served).to_string()
        }),
        ("the prefix in the paths", |served| {
            documents::split_otherwise(served).to_string()
        }),
        ("3.1", |served| newer::newer(served).to_string()),
        ("3.1 with choices", |served| {
            newer::newer_with_choices(served).to_string()
        }),
        ("3.1 in YAML", |served| {
            crate::serving::yaml(&newer::newer(served), 0)
        }),
        ("responses without content", |served| {
            forms::without_schemas(served).to_string()
        }),
        ("responses of any kind", |served| {
            forms::with_any_responses(served).to_string()
        }),
    ];
    let served = documents::plain(&documents::documented());
    let base = Workspace::served(&served);
    let before = base.everything();
    let difference = |(name, form): (&str, Form)| {
        let workspace = base.copy();
        workspace.take_text(&form(&served)).expect_code(0);
        workspace.regen(&["--offline", "--check"]).expect_code(0);
        let mut after = workspace.everything();
        // That is what was served; all the rest is what is made of it.
        after.insert(DOCUMENT.to_owned(), before[DOCUMENT].clone());
        format!("== {name}\n{}", unified(&before, &after))
    };
    insta::assert_snapshot!(forms.map(difference).concat());
}

/// Checks the real documents.
#[test]
fn unspecified_responses_are_filled() {
    for hand_written in [
        (documents::documented(), documents::agent()),
        documents::real(),
    ] {
        let served = documents::plain(&hand_written.0);
        let (public, surface, _) = derived(&hand_written, &served);
        for unspecified in [
            forms::without_schemas(&served),
            forms::with_any_responses(&served),
        ] {
            let (other_public, other_surface, workspace) = derived(&hand_written, &unspecified);
            assert_same_lines(&public, &other_public);
            assert_same_lines(&surface, &other_surface);
            assert!(workspace.read("spec/divergence.txt").contains("filled"));
        }
    }
}

#[test]
fn all_changes_of_notation_together_change_no_derived_file() {
    check(|served| {
        documents::shuffled(&documents::split_otherwise(&documents::inlined(
            &documents::renamed(served),
        )))
    });
}

#[test]
fn the_openapi_version_changes_no_derived_file() {
    check(newer::newer);
    check(newer::newer_with_choices);
}

#[test]
fn the_openapi_version_and_all_changes_of_notation_change_no_derived_file() {
    check(|served| {
        newer::newer(&documents::shuffled(&documents::split_otherwise(
            &documents::renamed(served),
        )))
    });
    check(|served| newer::newer_with_choices(&documents::inlined(served)));
    check(|served| newer::newer(&documents::inlined(&documents::renamed(served))));
}

#[test]
fn the_location_of_definitions_changes_no_derived_file() {
    check(|served| newer::with_definitions(&newer::newer(served)));
    check(|served| newer::with_definitions(&newer::newer_with_choices(served)));
    // The real document would be too large a file in this form.
    check_with(&(documents::documented(), documents::agent()), |served| {
        newer::with_definitions_everywhere(&newer::newer(served))
    });
    check(|served| newer::with_path_items(&newer::newer(served)));
}

// The documentation is in 3.1, the documents of these tests are in 3.0.
#[test]
fn the_openapi_version_of_the_documentation_changes_no_derived_file() {
    let (older, agent) = documents::real();
    let (documented, agent_as_written) = documents::as_written();
    assert_eq!(documented["openapi"], "3.1.0");
    let older = Workspace::on(&older, &agent);
    let newer = Workspace::on(&documented, &agent_as_written);
    for workspace in [&older, &newer] {
        workspace
            .regen(&["--offline", "--no-verify"])
            .expect_code(0);
    }
    assert_same_lines(
        &older.public_without_origin(),
        &newer.public_without_origin(),
    );
    for file in [SURFACE, "spec/divergence.txt"] {
        assert_eq!(older.read(file), newer.read(file), "{file}");
    }
    let stand_in = newer.read(DOCUMENT);
    assert!(stand_in.contains("\"openapi\": \"3.1.0\""));
    newer.regen(&["--offline", "--check"]).expect_code(0);
}

#[test]
fn the_order_of_keys_in_the_documentation_changes_no_derived_file() {
    let (documented, agent) = (documents::documented(), documents::agent());
    let one = Workspace::on(&documented, &agent);
    let other = Workspace::on(
        &documents::shuffled(&documented),
        &documents::shuffled(&agent),
    );
    for workspace in [&one, &other] {
        workspace.regen(&["--offline"]).expect_code(0);
    }
    assert_eq!(one.public_without_origin(), other.public_without_origin());
    assert_eq!(one.read(SURFACE), other.read(SURFACE));
}

#[test]
fn a_new_field_and_a_new_operation_appear_and_nothing_else_changes() {
    let hand_written = (documents::documented(), documents::agent());
    let served = documents::plain(&hand_written.0);
    let mut grown = served.clone();
    grown["components"]["schemas"]["Job"]["properties"]["headline"] = json!({"type": "string"});
    grown["paths"]["/jobs/{id}/views"] = json!({"get": {
        "operationId": "getJobViews",
        "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
        "responses": {"200": {"description": "Views.", "content": {"application/json": {"schema": {"type": "object", "properties": {"views": {"type": "integer"}}}}}}}}});
    let (public, surface, _) = derived(&hand_written, &served);
    let (grown_public, grown_surface, workspace) = derived(&hand_written, &grown);
    let added =
        "GET /jobs/{id}/views  get_job_views(id: string)  -> 200 object  [read, undocumented]\n";
    assert_eq!(grown_surface.replace(added, ""), surface);
    let mut rest: Value = serde_json::from_str(&grown_public).unwrap();
    let headline = rest["components"]["schemas"]["Job"]["properties"]
        .as_object_mut()
        .unwrap()
        .shift_remove("headline");
    assert_eq!(headline, Some(json!({"type": "string"})));
    let views = rest["paths"]
        .as_object_mut()
        .unwrap()
        .shift_remove("/jobs/{id}/views")
        .unwrap();
    assert_eq!(
        views["get"]["responses"]["2XX"]["content"]["application/json"]["schema"],
        documents::reference("GetJobViewsResponse")
    );
    assert!(
        rest["components"]["schemas"]
            .as_object_mut()
            .unwrap()
            .shift_remove("GetJobViewsResponse")
            .is_some()
    );
    assert_same_lines(&format!("{rest:#}"), &public);
    let divergence = workspace.read("spec/divergence.txt");
    let lines: Vec<&str> = divergence
        .lines()
        .filter(|line| line.starts_with('/'))
        .collect();
    assert_eq!(
        lines,
        [
            "/components/schemas/Job/properties/headline: a property",
            "/paths/~1jobs~1{id}~1views/get: an operation, `get_job_views`",
        ]
    );
}

#[test]
fn the_client_documents_pass_the_generator() {
    let (_, _, workspace) = derived(
        &(documents::documented(), documents::agent()),
        &documents::plain(&documents::documented()),
    );
    let public = workspace.public();
    let operation = &public["paths"]["/jobs/{id}"]["patch"];
    assert_eq!(
        operation["responses"]["2XX"]["content"]["application/json"]["schema"],
        documents::reference("JobsUpdateOutcome")
    );
    assert_eq!(
        public["components"]["schemas"]["JobsUpdateOutcome"]["x-opentrain-by-status"],
        json!({"200": "Job", "202": "Approval"})
    );
    assert_eq!(operation["x-opentrain-success-statuses"], json!([200, 202]));
    let title = json!({"x-rust-type": {"crate": "std", "version": "*", "path": "std::option::Option", "parameters": [{"type": "string"}]}, "description": "Null clears."});
    assert_eq!(
        public["components"]["schemas"]["JobPatch"]["properties"]["title"],
        title
    );
    let operation = &public["paths"]["/jobs/{id}"]["get"];
    assert_eq!(
        operation["responses"]["4XX"]["content"],
        operation["responses"]["5XX"]["content"]
    );
    assert_eq!(
        public["components"]["schemas"]["JobsGetError"]["x-opentrain-by-status"],
        json!({"404": "JobsGetNotFound", "default": "Failure"})
    );
}

#[test]
fn parts_that_3_0_does_not_have_are_reported_and_rewrites_are_counted() {
    let mut served = newer::newer(&documents::plain(&documents::documented()));
    served["components"]["schemas"]["Job"]["unevaluatedProperties"] = json!(false);
    let workspace = Workspace::new();
    let file = workspace.path("served.json");
    std::fs::write(&file, served.to_string()).unwrap();
    let run = workspace.regen(&["--from", file.to_str().unwrap(), "--verbose"]);
    run.expect_code(0);
    for line in [
        "dropped from the served document: 2\n",
        "  /webhooks/hired: a webhook\n",
        "  /components/schemas/Job: the condition `unevaluatedProperties`\n",
        "      3  lists of types and null rewritten as in 3.0\n",
    ] {
        assert!(run.output.contains(line), "{line}: {run:#?}");
    }
    let lock = workspace.read("spec/source.toml");
    assert!(lock.contains("openapi = \"3.1.0\""), "{lock}");
    workspace.regen(&["--offline", "--check"]).expect_code(0);
    let run = workspace.regen(&["--offline"]);
    assert!(
        run.output
            .contains("dropped from the served document: 2; --verbose lists it\n"),
        "{run:#?}"
    );
}

#[test]
fn every_rewrite_of_a_document_of_3_1_is_listed_with_its_count() {
    let served = newer::with_everything(&documents::plain(&documents::documented()));
    let workspace = Workspace::new();
    let file = workspace.path("served.json");
    std::fs::write(&file, served.to_string()).unwrap();
    let run = workspace.regen(&["--from", file.to_str().unwrap(), "--verbose"]);
    run.expect_code(0);
    let lines = run.output.lines();
    let said = lines.filter(|line| !line.starts_with("source: "));
    insta::assert_snapshot!(said.map(|line| format!("{line}\n")).collect::<String>());
}
