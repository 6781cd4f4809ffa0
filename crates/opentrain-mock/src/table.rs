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

    /// Adds a row, and gives it. A key that is there already is taken over by the new row.
    pub(crate) fn insert(&mut self, key: String, row: T) -> &T {
        let place = self.rows.len();
        self.places.insert(key, place);
        self.rows.push(row);
        &self.rows[place]
    }

    /// Takes a row out, if it is there.
    pub(crate) fn remove(&mut self, key: &str) {
        let Some(gone) = self.places.remove(key) else {
            return;
        };
        self.rows.remove(gone);
        for place in self.places.values_mut() {
            *place -= usize::from(*place > gone);
        }
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

    /// The rows of a list that came before the one under `key`, newest first; all of them without a key; `None` if the key
    /// is of no row of that list.
    pub(crate) fn newest_before(
        &self,
        key: Option<&str>,
        is_in_list: impl Fn(&T) -> bool,
    ) -> Option<impl Iterator<Item = &T>> {
        let end = match key {
            Some(key) => {
                let place = *self.places.get(key)?;
                is_in_list(&self.rows[place]).then_some(place)?
            }
            None => self.rows.len(),
        };
        let rows = self.rows[..end].iter().rev();
        Some(rows.filter(move |row| is_in_list(row)))
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn rows_after_one_that_is_removed_are_still_found() {
        let mut table = Table::new();
        for key in ["a", "b", "c"] {
            table.insert(key.to_owned(), key);
        }
        table.remove("b");
        table.remove("x");
        assert_eq!(
            (table.get("a"), table.get("b"), table.get("c")),
            (Some(&"a"), None, Some(&"c"))
        );
    }

    #[test]
    fn rows_of_a_list_are_walked_newest_first_from_any_key_of_it() {
        let mut table = Table::new();
        for key in ["a", "b", "c"] {
            table.insert(key.to_owned(), key);
        }
        let walk = |key| {
            let rows = table.newest_before(key, |row| *row != "b");
            rows.map(|rows| rows.copied().collect())
        };
        assert_eq!(walk(None), Some(vec!["c", "a"]));
        assert_eq!(walk(Some("c")), Some(vec!["a"]));
        assert_eq!(walk(Some("x")), None);
        assert_eq!(walk(Some("b")), None);
    }
}
