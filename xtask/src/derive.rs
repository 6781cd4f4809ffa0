//! Everything derived, as a pure function of the sources.

use std::path::Path;

use serde_json::{Value, json};

use crate::divergence;
use crate::document;
use crate::error::{Error, Result};
use crate::json;
use crate::normalise::{self, Note};
use crate::reconcile;
use crate::source::{self, Lock, Source};
use crate::surface;
use crate::write::{self, File};

const DOCUMENTED: &str = "spec/documented.json";
const AGENT: &str = "spec/agent-auth.json";

/// The documents that people write.
#[derive(Debug)]
pub(crate) struct HandWritten {
    pub(crate) documented: Value,
    agent: Value,
    agent_sha256: String,
}

impl HandWritten {
    pub(crate) fn read(root: &Path) -> Result<HandWritten> {
        let (documented, _) = read(root, DOCUMENTED)?;
        let (agent, agent_sha256) = read(root, AGENT)?;
        Ok(HandWritten {
            documented,
            agent,
            agent_sha256,
        })
    }
}

fn read(root: &Path, path: &str) -> Result<(Value, String)> {
    let text = write::read_if_there(&root.join(path))?;
    let text = text.ok_or_else(|| {
        Error::new(format!(
            "{path} is missing; restore it with `git checkout {path}`"
        ))
    })?;
    Ok((document::parse(&text, path)?, json::sha256(text.as_bytes())))
}

/// What follows from the sources.
#[derive(Debug)]
pub(crate) struct Derived {
    pub(crate) files: Vec<File>,
    /// What the normaliser did, by document.
    pub(crate) notes: Vec<(&'static str, Vec<Note>)>,
}

/// Derives every file.
pub(crate) fn derive(hand_written: &HandWritten, source: Source) -> Result<Derived> {
    let is_served = source.lock.is_served();
    let (reconciled, divergences) =
        reconcile::reconcile(&source.document, &hand_written.documented);
    let surface = surface::render(&[&reconciled, &hand_written.agent], is_served);
    let (public, public_notes) =
        normalise::normalise(with_source(reconciled, &public_source(&source.lock)));
    let agent_source =
        json!({"document": AGENT, "served": false, "sha256": hand_written.agent_sha256});
    let (agent, agent_notes) =
        normalise::normalise(with_source(hand_written.agent.clone(), &agent_source));
    let file = |path, text| File { path, text };
    let files = vec![
        file(source::LOCK, source.lock.render()?),
        file(source::DOCUMENT, source.text),
        file("spec/surface.txt", surface),
        file(
            "spec/divergence.txt",
            divergence::render(&divergences, is_served),
        ),
        file("crates/opentrain-api/public.json", json::pretty(&public)),
        file("crates/opentrain-api/agent.json", json::pretty(&agent)),
    ];
    Ok(Derived {
        files,
        notes: vec![(DOCUMENTED, public_notes), (AGENT, agent_notes)],
    })
}

/// Where a generated client comes from; compiled into it.
fn public_source(lock: &Lock) -> Value {
    let mut origin =
        json!({"document": source::DOCUMENT, "served": lock.is_served(), "sha256": lock.sha256});
    if let Some(time) = &lock.fetched_at {
        origin["fetched_at"] = json!(time);
    }
    origin
}

fn with_source(mut document: Value, origin: &Value) -> Value {
    document["openapi"] = json!("3.0.3");
    document["info"]["x-opentrain-source"] = origin.clone();
    document
}
