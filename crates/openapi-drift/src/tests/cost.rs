//! Termination of the comparison for any two documents, with bounded stack and time.

use serde_json::{Value, json};

use crate::{Change, Kind, Prepared, changes, compared, differences};
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
fn a_deep_nesting_of_schemas_is_compared() {
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
fn parts_that_share_components_are_compared_once() {
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
fn parts_that_each_occur_twice_are_compared_once() {
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
        let variants: Vec<Value> = (0..150)
            .map(|number| schema::reference_to(&format!("{named}{number}")))
            .collect();
        let choice = ("Any".to_owned(), json!({"oneOf": variants}));
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

/// Returns the steps that a comparison takes.
fn steps(old: &Value, new: &Value) -> usize {
    let (old, new) = (Prepared::of(old), Prepared::of(new));
    compared(&old, &new).steps()
}

fn own(name: usize) -> Value {
    json!({"type": "object", "properties": {format!("p{name}"): {"type": "string"}}})
}

fn tagged(name: usize) -> Value {
    json!({"type": "object", "required": ["kind"], "properties": {"kind": {"enum": [format!("k{name}")]}}})
}

/// Link of a chain of components, made of its number and the next one.
type Link = fn(usize, Value) -> Value;

/// Chains in which the number of paths to the leaf doubles with each link.
const DOUBLING: [Link; 12] = [
    |step, next| json!({"oneOf": [{"allOf": [next, own(step)]}, {"allOf": [next, own(step + 100)]}]}),
    |step, next| json!({"allOf": [{"oneOf": [next, own(step)]}, {"anyOf": [next, own(step + 100)]}]}),
    |step, next| json!({"anyOf": [{"allOf": [next, next, own(step)]}, next, own(step)]}),
    |step, next| {
        let field =
            |one: Value, other: Value| json!({"properties": {"a": {"oneOf": [one, other]}}});
        json!({"allOf": [field(next.clone(), own(step)), field(own(step + 1), next)]})
    },
    |step, next| {
        let variant = |name| json!({"allOf": [next, tagged(name)]});
        json!({"oneOf": [variant(step), variant(step + 100)], "discriminator": {"propertyName": "kind"}})
    },
    |step, next| {
        let choice = json!({"oneOf": [{"allOf": [next, own(step)]}, next]});
        json!({"type": "object", "additionalProperties": choice, "properties": {"a": choice}})
    },
    |step, next| {
        let choice =
            json!({"anyOf": [{"allOf": [next, own(step)]}, {"allOf": [own(step + 1), next]}]});
        json!({"oneOf": [{"type": "array", "items": choice}, choice]})
    },
    |step, next| {
        let not = json!({"not": {"allOf": [next, own(step)]}});
        json!({"allOf": [not, {"not": next}, {"oneOf": [next, own(step)]}]})
    },
    |step, next| {
        let back = schema::reference_to(&format!("L{}", step / 2));
        json!({"oneOf": [{"allOf": [next, back]}, {"allOf": [next, own(step)]}, back]})
    },
    |step, next| json!({"allOf": [next, own(step), next]}),
    |_, next| json!({"allOf": [{"allOf": [next]}, {"anyOf": [next]}]}),
    |step, next| {
        let beyond = schema::reference_to(&format!("L{}", step + 2));
        json!({"oneOf": [next, beyond, own(step)]})
    },
];

#[test]
fn a_document_of_any_shape_is_equal_to_itself_without_a_step() {
    for (index, make) in DOUBLING.into_iter().enumerate() {
        for length in [10, 20, 40, 80] {
            let document = chain(length, make)(leaf("string"));
            assert_eq!(steps(&document, &document), 0, "shape {index}");
            let drift = differences(&document, &document);
            assert!(drift.changes.is_empty(), "shape {index}");
            assert_eq!(drift.not_compared, [""; 0], "shape {index}");
        }
    }
}

#[test]
fn descriptions_and_orders_are_no_difference_and_take_no_step() {
    for (index, make) in DOUBLING.into_iter().enumerate() {
        let old = chain(40, make)(leaf("string"));
        let mut new = old.clone();
        openapi_canonical::locations::visit_all(&mut new, &mut |_, members| {
            members.insert("description".to_owned(), json!("Another text."));
            members.insert("example".to_owned(), json!({"allOf": 1}));
            if let Some(Value::Array(parts)) = members.get_mut("allOf") {
                parts.reverse();
            }
            let reversed = members.clone().into_iter().rev();
            *members = reversed.collect();
        });
        schema::components_mut(&mut new).sort_keys();
        assert_eq!(steps(&old, &new), 0, "shape {index}");
    }
}

// A difference that the comparison does not reach is reported with the pointer to the schema that it gave up.
#[test]
fn choices_of_parts_of_choices_end_and_what_is_not_compared_is_reported() {
    for (index, make) in DOUBLING.into_iter().enumerate() {
        for length in [8, 20, 40, 80] {
            let document = chain(length, make);
            let (old, new) = (document(leaf("string")), document(leaf("integer")));
            let drift = differences(&old, &new);
            let report = (drift.changes.len(), &drift.not_compared);
            assert!(report != (0, &Vec::new()), "shape {index} of {length}");
            let is_removed = |change: &Change| change.finding.kind == Kind::VariantRemoved;
            assert!(
                !drift.changes.iter().any(is_removed),
                "shape {index} of {length}"
            );
            for sentence in &drift.not_compared {
                let (pointer, reason) = sentence.split_once(": ").unwrap();
                assert!(old.pointer(pointer).is_some(), "shape {index}: {sentence}");
                assert!(reason.contains("to be compared"), "{sentence}");
            }
        }
    }
}

#[test]
fn a_pair_that_expands_too_far_leaves_steps_for_the_others() {
    let document = |kind: &str| {
        let mut document = chain(30, DOUBLING[0])(leaf(kind));
        for number in 0..20 {
            let small = json!({"type": "object", "properties": {"a": {"type": kind}}});
            document["components"]["schemas"][format!("Small{number}")] = small;
            document["paths"][format!("/small/{number}")]["get"]["responses"]["200"] =
                body(&format!("Small{number}"));
        }
        document
    };
    let drift = differences(&document("string"), &document("integer"));
    assert_eq!(drift.changes.len(), 20);
    assert_eq!(
        drift.not_compared,
        ["/components/schemas/L0: the schema expands too far to be compared (L0)"]
    );
}

#[test]
fn choices_of_all_later_choices_take_steps_for_each_reference() {
    let choices = |length: usize, kind: &str| {
        let choice = move |number: usize| {
            let later =
                (number + 1..length).map(|later| schema::reference_to(&format!("L{later}")));
            let variants: Vec<Value> = later
                .chain([schema::reference_to("Z"), own(number)])
                .collect();
            (format!("L{number}"), json!({"anyOf": variants}))
        };
        document(1, (0..length).map(choice).chain([leaf(kind)]))
    };
    for length in [10, 20, 40] {
        let (old, new) = (choices(length, "string"), choices(length, "integer"));
        assert_eq!(changes(&old, &new).len(), 1);
        let references = length * length / 2;
        let steps = steps(&old, &new);
        assert!(steps < 100 * references, "{length}: {steps}");
    }
}

#[test]
fn locations_of_one_pointer_are_reported_in_one_sentence() {
    let document = chain(20, DOUBLING[5]);
    let drift = differences(&document(leaf("string")), &document(leaf("integer")));
    let pointers: Vec<&str> = drift
        .not_compared
        .iter()
        .filter_map(|sentence| sentence.split(": ").next())
        .collect();
    let mut distinct = pointers.clone();
    distinct.dedup();
    assert_eq!(pointers, distinct);
    assert!(
        drift
            .not_compared
            .iter()
            .all(|sentence| sentence.len() < 400)
    );
}

/// Returns a document whose request and response are one of many constants, the last of which has its own name.
fn constants(keyword: &str, count: usize, last: &str) -> Value {
    let constant = |number: usize| match number + 1 == count {
        true => last.to_owned(),
        false => format!("k{number}"),
    };
    let constants = (0..count).map(constant);
    let kind = match keyword {
        "enum" => json!({"type": "string", "enum": constants.collect::<Vec<_>>()}),
        _ => {
            json!({keyword: constants.map(|one| json!({"type": "string", "enum": [one]})).collect::<Vec<_>>()})
        }
    };
    let mut document = document(1, [("Kind".to_owned(), kind)].into_iter());
    document["paths"]["/loaves/0"]["get"]["requestBody"] = body("Kind");
    document
}

#[test]
fn a_choice_of_many_constants_takes_steps_for_each_of_them() {
    for (keyword, count) in [
        ("oneOf", 1_000),
        ("oneOf", 20_000),
        ("anyOf", 20_000),
        ("enum", 20_000),
    ] {
        let [old, new] = ["old", "new"].map(|last| Prepared::of(&constants(keyword, count, last)));
        let comparison = compared(&old, &new);
        let steps = comparison.steps();
        assert!(steps < 40 * count, "{keyword} of {count}: {steps}");
        let drift = comparison.into_drift();
        let kinds = drift.changes.iter().map(|change| change.finding.kind);
        let expected = [Kind::ValueRemoved, Kind::ValueAdded];
        assert_eq!(kinds.collect::<Vec<_>>(), expected, "{keyword}");
        assert_eq!(drift.not_compared, [""; 0], "{keyword}");
    }
}

#[test]
fn constants_that_all_change_are_compared() {
    let renamed = |count: usize| {
        let text = constants("oneOf", count, "last").to_string();
        serde_json::from_str(&text.replace("\"k", "\"new-k")).unwrap()
    };
    for count in [1_000, 5_000] {
        let (old, new) = (constants("oneOf", count, "last"), renamed(count));
        let drift = differences(&old, &new);
        assert_eq!(drift.changes.len(), 2 * (count - 1));
        assert_eq!(drift.not_compared, [""; 0]);
    }
}

/// Returns a document with patterns, each compiled for the listed values beside it.
#[test]
fn patterns_take_steps_where_values_are_listed() {
    let document = |pattern: &str, listed: bool| {
        let fields = (0..200).map(|number| {
            let mut field = json!({"type": "string", "pattern": format!("^{pattern}{number}")});
            if listed {
                field["enum"] = json!(["a", "b"]);
            }
            (format!("p{number}"), field)
        });
        let fields = fields.collect::<Value>();
        let object = json!({"type": "object", "properties": fields});
        document(1, [("Kind".to_owned(), object)].into_iter())
    };
    let steps = |listed| steps(&document("a", listed), &document("b", listed));
    let (with, without) = (steps(true), steps(false));
    assert!(with > without + 200 * 100, "{with} and {without}");
}
