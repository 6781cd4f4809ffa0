//! What is changed in the generated code, each change with the number of places it must have hit.

use std::collections::BTreeSet;
use std::error::Error;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::quote;
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Field, File, ImplItem, Item, ItemMod, ItemStruct, Stmt, parse_quote};

use crate::document::Document;
use crate::names;

/// Parses the generated code, with every path parameter checked.
pub(crate) fn parse(tokens: TokenStream) -> Result<File, Box<dyn Error>> {
    Ok(syn::parse2(check_path_parameters(tokens))?)
}

/// `encode_path(&id.to_string())` becomes `encode_path("id", &id.to_string())?`: a value that would leave its segment is an
/// error. It stands inside of `format!`, where a syntax tree does not reach.
fn check_path_parameters(tokens: TokenStream) -> TokenStream {
    let mut out = Vec::new();
    let mut after_name = false;
    for token in tokens {
        let named = matches!(&token, TokenTree::Ident(ident) if ident == "encode_path");
        match token {
            TokenTree::Group(group)
                if after_name && group.delimiter() == Delimiter::Parenthesis =>
            {
                let call = named_call(&group.stream());
                out.extend(call);
            }
            TokenTree::Group(group) => {
                let mut inner =
                    Group::new(group.delimiter(), check_path_parameters(group.stream()));
                inner.set_span(group.span());
                out.push(TokenTree::Group(inner));
            }
            other => out.push(other),
        }
        after_name = named;
    }
    out.into_iter().collect()
}

fn named_call(arguments: &TokenStream) -> TokenStream {
    let name = arguments.clone().into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) => Some(ident.to_string()),
        TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    });
    let name = name.unwrap_or_default();
    quote!((#name, #arguments)?)
}

/// Takes out what we do not want and puts in what the generator has no setting for.
pub(crate) fn check_and_tidy(file: &mut File, document: &Document) -> Result<(), Box<dyn Error>> {
    let mut tidy = Tidy {
        open: open_objects(document),
        ..Tidy::default()
    };
    let open = tidy.open.len();
    tidy.visit_file_mut(file);
    let operations = document.operations().count();
    expect(
        "the `api-version` header of each operation",
        tidy.version_headers,
        operations,
    )?;
    expect(
        "the struct of each object that takes further fields",
        tidy.opened,
        open,
    )?;
    expect(
        "the panicking constructor of the client",
        tidy.constructors,
        1,
    )?;
    let before = file.items.len();
    file.items
        .retain(|item| !matches!(item, Item::Mod(module) if module.ident == "prelude"));
    expect("the prelude", before - file.items.len(), 1)
}

fn expect(what: &str, found: usize, expected: usize) -> Result<(), Box<dyn Error>> {
    if found == expected {
        return Ok(());
    }
    Err(format!("the generator has changed: {what} was found {found} times, not {expected}").into())
}

/// The objects that list fields and take further ones: the generator drops those.
fn open_objects(document: &Document) -> BTreeSet<String> {
    let open = |schema: &Value| {
        schema["additionalProperties"] == Value::Bool(true) && schema["properties"].is_object()
    };
    let named = document.schemas().filter(|(_, schema)| open(schema));
    named
        .map(|(name, _)| names::type_name(name).to_string())
        .collect()
}

#[derive(Default)]
struct Tidy {
    open: BTreeSet<String>,
    opened: usize,
    version_headers: usize,
    constructors: usize,
}

impl VisitMut for Tidy {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        let before = block.stmts.len();
        block.stmts.retain(|statement| !sends_version(statement));
        self.version_headers += before - block.stmts.len();
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_item_impl_mut(&mut self, item: &mut syn::ItemImpl) {
        if item.trait_.is_none() && is_named(&item.self_ty, "Client") {
            let before = item.items.len();
            item.items
                .retain(|item| !matches!(item, ImplItem::Fn(method) if method.sig.ident == "new"));
            self.constructors += before - item.items.len();
        }
        visit_mut::visit_item_impl_mut(self, item);
    }

    fn visit_item_mod_mut(&mut self, module: &mut ItemMod) {
        visit_mut::visit_item_mod_mut(self, module);
        if module.ident == "types" {
            let items = module
                .content
                .iter_mut()
                .flat_map(|(_, items)| items.iter_mut());
            let structs = items.filter_map(|item| {
                if let Item::Struct(item) = item {
                    Some(item)
                } else {
                    None
                }
            });
            let mut constructors: Vec<Item> = Vec::new();
            for item in structs {
                self.opened += usize::from(keep_further_fields(item, &self.open));
                constructors.extend(extensible(item));
            }
            module
                .content
                .iter_mut()
                .for_each(|(_, items)| items.extend(constructors.clone()));
        }
    }
}

fn sends_version(statement: &Stmt) -> bool {
    let text = quote!(#statement).to_string();
    text.starts_with("header_map . append") && text.contains("\"api-version\"")
}

fn is_named(ty: &syn::Type, name: &str) -> bool {
    matches!(ty, syn::Type::Path(path) if path.path.is_ident(name))
}

/// Gives the struct of an open object a map for the fields that the document does not list.
fn keep_further_fields(item: &mut ItemStruct, open: &BTreeSet<String>) -> bool {
    let syn::Fields::Named(fields) = &mut item.fields else {
        return false;
    };
    let keep = open.contains(&item.ident.to_string());
    if keep {
        fields.named.push(parse_quote! {
            /// Fields that the document does not list.
            #[serde(flatten)]
            pub additional_properties: ::serde_json::Map<::std::string::String, ::serde_json::Value>
        });
    }
    keep
}

/// Lets a struct grow: it is marked so, and gets a constructor that takes what is required.
fn extensible(item: &mut ItemStruct) -> Option<Item> {
    let syn::Fields::Named(fields) = &item.fields else {
        return None;
    };
    let (required, optional): (Vec<&Field>, Vec<&Field>) =
        fields.named.iter().partition(|field| is_required(field));
    let given: Vec<&Ident> = required
        .iter()
        .filter_map(|field| field.ident.as_ref())
        .collect();
    let types: Vec<_> = required.iter().map(|field| &field.ty).collect();
    let rest: Vec<&Ident> = optional
        .iter()
        .filter_map(|field| field.ident.as_ref())
        .collect();
    let name = &item.ident;
    let constructor = parse_quote! {
        impl #name {
            /// What is required; the rest is absent and can be set after.
            #[must_use]
            pub fn new(#(#given: #types),*) -> Self {
                Self { #(#given,)* #(#rest: ::std::default::Default::default(),)* }
            }
        }
    };
    item.attrs.push(parse_quote!(#[non_exhaustive]));
    Some(constructor)
}

/// A field that is neither read by default nor left out when writing must be in the JSON.
fn is_required(field: &Field) -> bool {
    let marks = ["default", "skip_serializing_if", "flatten"];
    let optional = |attribute: &syn::Attribute| {
        let arguments = attribute
            .meta
            .require_list()
            .map(|list| list.tokens.to_string());
        let marked =
            arguments.is_ok_and(|arguments| marks.iter().any(|mark| arguments.contains(mark)));
        attribute.path().is_ident("serde") && marked
    };
    !field.attrs.iter().any(optional)
}

/// Puts items into the generated `types` module.
pub(crate) fn extend_types(file: &mut File, tokens: TokenStream) -> Result<(), Box<dyn Error>> {
    let items = syn::parse2::<File>(tokens)?.items;
    let types = file.items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_mut(),
        _ => None,
    });
    types
        .ok_or("the generator has changed: there is no module `types`")?
        .1
        .extend(items);
    Ok(())
}

/// Puts items at the end of the file.
pub(crate) fn append(file: &mut File, tokens: TokenStream) -> Result<(), Box<dyn Error>> {
    file.items.extend(syn::parse2::<File>(tokens)?.items);
    Ok(())
}
