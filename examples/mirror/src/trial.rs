//! The trial: a mirror of a busy marketplace, restarted now and then, and compared with the mock's own jobs at the end.

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use opentrain::Client;
use opentrain::market::{MarketEvent, MarketFeed};
use opentrain_mock::{ChangesCut, MockServer};

use crate::employers::BusyClock;
use crate::mirror::Mirror;

/// Jobs at the start.
const JOBS: usize = 400;
/// Changes in a response: a burst has more.
const CAP: usize = 250;
/// Events after which the mirror is restarted.
const RESTART_AFTER: usize = 2_000;
/// Lines of progress.
const LINES: usize = 10;

/// Random publications, edits and closes, and the reading of the cap that they happen under.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trial {
    pub(crate) operations: usize,
    pub(crate) seed: u64,
    pub(crate) cut: ChangesCut,
}

impl Trial {
    /// Mirrors into the database at a path. Fails unless it has the mock's open jobs at the end, and the cap was hit.
    pub(crate) async fn run(self, path: &Path, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&requests);
        let server = MockServer::builder()
            .jobs(JOBS)
            .edge_cache(true)
            .changes_cap(CAP)
            .changes_cut(self.cut)
            .unsorted_changes(true)
            .rate_limits(true)
            .on_request(move |_request| {
                counter.fetch_add(1, Ordering::Relaxed);
            });
        let server = server.start().await?;
        let clock = BusyClock::new(&server, JOBS, self.operations, self.seed);
        let client = Client::builder()
            .base_url(server.base_url())
            .clock(clock.clone());
        let mut play = Play {
            trial: self,
            client: client.build()?,
            clock,
            requests,
            snapshots: 0,
            restarts: 0,
        };
        let mirror = play.mirror(path, out).await?;
        play.compare(&server, &mirror, out).await
    }
}

/// A trial under way.
struct Play {
    trial: Trial,
    client: Client,
    clock: BusyClock,
    requests: Arc<AtomicUsize>,
    snapshots: usize,
    restarts: usize,
}

impl Play {
    fn follow(&self) -> MarketFeed {
        self.client.jobs().follow().changes_cap(CAP)
    }

    /// Mirrors until no more events occur.
    async fn mirror(
        &mut self,
        path: &Path,
        out: &mut impl Write,
    ) -> Result<Mirror, Box<dyn Error>> {
        let mut mirror = Mirror::open(self.follow(), path)?;
        let step = self.trial.operations.div_ceil(LINES);
        let (mut events, mut next_line) = (0, step);
        loop {
            let event = tokio::select! {
                event = mirror.step() => event?,
                () = self.clock.settled() => return Ok(mirror),
            };
            self.snapshots += usize::from(matches!(event, MarketEvent::SnapshotBegins));
            events += 1;
            // The marketplace changes between the pages of a snapshot too.
            if events % 17 == 0 {
                self.clock.operate(1);
            }
            if events % RESTART_AFTER == 0 {
                drop(mirror);
                self.clock.operate(10);
                mirror = Mirror::open(self.follow(), path)?;
                self.restarts += 1;
            }
            if self.done() >= next_line {
                self.progress(&mirror, out)?;
                next_line = self.done() + step;
            }
        }
    }

    fn done(&self) -> usize {
        self.trial.operations - self.clock.left()
    }

    fn progress(&self, mirror: &Mirror, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
        let (open, kept) = (self.clock.open().len(), mirror.database().len()?);
        let (snapshots, restarts) = (self.snapshots, self.restarts);
        Ok(writeln!(
            out,
            "  {:>6} operations | {open:>4} jobs open, {kept:>4} in SQLite | {snapshots} snapshots, {restarts} restarts, {} requests",
            self.done(),
            self.requests.load(Ordering::Relaxed),
        )?)
    }

    async fn compare(
        &self,
        server: &MockServer,
        mirror: &Mirror,
        out: &mut impl Write,
    ) -> Result<(), Box<dyn Error>> {
        let (open, database) = (self.clock.open(), mirror.database());
        // The rate limit has room a minute later. Pages of another size are not in the cache.
        server.clock().advance(Duration::from_secs(60));
        let plain = Client::builder().base_url(server.base_url()).build()?;
        let listed = plain.jobs().search().page_size(97).items();
        let listed = listed.try_collect().await?;
        let (mut missing, mut outdated) = (0, 0);
        for job in &listed {
            match database.job(job.id.as_str())? {
                None => missing += 1,
                Some(kept) => outdated += usize::from(kept != *job),
            }
        }
        let left_over = (database.len()? + missing).saturating_sub(listed.len());
        writeln!(
            out,
            "{} operations, {} snapshots, {} restarts: {} jobs open, missing {missing}, left over {left_over}, outdated {outdated}",
            self.trial.operations,
            self.snapshots,
            self.restarts,
            open.len(),
        )?;
        let is_listed = listed.iter().all(|job| open.contains(job.id.as_str()));
        if !is_listed || listed.len() != open.len() || missing + left_over + outdated > 0 {
            return Err("the database differs from the marketplace".into());
        }
        if self.snapshots < 2 {
            return Err("the cap of the changes was not hit: take more operations".into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use opentrain_mock::ChangesCut;

    use super::Trial;

    // A test for each reading, since tests run side by side.
    #[tokio::test]
    async fn the_database_stays_equal_when_the_newest_changes_are_cut() {
        assert_eq!(ChangesCut::ALL.len(), 3, "each reading has a test");
        stays_equal(ChangesCut::Newest).await;
    }

    #[tokio::test]
    async fn the_database_stays_equal_when_the_newest_are_cut_until_now() {
        stays_equal(ChangesCut::NewestUntilNow).await;
    }

    #[tokio::test]
    async fn the_database_stays_equal_when_the_oldest_are_cut() {
        stays_equal(ChangesCut::Oldest).await;
    }

    async fn stays_equal(cut: ChangesCut) {
        let folder = tempfile::tempdir().unwrap();
        let trial = Trial {
            operations: 2_500,
            seed: 1,
            cut,
        };
        let mut out = Vec::new();
        let outcome = trial.run(&folder.path().join("market.db"), &mut out).await;
        let out = String::from_utf8(out).unwrap();
        outcome.unwrap_or_else(|error| panic!("{error}\n{out}"));
        assert!(out.contains("missing 0, left over 0, outdated 0"), "{out}");
    }
}
