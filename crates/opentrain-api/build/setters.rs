//! Setters for the optional fields of requests, which can be chained.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, Field, File, Item, ItemStruct, parse_quote};

use crate::document::Document;
use crate::numbers::option_of;
use crate::{names, request_types};

/// Returns an implementation with setters for each struct of a request.
pub(crate) fn tokens(file: &File, document: &Document) -> TokenStream {
    let requests: BTreeSet<Ident> = request_types::components(document)
        .into_iter()
        .map(names::type_name)
        .collect();
    let types = file.items.iter().filter_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
        _ => None,
    });
    let structs = types
        .flat_map(|(_, items)| items)
        .filter_map(|item| match item {
            Item::Struct(item) if requests.contains(&item.ident) => Some(item),
            _ => None,
        });
    structs.map(setters).collect()
}

fn setters(item: &ItemStruct) -> TokenStream {
    let name = &item.ident;
    let setters: Vec<TokenStream> = item.fields.iter().filter_map(setter).collect();
    if setters.is_empty() {
        return quote!();
    }
    quote!(impl #name { #(#setters)* })
}

/// Returns the setter of an optional field. A field that distinguishes null from absent has a second setter, which sends null.
fn setter(field: &Field) -> Option<TokenStream> {
    let name = field.ident.as_ref()?;
    if name == "additional_properties" {
        return Some(further_fields());
    }
    let ty = option_of(&field.ty)?;
    let docs = docs(field, &format!("Sets `{name}`."));
    let Some(ty) = option_of(ty) else {
        return Some(quote! {
            #(#docs)*
            #[must_use]
            pub fn #name(mut self, value: impl ::std::convert::Into<#ty>) -> Self {
                self.#name = ::std::option::Option::Some(value.into());
                self
            }
        });
    };
    let clear = format_ident!("clear_{name}");
    let clear_doc = format!("Sends null for `{name}`.");
    Some(quote! {
        #(#docs)*
        #[must_use]
        pub fn #name(mut self, value: impl ::std::convert::Into<#ty>) -> Self {
            self.#name = ::std::option::Option::Some(::std::option::Option::Some(value.into()));
            self
        }

        #[doc = #clear_doc]
        #[must_use]
        pub fn #clear(mut self) -> Self {
            self.#name = ::std::option::Option::Some(::std::option::Option::None);
            self
        }
    })
}

fn further_fields() -> TokenStream {
    quote! {
        /// Sets a field that the document does not list, by its name on the wire.
        #[must_use]
        pub fn set(
            mut self,
            name: impl ::std::convert::Into<::std::string::String>,
            value: impl ::std::convert::Into<::serde_json::Value>,
        ) -> Self {
            self.additional_properties.insert(name.into(), value.into());
            self
        }
    }
}

/// Returns the first line, and the document's description of the field.
fn docs(field: &Field, first: &str) -> Vec<Attribute> {
    let of_field = field
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"));
    let mut docs: Vec<Attribute> = vec![parse_quote!(#[doc = #first]), parse_quote!(#[doc = ""])];
    docs.extend(of_field.cloned());
    docs
}
