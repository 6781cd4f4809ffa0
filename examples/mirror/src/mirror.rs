//! The mirror: a feed of the marketplace, and the database that its events are applied to.

use std::error::Error;
use std::path::Path;

use opentrain::market::{MarketEvent, MarketFeed};

use crate::database::Database;

/// Feed and database.
#[derive(Debug)]
pub(crate) struct Mirror {
    feed: MarketFeed,
    database: Database,
}

impl Mirror {
    /// Opens the database, and has the feed go on where the database is.
    pub(crate) fn open(feed: MarketFeed, path: &Path) -> Result<Self, Box<dyn Error>> {
        let database = Database::open(path)?;
        let feed = feed.resume(database.position()?)?;
        Ok(Self { feed, database })
    }

    /// Waits for the next event and applies it. Can be dropped while it waits.
    pub(crate) async fn step(&mut self) -> Result<MarketEvent, Box<dyn Error>> {
        let event = self.feed.next().await.ok_or("the feed has ended")??;
        self.database.apply(&event, self.feed.position())?;
        Ok(event)
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }
}
