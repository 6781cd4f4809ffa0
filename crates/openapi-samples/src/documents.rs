//! Random documents.

use serde_json::{Map, Value, json};

use crate::chance::Chance;
use crate::schemas::Maker;
use openapi_canonical::json::escape;

/// Names of components: those of objects first. The first must be an object for choices by a field.
const COMPONENTS: [&str; 11] = [
    "Job",
    "job",
    "type",
    "2fa",
    "Page<Job>",
    "a/b",
    "Self",
    "Status",
    "JobId",
    "Über",
    "Job_Id",
];
const OBJECTS: usize = 5;

const PATHS: [&str; 9] = [
    "/",
    "/jobs",
    "/jobs/{id}",
    "/jobs/{job-id}/items/{2}",
    "/jobs/{id}/self",
    "/type",
    "/Type",
    "/a.b/{x}",
    "/v1/über",
];

const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

const MEDIA_TYPES: [&str; 8] = [
    "application/json",
    "application/json; charset=utf-8",
    "application/problem+json",
    "application/xml",
    "text/plain",
    "application/octet-stream",
    "multipart/form-data",
    "application/x-www-form-urlencoded",
];

const STATUSES: [&str; 10] = [
    "200", "201", "202", "204", "400", "404", "422", "500", "4XX", "default",
];

/// Returns a document that is legal, or illegal only in ways that real documents are.
#[must_use]
pub fn document(seed: u64) -> Value {
    let mut chance = Chance::of_seed(seed);
    let is_newer = chance.percent(50);
    let mut builder = Builder {
        is_newer,
        chance: &mut chance,
    };
    let (components, paths) = (builder.components(), builder.paths());
    let version = if is_newer { "3.1.0" } else { "3.0.3" };
    let mut document = json!({
        "openapi": version,
        "info": {"title": "Made by chance", "version": "1"},
        "paths": paths,
        "components": components});
    if is_newer && builder.chance.percent(40) {
        document["webhooks"] = json!({"hired": {"post": builder.operation("/", 0)}});
        document["components"]["pathItems"] = json!({"Shared": {"get": builder.operation("/", 1)}});
        document["paths"]["/shared"] = json!({"$ref": "#/components/pathItems/Shared"});
    }
    document
}

#[derive(Debug)]
struct Builder<'a> {
    is_newer: bool,
    chance: &'a mut Chance,
}

impl Builder<'_> {
    fn maker(&mut self) -> Maker<'_> {
        Maker {
            chance: self.chance,
            is_newer: self.is_newer,
            components: &COMPONENTS,
            objects: OBJECTS,
        }
    }

    fn schema(&mut self, depth: usize) -> Value {
        self.maker().schema(depth)
    }

    fn components(&mut self) -> Value {
        let mut schemas = Map::new();
        for (index, name) in COMPONENTS.iter().enumerate() {
            let schema = if index < OBJECTS {
                self.tagged_object()
            } else {
                self.schema(2)
            };
            schemas.insert((*name).to_owned(), schema);
        }
        json!({
            "schemas": schemas,
            "parameters": {"Limit": {"name": "limit", "in": "query", "schema": {"type": "integer", "default": 10}}},
            "requestBodies": {"Body": {"required": true, "content": self.content(2)}},
            "responses": {"Failure": {"description": "No.", "content": self.content(1)}},
            "headers": {"Count": {"schema": {"type": "integer"}}},
            "examples": {"Some": {"value": {"$ref": "#/nowhere"}}}})
    }

    /// Returns an object schema with the constant field `type`, for a `oneOf` with a discriminator.
    fn tagged_object(&mut self) -> Value {
        let mut schema = self.maker().object(2);
        schema["properties"]["type"] = json!({"type": "string"});
        schema["required"] = json!(["type"]);
        schema
    }

    fn paths(&mut self) -> Value {
        let mut paths = Map::new();
        let mut count = 0;
        for path in self.chance.some_of(&PATHS, 30) {
            let mut item = Map::new();
            for method in self.chance.some_of(&METHODS, 35) {
                count += 1;
                item.insert(method.to_owned(), self.operation(path, count));
            }
            if self.chance.percent(20) {
                let shared = json!([{"$ref": "#/components/parameters/Limit"}]);
                item.insert("parameters".to_owned(), shared);
            }
            paths.insert(path.to_owned(), Value::Object(item));
        }
        Value::Object(paths)
    }

    fn operation(&mut self, path: &str, count: usize) -> Value {
        let mut operation =
            json!({"parameters": self.parameters(path), "responses": self.responses()});
        let names = ["get", "type", "list-jobs", "listJobs", "2nd", "Über", ""];
        match self.chance.below(3) {
            0 => operation["operationId"] = json!(self.chance.one_of(&names)),
            1 => operation["operationId"] = json!(format!("operation{count}")),
            _ => {}
        }
        match self.chance.below(4) {
            0 => operation["requestBody"] = json!({"$ref": "#/components/requestBodies/Body"}),
            1 => operation["requestBody"] = json!({"content": self.content(2)}),
            _ => {}
        }
        if self.chance.percent(10) {
            operation["callbacks"] = json!({"done": {"{$request.body#/url}": {"post": {"responses": {"200": {"description": "Yes."}}}}}});
        }
        if self.chance.percent(15) {
            operation["security"] = json!([]);
        }
        operation
    }

    fn parameters(&mut self, path: &str) -> Vec<Value> {
        let in_path = path
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split('}').next());
        let mut parameters: Vec<Value> = in_path
            .map(|name| json!({"name": name, "in": "path", "required": true, "schema": self.maker().text()}))
            .collect();
        for name in self
            .chance
            .some_of(&["q", "type", "filter[a]", "Self", "q-q", "q_q"], 25)
        {
            let place = self.chance.one_of(&["query", "query", "header", "cookie"]);
            let mut parameter =
                json!({"name": name, "in": place, "required": self.chance.percent(30)});
            match self.chance.below(5) {
                0 => parameter["content"] = json!({"application/json": {"schema": self.schema(1)}}),
                1 => {
                    parameter["schema"] = self.maker().object(1);
                    parameter["style"] = json!("deepObject");
                }
                2 => {
                    parameter["schema"] = json!({"type": "array", "items": self.schema(0)});
                    parameter["explode"] = json!(self.chance.percent(50));
                }
                _ => parameter["schema"] = self.schema(0),
            }
            parameters.push(parameter);
        }
        parameters
    }

    fn responses(&mut self) -> Value {
        let mut responses = Map::new();
        for status in self.chance.some_of(&STATUSES, 25) {
            let response = match self.chance.below(4) {
                0 => json!({"$ref": "#/components/responses/Failure"}),
                1 => json!({"description": "Nothing."}),
                _ => json!({"description": "It.", "content": self.content(2),
                    "headers": {"X-Count": {"$ref": "#/components/headers/Count"}}}),
            };
            responses.insert(status.to_owned(), response);
        }
        if responses.is_empty() {
            responses.insert("200".to_owned(), json!({"description": "Nothing."}));
        }
        Value::Object(responses)
    }

    fn content(&mut self, depth: usize) -> Value {
        let mut content = Map::new();
        let count = 1 + self.chance.below(2);
        for _ in 0..count {
            let media_type = if self.chance.percent(60) {
                MEDIA_TYPES[0]
            } else {
                self.chance.one_of(&MEDIA_TYPES)
            };
            let mut media = json!({"schema": self.schema(depth), "example": {"nullable": true}});
            if self.chance.percent(10) {
                media = json!({});
            }
            content.insert(media_type.to_owned(), media);
        }
        Value::Object(content)
    }
}

/// Returns the document with an odd value at one location.
pub fn damaged(document: &Value, chance: &mut Chance) -> Value {
    let pointers = pointers(document);
    let mut damaged = document.clone();
    let pointer = &pointers[chance.below(pointers.len())];
    let other = &pointers[chance.below(pointers.len())];
    let odd = [
        json!(null),
        json!(true),
        json!(""),
        json!([]),
        json!({}),
        json!({"$ref": "#/components/schemas/Nowhere"}),
        json!({"$ref": format!("#{pointer}")}),
        json!({"$ref": format!("#{other}")}),
        document.pointer(other).cloned().unwrap_or_default(),
    ];
    if let Some(place) = damaged.pointer_mut(pointer) {
        *place = odd[chance.below(odd.len())].clone();
    }
    damaged
}

/// Returns the pointers of all values but the whole, parents first.
#[must_use]
pub fn pointers(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect_pointers(document, "", &mut found);
    found
}

fn collect_pointers(value: &Value, pointer: &str, found: &mut Vec<String>) {
    if !pointer.is_empty() {
        found.push(pointer.to_owned());
    }
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                collect_pointers(member, &format!("{pointer}/{}", escape(key)), found);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                collect_pointers(element, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}
