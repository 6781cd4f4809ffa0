//! JSON texts of rows, written once and sent often.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

/// Number of rows whose texts are kept.
const CAP: usize = 2_048;

/// JSON texts of the rows that were read last.
///
/// A text is that of one allocation, which the cache shares. So a row cannot change under its text: [`Arc::make_mut`] copies the row
/// first, and the copy is another allocation.
pub(crate) struct RowTexts<T> {
    /// Rows and texts, by the address of the row.
    kept: HashMap<usize, (Arc<T>, String)>,
}

impl<T> Default for RowTexts<T> {
    fn default() -> Self {
        Self {
            kept: HashMap::new(),
        }
    }
}

impl<T> RowTexts<T> {
    /// Returns the text of a row. `to_json` is the same function in every call.
    pub(crate) fn text(&mut self, row: &Arc<T>, to_json: impl FnOnce(&T) -> Value) -> &str {
        let address = Arc::as_ptr(row).addr();
        if self.kept.len() >= CAP && !self.kept.contains_key(&address) {
            self.kept.clear();
        }
        let entry = self.kept.entry(address);
        let (_, text) = entry.or_insert_with(|| (Arc::clone(row), to_json(row).to_string()));
        text
    }

    /// Releases all rows.
    pub(crate) fn clear(&mut self) {
        self.kept.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::{CAP, RowTexts};

    #[test]
    fn text_is_written_once_and_again_after_a_change() {
        let mut texts = RowTexts::default();
        let mut row = Arc::new(1);
        assert_eq!(texts.text(&row, |row| json!(row)), "1");
        assert_eq!(texts.text(&row, |_| Value::Null), "1");
        *Arc::make_mut(&mut row) = 2;
        assert_eq!(texts.text(&row, |row| json!(row)), "2");
    }

    #[test]
    fn number_of_texts_is_bounded() {
        let mut texts = RowTexts::default();
        let rows: Vec<_> = (0..=CAP).map(Arc::new).collect();
        for row in &rows {
            assert_eq!(texts.text(row, |row| json!(row)), row.to_string());
        }
        assert_eq!(texts.kept.len(), 1);
        texts.clear();
        assert_eq!(Arc::strong_count(&rows[CAP]), 1);
    }
}
