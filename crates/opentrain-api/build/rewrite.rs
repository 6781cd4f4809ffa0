//! Changes to the generated code. Changes that correctness depends on check the number of locations that they hit.

use std::collections::BTreeSet;
use std::error::Error;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::quote;
use serde_json::Value;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Field, Fields, File, ImplItem, Item, ItemMod, ItemStruct, Meta, Stmt, Token, parse_quote,
};

use crate::base_url;
use crate::document::Document;
use crate::names;
use crate::numbers::option_of;

/// Content of the brackets of an attribute.
type Settings = Punctuated<Meta, Token![,]>;

/// Parses the generated code, with a check of every path parameter.
pub(crate) fn parse(tokens: TokenStream, document: &Document) -> Result<File, Box<dyn Error>> {
    let mut checked = 0;
    let tokens = check_path_parameters(tokens, &mut checked);
    let parameters = document
        .operations()
        .map(|operation| operation.path.matches('{').count())
        .sum();
    expect("each path parameter", checked, parameters)?;
    Ok(syn::parse2(tokens)?)
}

/// Turns `encode_path(&id.to_string())` into `encode_path("id", &id.to_string())?`, so that a value that would leave its segment
/// is an error. It works on tokens, since the call is inside of `format!`, where a syntax tree ends.
fn check_path_parameters(tokens: TokenStream, checked: &mut usize) -> TokenStream {
    let mut out = Vec::new();
    let mut after_name = false;
    for token in tokens {
        let named = matches!(&token, TokenTree::Ident(ident) if ident == "encode_path");
        match token {
            TokenTree::Group(group)
                if after_name && group.delimiter() == Delimiter::Parenthesis =>
            {
                *checked += 1;
                let call = named_call(&group.stream());
                out.extend(call);
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(
                    group.delimiter(),
                    check_path_parameters(group.stream(), checked),
                );
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

/// Removes unwanted code and adds the code that the generator has no setting for.
pub(crate) fn check_and_tidy(file: &mut File, document: &Document) -> Result<(), Box<dyn Error>> {
    let mut tidy = Tidy {
        open: open_objects(document),
        ..Tidy::default()
    };
    let open = tidy.open.len();
    tidy.visit_file_mut(file);
    let operations = document.operations().count();
    base_url::parse_once(file, operations)?;
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
    let three_states = three_states(&document.json["components"]["schemas"]);
    expect(
        "each field that tells null from absent",
        tidy.three_states,
        three_states,
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

pub(crate) fn expect(what: &str, found: usize, expected: usize) -> Result<(), Box<dyn Error>> {
    if found == expected {
        return Ok(());
    }
    Err(format!("the generator has changed: {what} was found {found} times, not {expected}").into())
}

/// Returns the objects that list fields and accept additional ones: the generator drops the additional ones.
fn open_objects(document: &Document) -> BTreeSet<String> {
    let open = |schema: &Value| {
        schema["additionalProperties"] == Value::Bool(true) && schema["properties"].is_object()
    };
    let named = document.schemas().filter(|(_, schema)| open(schema));
    named
        .map(|(name, _)| names::type_name(name).to_string())
        .collect()
}

/// Counts the properties that distinguish null from absent: an option within the option that every optional property is.
fn three_states(value: &Value) -> usize {
    let here = usize::from(value["x-rust-type"]["path"] == "std::option::Option");
    let below: usize = match value {
        Value::Object(members) => members.values().map(three_states).sum(),
        Value::Array(values) => values.iter().map(three_states).sum(),
        _ => 0,
    };
    here + below
}

#[derive(Default)]
struct Tidy {
    open: BTreeSet<String>,
    opened: usize,
    three_states: usize,
    version_headers: usize,
    constructors: usize,
}

impl VisitMut for Tidy {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        let before = block.stmts.len();
        block.stmts.retain(|statement| !sends_version(statement));
        self.version_headers += before - block.stmts.len();
        drop_empty_headers(block);
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_field_mut(&mut self, field: &mut Field) {
        let name = field.ident.as_ref().map(ToString::to_string);
        name.into_iter()
            .for_each(|name| document(&mut field.attrs, &format!("`{name}`.")));
    }

    fn visit_variant_mut(&mut self, variant: &mut syn::Variant) {
        let name = variant.ident.to_string();
        // The page of the type says what its variant means.
        let holds_own_type = matches!(&variant.fields, Fields::Unnamed(fields)
            if fields.unnamed.len() == 1 && is_named(&fields.unnamed[0].ty, &name));
        let doc = if holds_own_type {
            format!("A value of the type [`{name}`].")
        } else {
            format!("`{name}`.")
        };
        document(&mut variant.attrs, &doc);
        visit_mut::visit_variant_mut(self, variant);
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
                self.three_states += item.fields.iter_mut().map(read_three_states).sum::<usize>();
                constructors.extend(extensible(item));
            }
            module
                .content
                .iter_mut()
                .for_each(|(_, items)| items.extend(constructors.clone()));
        }
    }
}

/// Documents an item with this text if the document has no description of it.
fn document(attributes: &mut Vec<syn::Attribute>, doc: &str) {
    if !attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("doc"))
    {
        attributes.push(parse_quote!(#[doc = #doc]));
    }
}

fn sends_version(statement: &Stmt) -> bool {
    let text = quote!(#statement).to_string();
    text.starts_with("header_map . append") && text.contains("\"api-version\"")
}

/// Removes a map of headers that none is put into, and the call that adds it to the request.
fn drop_empty_headers(block: &mut syn::Block) {
    let text = |statement: &Stmt| quote!(#statement).to_string();
    // An optional header is put into the map inside of a condition.
    let adds = |statement: &Stmt| text(statement).contains("header_map . append");
    if block.stmts.iter().any(adds) {
        return;
    }
    let before = block.stmts.len();
    block
        .stmts
        .retain(|statement| !text(statement).starts_with("let mut header_map ="));
    if block.stmts.len() < before {
        block
            .stmts
            .iter_mut()
            .for_each(|statement| DropHeaders.visit_stmt_mut(statement));
    }
}

struct DropHeaders;

impl VisitMut for DropHeaders {
    fn visit_expr_mut(&mut self, expr: &mut syn::Expr) {
        visit_mut::visit_expr_mut(self, expr);
        if let syn::Expr::MethodCall(call) = expr
            && quote!(#call)
                .to_string()
                .ends_with(". headers (header_map)")
        {
            *expr = (*call.receiver).clone();
        }
    }
}

fn is_named(ty: &syn::Type, name: &str) -> bool {
    matches!(ty, syn::Type::Path(path) if path.path.is_ident(name))
}

/// Gives the struct of an open object a map for the fields that the document does not list.
fn keep_further_fields(item: &mut ItemStruct, open: &BTreeSet<String>) -> bool {
    let Fields::Named(fields) = &mut item.fields else {
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

/// Makes a field that distinguishes null from absent read null: by itself, serde reads null as absent. Returns the number of
/// fields that it changed.
fn read_three_states(field: &mut Field) -> usize {
    let nested = option_of(&field.ty).and_then(option_of).is_some();
    if nested {
        field.attrs.push(
            parse_quote!(#[serde(default, deserialize_with = "crate::runtime::three_states")]),
        );
    }
    usize::from(nested)
}

/// Makes a struct extensible: marks it as non-exhaustive, and returns a constructor that takes the required fields.
fn extensible(item: &mut ItemStruct) -> Option<Item> {
    let Fields::Named(fields) = &item.fields else {
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
            /// Returns a value of the required fields. The others are absent, and can be set later.
            #[must_use]
            pub fn new(#(#given: #types),*) -> Self {
                Self { #(#given,)* #(#rest: ::std::default::Default::default(),)* }
            }
        }
    };
    item.attrs.push(parse_quote!(#[non_exhaustive]));
    Some(constructor)
}

/// True for a field that must be in the JSON: it has no default when read, and is not skipped when written.
fn is_required(field: &Field) -> bool {
    let marks = ["default", "skip_serializing_if", "flatten"];
    let serde = field
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"));
    let settings = serde
        .filter_map(|attribute| attribute.parse_args_with(Settings::parse_terminated).ok())
        .flatten();
    !settings
        .into_iter()
        .any(|setting| marks.iter().any(|mark| setting.path().is_ident(mark)))
}

/// Adds items to the generated `types` module.
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

/// Adds items at the end of the file.
pub(crate) fn append(file: &mut File, tokens: TokenStream) -> Result<(), Box<dyn Error>> {
    file.items.extend(syn::parse2::<File>(tokens)?.items);
    Ok(())
}
