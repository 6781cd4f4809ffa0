//! Splits each generated method in two: `…_request` makes the request, and the method sends it.
//!
//! A caller that sends requests itself, for example to repeat them, needs the request alone.

use std::error::Error;

use quote::{format_ident, quote};
use syn::{
    Block, Expr, File, GenericArgument, Ident, ImplItem, ImplItemFn, Item, Pat, PathArguments,
    ReturnType, Stmt, Type, parse_quote,
};

/// Adds a `…_request` for each asynchronous method of the client whose success is decoded as a whole.
pub(crate) fn split_methods(file: &mut File) -> Result<(), Box<dyn Error>> {
    for item in &mut file.items {
        let Item::Impl(block) = item else { continue };
        let mut requests = Vec::new();
        for item in &mut block.items {
            if let ImplItem::Fn(method) = item
                && method.sig.asyncness.is_some()
            {
                requests.extend(split(method)?.map(ImplItem::Fn));
            }
        }
        block.items.extend(requests);
    }
    Ok(())
}

/// Moves the code that makes the request out of a method. `None` for a method whose success is a stream.
fn split(method: &mut ImplItemFn) -> Result<Option<ImplItemFn>, String> {
    let name = method.sig.ident.clone();
    let changed = || format!("the generator has changed: `{name}` cannot be split");
    let success = success(&method.sig.output).ok_or_else(changed)?;
    if is_stream(&success) {
        return Ok(None);
    }
    let mut request = method.clone();
    request.sig.ident = request_name(&name);
    request.sig.asyncness = None;
    request.sig.output = parse_quote!(-> Result<progenitor_client::PreparedRequest<#success>, progenitor_client::InvalidRequest>);
    let doc = format!(" Makes the request of [`{name}`](Self::{name}) without sending it.");
    request.attrs = vec![parse_quote!(#[doc = #doc])];
    request.block = match forwarded(&method.block) {
        Some(block) => block,
        None => take_making(method).ok_or_else(changed)?,
    };
    Ok(Some(request))
}

/// Returns `T` of `Result<ResponseValue<T>, E>`.
fn success(output: &ReturnType) -> Option<Type> {
    let ReturnType::Type(_, result) = output else {
        return None;
    };
    argument(&argument(result)?)
}

/// Returns the first type in the angle brackets of another.
fn argument(ty: &Type) -> Option<Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    }
}

fn is_stream(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|name| name.ident == "ByteStream"))
}

fn request_name(method: &Ident) -> Ident {
    format_ident!("{method}_request")
}

/// Returns the body for a method that only calls a wider one: it calls the `…_request` of that method.
fn forwarded(block: &Block) -> Option<Block> {
    let [Stmt::Expr(Expr::Await(awaited), None)] = block.stmts.as_slice() else {
        return None;
    };
    let Expr::MethodCall(call) = &*awaited.base else {
        return None;
    };
    let mut call = call.clone();
    call.method = request_name(&call.method);
    Some(parse_quote!({ #call }))
}

/// Moves the statements before the one that names the operation into a block of their own, and calls the block instead.
fn take_making(method: &mut ImplItemFn) -> Option<Block> {
    let (callee, arguments) = (request_name(&method.sig.ident), arguments(method));
    let statements = &mut method.block.stmts;
    let end = statements.iter().position(names_operation)?;
    let rest = statements.split_off(end);
    let request = variable(statements.last()?)?;
    let making = std::mem::replace(
        statements,
        vec![parse_quote!(let mut #request = self.#callee(#(#arguments),*)?.into_request();)],
    );
    statements.extend(rest);
    Some(parse_quote!({
        #(#making)*
        Ok(progenitor_client::PreparedRequest::new(#request))
    }))
}

/// Returns the variable of a `let`. The generator calls the request otherwise where a parameter has its name.
fn variable(statement: &Stmt) -> Option<Ident> {
    match statement {
        Stmt::Local(local) => match &local.pat {
            Pat::Ident(pattern) => Some(pattern.ident.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn names_operation(statement: &Stmt) -> bool {
    quote!(#statement)
        .to_string()
        .starts_with("let info = OperationInfo")
}

/// Returns the names of the parameters, without `self`.
fn arguments(method: &ImplItemFn) -> Vec<Ident> {
    let inputs = method.sig.inputs.iter();
    inputs
        .filter_map(crate::additions::ident)
        .cloned()
        .collect()
}
