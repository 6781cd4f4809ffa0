//! State of the comparison of two documents.
//!
//! Two components are compared once for each direction, independent of the number of operations that use them. Their
//! changes belong to every operation that leads there; these are combined at the end.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use serde_json::Value;

use super::change::{Change, Finding};
use super::described_aspects::{Aspect, DescribedAspects};
use super::effective_schema::EffectiveSchema;
use super::effective_schemas::EffectiveSchemas;
use super::kind::{Direction, Kind};
use super::pointers;
use crate::comparable;
use crate::{Drift, Prepared};
use openapi_canonical::json;
use openapi_canonical::schema;

/// Limit on the number of pairs that are compared. Only documents with schemas that expand without end exceed it.
const MOST_PAIRS: usize = 50_000;

/// Limit on the text of a schema, in bytes, for the same reason.
const LONGEST: usize = 1_000_000;

/// Limit on the text of a location in a sentence, in characters.
const LONGEST_LOCATION: usize = 120;

/// The documents, the changes so far, and the current location of the comparison.
#[derive(Debug)]
pub(super) struct Comparison<'a> {
    pub(super) old: &'a Value,
    pub(super) new: &'a Value,
    pub(super) old_aspects: &'a DescribedAspects,
    pub(super) new_aspects: &'a DescribedAspects,
    pub(super) old_effective: EffectiveSchemas<'a>,
    pub(super) new_effective: EffectiveSchemas<'a>,
    /// Components that are equal in both documents, including everything that they refer to.
    same: BTreeSet<String>,
    /// Operation that is being compared: `GET /jobs`.
    operation: String,
    /// Record of each operation.
    operations: Vec<(String, usize)>,
    records: Vec<Record>,
    /// Record that changes are added to.
    current: usize,
    /// Records of pairs, by the pair.
    known: BTreeMap<(String, String, Direction, Option<String>), usize>,
    waiting: VecDeque<Pair>,
    /// Location of the deferred pair that is being compared.
    pair: Option<String>,
    /// Locations that are not compared completely, each with the reason.
    not_compared: BTreeMap<String, String>,
}

/// Changes in one place, and the records that it leads to.
#[derive(Debug, Default)]
struct Record {
    findings: BTreeSet<(Finding, Direction)>,
    leads_to: BTreeSet<usize>,
}

/// Function that compares the schemas at a location. Files that it uses itself take it as an argument.
pub(super) type CompareSchemas = fn(&mut Comparison<'_>, &str, Direction, &Value, &Value);

/// Function that compares two effective schemas at a location.
pub(super) type CompareEffective =
    fn(&mut Comparison<'_>, &str, Direction, &Rc<EffectiveSchema>, &Rc<EffectiveSchema>);

/// Two schemas to compare.
#[derive(Debug)]
pub(super) struct Pair {
    record: usize,
    pub(super) at: String,
    pub(super) direction: Direction,
    pub(super) old: Rc<EffectiveSchema>,
    pub(super) new: Rc<EffectiveSchema>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(old: &'a Prepared, new: &'a Prepared) -> Comparison<'a> {
        Comparison {
            old: &old.document,
            new: &new.document,
            old_aspects: &old.aspects,
            new_aspects: &new.aspects,
            old_effective: EffectiveSchemas::of_document(&old.document),
            new_effective: EffectiveSchemas::of_document(&new.document),
            same: same_components(&old.document, &new.document),
            operation: String::new(),
            operations: Vec::new(),
            records: Vec::new(),
            current: 0,
            known: BTreeMap::new(),
            waiting: VecDeque::new(),
            pair: None,
            not_compared: BTreeMap::new(),
        }
    }

    /// Starts the comparison of another operation.
    pub(super) fn enter(&mut self, operation: &str) {
        operation.clone_into(&mut self.operation);
        self.begin_pair();
        self.current = self.add_record();
        self.operations.push((operation.to_owned(), self.current));
    }

    fn add_record(&mut self) -> usize {
        self.records.push(Record::default());
        self.records.len() - 1
    }

    /// Returns the name of the operation that is being compared.
    pub(super) fn operation(&self) -> &str {
        &self.operation
    }

    /// Notes a change at the current location.
    pub(super) fn note(&mut self, direction: Direction, finding: Finding) {
        let record = &mut self.records[self.current];
        record.findings.insert((finding, direction));
    }

    /// Returns the change if exactly one document describes an aspect of a location: a withdrawn description or a new
    /// one; a milder kind if the other document never describes the aspect. `None` if both or neither describe it.
    pub(super) fn description_change(
        &self,
        at: &str,
        direction: Direction,
        aspect: Aspect,
        (was, is): (bool, bool),
    ) -> Option<Finding> {
        let (aspects, kind, kind_if_omitted_everywhere) = match (was, is) {
            (true, false) => (
                self.new_aspects,
                Kind::NoLongerDescribed,
                Kind::DescribedNowhere,
            ),
            (false, true) => (self.old_aspects, Kind::Specified, Kind::FirstDescribed),
            _ => return None,
        };
        Some(if aspects.describes(direction, aspect) {
            Finding::new(at, kind)
        } else {
            Finding::new(at, kind_if_omitted_everywhere).of(aspect.name())
        })
    }

    /// True if two schemas are known to be equal.
    pub(super) fn are_same(&self, old: &Value, new: &Value) -> bool {
        let are_known = || {
            let mut components = references(old);
            components.all(|name| self.same.contains(name))
        };
        old == new && are_known()
    }

    /// Schedules the comparison of a pair, once, and links its changes to the current record.
    pub(super) fn compare_later(
        &mut self,
        at: &str,
        direction: Direction,
        old: &Rc<EffectiveSchema>,
        new: &Rc<EffectiveSchema>,
    ) {
        let components = old.component.as_ref().zip(new.component.as_ref());
        if components.is_some_and(|(old, new)| old == new && self.same.contains(old)) {
            return;
        }
        // Another component in place of one that still exists is a change of the location.
        let is_one = components.is_some_and(|(old, new)| {
            old == new || !self.new_effective.has(old) || !self.old_effective.has(new)
        });
        let at = match components {
            Some((old, _)) if is_one => old,
            _ => at,
        };
        // A component or operation that contains a schema several times, or inside itself, reports it at the first
        // location.
        let owner = (!is_one).then(|| owner(at).to_owned());
        let texts = [old, new].map(|schema| schema.key());
        let is_endless = texts.iter().any(|text| text.len() > LONGEST) || !self.take(&texts);
        let [old_text, new_text] = texts.map(|text| json::sha256(text.as_bytes()));
        let key = (old_text, new_text, direction, owner);
        let record = match self.known.get(&key) {
            Some(record) => *record,
            None if is_endless || self.known.len() >= MOST_PAIRS => {
                return self.give_up(at);
            }
            None => {
                let record = self.add_record();
                self.known.insert(key, record);
                self.waiting.push_back(Pair {
                    record,
                    at: at.to_owned(),
                    direction,
                    old: Rc::clone(old),
                    new: Rc::clone(new),
                });
                record
            }
        };
        self.records[self.current].leads_to.insert(record);
    }

    /// Takes the steps that texts of both documents cost. Returns false if too few are left.
    fn take(&self, [old, new]: &[String; 2]) -> bool {
        let budgets = [self.old_effective.budget(), self.new_effective.budget()];
        budgets[0].take_text(old) & budgets[1].take_text(new)
    }

    fn begin_pair(&self) {
        self.old_effective.budget().begin_pair();
        self.new_effective.budget().begin_pair();
    }

    /// Notes that the schemas at a location expand too far to be compared. If the steps of the current pair are used
    /// up, the whole pair counts as not compared.
    pub(super) fn give_up(&mut self, at: &str) {
        let at = match &self.pair {
            Some(pair) if self.is_used_up() => pair,
            _ if self.is_used_up() => owner(at),
            _ => at,
        };
        let at = at.to_owned();
        self.not_compared
            .entry(at)
            .or_insert_with(|| "the schema expands too far to be compared".to_owned());
    }

    /// Notes that some pairs of variants of the choice at a location are not compared with each other.
    pub(super) fn leave_out_variants(&mut self, at: &str, pairs: usize) {
        let reason = format!(
            "the schema expands too far to be compared: {pairs} pairs of variants are left"
        );
        self.not_compared.insert(at.to_owned(), reason);
    }

    /// Returns the number of steps that were taken in both documents.
    #[cfg(test)]
    pub(super) fn steps(&self) -> usize {
        self.old_effective.budget().taken() + self.new_effective.budget().taken()
    }

    /// True if no steps are left for the current pair.
    pub(super) fn is_used_up(&self) -> bool {
        self.old_effective.budget().is_used_up() || self.new_effective.budget().is_used_up()
    }

    /// Returns the next pair to compare, and makes its record the current one.
    pub(super) fn next_pair(&mut self) -> Option<Pair> {
        let pair = self.waiting.pop_front()?;
        self.begin_pair();
        self.pair = Some(pair.at.clone());
        self.current = pair.record;
        Some(pair)
    }

    pub(super) fn into_drift(self) -> Drift {
        let not_compared = sentences(self.old, &self.not_compared);
        let mut changes = self.into_changes();
        changes.sort_by_key(|change| !change.is_breaking());
        Drift {
            changes,
            not_compared,
        }
    }

    fn into_changes(self) -> Vec<Change> {
        let mut reached: BTreeMap<&Finding, BTreeMap<Direction, BTreeSet<String>>> =
            BTreeMap::new();
        for (operation, record) in &self.operations {
            for record in self.all_from(*record) {
                for (finding, direction) in &self.records[record].findings {
                    let ways = reached.entry(finding).or_default();
                    let operations = ways.entry(*direction).or_default();
                    operations.insert(operation.clone());
                }
            }
        }
        let changes = reached.into_iter();
        changes
            .map(|(finding, reach)| Change::new(finding.clone(), reach))
            .collect()
    }

    /// Returns a record and all records that it leads to.
    fn all_from(&self, record: usize) -> BTreeSet<usize> {
        let mut met = BTreeSet::new();
        let mut waiting = vec![record];
        while let Some(record) = waiting.pop() {
            if met.insert(record) {
                waiting.extend(&self.records[record].leads_to);
            }
        }
        met
    }
}

/// Returns a sentence for each JSON pointer to locations that are not compared, with the first of its locations.
fn sentences(document: &Value, not_compared: &BTreeMap<String, String>) -> Vec<String> {
    let mut by_pointer: BTreeMap<(String, &String), Vec<&String>> = BTreeMap::new();
    for (at, reason) in not_compared {
        let key = (pointers::pointer(document, at), reason);
        by_pointer.entry(key).or_default().push(at);
    }
    let sentence = |((pointer, reason), all): ((String, &String), Vec<&String>)| {
        let first: String = all[0].chars().take(LONGEST_LOCATION).collect();
        let others = match all.len() - 1 {
            0 => String::new(),
            others => format!(" and {others} locations below"),
        };
        format!("{pointer}: {reason} ({first}{others})")
    };
    by_pointer.into_iter().map(sentence).collect()
}

/// Returns the owner of a location: `Job` of `Job.tags[]`, and `POST /jobs body` of `POST /jobs body.title`.
fn owner(at: &str) -> &str {
    let part = at.rfind(' ').map_or(0, |space| space + 1);
    let below = &at[part..];
    let end = below.find(['.', '[', '{', '|']).unwrap_or(below.len());
    &at[..part + end]
}

/// Returns the components that a schema leads to, by its own references or by those of its conditions.
fn references(schema: &Value) -> impl Iterator<Item = &str> {
    let own = schema::references(schema).into_iter();
    own.chain(comparable::references(schema))
}

/// Returns the components that are equal in both documents and lead only to equal ones.
fn same_components(old: &Value, new: &Value) -> BTreeSet<String> {
    let (Some(old), Some(new)) = (schema::components(old), schema::components(new)) else {
        return BTreeSet::new();
    };
    let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, component) in old {
        for used in references(component) {
            users.entry(used).or_default().push(name);
        }
    }
    let is_equal = |name: &String| new.get(name) == old.get(name);
    let mut others: Vec<&str> = old
        .keys()
        .filter(|name| !is_equal(name))
        .map(String::as_str)
        .collect();
    let mut same: BTreeSet<&str> = old.keys().map(String::as_str).collect();
    while let Some(name) = others.pop() {
        if same.remove(name) {
            others.extend(users.get(name).into_iter().flatten());
        }
    }
    same.into_iter().map(str::to_owned).collect()
}
