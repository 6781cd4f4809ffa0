//! Identifiers in Rust code that a change may affect.

use std::collections::BTreeSet;

use serde_json::Value;

use super::operations::OperationNames;
use super::types::Types;
use openapi_canonical::names;
use openapi_canonical::schema;
use openapi_drift::location::{Location, Owner, Step};
use openapi_drift::{Change, Kind};
use openapi_for_progenitor::generated_names;

/// Names in the documents and in the raw client.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    operations: Vec<OperationNames>,
    /// Component names of all compared documents.
    components: BTreeSet<String>,
    types: Types,
}

impl Vocabulary {
    /// `clients` are the documents that the client is generated from, and was before: what is gone has its name there. The
    /// others are those that were compared.
    pub(crate) fn of(clients: &[&Value], compared: &[&Value]) -> Vocabulary {
        let documents = compared.iter().chain(clients).copied();
        let components = documents.filter_map(schema::components);
        let operations = clients.iter().map(|client| OperationNames::of(client));
        Vocabulary {
            operations: operations.collect(),
            components: components.flat_map(|all| all.keys().cloned()).collect(),
            types: Types::of(clients, compared),
        }
    }

    /// Returns the names in the raw client of the operations that a change reaches.
    fn methods(&self, change: &Change) -> BTreeSet<String> {
        let names = self.operations.iter();
        names
            .flat_map(|names| {
                change
                    .operations()
                    .into_iter()
                    .filter_map(|name| names.get(name))
            })
            .collect()
    }
}

/// Closeness between identifiers and a change.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Naming {
    /// The identifiers do not name the change.
    None,
    /// They name another type in the bodies of the operations that a change of a component reaches.
    Around,
    /// They name another type in the bodies of the change's operation, or in its component.
    Body,
    /// They name an operation that the change of a component reaches.
    Reached,
    /// They are in a line that the change touches.
    Line,
    /// They name the operation or the type of the change.
    Owner,
    /// They name the operation or the type, and the field, parameter or value.
    Detail,
}

#[derive(Debug)]
pub(super) struct Words {
    /// Methods of the raw client, and the types that contain the location.
    pub(super) owners: BTreeSet<String>,
    /// Those of the owners that are no more than methods that a change of a component reaches.
    reached: BTreeSet<String>,
    /// The field, the parameter or the value itself. There is none for a change of the whole.
    pub(super) details: BTreeSet<String>,
    /// The types in the bodies of its operation or in its component: those around the location, and those that are gone with it.
    bodies: BTreeSet<String>,
    /// The types in the bodies of the operations that a change of a component reaches.
    around: BTreeSet<String>,
}

impl Words {
    pub(super) fn of(change: &Change, vocabulary: &Vocabulary) -> Words {
        if is_in_no_code(change.finding.kind) {
            return Words {
                owners: BTreeSet::new(),
                reached: BTreeSet::new(),
                details: BTreeSet::new(),
                bodies: BTreeSet::new(),
                around: BTreeSet::new(),
            };
        }
        let is_component = |name: &str| vocabulary.components.contains(name);
        let location = Location::parse(&change.finding.location, is_component);
        let methods = vocabulary.methods(change);
        let operations = change.operations().into_iter();
        let reached = operations.flat_map(|name| vocabulary.types.in_owner(name));
        let reached: BTreeSet<String> = reached.cloned().collect();
        let (bodies, around) = match location.owner {
            Owner::Component(name) => {
                let inside = vocabulary.types.in_owner(name).into_iter();
                (inside.cloned().collect(), reached)
            }
            Owner::Operation { .. } => (reached, BTreeSet::new()),
        };
        let bases = match location.owner {
            Owner::Component(name) => vec![generated_names::type_name(name)],
            Owner::Operation { .. } => methods
                .iter()
                .map(|name| type_of(name, location.owner))
                .collect(),
        };
        let types = bases.iter().flat_map(|base| types(base, &location.steps));
        let mut owners: BTreeSet<String> = types.collect();
        // What a document calls otherwise, or has inline.
        owners.extend(
            location
                .path()
                .flat_map(|at| vocabulary.types.at(at))
                .cloned(),
        );
        let methods: Vec<String> = methods.iter().flat_map(|name| methods_of(name)).collect();
        owners.extend(methods.iter().cloned());
        let is_of_component = matches!(location.owner, Owner::Component(_));
        Words {
            owners,
            reached: methods.into_iter().filter(|_| is_of_component).collect(),
            bodies,
            around,
            details: detail(change, &location).map(spellings).unwrap_or_default(),
        }
    }

    /// Returns how closely the identifiers name the change. A field's name alone may be that of any other field.
    pub(super) fn naming(&self, words: &BTreeSet<String>) -> Naming {
        match (
            self.owners.is_disjoint(words),
            self.details.is_disjoint(words),
        ) {
            (true, _) if !self.bodies.is_disjoint(words) => Naming::Body,
            (true, _) if !self.around.is_disjoint(words) => Naming::Around,
            (true, _) => Naming::None,
            (false, true) => {
                let mut named = self.owners.intersection(words);
                match named.all(|owner| self.reached.contains(owner)) {
                    true => Naming::Reached,
                    false => Naming::Owner,
                }
            }
            (false, false) => Naming::Detail,
        }
    }
}

/// True if no line of code names a change: it concerns the whole service, or how many variants a value fits.
fn is_in_no_code(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::ServerMoved
            | Kind::ServerAdded
            | Kind::ServerRemoved
            | Kind::CredentialNeeded
            | Kind::CredentialNotNeeded
            | Kind::CredentialAccepted
            | Kind::CredentialNotAccepted
            | Kind::CredentialMoved
            | Kind::VariantsOverlap
            | Kind::OverlapRemoved
    )
}

/// Returns the names of an operation: its method in the raw client, the one that only builds a request, and the constant of its profile.
fn methods_of(operation: &str) -> [String; 3] {
    [
        operation.to_owned(),
        format!("{operation}_request"),
        operation.to_uppercase(),
    ]
}

/// Returns the name of the type generated for an inline schema of an operation: `JobsCreateBody`.
fn type_of(method: &str, owner: Owner<'_>) -> String {
    let Owner::Operation { part, .. } = owner else {
        return names::pascal(method);
    };
    let suffix = match owner.parameter() {
        Some(name) => names::pascal(name),
        None if part.starts_with("body") => "Body".to_owned(),
        None if part.starts_with(|first: char| first.is_ascii_digit()) => "Response".to_owned(),
        None => String::new(),
    };
    names::pascal(method) + &suffix
}

/// Returns a type and the types of inline schemas in it, on the path to a location: `Job`, `JobPay`, `JobPayRate`.
fn types(base: &str, steps: &[Step<'_>]) -> Vec<String> {
    let mut name = base.to_owned();
    let mut types = vec![name.clone()];
    for step in steps {
        match step {
            Step::Field(field) => name.push_str(&names::pascal(field)),
            Step::Item => name.push_str("Item"),
            Step::Value => name.push_str("Value"),
            // A form is numbered, or a type of its own.
            Step::Variant => break,
        }
        types.push(name.clone());
    }
    types
}

/// Returns the changed name, if code can contain it; else the last name on the way to its location.
fn detail<'a>(change: &'a Change, location: &Location<'a>) -> Option<&'a str> {
    match change.finding.kind {
        // These name a keyword of the document.
        Kind::FormatAdded
        | Kind::FormatHintChanged
        | Kind::FormatRemoved
        | Kind::LimitTightened
        | Kind::LimitLoosened
        | Kind::LimitChanged
        | Kind::NoLongerDescribed
        | Kind::DescribedNowhere
        | Kind::FirstDescribed => location.last_name(),
        _ => change
            .finding
            .name
            .as_deref()
            .or_else(|| location.last_name()),
    }
}

/// Returns a name as a field or an argument, and as a variant. A status is a number.
fn spellings(name: &str) -> BTreeSet<String> {
    if !name.is_empty() && name.chars().all(|character| character.is_ascii_digit()) {
        return [name.to_owned()].into();
    }
    [
        generated_names::field(name),
        generated_names::type_name(name),
    ]
    .into()
}
