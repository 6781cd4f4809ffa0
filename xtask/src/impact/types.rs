//! Which generated types are behind the places of a document that calls its components otherwise, or has none.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::document;
use crate::generated_names;
use crate::json::{self, Object};
use crate::positions;
use crate::reconcile::shape::Shape;
use crate::schema;

/// The types at each place, which is called as a report calls it.
#[derive(Debug, Default)]
pub(super) struct Types(BTreeMap<String, BTreeSet<String>>);

impl Types {
    /// Goes through each document beside each that a client is generated from.
    pub(super) fn of(clients: &[&Value], documents: &[&Value]) -> Types {
        let mut types = Types::default();
        for client in clients {
            for document in documents {
                let mut walk = Walk {
                    document,
                    client,
                    types: &mut types.0,
                    met: BTreeSet::new(),
                };
                walk.operations();
            }
        }
        types
    }

    pub(super) fn at(&self, place: &str) -> impl Iterator<Item = &String> {
        self.0.get(place).into_iter().flatten()
    }
}

#[derive(Debug)]
struct Walk<'a> {
    document: &'a Value,
    client: &'a Value,
    types: &'a mut BTreeMap<String, BTreeSet<String>>,
    /// Places and the components that were met there: components may be made of themselves.
    met: BTreeSet<(String, Option<String>)>,
}

impl Walk<'_> {
    fn operations(&mut self) {
        let base = positions::base_path(self.client);
        let partners = positions::index(self.client, &base);
        for (position, places) in positions::index_like(self.document, &partners, &base) {
            let partner = partners.get(&position).and_then(|places| places.first());
            if let (Some(place), Some(partner)) = (places.first(), partner) {
                let name = format!("{} {}", position.1.to_uppercase(), place.path);
                self.operation(&name, place.operation, partner.operation);
            }
        }
    }

    fn operation(&mut self, name: &str, operation: &Object, partner: &Object) {
        let body = |document, operation: &Object| {
            let body = operation.get("requestBody")?;
            document::json_schema(document::resolve(document, body).as_object()?)
        };
        let bodies = (body(self.document, operation), body(self.client, partner));
        if let (Some(schema), Some(partner)) = bodies {
            self.place(&format!("{name} body"), &schema, &partner);
        }
        for (status, response) in json::entries(operation, "responses") {
            let response = document::resolve(self.document, response);
            let schema = response.as_object().and_then(document::json_schema);
            let partner = self.answer(partner, status);
            if let (Some(schema), Some(partner)) = (schema, partner) {
                self.place(&format!("{name} {status}"), &schema, &partner);
            }
        }
    }

    /// What the client's operation answers with a status: of that status alone, if its body is chosen by that.
    fn answer(&self, operation: &Object, status: &str) -> Option<Value> {
        let responses = json::object(operation, "responses")?;
        let class = format!("{}XX", status.get(..1)?);
        let names = [status, class.as_str(), "default"];
        let response = names.into_iter().find_map(|name| responses.get(name))?;
        let schema = document::json_schema(response.as_object()?)?;
        let whole = Shape::of(self.client, &schema).schema;
        let by_status = json::object(&whole, "x-opentrain-by-status");
        let own = by_status.and_then(|by_status| by_status.get(status)?.as_str());
        Some(own.map_or(schema, schema::reference_to))
    }

    /// Notes what is in a place, and goes down from there as far as both documents do.
    fn place(&mut self, at: &str, schema: &Value, partner: &Value) {
        let shape = Shape::of(self.document, schema);
        let partner = Shape::of(self.client, partner);
        let at = shape.component.as_deref().unwrap_or(at);
        if !self.met.insert((at.to_owned(), partner.component.clone())) {
            return;
        }
        if let Some(component) = &partner.component {
            let types = self.types.entry(at.to_owned()).or_default();
            types.insert(generated_names::type_name(component));
        }
        for (name, field) in json::entries(&shape.schema, "properties") {
            let partners = json::object(&partner.schema, "properties");
            if let Some(partner) = partners.and_then(|partners| partners.get(name)) {
                self.place(&format!("{at}.{name}"), field, partner);
            }
        }
        for (keyword, step) in [("items", "[]"), ("additionalProperties", "{}")] {
            let inner = (shape.schema.get(keyword), partner.schema.get(keyword));
            if let (Some(inner), Some(partner)) = inner {
                self.place(&format!("{at}{step}"), inner, partner);
            }
        }
    }
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
    fn a_component_of_another_name_and_none_at_all_are_the_type_of_their_place() {
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
        for place in ["v1.Bread", "GET /loaves 200.items[]"] {
            assert_eq!(types.at(place).collect::<Vec<_>>(), ["Loaf"], "{place}");
        }
        assert_eq!(types.at("GET /loaves 200").count(), 0);
    }

    #[test]
    fn a_body_that_is_chosen_by_status_is_that_of_the_status() {
        let outcome = json!({"oneOf": [{"type": "object"}, {"type": "array"}],
            "x-opentrain-by-status": {"200": "Baked", "202": "Baking"}});
        let derived = json!({
            "paths": {"/loaves": {"get": {"responses": {"2XX": {"content": {"application/json": {"schema": schema::reference_to("Outcome")}}}}}}},
            "components": {"schemas": {"Outcome": outcome, "Baked": {"type": "object"}, "Baking": {"type": "object"}}}});
        let served = document(&json!({}), &json!({}), &["200", "202"]);
        let types = Types::of(&[&derived], &[&served]);
        for (status, name) in [("200", "Baked"), ("202", "Baking")] {
            let place = format!("GET /loaves {status}");
            assert_eq!(types.at(&place).collect::<Vec<_>>(), [name]);
        }
    }
}
