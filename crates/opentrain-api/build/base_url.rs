//! Makes the generated client parse its base URL once, rather than as a part of the URL of each request.

use std::error::Error;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Field, FieldValue, File, Local, Member, Type, parse_quote};

use crate::rewrite::expect;

/// Gives the client a base URL that is parsed, and appends the path of each operation to it.
pub(crate) fn parse_once(file: &mut File, operations: usize) -> Result<(), Box<dyn Error>> {
    let mut change = Change::default();
    change.visit_file_mut(file);
    expect("the base URL of the client", change.fields, 2)?;
    expect("the URL of each operation", change.urls, operations)
}

#[derive(Default)]
struct Change {
    /// Number of declarations and constructions of the field.
    fields: usize,
    urls: usize,
}

impl VisitMut for Change {
    fn visit_field_mut(&mut self, field: &mut Field) {
        if field.ident.as_ref().is_some_and(|name| name == NAME) && is_string(&field.ty) {
            field.ty = parse_quote!(crate::runtime::BaseUrl);
            self.fields += 1;
        }
    }

    fn visit_field_value_mut(&mut self, field: &mut FieldValue) {
        if matches!(&field.member, Member::Named(name) if name == NAME) {
            field.expr = parse_quote!(crate::runtime::BaseUrl::new(baseurl));
            self.fields += 1;
        }
    }

    fn visit_local_mut(&mut self, local: &mut Local) {
        visit_mut::visit_local_mut(self, local);
        let Some(init) = &mut local.init else { return };
        let Expr::Macro(text) = &*init.expr else {
            return;
        };
        let whole = text.mac.path.is_ident("format").then_some(&text.mac.tokens);
        if let Some(path) = whole.and_then(path_after_base) {
            init.expr = parse_quote!(self.baseurl.join(::std::format_args!(#path))?);
            self.urls += 1;
        }
    }
}

/// Name of the field.
const NAME: &str = "baseurl";

fn is_string(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("String"))
}

/// Returns the arguments of `format!` without the base URL that they begin with. `None` if they do not begin with it.
fn path_after_base(arguments: &TokenStream) -> Option<TokenStream> {
    let mut tokens = arguments.clone().into_iter();
    let Some(TokenTree::Literal(template)) = tokens.next() else {
        return None;
    };
    let template = syn::parse2::<syn::LitStr>(quote!(#template)).ok()?.value();
    let path = template.strip_prefix("{}")?;
    let base: TokenStream = tokens.by_ref().take(4).collect();
    let is_base = base.to_string() == quote!(, self.baseurl).to_string();
    let rest: TokenStream = tokens.collect();
    is_base.then(|| quote!(#path #rest))
}
