//! Comparison of `oneOf` and `anyOf`: variants that were added, removed or changed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::budget::Budget;
use super::change::Finding;
use super::comparison::Comparison;
use super::effective_schema::{self, EffectiveSchema};
use super::effective_schemas::EffectiveSchemas;
use super::kind::{Direction, Kind};
use super::schemas;
use openapi_canonical::json;

/// Compares two schemas, of which at least one has several variants.
pub(super) fn compare(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    (old, old_forms): (&EffectiveSchema, &[Rc<EffectiveSchema>]),
    (new, new_forms): (&EffectiveSchema, &[Rc<EffectiveSchema>]),
) {
    let old_looks = looks(&comparison.old_meanings, old_forms);
    let new_looks = looks(&comparison.new_meanings, new_forms);
    let pairing = Pairing::of(comparison.new_meanings.budget(), &old_looks, &new_looks);
    if pairing.not_examined > 0 {
        return comparison.leave_out_variants(at, pairing.not_examined);
    }
    let partners = pairing.partners;
    for (index, form) in old_forms.iter().enumerate() {
        let label = old_looks[index].label(form);
        match partners[index] {
            Some(partner) => {
                let inside = format!("{at}|{label}");
                let partner = &new_forms[partner];
                schemas::compare_effective(comparison, &inside, direction, form, partner);
            }
            None => {
                let finding = Finding::new(at, Kind::VariantRemoved).of(label);
                comparison.note(direction, finding);
            }
        }
    }
    let met: BTreeSet<usize> = partners.iter().copied().flatten().collect();
    for (index, form) in new_forms
        .iter()
        .enumerate()
        .filter(|(index, _)| !met.contains(index))
    {
        let finding = Finding::new(at, Kind::VariantAdded).of(new_looks[index].label(form));
        comparison.note(direction, finding);
    }
    let (was, is) = (Telling::of(old, &old_looks), Telling::of(new, &new_looks));
    // Fields with one value in each variant identify a variant as a discriminator does.
    let (was, is) = match (was, is) {
        (Some(was), None) => {
            let is = Telling::by_values(&was.field, &new_looks);
            (Some(was), is)
        }
        (None, Some(is)) => (Telling::by_values(&is.field, &old_looks), Some(is)),
        both => both,
    };
    match (was, is) {
        (Some(was), Some(is)) => {
            compare_identifying(comparison, at, direction, (&was, &is), &partners);
        }
        (Some(was), None) => {
            let finding = Finding::new(at, Kind::DiscriminatorRemoved).of(was.field);
            comparison.note(direction, finding);
        }
        (None, Some(is)) => {
            let finding = Finding::new(at, Kind::DiscriminatorAdded).of(is.field);
            comparison.note(direction, finding);
        }
        (None, None) => {}
    }
}

/// Compares the discriminators of objects that are no `oneOf`: base schemas of other objects.
pub(super) fn compare_bases(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    old: &EffectiveSchema,
    new: &EffectiveSchema,
) {
    let field = |meaning: &EffectiveSchema| {
        let discriminator = meaning.discriminator.as_ref()?;
        json::string(discriminator, "propertyName").map(str::to_owned)
    };
    let finding = match (field(old), field(new)) {
        (Some(was), Some(is)) if was != is => {
            Finding::new(at, Kind::DiscriminatorChanged).between(was, is)
        }
        (Some(was), None) => Finding::new(at, Kind::DiscriminatorRemoved).of(was),
        (None, Some(is)) => Finding::new(at, Kind::DiscriminatorAdded).of(is),
        _ => return,
    };
    comparison.note(direction, finding);
}

/// Returns, for each old variant, the index of the new variant that it became.
pub(super) fn partners(
    comparison: &Comparison<'_>,
    old: &[Rc<EffectiveSchema>],
    new: &[Rc<EffectiveSchema>],
) -> Vec<Option<usize>> {
    let old = looks(&comparison.old_meanings, old);
    let new = looks(&comparison.new_meanings, new);
    Pairing::of(comparison.new_meanings.budget(), &old, &new).partners
}

/// Property by which a value identifies its variant.
#[derive(Debug)]
struct Telling {
    field: String,
    /// Index of the variant that each value stands for.
    forms: BTreeMap<String, usize>,
}

impl Telling {
    /// Returns the values of the discriminator. A component without a mapped value has its own name as value, unless
    /// its field has a constant.
    fn of(choice: &EffectiveSchema, forms: &[Look]) -> Option<Telling> {
        let discriminator = choice.discriminator.as_ref()?;
        let field = json::string(discriminator, "propertyName")?;
        let mut found = BTreeMap::new();
        let mut mapped = BTreeSet::new();
        for (value, target) in json::entries(discriminator, "mapping") {
            let name = target.as_str().and_then(|target| target.rsplit('/').next());
            let form = forms.iter().position(|form| form.name.as_deref() == name);
            if let Some(form) = form {
                found.insert(value.clone(), form);
                mapped.insert(form);
            }
        }
        for (index, form) in forms.iter().enumerate() {
            let is_told =
                mapped.contains(&index) || form.tags.iter().any(|(name, _)| name == field);
            if let Some(name) = form.name.as_ref().filter(|_| !is_told) {
                found.insert(name.clone(), index);
            }
        }
        Some(Telling {
            field: field.to_owned(),
            forms: found,
        })
    }

    /// Returns the values of a field, if the field has one value in each variant. The variants are objects.
    fn by_values(field: &str, forms: &[Look]) -> Option<Telling> {
        let values = forms.iter().enumerate().map(|(index, form)| {
            let (_, value) = form.tags.iter().find(|(name, _)| name == field)?;
            // A text that looks like another value is in quotes.
            let value = serde_json::from_str(value).unwrap_or_else(|_| value.clone());
            Some((value, index))
        });
        Some(Telling {
            field: field.to_owned(),
            forms: values.collect::<Option<_>>()?,
        })
    }
}

fn compare_identifying(
    comparison: &mut Comparison<'_>,
    at: &str,
    direction: Direction,
    (old, new): (&Telling, &Telling),
    partners: &[Option<usize>],
) {
    if old.field != new.field {
        let finding = Finding::new(at, Kind::DiscriminatorChanged).between(&old.field, &new.field);
        return comparison.note(direction, finding);
    }
    let stayed: BTreeSet<usize> = partners.iter().copied().flatten().collect();
    for (value, form) in &old.forms {
        let kind = match (partners[*form], new.forms.get(value)) {
            // The removed variant is reported already.
            (None, _) => continue,
            (Some(partner), Some(now)) if partner == *now => continue,
            (Some(_), Some(_)) => Kind::DiscriminatorChanged,
            (Some(_), None) => Kind::ValueRemoved,
        };
        comparison.note(direction, Finding::new(at, kind).of(value));
    }
    for (value, form) in &new.forms {
        if stayed.contains(form) && !old.forms.contains_key(value) {
            comparison.note(direction, Finding::new(at, Kind::ValueAdded).of(value));
        }
    }
}

/// Features that identify a variant across both documents.
#[derive(Debug)]
struct Look {
    name: Option<String>,
    key: String,
    kind: effective_schema::Kind,
    fields: BTreeSet<String>,
    /// Fields that have exactly one value, with the value.
    tags: BTreeSet<(String, String)>,
}

/// A base of several variants identifies none of them.
fn looks(meanings: &EffectiveSchemas<'_>, forms: &[Rc<EffectiveSchema>]) -> Vec<Look> {
    let mut counts: BTreeMap<&Option<String>, usize> = BTreeMap::new();
    for form in forms {
        *counts.entry(&form.name).or_default() += 1;
    }
    let is_only =
        |form: &Rc<EffectiveSchema>| form.component.is_some() || counts.get(&form.name) == Some(&1);
    forms
        .iter()
        .map(|form| Look {
            name: form.name.clone().filter(|_| is_only(form)),
            ..Look::of(meanings, form)
        })
        .collect()
}

impl Look {
    fn of(meanings: &EffectiveSchemas<'_>, form: &EffectiveSchema) -> Look {
        let fields = json::entries(&form.members, "properties");
        Look {
            name: form.name.clone(),
            key: form.key(),
            kind: form.kind(),
            fields: fields.map(|(name, _)| name.clone()).collect(),
            tags: tags(meanings, form),
        }
    }

    /// Returns the name of a variant in a sentence.
    fn label(&self, form: &EffectiveSchema) -> String {
        if let Some(component) = &self.name {
            return component.clone();
        }
        if let Some((name, value)) = self.tags.first() {
            return format!("{name}={value}");
        }
        match form.kind() {
            effective_schema::Kind::Object => {
                let mut names: Vec<&str> = json::entries(&form.members, "properties")
                    .map(|(name, _)| name.as_str())
                    .collect();
                names.sort_unstable();
                format!("object of {}", names.join(", "))
            }
            kind => schemas::name(&kind),
        }
    }

    /// Returns the similarity to another variant; `None` if the two cannot be the same variant.
    fn likeness(&self, other: &Look) -> Option<(usize, usize)> {
        if self.kind != other.kind {
            return None;
        }
        let is_contradicted = |(name, value): &(String, String)| {
            other
                .tags
                .iter()
                .any(|(field, other)| field == name && other != value)
        };
        if self.tags.iter().any(is_contradicted) {
            return None;
        }
        let tags = self.tags.intersection(&other.tags).count();
        let shared = self.fields.intersection(&other.fields).count();
        let all = self.fields.union(&other.fields).count();
        let is_plain = self.kind != effective_schema::Kind::Object || all == 0;
        // In thousandths, so that rounding is the same on all machines.
        let share = if is_plain {
            1_000
        } else {
            shared * 1_000 / all
        };
        (is_plain || shared > 0).then_some((tags, share))
    }
}

/// New variant that each old variant became.
#[derive(Debug)]
struct Pairing {
    /// Index of the new variant, by the index of the old one.
    partners: Vec<Option<usize>>,
    /// Number of pairs without a common name that were too many to be compared.
    not_examined: usize,
}

impl Pairing {
    /// Pairs variants of one name or of equal schemas, and then the most similar ones of the others.
    fn of(budget: &Budget, old: &[Look], new: &[Look]) -> Pairing {
        let mut partners = equal_partners(old, new);
        let taken: BTreeSet<usize> = partners.iter().copied().flatten().collect();
        let rest: Vec<usize> = (0..new.len())
            .filter(|index| !taken.contains(index))
            .collect();
        let unpaired = partners.iter().filter(|partner| partner.is_none()).count();
        let pairs = unpaired * rest.len();
        let steps = pairs / PAIRS_A_STEP;
        let not_examined = if budget.can_take(steps) { 0 } else { pairs };
        if not_examined == 0 {
            budget.take(steps);
            add_similar(&mut partners, old, new, &rest);
        }
        Pairing {
            partners,
            not_examined,
        }
    }
}

/// Pairs of variants whose similarity is computed in one step.
const PAIRS_A_STEP: usize = 8;

/// Returns the first new variant of the same name, or with an equal schema, for each old variant.
fn equal_partners(old: &[Look], new: &[Look]) -> Vec<Option<usize>> {
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut by_key: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, look) in new.iter().enumerate() {
        by_key.entry(&look.key).or_default().push(index);
        if let Some(name) = &look.name {
            by_name.entry(name).or_default().push(index);
        }
    }
    let mut taken = BTreeSet::new();
    let mut partner = |look: &Look| {
        let named = look
            .name
            .as_ref()
            .and_then(|name| by_name.get(name.as_str()));
        let equal = by_key.get(look.key.as_str());
        let mut all: Vec<usize> = named.into_iter().chain(equal).flatten().copied().collect();
        all.retain(|index| new[*index].kind == look.kind && !taken.contains(index));
        let first = all.into_iter().min()?;
        taken.insert(first);
        Some(first)
    };
    old.iter().map(&mut partner).collect()
}

/// Adds the partners among the remaining new variants. The most similar pairs are matched first.
fn add_similar(partners: &mut [Option<usize>], old: &[Look], new: &[Look], rest: &[usize]) {
    let mut candidates = Vec::new();
    for (index, form) in old.iter().enumerate() {
        for other in rest.iter().filter(|_| partners[index].is_none()) {
            let likeness = form.likeness(&new[*other]);
            candidates.extend(likeness.map(|likeness| (Reverse(likeness), index, *other)));
        }
    }
    candidates.sort_unstable();
    let mut taken = BTreeSet::new();
    for (_, index, other) in candidates {
        if partners[index].is_none() && taken.insert(other) {
            partners[index] = Some(other);
        }
    }
}

/// Returns the fields that have exactly one value, with the value.
pub(super) fn tags(
    meanings: &EffectiveSchemas<'_>,
    form: &EffectiveSchema,
) -> BTreeSet<(String, String)> {
    let fields = json::entries(&form.members, "properties");
    let tagged = fields.filter_map(|(name, field)| {
        let field = meanings.of(field);
        let [only] = json::elements(&field.members, "enum") else {
            return None;
        };
        Some((name.clone(), schemas::text_of(only)))
    });
    tagged.collect()
}
