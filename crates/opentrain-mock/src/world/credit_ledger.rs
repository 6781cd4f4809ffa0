//! Credits: the ledger, the balance, and every movement of money.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use crate::error::{MockErrorKind, NumberError};
use crate::ledger::{Charge, FundingSource, Ledger, LedgerOverflow};
use crate::page;
use crate::request::{AuthorisedRequest, Outcome, Success};
use crate::response_body::ListBody;
use crate::time::wire;

/// Default and largest page size.
const LIMIT_DEFAULT: usize = 50;
const LIMIT_CAP: usize = 100;
/// Number of entries that the balance shows.
const RECENT: usize = 10;

/// Movement of credits.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct CreditEntry {
    id: String,
    account: String,
    kind: EntryKind,
    /// Signed: holds, captures and corrections downwards are negative.
    cents: i64,
    at: Timestamp,
    about: EntryDetails,
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
pub(crate) struct EntryDetails {
    pub(crate) hold: Option<String>,
    pub(crate) links: EntryLinks,
    pub(crate) top_up: Option<String>,
    pub(crate) note: Option<String>,
}

/// Proposal, contract and milestone of a movement.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct EntryLinks {
    pub(crate) proposal: Option<String>,
    pub(crate) contract: Option<String>,
    pub(crate) milestone: Option<String>,
}

/// Money in escrow for a milestone.
pub(crate) struct EscrowedAmount {
    pub(crate) cents: i64,
    pub(crate) source: FundingSource,
    pub(crate) links: EntryLinks,
}

/// Way out of escrow.
#[derive(Clone, Copy, Debug)]
pub(crate) enum EscrowExit {
    /// Payment to the AI trainer.
    PaidOut,
    /// Return to the source of the money.
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

impl CreditEntry {
    fn to_json(&self) -> Value {
        let EntryDetails {
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
    /// Handles `GET /credits`, with zeros for an account that never had credits.
    pub(super) fn credits_balance(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        let ledger = &self.account(caller)?.ledger;
        let entries = self.saved.credit_entries.iter().rev();
        let own = entries.filter(|entry| entry.account == caller.account);
        let recent = own.take(RECENT).map(CreditEntry::to_json);
        Ok(Success::ok(json!({
            "credits": {
                "availableCents": ledger.available_cents,
                "reservedCents": ledger.reserved_cents,
                "currency": "usd",
                "recentEntries": recent.collect::<Vec<_>>(),
            },
        })))
    }

    /// Handles `GET /credits/ledger`, newest first.
    pub(super) fn credits_ledger(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        let limit = page::limit_within(&request.query, LIMIT_DEFAULT, LIMIT_CAP)?;
        let is_own = |entry: &CreditEntry| entry.account == caller.account;
        let entries = self
            .saved
            .credit_entries
            .newest_before(request.query.get("cursor"), is_own)
            .ok_or_else(page::unknown_cursor)?;
        let page = page::take(entries, limit, |entry| entry.id.clone());
        let mut entries = ListBody::new("entries");
        for entry in page.items {
            entries.push(self.ledger_texts.text(entry, CreditEntry::to_json));
        }
        Ok(Success::ok(
            entries.end(&json!({ "nextCursor": page.next_cursor })),
        ))
    }

    /// Charges the card if there is one, else the credits.
    pub(super) fn charge(
        &mut self,
        account: &str,
        charge: Charge,
        links: &EntryLinks,
    ) -> Result<FundingSource, MockErrorKind> {
        let found = self.saved.accounts.get(account);
        if found.is_none_or(|account| account.has_payment_method) {
            self.book(account, |ledger| ledger.charge_card(charge))?;
            return Ok(FundingSource::Card);
        }
        self.book(account, |ledger| ledger.charge_credits(charge))?;
        let about = EntryDetails {
            links: links.clone(),
            ..EntryDetails::default()
        };
        let hold = self.record(account, EntryKind::Hold, -charge.total_cents(), about);
        if charge.fee_cents() > 0 {
            let mut about = following(&hold, links);
            about.note = Some("Fees".to_owned());
            self.record(account, EntryKind::Capture, -charge.fee_cents(), about);
        }
        Ok(FundingSource::Credits { hold })
    }

    /// Moves the money of milestones out of escrow: of all of them, or of none.
    pub(super) fn leave_escrow(
        &mut self,
        account: &str,
        exit: EscrowExit,
        held: &[EscrowedAmount],
    ) -> Result<(), MockErrorKind> {
        self.book(account, |ledger| {
            held.iter().try_for_each(|held| match exit {
                EscrowExit::PaidOut => ledger.pay_out(held.cents, &held.source),
                EscrowExit::GivenBack => ledger.give_back(held.cents, &held.source),
            })
        })?;
        for EscrowedAmount {
            cents,
            source,
            links,
        } in held
        {
            if let FundingSource::Credits { hold } = source {
                let about = following(hold, links);
                let (kind, cents) = match exit {
                    EscrowExit::PaidOut => (EntryKind::Capture, -cents),
                    EscrowExit::GivenBack => (EntryKind::HoldRelease, *cents),
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
        about: EntryDetails,
    ) -> Result<(), MockErrorKind> {
        self.book(account, |ledger| ledger.adjust(cents))?;
        self.record(account, kind, cents, about);
        Ok(())
    }

    /// Books a change as a whole, or refuses it.
    fn book(
        &mut self,
        account: &str,
        change: impl FnOnce(&mut Ledger) -> Result<(), LedgerOverflow>,
    ) -> Result<(), MockErrorKind> {
        let Some(found) = self.saved.accounts.get(account) else {
            return Ok(());
        };
        let mut ledger = found.ledger.clone();
        change(&mut ledger)
            .map_err(|LedgerOverflow| NumberError::LedgerOverflow(account.to_owned()))?;
        if let Some(found) = self.saved.accounts.get_mut(account) {
            found.ledger = ledger;
        }
        Ok(())
    }

    /// Adds an entry and returns its id.
    fn record(
        &mut self,
        account: &str,
        kind: EntryKind,
        cents: i64,
        about: EntryDetails,
    ) -> String {
        let id = self.next_id("led");
        let entry = CreditEntry {
            id: id.clone(),
            account: account.to_owned(),
            kind,
            cents,
            at: self.now(),
            about,
        };
        self.saved.credit_entries.insert(&id, entry);
        id
    }
}

/// Returns the links of a movement that follows a hold.
fn following(hold: &str, links: &EntryLinks) -> EntryDetails {
    EntryDetails {
        hold: Some(hold.to_owned()),
        links: links.clone(),
        ..EntryDetails::default()
    }
}
