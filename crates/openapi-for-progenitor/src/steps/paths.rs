//! Paths: readable templates, each with exactly the parameters that it names.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use openapi_canonical::document;
use openapi_canonical::json::{self, Object};
use openapi_canonical::losses::Loss;
use openapi_canonical::schema::METHODS;

/// Headers that OpenAPI says to ignore as parameters: other parts of the document describe them.
const IGNORED: [&str; 3] = ["accept", "authorization", "content-type"];

/// Drops paths without a readable template, declares undeclared parameters of a template, and drops path parameters
/// that the template does not name.
pub(super) fn fix(document: &mut Value, losses: &mut Vec<Loss>) -> usize {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return 0;
    };
    let before = losses.len();
    let mut count = 0;
    paths.retain(|path, item| {
        let lost = why_unreadable(path, item);
        losses.extend(
            lost.map(|why| Loss::new(&json::pointer(&["paths", path]), format!("the path: {why}"))),
        );
        lost.is_none()
    });
    for (path, item) in paths {
        let named = names(path).unwrap_or_default();
        for method in METHODS {
            if let Some(operation) =
                json::object_mut(item.as_object_mut().expect("others were taken out"), method)
            {
                let pointer = json::pointer(&["paths", path, method]);
                let mut tell = |what| losses.push(Loss::new(&pointer, what));
                drop_senseless(operation, &named, &mut tell);
                count += declare(operation, &named);
            }
        }
    }
    count + losses.len() - before
}

fn why_unreadable(path: &str, item: &Value) -> Option<&'static str> {
    if !item.is_object() {
        Some("there is no object with its methods")
    } else if !path.starts_with('/') {
        Some("it does not begin with `/`")
    } else if names(path).is_none() {
        Some("its template cannot be read")
    } else {
        None
    }
}

/// Returns the names in a template, if its brackets are in pairs.
fn names(path: &str) -> Option<BTreeSet<&str>> {
    let mut pieces = path.split('{');
    if pieces.next()?.contains('}') {
        return None;
    }
    let mut names = BTreeSet::new();
    for piece in pieces {
        let (name, rest) = piece.split_once('}')?;
        if name.is_empty() || name.contains('/') || rest.contains('}') {
            return None;
        }
        names.insert(name);
    }
    Some(names)
}

fn drop_senseless(operation: &mut Object, named: &BTreeSet<&str>, tell: &mut impl FnMut(String)) {
    if operation
        .get("parameters")
        .is_some_and(|list| !list.is_array())
    {
        operation.remove("parameters");
        tell("`parameters`, which is no list".to_owned());
    }
    let mut seen = BTreeSet::new();
    let Some(Value::Array(parameters)) = operation.get_mut("parameters") else {
        return;
    };
    parameters.retain(|parameter| {
        let (place, name) = document::parameter_identity(parameter);
        let why = if name.is_empty() || !["cookie", "header", "path", "query"].contains(&place) {
            "which has no name or no place"
        } else if place == "path" && !named.contains(name) {
            "which is not in the path"
        } else if place == "header" && IGNORED.contains(&name.to_ascii_lowercase().as_str()) {
            // No loss: other parts of the document describe them.
            return false;
        } else if !seen.insert((place.to_owned(), name.to_owned())) {
            "which is there already"
        } else {
            return true;
        };
        tell(format!("the {place} parameter `{name}`, {why}"));
        false
    });
}

/// Declares every name of the template as a required parameter.
fn declare(operation: &mut Object, named: &BTreeSet<&str>) -> usize {
    let mut count = 0;
    let mut missing = named.clone();
    let parameters = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        let (place, name) = document::parameter_identity(parameter);
        if place == "path" {
            missing.remove(name);
            count += usize::from(parameter["required"] != Value::Bool(true));
            parameter["required"] = json!(true);
        }
    }
    for name in &missing {
        let parameter =
            json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}});
        let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
        parameters
            .as_array_mut()
            .expect("others were taken out")
            .push(parameter);
    }
    count + missing.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(path: &str, parameters: &Value) -> (Value, Vec<String>) {
        let mut document = json!({"paths": {path: {"get": {"parameters": parameters}}}});
        let mut losses = Vec::new();
        fix(&mut document, &mut losses);
        let whats = losses.into_iter().map(|loss| loss.what).collect();
        (document["paths"].take(), whats)
    }

    #[test]
    fn a_template_and_its_parameters_agree() {
        let text = json!({"type": "string"});
        let (paths, lost) = fixed(
            "/a/{id}/{n}:go",
            &json!([
            {"in": "path", "name": "id", "schema": {"type": "integer"}}, {"in": "path", "name": "x", "required": true},
            {"in": "header", "name": "Authorization"}, {"in": "header", "name": "content-type"}, {"in": "header", "name": "Accept"}, {"in": "query", "name": "q"}, {"in": "query", "name": "q"}, {"in": "form", "name": "f"}, null]),
        );
        assert_eq!(
            paths["/a/{id}/{n}:go"]["get"]["parameters"],
            json!([
            {"in": "path", "name": "id", "schema": {"type": "integer"}, "required": true}, {"in": "query", "name": "q"},
            {"in": "path", "name": "n", "required": true, "schema": text}])
        );
        assert_eq!(
            lost,
            [
                "the path parameter `x`, which is not in the path",
                "the query parameter `q`, which is there already",
                "the form parameter `f`, which has no name or no place",
                "the  parameter ``, which has no name or no place",
            ]
        );
    }

    #[test]
    fn unreadable_paths_are_dropped() {
        for path in [
            "a",
            "",
            "/a/{",
            "/a/{b{c}}",
            "/a}",
            "/{}",
            "/{a/b}",
            "x-path",
        ] {
            let (paths, lost) = fixed(path, &json!([]));
            assert_eq!((paths, lost.len()), (json!({}), 1), "{path}");
        }
        assert_eq!(
            fixed("/a", &json!("no")).1,
            ["`parameters`, which is no list"]
        );
    }
}
