//! Bodies that the status chooses: an enum with a variant for each, decoded by status.

use std::fmt;

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
    /// Statuses and their body types, each status before its range and that before all others.
    bodies: Vec<(Statuses, Ident)>,
}

/// Statuses with one body.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Statuses {
    One(u16),
    /// Range with its first status: 400 for `4XX`.
    Range(u16),
    Other,
}

impl Statuses {
    fn of(text: &str) -> Self {
        let range = || text.strip_suffix("XX")?.parse::<u16>().ok();
        match text.parse() {
            Ok(status) => Self::One(status),
            Err(_) => range().map_or(Self::Other, |digit| Self::Range(digit * 100)),
        }
    }

    fn pattern(self) -> TokenStream {
        match self {
            Self::One(status) => quote!(#status),
            Self::Range(first) => {
                let last = first + 99;
                quote!(#first..=#last)
            }
            Self::Other => quote!(_),
        }
    }

    /// True unless HTTP allows no body for the status: an empty object is decoded then.
    fn has_content(self) -> bool {
        !matches!(self, Self::One(204 | 205))
    }
}

impl fmt::Display for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(status) => write!(f, "status {status}"),
            Self::Range(first) => write!(f, "another status from {first} to {}", first + 99),
            Self::Other => f.write_str("any other status"),
        }
    }
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
    let body = |(status, component): (&str, &Value)| {
        let ty = names::type_name(component.as_str()?);
        Some((Statuses::of(status), ty))
    };
    let mut bodies: Vec<_> = entries(by_status).filter_map(body).collect();
    bodies.sort_by_key(|(statuses, _)| *statuses);
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
        bodies,
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
        let arms = self.bodies.iter().map(|(statuses, ty)| {
            let body = if statuses.has_content() {
                quote!(body)
            } else {
                quote!(b"{}")
            };
            let pattern = statuses.pattern();
            quote!(#pattern => crate::runtime::decode_json::<#ty>(#body).map(Self::#ty),)
        });
        let is_complete = self
            .bodies
            .last()
            .is_some_and(|(last, _)| *last == Statuses::Other);
        let rest = (!is_complete)
            .then(|| quote!(_ => Err(crate::runtime::DecodeError::unknown_status(status)),));
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
        let own = self.bodies.iter().filter(|(_, ty)| *ty == variant.ident);
        let statuses: Vec<String> = own.map(|(statuses, _)| statuses.to_string()).collect();
        let statuses = format!("Body of {}.", statuses.join(", "));
        format!("{} {statuses}", variant.meaning).trim().to_owned()
    }
}
