//! Table of operations, as data.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::document::{Document, Operation, texts};
use crate::extensions;

/// Returns `DOCUMENT`, and a module `operations` with a constant for each operation.
pub(crate) fn tokens(document: &Document) -> TokenStream {
    let constants: Vec<_> = document
        .operations()
        .map(|operation| constant(&operation))
        .collect();
    let names = document.operations().map(|operation| name(&operation));
    let info = &document.json["info"];
    let (title, version) = (text(&info["title"]), text(&info["version"]));
    let server = text(&document.json["servers"][0]["url"]);
    let base_path = base_path(server);
    let module = document.module;
    let source = source(&info[extensions::SOURCE]);
    quote! {
        /// Document that this module is generated from.
        pub const DOCUMENT: crate::Document = crate::Document {
            name: #module,
            title: #title,
            version: #version,
            server: #server,
            base_path: #base_path,
            source: #source,
            operations: &[#(&operations::#names),*],
        };

        /// Properties of each operation.
        pub mod operations {
            use crate::{Idempotency, Operation, Pagination, ScopeMatch, ScopeRule};
            #(#constants)*
        }
    }
}

fn name(operation: &Operation<'_>) -> proc_macro2::Ident {
    format_ident!("{}", text(&operation.json["operationId"]).to_uppercase())
}

fn constant(operation: &Operation<'_>) -> TokenStream {
    let json = operation.json;
    let (name, id, path) = (name(operation), text(&json["operationId"]), operation.path);
    let (method, summary) = (operation.method.to_uppercase(), text(&json["summary"]));
    let doc = format!("`{method} {path}`");
    let documentation = optional(&json["externalDocs"]["url"]);
    let (scopes, feature) = (
        scopes(&json[extensions::SCOPES]),
        optional(&json[extensions::FEATURE]),
    );
    let claimed = json[extensions::CLAIMED_ACCOUNT] == Value::Bool(true);
    let tokenless = json[extensions::TOKENLESS] == Value::Bool(true);
    let idempotency = idempotency(operation);
    let pagination = pagination(&json[extensions::PAGINATION]["rule"]);
    let success = statuses(&json[extensions::SUCCESS_STATUSES]);
    let errors = statuses(&json[extensions::ERROR_STATUSES]);
    let reasons = texts(&json[extensions::REASONS]);
    quote! {
        #[doc = #doc]
        pub const #name: Operation = Operation {
            id: #id,
            method: #method,
            path: #path,
            summary: #summary,
            documentation: #documentation,
            scopes: #scopes,
            feature: #feature,
            claimed_account: #claimed,
            tokenless: #tokenless,
            idempotency: #idempotency,
            pagination: #pagination,
            success_statuses: &[#(#success),*],
            error_statuses: &[#(#errors),*],
            error_reasons: &[#(#reasons),*],
        };
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn optional(value: &Value) -> TokenStream {
    value
        .as_str()
        .map_or_else(|| quote!(None), |text| quote!(Some(#text)))
}

fn scopes(rule: &Value) -> TokenStream {
    let matching = if rule["match"] == "any" {
        quote!(Any)
    } else {
        quote!(All)
    };
    let scopes = texts(&rule["scopes"]);
    quote!(ScopeRule { matching: ScopeMatch::#matching, scopes: &[#(#scopes),*] })
}

/// Returns the documented idempotency. If it is omitted, a GET or HEAD is a read, and any other method may have a second effect.
fn idempotency(operation: &Operation<'_>) -> TokenStream {
    match operation.json[extensions::IDEMPOTENCY].as_str() {
        Some("read") => quote!(Idempotency::Read),
        Some("idempotent") => quote!(Idempotency::Idempotent),
        Some("keyed") => quote!(Idempotency::Keyed),
        None if matches!(operation.method, "get" | "head") => quote!(Idempotency::Read),
        _ => quote!(Idempotency::Write),
    }
}

fn pagination(rule: &Value) -> TokenStream {
    match rule.as_str() {
        Some("cursor") => quote!(Pagination::Cursor),
        Some("echoing-cursor") => quote!(Pagination::EchoingCursor),
        Some("time-window") => quote!(Pagination::TimeWindow),
        _ => quote!(Pagination::None),
    }
}

fn statuses(list: &Value) -> Vec<u16> {
    let numbers = list
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_u64);
    numbers
        .filter_map(|number| u16::try_from(number).ok())
        .collect()
}

fn source(source: &Value) -> TokenStream {
    let (file, sha256) = (text(&source["document"]), text(&source["sha256"]));
    let served = source["served"] == Value::Bool(true);
    let fetched_at = optional(&source["fetched_at"]);
    quote!(crate::Source { file: #file, served: #served, fetched_at: #fetched_at, sha256: #sha256 })
}

/// Returns the path of a URL: `/api/public/v1`.
fn base_path(server: &str) -> &str {
    let rest = server.split_once("://").map_or(server, |(_, rest)| rest);
    let path = rest.find('/').map_or("", |start| &rest[start..]);
    path.trim_end_matches('/')
}
