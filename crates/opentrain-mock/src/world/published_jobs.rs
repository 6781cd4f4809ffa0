//! Index of the published jobs by publication: a page of the marketplace goes straight to its place.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::job::Job;
use crate::table::Table;

/// The places of the jobs, by the sequence number of the publication. A job that was published twice has two; only the later one
/// counts. A clone shares them until one of the two is added to.
#[derive(Clone, Default)]
pub(crate) struct PublishedJobs(Arc<BTreeMap<u64, usize>>);

impl PublishedJobs {
    /// Finds the publications of all jobs again.
    pub(super) fn of(jobs: &Table<Job>) -> Self {
        let places = jobs.iter().enumerate();
        let latest = places.filter_map(|(place, job)| Some((job.publication?.sequence, place)));
        Self(Arc::new(latest.collect()))
    }

    /// Adds a publication.
    pub(super) fn add(&mut self, sequence: u64, place: usize) {
        Arc::make_mut(&mut self.0).insert(sequence, place);
    }

    /// Returns the published jobs, newest first, from the one before the publication of that number. A late page takes no longer
    /// than an early one.
    pub(super) fn newest_before<'a>(
        &'a self,
        jobs: &'a Table<Job>,
        before: Option<u64>,
    ) -> impl Iterator<Item = &'a Arc<Job>> {
        let published_jobs = self.0.range(..before.unwrap_or(u64::MAX));
        published_jobs.rev().filter_map(|(sequence, place)| {
            let job = jobs.at(*place)?;
            let is_latest = job.publication?.sequence == *sequence;
            is_latest.then_some(job)
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::clock::Clock;
    use crate::world::World;

    #[test]
    fn late_page_looks_at_no_more_jobs_than_an_early_one() {
        let world = World::seeded(Clock::frozen(), 0, 1_000);
        for before in [None, Some(500), Some(12)] {
            let mut seen = Vec::new();
            let newest = world
                .saved
                .published_jobs
                .newest_before(&world.saved.jobs, before);
            let looked_at = newest.inspect(|job| seen.push(job.publication));
            assert_eq!(looked_at.take(10).count(), 10);
            let sequences = seen
                .iter()
                .map(|publication| publication.map(|of| of.sequence));
            let latest = before.unwrap_or(1_001);
            assert!(sequences.eq((latest - 10..latest).rev().map(Some)));
        }
    }
}
