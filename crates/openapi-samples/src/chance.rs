//! Random choices that are the same for the same seed.

use fastrand::Rng;

/// Sequence of random choices.
#[derive(Clone, Debug)]
pub struct Chance(Rng);

impl Chance {
    /// Returns the sequence of a seed.
    #[must_use]
    pub fn of_seed(seed: u64) -> Chance {
        Chance(Rng::with_seed(seed))
    }

    /// Returns a number below `end`, which is not zero.
    pub fn below(&mut self, end: usize) -> usize {
        self.0.usize(..end)
    }

    /// True with the given probability, in percent.
    pub fn percent(&mut self, often: usize) -> bool {
        self.below(100) < often
    }

    /// Returns one of all.
    pub fn one_of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }

    /// Returns some of all, each with the given probability, in their order.
    pub fn some_of<'a, T: ?Sized>(&mut self, all: &[&'a T], often: usize) -> Vec<&'a T> {
        all.iter()
            .copied()
            .filter(|_| self.percent(often))
            .collect()
    }

    /// Puts all into another order.
    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        self.0.shuffle(all);
    }
}
