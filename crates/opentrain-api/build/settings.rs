//! Settings of the generator.

use progenitor::{CrateVers, GenerationSettings, InterfaceStyle, TagStyle, TypeImpl};
use quote::quote;
use schemars08::schema::{InstanceType, SchemaObject};

use crate::outcomes::Outcomes;
use crate::strings::StringTypes;

/// Returns the settings: positional methods on one client, this crate's context, its types for strings, money, instants and dates.
pub(crate) fn settings(strings: &StringTypes, outcomes: &Outcomes) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_tag(TagStyle::Merged)
        .with_inner_type(quote!(crate::Context))
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq")
        // A `std::option::Option` inside of another is how a PATCH body distinguishes null from absent.
        .with_crate("std", CrateVers::Any, None)
        .with_conversion(
            formatted(InstanceType::String, "date-time"),
            "crate::Timestamp",
            text_impls(),
        )
        .with_conversion(
            formatted(InstanceType::String, "date"),
            "crate::Date",
            text_impls(),
        )
        .with_conversion(
            formatted(InstanceType::Number, "decimal"),
            "crate::Usd",
            text_impls(),
        );
    for (name, path) in strings.replacements() {
        settings.with_replacement(name, path, text_impls());
    }
    for (name, path) in outcomes.replacements() {
        settings.with_replacement(name, path, std::iter::empty());
    }
    if std::env::var_os("CARGO_FEATURE_SCHEMARS").is_some() {
        settings.with_derive("::schemars::JsonSchema");
    }
    settings
}

fn text_impls() -> impl Iterator<Item = TypeImpl> {
    [TypeImpl::Display, TypeImpl::FromStr].into_iter()
}

fn formatted(instance: InstanceType, format: &str) -> SchemaObject {
    SchemaObject {
        instance_type: Some(instance.into()),
        format: Some(format.into()),
        ..SchemaObject::default()
    }
}
