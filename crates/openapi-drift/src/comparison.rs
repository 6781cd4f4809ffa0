//! What is known while two documents are compared.
//!
//! Two components are compared once for each way that values go, however many operations they are in. What was found there
//! belongs to every operation that leads there; that is put together at the end.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use serde_json::Value;

use super::change::{Change, Finding};
use super::habits::{Aspect, Habits};
use super::kind::{Direction, Kind};
use super::meaning::Meaning;
use super::meanings::Meanings;
use crate::comparable;
use openapi_canonical::json;
use openapi_canonical::schema;

/// How many pairs are compared. More than any document has; those that are made of themselves in ever new ways end here.
const MOST_PAIRS: usize = 50_000;

/// How long the text of a meaning may be, in bytes, for the same reason.
const LONGEST: usize = 1_000_000;

/// The documents, what was found so far, and where in them the comparison is.
#[derive(Debug)]
pub(super) struct Comparison<'a> {
    pub(super) old: &'a Value,
    pub(super) new: &'a Value,
    pub(super) old_habits: Habits,
    pub(super) new_habits: Habits,
    pub(super) old_meanings: Meanings<'a>,
    pub(super) new_meanings: Meanings<'a>,
    /// The components that are the same in both documents, through and through.
    same: BTreeSet<String>,
    /// The operation that is being compared: `GET /jobs`.
    operation: String,
    /// The record of each operation.
    operations: Vec<(String, usize)>,
    records: Vec<Record>,
    /// The record that is being written.
    current: usize,
    /// The records of pairs, by what they are of.
    known: BTreeMap<(String, String, Direction, Option<String>), usize>,
    waiting: VecDeque<Pair>,
}

/// What was found in one place, and what it leads to.
#[derive(Debug, Default)]
struct Record {
    findings: BTreeSet<(Finding, Direction)>,
    leads_to: BTreeSet<usize>,
}

/// Two meanings that are to be compared.
#[derive(Debug)]
pub(super) struct Pair {
    record: usize,
    pub(super) at: String,
    pub(super) direction: Direction,
    pub(super) old: Rc<Meaning>,
    pub(super) new: Rc<Meaning>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(
        old: &'a Value,
        new: &'a Value,
        [old_habits, new_habits]: [Habits; 2],
    ) -> Comparison<'a> {
        Comparison {
            old,
            new,
            old_habits,
            new_habits,
            old_meanings: Meanings::of_document(old),
            new_meanings: Meanings::of_document(new),
            same: same_components(old, new),
            operation: String::new(),
            operations: Vec::new(),
            records: Vec::new(),
            current: 0,
            known: BTreeMap::new(),
            waiting: VecDeque::new(),
        }
    }

    /// Goes on to another operation.
    pub(super) fn enter(&mut self, operation: &str) {
        operation.clone_into(&mut self.operation);
        self.current = self.add_record();
        self.operations.push((operation.to_owned(), self.current));
    }

    fn add_record(&mut self) -> usize {
        self.records.push(Record::default());
        self.records.len() - 1
    }

    /// What the operation is called that is being compared.
    pub(super) fn operation(&self) -> &str {
        &self.operation
    }

    /// Notes what was found where the comparison is.
    pub(super) fn note(&mut self, direction: Direction, finding: Finding) {
        let record = &mut self.records[self.current];
        record.findings.insert((finding, direction));
    }

    /// What it is if a place was described, or is: the promise taken back or the restriction, unless the whole document has
    /// no words for such things. Nothing if both or neither are described.
    pub(super) fn silence(
        &self,
        at: &str,
        direction: Direction,
        aspect: Aspect,
        (was, is): (bool, bool),
    ) -> Option<Finding> {
        let (habits, told, untold) = match (was, is) {
            (true, false) => (
                &self.new_habits,
                Kind::NoLongerDescribed,
                Kind::DescribedNowhere,
            ),
            (false, true) => (&self.old_habits, Kind::Specified, Kind::FirstDescribed),
            _ => return None,
        };
        Some(if habits.tells(direction, aspect) {
            Finding::new(at, told)
        } else {
            Finding::new(at, untold).of(aspect.name())
        })
    }

    /// Whether two schemas are known to say the same.
    pub(super) fn are_same(&self, old: &Value, new: &Value) -> bool {
        let are_known = || {
            let mut components = references(old);
            components.all(|name| self.same.contains(name))
        };
        old == new && are_known()
    }

    /// Sees to it that a pair is compared, once, and that what is found there is known to belong here too.
    pub(super) fn compare_later(
        &mut self,
        at: &str,
        direction: Direction,
        old: &Rc<Meaning>,
        new: &Rc<Meaning>,
    ) {
        let components = old.component.as_ref().zip(new.component.as_ref());
        if components.is_some_and(|(old, new)| old == new && self.same.contains(old)) {
            return;
        }
        // Another component in the place of one that is still there is a change of the place.
        let is_one = components.is_some_and(|(old, new)| {
            old == new || !self.new_meanings.has(old) || !self.old_meanings.has(new)
        });
        let at = match components {
            Some((old, _)) if is_one => old,
            _ => at,
        };
        // What a component or an operation holds several times, or inside of itself, is told of its first place there.
        let owner = (!is_one).then(|| owner(at).to_owned());
        let texts = [old, new].map(|meaning| meaning.key());
        let is_endless = texts.iter().any(|text| text.len() > LONGEST) || !self.take(&texts);
        let [old_text, new_text] = texts.map(|text| json::sha256(text.as_bytes()));
        let key = (old_text, new_text, direction, owner);
        let record = match self.known.get(&key) {
            Some(record) => *record,
            None if is_endless || self.known.len() >= MOST_PAIRS => {
                return self.note(direction, Finding::new(at, Kind::Unfinished));
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

    /// Takes the steps that texts of both documents are worth. False if none are left.
    fn take(&self, [old, new]: &[String; 2]) -> bool {
        let budgets = [self.old_meanings.budget(), self.new_meanings.budget()];
        budgets[0].take_text(old) & budgets[1].take_text(new)
    }

    /// True if there are no steps left: what is not compared by then is told as unfinished.
    pub(super) fn is_used_up(&self) -> bool {
        self.old_meanings.budget().is_used_up() || self.new_meanings.budget().is_used_up()
    }

    /// The next pair that is to be compared; what is found from now on is found there.
    pub(super) fn next_pair(&mut self) -> Option<Pair> {
        let pair = self.waiting.pop_front()?;
        self.current = pair.record;
        Some(pair)
    }

    pub(super) fn into_changes(self) -> Vec<Change> {
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

    /// A record and all that it leads to.
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

/// What a place is in: `Job` of `Job.tags[]`, and `POST /jobs body` of `POST /jobs body.title`.
fn owner(at: &str) -> &str {
    let part = at.rfind(' ').map_or(0, |space| space + 1);
    let below = &at[part..];
    let end = below.find(['.', '[', '{', '|']).unwrap_or(below.len());
    &at[..part + end]
}

/// The components that a schema leads to, by its own references or by those of its conditions.
fn references(schema: &Value) -> impl Iterator<Item = &str> {
    let own = schema::references(schema).into_iter();
    own.chain(comparable::references(schema))
}

/// The components that are equal in both documents and lead to none that is not.
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
