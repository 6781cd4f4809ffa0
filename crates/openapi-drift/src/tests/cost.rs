//! Termination of the comparison for any two documents, with bounded stack and time.

use serde_json::{Value, json};

use crate::{Kind, changes};
use openapi_canonical::schema;

fn body(component: &str) -> Value {
    json!({"description": "It.", "content": {"application/json": {"schema": schema::reference_to(component)}}})
}

/// Returns a document with these components and a number of operations whose response is the first component.
fn document(operations: usize, components: impl Iterator<Item = (String, Value)>) -> Value {
    let components: Vec<(String, Value)> = components.collect();
    let first = components[0].0.clone();
    let paths = (0..operations).map(|number| {
        let operation = json!({"get": {"responses": {"200": body(&first)}}});
        (format!("/loaves/{number}"), operation)
    });
    json!({"openapi": "3.0.3", "paths": paths.collect::<Value>(),
        "components": {"schemas": components.into_iter().collect::<Value>()}})
}

fn leaf(kind: &str) -> (String, Value) {
    let leaf = json!({"type": "object", "properties": {"z": {"type": kind}}});
    ("Z".to_owned(), leaf)
}

/// Returns the report if the type of the leaf changes.
#[track_caller]
fn check(document: impl Fn((String, Value)) -> Value, count: usize, operations: usize) {
    let found = changes(&document(leaf("string")), &document(leaf("integer")));
    assert_eq!(found.len(), count);
    assert_eq!(found[0].operations().len(), operations);
}

#[test]
fn a_long_way_down() {
    let chain = |leaf| {
        let steps = (0..5_000).map(|step| {
            let next = if step == 4_999 {
                "Z".to_owned()
            } else {
                format!("L{}", step + 1)
            };
            (
                format!("L{step}"),
                json!({"type": "object", "properties": {"n": schema::reference_to(&next)}}),
            )
        });
        document(2, steps.chain([leaf]))
    };
    check(chain, 1, 2);
}

#[test]
fn many_operations_on_components_that_all_lead_to_each_other() {
    const COMPONENTS: usize = 100;
    let web = |leaf| {
        let each = (0..COMPONENTS).map(|number| {
            let others = (1..6).map(|step| {
                let other = (number * step + step) % COMPONENTS;
                (
                    format!("p{step}"),
                    schema::reference_to(&format!("C{other}")),
                )
            });
            let fields = others.chain([("z".to_owned(), schema::reference_to("Z"))]);
            (
                format!("C{number}"),
                json!({"type": "object", "properties": fields.collect::<Value>()}),
            )
        });
        document(500, each.chain([leaf]))
    };
    check(web, 1, 500);
}

#[test]
fn many_ways_to_the_same_by_parts() {
    let levels = |leaf| {
        let levels = (0..30).map(|level| {
            let next = if level == 29 {
                "Z".to_owned()
            } else {
                format!("L{}", level + 1)
            };
            let next = json!({"allOf": [schema::reference_to(&next), {"required": ["z"]}]});
            (
                format!("L{level}"),
                json!({"type": "object", "properties": {"a": next, "b": next, "c": next}}),
            )
        });
        document(1, levels.chain([leaf]))
    };
    // The leaf of `L29` is reported once, at the first of its locations.
    check(levels, 1, 1);
}

#[test]
fn parts_of_parts_twice_over() {
    let diamond = |leaf| {
        let levels = (0..40).map(|level| {
            let next = if level == 39 {
                "Z".to_owned()
            } else {
                format!("L{}", level + 1)
            };
            let next = schema::reference_to(&next);
            (
                format!("L{level}"),
                json!({"allOf": [next, {"properties": {"more": {"type": "string"}}}, next]}),
            )
        });
        document(1, levels.chain([leaf]))
    };
    check(diamond, 1, 1);
}

#[test]
fn a_choice_of_many_variants() {
    let forms = |named: &'static str| {
        let forms = (0..150).map(move |number| {
            let fields =
                json!({"common": {"type": "string"}, format!("own{number}"): {"type": "string"}});
            (
                format!("{named}{number}"),
                json!({"type": "object", "properties": fields}),
            )
        });
        let arms: Vec<Value> = (0..150)
            .map(|number| schema::reference_to(&format!("{named}{number}")))
            .collect();
        let choice = ("Any".to_owned(), json!({"oneOf": arms}));
        document(20, [choice].into_iter().chain(forms))
    };
    assert_eq!(changes(&forms("Old"), &forms("New")).len(), 0);
}

/// Returns a base that is the `oneOf` of its own variants: each variant would contain all others, without end.
#[test]
fn a_base_that_is_the_choice_of_its_variants() {
    let bread = |first: &'static str| {
        move |leaf| {
            let form = |own: &str| {
                let own = json!({"type": "object", "properties": {own: schema::reference_to("Z")}});
                json!({"allOf": [schema::reference_to("Bread"), own]})
            };
            let base = json!({"type": "object", "properties": {"kind": {"type": "string"}},
                "oneOf": [schema::reference_to("Rye"), schema::reference_to("Wheat")]});
            let mut components = vec![
                ("Bread".to_owned(), base),
                ("Rye".to_owned(), form("sour")),
                ("Wheat".to_owned(), form("sweet")),
                leaf,
            ];
            components.sort_by_key(|(name, _)| name != first);
            document(2, components.into_iter())
        }
    };
    for first in ["Bread", "Rye"] {
        check(bread(first), 1, 2);
    }
}

#[test]
fn a_choice_with_itself_as_a_variant() {
    let endless = |kind: &str| {
        let more = json!({"properties": {"more": {"type": kind}}});
        let more = json!({"allOf": [schema::reference_to("Loaf"), more]});
        let crumb = json!({"type": "object", "properties": {"crumb": {"type": "string"}}});
        let choice = json!({"oneOf": [more, crumb]});
        document(1, [("Loaf".to_owned(), choice)].into_iter())
    };
    let changes = changes(&endless("string"), &endless("integer"));
    assert!((1..50).contains(&changes.len()), "{changes:?}");
}

/// Returns a chain of components: each is made by a function of its number and the next one; the last one leads to the
/// leaf.
fn chain(length: usize, make: impl Fn(usize, Value) -> Value) -> impl Fn((String, Value)) -> Value {
    move |leaf| {
        let steps = (0..length).map(|step| {
            let next = if step == length - 1 {
                "Z".to_owned()
            } else {
                format!("L{}", step + 1)
            };
            (format!("L{step}"), make(step, schema::reference_to(&next)))
        });
        document(2, steps.chain([leaf]))
    }
}

#[test]
fn a_long_way_by_parts_and_names() {
    let makes: [fn(usize, Value) -> Value; 4] = [
        |_, next| next,
        |_, next| json!({"allOf": [next, next]}),
        |_, next| json!({"anyOf": [{"allOf": [{"oneOf": [next]}]}]}),
        |step, next| match step % 2 {
            0 => json!({"allOf": [next], "description": "d"}),
            _ => json!({"allOf": [schema::reference_to("L0"), next, schema::reference_to("L1")]}),
        },
    ];
    for make in makes {
        check(chain(2_000, make), 1, 2);
    }
}

/// The paths through the variants double with each link; a comparison that runs out of steps is reported.
#[test]
fn choices_of_parts_of_choices_terminate_and_are_reported() {
    let own = |name: usize| json!({"properties": {format!("p{name}"): {"type": "string"}}});
    let makes: [&dyn Fn(usize, Value) -> Value; 4] = [
        &|step, next| json!({"oneOf": [{"allOf": [next, own(step)]}, {"allOf": [next, own(step + 100)]}]}),
        &|step, next| json!({"allOf": [{"oneOf": [next, own(step)]}, {"anyOf": [next, own(step + 100)]}]}),
        &|step, next| json!({"anyOf": [{"allOf": [next, next, own(step)]}, next, own(step)]}),
        &|step, next| {
            let field =
                |one: Value, other: Value| json!({"properties": {"a": {"oneOf": [one, other]}}});
            json!({"allOf": [field(next.clone(), own(step)), field(own(step + 1), next)]})
        },
    ];
    for make in makes {
        let document = chain(30, make);
        let (old, new) = (document(leaf("string")), document(leaf("integer")));
        let found = changes(&old, &new);
        assert!(
            found
                .iter()
                .any(|change| change.finding.kind == Kind::Unfinished),
            "{found:?}"
        );
        assert!(found.len() < 2_000);
        assert_eq!(changes(&old, &old).len(), 0);
    }
}
