//! Decoders of the raw client: each type that a body is read as, by status. A value that was read is written so that it can be read again.
#![no_main]

use http::StatusCode;
use libfuzzer_sys::fuzz_target;
use opentrain_api::runtime::{Decode, DecodeError};
use opentrain_api::{agent, public};
use opentrain_fuzz::{STATUSES, check_message};
use serde::Serialize;
use serde::de::DeserializeOwned;

type Decoder = fn(StatusCode, &[u8]) -> Result<(), DecodeError>;

fn read_and_write<T: Serialize + DeserializeOwned>(
    status: StatusCode,
    body: &[u8],
) -> Result<(), DecodeError> {
    let value = T::decode(status, body)?;
    if size_of::<T>() > 0 {
        let written = serde_json::to_vec(&value).expect("values of the API are written as JSON");
        T::decode(status, &written).expect("a value is read as it is written");
    }
    Ok(())
}

fn read<T: Decode>(status: StatusCode, body: &[u8]) -> Result<(), DecodeError> {
    T::decode(status, body).map(drop)
}

macro_rules! decoders {
    ($($module:ident: $($name:ident)*;)*) => {
        [$($(read_and_write::<$module::types::$name>,)*)*]
    };
}

/// Types of successes and failures of all operations.
const DECODERS: [Decoder; 45] = decoders! {
    public: ApprovalRequested ApprovalResponse ContractList ContractResponse ConversationStarted CreditLedgerPage
        CreditTopUpCreated CreditTopUpResponse CreditsResponse CurrentAccount ErrorEnvelope FreelancerInvited FreelancerResponse
        InterviewResponse JobChanges JobClosed JobDraftCapabilities JobDraftCreated JobDraftUpdated JobFacets JobProposalsPage
        JobPublished JobSearchPage JobUpdated MessageSent MessagesPage MilestoneResponse MyJobsPage PendingPaymentList
        ProposalResponse PublicJob TeamInvited TeamResponse TokenCreated TokenList TokenRevoked UpdatesPage WebhookCreated
        WebhookDeleted WebhookList WebhookResponse;
    agent: AgentRegistration ClaimAttempt ExchangedToken OAuthError;
};

/// Types that the status selects.
const BY_STATUS: [Decoder; 2] = [
    read::<public::types::ContractsEndOutcome>,
    read::<public::types::JobsGetError>,
];

fuzz_target!(|input: &[u8]| {
    let [decoder, status, body @ ..] = input else {
        return;
    };
    let decoders = DECODERS.len() + BY_STATUS.len();
    let number = usize::from(*decoder) % decoders;
    let decoder = DECODERS.iter().chain(&BY_STATUS).nth(number);
    let status = STATUSES[usize::from(*status) % STATUSES.len()];
    let status = StatusCode::from_u16(status).expect("it is a status");
    if let Err(error) = decoder.expect("the number is below")(status, body) {
        check_message(&error);
    }
});
