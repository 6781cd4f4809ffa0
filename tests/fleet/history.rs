//! Every checkpoint that the database ever had, kept by a trigger.

use std::collections::BTreeSet;

use opentrain_postgres::PostgresCheckpoint;
use opentrain_postgres::tokio_postgres::{Client, NoTls};
use serde_json::Value;

use crate::schema::{Schema, connect};

/// Name of the checkpoint.
pub(crate) const NAME: &str = "fleet";

/// The row is locked while the trigger runs, so `step` is the order of the saves.
const TRIGGER: &str = "
    CREATE TABLE history (step bigserial PRIMARY KEY, epoch bigint NOT NULL, checkpoint text NOT NULL);
    CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO history (epoch, checkpoint) VALUES (NEW.epoch, NEW.checkpoint::text);
        RETURN NULL;
    END $$;
    CREATE TRIGGER keep AFTER UPDATE OF checkpoint ON opentrain_checkpoint
        FOR EACH ROW EXECUTE FUNCTION keep()";

/// Result of reading the history.
#[derive(Default)]
pub(crate) struct Account {
    pub(crate) saves: usize,
    /// Number of epochs in which something was saved.
    pub(crate) leaders: usize,
    /// Events that are committed in the end.
    pub(crate) committed: BTreeSet<u64>,
    /// Commits of an event that was committed before, or that were taken back.
    pub(crate) repeated: usize,
    /// Commits that come from an epoch after a later one.
    pub(crate) unfenced: usize,
}

/// The tables of the test, in a schema of their own.
pub(crate) struct History {
    client: Client,
    pub(crate) schema: Schema,
}

impl History {
    /// Makes the tables.
    pub(crate) async fn open(address: &str) -> Self {
        let schema = Schema::create(address, NAME).await;
        let client = connect(&schema.config).await;
        let store = PostgresCheckpoint::new(schema.config.clone(), NoTls, NAME);
        store.create_tables().await.unwrap();
        client.batch_execute(TRIGGER).await.unwrap();
        Self { client, schema }
    }

    /// Returns the number of epochs in which something was saved.
    pub(crate) async fn leaders(&self) -> usize {
        let query = "SELECT count(DISTINCT epoch) FROM history";
        let row = self.client.query_one(query, &[]).await.unwrap();
        usize::try_from(row.get::<_, i64>(0)).unwrap()
    }

    /// Returns the events that are committed now.
    pub(crate) async fn committed(&self, last: u64) -> BTreeSet<u64> {
        let query =
            "SELECT checkpoint::text FROM opentrain_checkpoint WHERE checkpoint IS NOT NULL";
        let rows = self.client.query(query, &[]).await.unwrap();
        let row = rows.first().map(|row| row.get::<_, String>(0));
        row.map(|json| handled(&json, last)).unwrap_or_default()
    }

    /// Goes over all checkpoints in their order.
    pub(crate) async fn account(&self, last: u64) -> Account {
        let query = "SELECT epoch, checkpoint FROM history ORDER BY step";
        let rows = self.client.query(query, &[]).await.unwrap();
        let mut account = Account::default();
        let mut epochs = BTreeSet::new();
        let mut ever = BTreeSet::new();
        for row in rows {
            let epoch: i64 = row.get(0);
            account.unfenced += usize::from(epochs.last().is_some_and(|last| *last > epoch));
            epochs.insert(epoch);
            let now = handled(row.get(1), last);
            let taken_back = account.committed.difference(&now).count();
            let new = now.difference(&account.committed);
            account.repeated += taken_back + new.filter(|id| !ever.insert(**id)).count();
            account.committed = now;
            account.saves += 1;
        }
        account.leaders = epochs.len();
        account
    }
}

/// Returns the events that a checkpoint holds as handled: those up to its position, and those of the overlap.
fn handled(json: &str, last: u64) -> BTreeSet<u64> {
    let checkpoint: Value = serde_json::from_str(json).unwrap();
    let position = checkpoint["position"].as_str();
    let position = position.map_or(0, |position| position.parse().unwrap());
    let mut handled: BTreeSet<u64> = (1..=position).collect();
    for ranges in checkpoint["handled"].as_object().unwrap().values() {
        for range in ranges.as_str().unwrap().split(' ') {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            handled.extend(first.parse::<u64>().unwrap()..=last.parse().unwrap());
        }
    }
    assert!(handled.last().is_none_or(|highest| *highest <= last));
    handled
}
