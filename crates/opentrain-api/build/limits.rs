//! Limits of request values, in the JSON Schemas alone: no decode fails because of a limit.

use std::error::Error;

use proc_macro2::Literal;
use quote::quote;
use serde_json::{Map, Value};
use syn::{Attribute, Field, File, Item, ItemStruct, LitStr, Token, parse_quote};

use crate::document::{Document, entries};
use crate::extensions;
use crate::names;
use crate::rewrite::expect;

/// Adds each noted limit to the JSON Schema of its struct.
pub(crate) fn show(file: &mut File, document: &Document) -> Result<(), Box<dyn Error>> {
    let mut shown = 0;
    let mut noted = 0;
    for (name, schema) in document.schemas() {
        let ident = names::type_name(name);
        for (property, limits) in limits(schema) {
            noted += 1;
            let found = structs(file).find(|item| item.ident == ident);
            shown += found.map_or(0, |item| show_in(item, property, limits));
        }
    }
    expect("each field with limits", shown, noted)
}

/// Returns the limits of each property that has any. Those of a field that distinguishes null from absent are in its option.
fn limits(schema: &Value) -> impl Iterator<Item = (&str, &Map<String, Value>)> {
    entries(&schema["properties"]).filter_map(|(name, property)| {
        let inner = property.pointer("/x-rust-type/parameters/0");
        let limits = inner.unwrap_or(property)[extensions::LIMITS].as_object()?;
        Some((name, limits))
    })
}

fn structs(file: &mut File) -> impl Iterator<Item = &mut ItemStruct> {
    let types = file.items.iter_mut().filter_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_mut(),
        _ => None,
    });
    types
        .flat_map(|(_, items)| items)
        .filter_map(|item| match item {
            Item::Struct(item) => Some(item),
            _ => None,
        })
}

/// Marks the field of a property. Returns the number of fields that it found.
fn show_in(item: &mut ItemStruct, property: &str, limits: &Map<String, Value>) -> usize {
    let fields = item.fields.iter_mut();
    let field = fields
        .filter(|field| wire_name(field).as_deref() == Some(property))
        .map(|field| field.attrs.push(attribute(limits)));
    field.count()
}

/// Returns the name that a field has in JSON.
fn wire_name(field: &Field) -> Option<String> {
    let mut name = field.ident.as_ref()?.to_string();
    for attribute in field.attrs.iter().filter(|a| a.path().is_ident("serde")) {
        let read = attribute.parse_nested_meta(|setting| {
            let is_name = setting.path.is_ident("rename");
            if !setting.input.peek(Token![=]) {
                return Ok(());
            }
            let value: LitStr = setting.value()?.parse()?;
            if is_name {
                name = value.value();
            }
            Ok(())
        });
        read.ok()?;
    }
    Some(name)
}

fn attribute(limits: &Map<String, Value>) -> Attribute {
    let limits = limits.iter().map(|(keyword, limit)| {
        let limit = match (limit.as_i64(), limit.as_f64()) {
            (Some(whole), _) => Literal::i64_suffixed(whole),
            (None, limit) => Literal::f64_suffixed(limit.unwrap_or_default()),
        };
        quote!(#keyword = #limit)
    });
    parse_quote!(#[cfg_attr(feature = "schemars", schemars(extend(#(#limits),*)))])
}
