//! The mock as a program: prints its address and token, logs requests, stops on a signal.

use std::error::Error;
use std::fmt::Display;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use opentrain_mock::{ChangesCut, Clock, MockServer};
use serde_json::json;
use tokio::signal;

/// Runs a stateful mock of the OpenTrain AI API on loopback.
///
/// Prints one line of JSON, `{"baseUrl": …, "token": …}`, on standard output when it listens, and one line for each request and
/// each webhook delivery on standard error. `GET /_mock/` lists the routes by which a test in any language controls it. Stops on
/// Ctrl-C or SIGTERM, with exit code 1 if the state cannot be saved.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Address to listen on; must be loopback, port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0")]
    addr: SocketAddr,
    /// Number of the seeded world; the same number always gives the same world
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Number of open jobs on the marketplace
    #[arg(long, default_value_t = 60)]
    jobs: usize,
    /// Keep the state in this file, and continue from it if it exists; seed and jobs are then those of the file
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Send the webhooks of one origin to another on loopback:
    /// `https://hooks.example.com=http://127.0.0.1:9000`
    #[arg(long, value_name = "FROM=TO", value_parser = route)]
    route_webhooks: Vec<(String, String)>,
    /// Confirm every pending approval at its second read
    #[arg(long)]
    auto_confirm: bool,
    /// Apply rate limits: 120 requests a minute for the tokenless job endpoints, as documented, and a few more
    #[arg(long)]
    rate_limits: bool,
    /// Refuse requests that the API's documents do not allow, with a message that says why
    #[arg(long)]
    strict: bool,
    /// Put an edge cache before the tokenless job endpoints: responses are up to 5 minutes old, and up to an hour older once more
    #[arg(long)]
    edge_cache: bool,
    /// Most changes that `GET /jobs/changes` returns
    #[arg(long, value_name = "NUMBER", default_value_t = 5_000)]
    changes_cap: usize,
    /// Changes that are dropped above the cap, and the `until` then: `newest` (`until` is the last one that is returned),
    /// `newest-until-now` or `oldest` (`until` is the present time)
    #[arg(long, value_name = "CUT", default_value = "newest", value_parser = cut)]
    changes_cut: ChangesCut,
    /// Return the changes in no order
    #[arg(long)]
    unsorted_changes: bool,
}

// The mock has a thread of its own; this one only waits for a signal.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", chain(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    // A caller may send a signal as soon as it has read the line, so the handlers are installed before the line is printed.
    let mut signals = Signals::install()?;
    let mut builder = MockServer::builder()
        .address(arguments.addr)
        .seed(arguments.seed)
        .jobs(arguments.jobs)
        .auto_confirm(arguments.auto_confirm)
        .rate_limits(arguments.rate_limits)
        .strict(arguments.strict)
        .edge_cache(arguments.edge_cache)
        .changes_cap(arguments.changes_cap)
        .changes_cut(arguments.changes_cut)
        .unsorted_changes(arguments.unsorted_changes)
        .clock(Clock::running())
        .on_request(|request| log(request))
        .on_delivery(|delivery| log(delivery))
        .on_state_fault(|fault| {
            log(&format!(
                "error: {}; it is tried again as long as the mock runs",
                chain(fault)
            ));
        });
    if let Some(path) = arguments.state {
        builder = builder.state_file(path);
    }
    for (from, to) in arguments.route_webhooks {
        builder = builder.route_webhooks(from, to);
    }
    let server = builder.start().await?;
    let line = json!({ "baseUrl": server.base_url(), "token": server.token() });
    let mut output = std::io::stdout();
    writeln!(output, "{line}")?;
    output.flush()?;
    signals.wait().await?;
    server.close().await?;
    Ok(())
}

/// Writes a line of the log. A closed standard error is no reason to fail.
fn log(line: &dyn Display) {
    let _unread = writeln!(std::io::stderr(), "{line}");
}

/// Reads `FROM=TO`.
fn route(text: &str) -> Result<(String, String), String> {
    let (from, to) = text.split_once('=').ok_or("it must be FROM=TO")?;
    Ok((from.to_owned(), to.to_owned()))
}

/// Reads the name of a cut, as in JSON.
fn cut(text: &str) -> Result<ChangesCut, String> {
    serde_json::from_value(json!(text)).map_err(|error| error.to_string())
}

/// Returns the error and its causes in one line.
fn chain(error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

/// Signals that end the program.
#[cfg(unix)]
struct Signals {
    interrupt: signal::unix::Signal,
    terminate: signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn install() -> std::io::Result<Self> {
        use signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn wait(&mut self) -> std::io::Result<()> {
        tokio::select! {
            _ = self.interrupt.recv() => Ok(()),
            _ = self.terminate.recv() => Ok(()),
        }
    }
}

/// Signals that end the program.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn install() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn wait(&mut self) -> std::io::Result<()> {
        signal::ctrl_c().await
    }
}
