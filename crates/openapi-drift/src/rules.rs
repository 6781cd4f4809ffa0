//! The rules of the comparison, for users who look up an entry of a report.

use serde_json::{Value, json};

use super::format::Format;
use super::kind::{Direction, Kind, Verdict};

/// Returns the table of the rules. The phrase of a rule is the one that a report uses.
pub fn rules(format: Format) -> String {
    match format {
        Format::Text => Kind::ALL.iter().map(text).collect(),
        Format::Markdown => {
            let rows: String = Kind::ALL.iter().map(row).collect();
            format!(
                "| rule | change | effect on callers | effect on readers |\n|---|---|---|---|\n{rows}"
            )
        }
        Format::Json => {
            let rules: Vec<Value> = Kind::ALL.iter().map(object).collect();
            format!("{:#}\n", Value::Array(rules))
        }
    }
}

/// Returns the identifier of a rule, which is `kind` in a report as JSON.
fn identifier(kind: Kind) -> String {
    let identifier = serde_json::to_value(kind).unwrap_or_default();
    identifier.as_str().unwrap_or_default().to_owned()
}

fn phrase(kind: Kind) -> &'static str {
    kind.words().trim_end_matches([':', ','])
}

fn text(kind: &Kind) -> String {
    let effect = |direction: Direction| {
        let Verdict { breaks, reason } = kind.verdict(direction);
        let side = direction.party();
        match breaks {
            true => format!("    affects {side}: {reason}\n"),
            false => format!("    {side} unaffected: {reason}\n"),
        }
    };
    format!(
        "{} ({})\n{}{}",
        phrase(*kind),
        identifier(*kind),
        effect(Direction::Request),
        effect(Direction::Response)
    )
}

fn row(kind: &Kind) -> String {
    let effect = |direction: Direction| {
        let Verdict { breaks, reason } = kind.verdict(direction);
        match breaks {
            true => format!("**breaking**: {reason}"),
            false => reason.to_owned(),
        }
    };
    format!(
        "| `{}` | {} | {} | {} |\n",
        identifier(*kind),
        phrase(*kind),
        effect(Direction::Request),
        effect(Direction::Response)
    )
}

fn object(kind: &Kind) -> Value {
    let effect = |direction: Direction| {
        let Verdict { breaks, reason } = kind.verdict(direction);
        json!({"breaks": breaks, "reason": reason})
    };
    json!({
        "kind": kind,
        "phrase": phrase(*kind),
        "callers": effect(Direction::Request),
        "readers": effect(Direction::Response),
    })
}
