//! Random changes of valid inputs. The same seed makes the same changes.

use std::ops::RangeInclusive;

use fastrand::Rng;

/// Pieces of text that parsers treat in a way of their own.
const PIECES: [&str; 30] = [
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "{\"",
    "[[[[[[[[",
    "}}",
    "]",
    ",",
    ":",
    "-",
    "1e999",
    "-0.0",
    "18446744073709551616",
    "99999999999999999999999999",
    "NaN",
    "Infinity",
    "\\u0000",
    "\\ud800",
    "\u{202e}",
    "\u{feff}",
    "\u{1f600}",
    "=",
    ";",
    "%00",
    "%zz",
    "..",
    "9999-12-31T23:59:60Z",
    "Fri, 31 Dec 9999 23:59:60 GMT",
];

/// Source of changes.
pub(super) struct Mutator(Rng);

impl Mutator {
    pub(super) fn of_seed(seed: u64) -> Self {
        Self(Rng::with_seed(seed))
    }

    /// Returns a number of the range.
    pub(super) fn number(&mut self, range: RangeInclusive<usize>) -> usize {
        self.0.usize(range)
    }

    /// Returns one of all.
    pub(super) fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.0.usize(..all.len())]
    }

    /// Returns the input with up to four changes; one input in sixteen is left as it is.
    pub(super) fn changed(&mut self, input: &[u8]) -> Vec<u8> {
        let mut bytes = input.to_vec();
        if self.number(0..=15) > 0 {
            for _ in 0..self.number(1..=4) {
                self.change(&mut bytes);
            }
        }
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>) {
        let from = self.number(0..=bytes.len());
        let to = self.number(from..=bytes.len().min(from + 12));
        match self.number(0..=5) {
            0 => bytes.truncate(from),
            1 => drop(bytes.drain(from..to)),
            2 => {
                let repeated = bytes[from..to].repeat(self.number(1..=3));
                bytes.splice(from..from, repeated);
            }
            3 => {
                let mut noise = vec![0; self.number(1..=3)];
                self.0.fill(&mut noise);
                bytes.splice(from..to, noise);
            }
            4 if from < bytes.len() => bytes[from] ^= 1 << self.number(0..=7),
            _ => {
                let piece = *self.one_of(&PIECES);
                bytes.splice(from..to, piece.bytes());
            }
        }
    }
}
