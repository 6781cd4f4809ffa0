//! Rows that are found by their key and walked in the order in which they came.

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

/// Rows, oldest first. A clone shares them until one of the two is written to: a large marketplace is not copied for each snapshot.
#[derive(Clone)]
pub(crate) struct Table<T> {
    rows: Arc<Vec<Arc<T>>>,
    places: Arc<HashMap<Arc<str>, usize>>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            rows: Arc::default(),
            places: Arc::default(),
        }
    }
}

/// Walks the rows in order.
pub(crate) type Iter<'a, T> = std::iter::Map<std::slice::Iter<'a, Arc<T>>, fn(&'a Arc<T>) -> &'a T>;

impl<T: Clone> Table<T> {
    /// Adds a row, and gives it. A key that is there already is taken over by the new row.
    pub(crate) fn insert(&mut self, key: &str, row: T) -> &T {
        self.add(Some(key), row);
        &self.rows[self.last_place()]
    }

    fn add(&mut self, key: Option<&str>, row: T) {
        let place = self.rows.len();
        Arc::make_mut(&mut self.rows).push(Arc::new(row));
        if let Some(key) = key {
            Arc::make_mut(&mut self.places).insert(Arc::from(key), place);
        }
    }

    /// Removes a row, if it is there.
    pub(crate) fn remove(&mut self, key: &str) {
        let Some(gone) = self.place(key) else {
            return;
        };
        Arc::make_mut(&mut self.rows).remove(gone);
        let places = Arc::make_mut(&mut self.places);
        places.remove(key);
        for place in places.values_mut() {
            *place -= usize::from(*place > gone);
        }
    }

    /// Returns a row, to change it.
    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut T> {
        let place = self.place(key)?;
        self.at_mut(place)
    }

    /// Returns the first row that fits, to change it.
    pub(crate) fn find_mut(&mut self, is_wanted: impl Fn(&T) -> bool) -> Option<&mut T> {
        let place = self.iter().position(is_wanted)?;
        self.at_mut(place)
    }

    /// Changes every row that fits.
    pub(crate) fn change_all(
        &mut self,
        is_wanted: impl Fn(&T) -> bool,
        mut change: impl FnMut(&mut T),
    ) {
        let rows = self.iter().enumerate();
        let wanted = rows.filter_map(|(place, row)| is_wanted(row).then_some(place));
        for place in wanted.collect::<Vec<_>>() {
            if let Some(row) = self.at_mut(place) {
                change(row);
            }
        }
    }

    fn at_mut(&mut self, place: usize) -> Option<&mut T> {
        let row = Arc::make_mut(&mut self.rows).get_mut(place)?;
        Some(Arc::make_mut(row))
    }
}

impl<T> Table<T> {
    /// Returns the place of a key's row.
    pub(crate) fn place(&self, key: &str) -> Option<usize> {
        self.places.get(key).copied()
    }

    /// Returns the place of the last row.
    pub(crate) fn last_place(&self) -> usize {
        self.rows.len().saturating_sub(1)
    }

    /// Returns the row at a place.
    pub(crate) fn at(&self, place: usize) -> Option<&Arc<T>> {
        self.rows.get(place)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&T> {
        self.shared(key).map(Arc::as_ref)
    }

    /// Returns a row, to keep it.
    pub(crate) fn shared(&self, key: &str) -> Option<&Arc<T>> {
        self.at(self.place(key)?)
    }

    pub(crate) fn contains(&self, key: &str) -> bool {
        self.places.contains_key(key)
    }

    pub(crate) fn iter(&self) -> Iter<'_, T> {
        self.rows.iter().map(Arc::as_ref)
    }

    /// Returns the rows of a list before the row with this key, newest first. Without a key, returns all rows. `None` if no row of the
    /// list has the key.
    pub(crate) fn newest_before(
        &self,
        key: Option<&str>,
        is_in_list: impl Fn(&T) -> bool,
    ) -> Option<impl Iterator<Item = &Arc<T>>> {
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
        for (key, place) in &*self.places {
            keys[*place] = Some(key);
        }
        serializer.collect_seq(keys.into_iter().zip(&*self.rows))
    }
}

impl<'de, T: Clone + Deserialize<'de>> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Rows(PhantomData))
    }
}

/// Takes the rows of a table as they come: they are never all there twice.
struct Rows<T>(PhantomData<T>);

impl<'de, T: Clone + Deserialize<'de>> Visitor<'de> for Rows<T> {
    type Value = Table<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of keys and rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Table<T>, A::Error> {
        let mut table = Table::default();
        while let Some((key, row)) = entries.next_element::<(Option<String>, T)>()? {
            table.add(key.as_deref(), row);
        }
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn rows_after_one_that_is_removed_are_still_found() {
        let mut table = Table::default();
        for key in ["a", "b", "c"] {
            table.insert(key, key);
        }
        table.remove("b");
        table.remove("x");
        assert_eq!(
            (table.get("a"), table.get("b"), table.get("c")),
            (Some(&"a"), None, Some(&"c"))
        );
    }

    #[test]
    fn clone_of_a_table_is_unchanged_by_writes_to_the_table() {
        let mut table = Table::default();
        table.insert("a", 1);
        table.insert("b", 2);
        let before = table.clone();
        table.insert("c", 3);
        table.remove("a");
        table.change_all(|row| *row == 2, |row| *row = 20);
        assert_eq!(before.iter().collect::<Vec<_>>(), [&1, &2]);
        assert_eq!((before.get("b"), before.get("c")), (Some(&2), None));
        assert_eq!(table.iter().collect::<Vec<_>>(), [&20, &3]);
    }

    /// Counts how often it is copied.
    struct Row(std::rc::Rc<std::cell::Cell<usize>>);

    impl Clone for Row {
        fn clone(&self) -> Self {
            self.0.set(self.0.get() + 1);
            Self(self.0.clone())
        }
    }

    #[test]
    fn only_the_row_that_is_written_to_is_copied_for_a_clone() {
        let copies = std::rc::Rc::default();
        let mut table = Table::default();
        for key in ["a", "b", "c"] {
            table.insert(key, Row(std::rc::Rc::clone(&copies)));
        }
        let before = table.clone();
        assert_eq!(copies.get(), 0);
        table.get_mut("b");
        table.get_mut("b");
        assert_eq!((copies.get(), before.iter().len()), (1, 3));
    }

    #[test]
    fn table_is_read_back_as_it_was_written() {
        let mut table = Table::default();
        for (key, row) in [("a", 1), ("b", 2), ("a", 3), ("c", 4)] {
            table.insert(key, row);
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
        let mut table = Table::default();
        for key in ["a", "b", "c"] {
            table.insert(key, key);
        }
        let walk = |key| {
            let rows = table.newest_before(key, |row| *row != "b");
            rows.map(|rows| rows.map(|row| **row).collect())
        };
        assert_eq!(walk(None), Some(vec!["c", "a"]));
        assert_eq!(walk(Some("c")), Some(vec!["a"]));
        assert_eq!(walk(Some("x")), None);
        assert_eq!(walk(Some("b")), None);
    }
}
