//! Turns what a client sent into values, collecting one complaint per field.
//!
//! The checks answer a placeholder for a bad field, so that the next field is looked at as well;
//! [`Check::finish`] lets the whole out only when nothing was wrong.

use super::clock::Timestamp;
use super::problem::{Code, FieldError, Problem, Result};

/// 412 with the version that is `current` when the caller has `seen` another one.
pub fn same_version(current: i32, seen: i32) -> Result<()> {
    if current == seen { Ok(()) } else { Err(Problem::new(Code::StaleVersion).current_version(current)) }
}

/// The complaints so far.
#[derive(Debug, Default)]
pub struct Check {
    errors: Vec<FieldError>,
}

impl Check {
    /// No complaint yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a complaint.
    pub fn refuse(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.errors.push(FieldError { field: field.into(), message: message.into() });
    }

    /// A text of `min` to `max` characters after trimming, without control characters except line breaks.
    pub fn text(&mut self, field: &str, text: &str, min: usize, max: usize) -> String {
        let text = text.trim();
        let length = text.chars().count();
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t' && c != '\r') {
            self.refuse(field, "不能含有控制字符");
        } else if length < min && length == 0 {
            self.refuse(field, "不能为空");
        } else if length < min {
            self.refuse(field, format!("至少 {min} 个字"));
        } else if length > max {
            self.refuse(field, format!("最多 {max} 个字,现有 {length} 个"));
        }
        text.to_owned()
    }

    /// As [`Self::text`], where an absent or blank text is none.
    pub fn optional_text(&mut self, field: &str, text: Option<&str>, max: usize) -> Option<String> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        Some(self.text(field, text, 1, max))
    }

    /// A number from `min` to `max`.
    pub fn range<N: PartialOrd + std::fmt::Display + Copy>(
        &mut self,
        field: &str,
        n: N,
        min: N,
        max: N,
    ) -> N {
        // Written so that NaN, which is in no range, is refused too.
        if !(n >= min && n <= max) {
            self.refuse(field, format!("应在 {min} 到 {max} 之间"));
        }
        n
    }

    /// An instant that is not in the future; phones may run five minutes fast.
    pub fn past(&mut self, field: &str, at: Timestamp, now: Timestamp) -> Timestamp {
        const FAST: chrono::TimeDelta = chrono::TimeDelta::minutes(5);
        if at > now.plus(FAST) {
            self.refuse(field, "不能晚于现在");
        }
        if at.millis() < 0 {
            self.refuse(field, "不能早于 1970 年");
        }
        at
    }

    /// A value that another type has already looked at; its complaint becomes the field's.
    pub fn value<T, E: std::fmt::Display>(
        &mut self,
        field: &str,
        parsed: std::result::Result<T, E>,
    ) -> Option<T> {
        parsed.map_err(|why| self.refuse(field, why.to_string())).ok()
    }

    /// Lets `whole` out when nothing was wrong; otherwise 422 with every complaint.
    pub fn finish<T>(self, whole: T) -> Result<T> {
        if self.errors.is_empty() { Ok(whole) } else { Err(Problem::fields(self.errors)) }
    }

    /// As [`Self::finish`] for a whole of which a part may be missing; missing without a complaint is a fault of ours.
    pub fn finish_some<T>(self, whole: Option<T>) -> Result<T> {
        if !self.errors.is_empty() {
            return Err(Problem::fields(self.errors));
        }
        whole.ok_or_else(|| Problem::internal("a check refused without saying why"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bad_field_is_named_at_once() {
        let mut check = Check::new();
        check.text("title", " \u{0} ", 1, 60);
        check.text("detail", "", 1, 2000);
        check.range("lat", f64::NAN, -90.0, 90.0);
        let problem = check.finish(()).err();
        let fields: Vec<_> = problem.iter().flat_map(|p| p.errors()).map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["title", "detail", "lat"]);
    }

    #[test]
    fn length_is_counted_in_characters_not_bytes() {
        let mut check = Check::new();
        check.text("title", &"网".repeat(60), 1, 60);
        assert!(check.finish(()).is_ok());
    }
}
