//! The media type of request bodies that are sent as bytes: the generator writes `application/octet-stream` for each of them.

use std::collections::BTreeMap;
use std::error::Error;

use syn::visit_mut::{self, VisitMut};
use syn::{File, ImplItemFn, LitStr};

use crate::document::Document;
use crate::extensions;
use crate::rewrite::expect;

/// The media type that the generator writes.
const GENERATED: &str = "application/octet-stream";

/// Writes the documented media type in the method of each operation whose body has one of its own.
pub(crate) fn write(file: &mut File, document: &Document) -> Result<(), Box<dyn Error>> {
    let operations = document.operations();
    let documented = operations.filter_map(|operation| {
        let media_type = operation.json["requestBody"][extensions::MEDIA_TYPE].as_str()?;
        let id = operation.json["operationId"].as_str()?;
        Some((id, media_type))
    });
    let mut writer = Writer {
        media_types: documented.collect(),
        current: None,
        written: 0,
    };
    let wanted = writer.media_types.len();
    writer.visit_file_mut(file);
    expect(
        "the media type of each body that is sent as bytes",
        writer.written,
        wanted,
    )
}

struct Writer<'a> {
    /// Media types by the method that sends a body of that type.
    media_types: BTreeMap<&'a str, &'a str>,
    /// Media type of the method that is being read.
    current: Option<&'a str>,
    written: usize,
}

impl VisitMut for Writer<'_> {
    fn visit_impl_item_fn_mut(&mut self, method: &mut ImplItemFn) {
        let name = method.sig.ident.to_string();
        self.current = self.media_types.get(name.trim_start_matches("r#")).copied();
        visit_mut::visit_impl_item_fn_mut(self, method);
        self.current = None;
    }

    fn visit_lit_str_mut(&mut self, text: &mut LitStr) {
        if let Some(media_type) = self.current.filter(|_| text.value() == GENERATED) {
            *text = LitStr::new(media_type, text.span());
            self.written += 1;
        }
    }
}
