//! Access tokens: the stable one that everybody shares, and the classic one that each caller renews.

/// Seconds that a token lives.
const LIFE: i64 = 7200;
/// Seconds before the end at which a new one is made, and for which the old one still works.
const OVERLAP: i64 = 300;

/// What an access token is worth.
#[derive(Debug, PartialEq, Eq)]
pub enum Worth {
    Good,
    Unknown,
    Expired,
}

#[derive(Default)]
pub struct Tokens {
    /// Each token that was made and not revoked, with the second at which it ends.
    made: Vec<(String, i64)>,
    /// The stable token and its end.
    stable: Option<(String, i64)>,
    classic: Option<String>,
    /// When it was forced to change; WeChat allows it every 30 s and 20 times a day.
    forced: Vec<i64>,
    count: u64,
}

impl Tokens {
    /// The shared token with the seconds that it has left, or an errcode.
    pub fn stable(&mut self, now: i64, force: bool) -> Result<(String, i64), i64> {
        if force {
            self.forced.retain(|at| now - at < 86_400);
            if self.forced.last().is_some_and(|at| now - at < 30) {
                return Err(45011);
            }
            if self.forced.len() >= 20 {
                return Err(45009);
            }
            self.forced.push(now);
            if let Some((old, _)) = self.stable.take() {
                self.made.retain(|(token, _)| *token != old);
            }
        }
        if let Some((token, end)) = &self.stable
            && now < end - OVERLAP
        {
            return Ok((token.clone(), end - now));
        }
        let token = self.make("stable", now);
        self.stable = Some((token.clone(), now + LIFE));
        Ok((token, LIFE))
    }

    /// A new token; the one before it works for five minutes more.
    pub fn classic(&mut self, now: i64) -> (String, i64) {
        let before = self.classic.take();
        for (token, end) in &mut self.made {
            if Some(&*token) == before.as_ref() {
                *end = (*end).min(now + OVERLAP);
            }
        }
        let token = self.make("classic", now);
        self.classic = Some(token.clone());
        (token, LIFE)
    }

    /// Whether `token` may be used now.
    pub fn worth(&self, token: &str, now: i64) -> Worth {
        match self.made.iter().find(|(made, _)| made == token) {
            None => Worth::Unknown,
            Some((_, end)) if now >= *end => Worth::Expired,
            Some(_) => Worth::Good,
        }
    }

    /// Revokes every token, as an administrator's reset does.
    pub fn revoke(&mut self) {
        self.made.clear();
        self.stable = None;
        self.classic = None;
    }

    fn make(&mut self, kind: &str, now: i64) -> String {
        self.count += 1;
        // WeChat asks callers to reserve 512 characters.
        let token = format!("{}_{kind}_{:0>480}", self.count, now);
        self.made.retain(|(_, end)| now < end + 86_400);
        self.made.push((token.clone(), now + LIFE));
        token
    }
}
