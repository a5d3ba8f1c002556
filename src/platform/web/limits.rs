//! How often one account or one address may ask.
//!
//! Whoever is signed in is counted by account, because a whole village may share one address behind the
//! carrier's NAT; everyone else by address (IPv6: by /64, which is one household). Signing in has a stricter
//! count. The counts are this node's own and are forgotten with it.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use uuid::Uuid;

use super::address::TrustedProxies;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::Identity;

/// After so many questions those who have been quiet are forgotten, which bounds the memory.
const SWEEP: u32 = 16_384;

/// How much one caller may ask.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// Requests a minute in the long run.
    pub per_minute: NonZeroU32,
    /// Requests at once after a quiet time.
    pub burst: NonZeroU32,
}

/// The three counts.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// Of someone who is signed in.
    pub account: Rate,
    /// Of an address without a sign-in.
    pub address: Rate,
    /// Of an address on `/api/v1/auth/`.
    pub auth: Rate,
}

/// Where signing in happens.
const AUTH: &str = "/api/v1/auth/";
/// Where gateways tell what became of messages: thousands in a minute after a notice, from a few addresses, and told
/// three times only. What is not signed, or has not the secret, is refused there before the database is asked.
const CALLBACKS: &str = "/api/v1/callbacks/";

/// The counters of this node.
pub struct Limits {
    proxies: TrustedProxies,
    account: Counter<Uuid>,
    address: Counter<IpAddr>,
    auth: Counter<IpAddr>,
}

struct Counter<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    clock: DefaultClock,
    asked: AtomicU32,
}

impl<K: Hash + Eq + Clone> Counter<K> {
    fn new(rate: Rate) -> Self {
        let quota = Quota::per_minute(rate.per_minute).allow_burst(rate.burst);
        Self { limiter: RateLimiter::keyed(quota), clock: DefaultClock::default(), asked: AtomicU32::new(0) }
    }

    fn count(&self, key: &K) -> Result<()> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        self.limiter.check_key(key).map_err(|over| {
            let wait = over.wait_time_from(self.clock.now()).as_secs() + 1;
            let wait = u32::try_from(wait).unwrap_or(u32::MAX);
            Problem::because(Code::RateLimited, format!("请求过于频繁,请 {wait} 秒后再试")).retry_after(wait)
        })
    }
}

impl Limits {
    /// Counters that start at nothing.
    pub fn new(rates: Rates, proxies: TrustedProxies) -> Self {
        let Rates { account, address, auth } = rates;
        let (account, address, auth) = (Counter::new(account), Counter::new(address), Counter::new(auth));
        Self { proxies, account, address, auth }
    }

    fn count(&self, request: &ServiceRequest) -> Result<()> {
        let known = match request.extensions().get::<Identity>() {
            Some(Identity::Known(actor)) => Some(actor.id()),
            _ => None,
        };
        // As the router reads it: `/api/v1/%61uth/` is the same path and must not be another count.
        let path = request.match_info();
        if path.as_str().starts_with(CALLBACKS) {
            return Ok(());
        }
        if path.as_str().starts_with(AUTH) {
            return self.auth.count(&household(self.proxies.client(request.request())));
        }
        match known {
            Some(account) => self.account.count(&account),
            None => self.address.count(&household(self.proxies.client(request.request()))),
        }
    }
}

/// The part of an address that one subscriber holds: all of IPv4, the first 64 bits of IPv6.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
    }
}

/// Lets a request through or answers 429 with `Retry-After`. Runs after `authenticate`.
pub async fn limit<B: MessageBody>(
    limits: web::Data<Limits>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    match limits.count(&request) {
        Ok(()) => next.call(request).await.map(ServiceResponse::map_into_left_body),
        Err(problem) => Ok(request.error_response(problem).map_into_right_body()),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, call_service, init_service};
    use actix_web::{App, HttpResponse};

    use super::*;

    fn rate(burst: u32) -> Rate {
        let n = |n| NonZeroU32::new(n).unwrap();
        Rate { per_minute: n(1), burst: n(burst) }
    }

    async fn statuses(asked: &[(&str, &str)]) -> Vec<u16> {
        let rates = Rates { account: rate(9), address: rate(2), auth: rate(1) };
        let limits = Limits::new(rates, TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap()]));
        let app = App::new()
            .app_data(web::Data::new(limits))
            .wrap(from_fn(limit))
            .default_service(web::to(HttpResponse::Ok));
        let app = init_service(app).await;
        let mut statuses = Vec::new();
        for (path, from) in asked {
            let request = TestRequest::get().uri(path).peer_addr("10.0.0.1:80".parse().unwrap());
            let request = request.insert_header(("X-Forwarded-For", *from)).to_request();
            let answer = call_service(&app, request).await;
            assert_eq!(answer.status() == 429, answer.headers().contains_key("Retry-After"));
            statuses.push(answer.status().as_u16());
        }
        statuses
    }

    #[actix_web::test]
    async fn each_address_behind_our_proxy_has_its_own_count() {
        let (a, b) = (("/x", "198.51.100.1"), ("/x", "198.51.100.2"));
        assert_eq!(statuses(&[a, a, a, b]).await, [200, 200, 429, 200]);
    }

    #[actix_web::test]
    async fn signing_in_is_counted_apart_and_more_strictly() {
        let (sign_in, other) = (("/api/v1/auth/token", "198.51.100.1"), ("/x", "198.51.100.1"));
        assert_eq!(statuses(&[sign_in, sign_in, other]).await, [200, 429, 200]);
    }

    #[actix_web::test]
    async fn signing_in_by_another_spelling_of_the_path_is_counted_as_strictly() {
        let (plain, encoded) = ("/api/v1/auth/password", "/api/v1/%61uth/p%61ssword");
        let from = "198.51.100.1";
        assert_eq!(statuses(&[(plain, from), (encoded, from), ("/x", from)]).await, [200, 429, 200]);
    }

    #[actix_web::test]
    async fn gateways_are_not_counted() {
        let told = ("/api/v1/callbacks/wechat", "198.51.100.1");
        assert_eq!(statuses(&[told, told, told, ("/x", "198.51.100.1")]).await, [200, 200, 200, 200]);
    }

    #[actix_web::test]
    async fn one_household_cannot_use_its_many_ipv6_addresses() {
        let (a, b) = (("/x", "2001:db8::1"), ("/x", "2001:db8::2"));
        assert_eq!(statuses(&[a, b, a, ("/x", "2001:db8:0:1::1")]).await, [200, 200, 429, 200]);
    }
}
