//! Reason of a refusal, typed by `details.reason` or, if that is missing, by the fields of the details.

use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::requested_wait;
use crate::types::{DraftValidation, ErrorReason, FeatureKey, JobId, Scope};

/// Reason why the service refused, with the fields that belong to it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Reason {
    /// A human must claim the account first.
    #[non_exhaustive]
    ClaimRequired {
        /// Page where a human can claim the account.
        claim_url: Option<String>,
        /// Description of the refused action.
        action: Option<String>,
    },
    /// There is no payment method, and the credits do not cover the charge.
    #[non_exhaustive]
    PaymentMethodRequired {
        /// Page where a human adds a payment method.
        billing_url: Option<String>,
    },
    /// Moderation rejected the content.
    #[non_exhaustive]
    ModerationBlocked {
        /// Objections of the moderation.
        reasons: Vec<String>,
        /// True if the edit was applied all the same, and the job went back to a draft.
        applied: bool,
    },
    /// The job is not in the state that the operation needs.
    #[non_exhaustive]
    WrongJobState {
        /// The job.
        job_id: Option<JobId>,
        /// Current state of the job.
        status: Option<String>,
        /// State that the operation needs.
        required: String,
    },
    /// The draft lacks fields or has invalid ones, so it cannot be published.
    #[non_exhaustive]
    DraftNotReady {
        /// Missing parts of the draft. `None` if the service describes them in another form; the error's details have them then.
        validation: Option<Box<DraftValidation>>,
    },
    /// The token lacks a scope.
    #[non_exhaustive]
    ScopeMissing {
        /// The scopes that the call needs.
        required: Vec<Scope>,
        /// The scopes that the token has.
        granted: Vec<Scope>,
    },
    /// A feature is off for the account.
    #[non_exhaustive]
    FeatureDisabled {
        /// The feature.
        feature: FeatureKey,
        /// Rollout mode of the feature.
        mode: Option<String>,
    },
    /// A field or parameter is at fault.
    #[non_exhaustive]
    InvalidField {
        /// Name of the field or parameter.
        field: String,
    },
    /// The status filter does not support this value.
    #[non_exhaustive]
    UnsupportedStatus {
        /// Values that it supports.
        supported: Vec<String>,
    },
    /// The body is not valid.
    #[non_exhaustive]
    InvalidBody {
        /// Issues that the validation found.
        issues: Vec<Value>,
    },
    /// Scopes were requested that do not exist.
    #[non_exhaustive]
    UnknownScopes {
        /// The scopes that do not exist.
        unknown: Vec<String>,
    },
    /// The daily limit, status 429: the account has published as many jobs as it may. No retry gets past it.
    #[non_exhaustive]
    DailyLimit {
        /// Number of jobs allowed in the window: 20, or 3 as long as the account is not claimed.
        limit: Option<u64>,
        /// Length of the window: 24 hours.
        window: Duration,
    },
    /// A limit that names the time to wait, status 429: the one for messages.
    #[non_exhaustive]
    TooFast {
        /// Time to wait.
        retry_after: Duration,
    },
    /// The message violates a content policy.
    #[non_exhaustive]
    MessagePolicyBlocked {
        /// Description of the policy by the service.
        policy: Value,
    },
    /// Reason that comes without fields.
    Plain(ErrorReason),
}

impl Reason {
    /// Reads an error's details. `None` if they hold no known reason.
    pub(crate) fn read(status: StatusCode, details: &Value) -> Option<Self> {
        match details {
            Value::Array(issues) => Some(Self::InvalidBody {
                issues: issues.clone(),
            }),
            Value::Object(_) => Self::by_name(status, details).or_else(|| Self::by_fields(details)),
            _ => None,
        }
    }

    fn by_name(status: StatusCode, details: &Value) -> Option<Self> {
        let reason = ErrorReason::from(details.get("reason")?.as_str()?);
        Some(match reason {
            ErrorReason::AccountClaimRequired => Self::ClaimRequired {
                claim_url: text(details, "claimUrl"),
                action: text(details, "action"),
            },
            ErrorReason::PaymentMethodRequired => Self::PaymentMethodRequired {
                billing_url: text(details, "billingUrl"),
            },
            // A refused publication is a 403; a refused edit is a 409 and has been applied.
            ErrorReason::ModerationBlocked => Self::ModerationBlocked {
                reasons: texts(details, "reasons"),
                applied: status == StatusCode::CONFLICT,
            },
            ErrorReason::MessagePolicyBlocked => Self::MessagePolicyBlocked {
                policy: details["policy"].clone(),
            },
            // A reason that is new may still come with details that are known.
            ErrorReason::Unknown(reason) => {
                let is_alone = details.as_object().is_some_and(|fields| fields.len() == 1);
                let by_fields = (!is_alone).then(|| Self::by_fields(details)).flatten();
                by_fields.unwrap_or(Self::Plain(ErrorReason::Unknown(reason)))
            }
            plain => Self::Plain(plain),
        })
    }

    fn by_fields(details: &Value) -> Option<Self> {
        Self::gate(details)
            .or_else(|| Self::limit(details))
            .or_else(|| Self::fault(details))
    }

    fn gate(details: &Value) -> Option<Self> {
        if let Some(feature) = text(details, "featureKey") {
            return Some(Self::FeatureDisabled {
                feature: FeatureKey::from(feature),
                mode: text(details, "mode"),
            });
        }
        details.get("requiredScopes")?;
        let scopes = |name| texts(details, name).into_iter().map(Scope::from).collect();
        Some(Self::ScopeMissing {
            required: scopes("requiredScopes"),
            granted: scopes("grantedScopes"),
        })
    }

    fn limit(details: &Value) -> Option<Self> {
        let daily = window(details).map(|window| Self::DailyLimit {
            limit: details["limit"].as_u64(),
            window,
        });
        daily.or_else(|| retry_after(details).map(|retry_after| Self::TooFast { retry_after }))
    }

    fn fault(details: &Value) -> Option<Self> {
        let has = |name: &str| details.get(name).filter(|value| !value.is_null());
        if let Some(required) = text(details, "requiredStatus") {
            let job_id = text(details, "jobId").map(JobId::from);
            return Some(Self::WrongJobState {
                job_id,
                status: text(details, "status"),
                required,
            });
        }
        if let Some(validation) = has("validation") {
            return Some(Self::DraftNotReady {
                validation: DraftValidation::deserialize(validation).map(Box::new).ok(),
            });
        }
        if has("supportedStatuses").is_some() {
            return Some(Self::UnsupportedStatus {
                supported: texts(details, "supportedStatuses"),
            });
        }
        if has("unknownScopes").is_some() {
            return Some(Self::UnknownScopes {
                unknown: texts(details, "unknownScopes"),
            });
        }
        if let Some(issues) = has("issues").and_then(Value::as_array) {
            return Some(Self::InvalidBody {
                issues: issues.clone(),
            });
        }
        let field = text(details, "field").or_else(|| has("email").map(|_| String::from("email")));
        field.map(|field| Self::InvalidField { field })
    }

    /// Returns the `details.reason` for it on the wire, if it has one.
    #[must_use]
    pub fn wire(&self) -> Option<&str> {
        match self {
            Self::ClaimRequired { .. } => Some("account_claim_required"),
            Self::PaymentMethodRequired { .. } => Some("payment_method_required"),
            Self::ModerationBlocked { .. } => Some("moderation_blocked"),
            Self::MessagePolicyBlocked { .. } => Some("message_policy_blocked"),
            Self::Plain(reason) => Some(reason.as_str()),
            _ => None,
        }
    }
}

/// Returns the length of the window that a limit is for.
pub(super) fn window(details: &Value) -> Option<Duration> {
    let hours = requested_wait::whole_number(details.get("windowHours")?)?;
    Some(Duration::from_secs(hours.saturating_mul(3600)))
}

/// Returns the wait that the service asks for.
fn retry_after(details: &Value) -> Option<Duration> {
    requested_wait::seconds(details.get("retryAfterSeconds")?)
}

fn text(details: &Value, name: &str) -> Option<String> {
    Some(String::from(details.get(name)?.as_str()?))
}

fn texts(details: &Value, name: &str) -> Vec<String> {
    let values = details
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    // A value that is no string is kept as its JSON: a list with values of a new type must not look empty.
    values
        .map(|value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), String::from)
        })
        .collect()
}
