//! Names that generated code defines twice in one scope, so that it would not compile.
//!
//! This check is fast enough for every document; compiling takes a minute each.

use std::collections::BTreeSet;

use syn::{File, ImplItem, Item, ItemImpl};

/// Returns the first name that is defined twice, with its scope.
pub(crate) fn find(file: &File) -> Option<String> {
    in_items(&file.items, "the code")
}

fn in_items(items: &[Item], place: &str) -> Option<String> {
    let named = items.iter().filter_map(|item| match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Type(item) => Some(item.ident.to_string()),
        Item::Mod(item) => Some(item.ident.to_string()),
        _ => None,
    });
    twice(named, place).or_else(|| items.iter().find_map(in_item))
}

fn in_item(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => {
            let fields = item.fields.iter().filter_map(|field| field.ident.as_ref());
            twice(fields.map(ToString::to_string), &item.ident.to_string())
        }
        Item::Enum(item) => {
            let variants = item
                .variants
                .iter()
                .map(|variant| variant.ident.to_string());
            twice(variants, &item.ident.to_string())
        }
        Item::Mod(item) => {
            let (_, items) = item.content.as_ref()?;
            in_items(items, &item.ident.to_string())
        }
        Item::Impl(item) if item.trait_.is_none() => in_methods(item),
        _ => None,
    }
}

fn in_methods(item: &ItemImpl) -> Option<String> {
    let methods = item.items.iter().filter_map(|item| match item {
        ImplItem::Fn(method) => Some(&method.sig),
        _ => None,
    });
    twice(
        methods.clone().map(|method| method.ident.to_string()),
        "an implementation",
    )
    .or_else(|| {
        methods.into_iter().find_map(|method| {
            let arguments = method.inputs.iter().filter_map(|input| match input {
                syn::FnArg::Typed(argument) => match &*argument.pat {
                    syn::Pat::Ident(name) => Some(name.ident.to_string()),
                    _ => None,
                },
                syn::FnArg::Receiver(_) => None,
            });
            twice(arguments, &method.ident.to_string())
        })
    })
}

fn twice(names: impl Iterator<Item = String>, place: &str) -> Option<String> {
    let mut seen = BTreeSet::new();
    let mut names = names;
    names
        .find(|name| !seen.insert(name.clone()))
        .map(|name| format!("`{name}` twice in `{place}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_would_not_compile_are_found() {
        for (code, found) in [
            (
                "struct A { a: u8 } mod a { struct A; } impl A { fn a(&self) {} } impl B { fn a(&self) {} }",
                None,
            ),
            ("struct A; enum A {}", Some("`A` twice in `the code`")),
            (
                "mod types { struct A { a: u8, a: u8 } }",
                Some("`a` twice in `A`"),
            ),
            ("enum A { B, B }", Some("`B` twice in `A`")),
            (
                "impl C { fn a() {} fn a() {} }",
                Some("`a` twice in `an implementation`"),
            ),
            ("impl C { fn m(a: u8, a: u8) {} }", Some("`a` twice in `m`")),
        ] {
            let file = syn::parse_str(code).unwrap();
            assert_eq!(find(&file).as_deref(), found, "{code}");
        }
    }
}
