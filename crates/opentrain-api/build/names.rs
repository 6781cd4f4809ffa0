//! Conversion of wire names to Rust names, as the generator does it.

use std::collections::BTreeSet;

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::Ident;
use quote::format_ident;

/// Returns the name of the type that the generator makes for a component.
pub(crate) fn type_name(component: &str) -> Ident {
    identifier(component)
}

/// Returns the name of the argument that the generator makes for a parameter.
pub(crate) fn argument_name(parameter: &str) -> String {
    let letters: String = parameter
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    let name = letters.to_snake_case();
    match syn::parse_str::<Ident>(&name) {
        Ok(_) => name,
        Err(_) => format!("{name}_"),
    }
}

/// Returns a distinct variant name for each value; `Unknown` stays free.
pub(crate) fn variants(values: &[&str], given: &[&str]) -> Vec<Ident> {
    let mut taken = BTreeSet::from([String::from("Unknown")]);
    let name = |(index, value): (usize, &&str)| {
        let mut name = identifier(given.get(index).unwrap_or(value)).to_string();
        while !taken.insert(name.clone()) {
            name.push('_');
        }
        format_ident!("{name}")
    };
    values.iter().enumerate().map(name).collect()
}

fn identifier(text: &str) -> Ident {
    let letters: String = text
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    let name = letters.to_upper_camel_case();
    match name.chars().next() {
        None => format_ident!("X"),
        Some(first) if first.is_numeric() => format_ident!("X{name}"),
        Some(_) if name == "Self" => format_ident!("Self_"),
        Some(_) => format_ident!("{name}"),
    }
}
