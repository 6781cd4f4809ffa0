//! Generates the client modules from the normalised documents beside this crate's manifest.
//!
//! `cargo xtask regen` writes those documents; this script only turns them into Rust. It adds the parts that the generator omits:
//! open enums, ids and secrets as types, bodies chosen by status, constructors and setters, the table of operations.

mod additions;
mod base_url;
mod document;
mod extensions;
mod limits;
mod media_types;
mod names;
mod numbers;
mod operations;
mod outcomes;
mod outline;
mod request_types;
mod requests;
mod rewrite;
mod setters;
mod settings;
mod strings;

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use proc_macro2::TokenStream;
use progenitor::Generator;

use crate::document::Document;

/// Documents in the order of dependence: the string types of an earlier one are available to the later ones.
const DOCUMENTS: [(&str, &str); 2] = [("public", "public.json"), ("agent", "agent.json")];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build");
    let out = env::var("OUT_DIR")?;
    let mut earlier = Vec::new();
    for (module, file) in DOCUMENTS {
        println!("cargo::rerun-if-changed={file}");
        let document = Document::read(module, file)?;
        let generated =
            generate(&document, &earlier).map_err(|error| format!("{file}: {error}"))?;
        write(Path::new(&out), module, generated)?;
        earlier.push(document);
    }
    Ok(())
}

fn generate(document: &Document, earlier: &[Document]) -> Result<syn::File, Box<dyn Error>> {
    let strings = strings::StringTypes::of(document, earlier);
    let outcomes = outcomes::Outcomes::of(document);
    let settings = settings::settings(&strings, &outcomes);
    let tokens = Generator::new(&settings).generate_tokens(&document.openapi)?;
    let mut file = rewrite::parse(tokens, document)?;
    rewrite::check_and_tidy(&mut file, document)?;
    numbers::write_exactly(&mut file);
    media_types::write(&mut file, document)?;
    limits::show(&mut file, document)?;
    additions::keep_signatures(&mut file, document)?;
    requests::split_methods(&mut file)?;
    let setters = setters::tokens(&file, document);
    let extra: TokenStream = [strings.tokens(), outcomes.tokens(), setters]
        .into_iter()
        .collect();
    rewrite::extend_types(&mut file, extra)?;
    rewrite::append(&mut file, operations::tokens(document))?;
    Ok(file)
}

fn write(out: &Path, module: &str, file: syn::File) -> Result<(), Box<dyn Error>> {
    fs::write(
        out.join(format!("{module}.rs")),
        prettyplease::unparse(&file),
    )?;
    // The feature that includes the outlines.
    if env::var_os("CARGO_FEATURE_UNSTABLE_OUTLINE").is_some() {
        let outline = prettyplease::unparse(&outline::outline(file));
        fs::write(out.join(format!("{module}.outline.rs")), outline)?;
    }
    Ok(())
}
