//! Parameters that the documentation does not list. The generator passes parameters by position, so an additional one would change
//! the signature: the method keeps its signature, and a second method, `…_with`, takes all parameters.

use std::collections::BTreeSet;
use std::error::Error;

use proc_macro2::Ident;
use quote::format_ident;
use serde_json::Value;
use syn::{Expr, File, FnArg, ImplItem, ImplItemFn, Item, Pat, parse_quote};

use crate::document::{Document, Operation};
use crate::extensions;
use crate::names;

/// Splits the method of every operation that has undocumented parameters.
pub(crate) fn keep_signatures(file: &mut File, document: &Document) -> Result<(), Box<dyn Error>> {
    for operation in document.operations() {
        let added = undocumented(&operation);
        if added.is_empty() {
            continue;
        }
        let name = operation.json["operationId"].as_str().unwrap_or_default();
        let split = methods(file).find_map(|items| split(items, name, &added));
        if split != Some(added.len()) {
            return Err(format!(
                "the generator has changed: `{name}` does not have the parameters {added:?}"
            )
            .into());
        }
    }
    Ok(())
}

/// Returns the generated names of the undocumented parameters.
fn undocumented(operation: &Operation<'_>) -> BTreeSet<String> {
    let parameters = operation.json["parameters"]
        .as_array()
        .into_iter()
        .flatten();
    parameters
        .filter(|parameter| parameter[extensions::UNDOCUMENTED] == Value::Bool(true))
        .filter_map(|parameter| parameter["name"].as_str())
        .map(names::argument_name)
        .collect()
}

/// Returns the items of each implementation in the file.
fn methods(file: &mut File) -> impl Iterator<Item = &mut Vec<ImplItem>> {
    file.items.iter_mut().filter_map(|item| match item {
        Item::Impl(block) => Some(&mut block.items),
        _ => None,
    })
}

/// Splits a method in two, if it is in `items`. Returns the number of parameters that only the second method has.
fn split(items: &mut Vec<ImplItem>, name: &str, added: &BTreeSet<String>) -> Option<usize> {
    let method = items.iter_mut().find_map(|item| match item {
        ImplItem::Fn(method) if method.sig.ident == name => Some(method),
        _ => None,
    })?;
    let mut whole = method.clone();
    whole.sig.ident = format_ident!("{name}_with");
    let doc = " With the parameters that the documentation does not know.";
    whole.attrs.push(parse_quote!(#[doc = ""]));
    whole.attrs.push(parse_quote!(#[doc = #doc]));
    let count = narrow(method, &whole, added);
    items.push(ImplItem::Fn(whole));
    Some(count)
}

/// Removes the added parameters from a method, and calls the whole method without them.
fn narrow(method: &mut ImplItemFn, whole: &ImplItemFn, added: &BTreeSet<String>) -> usize {
    let is_added =
        |input: &FnArg| ident(input).is_some_and(|name| added.contains(&name.to_string()));
    let arguments: Vec<Expr> = whole
        .sig
        .inputs
        .iter()
        .filter_map(|input| {
            let name = ident(input)?;
            Some(if is_added(input) {
                parse_quote!(::std::option::Option::None)
            } else {
                parse_quote!(#name)
            })
        })
        .collect();
    let callee = &whole.sig.ident;
    method.block = parse_quote!({ self.#callee(#(#arguments),*).await });
    let before = method.sig.inputs.len();
    method.sig.inputs = whole
        .sig
        .inputs
        .iter()
        .filter(|input| !is_added(input))
        .cloned()
        .collect();
    before - method.sig.inputs.len()
}

/// Returns the name of a parameter. `None` for `self`.
pub(crate) fn ident(input: &FnArg) -> Option<&Ident> {
    let FnArg::Typed(typed) = input else {
        return None;
    };
    match &*typed.pat {
        Pat::Ident(pattern) => Some(&pattern.ident),
        _ => None,
    }
}
