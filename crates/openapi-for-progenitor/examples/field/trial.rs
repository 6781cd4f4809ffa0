//! One document prepared, and given to the generator.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use openapi_canonical::document;
use openapi_canonical::losses::Loss;
use openapi_canonical::plain_text;
use openapi_canonical::schema;
use openapi_for_progenitor::generate;
use openapi_for_progenitor::generator::{self, Refusal, panics};
use openapi_for_progenitor::{Options, Prepared, prepare};

/// Outcome of a document.
#[derive(Debug)]
pub(super) enum Ending {
    Taken,
    /// Our sentence.
    Refused(String),
    /// The generator's error.
    NotTaken(String),
    /// The generated code gives a name twice.
    Collides(String),
    /// The generated code lacks what is decoded by status.
    Incomplete(String),
    WePanicked(String),
    GeneratorPanicked(String),
}

/// Outcome for one document.
#[derive(Debug)]
pub(super) struct Trial {
    /// The file, counted from the folder.
    pub(super) name: String,
    pub(super) bytes: usize,
    pub(super) version: String,
    /// Number of operations that the generator received.
    pub(super) operations: usize,
    pub(super) losses: Vec<Loss>,
    /// Duration of the preparation.
    pub(super) took: Duration,
    pub(super) ending: Ending,
}

impl Trial {
    pub(super) fn is_taken(&self) -> bool {
        matches!(self.ending, Ending::Taken)
    }

    /// True if the document shows a bug: a panic, or generated code in which names collide.
    pub(super) fn is_wrong(&self) -> bool {
        !matches!(
            self.ending,
            Ending::Taken | Ending::Refused(_) | Ending::NotTaken(_)
        )
    }
}

/// Tries one document.
pub(super) fn run(folder: &Path, file: &Path, is_raw: bool) -> Trial {
    let name = file
        .strip_prefix(folder)
        .unwrap_or(file)
        .display()
        .to_string();
    let mut trial = Trial {
        name,
        bytes: 0,
        version: String::new(),
        operations: 0,
        losses: Vec::new(),
        took: Duration::ZERO,
        ending: Ending::Taken,
    };
    trial.ending = end(&mut trial, file, is_raw).map_or_else(|ending| ending, |_| Ending::Taken);
    trial
}

/// Generates the code of a document; records the failure if there is none.
pub(super) fn end(trial: &mut Trial, file: &Path, is_raw: bool) -> Result<syn::File, Ending> {
    let refused = |error: openapi_canonical::Error| {
        let whole = error.to_string();
        Ending::Refused(whole.replace(PLACE, "").trim_start().to_owned())
    };
    let bytes = std::fs::read(file).map_err(|cause| Ending::Refused(cause.to_string()))?;
    trial.bytes = bytes.len();
    let start = Instant::now();
    let prepared = panics::caught(|| prepared(trial, &bytes, is_raw))
        .map_err(Ending::WePanicked)?
        .map_err(refused)?;
    trial.took = start.elapsed();
    trial.operations = schema::operations(prepared.document()).len();
    prepared.code().map_err(|refusal| match refusal {
        Refusal::NotTaken(text) => Ending::NotTaken(text),
        Refusal::Panicked(text) => Ending::GeneratorPanicked(text),
        Refusal::Collides(text) => Ending::Collides(text),
        Refusal::Incomplete(text) => Ending::Incomplete(text),
    })
}

/// Name of the document in messages: the same for all, so that equal reasons are counted together.
const PLACE: &str = "the document";

/// Document that the generator reads.
enum Given {
    /// The document as it came.
    Raw(Value),
    Prepared(Prepared),
}

impl Given {
    fn document(&self) -> &Value {
        match self {
            Given::Raw(document) => document,
            Given::Prepared(prepared) => &prepared.document,
        }
    }

    fn code(&self) -> Result<syn::File, Refusal> {
        match self {
            Given::Raw(document) => generator::code(document, &generator::settings()),
            Given::Prepared(prepared) => generate::code(prepared, &generator::settings()),
        }
    }
}

fn prepared(trial: &mut Trial, bytes: &[u8], is_raw: bool) -> openapi_canonical::Result<Given> {
    let served = document::parse_served(plain_text::decoded(bytes, PLACE)?, PLACE)?;
    document::version(&served)
        .unwrap_or_default()
        .clone_into(&mut trial.version);
    if is_raw {
        return Ok(Given::Raw(served));
    }
    let document = openapi_canonical::read(bytes, PLACE)?;
    let mut prepared = prepare(document, &Options::default())?;
    trial.losses = std::mem::take(&mut prepared.losses);
    Ok(Given::Prepared(prepared))
}
