//! Who asks in a drill, and the passes that they ask with; a pass lives fifteen minutes, a drill may take longer.

use serde_json::Value;
use uuid::Uuid;
use wangge::base::clock::Clock;
use wangge::base::id::Id;
use wangge::platform::access::Session;
use wangge::platform::access::token::{Subject, SubjectKind, TokenMint};
use wangge::platform::config::Settings;
use wangge::platform::secrets::Secrets;

use super::Failure;

/// Somebody and their session.
type Somebody = (Uuid, Uuid);

/// The people whom `town` signed in, and the key that signs their passes.
pub struct People {
    mint: TokenMint,
    worker: Somebody,
    staff: Somebody,
    residents: Vec<Somebody>,
}

/// What they show.
#[derive(Default)]
pub struct Passes {
    /// Of a worker who may report everywhere.
    pub worker: String,
    /// Of the office.
    pub staff: String,
    /// Of residents of different households.
    pub residents: Vec<String>,
}

impl People {
    /// Those of `manifest`.
    pub fn read(settings: &Settings, secrets: &Secrets, manifest: &Value) -> Result<Self, Failure> {
        let url = &settings.server.public_url;
        let mint = TokenMint::new(&secrets.token_keys, url, url).map_err(|problem| problem.to_string())?;
        let people = &manifest["people"];
        let somebody = |who: &Value| serde_json::from_value::<Somebody>(who.clone());
        let residents = people["residents"].as_array().into_iter().flatten();
        Ok(Self {
            mint,
            worker: somebody(&people["worker"])?,
            staff: somebody(&people["staff"])?,
            residents: residents.map(somebody).collect::<Result<_, _>>()?,
        })
    }

    /// New passes.
    pub fn passes(&self) -> Result<Passes, String> {
        let pass = |kind, (id, session): Somebody| {
            let subject = Subject { kind, id, session: Id::<Session>::from_uuid(session) };
            let issued = self.mint.issue(subject, Clock::System.now());
            issued.map(|(pass, _)| pass).map_err(|problem| problem.to_string())
        };
        let residents = self.residents.iter().map(|who| pass(SubjectKind::Resident, *who));
        Ok(Passes {
            worker: pass(SubjectKind::Staff, self.worker)?,
            staff: pass(SubjectKind::Staff, self.staff)?,
            residents: residents.collect::<Result<_, _>>()?,
        })
    }
}
