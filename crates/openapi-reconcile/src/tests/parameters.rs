//! Parameters that are served with other types for the same text.

use serde_json::{Value, json};

use super::super::Resolution;
use super::{documented, reconcile, reference_to};

/// Joins a parameter of one type with a served one of another type. Returns its schema, and the lines.
fn joined(place: &str, own: &Value, served: &Value) -> (Value, Vec<String>) {
    let with = |schema: &Value| {
        let mut document = documented();
        document["components"]["schemas"]["Sort"] =
            json!({"type": "string", "enum": ["up", "down"]});
        document["paths"]["/jobs/{id}"]["get"]["parameters"][1] =
            json!({"name": "it", "in": place, "schema": schema});
        document
    };
    let (reconciled, lines) = reconcile(&with(served), &with(own));
    let parameter = &reconciled["paths"]["/jobs/{id}"]["get"]["parameters"][1];
    let lines = lines.into_iter().map(|line| line.what);
    (parameter["schema"].clone(), lines.collect())
}

/// Returns pairs of a documented schema and a served one that accepts its text.
fn spellings_of_the_same_text() -> Vec<(Value, Value)> {
    let limit =
        json!({"type": "integer", "format": "int32", "minimum": 1, "maximum": 100, "default": 25});
    let flag = json!({"type": "boolean", "default": false});
    let number = json!({"type": "number"});
    let text = json!({"type": "string"});
    let sort = reference_to("Sort");
    let spellings = [
        (&limit, json!({"type": "string"})),
        (
            &limit,
            json!({"type": "string", "pattern": "^\\d+$", "minLength": 1}),
        ),
        (
            &limit,
            json!({"type": "number", "minimum": 1, "maximum": 100}),
        ),
        (
            &limit,
            json!({"anyOf": [{"type": "string"}, {"type": "number"}]}),
        ),
        (
            &limit,
            json!({"oneOf": [{"type": "number"}, {"type": "boolean"}]}),
        ),
        (
            &limit,
            json!({"type": "array", "items": {"type": "string"}}),
        ),
        (&limit, json!({"type": "string", "nullable": true})),
        (&flag, json!({"type": "string"})),
        (&flag, json!({"type": "string", "enum": ["true", "false"]})),
        (&flag, json!({"enum": ["false", "true", "1", "0"]})),
        (
            &flag,
            json!({"anyOf": [{"type": "string", "enum": ["true"]}, {"type": "boolean"}]}),
        ),
        (&number, json!({"type": "string"})),
        (&text, json!({"type": "array", "items": {"type": "string"}})),
        (
            &text,
            json!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
        ),
        (
            &sort,
            json!({"type": "array", "items": reference_to("Sort")}),
        ),
        (
            &sort,
            json!({"anyOf": [reference_to("Sort"), {"type": "array", "items": reference_to("Sort")}]}),
        ),
        (&reference_to("JobId"), json!({"type": "integer"})),
        (&reference_to("JobId"), json!({"type": "number"})),
    ];
    let owned = spellings.into_iter();
    owned.map(|(own, served)| (own.clone(), served)).collect()
}

#[test]
fn a_scalar_keeps_its_type_where_its_text_is_accepted() {
    for (own, served) in spellings_of_the_same_text() {
        for place in ["query", "path", "header", "cookie"] {
            let (schema, lines) = joined(place, &own, &served);
            assert_eq!(schema, own, "{served} in {place}: {lines:#?}");
            let is_listed =
                |line: &String| line.starts_with("served as ") && line.contains(", kept as ");
            assert!(lines.iter().any(is_listed), "{served}: {lines:#?}");
        }
    }
}

#[test]
fn a_scalar_whose_text_is_not_accepted_is_overruled() {
    let (limit, flag) = (json!({"type": "integer"}), json!({"type": "boolean"}));
    for (own, served) in [
        (&limit, json!({"type": "boolean"})),
        (&limit, json!({"type": "string", "format": "uuid"})),
        (&limit, json!({"type": "string", "enum": ["few", "many"]})),
        (&flag, json!({"type": "integer"})),
        (&flag, json!({"type": "string", "enum": ["0", "1"]})),
        (&json!({"type": "number"}), json!({"type": "integer"})),
        (&json!({"type": "string"}), json!({"type": "integer"})),
        (
            &limit,
            json!({"type": "array", "items": {"type": "boolean"}}),
        ),
    ] {
        let (schema, lines) = joined("query", own, &served);
        assert_eq!(schema, served, "{lines:#?}");
        assert!(lines[0].starts_with("documented as "), "{lines:#?}");
    }
}

#[test]
fn a_list_of_texts_that_has_some_of_the_documented_values_narrows_them() {
    let (limit, flag) = (json!({"type": "integer"}), json!({"type": "boolean"}));
    for (own, served) in [
        (&flag, json!({"type": "string", "enum": ["true"]})),
        (&flag, json!({"enum": ["1", "true"]})),
        (&limit, json!({"type": "string", "enum": ["10", "25"]})),
        (&limit, json!({"enum": ["10", "all"]})),
        (&limit, json!({"const": "25"})),
    ] {
        let (schema, lines) = joined("query", own, &served);
        assert_eq!(schema, *own, "{served}: {lines:#?}");
        let line = "kept as ";
        assert!(lines[0].contains(line), "{lines:#?}");
        assert!(lines[0].ends_with(": some of its values are the same text"));
    }
}

#[test]
fn a_parameter_that_becomes_optional_stays_an_argument() {
    let required = |is_required: bool| {
        let mut document = documented();
        document["paths"]["/jobs/{id}"]["get"]["parameters"][1]["required"] = json!(is_required);
        document
    };
    for (was, is, remains) in [
        (true, false, true),
        (false, true, true),
        (false, false, false),
    ] {
        let (reconciled, lines) = reconcile(&required(is), &required(was));
        let parameter = &reconciled["paths"]["/jobs/{id}"]["get"]["parameters"][1];
        assert_eq!(parameter["required"], remains, "{lines:#?}");
        assert_eq!(lines.is_empty(), was == is, "{lines:#?}");
    }
}

#[test]
fn a_parameter_with_a_default_may_be_omitted_although_it_is_served_as_required() {
    let new = json!({"name": "sort", "in": "query", "required": true, "schema": {"type": "string", "default": "new"}});
    let mut served = documented();
    let parameters = &mut served["paths"]["/jobs/{id}"]["get"]["parameters"];
    parameters[1]["required"] = json!(true);
    parameters[1]["schema"]["default"] = json!(20);
    parameters.as_array_mut().unwrap().push(new);
    let (reconciled, lines) = reconcile(&served, &documented());
    let parameters = &reconciled["paths"]["/jobs/{id}"]["get"]["parameters"];
    assert_eq!(parameters[1]["required"], false, "{lines:#?}");
    assert_eq!(parameters[2]["required"], false, "{lines:#?}");
    assert!(lines.iter().any(|line| {
        line.what == "served as required and with a default, kept optional"
            && line.kind == Resolution::Kept
    }));
}

#[test]
fn a_field_of_a_json_body_is_not_text() {
    let mut served = documented();
    let own = documented();
    served["components"]["schemas"]["Failure"]["properties"]["code"] = json!({"type": "integer"});
    let (reconciled, _) = reconcile(&served, &own);
    let code = &reconciled["components"]["schemas"]["Failure"]["properties"]["code"];
    assert_eq!(*code, json!({"type": "integer"}));
}

#[test]
fn lists_keep_the_type_of_their_elements_unless_they_are_not_plain_text() {
    let own = json!({"type": "array", "items": {"type": "integer"}});
    let (schema, lines) = joined(
        "query",
        &own,
        &json!({"type": "array", "items": {"type": "string"}}),
    );
    assert_eq!(schema, own);
    assert_eq!(
        lines,
        ["served as string, kept as integer: its values are the same text"]
    );

    let mut served = documented();
    let content = json!({"name": "limit", "in": "query", "content": {"application/json": {"schema": {"type": "string"}}}});
    served["paths"]["/jobs/{id}"]["get"]["parameters"][1] = content;
    let (reconciled, _) = reconcile(&served, &documented());
    let parameter = &reconciled["paths"]["/jobs/{id}"]["get"]["parameters"][1];
    assert_eq!(parameter["schema"], json!({"type": "string"}));
}

#[test]
fn a_list_that_is_one_variant_of_what_is_served_stays_a_list() {
    let text = json!({"type": "string"});
    let list_of = |items: &Value| json!({"type": "array", "items": items});
    let own = list_of(&text);
    for served in [
        json!({"anyOf": [own, text]}),
        json!({"anyOf": [text, own]}),
        json!({"oneOf": [text, {"anyOf": [{"type": "integer"}, own]}]}),
        json!({"anyOf": [list_of(&json!({"type": "integer"})), own]}),
        json!({"anyOf": [list_of(&json!({"type": "string", "format": "uuid"})), text], "nullable": true}),
    ] {
        let (schema, lines) = joined("query", &own, &served);
        assert_eq!(schema, own, "{served}: {lines:#?}");
        let expected = "served as one of several schemas, kept as a list: it is one of them";
        assert!(lines.iter().any(|line| line == expected), "{lines:#?}");
    }
    let numbers = list_of(&json!({"type": "integer"}));
    let served = json!({"anyOf": [own, text]});
    assert_eq!(joined("query", &numbers, &served).0, numbers);
    for served in [text.clone(), json!({"anyOf": [text, {"type": "boolean"}]})] {
        let (schema, lines) = joined("query", &own, &served);
        assert_eq!(schema, served, "{lines:#?}");
    }
}

/// Returns a form with a field `it` of a type, as a component or inline.
fn form(media_type: &str, field: &Value, is_component: bool, encoding: &Value) -> Value {
    let mut document = documented();
    let schema = json!({"type": "object", "properties": {"it": field}});
    let media = if is_component {
        document["components"]["schemas"]["Form"] = schema;
        json!({"schema": reference_to("Form")})
    } else {
        json!({ "schema": schema })
    };
    let body = &mut document["paths"]["/jobs"]["post"]["requestBody"]["content"];
    *body = json!({ media_type: media });
    if !encoding.is_null() {
        body[media_type]["encoding"] = encoding.clone();
    }
    document
}

#[test]
fn a_field_of_a_form_is_text() {
    const FORM: &str = "application/x-www-form-urlencoded";
    let field_of = |document: &Value, media_type: &str| {
        let schema =
            &document["paths"]["/jobs"]["post"]["requestBody"]["content"][media_type]["schema"];
        let schema = openapi_canonical::document::resolve(document, schema);
        schema["properties"]["it"].clone()
    };
    let none = Value::Null;
    for is_component in [true, false] {
        for (own, served) in spellings_of_the_same_text() {
            let (own_form, served_form) = (
                form(FORM, &own, is_component, &none),
                form(FORM, &served, is_component, &none),
            );
            let (reconciled, lines) = reconcile(&served_form, &own_form);
            assert_eq!(field_of(&reconciled, FORM), own, "{served}: {lines:#?}");
        }
        let (number, text) = (json!({"type": "integer"}), json!({"type": "string"}));
        let json_encoded = json!({"it": {"contentType": "application/json"}});
        for (own, served, media_type) in [
            // In JSON a text is no number.
            (
                form("application/json", &number, is_component, &none),
                form("application/json", &text, is_component, &none),
                "application/json",
            ),
            (
                form(FORM, &number, is_component, &none),
                form("application/json", &text, is_component, &none),
                "application/json",
            ),
            (
                form(FORM, &number, is_component, &json_encoded),
                form(FORM, &text, is_component, &json_encoded),
                FORM,
            ),
        ] {
            let (reconciled, lines) = reconcile(&served, &own);
            assert_eq!(field_of(&reconciled, media_type), text, "{lines:#?}");
        }
    }
}

#[test]
fn a_field_of_a_form_that_is_also_a_json_body_is_not_text() {
    let with = |field: &str| {
        let mut document = form(
            "application/x-www-form-urlencoded",
            &json!({"type": field}),
            true,
            &Value::Null,
        );
        document["paths"]["/jobs"]["post"]["responses"]["200"]["content"]["application/json"]["schema"] =
            reference_to("Form");
        document
    };
    let (reconciled, lines) = reconcile(&with("string"), &with("integer"));
    let field = &reconciled["components"]["schemas"]["Form"]["properties"]["it"];
    assert_eq!(*field, json!({"type": "string"}), "{lines:#?}");
}
