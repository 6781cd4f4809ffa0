//! Types of the wire as a program has them that was written for this API alone: closed enums, instants of jiff, amounts as decimals.
#![expect(
    dead_code,
    reason = "only decoded or only encoded, as far as it is measured"
)]

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CurrentAccount {
    actor: Actor,
    token: CurrentToken,
    account: AccountContext,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Actor {
    user_id: String,
    email: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    full_name: Option<String>,
    user_type: Option<UserType>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum UserType {
    Employer,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CurrentToken {
    id: String,
    label: Option<String>,
    scopes: Option<Vec<Scope>>,
    owner_organization_id: Option<String>,
}

#[derive(Deserialize)]
enum Scope {
    #[serde(rename = "jobs:read")]
    JobsRead,
    #[serde(rename = "jobs:write")]
    JobsWrite,
    #[serde(rename = "proposals:read")]
    ProposalsRead,
    #[serde(rename = "proposals:write")]
    ProposalsWrite,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccountContext {
    kind: Option<AccountKind>,
    organization_id: Option<String>,
    owner_user_id: Option<String>,
    member_role: Option<TeamRole>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum AccountKind {
    EmployerOrganization,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum TeamRole {
    Owner,
    Member,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobSearchPage {
    pub(crate) jobs: Vec<PublicJob>,
    next_cursor: Option<String>,
    generated_at: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PublicJob {
    id: String,
    slug: Option<String>,
    title: Option<String>,
    company_name: Option<String>,
    description_text: Option<String>,
    description_html: Option<String>,
    seo_title: Option<String>,
    summary: Option<String>,
    status: Option<JobStatus>,
    date_posted: Option<Timestamp>,
    valid_through: Option<Timestamp>,
    updated_at: Option<Timestamp>,
    employment_types: Option<Vec<EmploymentType>>,
    countries: Option<Vec<String>>,
    languages: Option<Vec<String>>,
    category: Option<String>,
    data_type: Option<String>,
    label_types: Option<Vec<String>>,
    labeling_software: Option<String>,
    experience_level: Option<String>,
    skills: Option<Vec<String>>,
    pay: Option<JobPay>,
    url: Option<String>,
    apply_url: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum JobStatus {
    Draft,
    Open,
    Ongoing,
    Completed,
    Archived,
    PendingApproval,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum EmploymentType {
    Contractor,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JobPay {
    payment_type: Option<PayType>,
    currency: Option<String>,
    hourly_rate: Option<Decimal>,
    hourly_min: Option<Decimal>,
    hourly_max: Option<Decimal>,
    fixed_price: Option<Decimal>,
    per_label_rate: Option<Decimal>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum PayType {
    PayPerHour,
    FixedPrice,
    PayPerLabel,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdatesPage {
    pub(crate) events: Vec<Event>,
    next_cursor: Option<String>,
    has_more: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: EventType,
    api_version: Option<String>,
    created_at: Option<Timestamp>,
    resource_id: Option<String>,
    job_id: Option<String>,
    data: Option<EventData>,
}

#[derive(Deserialize)]
enum EventType {
    #[serde(rename = "proposal.received")]
    ProposalReceived,
    #[serde(rename = "proposal.status_changed")]
    ProposalStatusChanged,
    #[serde(rename = "message.received")]
    MessageReceived,
    #[serde(rename = "contract.created")]
    ContractCreated,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventData {
    approval_id: Option<String>,
    consumed_fraction: Option<f64>,
    consumed_volume: Option<f64>,
    contract_id: Option<String>,
    conversation_id: Option<String>,
    funded_volume: Option<f64>,
    invoice_id: Option<String>,
    job_id: Option<String>,
    message_id: Option<String>,
    milestone_id: Option<String>,
    payment_type: Option<PayType>,
    previous_state: Option<String>,
    proposal_id: Option<String>,
    remaining_volume: Option<f64>,
    state: Option<String>,
    status: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreditLedgerPage {
    pub(crate) entries: Vec<CreditLedgerEntry>,
    next_cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreditLedgerEntry {
    id: String,
    #[serde(rename = "type")]
    kind: CreditLedgerEntryType,
    amount_cents: i64,
    created_at: Option<Timestamp>,
    hold_entry_id: Option<String>,
    joboffer_id: Option<String>,
    contract_id: Option<String>,
    milestone_id: Option<String>,
    top_up_id: Option<String>,
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum CreditLedgerEntryType {
    TopUp,
    Hold,
    HoldRelease,
    Capture,
    Refund,
    Adjustment,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobDraftUpdated {
    pub(crate) ok: bool,
    job_id: String,
    status: JobStatus,
    draft_url: String,
    validation: DraftValidation,
    review_url: Option<String>,
    missing_fields: Option<Vec<Value>>,
    normalized_fields: Option<serde_json::Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DraftValidation {
    publish_ready: bool,
    issue_count: Option<i64>,
    missing_field_count: Option<i64>,
    missing_fields: Option<Vec<String>>,
    issues: Option<Vec<Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorEnvelope {
    error: String,
    pub(crate) code: ErrorCode,
    request_id: String,
    details: Option<serde_json::Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ErrorCode {
    BadRequest,
    Unauthorized,
    Forbidden,
    NotFound,
    Conflict,
}

macro_rules! patch_fields {
    ($($name:ident: $ty:ty = $value:expr,)*) => {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        pub(crate) struct DraftPatch {
            $(#[serde(skip_serializing_if = "Option::is_none")] $name: Option<$ty>,)*
        }

        /// Returns changes of every key that is documented.
        pub(crate) fn patch() -> DraftPatch {
            DraftPatch { $($name: Some($value),)* }
        }
    };
}

patch_fields! {
    job_title: String = String::from("Dialect tagging"),
    job_description: String = String::from("Tag short clips by dialect."),
    payment_type: PayType = PayType::PayPerHour,
    price_per_hour: f64 = 18.5,
    price_per_label: f64 = 0.08,
    fixed_price: f64 = 900.0,
    experience_level: String = String::from("EXPERT"),
    headcount: i64 = 3,
    data_volume: f64 = 40.0,
    data_volume_unit: String = String::from("NUMBER_OF_FILES"),
    languages: Vec<String> = vec![String::from("German")],
    countries: Vec<String> = vec![String::from("BR")],
    label_types: Vec<String> = vec![String::from("Classification")],
    labeling_overview: String = String::from("One label a clip."),
    dataset_description: String = String::from("Clips of ten seconds."),
    data_type: String = String::from("Audio"),
    subject_matter: String = String::from("Speech"),
    labeling_software: String = String::from("Label Studio"),
    ai_interview_requirements: String = String::from("Speaks the dialect."),
    budget_range: String = String::from("1000-2000"),
    workload_desc: String = String::from("Ten hours a week."),
    time_requirement: String = String::from("part time"),
    project_duration: String = String::from("three months"),
    project_scope: String = String::from("small"),
    freelancer_type: String = String::from("individual"),
    visibility: String = String::from("public"),
}
