//! Generated types behind the locations of a document whose components have other names or are inline.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value;

use openapi_canonical::document;
use openapi_canonical::extensions::opentrain as keys;
use openapi_canonical::json::{self, Object};
use openapi_canonical::positions;
use openapi_canonical::schema;
use openapi_for_progenitor::generated_names;
use openapi_reconcile::resolved::ResolvedSchema;

/// Limit on the levels of inline schemas.
const DEEPEST: usize = 32;

/// Limit on the recorded locations of one document.
const MOST_PLACES: usize = 200_000;

/// Types at each location, by its name in reports.
#[derive(Debug, Default)]
pub(super) struct Types {
    at: BTreeMap<String, BTreeSet<String>>,
    /// Types that an operation or a component is made of, without those of the components in it.
    inside: BTreeMap<String, BTreeSet<String>>,
    /// Components that an operation or a component leads to.
    leads_to: BTreeMap<String, BTreeSet<String>>,
}

impl Types {
    /// Walks each document beside each document that a client is generated from.
    pub(super) fn of(clients: &[&Value], documents: &[&Value]) -> Types {
        let mut types = Types::default();
        for client in clients {
            for document in documents {
                let mut walk = Walk {
                    document,
                    client,
                    types: &mut types,
                    met: BTreeSet::new(),
                };
                walk.operations();
            }
        }
        types
    }

    pub(super) fn at(&self, location: &str) -> impl Iterator<Item = &String> {
        self.at.get(location).into_iter().flatten()
    }

    /// Returns every type that the bodies of an operation, or a component, are made of.
    pub(super) fn in_owner(&self, owner: &str) -> BTreeSet<&String> {
        let mut found = BTreeSet::new();
        let mut met = BTreeSet::new();
        let mut waiting = vec![owner];
        while let Some(owner) = waiting.pop() {
            if met.insert(owner) {
                found.extend(self.inside.get(owner).into_iter().flatten());
                let components = self.leads_to.get(owner).into_iter().flatten();
                waiting.extend(components.map(String::as_str));
            }
        }
        found
    }
}

#[derive(Debug)]
struct Walk<'a> {
    document: &'a Value,
    client: &'a Value,
    types: &'a mut Types,
    /// Places and the components that were met there: components may be made of themselves.
    met: BTreeSet<(String, Option<String>)>,
}

impl Walk<'_> {
    fn operations(&mut self) {
        let base = positions::base_path(self.client);
        let partners = positions::index(self.client, &base);
        for (position, located) in positions::index_like(self.document, &partners, &base) {
            let partner = partners.get(&position).and_then(|located| located.first());
            if let (Some(own), Some(partner)) = (located.first(), partner) {
                let name = format!("{} {}", position.1.to_uppercase(), own.path);
                self.operation(&name, own.operation, partner.operation);
            }
        }
    }

    fn operation(&mut self, name: &str, operation: &Object, partner: &Object) {
        let body = |document, operation: &Object| {
            let body = operation.get("requestBody")?;
            body_schema(document::resolve(document, body).as_object()?)
        };
        let bodies = (body(self.document, operation), body(self.client, partner));
        if let (Some((media_type, schema)), Some((_, partner))) = bodies {
            self.record(name, &format!("{name} body{media_type}"), &schema, &partner);
        }
        for (_, response) in json::entries(partner, "responses") {
            self.outcome(name, response);
        }
        for (status, response) in json::entries(operation, "responses") {
            let response = document::resolve(self.document, response);
            let schema = response.as_object().and_then(document::json_schema);
            let partner = self.response(partner, status);
            if let (Some(schema), Some(partner)) = (schema, partner) {
                self.record(name, &format!("{name} {status}"), &schema, &partner);
            }
        }
    }

    /// Notes the type of the client that stands for the responses of several statuses: a new or a missing status changes it.
    fn outcome(&mut self, operation: &str, response: &Value) {
        let schema = response.as_object().and_then(document::json_schema);
        let shape = schema.map(|schema| ResolvedSchema::of(self.client, &schema));
        let Some(shape) = shape.filter(|shape| shape.schema.contains_key(keys::BY_STATUS)) else {
            return;
        };
        let types = self.types.at.entry(operation.to_owned()).or_default();
        types.extend(shape.component.as_deref().map(generated_names::type_name));
    }

    /// Returns the response schema of the client's operation: of that status alone, if each status has a body of its own.
    fn response(&self, operation: &Object, status: &str) -> Option<Value> {
        let responses = json::object(operation, "responses")?;
        let class = format!("{}XX", status.get(..1)?);
        let names = [status, class.as_str(), "default"];
        let response = names.into_iter().find_map(|name| responses.get(name))?;
        let schema = document::json_schema(response.as_object()?)?;
        let whole = ResolvedSchema::of(self.client, &schema).schema;
        let by_status = json::object(&whole, keys::BY_STATUS);
        let own = names
            .into_iter()
            .find_map(|name| by_status?.get(name)?.as_str());
        Some(own.map_or(schema, schema::reference_to))
    }

    /// Records the generated types at a location and at every location below it that both documents have. Stops at [`DEEPEST`]
    /// levels, since inline schemas may recurse.
    fn record(&mut self, operation: &str, at: &str, schema: &Value, partner: &Value) {
        let first = (at.to_owned(), schema.clone(), partner.clone());
        let mut waiting = VecDeque::from([(operation.to_owned(), first, 0)]);
        while let Some((mut owner, (at, schema, partner), depth)) = waiting.pop_front() {
            if self.met.len() >= MOST_PLACES || depth > DEEPEST {
                continue;
            }
            let shape = ResolvedSchema::of(self.document, &schema);
            let partner = ResolvedSchema::of(self.client, &partner);
            let depth = if shape.component.is_some() {
                0
            } else {
                depth + 1
            };
            if let Some(component) = &shape.component {
                let components = self.types.leads_to.entry(owner).or_default();
                components.insert(component.clone());
                owner = component.clone();
            }
            let at = shape.component.clone().unwrap_or(at);
            if !self.met.insert((at.clone(), partner.component.clone())) {
                continue;
            }
            if let Some(component) = &partner.component {
                let name = generated_names::type_name(component);
                let inside = self.types.inside.entry(owner.clone()).or_default();
                inside.insert(name.clone());
                self.types.at.entry(at.clone()).or_default().insert(name);
            }
            let inside = inside(&at, &shape.schema, &partner.schema);
            waiting.extend(inside.map(|inner| (owner.clone(), inner, depth)));
        }
    }
}

/// Returns the locations inside a schema that its partner has too, each with both schemas.
fn inside<'a>(
    at: &'a str,
    schema: &'a Object,
    partner: &'a Object,
) -> impl Iterator<Item = (String, Value, Value)> {
    let partners = json::object(partner, "properties");
    let fields = json::entries(schema, "properties").filter_map(move |(name, field)| {
        let partner = partners?.get(name)?;
        Some((format!("{at}.{name}"), field.clone(), partner.clone()))
    });
    let steps = [("items", "[]"), ("additionalProperties", "{}")];
    let inner = steps.into_iter().filter_map(move |(keyword, step)| {
        let (inner, partner) = (schema.get(keyword)?, partner.get(keyword)?);
        Some((format!("{at}{step}"), inner.clone(), partner.clone()))
    });
    fields.chain(inner).chain(variants(at, schema, partner))
}

/// Pairs each variant of a choice with the partner's variant that shares the most fields with it, or has the same index.
fn variants(at: &str, schema: &Object, partner: &Object) -> Vec<(String, Value, Value)> {
    let of = |schema: &Object| {
        let keywords = ["oneOf", "anyOf"].into_iter();
        let variants = keywords.flat_map(|keyword| json::elements(schema, keyword));
        variants.cloned().collect::<Vec<Value>>()
    };
    let partners = of(partner);
    let named = |schema: &Value| {
        let members = schema.as_object();
        let fields = members.and_then(|members| json::object(members, "properties"));
        fields.map(|fields| fields.keys().cloned().collect::<BTreeSet<_>>())
    };
    let closest = |index: usize, variant: &Value| {
        let fields = named(variant).unwrap_or_default();
        let shared = |other: &Value| {
            let others = named(other).unwrap_or_default();
            fields.intersection(&others).count()
        };
        let numbered = partners.iter().enumerate();
        numbered
            .max_by_key(|(other, partner)| (shared(partner), *other == index))
            .map(|(_, partner)| partner.clone())
    };
    let variants = of(schema).into_iter().enumerate();
    variants
        .filter_map(|(index, variant)| {
            let partner = closest(index, &variant)?;
            Some((format!("{at}|{index}"), variant, partner))
        })
        .collect()
}

/// Returns the schema of a body as JSON; without one, that of its first media type, with the words that a report has for it.
fn body_schema(body: &Object) -> Option<(String, Value)> {
    if let Some(schema) = document::json_schema(body) {
        return Some((String::new(), schema));
    }
    let (media_type, media) = json::entries(body, "content").next()?;
    let schema = media.get("schema")?.clone();
    Some((format!(" as {}", document::essence(media_type)), schema))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(loaf: &Value, components: &Value, statuses: &[&str]) -> Value {
        let page =
            json!({"type": "object", "properties": {"items": {"type": "array", "items": loaf}}});
        let content = json!({"content": {"application/json": {"schema": page}}});
        let responses: Object = statuses
            .iter()
            .map(|status| ((*status).to_owned(), content.clone()))
            .collect();
        json!({
            "paths": {"/loaves": {"get": {"operationId": "loaves_list", "responses": responses}}},
            "components": {"schemas": components}})
    }

    fn loaf(reference: &str) -> Value {
        json!({"type": "object", "properties": {"pay": {"type": "number"}, "next": schema::reference_to(reference)}})
    }

    #[test]
    fn a_renamed_or_inlined_component_has_the_type_of_its_location() {
        let derived = document(
            &schema::reference_to("Loaf"),
            &json!({"Loaf": loaf("Loaf")}),
            &["2XX"],
        );
        let named = document(
            &schema::reference_to("v1.Bread"),
            &json!({"v1.Bread": loaf("v1.Bread")}),
            &["200"],
        );
        let inline = document(&json!({"properties": {"pay": {}}}), &json!({}), &["200"]);
        let types = Types::of(&[&derived], &[&named, &inline]);
        for location in ["v1.Bread", "GET /loaves 200.items[]"] {
            assert_eq!(
                types.at(location).collect::<Vec<_>>(),
                ["Loaf"],
                "{location}"
            );
        }
        assert_eq!(types.at("GET /loaves 200").count(), 0);
    }

    #[test]
    fn each_status_has_the_type_of_its_own_body() {
        let outcome = json!({"oneOf": [{"type": "object"}, {"type": "array"}],
            "x-opentrain-by-status": {"200": "Baked", "202": "Baking"}});
        let derived = json!({
            "paths": {"/loaves": {"get": {"responses": {"2XX": {"content": {"application/json": {"schema": schema::reference_to("Outcome")}}}}}}},
            "components": {"schemas": {"Outcome": outcome, "Baked": {"type": "object"}, "Baking": {"type": "object"}}}});
        let served = document(&json!({}), &json!({}), &["200", "202"]);
        let types = Types::of(&[&derived], &[&served]);
        for (status, name) in [("200", "Baked"), ("202", "Baking")] {
            let location = format!("GET /loaves {status}");
            assert_eq!(types.at(&location).collect::<Vec<_>>(), [name]);
        }
    }

    #[test]
    fn an_inline_schema_that_contains_itself_ends() {
        let next = json!({"allOf": [schema::reference_to("Loaf"), {"type": "object", "description": "d"}]});
        let endless =
            json!({"type": "object", "properties": {"pay": {"type": "number"}, "next": next}});
        let served = document(&next, &json!({"Loaf": endless}), &["200"]);
        let client = document(
            &schema::reference_to("Loaf"),
            &json!({"Loaf": loaf("Loaf")}),
            &["2XX"],
        );
        let types = Types::of(&[&client], &[&served]);
        let at = "GET /loaves 200.items[].next.next";
        assert_eq!(types.at(at).collect::<Vec<_>>(), ["Loaf"]);
        assert!(types.at.len() < 50, "{types:?}");
    }
}
