//! Invoices for the funding of milestones.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::events::{EventContent, EventKind};
use super::job::Job;
use crate::json_number::usd_of_cents;
use crate::request::{AuthorisedRequest, Outcome, Success};
use crate::time::wire;

/// Invoice for the funding of a milestone.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Invoice {
    pub(crate) id: String,
    /// Number for humans.
    number: u64,
    account: String,
    contract_id: String,
    milestone_id: String,
    cents: i64,
    status: InvoiceStatus,
    created_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum InvoiceStatus {
    Open,
    Paid,
    /// Not to be paid any more.
    Void,
}

impl Invoice {
    pub(super) fn number(&self) -> u64 {
        self.number
    }
}

impl World {
    /// Handles `GET /payments/pending`, newest first, all in one response.
    pub(super) fn payments_pending(&mut self, request: &AuthorisedRequest) -> Outcome {
        let caller = request.caller()?;
        let invoices = self.saved.invoices.iter().rev();
        let open = invoices.filter(|invoice| {
            invoice.account == caller.account && invoice.status == InvoiceStatus::Open
        });
        let payments: Vec<_> = open.map(|invoice| self.payment(invoice)).collect();
        Ok(Success::ok(json!({ "payments": payments })))
    }

    fn payment(&self, invoice: &Invoice) -> Value {
        let contract = self.saved.contracts.get(&invoice.contract_id);
        let milestone = contract.and_then(|contract| contract.milestone(&invoice.milestone_id));
        let job = contract.and_then(|contract| self.saved.jobs.get(&contract.job_id));
        json!({
            "id": invoice.id,
            "status": "PENDING_FUNDING",
            "invoiceKind": "FUNDING",
            "viewerRole": "EMPLOYER",
            "amountUsd": usd_of_cents(invoice.cents),
            "createdAt": wire(invoice.created_at),
            "invoiceNumber": invoice.number,
            "job": job.map(|job| json!({ "id": job.id, "title": Job::title(job) })),
            "milestone": milestone.map(|milestone| json!({ "id": milestone.id, "name": milestone.name })),
        })
    }

    /// Adds an invoice that waits for its payment, and returns its id.
    pub(super) fn open_invoice(&mut self, contract: &str, milestone: &str, cents: i64) -> String {
        let id = self.add_invoice(contract, milestone, cents, InvoiceStatus::Open);
        let Some(found) = self.saved.contracts.get(contract) else {
            return id;
        };
        let change = EventContent {
            account: found.account.clone(),
            kind: EventKind::PaymentPending,
            resource: id.clone(),
            job: Some(found.job_id.clone()),
            data: json!({ "invoiceId": id, "milestoneId": milestone, "contractId": contract }),
        };
        self.announce(change);
        id
    }

    /// Adds an invoice that is already paid, and returns its id.
    pub(super) fn paid_invoice(&mut self, contract: &str, milestone: &str, cents: i64) -> String {
        self.add_invoice(contract, milestone, cents, InvoiceStatus::Paid)
    }

    pub(super) fn invoice_paid(&mut self, id: &str) {
        self.set_invoice(id, InvoiceStatus::Paid);
    }

    /// Voids an invoice.
    pub(super) fn void_invoice(&mut self, id: &str) {
        self.set_invoice(id, InvoiceStatus::Void);
    }

    fn set_invoice(&mut self, id: &str, status: InvoiceStatus) {
        if let Some(invoice) = self.saved.invoices.get_mut(id) {
            invoice.status = status;
        }
    }

    fn add_invoice(
        &mut self,
        contract: &str,
        milestone: &str,
        cents: i64,
        status: InvoiceStatus,
    ) -> String {
        let id = self.next_id("inv");
        let account = self
            .saved
            .contracts
            .get(contract)
            .map(|contract| contract.account.clone());
        let invoice = Invoice {
            id: id.clone(),
            number: self.last_number("inv"),
            account: account.unwrap_or_default(),
            contract_id: contract.to_owned(),
            milestone_id: milestone.to_owned(),
            cents,
            status,
            created_at: self.now(),
        };
        self.saved.invoices.insert(&id, invoice);
        id
    }
}
