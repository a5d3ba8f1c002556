//! What somebody is suspected to cheat with: a number, a link, an app or an account, written in one way.
//!
//! People write the same number in many ways, and it is the same number: only then can one say how often it was reported.
//! Whose it is nobody knows; it is personal data all the same, and may be that of somebody innocent. It prints as dots.

use std::fmt;

use icu_normalizer::ComposingNormalizerBorrowed;
use url::Url;

crate::text_enum! {
    /// What is suspected.
    pub enum SuspectKind {
        Phone = "phone" "电话号码",
        Link = "link" "网址链接",
        App = "app" "应用程序",
        Account = "account" "账号(银行卡、微信、QQ 等)",
    }
}

/// The longest text that is taken for a suspect, in characters.
const LONGEST: usize = 500;

/// A suspected number, link, app or account, written in one way.
#[derive(Clone, PartialEq, Eq)]
pub struct Suspect {
    /// What it is.
    pub kind: SuspectKind,
    value: String,
}

impl fmt::Debug for Suspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} •••", self.kind)
    }
}

impl Suspect {
    /// Takes it as people write and paste it; otherwise what to do about it.
    pub fn parse(kind: SuspectKind, text: &str) -> Result<Self, &'static str> {
        const NFKC: ComposingNormalizerBorrowed = ComposingNormalizerBorrowed::new_nfkc();
        let folded = NFKC.normalize(text.trim());
        let small: String = folded.chars().flat_map(char::to_lowercase).collect();
        let small = NFKC.normalize(&small);
        let (parsed, why) = match kind {
            SuspectKind::Phone => (phone(&folded), "不是电话号码,请核对后填写完整号码"),
            SuspectKind::Link => (link(&folded), "不是网址,请从来信中原样复制"),
            SuspectKind::App => (app(&small), "应为 1 到 60 个字的应用名称"),
            SuspectKind::Account => (account(&small), "应为 3 到 64 个字的账号,不含空格以外的特殊字符"),
        };
        let fits = |value: &String| value.chars().count() <= LONGEST && !value.chars().any(char::is_control);
        parsed.filter(fits).map(|value| Self { kind, value }).ok_or(why)
    }

    /// What our own store gave back; it was looked at when it came in.
    pub fn stored(kind: SuspectKind, plain: String) -> Self {
        Self { kind, value: plain }
    }

    /// The plain text. Each use must have a reason that an auditor would accept.
    pub fn expose(&self) -> &str {
        &self.value
    }

    /// What the look-up index is made of: the same text of two kinds is not the same thing.
    pub fn indexed(&self) -> String {
        format!("{}:{}", self.kind, self.value)
    }

    /// As lists show it: enough to tell two apart, not enough to call, open or pay it. The name of an app names nobody.
    pub fn masked(&self) -> String {
        match self.kind {
            SuspectKind::Phone if self.value.chars().count() >= 10 => starred(&self.value, 3, 4),
            SuspectKind::Phone | SuspectKind::Account => starred(&self.value, 2, 2),
            SuspectKind::Link => {
                let host = self.value.split(['/', '?']).next().unwrap_or_default();
                if host.len() == self.value.len() { host.to_owned() } else { format!("{host}/***") }
            }
            SuspectKind::App => self.value.clone(),
        }
    }
}

/// The first and the last characters with stars between; of a short text less than half.
fn starred(text: &str, head: usize, tail: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    let long = letters.len() >= head + tail + 3;
    let (head, tail) = if long { (head, tail) } else { (head.min(letters.len() / 4), 0) };
    let part = |letters: &[char]| letters.iter().collect::<String>();
    let (front, back) = (&letters[..head], &letters[letters.len() - tail..]);
    format!("{}****{}", part(front), part(back))
}

fn is_mobile(digits: &str) -> bool {
    let mut bytes = digits.bytes();
    digits.len() == 11
        && bytes.next() == Some(b'1')
        && bytes.next().is_some_and(|b| (b'3'..=b'9').contains(&b))
}

/// A number of the mainland as it is dialled there, another with `+` and its country.
fn phone(text: &str) -> Option<String> {
    let (plus, rest) = text.strip_prefix('+').map_or((false, text), |rest| (true, rest));
    let mut digits = String::new();
    for c in rest.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '-' | '(' | ')' | '.' | '\u{2010}'..='\u{2015}' | '\u{2212}' => {}
            c if c.is_whitespace() => {}
            _ => return None,
        }
    }
    let abroad = if plus { Some(digits.as_str()) } else { digits.strip_prefix("00") };
    match abroad.map(|number| (number, number.strip_prefix("86"))) {
        Some((_, Some(home))) => at_home(home, true),
        Some((number, None)) => {
            let fits = (6..=15).contains(&number.len()) && !number.starts_with('0');
            fits.then(|| format!("+{number}"))
        }
        None => match digits.strip_prefix("86").filter(|home| is_mobile(home)) {
            Some(mobile) => Some(mobile.to_owned()),
            None => at_home(&digits, false),
        },
    }
}

/// A number of the mainland; `coded` when the country's code stood before it, after which area codes lose their 0.
fn at_home(digits: &str, coded: bool) -> Option<String> {
    let length = digits.len();
    let starts = |heads: &[&str]| heads.iter().any(|head| digits.starts_with(head));
    if is_mobile(digits) {
        return Some(digits.to_owned());
    }
    if let Some(mobile) = digits.strip_prefix('0').filter(|rest| is_mobile(rest)) {
        return Some(mobile.to_owned());
    }
    let service = starts(&["400", "800"]) && length == 10;
    let carrier =
        starts(&["95"]) && (5..=15).contains(&length) || starts(&["10"]) && (5..=20).contains(&length);
    let short = starts(&["11", "12", "96"]) && (3..=8).contains(&length);
    let area_code = |d: &str| d.starts_with('0') && !d.starts_with("00") && (10..=12).contains(&d.len());
    // +86 10 1234 5678 is a line in Beijing, 10 and more digits without the country a sender of messages.
    let line = format!("0{digits}");
    if coded && !service && !starts(&["95", "0"]) && (9..=11).contains(&length) && area_code(&line) {
        return Some(line);
    }
    let local = (7..=8).contains(&length) && matches!(digits.as_bytes().first(), Some(b'2'..=b'8'));
    (service || carrier || short || area_code(digits) || local).then(|| digits.to_owned())
}

/// Host in small letters, path and query; without what says nothing of where it leads: `http`, the usual port, a name
/// before `@`, what follows `#`.
fn link(text: &str) -> Option<String> {
    if text.contains(char::is_whitespace) {
        return None;
    }
    let is_scheme = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    };
    let named = text.split_once("://").is_some_and(|(scheme, _)| is_scheme(scheme));
    let url = Url::parse(&if named { text.to_owned() } else { format!("http://{text}") }).ok()?;
    let host = url.host_str()?.trim_end_matches('.').to_lowercase();
    let web = matches!(url.scheme(), "http" | "https");
    if host.is_empty() || web && !host.contains(['.', ':']) {
        return None;
    }
    let scheme = if web { String::new() } else { format!("{}://", url.scheme()) };
    let port = url.port().filter(|port| !matches!(port, 80 | 443));
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let query = url.query().filter(|query| !query.is_empty());
    let path = if url.path() == "/" && query.is_none() { "" } else { url.path() };
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{scheme}{host}{port}{path}{query}"))
}

/// Words one blank apart.
fn app(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let name = words.join(" ");
    (1..=60).contains(&name.chars().count()).then_some(name)
}

/// Without blanks; of a card number the digits alone.
fn account(text: &str) -> Option<String> {
    let close: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let is_card = close.chars().all(|c| c.is_ascii_digit() || c == '-');
    let account = if is_card { close.replace('-', "") } else { close };
    let fits = (3..=64).contains(&account.chars().count());
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '+');
    (fits && account.chars().all(plain)).then_some(account)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(kind: SuspectKind, text: &str) -> Option<String> {
        Suspect::parse(kind, text).ok().map(|suspect| suspect.value)
    }

    #[test]
    fn a_number_is_one_number_however_it_is_written() {
        for (text, number) in [
            ("13800005678", "13800005678"),
            ("+86 138-0000-5678", "13800005678"),
            ("0086 138 0000 5678", "13800005678"),
            ("8613800005678", "13800005678"),
            ("013800005678", "13800005678"),
            ("１３８　００００　５６７８", "13800005678"),
            ("＋８６13800005678", "13800005678"),
            ("(023) 7268-0000", "02372680000"),
            ("+86 23 7268 0000", "02372680000"),
            ("+86 10 1234 5678", "01012345678"),
            ("400-800-1234", "4008001234"),
            ("+86 400 800 1234", "4008001234"),
            ("95588", "95588"),
            ("95013 8123 4567", "9501381234567"),
            ("10086", "10086"),
            ("1069 0000 1234 5678", "1069000012345678"),
            ("96110", "96110"),
            ("72680000", "72680000"),
            ("+1 (415) 555-0100", "+14155550100"),
            ("00852 2123 4567", "+85221234567"),
        ] {
            assert_eq!(written(SuspectKind::Phone, text).as_deref(), Some(number), "{text}");
        }
        for text in ["", "12", "一三八", "138000056", "138 0000 5678转", "++8613800005678", "00", "+86"] {
            assert_eq!(written(SuspectKind::Phone, text), None, "{text}");
        }
    }

    #[test]
    fn a_link_is_one_link_however_it_is_written() {
        for (text, link) in [
            ("http://Example.INVALID/Pay?id=7#top", "example.invalid/Pay?id=7"),
            ("https://example.invalid", "example.invalid"),
            ("example.invalid/", "example.invalid"),
            ("https://example.invalid:443/", "example.invalid"),
            ("http://bank.invalid@example.invalid/x", "example.invalid/x"),
            ("ｅｘａｍｐｌｅ.invalid/x", "example.invalid/x"),
            ("example.invalid/?to=http://bank.invalid", "example.invalid/?to=http://bank.invalid"),
            ("http://203.0.113.7:8080/a", "203.0.113.7:8080/a"),
            ("weixin://dl/chat", "weixin://dl/chat"),
        ] {
            assert_eq!(written(SuspectKind::Link, text).as_deref(), Some(link), "{text}");
        }
        for text in ["", "示例", "javascript:alert(1)", "http://", "no dots here", "http://a b.invalid"] {
            assert_eq!(written(SuspectKind::Link, text), None, "{text}");
        }
    }

    #[test]
    fn cards_and_names_are_compared_without_blanks_and_capitals() {
        assert_eq!(
            written(SuspectKind::Account, "6222 0000-0000 0000 123").as_deref(),
            Some("6222000000000000123")
        );
        assert_eq!(written(SuspectKind::Account, " Shili_2026 ").as_deref(), Some("shili_2026"));
        assert_eq!(written(SuspectKind::App, "示例  贷款 APP").as_deref(), Some("示例 贷款 app"));
        assert_eq!(written(SuspectKind::Account, "a<b>c"), None);
    }

    #[test]
    fn what_lists_show_can_be_neither_called_nor_opened_nor_paid() {
        let shown = |kind, text| Suspect::parse(kind, text).unwrap().masked();
        assert_eq!(shown(SuspectKind::Phone, "13800005678"), "138****5678");
        assert_eq!(shown(SuspectKind::Phone, "1069000012345678"), "106****5678");
        assert_eq!(shown(SuspectKind::Account, "6222000000000000123"), "62****23");
        assert_eq!(shown(SuspectKind::Account, "abc"), "****");
        assert_eq!(shown(SuspectKind::Phone, "96110"), "9****");
        assert_eq!(shown(SuspectKind::Link, "https://example.invalid/pay?id=7"), "example.invalid/***");
        assert_eq!(shown(SuspectKind::App, "示例贷款"), "示例贷款");
        let phone = Suspect::parse(SuspectKind::Phone, "13800005678").unwrap();
        assert_eq!(format!("{phone:?}"), "phone •••");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn what_is_written_in_one_way_stays_as_it_is(n in 0..4_usize, text in "[+0-9０-９ ()-]{0,18}|[a-zA-Z0-9./:?=&@#-]{1,24}|\\PC{0,20}") {
            let kind = SuspectKind::ALL[n];
            if let Some(once) = written(kind, &text) {
                prop_assert_eq!(written(kind, &once), Some(once.clone()), "{} {}", kind, text);
            }
        }

        #[test]
        fn blanks_hyphens_and_width_make_no_other_number(digits in "1[3-9][0-9]{9}", gaps in prop::collection::vec(0..4_usize, 11)) {
            let mut text = String::new();
            for (digit, gap) in digits.chars().zip(gaps) {
                text.push_str(["", " ", "-", "\u{3000}"][gap]);
                text.push(if gap == 1 { char::from_u32(0xff10 + digit.to_digit(10).unwrap()).unwrap() } else { digit });
            }
            prop_assert_eq!(written(SuspectKind::Phone, &text), Some(digits));
        }
    }
}
