//! Numbers that are not amounts of money: a whole one is written without a fraction, as JavaScript writes it.

use syn::visit_mut::{self, VisitMut};
use syn::{Field, File, GenericArgument, PathArguments, Type, parse_quote};

/// Writes every field that is a double, optional or not, by `crate::values::number`.
pub(crate) fn write_exactly(file: &mut File) {
    Numbers.visit_file_mut(file);
}

struct Numbers;

impl VisitMut for Numbers {
    fn visit_field_mut(&mut self, field: &mut Field) {
        let is_double = matches!(required(&field.ty), Type::Path(ty) if ty.path.is_ident("f64"));
        if is_double {
            field
                .attrs
                .push(parse_quote!(#[serde(serialize_with = "crate::values::number")]));
        }
        visit_mut::visit_field_mut(self, field);
    }
}

/// Returns the type within all of its options.
pub(crate) fn required(ty: &Type) -> &Type {
    option_of(ty).map_or(ty, required)
}

/// Returns the type within an option. `None` for any other type.
pub(crate) fn option_of(ty: &Type) -> Option<&Type> {
    let Type::Path(ty) = ty else {
        return None;
    };
    let last = ty.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) if last.ident == "Option" => Some(inner),
        _ => None,
    }
}
