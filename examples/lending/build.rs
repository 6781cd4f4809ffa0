//! Generates the client of `openapi.yaml`.

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=openapi.yaml");
    let document = openapi_canonical::read(&fs::read("openapi.yaml")?, "openapi.yaml")?;
    let prepared = openapi_for_progenitor::prepare(document, &Default::default())?;
    for loss in &prepared.losses {
        println!("cargo::warning=the client lacks {loss}");
    }
    let code = openapi_for_progenitor::generate(&prepared, &Default::default())?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("client.rs"), code)?;
    Ok(())
}
