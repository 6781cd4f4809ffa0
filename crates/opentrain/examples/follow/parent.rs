//! The process that is the mock, kills the child and counts.

mod service;

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::tally::Tally;
use crate::{Options, child};
use service::Service;

/// Time between two lines of progress.
const PROGRESS: Duration = Duration::from_secs(2);
/// Time for which a feed that has handled everything must deliver nothing.
const QUIET: Duration = Duration::from_secs(5);
/// Time without any event handled after which a run is given up.
const STALLED: Duration = Duration::from_secs(180);

/// Runs the whole. True if nothing is lost, nothing came again after its commit, and no child ended by itself.
pub(crate) fn run(options: &Options) -> Result<bool, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let mut run = Run {
        service: Service::start(options)?,
        checkpoint: folder.path().join("cursor.json"),
        chance: Rng::with_seed(options.seed),
        tally: Tally::default(),
        started: Instant::now(),
        reported: Instant::now(),
        kills: 0,
        ended: 0,
    };
    println!(
        "{} events, {} of them at once",
        options.events,
        run.service.made()
    );
    while run.live(options)? {}
    let expected = run.service.expected()?;
    let lost = run.tally.lost(&expected);
    let (repeated, ended) = (run.tally.repeated(), run.ended);
    run.print_progress();
    println!("lost {lost}, repeated after commit {repeated}, ended by itself {ended}");
    let is_complete = run.kills >= options.kills && expected.len() >= options.events;
    Ok(is_complete && [lost, repeated, ended] == [0; 3])
}

struct Run {
    service: Service,
    checkpoint: PathBuf,
    chance: Rng,
    tally: Tally,
    started: Instant,
    reported: Instant,
    kills: usize,
    ended: usize,
}

/// Moment at which a child is killed.
struct Death {
    /// After so many lines of its report.
    lines: u64,
    /// After so much time.
    at: Instant,
}

impl Run {
    /// Lets a child live until it is killed, has nothing more to do, or ends by itself. False if the run is over.
    fn live(&mut self, options: &Options) -> Result<bool, Box<dyn Error>> {
        let death = self.death(options);
        let mut child = self.start()?;
        let lines = lines_of(&mut child)?;
        let (mut taken, mut last) = (0, Instant::now());
        let is_over = loop {
            self.service.go_on(self.tally.handled, &mut self.chance)?;
            if self.reported.elapsed() > PROGRESS {
                self.print_progress();
            }
            let is_dead = death
                .as_ref()
                .is_some_and(|death| taken >= death.lines || Instant::now() >= death.at);
            // Before a line is taken: a line that is taken and not counted would be an event lost.
            if is_dead {
                break false;
            }
            match lines.recv_timeout(Duration::from_millis(5)) {
                Ok(line) => {
                    self.tally.take(&line);
                    (taken, last) = (taken + 1, Instant::now());
                }
                Err(RecvTimeoutError::Timeout) if death.is_none() && self.is_quiet(last) => {
                    break true;
                }
                Err(RecvTimeoutError::Timeout) if last.elapsed() > STALLED => {
                    println!("nothing was handled for {STALLED:?}");
                    break true;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    self.ended += 1;
                    println!("a child ended by itself: {}", child.wait()?);
                    break self.ended > 3;
                }
            }
        };
        // SIGKILL on Unix.
        child.kill()?;
        child.wait()?;
        self.kills += usize::from(death.is_some() && !is_over);
        // What was written before the kill is still in the pipe.
        lines.iter().for_each(|line| self.tally.take(&line));
        Ok(!is_over)
    }

    /// Chooses when the next child is killed. `None` if enough were.
    fn death(&mut self, options: &Options) -> Option<Death> {
        let left = options
            .kills
            .checked_sub(self.kills)
            .filter(|left| *left > 0)?;
        let events = options.events.saturating_sub(self.tally.committed) as u64;
        // Two lines an event; on average, each life has its share of what is left.
        let share = 4 * events / (left as u64 + 1);
        // Every third dies early, wherever it is: while it starts, reads the overlap, or waits.
        let milliseconds = if self.chance.u64(..3) == 0 {
            400
        } else {
            20_000
        };
        Some(Death {
            lines: 1 + self.chance.u64(..share.max(400)),
            at: Instant::now() + Duration::from_millis(self.chance.u64(..milliseconds)),
        })
    }

    fn start(&mut self) -> Result<Child, Box<dyn Error>> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args([child::FLAG, self.service.base_url(), self.service.token()])
            .arg(&self.checkpoint)
            .arg(self.chance.u64(..).to_string())
            .stdout(Stdio::piped());
        Ok(command.spawn()?)
    }

    /// True if every event is handled and none has come for a while.
    fn is_quiet(&self, last: Instant) -> bool {
        self.service.is_done()
            && self.tally.handled >= self.service.made()
            && last.elapsed() > QUIET
    }

    fn print_progress(&mut self) {
        self.reported = Instant::now();
        println!(
            "{:6.1} s: {} of {} events handled, {} committed, {} after a later one, {} again before their commit; {} requests, {} kills",
            self.started.elapsed().as_secs_f64(),
            self.tally.handled,
            self.service.made(),
            self.tally.committed,
            self.tally.late,
            self.tally.again,
            self.service.requests(),
            self.kills,
        );
    }
}

/// Reads the report of a child on a thread, which ends with the child.
fn lines_of(child: &mut Child) -> Result<Receiver<String>, Box<dyn Error>> {
    let out = child
        .stdout
        .take()
        .ok_or("the child has no standard output")?;
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut out = BufReader::new(out);
        let mut line = String::new();
        // Only whole lines count.
        while out.read_line(&mut line).is_ok() && line.ends_with('\n') {
            if sender.send(String::from(line.trim_end())).is_err() {
                break;
            }
            line.clear();
        }
    });
    Ok(receiver)
}
