//! Bodies that the status chooses: an enum with a variant for each, decoded by status.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use serde_json::Value;

use crate::document::{Document, entries, referenced};
use crate::extensions;
use crate::names;

/// Components of a document that are chosen by status.
pub(crate) struct Outcomes {
    module: &'static str,
    outcomes: Vec<Outcome>,
}

struct Outcome {
    ident: Ident,
    doc: String,
    /// Body types, without repetition.
    variants: Vec<Variant>,
    /// Status and its body type; `None` stands for all other statuses.
    arms: Vec<(Option<u16>, Ident)>,
}

struct Variant {
    ident: Ident,
    /// Description of the body type; empty if there is none.
    meaning: String,
}

impl Outcomes {
    pub(crate) fn of(document: &Document) -> Self {
        let outcomes = document
            .schemas()
            .filter_map(|(name, schema)| outcome(document, name, schema));
        Self {
            module: document.module,
            outcomes: outcomes.collect(),
        }
    }

    /// Returns the types that replace components, by component.
    pub(crate) fn replacements(&self) -> impl Iterator<Item = (String, String)> {
        let path = |o: &Outcome| format!("crate::{}::types::{}", self.module, o.ident);
        self.outcomes
            .iter()
            .map(move |o| (o.ident.to_string(), path(o)))
    }

    pub(crate) fn tokens(&self) -> TokenStream {
        self.outcomes.iter().map(Outcome::tokens).collect()
    }
}

fn outcome(document: &Document, name: &str, schema: &Value) -> Option<Outcome> {
    let by_status = schema.get(extensions::BY_STATUS)?;
    let arm = |(status, component): (&str, &Value)| {
        Some((status.parse().ok(), names::type_name(component.as_str()?)))
    };
    let arms: Vec<_> = entries(by_status).filter_map(arm).collect();
    let listed = schema["oneOf"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(referenced);
    let doc = schema["description"]
        .as_str()
        .unwrap_or("A body that the status chooses.");
    Some(Outcome {
        ident: names::type_name(name),
        doc: String::from(doc),
        variants: listed
            .map(|component| variant(document, component))
            .collect(),
        arms,
    })
}

fn variant(document: &Document, component: &str) -> Variant {
    let schema = document.schemas().find(|(name, _)| *name == component);
    let meaning = schema.and_then(|(_, schema)| schema["description"].as_str());
    Variant {
        ident: names::type_name(component),
        meaning: meaning.map(String::from).unwrap_or_default(),
    }
}

/// False for a status that HTTP allows no body for: an empty object is decoded then.
fn has_content(status: u16) -> bool {
    !matches!(status, 204 | 205)
}

impl Outcome {
    fn tokens(&self) -> TokenStream {
        let Self {
            ident,
            doc,
            variants,
            ..
        } = self;
        let docs = variants.iter().map(|variant| self.variant_doc(variant));
        let variants: Vec<&Ident> = variants.iter().map(|variant| &variant.ident).collect();
        let arms = self.arms.iter().filter_map(|(status, ty)| {
            let status = (*status)?;
            let body = if has_content(status) {
                quote!(body)
            } else {
                quote!(b"{}")
            };
            Some(quote!(#status => crate::runtime::decode_json::<#ty>(#body).map(Self::#ty),))
        });
        let rest = self
            .arms
            .iter()
            .find(|(status, _)| status.is_none())
            .map(|(_, ty)| ty);
        let rest = match rest {
            Some(ty) => quote!(_ => crate::runtime::decode_json::<#ty>(body).map(Self::#ty),),
            None => quote!(_ => Err(crate::runtime::DecodeError::unknown_status(status)),),
        };
        quote! {
            #[doc = #doc]
            #[derive(Clone, Debug, PartialEq, ::serde::Serialize)]
            #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
            #[serde(untagged)]
            pub enum #ident { #(#[doc = #docs] #variants(#variants),)* }

            impl crate::runtime::Decode for #ident {
                fn decode(
                    status: ::http::StatusCode,
                    body: &[u8],
                ) -> Result<Self, crate::runtime::DecodeError> {
                    match status.as_u16() { #(#arms)* #rest }
                }
            }
        }
    }

    fn variant_doc(&self, variant: &Variant) -> String {
        let statuses = self.arms.iter().filter(|(_, ty)| *ty == variant.ident);
        let name = |status: &Option<u16>| {
            status.map_or_else(
                || String::from("any other status"),
                |status| format!("status {status}"),
            )
        };
        let statuses: Vec<String> = statuses.map(|(status, _)| name(status)).collect();
        let statuses = format!("Body of {}.", statuses.join(", "));
        format!("{} {statuses}", variant.meaning).trim().to_owned()
    }
}
