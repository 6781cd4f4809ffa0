//! Proxy before the database that loses the connections and statements that a test names.

use std::sync::{Arc, Mutex};

use opentrain_postgres::tokio_postgres::Config;
use opentrain_postgres::tokio_postgres::config::Host;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// End of the server's response to a statement: it is ready for the next, outside of a transaction.
const READY: &[u8] = b"Z\0\0\0\x05I";

/// Password of connections to a server that does not ask for one: it must not be in any log.
pub(super) const PASSWORD: &str = "hush-hush";

/// Fate of a statement at the proxy.
pub(super) enum Loss {
    /// Loss of the response: the statement is carried out, and the connection breaks.
    OfResponse,
    /// Statement without a response on a connection that stays open.
    NoResponse,
    /// Notifies the first when the statement arrives, waits for the second, carries the statement out, and notifies the third.
    Delay(
        oneshot::Sender<()>,
        oneshot::Receiver<()>,
        oneshot::Sender<()>,
    ),
}

#[derive(Default)]
struct Plan {
    /// Connections to close at once.
    refused: usize,
    /// Loss of the next statement that holds this text.
    loss: Option<(&'static str, Loss)>,
}

/// Proxy that runs as long as the test's runtime.
pub(super) struct Proxy {
    pub(super) config: Config,
    plan: Arc<Mutex<Plan>>,
}

impl Proxy {
    /// Starts a proxy before the server that a configuration names. Its connections are those of an application with this name.
    pub(super) async fn start(config: &Config, application: &str) -> Self {
        let Some(Host::Tcp(host)) = config.get_hosts().first() else {
            panic!("the server must be named by host and port");
        };
        let address = (
            host.clone(),
            config.get_ports().first().map_or(5432, |port| *port),
        );
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut proxied = proxied(config, listener.local_addr().unwrap().port());
        proxied.application_name(application);
        let plan = Arc::<Mutex<Plan>>::default();
        let shared = Arc::clone(&plan);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let mut plan = shared.lock().unwrap();
                if plan.refused > 0 {
                    plan.refused -= 1;
                    continue;
                }
                tokio::spawn(pass(client, address.clone(), Arc::clone(&shared)));
            }
        });
        Self {
            config: proxied,
            plan,
        }
    }

    /// Closes the next connections at once.
    pub(super) fn refuse(&self, connections: usize) {
        self.plan.lock().unwrap().refused = connections;
    }

    /// Loses the next statement that holds this text.
    pub(super) fn lose(&self, text: &'static str, loss: Loss) {
        self.plan.lock().unwrap().loss = Some((text, loss));
    }

    /// True if what was to be lost is lost, and what was to be refused is refused.
    pub(super) fn is_done(&self) -> bool {
        let plan = self.plan.lock().unwrap();
        plan.refused == 0 && plan.loss.is_none()
    }
}

/// Returns the same settings for the proxy's address.
fn proxied(config: &Config, port: u16) -> Config {
    let mut proxied = Config::new();
    let options = config.get_options().unwrap();
    proxied.host("127.0.0.1").port(port).options(options);
    proxied.password(config.get_password().unwrap_or(PASSWORD.as_bytes()));
    if let Some(user) = config.get_user() {
        proxied.user(user);
    }
    if let Some(database) = config.get_dbname() {
        proxied.dbname(database);
    }
    proxied
}

async fn pass(mut client: TcpStream, address: (String, u16), plan: Arc<Mutex<Plan>>) {
    let mut server = TcpStream::connect(address).await.unwrap();
    let (mut request, mut response) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = client.read(&mut request) => {
                let length = read.unwrap_or(0);
                if length == 0 {
                    return;
                }
                let bytes = &request[..length];
                let loss = take_loss(&plan, bytes);
                if let Some(loss) = loss {
                    return lose(loss, bytes, &mut client, &mut server).await;
                }
                server.write_all(bytes).await.unwrap();
            }
            read = server.read(&mut response) => {
                let length = read.unwrap_or(0);
                if length == 0 || client.write_all(&response[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}

fn take_loss(plan: &Mutex<Plan>, bytes: &[u8]) -> Option<Loss> {
    let mut plan = plan.lock().unwrap();
    let (text, _) = plan.loss.as_ref()?;
    let is_here = bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes());
    is_here.then(|| plan.loss.take())?.map(|(_, loss)| loss)
}

async fn lose(loss: Loss, statement: &[u8], client: &mut TcpStream, server: &mut TcpStream) {
    match loss {
        Loss::OfResponse => carry_out(statement, server).await,
        Loss::NoResponse => {
            let _ = client.read(&mut [0]).await;
        }
        Loss::Delay(is_here, go_on, is_done) => {
            is_here.send(()).unwrap();
            go_on.await.unwrap();
            carry_out(statement, server).await;
            is_done.send(()).unwrap();
        }
    }
}

async fn carry_out(statement: &[u8], server: &mut TcpStream) {
    server.write_all(statement).await.unwrap();
    let mut response = Vec::new();
    while !response.ends_with(READY) {
        assert!(server.read_buf(&mut response).await.unwrap() > 0);
    }
}
