//! Changes to a draft or a live job: each key is kept, cleared or set.

use std::collections::BTreeMap;

use opentrain_api::Usd;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};
use serde_json::{Map, Value};

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
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    feature = "schemars",
    derive(schemars::JsonSchema),
    schemars(
        transparent,
        description = "Changes to a draft or a live job: a key that is absent is kept, null empties it, a value sets it."
    )
)]
#[must_use = "changes do nothing until they are sent"]
pub struct JobPatch {
    #[cfg_attr(feature = "schemars", schemars(with = "DraftPatch"))]
    keys: Map<String, Value>,
    /// Values that cannot be sent, by key.
    #[cfg_attr(feature = "schemars", schemars(skip))]
    faults: BTreeMap<String, String>,
}

impl From<Map<String, Value>> for JobPatch {
    fn from(keys: Map<String, Value>) -> Self {
        Self {
            keys,
            faults: BTreeMap::new(),
        }
    }
}

impl<'de> Deserialize<'de> for JobPatch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(Self::from)
    }
}

impl Serialize for JobPatch {
    /// Fails if a value cannot be sent: the value must not get lost.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.faults.values().next() {
            Some(fault) => Err(ser::Error::custom(fault)),
            None => self.keys.serialize(serializer),
        }
    }
}

impl JobPatch {
    /// Returns a patch without changes. The service refuses an empty patch.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a key by its wire name, known or not; the last word on a key counts. [`Value::Null`] clears it, and so does a number
    /// that JSON cannot hold, since it is null as a [`Value`].
    pub fn set(self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.put(key.into(), Ok(value.into()))
    }

    /// Returns true if it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.faults.is_empty()
    }

    fn typed(self, field: &str, value: &impl Serialize) -> Self {
        let key = wire_name(field);
        let value = match serde_json::to_value(value) {
            Ok(Value::Null) => Err(format!("`{key}` must be a finite number")),
            other => other.map_err(|error| format!("`{key}` cannot be sent: {error}")),
        };
        self.put(key, value)
    }

    fn clear(self, field: &str) -> Self {
        self.put(wire_name(field), Ok(Value::Null))
    }

    fn put(mut self, key: String, value: Result<Value, String>) -> Self {
        self.keys.remove(&key);
        self.faults.remove(&key);
        match value {
            Ok(value) => drop(self.keys.insert(key, value)),
            Err(fault) => drop(self.faults.insert(key, fault)),
        }
        self
    }

    /// Returns the body to send: known keys by their types, and all other keys beside them.
    ///
    /// # Errors
    ///
    /// Fails if a value cannot be sent.
    pub(crate) fn into_body(self) -> Result<DraftPatch, String> {
        if let Some((_, fault)) = self.faults.into_iter().next() {
            return Err(fault);
        }
        let (typed, others): (Map<_, _>, Map<_, _>) =
            self.keys.into_iter().partition(|(key, value)| {
                let alone = Map::from_iter([(key.clone(), value.clone())]);
                serde_json::from_value::<DraftPatch>(Value::Object(alone)).is_ok()
            });
        let body: serde_json::Result<DraftPatch> = serde_json::from_value(Value::Object(typed));
        let mut body = body.map_err(|error| error.to_string())?;
        body.additional_properties.extend(others);
        Ok(body)
    }
}

/// Returns the key of a field on the wire: `jobTitle` for `job_title`.
fn wire_name(field: &str) -> String {
    let mut words = field.split('_');
    let first = words.next().unwrap_or_default();
    let capital = |word: &str| {
        word.chars()
            .enumerate()
            .map(|(at, c)| if at == 0 { c.to_ascii_uppercase() } else { c })
            .collect::<String>()
    };
    words.fold(String::from(first), |name, word| name + &capital(word))
}

/// Defines a setter and its `clear_…` for each key.
macro_rules! keys {
    ($($(#[doc = $doc:literal])* $key:ident / $clear:ident: $ty:ty,)*) => {
        impl JobPatch {
            $(
                $(#[doc = $doc])*
                pub fn $key(self, value: impl Into<$ty>) -> Self {
                    let value: $ty = value.into();
                    self.typed(stringify!($key), &value)
                }

                #[doc = concat!("Empties what [`", stringify!($key), "`](Self::", stringify!($key), ") sets.")]
                pub fn $clear(self) -> Self {
                    self.clear(stringify!($key))
                }
            )*
        }

        #[cfg(test)]
        const FIELDS: &[&str] = &[$(stringify!($key)),*];
    };
}

keys! {
    /// Sets the title.
    job_title / clear_job_title: String,
    /// Sets the description.
    job_description / clear_job_description: String,
    /// Sets the way of paying for the work. Send the matching rate in the same patch.
    payment_type / clear_payment_type: PayType,
    /// Sets the rate for an hour, in US dollars.
    price_per_hour / clear_price_per_hour: Usd,
    /// Sets the rate for a label, in US dollars.
    price_per_label / clear_price_per_label: Usd,
    /// Sets the price of the whole work, in US dollars.
    fixed_price / clear_fixed_price: Usd,
    /// Sets the experience that candidates must have.
    experience_level / clear_experience_level: ExperienceLevel,
    /// Sets the number of AI trainers to hire.
    headcount / clear_headcount: i64,
    /// Sets the amount of data, in units of [`data_volume_unit`](Self::data_volume_unit).
    data_volume / clear_data_volume: f64,
    /// Sets the unit of [`data_volume`](Self::data_volume).
    data_volume_unit / clear_data_volume_unit: DataVolumeUnit,
    /// Sets the languages that candidates must know.
    languages / clear_languages: Vec<String>,
    /// Sets the countries that candidates may be in. The form of the values is not documented.
    countries / clear_countries: Vec<String>,
    /// Sets the kinds of label. The values are not documented.
    label_types / clear_label_types: Vec<String>,
    /// Sets the description of the data to label, and of the way to label it.
    labeling_overview / clear_labeling_overview: String,
    /// Sets the description of the dataset.
    dataset_description / clear_dataset_description: String,
    /// Sets the kind of data. The values are not documented.
    data_type / clear_data_type: String,
    /// Sets the subject matter of the data.
    subject_matter / clear_subject_matter: String,
    /// Sets the tool that the work is done with.
    labeling_software / clear_labeling_software: String,
    /// Sets the requirements that the AI interview checks.
    ai_interview_requirements / clear_ai_interview_requirements: String,
    /// Sets the range of the budget. The form is not documented.
    budget_range / clear_budget_range: String,
    /// Sets the description of the workload.
    workload_desc / clear_workload_desc: String,
    /// Sets the time that the work takes. The form is not documented.
    time_requirement / clear_time_requirement: String,
    /// Sets the duration of the project. The form is not documented.
    project_duration / clear_project_duration: String,
    /// Sets the scope of the project. The form is not documented.
    project_scope / clear_project_scope: String,
    /// Sets the type of freelancer that the job is for. The values are not documented.
    freelancer_type / clear_freelancer_type: String,
    /// Sets the visibility of the job. The values are not documented.
    visibility / clear_visibility: String,
}

#[cfg(test)]
mod tests {
    use super::{FIELDS, JobPatch, wire_name};
    use crate::types::DraftPatch;
    use serde_json::{Map, Value, json};

    #[test]
    fn every_setter_is_for_a_key_that_the_document_knows() {
        for field in FIELDS {
            let keys = Map::from_iter([(wire_name(field), Value::Null)]);
            let body: DraftPatch = serde_json::from_value(Value::Object(keys)).unwrap();
            assert!(body.additional_properties.is_empty(), "{field}");
        }
    }

    #[test]
    fn the_last_word_on_a_key_counts() {
        let patch = JobPatch::new()
            .job_title("a")
            .set("jobTitle", "b")
            .set("headcount", "many")
            .headcount(3);
        let sent = serde_json::to_string(&patch.into_body().unwrap()).unwrap();
        assert_eq!(sent, r#"{"headcount":3,"jobTitle":"b"}"#);
    }

    #[test]
    fn a_value_of_another_type_goes_along_as_it_is() {
        let patch = JobPatch::new()
            .set("headcount", "many")
            .set("toolVersion", 3);
        let sent = serde_json::to_value(patch.into_body().unwrap()).unwrap();
        assert_eq!(sent, json!({"headcount": "many", "toolVersion": 3}));
    }

    #[test]
    fn a_stored_patch_keeps_what_it_clears() {
        let patch = JobPatch::new().clear_countries().headcount(3);
        let stored = serde_json::to_string(&patch).unwrap();
        assert_eq!(serde_json::from_str::<JobPatch>(&stored).unwrap(), patch);
        assert_eq!(
            serde_json::to_value(patch.into_body().unwrap()).unwrap()["countries"],
            Value::Null
        );
    }

    #[test]
    fn a_number_that_is_none_is_refused_rather_than_sent_as_null() {
        assert_eq!(
            JobPatch::new()
                .data_volume(f64::NAN)
                .into_body()
                .unwrap_err(),
            "`dataVolume` must be a finite number"
        );
    }

    #[test]
    fn a_fault_is_mended_by_the_last_word_and_never_stored() {
        let faulty = JobPatch::new().data_volume(4.0).data_volume(f64::NAN);
        assert!(serde_json::to_string(&faulty).is_err());
        let mended = faulty.data_volume(3.0);
        assert_eq!(
            serde_json::to_string(&mended).unwrap(),
            r#"{"dataVolume":3.0}"#
        );
    }
}
