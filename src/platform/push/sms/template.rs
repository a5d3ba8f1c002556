//! The template of a text message: fixed words that the carrier has approved, with gaps.

/// A template and what stands in its gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmsTemplate {
    /// The gateway's id of it.
    pub code: String,
    /// Each gap's name at the gateway and the word for what stands in it, in the order of the text.
    pub fields: Vec<(String, String)>,
    /// The most characters in a gap; longer text is cut.
    pub longest: usize,
}

impl SmsTemplate {
    /// The gaps with their texts. The word that has no value is the error.
    pub fn fill<'a>(&'a self, values: &[(&'static str, String)]) -> Result<Vec<(&'a str, String)>, &'a str> {
        let gap = |(name, word): &'a (String, String)| {
            let text = values.iter().find(|(known, _)| known == word).map(|(_, text)| text.trim());
            match text {
                Some(text) if !text.is_empty() => Ok((name.as_str(), cut(text, self.longest))),
                _ => Err(word.as_str()),
            }
        };
        self.fields.iter().map(gap).collect()
    }
}

/// The text on one line, ending in `…` when it was longer than `longest` characters.
fn cut(text: &str, longest: usize) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.chars().count() <= longest {
        return line;
    }
    line.chars().take(longest.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(longest: usize) -> SmsTemplate {
        let fields = [("1", "title"), ("2", "instruction")];
        let fields = fields.map(|(name, word)| (name.to_owned(), word.to_owned())).to_vec();
        SmsTemplate { code: "SMS_1".into(), fields, longest }
    }

    #[test]
    fn gaps_are_filled_in_the_order_of_the_text_and_cut_between_characters() {
        let values = [("instruction", "请勿\n转账".to_owned()), ("title", "谨防冒充客服退款".to_owned())];
        let template = template(6);
        assert_eq!(
            template.fill(&values),
            Ok(vec![("1", "谨防冒充客…".to_owned()), ("2", "请勿 转账".to_owned())])
        );
    }

    #[test]
    fn a_gap_without_a_text_is_named() {
        assert_eq!(template(6).fill(&[("title", "题".to_owned())]), Err("instruction"));
        let blank = [("title", " ".to_owned()), ("instruction", "好".to_owned())];
        assert_eq!(template(6).fill(&blank), Err("title"));
    }
}
