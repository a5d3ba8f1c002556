//! Hashing with Argon2id, a few at a time.
//!
//! Each hash takes 19 MiB and some 20 ms of a core (OWASP's first choice, RFC 9106 in form). On a town's
//! two cores a flood of sign-ins would starve everything else, so two run, fifty wait, and the
//! next is told to come again. An unknown account costs the same as a known one.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{self, PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use crate::base::problem::{Code, Problem, Result};

/// KiB of memory per hash.
const MEMORY: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

const RUNNING: usize = 2;
const WAITING: usize = 50;
/// Seconds in which a full queue is worked off, with room to spare.
const RETRY_AFTER: u32 = 2;

/// The one place where passwords are hashed; made once, shared by all.
#[derive(Debug, Clone)]
pub struct PasswordGate {
    argon2: Argon2<'static>,
    /// Running and waiting together.
    admitted: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

impl PasswordGate {
    /// A gate with two at work and fifty waiting.
    pub fn new() -> Result<Self> {
        Self::sized(RUNNING, WAITING)
    }

    fn sized(running: usize, waiting: usize) -> Result<Self> {
        let params = Params::new(MEMORY, PASSES, LANES, None).map_err(Problem::internal)?;
        Ok(Self {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            admitted: Arc::new(Semaphore::new(running + waiting)),
            running: Arc::new(Semaphore::new(running)),
        })
    }

    /// The hash to store, in PHC form: `$argon2id$v=19$m=19456,t=2,p=1$…`.
    ///
    /// 429 when too many are waiting.
    pub async fn hash(&self, password: SecretString) -> Result<String> {
        self.run(move |argon2| hash(argon2, &password)).await
    }

    /// Whether `password` is the one that `stored` was made of.
    ///
    /// Without `stored`, for an account that does not exist, it does the same work and answers no.
    /// 429 when too many are waiting; internal when `stored` is no hash.
    pub async fn verify(&self, password: SecretString, stored: Option<String>) -> Result<bool> {
        self.run(move |argon2| match stored {
            Some(stored) => matches(argon2, &password, &stored),
            None => hash(argon2, &password).map(|hash| {
                std::hint::black_box(hash);
                false
            }),
        })
        .await
    }

    /// Whether `password` is one of the `old` hashes; for profiles that forbid reuse.
    ///
    /// 429 when too many are waiting; internal when one of `old` is no hash.
    pub async fn is_reused(&self, password: SecretString, old: Vec<String>) -> Result<bool> {
        self.run(move |argon2| {
            for stored in &old {
                if matches(argon2, &password, stored)? {
                    return Ok(true);
                }
            }
            Ok(false)
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let full = |_| Problem::new(Code::RateLimited).retry_after(RETRY_AFTER);
        let admitted = self.admitted.clone().try_acquire_owned().map_err(full)?;
        let running = self.running.clone().acquire_owned().await.map_err(Problem::internal)?;
        let argon2 = self.argon2.clone();
        let done = tokio::task::spawn_blocking(move || {
            // Held by the work, not by the caller: a client that hangs up does not stop the hash.
            let _held = (admitted, running);
            work(&argon2)
        });
        done.await.map_err(Problem::internal)?
    }
}

fn hash(argon2: &Argon2<'_>, password: &SecretString) -> Result<String> {
    let hash = argon2.hash_password(password.expose_secret().as_bytes()).map_err(Problem::internal)?;
    Ok(hash.to_string())
}

fn matches(argon2: &Argon2<'_>, password: &SecretString, stored: &str) -> Result<bool> {
    let unreadable = |why| Problem::internal(format!("a stored password hash is unreadable: {why}"));
    let stored = PasswordHash::new(stored).map_err(unreadable)?;
    match argon2.verify_password(password.expose_secret().as_bytes(), &stored) {
        Ok(()) => Ok(true),
        Err(password_hash::Error::PasswordInvalid) => Ok(false),
        Err(why) => Err(Problem::internal(why)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_names_its_cost_and_knows_its_password() {
        let gate = PasswordGate::new().unwrap();
        let hash = gate.hash("正确的-Password1".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(gate.verify("正确的-Password1".into(), Some(hash.clone())).await.unwrap());
        assert!(!gate.verify("正确的-Password2".into(), Some(hash.clone())).await.unwrap());
        assert!(!gate.verify("正确的-Password1".into(), None).await.unwrap());
        assert!(gate.is_reused("正确的-Password1".into(), vec![hash]).await.unwrap());
        assert!(!gate.is_reused("正确的-Password1".into(), vec![]).await.unwrap());
    }

    #[tokio::test]
    async fn a_stored_text_that_is_no_hash_is_our_fault_not_a_wrong_password() {
        let gate = PasswordGate::new().unwrap();
        let problem = gate.verify("x".into(), Some("plain".to_owned())).await.unwrap_err();
        assert_eq!(problem.code(), Code::Internal);
    }

    #[tokio::test]
    async fn a_full_queue_says_when_to_come_again_and_a_free_place_is_taken() {
        let gate = PasswordGate::sized(1, 1).unwrap();
        let busy = gate.running.clone().acquire_owned().await.unwrap();
        let second = gate.admitted.clone().acquire_owned().await.unwrap();
        let waiting = tokio::spawn({
            let gate = gate.clone();
            async move { gate.verify("x".into(), None).await }
        });
        while gate.admitted.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let problem = gate.hash("x".into()).await.unwrap_err();
        assert_eq!((problem.code(), problem.retry_seconds()), (Code::RateLimited, Some(RETRY_AFTER)));
        drop((busy, second));
        assert!(!waiting.await.unwrap().unwrap());
        assert_eq!(gate.admitted.available_permits(), 2, "both places are free again");
    }
}
