//! Changes to a draft or a live job: each key is kept, cleared or set.

use opentrain_api::Usd;
use serde_json::Value;

use crate::types::{DataVolumeUnit, DraftPatch, ExperienceLevel, PayType};

/// Changes to a draft or a live job. A key that is not named is kept; `clear_…` empties it; the plain setter sets it.
///
/// The service takes more keys than its documentation lists: [`set`](Self::set) sends any. The complete list is
/// `draft.update_keys` of [`capabilities`](crate::resources::JobDrafts::capabilities); a key that is not on it is refused.
///
/// ```
/// use opentrain::JobPatch;
/// use opentrain::types::PayType;
///
/// let patch = JobPatch::new()
///     .job_title("Dialect tagging")
///     .payment_type(PayType::PerHour)
///     .price_per_hour("18.50".parse::<opentrain::types::Usd>()?)
///     .clear_countries()
///     .set("toolVersion", 3);
/// assert_eq!(
///     serde_json::to_value(&patch)?,
///     serde_json::json!({
///         "jobTitle": "Dialect tagging",
///         "paymentType": "PAY_PER_HOUR",
///         "pricePerHour": 18.5,
///         "countries": null,
///         "toolVersion": 3
///     }),
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Source: <https://www.opentrain.ai/docs/developers/api-reference/job-drafts/update/>.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
#[must_use = "changes do nothing until they are sent"]
pub struct JobPatch(DraftPatch);

impl JobPatch {
    /// No changes. The service refuses a patch without any.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a key by its wire name, known or not. [`Value::Null`] clears it.
    pub fn set(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.0
            .additional_properties
            .insert(key.into(), value.into());
        self
    }

    pub(crate) fn into_body(self) -> DraftPatch {
        self.0
    }
}

/// A setter and its `clear_…` for each key.
macro_rules! keys {
    ($($(#[doc = $doc:literal])* $key:ident / $clear:ident: $ty:ty,)*) => {
        impl JobPatch {
            $(
                $(#[doc = $doc])*
                pub fn $key(mut self, value: impl Into<$ty>) -> Self {
                    self.0.$key = Some(Some(value.into()));
                    self
                }

                #[doc = concat!("Empties what [`", stringify!($key), "`](Self::", stringify!($key), ") sets.")]
                pub fn $clear(mut self) -> Self {
                    self.0.$key = Some(None);
                    self
                }
            )*
        }
    };
}

keys! {
    /// The title.
    job_title / clear_job_title: String,
    /// The description.
    job_description / clear_job_description: String,
    /// How the work is paid. Send the rate that belongs to it along.
    payment_type / clear_payment_type: PayType,
    /// The rate for an hour, in US dollars.
    price_per_hour / clear_price_per_hour: Usd,
    /// The rate for a label, in US dollars.
    price_per_label / clear_price_per_label: Usd,
    /// The price of the whole work, in US dollars.
    fixed_price / clear_fixed_price: Usd,
    /// How experienced candidates must be.
    experience_level / clear_experience_level: ExperienceLevel,
    /// How many people to hire.
    headcount / clear_headcount: i64,
    /// How much data there is, in units of [`data_volume_unit`](Self::data_volume_unit).
    data_volume / clear_data_volume: f64,
    /// What [`data_volume`](Self::data_volume) counts.
    data_volume_unit / clear_data_volume_unit: DataVolumeUnit,
    /// Languages that candidates must know.
    languages / clear_languages: Vec<String>,
    /// Countries that candidates may be in. The form of the values is not documented.
    countries / clear_countries: Vec<String>,
    /// The kinds of label. The values are not documented.
    label_types / clear_label_types: Vec<String>,
    /// What is to be labelled, and how.
    labeling_overview / clear_labeling_overview: String,
    /// What the data is.
    dataset_description / clear_dataset_description: String,
    /// The kind of data. The values are not documented.
    data_type / clear_data_type: String,
    /// What the data is about.
    subject_matter / clear_subject_matter: String,
    /// The tool that the work is done with.
    labeling_software / clear_labeling_software: String,
    /// What the AI interview should look for.
    ai_interview_requirements / clear_ai_interview_requirements: String,
    /// The range of the budget. The form is not documented.
    budget_range / clear_budget_range: String,
    /// How much work it is, in words.
    workload_desc / clear_workload_desc: String,
    /// How much time it takes. The form is not documented.
    time_requirement / clear_time_requirement: String,
    /// How long it goes on. The form is not documented.
    project_duration / clear_project_duration: String,
    /// How large it is. The form is not documented.
    project_scope / clear_project_scope: String,
    /// Whom it is for: the values are not documented.
    freelancer_type / clear_freelancer_type: String,
    /// Who sees it: the values are not documented.
    visibility / clear_visibility: String,
}
