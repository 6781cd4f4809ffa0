//! Generated code without bodies, documentation and derived impls: the part that a reviewer compares.

use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Block, File, ImplItem, ImplItemFn, Item, ItemImpl, ItemMod, parse_quote};

/// Strips a file down to its outline.
pub(crate) fn outline(mut file: File) -> File {
    Outline.visit_file_mut(&mut file);
    file.items.retain(keep);
    file
}

struct Outline;

impl VisitMut for Outline {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        attributes.retain(|attribute| attribute.path().is_ident("serde"));
    }

    fn visit_impl_item_fn_mut(&mut self, method: &mut ImplItemFn) {
        visit_mut::visit_impl_item_fn_mut(self, method);
        let empty: Block = parse_quote!({});
        method.block = empty;
    }

    fn visit_item_impl_mut(&mut self, item: &mut ItemImpl) {
        visit_mut::visit_item_impl_mut(self, item);
        // Each `…_request` follows from the method that sends it.
        item.items.retain(|item| {
            !matches!(item, ImplItem::Fn(method) if method.sig.asyncness.is_none()
                && method.sig.ident.to_string().ends_with("_request"))
        });
    }

    fn visit_item_mod_mut(&mut self, module: &mut ItemMod) {
        visit_mut::visit_item_mod_mut(self, module);
        module
            .content
            .iter_mut()
            .for_each(|(_, items)| items.retain(keep));
    }
}

/// True for types, string types and the client's methods; all other items follow from them.
fn keep(item: &Item) -> bool {
    match item {
        Item::Impl(item) => is_of_client(item),
        Item::Mod(module) => module.ident == "types",
        Item::Struct(_) | Item::Enum(_) | Item::Type(_) | Item::Macro(_) => true,
        _ => false,
    }
}

fn is_of_client(item: &ItemImpl) -> bool {
    let of_client = matches!(&*item.self_ty, syn::Type::Path(path) if path.path.is_ident("Client"));
    item.trait_.is_none() && of_client
}
