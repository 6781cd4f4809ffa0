//! Named string schemas as types of their own: open enums, ids, secrets.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use crate::document::{Document, texts};
use crate::extensions;
use crate::names;

/// String types of a document.
pub(crate) struct StringTypes {
    types: Vec<StringType>,
}

struct StringType {
    component: String,
    /// Path of the type: in this module, in an earlier one, or hand-written.
    path: String,
    /// Declaration of the type; empty if it is declared elsewhere.
    declaration: TokenStream,
}

/// Types that the hand-written part of the crate declares, since it needs them.
const HAND_WRITTEN: [&str; 1] = ["ApiToken"];

impl StringTypes {
    pub(crate) fn of(document: &Document, earlier: &[Document]) -> Self {
        let named = document.schemas().filter(|(_, schema)| declares(schema));
        let types = named.map(|(name, schema)| string_type(document, earlier, name, schema));
        Self {
            types: types.collect(),
        }
    }

    /// Returns the types that replace components, by component.
    pub(crate) fn replacements(&self) -> impl Iterator<Item = (String, &str)> {
        self.types
            .iter()
            .map(|t| (names::type_name(&t.component).to_string(), t.path.as_str()))
    }

    pub(crate) fn tokens(&self) -> TokenStream {
        self.types.iter().map(|t| t.declaration.clone()).collect()
    }
}

fn declares(schema: &Value) -> bool {
    let marked = |mark: &str| schema[mark] == Value::Bool(true);
    let named = schema["enum"].is_array() || marked(extensions::ID) || marked(extensions::SECRET);
    // The constants distinguish the variants of a choice: an open type would accept every variant.
    let closed = marked(extensions::TAG);
    schema["type"] == "string" && named && !closed && schema["nullable"] != Value::Bool(true)
}

fn string_type(
    document: &Document,
    earlier: &[Document],
    name: &str,
    schema: &Value,
) -> StringType {
    let ident = names::type_name(name);
    let component = String::from(name);
    if HAND_WRITTEN.contains(&name) {
        return StringType {
            component,
            path: format!("crate::{ident}"),
            declaration: quote!(),
        };
    }
    let shared = earlier.iter().find(|document| {
        document
            .schemas()
            .any(|(other, schema)| other == name && declares(schema))
    });
    if let Some(owner) = shared {
        let path = format!("crate::{}::types::{ident}", owner.module);
        return StringType {
            component,
            path,
            declaration: quote!(),
        };
    }
    let path = format!("crate::{}::types::{ident}", document.module);
    StringType {
        component,
        path,
        declaration: declaration(name, schema),
    }
}

fn declaration(name: &str, schema: &Value) -> TokenStream {
    let ident = names::type_name(name);
    let doc = schema["description"].as_str().unwrap_or(name);
    let secret = schema[extensions::SECRET] == Value::Bool(true);
    match schema["enum"].as_array() {
        Some(_) => open_enum(schema, &ident, doc),
        None if secret => {
            let doc = format!("{doc}\n\n`Debug` does not show it; serialising it does.");
            quote!(secret_string! { #[doc = #doc] #ident })
        }
        None => quote!(string_id! { #[doc = #doc] #ident }),
    }
}

fn open_enum(schema: &Value, ident: &proc_macro2::Ident, doc: &str) -> TokenStream {
    let values: Vec<&str> = texts(&schema["enum"]).collect();
    let given: Vec<&str> = texts(&schema["x-enum-varnames"]).collect();
    let given = if given.len() == values.len() {
        given
    } else {
        Vec::new()
    };
    let variants = names::variants(&values, &given);
    let docs = values.iter().map(|value| variant_doc(schema, value));
    quote!(open_enum! { #[doc = #doc] #ident { #(#[doc = #docs] #variants = #values,)* } })
}

/// Returns the meaning of a value and its text on the wire; the text alone for a value that only the service documents.
fn variant_doc(schema: &Value, value: &str) -> String {
    match schema[extensions::VALUE_DOCS][value].as_str() {
        Some(meaning) => format!("{meaning}\n\nOn the wire: `{value}`."),
        None => format!("`{value}`."),
    }
}
