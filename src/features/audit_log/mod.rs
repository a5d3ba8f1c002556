//! The audit log (审计记录) as auditors read it: who did what to which record, inside their own areas.
//!
//! It answers what has to be told after a breach (个人信息保护法 第五十七条): `actor`, the days, and the action
//! `personal.reveal` give the records whose personal data somebody saw in plain text, each with its purpose.
//! What is masked in an answer is not personal data in plain text, so that looking at it leaves no entry.
//! Reading is itself written down, once for each request, before the answer leaves. It writes nothing else.
//!
//! The log belongs to `platform/audit`, where every slice writes it; see `docs/decisions/0011-reading-the-audit.md`.

mod actions;
mod routes;
mod wire;

pub use routes::routes;
