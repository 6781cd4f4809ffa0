//! The store: acquires, saves and renews a row.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use opentrain::feed::{
    Acquired, Checkpoint, CheckpointError, CheckpointStore, CheckpointUpdate, DeadLetter,
    StoreFuture,
};
use opentrain::{Clock, SystemClock};
use tokio::sync::Mutex;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::types::{FromSql, Type};
use tokio_postgres::{Config, Row, Socket};
use tracing::warn;

use crate::database::{Database, Link, Statement};
use crate::outage::causes;
use crate::session::{Parameters, connector};
use crate::statements::{
    ACQUIRE, CREATE_TABLES, DEAD_LETTERS, LEASE_LEFT, LOCK_CREATION, NEW_HOLDER, RELEASE, RENEW,
    SAVE,
};

/// Time for which the checkpoint is held after each save, renewal and poll.
const LEASE: Duration = Duration::from_secs(120);
/// Bounds of that time.
const LEASE_BOUNDS: (Duration, Duration) =
    (Duration::from_millis(100), Duration::from_secs(86_400));
/// Time for which an outage of the database is waited out.
const OUTAGE_LIMIT: Duration = Duration::from_secs(300);
/// Longest time until a waiting feed asks again: a release is noticed soon.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Checkpoint in a row of PostgreSQL, which several processes share: one of them holds it at a time.
///
/// See the [crate](crate) for what is promised. It has one connection, which is made at the first use and made again when it is lost. No
/// task is spawned: bytes move while a call is awaited.
pub struct PostgresCheckpoint {
    name: String,
    lease: Duration,
    database: Database,
    state: Mutex<State>,
}

/// State that changes while the store is used.
#[derive(Default)]
struct State {
    link: Link,
    /// Id of the holder under which the checkpoint is asked for. It stays until the response to a grant has come.
    candidate: Option<String>,
    grant: Option<Grant>,
}

/// Right to save.
struct Grant {
    epoch: i64,
    holder: String,
    /// Number of the last save.
    revision: i64,
}

impl PostgresCheckpoint {
    /// Makes the store of the checkpoint with this name. It does not connect yet.
    ///
    /// `tls` is [`NoTls`](tokio_postgres::NoTls), or the connector of a crate such as `postgres-native-tls` or `tokio-postgres-rustls`.
    /// The tables are looked for on the connection's search path, which `options` of the configuration can set:
    /// `postgres://user@host/database?options=-c%20search_path%3Dagents`. A pooler may refuse or ignore `options`.
    pub fn new<T>(config: Config, tls: T, name: impl Into<String>) -> Self
    where
        T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
        T::Stream: Send + 'static,
        T::TlsConnect: Send,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        Self {
            name: name.into(),
            lease: LEASE,
            database: Database {
                connect: connector(config, tls),
                clock: Arc::new(SystemClock),
                outage_limit: OUTAGE_LIMIT,
            },
            state: Mutex::default(),
        }
    }

    /// Sets for how long the checkpoint is held after each commit, poll and renewal: 2 minutes unless set, from 100 milliseconds to
    /// a day.
    ///
    /// After a crash, another process takes over when this time is over. It must be longer than the feed's interval and a quarter, and
    /// than the time from a delivery to its commit or [renewal](opentrain::feed::Delivery::renew).
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease.clamp(LEASE_BOUNDS.0, LEASE_BOUNDS.1);
        self
    }

    /// Sets for how long an outage of the database is waited out before it ends the feed: 5 minutes unless set.
    #[must_use]
    pub fn outage_limit(mut self, limit: Duration) -> Self {
        self.database.outage_limit = limit;
        self
    }

    /// Sets the clock that the pauses and limits of an outage go by. The lease goes by the database's clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.database.clock = Arc::new(clock);
        self
    }

    /// Creates the tables, unless they are there: [`CREATE_TABLES`]. Several processes may do so at once.
    ///
    /// # Errors
    ///
    /// Fails if the database cannot be reached or the user may not create tables.
    pub async fn create_tables(&self) -> Result<(), CheckpointError> {
        let statements = [LOCK_CREATION, CREATE_TABLES].concat();
        let mut state = self.state.lock().await;
        let run = Statement::Batch(&statements);
        let created = self.database.run(&mut state.link, "creating tables", run);
        created.await.map(|_| ())
    }

    /// Gives the checkpoint back, so that another process takes over at once instead of after the lease. For an orderly end: drop the
    /// feed first, since a feed that goes on would acquire the checkpoint again.
    ///
    /// Has no effect if this store does not hold the checkpoint. To call it, give the feed a clone of an `Arc` of the store.
    ///
    /// # Errors
    ///
    /// Fails if the database cannot be reached. Then the lease ends by itself.
    pub async fn release(&self) -> Result<(), CheckpointError> {
        let State { link, grant, .. } = &mut *self.state.lock().await;
        match grant.take() {
            Some(grant) => self.release_grant(link, &grant).await,
            None => Ok(()),
        }
    }

    async fn query(
        &self,
        link: &mut Link,
        action: &str,
        statement: &str,
        parameters: &Parameters<'_>,
    ) -> Result<Vec<Row>, CheckpointError> {
        let action = format!("{action} the checkpoint `{}`", self.name);
        let statement = Statement::Query(statement, parameters);
        self.database.run(link, &action, statement).await
    }

    async fn acquire_row(&self) -> Result<Acquired, CheckpointError> {
        let State {
            link,
            candidate,
            grant,
        } = &mut *self.state.lock().await;
        let holder = match candidate {
            Some(holder) => holder,
            None => {
                let rows = self.query(link, "acquiring", NEW_HOLDER, &[]).await?;
                candidate.insert(self.first(&rows)?)
            }
        };
        let parameters: &Parameters = &[
            (&self.name, Type::TEXT),
            (&*holder, Type::TEXT),
            (&self.lease.as_secs_f64(), Type::FLOAT8),
        ];
        let rows = self.query(link, "acquiring", ACQUIRE, parameters).await?;
        let Some(row) = rows.first() else {
            let retry_after = self.lease_left(link).await?.min(LONGEST_WAIT);
            return Ok(Acquired::Held { retry_after });
        };
        let granted = Grant {
            epoch: self.column(row, 0)?,
            holder: holder.clone(),
            revision: 0,
        };
        let acquired = self.acquired(row, granted.epoch);
        if acquired.is_ok() {
            *grant = Some(granted);
        } else {
            // This process cannot use it, and a lease of its would only keep the others off.
            if let Err(error) = self.release_grant(link, &granted).await {
                warn!(error = causes(&error), "the lease ends by itself");
            }
        }
        *candidate = None;
        acquired
    }

    /// Reads a row that was acquired.
    fn acquired(&self, row: &Row, epoch: i64) -> Result<Acquired, CheckpointError> {
        let json: Option<String> = self.column(row, 1)?;
        let checkpoint = json.map(|json| Checkpoint::parse(&json, &self.place()));
        Ok(Acquired::Granted {
            epoch: u64::try_from(epoch).map_err(|error| self.unreadable(error))?,
            checkpoint: checkpoint.transpose()?.map(Box::new),
        })
    }

    async fn release_grant(&self, link: &mut Link, grant: &Grant) -> Result<(), CheckpointError> {
        let parameters: &Parameters = &[
            (&self.name, Type::TEXT),
            (&grant.epoch, Type::INT8),
            (&grant.holder, Type::TEXT),
        ];
        let released = self.query(link, "releasing", RELEASE, parameters);
        released.await.map(|_| ())
    }

    /// Returns how long the checkpoint is held by its holder.
    async fn lease_left(&self, link: &mut Link) -> Result<Duration, CheckpointError> {
        let parameters: &Parameters = &[(&self.name, Type::TEXT)];
        let rows = self.query(link, "acquiring", LEASE_LEFT, parameters);
        match rows.await?.first() {
            Some(row) => {
                let seconds: f64 = self.column(row, 0)?;
                Ok(Duration::try_from_secs_f64(seconds).unwrap_or_default())
            }
            // It was removed a moment ago.
            None => Ok(Duration::ZERO),
        }
    }

    async fn save_row(
        &self,
        epoch: u64,
        update: CheckpointUpdate<'_>,
    ) -> Result<(), CheckpointError> {
        let State { link, grant, .. } = &mut *self.state.lock().await;
        let grant = granted(grant, epoch)?;
        let letters = update.buried.iter();
        let letters: Vec<String> = letters
            .map(|letter| serde_json::to_string(letter).expect("texts and numbers become JSON"))
            .collect();
        let buried = letter_numbers(update.buried.iter().map(|letter| letter.number))?;
        let replayed = letter_numbers(update.replayed.iter().copied())?;
        grant.revision += 1;
        let parameters: &Parameters = &[
            (&self.name, Type::TEXT),
            (&grant.epoch, Type::INT8),
            (&grant.holder, Type::TEXT),
            (&grant.revision, Type::INT8),
            (&update.checkpoint.to_json(), Type::TEXT),
            (&self.lease.as_secs_f64(), Type::FLOAT8),
            (&buried, Type::INT8_ARRAY),
            (&letters, Type::TEXT_ARRAY),
            (&replayed, Type::INT8_ARRAY),
        ];
        let rows = self.query(link, "saving", SAVE, parameters).await?;
        fenced_if_none(&rows)
    }

    async fn renew_row(&self, epoch: u64) -> Result<(), CheckpointError> {
        let State { link, grant, .. } = &mut *self.state.lock().await;
        let grant = granted(grant, epoch)?;
        let parameters: &Parameters = &[
            (&self.name, Type::TEXT),
            (&grant.epoch, Type::INT8),
            (&grant.holder, Type::TEXT),
            (&self.lease.as_secs_f64(), Type::FLOAT8),
        ];
        let rows = self.query(link, "renewing", RENEW, parameters).await?;
        fenced_if_none(&rows)
    }

    async fn give_back_row(&self, epoch: u64) -> Result<(), CheckpointError> {
        let State { link, grant, .. } = &mut *self.state.lock().await;
        let Ok(held) = granted(grant, epoch) else {
            return Ok(());
        };
        self.release_grant(link, held).await?;
        *grant = None;
        Ok(())
    }

    async fn list_letters(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, CheckpointError> {
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let parameters: &Parameters = &[
            (&self.name, Type::TEXT),
            (&after, Type::INT8),
            (&limit, Type::INT8),
        ];
        let mut state = self.state.lock().await;
        let action = "reading the dead letters of";
        let rows = self.query(&mut state.link, action, DEAD_LETTERS, parameters);
        let rows = rows.await?;
        let letters = rows.iter().map(|row| {
            let json: String = self.column(row, 0)?;
            serde_json::from_str(&json).map_err(|error| self.unreadable(error))
        });
        letters.collect()
    }

    fn first<'a, T: FromSql<'a>>(&self, rows: &'a [Row]) -> Result<T, CheckpointError> {
        let row = rows.first().ok_or_else(|| self.unreadable("no row"))?;
        self.column(row, 0)
    }

    fn column<'a, T: FromSql<'a>>(&self, row: &'a Row, index: usize) -> Result<T, CheckpointError> {
        row.try_get(index).map_err(|error| self.unreadable(error))
    }

    fn unreadable(&self, fault: impl fmt::Display) -> CheckpointError {
        CheckpointError::unreadable(self.place(), fault)
    }

    /// Returns the location of the checkpoint, for errors.
    fn place(&self) -> String {
        format!("{} in opentrain_checkpoint", self.name)
    }
}

/// Returns the grant, if the epoch is that of the last one.
fn granted(grant: &mut Option<Grant>, epoch: u64) -> Result<&mut Grant, CheckpointError> {
    let is_last = |grant: &&mut Grant| u64::try_from(grant.epoch) == Ok(epoch);
    let grant = grant.as_mut().filter(is_last);
    grant.ok_or(CheckpointError::Fenced)
}

fn fenced_if_none(rows: &[Row]) -> Result<(), CheckpointError> {
    match rows {
        [] => Err(CheckpointError::Fenced),
        _ => Ok(()),
    }
}

fn letter_numbers(numbers: impl Iterator<Item = u64>) -> Result<Vec<i64>, CheckpointError> {
    let numbers = numbers.map(i64::try_from).collect::<Result<_, _>>();
    numbers.map_err(|error| CheckpointError::failed("numbering a dead letter", error))
}

impl CheckpointStore for PostgresCheckpoint {
    fn acquire(&self) -> StoreFuture<'_, Acquired> {
        Box::pin(self.acquire_row())
    }

    fn save<'a>(&'a self, epoch: u64, update: CheckpointUpdate<'a>) -> StoreFuture<'a, ()> {
        Box::pin(self.save_row(epoch, update))
    }

    fn renew(&self, epoch: u64) -> StoreFuture<'_, ()> {
        Box::pin(self.renew_row(epoch))
    }

    fn give_back(&self, epoch: u64) -> StoreFuture<'_, ()> {
        Box::pin(self.give_back_row(epoch))
    }

    fn dead_letters(&self, after: u64, limit: usize) -> StoreFuture<'_, Vec<DeadLetter>> {
        Box::pin(self.list_letters(after, limit))
    }
}

impl fmt::Debug for PostgresCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresCheckpoint")
            .field("name", &self.name)
            .field("lease", &self.lease)
            .finish_non_exhaustive()
    }
}
