//! Position of an operation: its method and its whole path, independent of the names of path parameters and of the
//! split between the server's URL and the template.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::json::{self, Object};
use crate::schema;

/// Method, and whole path with `{}` for every parameter.
pub type Position = (String, &'static str);

/// Operation in its document.
#[derive(Clone, Copy, Debug)]
pub struct LocatedOperation<'a> {
    /// Path template as written in the document.
    pub path: &'a str,
    pub operation: &'a Object,
    /// Path item, whose members apply to all of its operations.
    pub(crate) item: &'a Object,
}

/// Operations of a document by position. If several templates have one position, the first one counts.
pub type Index<'a> = BTreeMap<Position, Vec<LocatedOperation<'a>>>;

/// Returns the operations of a document by position; the path of the server's URL is prepended.
pub fn index<'a>(document: &'a Value, base: &str) -> Index<'a> {
    let mut found = Index::new();
    let paths = document.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        let Some(item) = item.as_object() else {
            continue;
        };
        for method in schema::METHODS {
            if let Some(operation) = json::object(item, method) {
                let position = (anonymous(&format!("{base}{path}")), method);
                found.entry(position).or_default().push(LocatedOperation {
                    path,
                    operation,
                    item,
                });
            }
        }
    }
    for operations in found.values_mut() {
        operations.sort_by_key(|operation| operation.path);
    }
    found
}

/// Returns the served operations by position. If the server's URL lacks the path prefix, the documentation's prefix is
/// tried, then none; the prefix that matches most operations is used. If several templates have one position, the
/// documentation's template takes precedence.
#[must_use]
pub fn index_like<'a>(
    served: &'a Value,
    documented: &Index<'_>,
    documented_base: &str,
) -> Index<'a> {
    let bases = [base_path(served), documented_base.to_owned(), String::new()];
    let known = |index: &Index<'_>| {
        index
            .keys()
            .filter(|key| documented.contains_key(*key))
            .count()
    };
    let candidates = bases.iter().rev().map(|base| index(served, base));
    // `max_by_key` returns the last maximum, hence the reversal: the document's own prefix takes precedence.
    let mut index = candidates.max_by_key(known).unwrap_or_default();
    for (position, operations) in &mut index {
        let own = documented.get(position).and_then(|own| own.first());
        let names = own.map(|own| parameter_names(own.path));
        operations.sort_by_key(|operation| Some(parameter_names(operation.path)) != names);
    }
    index
}

/// Returns the path in the URL of a document's first server: `/api/public/v1`.
#[must_use]
pub fn base_path(document: &Value) -> String {
    let url = server_url(document);
    let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let path = rest.find('/').map_or("", |start| &rest[start..]);
    path.trim_end_matches('/').to_owned()
}

/// Returns scheme and host in the URL of a document's first server, if it has a host.
#[must_use]
pub fn origin(document: &Value) -> Option<String> {
    origin_of(&server_url(document))
}

/// Returns scheme and host of each server.
#[must_use]
pub fn origins(document: &Value) -> Vec<String> {
    let urls = server_urls(document);
    urls.iter().filter_map(|url| origin_of(url)).collect()
}

/// Returns the URL of each server, with variables replaced by their defaults.
pub fn server_urls(document: &Value) -> Vec<String> {
    let servers = document.get("servers").and_then(Value::as_array);
    let servers = servers.into_iter().flatten().filter_map(Value::as_object);
    servers.map(url_of).collect()
}

fn origin_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split('/').next()?.to_ascii_lowercase();
    let usual = if scheme == "http" { ":80" } else { ":443" };
    let host = host.strip_suffix(usual).unwrap_or(&host);
    Some(format!("{scheme}://{host}"))
}

/// Returns the URL of the first server, with variables replaced by their defaults.
pub fn server_url(document: &Value) -> String {
    let first = document.pointer("/servers/0").and_then(Value::as_object);
    first.map(url_of).unwrap_or_default()
}

fn url_of(server: &Object) -> String {
    let url = json::string(server, "url").unwrap_or_default().to_owned();
    json::entries(server, "variables").fold(url, |url, (name, variable)| {
        let default = variable
            .get("default")
            .and_then(Value::as_str)
            .unwrap_or_default();
        url.replace(&format!("{{{name}}}"), default)
    })
}

/// Returns a path with `{}` for every parameter.
#[must_use]
pub fn anonymous(path: &str) -> String {
    let mut text = String::new();
    for (index, part) in path.split('{').enumerate() {
        match part.split_once('}') {
            Some((_, rest)) if index > 0 => text.extend(["{}", rest]),
            _ => text.push_str(part),
        }
    }
    match text.trim_end_matches('/') {
        "" => "/".to_owned(),
        trimmed => trimmed.to_owned(),
    }
}

/// Returns the names of a path's parameters, in order.
#[must_use]
pub fn parameter_names(path: &str) -> Vec<&str> {
    path.split('{')
        .skip(1)
        .filter_map(|part| Some(part.split_once('}')?.0))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_prefix_may_be_split_anywhere() {
        let documented = json!({"servers": [{"url": "https://h/api/public/v1"}], "paths": {"/jobs/{id}": {"get": {}}}});
        let base = base_path(&documented);
        let positions = index(&documented, &base);
        assert_eq!(
            positions.keys().next().unwrap(),
            &("/api/public/v1/jobs/{}".to_owned(), "get")
        );
        for (server, path) in [
            ("https://h/api/public", "/v1/jobs/{jobId}"),
            ("https://h", "/api/public/v1/jobs/{x}/"),
            ("/api/public/v1/", "/jobs/{y}"),
            ("", "/jobs/{id}"),
            ("https://h/elsewhere", "/jobs/{id}"),
            ("https://h/elsewhere", "/api/public/v1/jobs/{id}"),
            ("{scheme}://h/{base}/v1", "/jobs/{id}"),
        ] {
            let variables =
                json!({"base": {"default": "api/public"}, "scheme": {"default": "https"}});
            let served = json!({"servers": [{"url": server, "variables": variables}], "paths": {path: {"get": {}}}});
            let served = index_like(&served, &positions, &base);
            assert_eq!(
                served.keys().collect::<Vec<_>>(),
                positions.keys().collect::<Vec<_>>(),
                "{server} {path}"
            );
        }
    }
}
