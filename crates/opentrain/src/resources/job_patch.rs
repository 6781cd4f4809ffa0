//! Changes to a draft or a live job: each key is kept, cleared or set.

use std::borrow::Cow;

use opentrain_api::Usd;
use opentrain_api::runtime::{InvalidRequest, PreparedRequest};
use serde::ser::{Error as _, SerializeMap};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::types::{DataVolumeUnit, ExperienceLevel, PayType};

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
    /// Names of the wire in their order, each with its value; of a value that cannot be sent, the reason.
    #[cfg_attr(feature = "schemars", schemars(with = "crate::types::DraftPatch"))]
    keys: Vec<(Cow<'static, str>, Result<Value, String>)>,
}

impl From<Map<String, Value>> for JobPatch {
    fn from(keys: Map<String, Value>) -> Self {
        let set = |patch: Self, (key, value)| patch.set(key, value);
        keys.into_iter().fold(Self::new(), set)
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
        let mut map = serializer.serialize_map(Some(self.keys.len()))?;
        for (key, value) in &self.keys {
            let value = value.as_ref().map_err(S::Error::custom)?;
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl JobPatch {
    /// Returns a patch without changes. The service refuses an empty patch.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a key by its wire name, known or not, to a value that is sent as it is; the last word on a key counts. [`Value::Null`]
    /// clears it, and so does a number that JSON cannot hold, since it is null as a [`Value`].
    pub fn set(self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.put(Cow::Owned(key.into()), Ok(value.into()))
    }

    /// Returns true if it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    fn typed(self, key: &'static str, value: Value) -> Self {
        let value = match value {
            Value::Null => Err(format!("`{key}` must be a finite number")),
            value => Ok(value),
        };
        self.put(Cow::Borrowed(key), value)
    }

    fn put(mut self, key: Cow<'static, str>, value: Result<Value, String>) -> Self {
        let value = value.map(without_fraction);
        match self.keys.binary_search_by(|(other, _)| other.cmp(&key)) {
            Ok(place) => self.keys[place].1 = value,
            Err(place) => self.keys.insert(place, (key, value)),
        }
        self
    }

    /// Makes the changes the body of a request.
    ///
    /// # Errors
    ///
    /// Fails if a value cannot be sent.
    pub(crate) fn send_in<T>(
        self,
        request: PreparedRequest<T>,
    ) -> Result<PreparedRequest<T>, InvalidRequest> {
        if let Some(fault) = self.keys.iter().find_map(|(_, value)| value.as_ref().err()) {
            return Err(InvalidRequest::new(fault));
        }
        let body = serde_json::to_vec(&self);
        let body = body.map_err(|error| InvalidRequest::new(error.to_string()))?;
        Ok(request.with_body(body))
    }
}

/// Writes a whole number without a fraction: `40`, not `40.0`.
fn without_fraction(value: Value) -> Value {
    let whole = value.as_f64().filter(|number| number.fract() == 0.0);
    match whole.filter(|number| value.is_f64() && number.abs() < WHOLE_END) {
        Some(whole) => Value::from(whole as i64),
        None => value,
    }
}

/// Value of a typed setter.
trait PatchValue {
    /// Returns the value as JSON; null if JSON cannot hold it.
    fn into_json(self) -> Value;
}

macro_rules! patch_values {
    ($($ty:ty: $value:ident => $json:expr,)*) => {
        $(impl PatchValue for $ty {
            fn into_json(self) -> Value {
                let $value = self;
                $json
            }
        })*
    };
}

patch_values! {
    String: text => Value::String(text),
    Vec<String>: texts => Value::from(texts),
    i64: number => Value::from(number),
    f64: number => Value::from(number),
    // An amount is a number that JSON can hold.
    Usd: amount => serde_json::to_value(amount).unwrap_or_default(),
    PayType: value => Value::from(value.as_str()),
    ExperienceLevel: value => Value::from(value.as_str()),
    DataVolumeUnit: value => Value::from(value.as_str()),
}

/// First whole number after which doubles skip whole numbers.
const WHOLE_END: f64 = 9_007_199_254_740_992.0;

/// Defines a setter and its `clear_…` for each key.
macro_rules! keys {
    ($($(#[doc = $doc:literal])* $key:ident / $clear:ident = $wire:literal: $ty:ty,)*) => {
        impl JobPatch {
            $(
                $(#[doc = $doc])*
                pub fn $key(self, value: impl Into<$ty>) -> Self {
                    let value: $ty = value.into();
                    self.typed($wire, PatchValue::into_json(value))
                }

                #[doc = concat!("Empties what [`", stringify!($key), "`](Self::", stringify!($key), ") sets.")]
                pub fn $clear(self) -> Self {
                    self.put(Cow::Borrowed($wire), Ok(Value::Null))
                }
            )*
        }

        #[cfg(test)]
        const KEYS: &[(&str, &str)] = &[$((stringify!($key), $wire)),*];
    };
}

keys! {
    /// Sets the title.
    job_title / clear_job_title = "jobTitle": String,
    /// Sets the description.
    job_description / clear_job_description = "jobDescription": String,
    /// Sets the way of paying for the work. Send the matching rate in the same patch.
    payment_type / clear_payment_type = "paymentType": PayType,
    /// Sets the rate for an hour, in US dollars.
    price_per_hour / clear_price_per_hour = "pricePerHour": Usd,
    /// Sets the rate for a label, in US dollars.
    price_per_label / clear_price_per_label = "pricePerLabel": Usd,
    /// Sets the price of the whole work, in US dollars.
    fixed_price / clear_fixed_price = "fixedPrice": Usd,
    /// Sets the experience that candidates must have.
    experience_level / clear_experience_level = "experienceLevel": ExperienceLevel,
    /// Sets the number of AI trainers to hire.
    headcount / clear_headcount = "headcount": i64,
    /// Sets the amount of data, in units of [`data_volume_unit`](Self::data_volume_unit).
    data_volume / clear_data_volume = "dataVolume": f64,
    /// Sets the unit of [`data_volume`](Self::data_volume).
    data_volume_unit / clear_data_volume_unit = "dataVolumeUnit": DataVolumeUnit,
    /// Sets the languages that candidates must know.
    languages / clear_languages = "languages": Vec<String>,
    /// Sets the countries that candidates may be in. The form of the values is not documented.
    countries / clear_countries = "countries": Vec<String>,
    /// Sets the kinds of label. The values are not documented.
    label_types / clear_label_types = "labelTypes": Vec<String>,
    /// Sets the description of the data to label, and of the way to label it.
    labeling_overview / clear_labeling_overview = "labelingOverview": String,
    /// Sets the description of the dataset.
    dataset_description / clear_dataset_description = "datasetDescription": String,
    /// Sets the kind of data. The values are not documented.
    data_type / clear_data_type = "dataType": String,
    /// Sets the subject matter of the data.
    subject_matter / clear_subject_matter = "subjectMatter": String,
    /// Sets the tool that the work is done with.
    labeling_software / clear_labeling_software = "labelingSoftware": String,
    /// Sets the requirements that the AI interview checks.
    ai_interview_requirements / clear_ai_interview_requirements = "aiInterviewRequirements": String,
    /// Sets the range of the budget. The form is not documented.
    budget_range / clear_budget_range = "budgetRange": String,
    /// Sets the description of the workload.
    workload_desc / clear_workload_desc = "workloadDesc": String,
    /// Sets the time that the work takes. The form is not documented.
    time_requirement / clear_time_requirement = "timeRequirement": String,
    /// Sets the duration of the project. The form is not documented.
    project_duration / clear_project_duration = "projectDuration": String,
    /// Sets the scope of the project. The form is not documented.
    project_scope / clear_project_scope = "projectScope": String,
    /// Sets the type of freelancer that the job is for. The values are not documented.
    freelancer_type / clear_freelancer_type = "freelancerType": String,
    /// Sets the visibility of the job. The values are not documented.
    visibility / clear_visibility = "visibility": String,
}

#[cfg(test)]
mod tests {
    use opentrain_api::runtime::{InvalidRequest, PreparedRequest};
    use serde_json::{Map, Value, json};

    use super::{JobPatch, KEYS};
    use crate::types::DraftPatch;

    /// Returns the body that is sent.
    fn sent(patch: JobPatch) -> Result<String, InvalidRequest> {
        let url = "http://localhost/".parse().unwrap();
        let request = reqwest::Request::new(http::Method::PATCH, url);
        let request = patch.send_in(PreparedRequest::<()>::new(request))?;
        let request = request.into_request();
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap();
        Ok(String::from_utf8(body.to_vec()).unwrap())
    }

    #[test]
    fn every_setter_is_for_a_key_that_the_document_knows() {
        for (field, key) in KEYS {
            assert_eq!(key.to_lowercase(), field.replace('_', ""));
            let keys = Map::from_iter([(String::from(*key), Value::Null)]);
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
        assert_eq!(sent(patch).unwrap(), r#"{"headcount":3,"jobTitle":"b"}"#);
    }

    #[test]
    fn a_value_of_another_type_goes_along_as_it_is() {
        let patch = JobPatch::new()
            .set("headcount", "many")
            .set("pricePerHour", "18.50")
            .set("toolVersion", json!({"x": 3.0}));
        assert_eq!(
            sent(patch).unwrap(),
            r#"{"headcount":"many","pricePerHour":"18.50","toolVersion":{"x":3.0}}"#
        );
    }

    #[test]
    fn a_whole_number_has_no_fraction() {
        let patch = JobPatch::new()
            .data_volume(40.0)
            .set("a", -3.0)
            .set("b", 0.5)
            .set("c", 1e300)
            .set("d", u64::MAX);
        assert_eq!(
            sent(patch).unwrap(),
            r#"{"a":-3,"b":0.5,"c":1e+300,"d":18446744073709551615,"dataVolume":40}"#
        );
    }

    #[test]
    fn a_stored_patch_keeps_what_it_clears() {
        let patch = JobPatch::new().clear_countries().headcount(3);
        let stored = serde_json::to_string(&patch).unwrap();
        assert_eq!(serde_json::from_str::<JobPatch>(&stored).unwrap(), patch);
        assert_eq!(sent(patch).unwrap(), r#"{"countries":null,"headcount":3}"#);
    }

    #[test]
    fn a_number_that_is_none_is_refused_rather_than_sent_as_null() {
        let refused = sent(JobPatch::new().data_volume(f64::NAN)).unwrap_err();
        assert_eq!(refused.to_string(), "`dataVolume` must be a finite number");
    }

    #[test]
    fn the_last_value_replaces_a_fault_and_no_fault_is_stored() {
        let faulty = JobPatch::new().data_volume(4.0).data_volume(f64::NAN);
        assert!(serde_json::to_string(&faulty).is_err());
        let corrected = faulty.data_volume(3.0);
        assert_eq!(
            serde_json::to_string(&corrected).unwrap(),
            r#"{"dataVolume":3}"#
        );
    }
}
