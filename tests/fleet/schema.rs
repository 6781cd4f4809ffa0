//! A schema in the PostgreSQL server of the tests: each has a name of its own, so that runs do not meet, and is dropped at the end.

use std::thread;

use opentrain_postgres::tokio_postgres::{Client, Config, NoTls};
use tokio::runtime::Builder;

/// Name for a schema that no other test and no other run has.
const NEW_NAME: &str =
    "SELECT 'opentrain_' || $1::text || '_' || replace(gen_random_uuid()::text, '-', '')";

/// Schema that is dropped with the value.
#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) name: String,
    /// Settings of connections that find their tables in the schema.
    pub(crate) config: Config,
}

impl Schema {
    /// Creates a schema in the server at this address. The label, of 20 letters at most, becomes a part of its name.
    pub(crate) async fn create(address: &str, label: &str) -> Self {
        let client = connect(&address.parse().unwrap()).await;
        let row = client.query_one(NEW_NAME, &[&label]).await.unwrap();
        let name: String = row.get(0);
        let create = format!("CREATE SCHEMA {name}");
        client.batch_execute(&create).await.unwrap();
        let config = within(address, &name);
        Self { name, config }
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        let (config, name) = (self.config.clone(), self.name.clone());
        // The test's runtime cannot be entered again.
        let dropping = thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let statement = format!("DROP SCHEMA {name} CASCADE");
                let client = connect(&config).await;
                client.batch_execute(&statement).await.unwrap();
            });
        });
        let is_dropped = dropping.join().is_ok();
        assert!(is_dropped || thread::panicking(), "the schema is left");
    }
}

/// Returns settings of connections that find their tables in a schema.
pub(crate) fn within(address: &str, schema: &str) -> Config {
    let mut config: Config = address.parse().unwrap();
    let options = config.get_options().unwrap_or_default();
    let options = format!("{options} -c search_path={schema}");
    config.options(options.trim_start());
    config
}

/// Connects, and has the present runtime move the bytes.
pub(crate) async fn connect(config: &Config) -> Client {
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}
