//! `Idempotency-Key`: a POST that is sent twice is done once.
//!
//! The answer is kept beside the key in the transaction that did the work, so that the two cannot part.
//! What is kept is what was made, by its id ([`Kept`]), and never what was shown of it. Records whose id the
//! phone makes need no key.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use chrono::TimeDelta;
use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::base::clock::Timestamp;
use crate::base::id::{Id, Kind};
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::Actor;
use crate::platform::db::schema::idempotency_keys;
use crate::platform::db::{Cols, Doc, Outcome, Tx};

/// How long a key is remembered.
const KEPT: TimeDelta = TimeDelta::days(2);
/// The longest key.
const LONGEST: usize = 255;

/// The header `Idempotency-Key`: 1 to 255 visible ASCII characters; 400 without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(pub String);

impl FromRequest for IdempotencyKey {
    type Error = Problem;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let key = request.headers().get("Idempotency-Key").map(|key| key.as_bytes());
        let fits = |key: &&[u8]| (1..=LONGEST).contains(&key.len()) && key.iter().all(u8::is_ascii_graphic);
        let key = key.filter(fits).map(|key| Self(String::from_utf8_lossy(key).into_owned()));
        ready(key.ok_or_else(|| {
            let how = "请在 Idempotency-Key 中带上一个新的随机值(1 到 255 个可见 ASCII 字符),重发时保持不变";
            Problem::because(Code::BadRequest, how)
        }))
    }
}

/// What may lie beside a key, unsealed: nothing of it tells anything of a person.
pub trait Kept: Serialize + DeserializeOwned {}

impl<K: Kind> Kept for Id<K> {}
/// Only that it was done.
impl Kept for () {}

crate::id_kind! {
    /// Whoever used a key: a staff member, a resident.
    Holder = "holder";
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = idempotency_keys, treat_none_as_default_value = false)]
struct Row {
    actor_id: Id<Holder>,
    key: String,
    fingerprint: Vec<u8>,
    answer: Doc,
    created_at: Timestamp,
}

impl IdempotencyKey {
    /// Does `f` the first time, and answers the same again afterwards.
    ///
    /// `fingerprint` names the operation and all that was asked for; the same key with another one is 409
    /// `key_reused`. Keys of different people are different keys. A request that comes while its twin is still
    /// at work waits for it and is answered the same.
    pub fn once<T: Kept>(
        &self,
        tx: &mut Tx,
        by: &Actor,
        fingerprint: &[u8],
        f: impl FnOnce(&mut Tx) -> Result<T>,
    ) -> Result<T> {
        let actor_id = Id::<Holder>::from_uuid(by.id());
        let fingerprint = Sha256::digest(fingerprint).to_vec();
        let known = idempotency_keys::table
            .find((actor_id, &self.0))
            .select(Row::cols())
            .first::<Row>(&mut **tx)
            .or_none()?;
        if let Some(row) = known {
            if row.fingerprint != fingerprint {
                return Err(Problem::new(Code::KeyReused));
            }
            return serde_json::from_value(row.answer.0).map_err(Problem::internal);
        }
        // Taken before the work: a twin at the same moment stands still here and is tried again when this one is
        // done. Taken afterwards, it would do the work and be refused for what this one has just made.
        let (answer, created_at) = (Doc(serde_json::Value::Null), tx.now());
        let row = Row { actor_id, key: self.0.clone(), fingerprint, answer, created_at };
        diesel::insert_into(idempotency_keys::table).values(&row).execute(&mut **tx).or_again()?;
        let answer = f(tx)?;
        let kept = Doc(serde_json::to_value(&answer).map_err(Problem::internal)?);
        let own = idempotency_keys::table.find((actor_id, &self.0));
        diesel::update(own).set(idempotency_keys::answer.eq(kept)).execute(&mut **tx)?;
        Ok(answer)
    }

    /// Forgets keys that are older than two days; answers how many.
    pub fn forget_old(tx: &mut Tx) -> Result<usize> {
        let old = idempotency_keys::created_at.lt(tx.now().plus(-KEPT));
        Ok(diesel::delete(idempotency_keys::table.filter(old)).execute(&mut **tx)?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::base::clock::Clock;
    use crate::platform::access::{policy::SeeAreas, system};
    use crate::platform::db::{DatabaseUrl, Db, DbSettings, migrations};

    async fn place() -> (tempfile::TempDir, Db) {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::parse(&format!("sqlite:{}", folder.path().join("town.db").display())).unwrap();
        let settings = DbSettings { url, replica: None, connections: 1 };
        migrations::migrate(&mut settings.connect().unwrap()).unwrap();
        (folder, Db::open(&settings, Clock::System).unwrap())
    }

    #[actix_web::test]
    async fn a_request_that_is_sent_twice_is_done_once() {
        let (_folder, db) = place().await;
        let done = Arc::new(AtomicU32::new(0));
        let send = |asked: &'static str| {
            let (db, done) = (db.clone(), Arc::clone(&done));
            async move {
                let key = IdempotencyKey("k-1".to_owned());
                let by = system::<SeeAreas>("the test sends requests");
                let ran = db.write(move |tx| {
                    key.once(tx, by.actor(), asked.as_bytes(), |_| {
                        done.fetch_add(1, Ordering::SeqCst);
                        Ok(Id::<Holder>::new())
                    })
                });
                ran.await
            }
        };
        assert_eq!(send("a").await.unwrap(), send("a").await.unwrap());
        assert_eq!(send("b").await.unwrap_err().code(), Code::KeyReused);
        assert_eq!(done.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_key_is_visible_ascii_and_has_an_end() {
        use actix_web::test::TestRequest;
        let taken = |key: &str| {
            let request = TestRequest::post().insert_header(("Idempotency-Key", key)).to_http_request();
            IdempotencyKey::from_request(&request, &mut Payload::None).into_inner().is_ok()
        };
        assert!(taken("k-1") && taken(&"k".repeat(LONGEST)));
        assert!(!taken("") && !taken("two words") && !taken(&"k".repeat(LONGEST + 1)));
    }
}
