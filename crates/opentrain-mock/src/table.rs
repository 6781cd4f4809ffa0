//! Rows that are found by their key and walked in the order in which they came.

use std::collections::HashMap;

use serde::de::Deserializer;
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

/// Rows, oldest first.
#[derive(Clone)]
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

    /// Where a key's row is.
    pub(crate) fn place(&self, key: &str) -> Option<usize> {
        self.places.get(key).copied()
    }

    /// Where the row is that came last.
    pub(crate) fn last_place(&self) -> usize {
        self.rows.len().saturating_sub(1)
    }

    /// The row at a place.
    pub(crate) fn at(&self, place: usize) -> Option<&T> {
        self.rows.get(place)
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

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
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

/// A list of keys and rows. A row whose key was taken over by a later one has none.
impl<T: Serialize> Serialize for Table<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut keys = vec![None; self.rows.len()];
        for (key, place) in &self.places {
            keys[*place] = Some(key);
        }
        serializer.collect_seq(keys.into_iter().zip(&self.rows))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = Vec::<(Option<String>, T)>::deserialize(deserializer)?;
        let mut table = Self::new();
        for (place, (key, row)) in entries.into_iter().enumerate() {
            table.rows.push(row);
            if let Some(key) = key {
                table.places.insert(key, place);
            }
        }
        Ok(table)
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
    fn table_is_read_back_as_it_was_written() {
        let mut table = Table::new();
        for (key, row) in [("a", 1), ("b", 2), ("a", 3), ("c", 4)] {
            table.insert(key.to_owned(), row);
        }
        table.remove("b");
        let written = serde_json::to_string(&table).expect("rows are numbers");
        assert_eq!(written, r#"[[null,1],["a",3],["c",4]]"#);
        let read: Table<i32> = serde_json::from_str(&written).expect("it was just written");
        assert_eq!((read.get("a"), read.get("b")), (Some(&3), None));
        assert_eq!(read.iter().collect::<Vec<_>>(), [&1, &3, &4]);
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
