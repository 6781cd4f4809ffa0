//! Pseudo-random choices that depend only on the seed and on their purpose.

/// Source of the choices of one seed. Seed 0 leaves every list in its written order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SeededRandom {
    seed: u64,
}

impl SeededRandom {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// Returns the stream of choices for one item of many.
    pub(crate) fn of(self, index: usize) -> Draws {
        let index = u64::try_from(index).unwrap_or(u64::MAX);
        Draws(mixed(self.seed).wrapping_add(mixed(index.wrapping_add(1))))
    }

    /// Returns the places of a list, shuffled for a purpose.
    pub(crate) fn order(self, purpose: &str, length: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..length).collect();
        if self.seed == 0 {
            return order;
        }
        let name = purpose.bytes().fold(0, |sum: u64, byte| {
            sum.wrapping_mul(31).wrapping_add(u64::from(byte))
        });
        let mut stream = Draws(mixed(self.seed) ^ mixed(name));
        for place in (1..length).rev() {
            order.swap(place, stream.below(place + 1));
        }
        order
    }
}

/// Stream of choices: splitmix64.
#[derive(Clone, Debug)]
pub(crate) struct Draws(u64);

impl Draws {
    /// Returns a number below `bound`, which is above zero.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let bound = u64::try_from(bound).unwrap_or(u64::MAX);
        usize::try_from(mixed(self.0) % bound).unwrap_or_default()
    }

    /// True with the given probability, in steps of a billionth.
    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        const STEPS: u32 = 1_000_000_000;
        let drawn = self.below(usize::try_from(STEPS).unwrap_or(usize::MAX));
        f64::from(u32::try_from(drawn).unwrap_or(STEPS)) < probability * f64::from(STEPS)
    }

    /// True once in `times` draws.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// Returns one of the given values, of which there is at least one.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::SeededRandom;

    #[test]
    fn order_is_a_shuffle_that_is_the_same_for_the_same_seed_and_purpose() {
        let order = |seed, purpose| SeededRandom::new(seed).order(purpose, 11);
        assert_eq!(order(0, "languages"), (0..11).collect::<Vec<_>>());
        assert_eq!(order(7, "languages"), order(7, "languages"));
        assert_ne!(order(7, "languages"), order(8, "languages"));
        assert_ne!(order(7, "languages"), order(7, "tasks"));
        let places: BTreeSet<_> = order(7, "languages").into_iter().collect();
        assert_eq!(places.len(), 11);
    }

    #[test]
    fn probability_is_that_of_the_draws_and_its_ends_are_certain() {
        let count = |probability| {
            let draws =
                (0..10_000).map(|index| SeededRandom::new(7).of(index).happens(probability));
            draws.filter(|happens| *happens).count()
        };
        assert_eq!((count(0.0), count(1.0)), (0, 10_000));
        assert!((1_900..2_100).contains(&count(0.2)), "{}", count(0.2));
    }

    #[test]
    fn choices_differ_between_things_and_between_seeds_and_stay_in_bounds() {
        let draw = |seed, index| {
            let mut stream = SeededRandom::new(seed).of(index);
            [(); 8].map(|()| stream.below(1_000))
        };
        assert_eq!(draw(1, 5), draw(1, 5));
        assert_ne!(draw(1, 5), draw(1, 6));
        assert_ne!(draw(1, 5), draw(2, 5));
        assert!(draw(3, 3).iter().all(|number| *number < 1_000));
    }
}
