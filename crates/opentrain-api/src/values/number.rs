//! Numbers that are not amounts of money, as JavaScript writes them.

use serde::{Serializer, ser};

/// First whole number after which doubles skip whole numbers.
const WHOLE_END: f64 = 9_007_199_254_740_992.0;

/// Field of a body that is a number, or may be one.
pub(crate) trait Number {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

impl Number for f64 {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.is_finite() {
            return Err(ser::Error::custom(
                "JSON cannot hold a number that is not finite",
            ));
        }
        if self.fract() == 0.0 && self.abs() <= WHOLE_END {
            return serializer.serialize_i64(*self as i64);
        }
        serializer.serialize_f64(*self)
    }
}

impl<T: Number> Number for Option<T> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(number) => number.write(serializer),
            None => serializer.serialize_none(),
        }
    }
}

/// Writes a whole number without a fraction: `40`, not `40.0`.
///
/// # Errors
///
/// Fails for a number that is not finite, which JSON would make null.
pub(crate) fn number<T: Number, S: Serializer>(
    number: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    number.write(serializer)
}

#[cfg(test)]
mod tests {
    use crate::public::types::{CreateMilestoneRequest, DraftPatch};

    fn written(volume: f64) -> serde_json::Result<String> {
        let mut request = CreateMilestoneRequest::new(String::from("d"));
        request.volume = Some(volume);
        serde_json::to_string(&request)
    }

    #[test]
    fn a_whole_number_is_written_without_a_fraction() {
        for (volume, text) in [
            (40.0, "40"),
            (-40.0, "-40"),
            (-0.0, "0"),
            (0.5, "0.5"),
            (9_007_199_254_740_991.0, "9007199254740991"),
            (1e300, "1e+300"),
        ] {
            let expected = format!(r#"{{"description":"d","volume":{text}}}"#);
            assert_eq!(written(volume).unwrap(), expected);
        }
    }

    #[test]
    fn a_number_that_is_not_finite_is_refused_rather_than_made_null() {
        for volume in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(written(volume).is_err(), "{volume}");
        }
    }

    #[test]
    fn absent_null_and_a_number_are_three_things() {
        let mut patch = DraftPatch::new();
        for (volume, text) in [
            (None, "{}"),
            (Some(None), r#"{"dataVolume":null}"#),
            (Some(Some(2.0)), r#"{"dataVolume":2}"#),
        ] {
            patch.data_volume = volume;
            assert_eq!(serde_json::to_string(&patch).unwrap(), text);
        }
    }
}
