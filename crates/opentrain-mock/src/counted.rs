//! Count of the writes to a value, kept in the one place through which all of them pass.

use std::ops::{Deref, DerefMut};

/// Value whose mutable accesses are counted. Code outside of this file cannot change the value without either raising the count or
/// calling [`Counted::uncounted`].
pub(crate) struct Counted<T> {
    value: T,
    writes: u64,
}

impl<T> Counted<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value, writes: 0 }
    }

    /// Returns the number of mutable accesses so far.
    pub(crate) fn writes(&self) -> u64 {
        self.writes
    }

    /// Returns the value for a note that is no change and causes no save, such as the last use of a token.
    pub(crate) fn uncounted(&mut self) -> &mut T {
        &mut self.value
    }

    pub(crate) fn into_inner(self) -> T {
        self.value
    }

    /// Replaces the value, which counts as a write, and returns the old one.
    pub(crate) fn replace(&mut self, value: T) -> T {
        std::mem::replace(&mut **self, value)
    }
}

impl<T> Deref for Counted<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Counted<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.writes += 1;
        &mut self.value
    }
}

#[cfg(test)]
mod tests {
    use super::Counted;

    #[test]
    fn writes_count_and_reads_and_notes_do_not() {
        let mut counted = Counted::new(vec![1]);
        assert_eq!((counted.len(), counted.writes()), (1, 0));
        counted.uncounted().push(2);
        assert_eq!(counted.writes(), 0);
        counted.push(3);
        counted[0] = 4;
        assert_eq!(counted.writes(), 2);
        assert_eq!(counted.replace(Vec::new()), [4, 2, 3]);
        assert_eq!((counted.len(), counted.writes()), (0, 3));
    }
}
