//! The types of requests and responses.
//!
//! They are generated from the service's OpenAPI document; each is named here, so that a type that comes or goes is seen.
//! Identifiers are types of their own, string enums keep values they do not know, fields of responses are optional unless the
//! service promises them. The optional fields of requests have setters.
//!
//! [`Event`] and [`EventData`] are the form of the wire, with the fields of every type side by side; [`opentrain::Event`](crate::Event)
//! has them by type.
//!
//! ```
//! use opentrain::types::{CreateMilestoneRequest, Date, ErrorCode, JobId};
//!
//! let job = JobId::from("job_9xT");
//! assert!(job == "job_9xT" && ErrorCode::NotFound == "NOT_FOUND");
//!
//! let due: Date = "2026-03-20".parse()?;
//! let request = CreateMilestoneRequest::new("The third batch".into()).volume(40).due_date(due);
//! assert_eq!(
//!     serde_json::to_string(&request)?,
//!     r#"{"description":"The third batch","dueDate":"2026-03-20","volume":40}"#,
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use opentrain_api::agent::types::{
    AgentRegistration, AgentRegistrationRequest, ClaimAttempt, ClaimRequest, ClaimToken,
    ExchangeTokenRequest, ExchangedToken, GrantType, IdentityType, OAuthErrorCode, RegistrationId,
    RevokeTokenRequest, RevokedToken, UserCode, VerificationUri,
};
pub use opentrain_api::public::types::{
    AccountCapabilities, AccountContext, AccountKind, Actor, AiInterview, ApiVersion, Approval,
    ApprovalId, ApprovalRequested, ApprovalResponse, ApprovalResult, ApprovalStatus, ApprovalType,
    AuthBootstrap, Availability, Bid, BidUnit, BudgetConsumption, BudgetMilestone, BudgetState,
    Candidate, CandidateVerification, CapabilitiesNamespace, ClosedJob, ClosedJobStatus, Contract,
    ContractBudget, ContractDetail, ContractEnded, ContractFreelancer, ContractId, ContractList,
    ContractResponse, ContractStatus, ConversationBucket, ConversationFilter, ConversationId,
    ConversationStarted, ConversationSummary, CreateCreditTopUpRequest, CreateJobDraftRequest,
    CreateMilestoneRequest, CreateTokenRequest, CreateWebhookRequest, CreditBalance,
    CreditLedgerEntry, CreditLedgerEntryId, CreditLedgerEntryType, CreditLedgerPage, CreditTopUp,
    CreditTopUpCreated, CreditTopUpResponse, CreditTopUpStatus, CreditsResponse, CurrentAccount,
    CurrentToken, Cursor, DataVolumeUnit, DraftPatch, DraftValidation, EmploymentType, ErrorCode,
    ErrorDetails, ErrorReason, Event, EventData, EventId, EventType, ExperienceLevel,
    ExpertiseLevel, Facet, FeatureKey, FreelancerIdOrSlug, FreelancerInvited, FreelancerLanguage,
    FreelancerProfile, FreelancerResponse, FreelancerReview, FreelancerSkills, FreelancerStats,
    HireMilestone, HireRequest, IdentityVerification, ImportFormat, Interview, InterviewId,
    InterviewMessage, InterviewMessageId, InterviewResponse, InterviewRole,
    InviteFreelancerRequest, InviteTeamMemberRequest, InvoiceId, JobChange, JobChangeType,
    JobChanges, JobClosed, JobDraftCapabilities, JobDraftContract, JobDraftCreated, JobDraftSource,
    JobDraftUpdated, JobFacets, JobId, JobPay, JobProposalsPage, JobPublished, JobSearchPage,
    JobStatus, JobUpdated, LabelExperience, LabelExperienceId, LanguageProficiency, LastMessage,
    LocationVerification, LocationVerificationMethod, LocationVerificationStatus, Message,
    MessageDirection, MessageId, MessageSent, MessagesPage, Milestone, MilestoneId,
    MilestoneResponse, MilestoneStatus, MissingField, MissingFieldType, Moderation,
    ModerationDecision, MyJob, MyJobsPage, OrganizationId, PayType, PaymentIntentId, PaymentJob,
    PaymentMilestone, PayoutTransactionId, PendingPayment, PendingPaymentList,
    PendingPaymentStatus, ProposalContract, ProposalCounts, ProposalDetail, ProposalId,
    ProposalMetrics, ProposalResponse, ProposalState, ProposalStatus, ProposalSummary, PublicJob,
    PublishAttemptId, PublishSideEffects, RequestId, ResourceId, ReviewId, RolloutMode, Scope,
    SendMessageRequest, SideEffectStatus, TalentType, Team, TeamInvite, TeamInviteId,
    TeamInviteOutcome, TeamInvited, TeamMember, TeamOrganization, TeamResponse, TeamRole,
    TokenCreated, TokenId, TokenList, TokenMetadata, TokenRevoked, TokenStatus, TokenType, TopUpId,
    UnmappedField, UpdatesPage, UserId, UserType, WebhookCreated, WebhookDeleted, WebhookId,
    WebhookList, WebhookResponse, WebhookSecret, WebhookStatus, WebhookSubscription,
};
pub use opentrain_api::{
    ApiToken, Date, InvalidDate, InvalidTimestamp, InvalidToken, InvalidUsd, Timestamp, Usd,
};
