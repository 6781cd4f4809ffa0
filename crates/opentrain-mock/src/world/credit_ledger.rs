//! Credits: the ledger, the balance, and every movement of money.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use crate::error::{Kind, SumFault};
use crate::ledger::{Books, Charge, Source, Unbookable};
use crate::page;
use crate::request::{Call, Outcome, Reply};
use crate::time::wire;

/// Default and largest page size.
const LIMIT_DEFAULT: usize = 50;
const LIMIT_CAP: usize = 100;
/// Number of entries that the balance shows.
const RECENT: usize = 10;

/// Movement of credits.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct LedgerEntry {
    id: String,
    account: String,
    kind: EntryKind,
    /// Signed: holds, captures and corrections downwards are negative.
    cents: i64,
    at: Timestamp,
    about: About,
}

/// Type of a movement. No operation leads to `REFUND`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum EntryKind {
    TopUp,
    Hold,
    HoldRelease,
    Capture,
    Adjustment,
}

/// Links and note of a movement.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct About {
    pub(crate) hold: Option<String>,
    pub(crate) links: Links,
    pub(crate) top_up: Option<String>,
    pub(crate) note: Option<String>,
}

/// Proposal, contract and milestone of a movement.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Links {
    pub(crate) proposal: Option<String>,
    pub(crate) contract: Option<String>,
    pub(crate) milestone: Option<String>,
}

/// Money in escrow for a milestone.
pub(crate) struct Held {
    pub(crate) cents: i64,
    pub(crate) source: Source,
    pub(crate) links: Links,
}

/// Way out of escrow.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    /// To the AI trainer.
    PaidOut,
    /// Back to its source.
    GivenBack,
}

impl EntryKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::TopUp => "TOP_UP",
            Self::Hold => "HOLD",
            Self::HoldRelease => "HOLD_RELEASE",
            Self::Capture => "CAPTURE",
            Self::Adjustment => "ADJUSTMENT",
        }
    }
}

impl LedgerEntry {
    fn to_json(&self) -> Value {
        let About {
            hold,
            links,
            top_up,
            note,
        } = &self.about;
        json!({
            "id": self.id,
            "type": self.kind.as_str(),
            "amountCents": self.cents,
            "createdAt": wire(self.at),
            "holdEntryId": hold,
            "jobofferId": links.proposal,
            "contractId": links.contract,
            "milestoneId": links.milestone,
            "topUpId": top_up,
            "note": note,
        })
    }
}

impl World {
    /// Answers `GET /credits`, with zeros for an account that never had credits.
    pub(super) fn credits_balance(&mut self, call: &Call) -> Outcome {
        let caller = call.caller()?;
        let books = &self.account(caller)?.books;
        let entries = self.ledger.iter().rev();
        let own = entries.filter(|entry| entry.account == caller.account);
        let recent = own.take(RECENT).map(LedgerEntry::to_json);
        Ok(Reply::ok(json!({
            "credits": {
                "availableCents": books.available_cents,
                "reservedCents": books.reserved_cents,
                "currency": "usd",
                "recentEntries": recent.collect::<Vec<_>>(),
            },
        })))
    }

    /// Answers `GET /credits/ledger`, newest first.
    pub(super) fn credits_ledger(&mut self, call: &Call) -> Outcome {
        let caller = call.caller()?;
        let limit = page::limit_within(&call.query, LIMIT_DEFAULT, LIMIT_CAP)?;
        let is_own = |entry: &LedgerEntry| entry.account == caller.account;
        let entries = self
            .ledger
            .newest_before(call.query.get("cursor"), is_own)
            .ok_or_else(page::unknown_cursor)?;
        let page = page::take(entries, limit, |entry| entry.id.clone());
        let entries = page.items.into_iter().map(LedgerEntry::to_json);
        Ok(Reply::ok(json!({
            "entries": entries.collect::<Vec<_>>(),
            "nextCursor": page.next_cursor,
        })))
    }

    /// Returns the owner of an account whose books do not add up, if there is one.
    pub(super) fn unsound_account(&self) -> Option<&str> {
        let mut accounts = self.accounts.iter();
        let unsound = accounts.find(|account| !account.books.is_sound());
        unsound.map(|account| account.owner.as_str())
    }

    /// Charges the card if there is one, else the credits.
    pub(super) fn charge(
        &mut self,
        account: &str,
        charge: Charge,
        links: &Links,
    ) -> Result<Source, Kind> {
        let found = self.accounts.get(account);
        if found.is_none_or(|account| account.has_payment_method) {
            self.book(account, |books| books.charge_card(charge))?;
            return Ok(Source::Card);
        }
        self.book(account, |books| books.charge_credits(charge))?;
        let about = About {
            links: links.clone(),
            ..About::default()
        };
        let hold = self.record(account, EntryKind::Hold, -charge.total_cents(), about);
        if charge.fee_cents() > 0 {
            let mut about = following(&hold, links);
            about.note = Some("Fees".to_owned());
            self.record(account, EntryKind::Capture, -charge.fee_cents(), about);
        }
        Ok(Source::Credits { hold })
    }

    /// Moves the money of milestones out of escrow: of all of them, or of none.
    pub(super) fn leave_escrow(
        &mut self,
        account: &str,
        way: Way,
        held: &[Held],
    ) -> Result<(), Kind> {
        self.book(account, |books| {
            held.iter().try_for_each(|held| match way {
                Way::PaidOut => books.pay_out(held.cents, &held.source),
                Way::GivenBack => books.give_back(held.cents, &held.source),
            })
        })?;
        for Held {
            cents,
            source,
            links,
        } in held
        {
            if let Source::Credits { hold } = source {
                let about = following(hold, links);
                let (kind, cents) = match way {
                    Way::PaidOut => (EntryKind::Capture, -cents),
                    Way::GivenBack => (EntryKind::HoldRelease, *cents),
                };
                self.record(account, kind, cents, about);
            }
        }
        Ok(())
    }

    /// Books a change of the credits, with its entry.
    pub(super) fn adjust_credits(
        &mut self,
        account: &str,
        kind: EntryKind,
        cents: i64,
        about: About,
    ) -> Result<(), Kind> {
        self.book(account, |books| books.adjust(cents))?;
        self.record(account, kind, cents, about);
        Ok(())
    }

    /// Books a change as a whole, or refuses it.
    fn book(
        &mut self,
        account: &str,
        change: impl FnOnce(&mut Books) -> Result<(), Unbookable>,
    ) -> Result<(), Kind> {
        let Some(found) = self.accounts.get(account) else {
            return Ok(());
        };
        let mut books = found.books.clone();
        change(&mut books).map_err(|Unbookable| SumFault::Unbookable(account.to_owned()))?;
        if let Some(found) = self.accounts.get_mut(account) {
            found.books = books;
        }
        Ok(())
    }

    /// Adds an entry and returns its id.
    fn record(&mut self, account: &str, kind: EntryKind, cents: i64, about: About) -> String {
        let id = self.next_id("led");
        let entry = LedgerEntry {
            id: id.clone(),
            account: account.to_owned(),
            kind,
            cents,
            at: self.now(),
            about,
        };
        self.ledger.insert(&id, entry);
        id
    }
}

/// Returns the links of a movement that follows a hold.
fn following(hold: &str, links: &Links) -> About {
    About {
        hold: Some(hold.to_owned()),
        links: links.clone(),
        ..About::default()
    }
}
