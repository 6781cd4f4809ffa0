//! Everything derived, as a pure function of the sources.

use std::path::Path;
use std::rc::Rc;

use serde_json::{Value, json};

use crate::divergence;
use crate::input::Input;
use crate::source::Source;
use crate::source_record::SourceRecord;
use crate::stale_files::{self, File};
use crate::surface;
use crate::workspace::{AGENT, AGENT_CLIENT, DERIVED, DOCUMENT, DOCUMENTED, PUBLIC_CLIENT};
use openapi_canonical::document;
use openapi_canonical::down;
use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::json;
use openapi_canonical::losses::Rewrites;
use openapi_canonical::{Error, Loss, Result};
use openapi_for_progenitor::generator;
use openapi_for_progenitor::verify;
use openapi_for_progenitor::{StepReport, steps};

/// Documents that are written by hand.
#[derive(Debug)]
pub(crate) struct HandWritten {
    /// The documentation as it is written, which the stand-in is made of.
    pub(crate) as_written: Value,
    /// The documentation in its 3.0 form.
    pub(crate) documented: Value,
    documented_rewrites: Rewrites,
    /// The document of the agent endpoints in its 3.0 form.
    agent: Value,
    agent_sha256: String,
}

impl HandWritten {
    pub(crate) fn read(root: &Path) -> Result<HandWritten> {
        let (as_written, _) = read(root, DOCUMENTED)?;
        let (agent, agent_sha256) = read(root, AGENT)?;
        let (documented, documented_rewrites) = down::convert(as_written.clone(), DOCUMENTED)?;
        Ok(HandWritten {
            documented,
            documented_rewrites,
            as_written,
            agent: down::convert(agent, AGENT)?.0,
            agent_sha256,
        })
    }
}

fn read(root: &Path, path: &str) -> Result<(Value, String)> {
    let text = stale_files::read_if_there(&root.join(path))?;
    let text = text.ok_or_else(|| {
        Error::new(format!(
            "{path} is missing; restore it with `git checkout {path}`"
        ))
    })?;
    Ok((document::parse(&text, path)?, json::sha256(text.as_bytes())))
}

/// Everything derived from the sources.
#[derive(Debug)]
pub(crate) struct Derived {
    /// Derived files in the order in which they are written, that of [`DERIVED`].
    pub(crate) files: Vec<File>,
    /// Document that the public client is generated from.
    pub(crate) public: Value,
    /// Name of the document in reports.
    pub(crate) origin: String,
    /// Document that is served, or the stand-in.
    pub(crate) served: Rc<Input>,
    /// True if the files are derived from a served document.
    pub(crate) is_served: bool,
    /// Number of differences between the served document and the documentation, by kind.
    pub(crate) differences: Vec<(&'static str, usize)>,
    /// The differences in which the served document contradicts the documentation.
    pub(crate) contradictions: Vec<String>,
    /// Locations that the comparison with the documentation cannot judge.
    pub(crate) uncompared: Vec<String>,
    /// Report of the preparation of each generated client's document.
    pub(crate) notes: Vec<(&'static str, Vec<StepReport>)>,
}

/// Derives every file, or fails if one of the documents cannot be used.
pub(crate) fn derive(hand_written: &HandWritten, source: Source) -> Result<Derived> {
    let is_served = source.lock.is_served();
    let origin = if is_served {
        source.name().to_owned()
    } else {
        "the stand-in made from spec/documented.json".to_owned()
    };
    check_coverage(&source, &hand_written.documented)?;
    let joined = openapi_reconcile::reconcile(&source.input.document, &hand_written.documented);
    let (reconciled, divergences) = (joined.document, joined.divergences);
    let surface = surface::render(&[&reconciled, &hand_written.agent], is_served);
    let (public, public_notes) =
        steps::normalise(with_source(reconciled, &public_source(&source.lock)));
    verify::check(&public, source.name())?;
    generator::check(&public, source.name())?;
    let agent_source =
        json!({"document": AGENT, "served": false, "sha256": hand_written.agent_sha256});
    let (agent, agent_notes) =
        steps::normalise(with_source(hand_written.agent.clone(), &agent_source));
    verify::check(&agent, AGENT)?;
    generator::check(&agent, AGENT)?;
    let texts: [String; DERIVED.len()] = [
        source.text,
        surface,
        divergence::render(&divergences, is_served),
        json::pretty(&public),
        json::pretty(&agent),
        source.lock.render()?,
    ];
    let files = DERIVED.into_iter().zip(texts);
    Ok(Derived {
        files: files.map(|(path, text)| File { path, text }).collect(),
        public,
        origin,
        served: Rc::clone(&source.input),
        is_served,
        differences: divergence::counts(&divergences),
        contradictions: openapi_reconcile::contradictions(&divergences),
        uncompared: hand_written
            .documented_rewrites
            .uncompared_in(source.input.document.rewrites()),
        notes: vec![(PUBLIC_CLIENT, public_notes), (AGENT_CLIENT, agent_notes)],
    })
}

/// Fails if a document has fewer than half of the documented operations, or none: it describes another API.
fn check_coverage(source: &Source, documented: &Value) -> Result<()> {
    let document = &source.input.document;
    let (known, all) = openapi_reconcile::coverage(document, documented);
    if known * 2 >= all && known > 0 {
        return Ok(());
    }
    let operations = if document.operations().next().is_none() {
        without_operations(document.losses()).to_owned()
    } else {
        format!("it has {known} of the {all} documented operations")
    };
    Err(Error::new(format!(
        "{} is not the document of this API: {operations}; check the address",
        source.name()
    )))
}

/// Returns the reason why a document without operations cannot be used.
fn without_operations(losses: &[Loss]) -> &'static str {
    if losses
        .iter()
        .any(|loss| loss.pointer.starts_with("/webhooks/"))
    {
        "it describes webhooks only, no operation"
    } else {
        "it describes no operation"
    }
}

/// Returns the origin of a generated client, which is compiled into it.
fn public_source(lock: &SourceRecord) -> Value {
    let mut origin =
        json!({"document": DOCUMENT, "served": lock.is_served(), "sha256": lock.sha256});
    if let Some(time) = &lock.fetched_at {
        origin["fetched_at"] = json!(time);
    }
    origin
}

fn with_source(mut document: Value, origin: &Value) -> Value {
    document["openapi"] = json!("3.0.3");
    document["info"][keys::SOURCE] = origin.clone();
    document
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Found;
    use crate::source;
    use crate::workspace::LOCK;

    #[test]
    fn every_derived_file_is_proposed() {
        let script = include_str!("../../.ci/propose");
        let (_, list) = script.split_once("derived=(").unwrap();
        let (list, _) = list.split_once(')').unwrap();
        let mut proposed: Vec<&str> = list.split_whitespace().collect();
        let mut derived = DERIVED.to_vec();
        proposed.sort_unstable();
        derived.sort_unstable();
        assert_eq!(proposed, derived);
    }

    #[test]
    fn the_record_is_written_last() {
        let root = tempfile::tempdir().unwrap();
        let documented =
            json!({"openapi": "3.0.3", "info": {}, "paths": {"/a": {"get": {"responses": {}}}}});
        let hand_written = HandWritten {
            as_written: documented.clone(),
            documented: documented.clone(),
            documented_rewrites: Rewrites::default(),
            agent: documented,
            agent_sha256: String::new(),
        };
        let lock = crate::source_record::RecordState::Missing;
        let found = Ok(Found::Nothing);
        let documented = &hand_written.documented;
        let found = source::on_disk(root.path(), &lock, &found, documented).unwrap();
        let source::OnDisk::Consistent(source) = found else {
            unreachable!("nothing is there to be wrong");
        };
        let derived = derive(&hand_written, *source).unwrap();
        assert_eq!(derived.files.last().unwrap().path, LOCK);
    }
}
