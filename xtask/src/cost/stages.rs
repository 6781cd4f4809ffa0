//! How long each stage of a run takes.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// Baseline of all other measures: grows as the document does, on any machine.
pub(super) const COPY: &str = "copied, for comparison";

/// The stages in their order.
#[derive(Debug, Default)]
pub(super) struct Stages(Vec<(&'static str, Duration)>);

impl Stages {
    /// Does something and remembers how long it took. What it makes is not counted as long as it is kept.
    pub(super) fn time<T>(&mut self, stage: &'static str, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let made = work();
        self.0.push((stage, start.elapsed()));
        made
    }

    /// Returns the smaller cost of each stage.
    pub(super) fn least(self, other: Stages) -> Stages {
        if self.0.is_empty() {
            return other;
        }
        let pairs = self.0.into_iter().zip(other.0);
        let least = pairs.map(|((stage, one), (_, another))| (stage, one.min(another)));
        Stages(least.collect())
    }

    fn all(&self) -> Duration {
        let counted = self.0.iter().filter(|(stage, _)| *stage != COPY);
        counted.map(|(_, time)| *time).sum()
    }
}

/// Returns the costs of both sizes, and the second as a multiple of the first.
pub(super) fn table(one: &Stages, many: &Stages) -> String {
    let all = ("all", (one.all(), many.all()));
    let pairs = one.0.iter().zip(&many.0);
    let rows = pairs.map(|((stage, one), (_, many))| (*stage, (*one, *many)));
    let mut text = String::new();
    for (stage, (one, many)) in rows.chain([all]) {
        let growth = many.as_secs_f64() / one.as_secs_f64().max(f64::EPSILON);
        let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
        let (one, many) = (milliseconds(one), milliseconds(many));
        let _infallible = writeln!(
            text,
            "{stage:<30} {one:>8.1} ms {many:>9.1} ms {growth:>6.1} times"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stages(milliseconds: [u64; 3]) -> Stages {
        let names = ["read", "written", COPY];
        let times = milliseconds.map(Duration::from_millis);
        Stages(names.into_iter().zip(times).collect())
    }

    #[test]
    fn the_least_of_each_stage_counts_and_the_copy_is_no_part_of_the_whole() {
        let first = Stages::default().least(stages([1, 10, 2]));
        let one = first.least(stages([2, 4, 3]));
        let table = table(&one, &stages([20, 100, 60]));
        insta::assert_snapshot!(table, @r"
        read                                1.0 ms      20.0 ms   20.0 times
        written                             4.0 ms     100.0 ms   25.0 times
        copied, for comparison              2.0 ms      60.0 ms   30.0 times
        all                                 5.0 ms     120.0 ms   24.0 times
        ");
    }
}
