//! Connection to the database, which works only while a query is awaited.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, Error, Row, Socket};

type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Parameters of a statement, with their types: without these, each query would need a second round trip.
pub(crate) type Parameters<'a> = [(&'a (dyn ToSql + Sync), Type)];

/// Connection to the database.
pub(crate) struct Session {
    client: Client,
    /// Moves bytes between the client and the socket while it is polled.
    driver: BoxFuture<Result<(), Error>>,
}

impl Session {
    /// Runs a statement. After an error, the session is of no more use.
    pub(crate) async fn query(
        &mut self,
        statement: &str,
        parameters: &Parameters<'_>,
    ) -> Result<Vec<Row>, Error> {
        let work = self.client.query_typed(statement, parameters);
        drive(&mut self.driver, work).await
    }

    /// Runs statements without parameters, all of them or none.
    pub(crate) async fn run_all(&mut self, statements: &str) -> Result<(), Error> {
        drive(&mut self.driver, self.client.batch_execute(statements)).await
    }
}

/// Polls the driver until the work is done. If the connection ends before, its error says why.
async fn drive<T>(
    driver: &mut BoxFuture<Result<(), Error>>,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let mut work = pin!(work);
    poll_fn(|context| {
        // In this order: the driver may end with the last response.
        let end = driver.as_mut().poll(context);
        let done = work.as_mut().poll(context);
        let is_unfinished = match &done {
            Poll::Ready(result) => result.as_ref().is_err_and(Error::is_closed),
            Poll::Pending => true,
        };
        match end {
            Poll::Ready(Err(error)) if is_unfinished => Poll::Ready(Err(error)),
            _ => done,
        }
    })
    .await
}

/// Function that connects to the database.
pub(crate) type Connect = Box<dyn Fn() -> BoxFuture<Result<Session, Error>> + Send + Sync>;

/// Returns the function that connects with these settings.
pub(crate) fn connector<T>(config: Config, tls: T) -> Connect
where
    T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
    T::Stream: Send + 'static,
    T::TlsConnect: Send,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    Box::new(move || {
        let (config, tls) = (config.clone(), tls.clone());
        Box::pin(async move {
            let (client, connection) = config.connect(tls).await?;
            let driver = Box::pin(connection);
            Ok(Session { client, driver })
        })
    })
}
