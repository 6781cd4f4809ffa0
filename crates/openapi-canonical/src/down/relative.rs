//! Rewrites references that are not pointers from the root of the document.
//!
//! `#/$defs/…` beside the definitions of the same schema, `#` for the schema itself, anchors and ids: all of them
//! become pointers from the root.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use url::Url;

use crate::document;
use crate::json::{self, Object};
use crate::keywords::inner;
use crate::losses::Rewrites;
use crate::schema::reference_at;

/// Rewrites every such reference.
pub(super) fn make_absolute(document: &mut Value, rewrites: &mut Rewrites) {
    let mut search = Search {
        document,
        names: BTreeMap::new(),
        within: Vec::new(),
        bases: Vec::new(),
        found: Vec::new(),
    };
    search.visit(document, "", &mut Search::collect_names);
    search.visit(document, "", &mut Search::resolve);
    for (pointer, target) in search.found {
        let Some(members) = document
            .pointer_mut(&pointer)
            .and_then(Value::as_object_mut)
        else {
            continue;
        };
        members.remove("$dynamicRef");
        members.insert("$ref".to_owned(), json!(target));
        rewrites.count("relative references made absolute");
    }
}

struct Search<'a> {
    document: &'a Value,
    /// Pointers to anchors and ids, by the reference that means them.
    names: BTreeMap<String, String>,
    /// Pointers of the object that is visited and of those around it.
    within: Vec<String>,
    /// Base URLs of the same objects; `None` where the base is unknown.
    bases: Vec<Option<Url>>,
    /// New references, by the pointer of their object.
    found: Vec<(String, String)>,
}

impl<'a> Search<'a> {
    /// Visits every value that is no data.
    fn visit(
        &mut self,
        value: &'a Value,
        pointer: &str,
        act: &mut impl FnMut(&mut Self, &Object, &str),
    ) {
        if let Some(members) = value.as_object() {
            self.within.push(pointer.to_owned());
            self.bases.push(self.base_of(members));
            act(self, members, pointer);
        }
        for inner in inner(value) {
            self.visit(inner.value, &inner.pointer(pointer), act);
        }
        if value.is_object() {
            self.within.pop();
            self.bases.pop();
        }
    }

    /// Returns the base URL inside an object: its own `$id`, resolved against the base around the object.
    fn base_of(&self, members: &Object) -> Option<Url> {
        let around = self.bases.last().and_then(Option::as_ref);
        match json::string(members, "$id").or_else(|| self.own_url(members)) {
            Some(id) => match around {
                Some(around) => around.join(id).ok(),
                None => Url::parse(id).ok(),
            },
            None => around.cloned(),
        }
    }

    /// Returns the URL of the document, which its root may specify since 3.2.
    fn own_url<'b>(&self, members: &'b Object) -> Option<&'b str> {
        let is_root = self.within.last().is_some_and(String::is_empty);
        json::string(members, "$self").filter(|_| is_root)
    }

    /// Returns a reference as a URL, if its base is known.
    fn url(&self, reference: &str) -> Option<Url> {
        match self.bases.last().and_then(Option::as_ref) {
            Some(base) => base.join(reference).ok(),
            None => Url::parse(reference).ok(),
        }
    }

    fn collect_names(&mut self, members: &Object, pointer: &str) {
        for key in ["$anchor", "$dynamicAnchor"] {
            if let Some(name) = json::string(members, key) {
                let reference = format!("#{name}");
                let url = self.url(&reference);
                self.add_name(reference, pointer);
                url.into_iter()
                    .for_each(|url| self.add_name(url.into(), pointer));
            }
        }
        let id = json::string(members, "$id");
        if let Some(id) = id.or_else(|| self.own_url(members)) {
            self.add_name(id.to_owned(), pointer);
            let url = self.bases.last().cloned().flatten();
            url.into_iter()
                .for_each(|url| self.add_name(url.into(), pointer));
        }
    }

    /// Adds a reference unless it exists: the first of several equal ones counts.
    fn add_name(&mut self, name: String, pointer: &str) {
        self.names.entry(name).or_insert_with(|| pointer.to_owned());
    }

    fn resolve(&mut self, members: &Object, pointer: &str) {
        let target = match (
            json::string(members, "$ref"),
            json::string(members, "$dynamicRef"),
        ) {
            (Some(reference), _) => self.target(reference).map(|target| reference_at(&target)),
            // All later code knows `$ref` only; an unresolvable one is reported as any other.
            (None, Some(dynamic)) => {
                let target = self.target(dynamic);
                Some(target.map_or_else(|| dynamic.to_owned(), |target| reference_at(&target)))
            }
            (None, None) => None,
        };
        self.found
            .extend(target.map(|target| (pointer.to_owned(), target)));
    }

    /// Returns the pointer that a reference means, unless the reference is that pointer already.
    fn target(&self, reference: &str) -> Option<String> {
        if let Some(pointer) = self.names.get(reference) {
            return Some(pointer.clone());
        }
        if let Some(pointer) = self.target_by_url(reference) {
            return Some(pointer);
        }
        if reference == "#" {
            return self
                .resource()
                .and_then(|index| self.within.get(index).cloned());
        }
        if let Some(pointer) = self.target_from_here(reference) {
            return Some(pointer);
        }
        let pointer = document::pointer_of(reference)?;
        let own = self.within.last()?;
        let is_other =
            |absolute: &String| absolute != own && self.document.pointer(absolute).is_some();
        if self.document.pointer(&pointer).is_none() {
            // Generators that embed a printed schema in another one count from the printed one.
            let inwards = self.within.iter().skip(self.resource().unwrap_or_default());
            let mut absolute = inwards.map(|around| format!("{around}{pointer}"));
            return absolute.find(is_other);
        }
        // Inside a schema with an id, `#` is that schema.
        let with_id = self.within.get(self.with_id()?)?;
        Some(format!("{with_id}{pointer}")).filter(is_other)
    }

    /// Returns the index of the nearest schema around the reference that has its own id.
    fn with_id(&self) -> Option<usize> {
        self.within.iter().rposition(|around| {
            let schema = self.document.pointer(around).and_then(Value::as_object);
            let id = schema.and_then(|schema| json::string(schema, "$id"));
            id.is_some_and(|id| !id.starts_with('#'))
        })
    }

    /// Returns the index of the schema that `#` means: the nearest one with an id, else the outermost one.
    fn resource(&self) -> Option<usize> {
        let root = || self.within.iter().position(|around| is_root(around));
        self.with_id().or_else(root)
    }

    /// Returns the target of a relative JSON pointer, such as `2/properties/a`: a number of levels up from the
    /// reference, then down.
    fn target_from_here(&self, reference: &str) -> Option<String> {
        let digits = reference.bytes().take_while(u8::is_ascii_digit).count();
        let (levels, below) = reference.split_at(digits);
        if !below.is_empty() && !below.starts_with('/') {
            return None;
        }
        let own = self.within.last()?;
        let mut around = own.as_str();
        for _ in 0..levels.parse::<usize>().ok()? {
            around = around.rsplit_once('/')?.0;
        }
        let below = document::pointer_of(&format!("#{below}"))?;
        let absolute = format!("{around}{below}");
        let is_other = absolute != *own && self.document.pointer(&absolute).is_some();
        is_other.then_some(absolute)
    }

    /// Returns the target of a reference to another schema's `$id`, or to a location inside that schema.
    fn target_by_url(&self, reference: &str) -> Option<String> {
        if reference.starts_with('#') {
            return None;
        }
        let mut url = self.url(reference)?;
        if let Some(pointer) = self.names.get(url.as_str()) {
            return Some(pointer.clone());
        }
        let fragment = format!("#{}", url.fragment().unwrap_or_default());
        url.set_fragment(None);
        let resource = self.names.get(url.as_str())?;
        let pointer = resource.clone() + &document::pointer_of(&fragment)?;
        self.document.pointer(&pointer).map(|_| pointer)
    }
}

/// True if a schema there is inside no other one.
fn is_root(pointer: &str) -> bool {
    let component = pointer.strip_prefix("/components/schemas/");
    component.is_some_and(|name| !name.contains('/'))
        || !pointer.starts_with("/components/schemas/") && pointer.ends_with("/schema")
}
