//! `cargo xtask normalise FILE`: what is made of any one document before a client is generated from it.
//!
//! Nothing is reconciled and nothing is written; the document may be any API's.

use serde_json::Value;

use crate::document;
use crate::down::{self, LeftOut, Rewrites};
use crate::error::Result;
use crate::fetch::Limits;
use crate::flags::Normalise;
use crate::json::{self, Object};
use crate::normalise::{self, Note};
use crate::print::print;
use crate::regen::Outcome;
use crate::schema;
use crate::source;
use crate::straighten::straighten;
use crate::verify;

/// Prints the document; what was done and left out goes to standard error.
pub(crate) fn run(flags: &Normalise) -> Result<Outcome> {
    let place = flags.file.display().to_string();
    let bytes = source::read_bounded(&flags.file, &place, &Limits::default())?;
    let served = document::parse_served(source::decoded(&bytes, &place)?, &place)?;
    let (converted, rewrites) = down::convert(served, &place)?;
    let straight = straighten(&converted);
    let mut left_out = rewrites.left_out.clone();
    left_out.extend(not_generated(&straight));
    let (normalised, notes) = normalise::normalise(straight);
    verify::check(&normalised, &place)?;
    eprint!("{}", report(&rewrites, &notes, &left_out));
    print(&json::pretty(&normalised))?;
    Ok(Outcome::Unchanged)
}

fn report(rewrites: &Rewrites, notes: &[Note], left_out: &[LeftOut]) -> String {
    let downward = rewrites
        .counts
        .iter()
        .map(|(rewrite, count)| (*rewrite, *count));
    let steps = notes.iter().map(|note| (note.step, note.count));
    let done: String = downward
        .chain(steps)
        .filter(|(_, count)| *count > 0)
        .map(|(what, count)| format!("  {count:>5}  {what}\n"))
        .collect();
    let lost: String = left_out
        .iter()
        .map(|LeftOut { pointer, what }| format!("  {pointer}: {what}\n"))
        .collect();
    format!("done:\n{done}left out: {}\n{lost}", left_out.len())
}

/// What of each operation the generated client will not have.
fn not_generated(document: &Value) -> Vec<LeftOut> {
    let mut found = Vec::new();
    for (path, method, operation) in schema::operations(document) {
        let pointer = json::pointer(&["paths", path, method]);
        let lost = parameters(operation)
            .chain(request_forms(operation))
            .chain(response_forms(operation));
        found.extend(lost.map(|what| LeftOut {
            pointer: pointer.clone(),
            what,
        }));
    }
    found
}

fn parameters(operation: &Object) -> impl Iterator<Item = String> {
    let identities = json::elements(operation, "parameters")
        .iter()
        .map(document::parameter_identity);
    identities
        .filter(|(place, _)| *place == "cookie")
        .map(|(_, name)| format!("the cookie `{name}`"))
}

/// One form of a body is generated: JSON, else a form of text fields.
fn request_forms(operation: &Object) -> impl Iterator<Item = String> {
    let body = json::object(operation, "requestBody");
    let forms: Vec<&String> = body.into_iter().flat_map(media_types).collect();
    let kept = [document::is_json, document::is_form]
        .into_iter()
        .find(|is_kept| forms.iter().any(|form| is_kept(form)));
    forms
        .into_iter()
        .filter(move |form| !kept.is_some_and(|is_kept| is_kept(form)))
        .map(|form| format!("the request body as `{form}`"))
}

fn response_forms(operation: &Object) -> impl Iterator<Item = String> {
    let responses = json::entries(operation, "responses");
    responses.flat_map(|(status, response)| {
        let forms = response.as_object().into_iter().flat_map(media_types);
        forms
            .filter(|form| !document::is_json(form))
            .map(move |form| format!("the answer {status} as `{form}`"))
    })
}

fn media_types(body: &Object) -> impl Iterator<Item = &String> {
    json::entries(body, "content").map(|(media_type, _)| media_type)
}
