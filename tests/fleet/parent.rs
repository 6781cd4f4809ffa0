//! The process that is the mock, kills and pauses the others, and counts.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use fastrand::Rng;
use opentrain::Client;
use opentrain::http::Method;
use opentrain::types::JobId;
use opentrain_mock::{Clock, MockServer};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::history::{Account, History, NAME};
use crate::process::Process;
use crate::tally::Tally;

/// Events that are there from the start.
const FIRST: usize = 300;
/// Most events that come with a round.
const WAVE: u64 = 60;
/// Most reports of the other process until a paused one goes on.
const LONGEST_PAUSE: u64 = 40;
/// Rounds are added until the run shows something, up to so many times their number.
const MOST_ROUNDS: u64 = 20;
/// Time without any report after which the processes hang. It only keeps a fault from lasting for ever: every wait is for reports.
const GUARD: Duration = Duration::from_secs(180);
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
    let mut played = 0;
    while played < rounds || (!fleet.shows_something(&runtime) && played < rounds * MOST_ROUNDS) {
        fleet.round();
        played += 1;
    }
    assert!(
        fleet.shows_something(&runtime),
        "{played} rounds show nothing"
    );
    fleet.finish(&runtime);
    let account = runtime.block_on(fleet.history.account(fleet.made));
    fleet.judge(&account);
}

struct Fleet<'a> {
    server: MockServer,
    address: &'a str,
    processes: [Process; 2],
    sender: Sender<(usize, String)>,
    lines: Receiver<(usize, String)>,
    tally: Tally,
    chance: Rng,
    /// Number of the process that reported last.
    leader: usize,
    /// Reports of each.
    reports: [u64; 2],
    made: u64,
    kills: usize,
    pauses: usize,
    started: Instant,
    reported: Instant,
    // Behind the processes, which use it.
    history: History,
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
        let mut chance = Rng::with_seed(seed);
        let processes = [0, 1].map(|number| {
            let arguments = arguments(&server, address, &history, &mut chance);
            Process::start(&arguments, number, sender.clone())
        });
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
            reports: [0; 2],
            made,
            kills: 0,
            pauses: 0,
            started: Instant::now(),
            reported: Instant::now(),
        }
    }

    /// Makes events, waits until some of them are handled, and kills or pauses one of the processes, mostly the leader.
    fn round(&mut self) {
        let new = self.make_events(1);
        let enough = self.all_reports() + 1 + self.chance.u64(..new);
        let is_enough = self.wait(|fleet| fleet.all_reports() >= enough);
        assert!(is_enough, "no event is handled any more");
        let which = match self.chance.u64(..4) == 0 {
            true => 1 - self.leader,
            false => self.leader,
        };
        match self.chance.u64(..2) == 0 {
            true => self.kill(which),
            false => self.pause(which),
        }
    }

    fn kill(&mut self, which: usize) {
        self.processes[which].kill();
        self.take_lines();
        let arguments = arguments(&self.server, self.address, &self.history, &mut self.chance);
        self.processes[which] = Process::start(&arguments, which, self.sender.clone());
        self.kills += 1;
    }

    /// Pauses a process until the other one has made some reports: most of the time it has taken over by then.
    fn pause(&mut self, which: usize) {
        let other = 1 - which;
        self.processes[other].go_on();
        let reports = self.chance.u64(..LONGEST_PAUSE);
        self.processes[which].pause(self.reports[other] + reports);
        // The other one has something to report.
        self.make_events(reports);
        self.pauses += 1;
    }

    /// Makes events, so many at least, one in five of which becomes visible after later ones. Returns how many there are.
    fn make_events(&mut self, least: u64) -> u64 {
        let count = least + 1 + self.chance.u64(..WAVE);
        let human = self.server.human();
        human.make_events(usize::try_from(count).unwrap()).unwrap();
        for id in self.made + 1..=self.made + count {
            if self.chance.u64(..5) == 0 {
                let by = Duration::from_millis(self.chance.u64(..1_000));
                human.delay_event(&id.to_string(), by).unwrap();
            }
        }
        self.made += count;
        count
    }

    fn all_reports(&self) -> u64 {
        self.reports.iter().sum()
    }

    fn take(&mut self, (number, line): (usize, String)) {
        let is_begun = self.tally.take(&line);
        let process = &mut self.processes[number];
        match is_begun {
            true => process.at_work += 1,
            false => process.at_work -= 1,
        }
        self.leader = number;
        self.reports[number] += 1;
    }

    fn take_lines(&mut self) {
        while let Ok(line) = self.lines.try_recv() {
            self.take(line);
        }
    }

    /// Waits until it is enough, while reports are taken and pauses end. False if there are no reports any more.
    fn wait(&mut self, is_enough: impl Fn(&Self) -> bool) -> bool {
        let mut last_report = Instant::now();
        while !is_enough(self) {
            if last_report.elapsed() > GUARD {
                return false;
            }
            if let Ok(line) = self.lines.recv_timeout(Duration::from_millis(50)) {
                self.take(line);
                last_report = Instant::now();
            }
            for (number, process) in self.processes.iter_mut().enumerate() {
                assert!(!process.has_ended(), "a process has ended by itself");
                let reports = self.reports[1 - number];
                if process.paused_until.is_some_and(|until| until <= reports) {
                    process.go_on();
                }
            }
            if self.reported.elapsed() > PROGRESS {
                self.print_progress();
            }
        }
        true
    }

    /// True if the run has come to what it is about: changes of the leader, and commits that were fenced.
    fn shows_something(&mut self, runtime: &Runtime) -> bool {
        self.take_lines();
        let leaders = runtime.block_on(self.history.leaders());
        leaders > 5 && self.kills > 5 && self.pauses > 5 && self.tally.fenced > 0
    }

    /// Lets the processes go on until every event is committed and no handler is under way, then kills them.
    fn finish(&mut self, runtime: &Runtime) {
        self.processes.iter_mut().for_each(Process::go_on);
        let is_idle = |fleet: &Self| fleet.processes.iter().all(|process| process.at_work == 0);
        let committed = |fleet: &Self| {
            let committed = fleet.history.committed(fleet.made);
            runtime.block_on(committed).len() as u64
        };
        if !self.wait(|fleet| is_idle(fleet) && committed(fleet) >= fleet.made) {
            println!("fleet: no event is handled any more");
        }
        self.processes.iter_mut().for_each(Process::kill);
        self.take_lines();
    }

    fn judge(&self, account: &Account) {
        let (made, tally) = (self.made, &self.tally);
        let is_whole = |id: &u64| account.committed.contains(id) && tally.handled.contains_key(id);
        let skipped = (1..=made).filter(|id| !is_whole(id)).count();
        let returned = tally.committed.keys();
        let lost = returned
            .filter(|id| !account.committed.contains(id))
            .count();
        let twice = account.repeated + tally.committed.values().filter(|times| **times > 1).count();
        println!(
            "fleet: {made} events, {} saves, {} leaders, {} kills, {} pauses, {} commits fenced, {} handled again",
            account.saves,
            account.leaders,
            self.kills,
            self.pauses,
            tally.fenced,
            tally.handled_again(),
        );
        println!("fleet: skipped {}, committed twice {twice}", skipped + lost);
        assert_eq!((skipped, lost, twice, account.unfenced), (0, 0, 0, 0));
    }

    fn print_progress(&mut self) {
        self.reported = Instant::now();
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

fn arguments(
    server: &MockServer,
    address: &str,
    history: &History,
    chance: &mut Rng,
) -> [String; 6] {
    let seed = chance.u64(..).to_string();
    let (base_url, token) = (server.base_url(), server.token());
    [base_url, token, address, &history.schema.name, NAME, &seed].map(String::from)
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
