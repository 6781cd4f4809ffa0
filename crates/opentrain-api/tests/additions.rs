//! A served parameter that the documentation does not know leaves the known method as it is.

#![expect(clippy::unwrap_used, reason = "a test that stops says why")]

#[path = "../build/additions.rs"]
mod additions;
#[path = "../build/document.rs"]
#[expect(dead_code, reason = "the build script needs more of it")]
mod document;
#[path = "../build/extensions.rs"]
mod extensions;
#[path = "../build/names.rs"]
#[expect(dead_code, reason = "the build script needs more of it")]
mod names;

use document::Document;
use serde_json::{Value, json};

fn document(parameters: &Value) -> Document {
    let operation =
        json!({"operationId": "loaves_list", "parameters": parameters, "responses": {}});
    let json = json!({"openapi": "3.0.3", "info": {"title": "Bakery", "version": "1"}, "paths": {"/loaves": {"get": operation}}});
    Document {
        module: "bakery",
        openapi: serde_json::from_value(json.clone()).unwrap(),
        json,
    }
}

fn parameter(name: &str, is_undocumented: bool) -> Value {
    json!({"name": name, "in": "query", "schema": {"type": "string"}, "x-opentrain-undocumented": is_undocumented})
}

/// Returns a file as the generator writes it.
fn generated() -> syn::File {
    syn::parse_quote! {
        pub struct Client;
        impl Client {
            pub async fn loaves_list<'a>(&'a self, kind: Option<&'a str>, type_: Option<&'a str>) -> Result<(), Error> {
                send(kind, type_).await
            }
        }
    }
}

#[test]
fn the_known_method_keeps_its_signature_and_a_further_one_takes_everything() {
    let mut file = generated();
    let document = document(&json!([parameter("kind", false), parameter("type", true)]));
    additions::keep_signatures(&mut file, &document).unwrap();
    insta::assert_snapshot!(prettyplease::unparse(&file), @r#"
    pub struct Client;
    impl Client {
        pub async fn loaves_list<'a>(&'a self, kind: Option<&'a str>) -> Result<(), Error> {
            self.loaves_list_with(kind, ::std::option::Option::None).await
        }
        ///
        /// With the parameters that the documentation does not know.
        pub async fn loaves_list_with<'a>(
            &'a self,
            kind: Option<&'a str>,
            type_: Option<&'a str>,
        ) -> Result<(), Error> {
            send(kind, type_).await
        }
    }
    "#);
}

#[test]
fn an_operation_that_is_documented_whole_is_left_alone() {
    let mut file = generated();
    let document = document(&json!([parameter("kind", false), parameter("type", false)]));
    additions::keep_signatures(&mut file, &document).unwrap();
    assert_eq!(
        prettyplease::unparse(&file),
        prettyplease::unparse(&generated())
    );
}

#[test]
fn a_generator_that_names_parameters_otherwise_is_noticed() {
    let document = document(&json!([parameter("colour", true)]));
    let error = additions::keep_signatures(&mut generated(), &document).unwrap_err();
    assert!(
        error.to_string().contains("the generator has changed"),
        "{error}"
    );
}
