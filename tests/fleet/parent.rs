//! The process that is the mock, kills and pauses the others, and counts.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use opentrain::Client;
use opentrain::http::Method;
use opentrain::types::JobId;
use opentrain_mock::{Clock, MockServer};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::chance::Chance;
use crate::history::{History, NAME, SCHEMA};
use crate::process::Process;
use crate::tally::Tally;

/// Events that are there from the start.
const FIRST: usize = 300;
/// Most events that come with a round: as many as are committed until the next, so that the leader is mostly stopped at work.
const WAVE: u64 = 60;
/// Time until the last events must be committed once no process is killed any more.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longest time until a process is killed or paused.
const LONGEST_ROUND: Duration = Duration::from_secs(1);
/// Time between two lines of progress.
const PROGRESS: Duration = Duration::from_secs(5);

/// Runs the test: it panics if an event is skipped or committed twice.
pub(crate) fn run(address: &str) {
    let number = |name: &str, default| {
        let value = std::env::var(name).ok();
        value.map_or(default, |value| value.parse().unwrap())
    };
    let (seed, rounds) = (number("FLEET_SEED", 1), number("FLEET_ROUNDS", 40));
    println!("fleet: {rounds} rounds, seed {seed}");
    let runtime = Runtime::new().unwrap();
    let mut fleet = Fleet::start(&runtime, address, seed);
    for _ in 0..rounds {
        fleet.round();
    }
    fleet.finish(&runtime);
    let made = fleet.made;
    let Fleet {
        processes,
        history,
        lines,
        mut tally,
        kills,
        pauses,
        ..
    } = fleet;
    drop(processes);
    lines.try_iter().for_each(|(_, line)| tally.take(&line));
    let account = runtime.block_on(history.account(made));
    let is_whole = |id: &u64| account.committed.contains(id) && tally.handled.contains_key(id);
    let skipped = (1..=made).filter(|id| !is_whole(id)).count();
    let lost = tally
        .committed
        .keys()
        .filter(|id| !account.committed.contains(id))
        .count();
    let twice = account.repeated + tally.committed.values().filter(|times| **times > 1).count();
    println!(
        "fleet: {made} events, {} saves, {} leaders, {kills} kills, {pauses} pauses, {} commits fenced, {} handled again",
        account.saves,
        account.leaders,
        tally.fenced,
        tally.handled_again(),
    );
    println!("fleet: skipped {}, committed twice {twice}", skipped + lost);
    assert_eq!((skipped, lost, twice, account.unfenced), (0, 0, 0, 0));
    // Otherwise the run shows nothing.
    assert!(account.leaders > 5 && kills > 5 && pauses > 5 && tally.fenced > 0);
}

struct Fleet<'a> {
    server: MockServer,
    history: History,
    address: &'a str,
    processes: [Process; 2],
    sender: Sender<(usize, String)>,
    lines: Receiver<(usize, String)>,
    tally: Tally,
    chance: Chance,
    /// Number of the process that reported last.
    leader: usize,
    reports: u64,
    made: u64,
    kills: usize,
    pauses: usize,
    started: Instant,
    told: Instant,
}

impl<'a> Fleet<'a> {
    fn start(runtime: &Runtime, address: &'a str, seed: u64) -> Self {
        let (server, history) = runtime.block_on(async {
            let server = MockServer::builder().jobs(0).clock(Clock::running());
            (server.start().await.unwrap(), History::open(address).await)
        });
        let mut made = runtime.block_on(publish(&server));
        server.human().make_events(FIRST).unwrap();
        made += FIRST as u64;
        let (sender, lines) = channel();
        let mut chance = Chance::new(seed);
        let processes = [0, 1].map(|number| start(&server, address, number, &sender, &mut chance));
        Self {
            server,
            history,
            address,
            processes,
            sender,
            lines,
            tally: Tally::default(),
            chance,
            leader: 0,
            reports: 0,
            made,
            kills: 0,
            pauses: 0,
            started: Instant::now(),
            told: Instant::now(),
        }
    }

    /// Makes events, waits until some of them are committed, and kills or pauses one of the processes, mostly the leader.
    fn round(&mut self) {
        self.make_events();
        let enough = self.reports + self.chance.below(120);
        self.wait(LONGEST_ROUND, |fleet| fleet.reports >= enough);
        let which = match self.chance.once_in(4) {
            true => 1 - self.leader,
            false => self.leader,
        };
        if self.chance.once_in(2) {
            let (address, lines) = (self.address, &self.sender);
            self.processes[which] = start(&self.server, address, which, lines, &mut self.chance);
            self.kills += 1;
        } else if self.processes[which].paused_until.is_none() {
            // Most of the pauses are longer than the lease.
            let pause = Duration::from_millis(50 + self.chance.below(1_500));
            self.processes[which].pause(Instant::now() + pause);
            self.pauses += 1;
        }
    }

    /// Makes events, one in five of which becomes visible after later ones.
    fn make_events(&mut self) {
        let count = 1 + self.chance.below(WAVE);
        let human = self.server.human();
        human.make_events(usize::try_from(count).unwrap()).unwrap();
        for id in self.made + 1..=self.made + count {
            if self.chance.once_in(5) {
                let by = Duration::from_millis(self.chance.below(1_000));
                human.delay_event(&id.to_string(), by).unwrap();
            }
        }
        self.made += count;
    }

    /// Waits until it is enough or the time is over, while pauses end and reports are taken.
    fn wait(&mut self, most: Duration, is_enough: impl Fn(&Self) -> bool) {
        let end = Instant::now() + most;
        while Instant::now() < end && !is_enough(self) {
            if let Ok((number, line)) = self.lines.recv_timeout(Duration::from_millis(10)) {
                self.tally.take(&line);
                self.leader = number;
                self.reports += 1;
            }
            let now = Instant::now();
            for process in &mut self.processes {
                assert!(!process.has_ended(), "a process has ended by itself");
                if process.paused_until.is_some_and(|until| until <= now) {
                    process.go_on();
                }
            }
            if self.told.elapsed() > PROGRESS {
                self.tell();
            }
        }
    }

    /// Lets the processes go on until every event is committed, and then until every pause is over.
    fn finish(&mut self, runtime: &Runtime) {
        let end = Instant::now() + PATIENCE;
        let is_done = |fleet: &Self| {
            let committed = runtime.block_on(fleet.history.committed(fleet.made));
            committed.len() as u64 >= fleet.made
        };
        while !is_done(self) && Instant::now() < end {
            self.wait(Duration::from_millis(200), |_| false);
        }
        self.wait(Duration::from_secs(2), |_| false);
    }

    fn tell(&mut self) {
        self.told = Instant::now();
        println!(
            "fleet: {:4.1} s, {} of {} events committed, {} kills, {} pauses, {} commits fenced",
            self.started.elapsed().as_secs_f64(),
            self.tally.committed.len(),
            self.made,
            self.kills,
            self.pauses,
            self.tally.fenced,
        );
    }
}

fn start(
    server: &MockServer,
    address: &str,
    number: usize,
    lines: &Sender<(usize, String)>,
    chance: &mut Chance,
) -> Process {
    let seed = chance.below(u64::MAX).to_string();
    let (base_url, token) = (server.base_url(), server.token());
    let arguments = [base_url, token, address, SCHEMA, NAME, &seed];
    Process::start(&arguments, number, lines.clone())
}

/// Publishes a job, whose proposals the events are about. Returns how many events there are then.
async fn publish(server: &MockServer) -> u64 {
    let client = Client::builder()
        .base_url(server.base_url())
        .token(server.token());
    let client = client.build().unwrap();
    let job = json!({
        "title": "Dialect tagging", "description": "Tag the dialect of short clips.", "languages": ["German"],
        "headcount": 3, "experienceLevel": "INTERMEDIATE", "paymentType": "PAY_PER_HOUR", "rateAmount": 18,
    });
    let draft = client.request(Method::POST, "/job-drafts");
    let draft = draft.json(&json!({"format": "opentrain_canonical", "job": job}));
    let draft: Value = draft.call().await.unwrap();
    let id = JobId::from(draft["jobId"].as_str().unwrap());
    client.jobs().publish(&id).await.unwrap();
    client.updates().poll().await.unwrap().events.len() as u64
}
