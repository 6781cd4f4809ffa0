//! Rows that are found by their key and walked in the order in which they came.

use std::collections::HashMap;

/// Rows, oldest first.
pub(crate) struct Table<T> {
    rows: Vec<T>,
    places: HashMap<String, usize>,
}

impl<T> Table<T> {
    pub(crate) fn new() -> Self {
        Self {
            rows: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// Adds a row. A key that is there already is taken over by the new row.
    pub(crate) fn insert(&mut self, key: String, row: T) {
        self.places.insert(key, self.rows.len());
        self.rows.push(row);
    }

    pub(crate) fn get(&self, key: &str) -> Option<&T> {
        self.rows.get(*self.places.get(key)?)
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut T> {
        self.rows.get_mut(*self.places.get(key)?)
    }

    pub(crate) fn contains(&self, key: &str) -> bool {
        self.places.contains_key(key)
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.rows.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.rows.iter_mut()
    }

    /// The rows that came before the one under `key`, newest first; all of them without a key; `None` if the key is unknown.
    pub(crate) fn newest_before(&self, key: Option<&str>) -> Option<impl Iterator<Item = &T>> {
        let end = match key {
            Some(key) => *self.places.get(key)?,
            None => self.rows.len(),
        };
        Some(self.rows[..end].iter().rev())
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn rows_are_walked_newest_first_from_any_key() {
        let mut table = Table::new();
        for key in ["a", "b", "c"] {
            table.insert(key.to_owned(), key);
        }
        let walk = |key| table.newest_before(key).map(|rows| rows.copied().collect());
        assert_eq!(walk(None), Some(vec!["c", "b", "a"]));
        assert_eq!(walk(Some("c")), Some(vec!["b", "a"]));
        assert_eq!(walk(Some("x")), None);
    }
}
