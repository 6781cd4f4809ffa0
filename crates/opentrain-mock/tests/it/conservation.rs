//! No cent appears or vanishes, and every change is in the feed once: random flows, with everything checked after every step.

mod ledger;
mod restored;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use self::ledger::check_ledger;
use crate::support::{Session, complete_job, ids, milestone, text};

const STEPS: usize = 250;
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Resources and outcomes so far.
struct Flow {
    session: Session,
    random: fastrand::Rng,
    /// Proposals without a hire.
    proposals: Vec<String>,
    contracts: Vec<String>,
    milestones: Vec<String>,
    top_ups: Vec<String>,
    topped_up: i64,
    approvals: Vec<String>,
    has_card: bool,
    /// Events of the feed so far.
    events: Vec<Value>,
    cursor: String,
}

#[tokio::test]
async fn amounts_add_up_and_the_feed_is_complete_after_every_step() {
    let mut reported = BTreeSet::new();
    for seed in [5, 7, 8, 9] {
        let mut flow = Flow::start(seed).await;
        for step in 0..STEPS {
            let action = flow.random.u64(..14);
            println!("seed {seed}, step {step}, action {action}");
            flow.act(action).await;
            flow.check().await;
        }
        flow.check_whole().await;
        reported.extend(flow.events.iter().map(outline));
        reported.extend(flow.movements().await);
    }
    let missing: Vec<_> = ENDS
        .iter()
        .filter(|end| !reported.contains(**end))
        .collect();
    assert!(missing.is_empty(), "no flow led to {missing:?}");
}

/// Outcomes that the flows must have led to; without them the test proves little.
const ENDS: &[&str] = &[
    "approval.confirmed confirmed",
    "approval.confirmed declined",
    "approval.confirmed expired",
    "contract.budget_state_changed DEPLETED",
    "contract.budget_state_changed LOW",
    "contract.budget_state_changed OK",
    "contract.created ",
    "milestone.status_changed ACTIVE_FUNDED",
    "milestone.status_changed CANCELLED",
    "milestone.status_changed NOT_FUNDED",
    "milestone.status_changed PAID",
    "milestone.status_changed REFUNDED",
    "payment.pending ",
    "proposal.received ",
    "proposal.status_changed HIRED",
    "CAPTURE",
    "HOLD",
    "HOLD_RELEASE",
    "TOP_UP",
    "card refund",
];

/// Returns an event's type and the state in it.
fn outline(event: &Value) -> String {
    let data = &event["data"];
    let state = data["status"].as_str().or(data["state"].as_str());
    format!("{} {}", text(&event["type"]), state.unwrap_or_default())
}

impl Flow {
    async fn start(seed: u64) -> Self {
        Self {
            session: Session::start().await,
            random: fastrand::Rng::with_seed(seed),
            proposals: Vec::new(),
            contracts: Vec::new(),
            milestones: Vec::new(),
            top_ups: Vec::new(),
            topped_up: 0,
            approvals: Vec::new(),
            has_card: true,
            events: Vec::new(),
            cursor: String::new(),
        }
    }

    async fn act(&mut self, action: u64) {
        match action {
            0 | 1 => self.ask_hire().await,
            2 => self.create_milestone().await,
            3 | 4 => self.ask("milestones", "fund").await,
            5 => self.ask("milestones", "approve").await,
            6 => self.ask("contracts", "end").await,
            7..=9 => self.confirm(),
            10 => self.top_up().await,
            11 => self.change_card(),
            12 => self.work(),
            _ => self.wait_or_decline().await,
        }
    }

    /// Publishes a job of any payment type, with four candidates.
    async fn open_job(&mut self) {
        let mut job = complete_job();
        let (kind, rate) = [
            ("PAY_PER_HOUR", 18.0),
            ("PAY_PER_LABEL", 0.07),
            ("FIXED_PRICE", 900.0),
        ][self.random.usize(..3)];
        job["paymentType"] = json!(kind);
        job["rateAmount"] = json!(rate);
        let body = json!({"format": "opentrain_canonical", "job": job});
        let (_, draft) = self.session.post("/job-drafts", &body).await;
        let job = text(&draft["jobId"]);
        let path = format!("/jobs/{job}/publish");
        let (status, response) = self.session.post(&path, &json!({})).await;
        assert_eq!(status, 200, "{response}");
        self.session.server.clock().advance(2 * HOUR);
        self.proposals = self.session.proposals(&job).await;
    }

    async fn ask_hire(&mut self) {
        if self.proposals.is_empty() {
            self.open_job().await;
        }
        let proposal = self
            .random
            .choice(&self.proposals)
            .expect("there is one")
            .clone();
        let amount = 10 + u32::try_from(self.random.u64(..90)).expect("it is a number");
        let path = format!("/proposals/{proposal}/hire");
        self.asked(&path, &milestone(amount)).await;
    }

    async fn create_milestone(&mut self) {
        if self.contracts.is_empty() {
            return;
        }
        let contract = self.random.choice(&self.contracts).expect("there is one");
        let body = match self.random.u64(..2) {
            0 => json!({"description": "More", "volume": 7}),
            _ => json!({"description": "More", "amountUsd": 33.33}),
        };
        let path = format!("/contracts/{contract}/milestones");
        let (status, response) = self.session.post(&path, &body).await;
        assert!(matches!(status, 201 | 400 | 409), "{response}");
    }

    async fn ask(&mut self, family: &str, verb: &str) {
        let of = if family == "contracts" {
            &self.contracts
        } else {
            &self.milestones
        };
        if of.is_empty() {
            return;
        }
        let path = format!(
            "/{family}/{}/{verb}",
            self.random.choice(of).expect("there is one")
        );
        self.asked(&path, &json!({})).await;
    }

    async fn asked(&mut self, path: &str, body: &Value) {
        let (status, response) = self.session.post(path, body).await;
        assert!(matches!(status, 200 | 202 | 409), "{path}: {response}");
        if status == 202 {
            let approval = text(&response["approval"]["id"]);
            if !self.approvals.contains(&approval) {
                self.approvals.push(approval);
            }
        }
    }

    /// Confirms an approval. One that cannot be paid stays pending.
    fn confirm(&mut self) {
        let human = self.session.server.human();
        let pending = human.pending_approvals();
        if !pending.is_empty() {
            let _paid = human.confirm(&self.random.choice(&pending).expect("there is one").id);
        }
    }

    async fn top_up(&mut self) {
        let amount = 10 + self.random.u64(..300);
        let body = json!({"amountUsd": amount});
        let (_, made) = self.session.post("/credits/top-ups", &body).await;
        self.top_ups.push(text(&made["topUpId"]));
        let human = self.session.server.human();
        let top_up = self
            .random
            .choice(&self.top_ups)
            .expect("there is one")
            .clone();
        let (_, found) = self
            .session
            .get(&format!("/credits/top-ups/{top_up}"))
            .await;
        if human.pay_top_up(&top_up).is_ok() {
            self.topped_up += found["topUp"]["amountCents"].as_i64().expect("it is whole");
        }
    }

    fn change_card(&mut self) {
        let human = self.session.server.human();
        self.has_card = !self.has_card;
        if self.has_card {
            human.add_payment_method();
        } else {
            human.remove_payment_method();
        }
    }

    /// Records work; the mock refuses it on contracts without a volume and on ended ones.
    fn work(&mut self) {
        if !self.contracts.is_empty() {
            let contract = self
                .random
                .choice(&self.contracts)
                .expect("there is one")
                .clone();
            let human = self.session.server.human();
            let _done = human.record_work(&contract, 2.5);
        }
    }

    async fn wait_or_decline(&mut self) {
        let human = self.session.server.human();
        let pending = human.pending_approvals();
        if self.random.u64(..3) == 0 || pending.is_empty() {
            self.session.server.clock().advance(20 * HOUR);
            // An approval expires only when it is read.
            for approval in pending {
                self.session
                    .get(&format!("/approvals/{}", approval.id))
                    .await;
            }
        } else {
            let declined = human.decline(&self.random.choice(&pending).expect("there is one").id);
            declined.expect("it is pending");
        }
    }

    async fn check(&mut self) {
        let (_, credits) = self.session.get("/credits").await;
        check_ledger(&self.session, &credits["credits"], self.topped_up).await;
        let (_, list) = self.session.get("/contracts").await;
        self.check_escrow(&list["contracts"]);
        self.check_books(&credits["credits"]);
        self.read_feed().await;
        self.check_feed(&list["contracts"]);
        let (_, pending) = self.session.get("/payments/pending").await;
        let waiting = self.session.server.human().pending_approvals();
        let funds = waiting
            .iter()
            .filter(|approval| approval.kind == "milestone_fund");
        assert_eq!(ids(&pending["payments"]).len(), funds.count());
    }

    /// Checks that escrow is the sum of the funded milestones.
    fn check_escrow(&mut self, contracts: &Value) {
        self.contracts = ids(contracts);
        self.milestones.clear();
        let mut escrow = 0;
        for contract in contracts.as_array().expect("it is a list") {
            for milestone in contract["milestones"].as_array().expect("it is a list") {
                self.milestones.push(text(&milestone["id"]));
                if milestone["status"] == "ACTIVE_FUNDED" {
                    escrow += cents(&milestone["amountUsd"]);
                }
            }
            let hired = &contract["proposalId"];
            self.proposals.retain(|proposal| hired != proposal.as_str());
        }
        assert_eq!(self.session.server.ledger().escrow_cents, escrow);
    }

    fn check_books(&self, credits: &Value) {
        let books = self.session.server.ledger();
        assert_eq!(credits["availableCents"], books.available_cents);
        assert_eq!(credits["reservedCents"], books.reserved_cents);
        let came = books.credited_cents + books.card_charged_cents;
        let held = books.available_cents + books.escrow_cents;
        let gone = books.paid_out_cents + books.fees_cents + books.card_refunded_cents;
        assert_eq!(came, held + gone + books.debited_cents, "{books:?}");
        let all = [
            books.available_cents,
            books.reserved_cents,
            books.escrow_cents - books.reserved_cents,
            books.card_charged_cents - books.card_refunded_cents,
            books.paid_out_cents,
            books.fees_cents,
        ];
        assert!(all.iter().all(|cents| *cents >= 0), "{books:?}");
    }

    /// Records the movements of money.
    async fn movements(&self) -> BTreeSet<String> {
        let entries = ledger::whole_ledger(&self.session).await;
        let mut kinds: BTreeSet<_> = entries.iter().map(|entry| text(&entry["type"])).collect();
        if self.session.server.ledger().card_refunded_cents > 0 {
            kinds.insert("card refund".to_owned());
        }
        kinds
    }

    /// Reads on from the cursor, in pages of any size.
    async fn read_feed(&mut self) {
        loop {
            let limit = 1 + self.random.u64(..9);
            let path = format!("/updates?limit={limit}&cursor={}", self.cursor);
            let (_, page) = self.session.get(&path).await;
            let events = page["events"].as_array().expect("it is a list");
            self.events.extend(events.iter().cloned());
            self.cursor = page["nextCursor"].as_str().unwrap_or_default().to_owned();
            if page["hasMore"] == false {
                return;
            }
        }
    }

    fn check_feed(&self, contracts: &Value) {
        let reported = |kind: &str, key: &str| -> Vec<&Value> {
            let of_kind = self.events.iter().filter(|event| event["type"] == kind);
            of_kind.map(|event| &event["data"][key]).collect()
        };
        assert_eq!(
            reported("contract.created", "contractId").len(),
            self.contracts.len()
        );
        let resolved = reported("approval.confirmed", "approvalId");
        let different: BTreeSet<_> = resolved.iter().map(|id| text(id)).collect();
        let pending = self.session.server.human().pending_approvals();
        let expected = self.approvals.len() - pending.len();
        assert_eq!((resolved.len(), different.len()), (expected, expected));

        let mut states = BTreeMap::new();
        for event in self
            .events
            .iter()
            .filter(|event| event["type"] == "milestone.status_changed")
        {
            let data = &event["data"];
            let before = states.insert(text(&data["milestoneId"]), text(&data["status"]));
            assert_ne!(before.as_deref(), data["status"].as_str(), "{event}");
        }
        for contract in contracts.as_array().expect("it is a list") {
            for milestone in contract["milestones"].as_array().expect("it is a list") {
                let last = &states[milestone["id"].as_str().expect("it is a text")];
                assert_eq!(milestone["status"], last.as_str(), "{milestone}");
            }
        }
    }

    /// Checks that the whole feed equals the pages that were read, and that budgets are as its events say.
    async fn check_whole(&mut self) {
        let bit_by_bit = std::mem::take(&mut self.events);
        self.cursor.clear();
        self.read_feed().await;
        assert_eq!(self.events, bit_by_bit);
        let number = |event: &Value| text(&event["id"]).parse::<u64>().expect("it is a number");
        assert!(
            self.events
                .windows(2)
                .all(|pair| number(&pair[0]) < number(&pair[1]))
        );
        for contract in &self.contracts {
            let mut state = json!("OK");
            for event in &self.events {
                let data = &event["data"];
                let is_budget = event["type"] == "contract.budget_state_changed";
                if is_budget && data["contractId"] == contract.as_str() {
                    assert_eq!(data["previousState"], state, "{event}");
                    state = data["state"].clone();
                }
            }
            let (_, found) = self.session.get(&format!("/contracts/{contract}")).await;
            assert_eq!(found["contract"]["budget"]["state"], state);
        }
    }
}

/// Returns the cents of an amount in dollars, rounded as the service rounds.
fn cents(usd: &Value) -> i64 {
    format!("{:.0}", usd.as_f64().expect("it is a number") * 100.0)
        .parse()
        .expect("it is a number")
}
