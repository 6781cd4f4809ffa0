//! Bodies chosen by status: methods get a match arm for each status with a body of its own.

use std::collections::{BTreeMap, BTreeSet};

use quote::{ToTokens as _, format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Arm, Expr, File, GenericArgument, Ident, Item, Path, PathArguments, ReturnType, Type};
use syn::{ItemEnum, Lit, Pat, parse_quote};

use crate::generated_names::type_name;
use crate::prepare::Prepared;
use crate::steps::no_content;
use openapi_canonical::{extensions, json, schema};

/// Enum of the bodies of several statuses.
pub(super) struct Choice {
    /// Status and its body.
    bodies: Vec<(u16, Body)>,
    /// First status of a range and the body of the range: 400 for `4XX`.
    ranges: Vec<(u16, Body)>,
    /// Body of all other statuses, if there is one.
    rest: Option<Body>,
}

/// Body of a status.
struct Body {
    variant: Ident,
    type_name: Ident,
    /// True if the response has no content.
    is_empty: bool,
}

/// Collects the choices of a document, by the names of their enums.
pub(super) fn choices(
    prepared: &Prepared,
    code: &File,
) -> Result<BTreeMap<String, Choice>, String> {
    let schemas = schema::components(&prepared.document);
    let key = extensions::key(&prepared.extension_prefix, extensions::BY_STATUS);
    let mut choices = BTreeMap::new();
    for (name, component) in schemas.into_iter().flatten() {
        let by_status = component.as_object().and_then(|it| json::object(it, &key));
        let Some(by_status) = by_status else { continue };
        let name = type_name(name);
        let generated = enum_of(code, &name)
            .ok_or_else(|| format!("the code has no enum `{name}` of bodies by status"))?;
        let mut choice = Choice {
            bodies: Vec::new(),
            ranges: Vec::new(),
            rest: None,
        };
        for (status, component) in by_status {
            let component = component.as_str().unwrap_or_default();
            let content = schemas.and_then(|schemas| schemas.get(component));
            let body = body(generated, component, content == Some(&no_content()))?;
            if let Ok(status) = status.parse() {
                choice.bodies.push((status, body));
            } else if let Some(first) = first_of_range(status) {
                choice.ranges.push((first, body));
            } else {
                choice.rest = Some(body);
            }
        }
        choices.insert(name, choice);
    }
    Ok(choices)
}

/// Returns the first status of a range: 400 for `4XX`.
fn first_of_range(range: &str) -> Option<u16> {
    let digit: u16 = range.strip_suffix("XX")?.parse().ok()?;
    Some(digit * 100)
}

/// Returns an enum of the module `types`.
fn enum_of<'a>(code: &'a File, name: &str) -> Option<&'a ItemEnum> {
    let modules = code.items.iter().filter_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
        _ => None,
    });
    modules
        .flat_map(|(_, items)| items)
        .find_map(|item| match item {
            Item::Enum(item) if item.ident == name => Some(item),
            _ => None,
        })
}

fn body(generated: &ItemEnum, component: &str, is_empty: bool) -> Result<Body, String> {
    let type_name = format_ident!("{}", type_name(component));
    let mut variants = generated.variants.iter();
    let variant = variants.find(|variant| {
        let mut types = variant.fields.iter().map(|field| &field.ty);
        types
            .next()
            .is_some_and(|ty| matches!(ty, Type::Path(path) if path.path.is_ident(&type_name)))
    });
    let variant = variant.ok_or_else(|| {
        format!(
            "the code has no variant of `{}` for `{type_name}`",
            generated.ident
        )
    })?;
    Ok(Body {
        variant: variant.ident.clone(),
        type_name,
        is_empty,
    })
}

/// Makes each method that returns a choice decode it by status.
pub(super) fn decode(code: &mut File, choices: BTreeMap<String, Choice>) -> Result<(), String> {
    let mut methods = Methods {
        choices,
        returned: Vec::new(),
        decoded: BTreeSet::new(),
    };
    methods.visit_file_mut(code);
    let missed = |name: &&String| !methods.decoded.contains(*name);
    match methods.choices.keys().find(missed) {
        Some(name) => Err(format!("the code decodes `{name}` at no known location")),
        None => Ok(()),
    }
}

/// Visitor of the methods that send requests.
struct Methods {
    choices: BTreeMap<String, Choice>,
    /// Types of success and failure that the current method returns.
    returned: Vec<Path>,
    /// Choices that are decoded by status.
    decoded: BTreeSet<String>,
}

impl VisitMut for Methods {
    fn visit_impl_item_fn_mut(&mut self, method: &mut syn::ImplItemFn) {
        self.returned = returned(&method.sig.output);
        visit_mut::visit_impl_item_fn_mut(self, method);
        self.returned.clear();
    }

    fn visit_expr_match_mut(&mut self, expression: &mut syn::ExprMatch) {
        visit_mut::visit_expr_match_mut(self, expression);
        let ([success, failure], Some(response)) = (&*self.returned, response_of(&expression.expr))
        else {
            return;
        };
        let arms = std::mem::take(&mut expression.arms);
        let (mut successes, mut failures) = (false, false);
        for mut arm in arms {
            let Some(is_failure) = is_failure(&arm) else {
                expression.arms.push(arm);
                continue;
            };
            let (path, seen) = if is_failure {
                (failure, &mut failures)
            } else {
                (success, &mut successes)
            };
            let name = path.segments.last().map(|last| last.ident.to_string());
            let choice = name.as_ref().and_then(|name| self.choices.get(name));
            if let (Some(choice), Some(name)) = (choice, name) {
                if !std::mem::replace(seen, true) {
                    self.decoded.insert(name);
                    expression
                        .arms
                        .extend(choice.arms(path, response, is_failure));
                }
                if let Some(body) = choice.other_than_single(&arm.pat) {
                    *arm.body = body.decoded(path, response, is_failure);
                }
            }
            expression.arms.push(arm);
        }
    }
}

impl Choice {
    fn arms(&self, path: &Path, response: &Expr, is_failure: bool) -> impl Iterator<Item = Arm> {
        self.bodies.iter().map(move |(status, body)| {
            let body = body.decoded(path, response, is_failure);
            parse_quote!(#status => #body,)
        })
    }

    /// Returns the body of the statuses of a match arm that are not matched before it.
    fn other_than_single(&self, pattern: &Pat) -> Option<&Body> {
        let first = first_status(pattern);
        let range = self.ranges.iter().find(|(start, _)| Some(*start) == first);
        range.map(|(_, body)| body).or(self.rest.as_ref())
    }
}

impl Body {
    /// Returns an expression that decodes this body into the enum at `path`.
    fn decoded(&self, path: &Path, response: &Expr, is_failure: bool) -> Expr {
        let variant = &self.variant;
        let mut own = path.clone();
        if let Some(last) = own.segments.last_mut() {
            last.ident = self.type_name.clone();
        }
        let decoded = if self.is_empty {
            quote! {
                ResponseValue::empty(#response)
                    .map(|()| #path::#variant(#own(::std::default::Default::default())))
            }
        } else {
            quote! {
                ResponseValue::<#own>::from_response(#response).await?.map(#path::#variant)
            }
        };
        if is_failure {
            parse_quote!({ #decoded.and_then(|body| Err(Error::ErrorResponse(body))) })
        } else {
            parse_quote!({ #decoded })
        }
    }
}

/// Returns the types `S` and `F` of a method that returns `Result<ResponseValue<S>, Error<F>>`.
fn returned(output: &ReturnType) -> Vec<Path> {
    let ReturnType::Type(_, ty) = output else {
        return Vec::new();
    };
    let inner = |ty: &Type| match arguments(ty).as_slice() {
        [Type::Path(path)] => Some(path.path.clone()),
        // Types that are no paths, such as `()`, are no choices.
        [_] => Some(parse_quote!(none)),
        _ => None,
    };
    arguments(ty).iter().filter_map(inner).collect()
}

/// Returns the type arguments of a path such as `Result<A, B>`.
fn arguments(ty: &Type) -> Vec<Type> {
    let Type::Path(path) = ty else {
        return Vec::new();
    };
    let last = path.path.segments.last().map(|last| &last.arguments);
    let Some(PathArguments::AngleBracketed(arguments)) = last else {
        return Vec::new();
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    });
    types.collect()
}

/// Returns `response` of the expression `response.status().as_u16()`.
fn response_of(expression: &Expr) -> Option<&Expr> {
    receiver(receiver(expression, "as_u16")?, "status")
}

fn receiver<'a>(expression: &'a Expr, method: &str) -> Option<&'a Expr> {
    match expression {
        Expr::MethodCall(call) if call.method == method => Some(&call.receiver),
        _ => None,
    }
}

/// Returns the first status of a pattern such as `400u16..=499u16`.
fn first_status(pattern: &Pat) -> Option<u16> {
    let Pat::Range(range) = pattern else {
        return None;
    };
    match range.start.as_deref() {
        Some(Expr::Lit(literal)) => match &literal.lit {
            Lit::Int(number) => number.base10_parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

/// True for a match arm that decodes a failure, false for one that decodes a success; `None` for all others.
fn is_failure(arm: &Arm) -> Option<bool> {
    let body = arm.body.to_token_stream().to_string();
    body.contains("from_response")
        .then(|| body.contains("ErrorResponse"))
}
