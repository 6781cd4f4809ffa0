//! `spec/surface.txt`: one line an operation, the difference that a reviewer reads.

use serde_json::Value;

use openapi_canonical::document;
use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::json::{self, Object};
use openapi_canonical::schema;

/// Returns the whole file, for several documents together.
pub(crate) fn render(documents: &[&Value], is_served: bool) -> String {
    let mut lines: Vec<(String, usize, String)> = Vec::new();
    for document in documents {
        for (path, method, operation) in schema::operations(document) {
            let rank = schema::METHODS
                .iter()
                .position(|known| *known == method)
                .unwrap_or_default();
            lines.push((path.to_owned(), rank, line(path, method, operation)));
        }
    }
    lines.sort();
    let lines: String = lines.into_iter().map(|(.., line)| line + "\n").collect();
    header(is_served) + &lines
}

fn header(is_served: bool) -> String {
    let source = if is_served {
        "# The public operations are those of the served document, spec/openapi.json."
    } else {
        "# The public operations are those of a stand-in made from spec/documented.json: no served document was fetched yet."
    };
    format!(
        "# Written by `cargo xtask regen`; do not edit. Every operation, one a line:\n\
         # METHOD path  name(parameters, body)  -> status type, ...  [scopes, feature, claimed, idempotency, pagination]\n\
         {source}\n"
    )
}

fn line(path: &str, method: &str, operation: &Object) -> String {
    let name = json::string(operation, "operationId").unwrap_or_default();
    let arguments: Vec<String> = parameters(path, operation).chain(body(operation)).collect();
    let responses = responses(operation).join(", ");
    let gates = gates(operation).join(", ");
    format!(
        "{} {path}  {name}({})  -> {responses}  [{gates}]",
        method.to_uppercase(),
        arguments.join(", ")
    )
}

/// Returns the parameters: those of the path in its order, then the others by name, since their order in the source has no meaning.
fn parameters(path: &str, operation: &Object) -> impl Iterator<Item = String> {
    let mut parameters: Vec<(usize, String)> = Vec::new();
    for parameter in json::elements(operation, "parameters")
        .iter()
        .filter_map(Value::as_object)
    {
        let name = json::string(parameter, "name").unwrap_or_default();
        let mark = if json::is_true(parameter, "required") {
            ""
        } else {
            "?"
        };
        let kind = parameter
            .get("schema")
            .map_or_else(|| "any".to_owned(), type_name);
        let is_in_path = json::string(parameter, "in") == Some("path");
        let place = path
            .find(&format!("{{{name}}}"))
            .filter(|_| is_in_path)
            .unwrap_or(usize::MAX);
        parameters.push((place, format!("{name}{mark}: {kind}")));
    }
    parameters.sort();
    parameters.into_iter().map(|(_, text)| text)
}

fn body(operation: &Object) -> Option<String> {
    let body = json::object(operation, "requestBody")?;
    let mark = if json::is_true(body, "required") {
        ""
    } else {
        "?"
    };
    let forms = json::entries(body, "content").map(|(media_type, media)| {
        let kind = media
            .get("schema")
            .map_or_else(|| "any".to_owned(), type_name);
        match media_type {
            media_type if document::is_json(media_type) => kind,
            media_type if document::is_form(media_type) => format!("form {kind}"),
            other => format!("{other} {kind}"),
        }
    });
    Some(format!(
        "body{mark}: {}",
        forms.collect::<Vec<_>>().join("|")
    ))
}

fn responses(operation: &Object) -> Vec<String> {
    let mut responses: Vec<String> = json::entries(operation, "responses")
        .map(
            |(status, response)| match response.as_object().and_then(document::json_schema) {
                Some(schema) => format!("{status} {}", type_name(&schema)),
                None => other_forms(status, response),
            },
        )
        .collect();
    responses.sort();
    responses
}

/// Returns a status with the media types of its body, none of which is JSON.
fn other_forms(status: &str, response: &Value) -> String {
    let content = response.get("content").and_then(Value::as_object);
    let mut forms: Vec<&str> = content
        .into_iter()
        .flat_map(Object::keys)
        .map(String::as_str)
        .collect();
    forms.sort_unstable();
    [status, &forms.join("|")].join(" ").trim_end().to_owned()
}

/// Returns the type of a schema in one word.
fn type_name(schema: &Value) -> String {
    if let Some(component) = schema::component_of(schema) {
        return component.to_owned();
    }
    let Some(schema) = schema.as_object() else {
        return "any".to_owned();
    };
    for keyword in ["oneOf", "anyOf"] {
        if schema.contains_key(keyword) {
            return json::elements(schema, keyword)
                .iter()
                .map(type_name)
                .collect::<Vec<_>>()
                .join("|");
        }
    }
    match json::string(schema, "type") {
        Some("array") => format!(
            "[{}]",
            schema
                .get("items")
                .map_or_else(|| "any".to_owned(), type_name)
        ),
        Some(kind) => json::string(schema, "format").unwrap_or(kind).to_owned(),
        None => "any".to_owned(),
    }
}

/// Returns the preconditions and the behaviour of an operation.
fn gates(operation: &Object) -> Vec<String> {
    let mut gates = Vec::new();
    if json::is_true(operation, keys::TOKENLESS) {
        gates.push("tokenless".to_owned());
    }
    gates.extend(scopes(operation));
    gates
        .extend(json::string(operation, keys::FEATURE).map(|feature| format!("feature {feature}")));
    if json::is_true(operation, keys::CLAIMED_ACCOUNT) {
        gates.push("claimed".to_owned());
    }
    gates.extend(json::string(operation, keys::IDEMPOTENCY).map(str::to_owned));
    let rule =
        json::object(operation, keys::PAGINATION).and_then(|pages| json::string(pages, "rule"));
    gates.extend(
        rule.filter(|rule| *rule != "none")
            .map(|rule| format!("pages by {rule}")),
    );
    if json::is_true(operation, keys::UNDOCUMENTED) {
        gates.push("undocumented".to_owned());
    }
    gates
}

fn scopes(operation: &Object) -> Option<String> {
    let gate = json::object(operation, keys::SCOPES)?;
    let separator = if json::string(gate, "match") == Some("any") {
        "|"
    } else {
        "+"
    };
    let scopes = json::strings(gate, "scopes").join(separator);
    (!scopes.is_empty()).then_some(scopes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_lists_parameters_responses_and_gates() {
        let response = |schema: Value| json!({"content": {"application/json": {"schema": schema}}});
        let choice =
            json!({"oneOf": [schema::reference_to("Failure"), schema::reference_to("ClosedJob")]});
        let document = json!({"paths": {
            "/jobs/{id}/bids/{bid}": {"post": {
                "operationId": "bids_take",
                "parameters": [
                    {"name": "tag", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                    {"name": "bid", "in": "path", "required": true, "schema": {"type": "string"}},
                    {"name": "id", "in": "path", "required": true, "schema": schema::reference_to("JobId")}],
                "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": schema::reference_to("Take")}}},
                "responses": {"404": response(choice), "204": {"description": "Done."}},
                "x-opentrain-scopes": {"match": "any", "scopes": ["a:write", "b:write"]},
                "x-opentrain-feature": "flag", "x-opentrain-claimed-account": true, "x-opentrain-idempotency": "write"}},
            "/jobs": {"get": {
                "operationId": "jobs_search", "responses": {"200": response(schema::reference_to("Page"))},
                "x-opentrain-tokenless": true, "x-opentrain-pagination": {"rule": "cursor"}}}}});
        let text = render(&[&document], true);
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        GET /jobs  jobs_search()  -> 200 Page  [tokenless, pages by cursor]
        POST /jobs/{id}/bids/{bid}  bids_take(id: JobId, bid: string, tag?: [string], body?: form Take)  -> 204, 404 Failure|ClosedJob  [a:write|b:write, feature flag, claimed, write]
        ");
    }
}
