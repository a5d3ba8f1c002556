//! What the gateways know: people, codes, templates, consents, and what each gateway has of its own.

use std::collections::{BTreeSet, HashMap};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::caps::{Capped, Spent};
use super::hook::Hooks;
use super::official::Official;
use super::sms::Book;
use super::tokens::Tokens;
use super::wecom::Robots;

/// Seconds that a sign-in or phone code lives.
const CODE_LIFE: i64 = 300;

/// Somebody with a WeChat account.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Person {
    pub openid: String,
    #[serde(default)]
    pub unionid: Option<String>,
    #[serde(default)]
    pub phone: Option<String>,
    /// WeChat blocks sign-in (40226).
    #[serde(default)]
    pub risky: bool,
}

/// What a code stands for.
#[derive(Debug, Clone, Deserialize)]
pub struct NewCode {
    pub code: String,
    /// Whose it is.
    pub openid: String,
    /// The app that the number is shown to; ours when absent.
    #[serde(default)]
    pub appid: Option<String>,
}

struct Issued {
    code: NewCode,
    at: i64,
    used: bool,
}

/// A person's consent to one template.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Consent {
    pub openid: String,
    pub template: String,
    /// Messages that may still be sent; absent is a long-term consent without end.
    #[serde(default)]
    pub remaining: Option<u64>,
    #[serde(default)]
    pub refused: bool,
}

/// How often each path was asked.
pub type Calls = HashMap<String, u64>;

/// A message as it arrives.
#[derive(Debug, Deserialize)]
pub struct Message {
    pub touser: String,
    pub template_id: String,
    #[serde(default)]
    pub page: String,
    pub data: HashMap<String, Value>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Value {
    pub value: String,
}

#[derive(Default)]
pub struct State {
    pub demo: bool,
    /// Seconds that this WeChat's clock runs ahead.
    pub clock_offset: i64,
    pub tokens: Tokens,
    pub official_tokens: Tokens,
    pub official: Official,
    pub sms: Book,
    pub robots: Robots,
    pub hooks: Hooks,
    pub caps: Spent,
    pub calls: Calls,
    pub templates: HashMap<String, BTreeSet<String>>,
    people: HashMap<String, Person>,
    consents: HashMap<(String, String), Consent>,
    login_codes: HashMap<String, Issued>,
    phone_codes: HashMap<String, Issued>,
    last_message: u64,
}

impl State {
    pub fn new(demo: bool) -> Self {
        Self { demo, last_message: 4_000_000_000_000_000_000, ..Self::default() }
    }

    /// Seconds since 1970 on this WeChat's clock.
    pub fn now(&self) -> i64 {
        let real = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(real.as_secs()).unwrap_or(i64::MAX).saturating_add(self.clock_offset)
    }

    /// Notes that `path` was asked.
    pub fn count(&mut self, path: &str) {
        match self.calls.get_mut(path) {
            Some(calls) => *calls += 1,
            None => drop(self.calls.insert(path.to_owned(), 1)),
        }
    }

    pub fn add_person(&mut self, person: Person) {
        self.people.insert(person.openid.clone(), person);
    }

    /// Who has this name; anybody in a demonstration.
    pub fn person(&self, openid: &str) -> Option<Person> {
        let unknown = || self.demo.then(|| Person { openid: openid.to_owned(), ..Person::default() });
        self.people.get(openid).cloned().or_else(unknown)
    }

    pub fn add_consent(&mut self, consent: Consent) {
        self.consents.insert((consent.openid.clone(), consent.template.clone()), consent);
    }

    pub fn add_login_code(&mut self, code: NewCode) {
        let at = self.now();
        self.login_codes.insert(code.code.clone(), Issued { code, at, used: false });
    }

    pub fn add_phone_code(&mut self, code: NewCode) {
        let at = self.now();
        self.phone_codes.insert(code.code.clone(), Issued { code, at, used: false });
    }

    /// Whose sign-in `code` is, or an errcode.
    pub fn login(&mut self, code: &str) -> Result<Person, i64> {
        let now = self.now();
        let openid = match code.strip_prefix("demo-login-").filter(|openid| self.demo && !openid.is_empty()) {
            Some(openid) => openid.to_owned(),
            None => redeem(&mut self.login_codes, code, now)?.openid,
        };
        let unknown = || Person { openid: openid.clone(), ..Person::default() };
        let person = self.person(&openid).unwrap_or_else(unknown);
        if person.risky { Err(40226) } else { Ok(person) }
    }

    /// The number that `code` shows and the app that it is shown to, or an errcode.
    pub fn phone(&mut self, code: &str) -> Result<(String, Option<String>), i64> {
        if let Some(phone) = code.strip_prefix("demo-phone-").filter(|_| self.demo) {
            let fits = phone.len() == 11 && phone.bytes().all(|b| b.is_ascii_digit());
            return if fits { Ok((phone.to_owned(), None)) } else { Err(40029) };
        }
        let now = self.now();
        let code = redeem(&mut self.phone_codes, code, now)?;
        let phone = self.people.get(&code.openid).and_then(|person| person.phone.clone()).ok_or(40029)?;
        Ok((phone, code.appid))
    }

    /// Takes a message and answers its number, or an errcode and the key that it is about.
    pub fn accept(&mut self, message: &Message) -> Result<u64, (i64, Option<String>)> {
        let now = self.now();
        if !self.caps.spend(Capped::Subscribe, now) {
            return Err((45009, None));
        }
        if !self.demo && !self.people.contains_key(&message.touser) {
            return Err((40003, None));
        }
        let keys = self.templates.get(&message.template_id);
        if keys.is_none() && !self.demo {
            return Err((40037, None));
        }
        if !message.page.is_empty() && !message.page.starts_with("pages/") {
            return Err((41030, None));
        }
        let mut wanted: BTreeSet<&String> = message.data.keys().collect();
        wanted.extend(keys.into_iter().flatten());
        for key in wanted {
            let declared = keys.is_none_or(|keys| keys.contains(key));
            let value = message.data.get(key);
            if !declared || !value.is_some_and(|value| super::fields::takes(key, &value.value)) {
                return Err((47003, Some(key.clone())));
            }
        }
        match self.consents.get_mut(&(message.touser.clone(), message.template_id.clone())) {
            Some(consent) if consent.refused || consent.remaining == Some(0) => return Err((43101, None)),
            Some(consent) => consent.remaining = consent.remaining.map(|left| left - 1),
            None if self.demo => {}
            None => return Err((43101, None)),
        }
        Ok(self.next_message())
    }

    /// A number for a message.
    pub fn next_message(&mut self) -> u64 {
        self.last_message += 1;
        self.last_message
    }
}

fn redeem(codes: &mut HashMap<String, Issued>, code: &str, now: i64) -> Result<NewCode, i64> {
    let issued = codes.get_mut(code).ok_or(40029)?;
    if now - issued.at >= CODE_LIFE {
        return Err(40029);
    }
    if issued.used {
        return Err(40163);
    }
    issued.used = true;
    Ok(issued.code.clone())
}
