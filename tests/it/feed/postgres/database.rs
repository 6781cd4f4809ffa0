//! A schema of its own for each test, in the server that the environment names.

use std::io::Write as _;

use opentrain_postgres::PostgresCheckpoint;
use opentrain_postgres::tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage};

use super::schema::{Schema, connect};

pub(super) const VARIABLE: &str = "OPENTRAIN_POSTGRES";

/// Schema with the tables of checkpoints, and a connection to it.
pub(super) struct Database {
    client: Client,
    schema: Schema,
}

impl Database {
    /// Makes a schema. `None` if there is no server: then the test is over, and this says that it was skipped.
    pub(super) async fn open(label: &str) -> Option<Self> {
        let database = Self::without_tables(label).await?;
        database.store("hiring").create_tables().await.unwrap();
        Some(database)
    }

    /// Returns a database without the tables.
    pub(super) async fn without_tables(label: &str) -> Option<Self> {
        let Ok(address) = std::env::var(VARIABLE) else {
            // Not by a macro: the test harness would keep it to itself.
            let message = format!(
                "skipped: {VARIABLE} names no server; .ci/postgres COMMAND starts one ({label})\n"
            );
            std::io::stderr().write_all(message.as_bytes()).unwrap();
            return None;
        };
        let schema = Schema::create(&address, label).await;
        let client = connect(&schema.config).await;
        Some(Self { client, schema })
    }

    /// Returns the name of the schema.
    pub(super) fn schema(&self) -> &str {
        &self.schema.name
    }

    /// Returns the settings of connections to the schema.
    pub(super) fn config(&self) -> &Config {
        &self.schema.config
    }

    /// Returns a store that connects by itself.
    pub(super) fn store(&self, name: &str) -> PostgresCheckpoint {
        PostgresCheckpoint::new(self.config().clone(), NoTls, name)
    }

    pub(super) async fn run(&self, statements: &str) {
        self.client.batch_execute(statements).await.unwrap();
    }

    /// Returns the first column of the first row, as text; empty if it is NULL.
    pub(super) async fn value(&self, query: &str) -> String {
        let messages = self.client.simple_query(query).await.unwrap();
        let mut rows = messages.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or_default()),
            _ => None,
        });
        String::from(rows.next().unwrap())
    }

    /// Returns the position of a checkpoint.
    pub(super) async fn position(&self, name: &str) -> String {
        let query = "SELECT checkpoint ->> 'position' FROM opentrain_checkpoint";
        self.value(&format!("{query} WHERE name = '{name}'")).await
    }

    /// True if no process holds the checkpoint.
    pub(super) async fn is_free(&self, name: &str) -> bool {
        let query = "SELECT holder IS NULL AND lease_until <= clock_timestamp()";
        let query = format!("{query} FROM opentrain_checkpoint WHERE name = '{name}'");
        self.value(&query).await == "t"
    }

    /// Has the lease of all checkpoints end now.
    pub(super) async fn end_leases(&self) {
        self.run("UPDATE opentrain_checkpoint SET lease_until = clock_timestamp()")
            .await;
    }

    /// Returns the seconds that are left of the lease.
    pub(super) async fn lease_left(&self) -> f64 {
        let left =
            "SELECT extract(epoch FROM lease_until - clock_timestamp()) FROM opentrain_checkpoint";
        self.value(left).await.parse().unwrap()
    }
}
