//! The database: the open jobs, and the position of the feed, which is saved in the same transaction.

use std::error::Error;
use std::path::Path;

use opentrain::feed::Checkpoint;
use opentrain::market::MarketEvent;
use opentrain::types::PublicJob;
use rusqlite::{Connection, OptionalExtension, Transaction};

/// Tables. `mirror` has one row: the number of snapshots that have begun, and the position of the feed.
const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS job (id TEXT PRIMARY KEY, title TEXT, record TEXT NOT NULL, snapshot INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS mirror (only INTEGER PRIMARY KEY CHECK (only = 1), snapshot INTEGER NOT NULL, position TEXT);
    INSERT OR IGNORE INTO mirror VALUES (1, 0, NULL);
";
const KEEP: &str = "
    INSERT INTO job SELECT ?1, ?2, ?3, snapshot FROM mirror WHERE true
    ON CONFLICT (id) DO UPDATE SET title = excluded.title, record = excluded.record, snapshot = excluded.snapshot
";
const SEE: &str = "UPDATE job SET snapshot = (SELECT snapshot FROM mirror) WHERE id = ?1";

/// Database of the open jobs.
#[derive(Debug)]
pub(crate) struct Database(Connection);

impl Database {
    /// Opens the database, and creates it if it is not there.
    pub(crate) fn open(path: &Path) -> Result<Self, Box<dyn Error>> {
        let connection = Connection::open(path)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self(connection))
    }

    /// Returns the position to go on from; `None` before the first snapshot is complete.
    pub(crate) fn position(&self) -> Result<Option<Checkpoint>, Box<dyn Error>> {
        let read = |row: &rusqlite::Row<'_>| row.get::<_, Option<String>>(0);
        let json = self.0.query_row("SELECT position FROM mirror", [], read)?;
        let position = json.map(|json| Checkpoint::parse(&json, "table `mirror`"));
        Ok(position.transpose()?)
    }

    /// Applies an event and saves the position behind it, in one transaction.
    pub(crate) fn apply(
        &mut self,
        event: &MarketEvent,
        position: Option<Checkpoint>,
    ) -> Result<(), Box<dyn Error>> {
        let transaction = self.0.transaction()?;
        apply(&transaction, event)?;
        if let Some(position) = position {
            let save = "UPDATE mirror SET position = ?1";
            transaction.execute(save, [position.to_json()])?;
        }
        Ok(transaction.commit()?)
    }

    /// Returns the number of jobs.
    pub(crate) fn len(&self) -> Result<usize, Box<dyn Error>> {
        let count = "SELECT count(*) FROM job";
        let count: i64 = self.0.query_row(count, [], |row| row.get(0))?;
        Ok(usize::try_from(count)?)
    }

    /// Returns a job; `None` if there is none with this id.
    pub(crate) fn job(&self, id: &str) -> Result<Option<PublicJob>, Box<dyn Error>> {
        let mut query = self.0.prepare("SELECT record FROM job WHERE id = ?1")?;
        let read = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
        let json = query.query_row([id], read).optional()?;
        let job = json.map(|json| serde_json::from_str(&json));
        Ok(job.transpose()?)
    }
}

fn apply(transaction: &Transaction<'_>, event: &MarketEvent) -> Result<(), Box<dyn Error>> {
    match event {
        MarketEvent::SnapshotBegins => {
            transaction.execute("UPDATE mirror SET snapshot = snapshot + 1", [])?;
        }
        MarketEvent::Item(job) | MarketEvent::Upserted(job) => {
            let record = serde_json::to_string(job)?;
            let row = (job.id.as_str(), job.title.as_deref(), record);
            transaction.execute(KEEP, row)?;
        }
        MarketEvent::SnapshotComplete => {
            let gone = "DELETE FROM job WHERE snapshot <> (SELECT snapshot FROM mirror)";
            transaction.execute(gone, [])?;
        }
        MarketEvent::Removed(id) => {
            let gone = "DELETE FROM job WHERE id = ?1";
            transaction.execute(gone, [id.as_str()])?;
        }
        // The job is listed and cannot be read: what there is of it stays.
        MarketEvent::Unreadable { id: Some(id), .. } => {
            transaction.execute(SEE, [id.as_str()])?;
        }
        other => eprintln!("mirror: {other:?}"),
    }
    Ok(())
}
