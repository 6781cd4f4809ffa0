//! Database that is reached again after an outage.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use opentrain::Clock;
use opentrain::feed::CheckpointError;
use tokio_postgres::Row;
use tracing::warn;

use crate::outage::{AttemptError, causes, pause_after};
use crate::session::{Connect, Parameters, Session};

/// Longest time for connecting and running a statement: a host that is gone does not say so.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(10);

/// Settings of the connection, and the time for which an outage is waited out.
pub(crate) struct Database {
    pub(crate) connect: Connect,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) outage_limit: Duration,
}

/// Connection of a store, if there is one.
///
/// A query takes the session out and puts it back when it is done, so a query that fails or is dropped closes its connection. It may
/// still take effect later.
#[derive(Default)]
pub(crate) struct Link {
    session: Option<Session>,
    /// True once the database was reached: until then, an outage is a wrong setting.
    was_reached: bool,
}

/// Statement to run.
#[derive(Clone, Copy)]
pub(crate) enum Statement<'a> {
    Query(&'a str, &'a Parameters<'a>),
    /// Several statements, all of which take effect or none.
    Batch(&'a str),
}

impl Database {
    /// Runs a statement, again if the connection is lost: it must bear running twice. The action is for the error.
    pub(crate) async fn run(
        &self,
        link: &mut Link,
        action: &str,
        statement: Statement<'_>,
    ) -> Result<Vec<Row>, CheckpointError> {
        let started = self.clock.now();
        let mut attempts = 0_u32;
        loop {
            let error = match self.attempt_in_time(link, statement).await {
                Ok(rows) => return Ok(rows),
                Err(error) => error,
            };
            let waited = self.clock.now().saturating_duration_since(started);
            if !error.is_outage() || !link.was_reached || waited >= self.outage_limit {
                return Err(CheckpointError::failed(action, error));
            }
            attempts = attempts.saturating_add(1);
            let pause = pause_after(attempts);
            let error = causes(&error);
            warn!(
                action,
                error,
                attempts,
                ?pause,
                "an attempt to reach the database failed"
            );
            if !pause.is_zero() {
                self.clock.sleep(pause).await;
            }
        }
    }

    async fn attempt_in_time(
        &self,
        link: &mut Link,
        statement: Statement<'_>,
    ) -> Result<Vec<Row>, AttemptError> {
        let mut attempt = pin!(self.attempt(link, statement));
        let mut limit = self.clock.sleep(ATTEMPT_LIMIT);
        poll_fn(|context| {
            if let Poll::Ready(result) = attempt.as_mut().poll(context) {
                return Poll::Ready(result.map_err(AttemptError::Database));
            }
            let is_over = limit.as_mut().poll(context);
            is_over.map(|()| Err(AttemptError::NoResponse))
        })
        .await
    }

    async fn attempt(
        &self,
        link: &mut Link,
        statement: Statement<'_>,
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        let mut session = match link.session.take() {
            Some(session) => session,
            None => (self.connect)().await?,
        };
        link.was_reached = true;
        let rows = match statement {
            Statement::Query(query, parameters) => session.query(query, parameters).await?,
            Statement::Batch(statements) => {
                session.run_all(statements).await?;
                Vec::new()
            }
        };
        link.session = Some(session);
        Ok(rows)
    }
}
