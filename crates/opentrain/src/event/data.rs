//! Data of an event, by type.

use opentrain_api::runtime::{DecodeError, decode_json};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::call::lenient;
use crate::types::{
    ApprovalId, ApprovalStatus, BudgetState, ContractId, ConversationId, EventType, InvoiceId,
    JobId, MessageId, MilestoneId, MilestoneStatus, PayType, ProposalId, ProposalStatus,
};

/// Data of an event, by the event's type.
///
/// The documentation promises no field, so all of them may be absent. Fields that this version does not know are in the JSON of the
/// event.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum EventData {
    /// `proposal.received`: a new proposal for one of the account's jobs.
    ProposalReceived(ProposalReceived),
    /// `proposal.status_changed`: a proposal was shortlisted, hired, declined and so on.
    ProposalStatusChanged(ProposalStatusChanged),
    /// `message.received`: a message in a conversation of the account.
    MessageReceived(MessageReceived),
    /// `contract.created`: a hire was completed.
    ContractCreated(ContractCreated),
    /// `milestone.status_changed`: a milestone was created, funded, paid or cancelled.
    MilestoneStatusChanged(MilestoneStatusChanged),
    /// `payment.pending`: an invoice waits for action.
    PaymentPending(PaymentPending),
    /// `approval.confirmed`: an approval reached a final state, despite the name not only `confirmed`.
    ApprovalConfirmed(ApprovalConfirmed),
    /// `contract.budget_state_changed`: a budget moved between `OK`, `LOW` and `DEPLETED`.
    ContractBudgetStateChanged(ContractBudgetStateChanged),
    /// A type that this version does not know, or data that contradicts the documentation of its type.
    Unknown {
        /// Type of the event.
        kind: EventType,
        /// The data as JSON; null if there is none.
        data: serde_json::Value,
    },
}

impl EventData {
    /// Reads the data of a type. Absent data of a known type is data without fields.
    pub(super) fn read(kind: &EventType, raw: Option<&RawValue>) -> Result<Self, DecodeError> {
        let json = raw.map(RawValue::get);
        let exact = json.unwrap_or("{}");
        let known =
            Self::known(kind, exact).or_else(|| Self::known(kind, &lenient::repair(exact)?));
        match known {
            Some(data) => Ok(data),
            None => Ok(Self::Unknown {
                kind: kind.clone(),
                data: decode_json(json.unwrap_or("null").as_bytes())?,
            }),
        }
    }

    /// Reads the data of a known type. `None` if the type is unknown or the data contradicts it.
    fn known(kind: &EventType, json: &str) -> Option<Self> {
        match kind {
            EventType::ProposalReceived => read_as(json, Self::ProposalReceived),
            EventType::ProposalStatusChanged => read_as(json, Self::ProposalStatusChanged),
            EventType::MessageReceived => read_as(json, Self::MessageReceived),
            EventType::ContractCreated => read_as(json, Self::ContractCreated),
            EventType::MilestoneStatusChanged => read_as(json, Self::MilestoneStatusChanged),
            EventType::PaymentPending => read_as(json, Self::PaymentPending),
            EventType::ApprovalConfirmed => read_as(json, Self::ApprovalConfirmed),
            EventType::ContractBudgetStateChanged => {
                read_as(json, Self::ContractBudgetStateChanged)
            }
            _ => None,
        }
    }
}

fn read_as<T: DeserializeOwned>(json: &str, variant: fn(T) -> EventData) -> Option<EventData> {
    // A sequence would decode as a struct too.
    let is_object = json.starts_with('{');
    let data = is_object.then(|| serde_json::from_str(json).ok())?;
    data.map(variant)
}

/// Declares the data of one type of event: a struct whose fields are all optional.
macro_rules! event_data {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident { $($(#[doc = $field_doc:literal])* $field:ident: $type:ty,)* }
    )*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub struct $name {
            $($(#[doc = $field_doc])*
            #[serde(skip_serializing_if = "Option::is_none")]
            pub $field: Option<$type>,)*
        }
    )*};
}

event_data! {
    /// Data of `proposal.received`. Needs the scope `proposals:read`.
    ProposalReceived {
        /// The proposal.
        proposal_id: ProposalId,
        /// The job.
        job_id: JobId,
    }

    /// Data of `proposal.status_changed`. Needs the scope `proposals:read`.
    ProposalStatusChanged {
        /// The proposal.
        proposal_id: ProposalId,
        /// The new state.
        status: ProposalStatus,
    }

    /// Data of `message.received`. Needs the scope `messages:read`.
    MessageReceived {
        /// The conversation.
        conversation_id: ConversationId,
        /// The message.
        message_id: MessageId,
    }

    /// Data of `contract.created`. Needs the scope `payments:read`.
    ContractCreated {
        /// The contract.
        contract_id: ContractId,
        /// The job.
        job_id: JobId,
        /// The proposal that was accepted.
        proposal_id: ProposalId,
    }

    /// Data of `milestone.status_changed`. Needs the scope `payments:read`.
    MilestoneStatusChanged {
        /// The milestone.
        milestone_id: MilestoneId,
        /// The contract.
        contract_id: ContractId,
        /// The new state.
        status: MilestoneStatus,
    }

    /// Data of `payment.pending`. Needs the scope `payments:read`.
    PaymentPending {
        /// The invoice.
        invoice_id: InvoiceId,
        /// The milestone.
        milestone_id: MilestoneId,
        /// The contract.
        contract_id: ContractId,
    }

    /// Data of `approval.confirmed`. Needs the scope `payments:read`.
    ApprovalConfirmed {
        /// The approval.
        approval_id: ApprovalId,
        /// The final state: confirmed, declined or expired.
        status: ApprovalStatus,
    }

    /// Data of `contract.budget_state_changed`. Needs the scope `payments:read`.
    ContractBudgetStateChanged {
        /// The contract.
        contract_id: ContractId,
        /// State of the budget before.
        previous_state: BudgetState,
        /// State of the budget now.
        state: BudgetState,
        /// Way of paying of the contract, which gives the volumes their unit: hours or labels.
        payment_type: PayType,
        /// Volume that is funded, in the contract's unit.
        funded_volume: f64,
        /// Volume that is consumed, in the contract's unit.
        consumed_volume: f64,
        /// Volume that is left, in the contract's unit.
        remaining_volume: f64,
        /// Consumed over funded volume.
        consumed_fraction: f64,
    }
}
