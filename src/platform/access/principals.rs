//! Who holds a session, asked of the roster at most once a second.
//!
//! The token says who; whether the session still stands and which posts are held is read from the
//! database. A revoked session is therefore dead within [`FRESH`] on every node: an answer's age is counted
//! from the moment of asking, and an answer that was asked for before a session was forgotten is not kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use moka::sync::Cache;

use super::actor::{Actor, Principal, Session, Staff};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::platform::db::{Db, DbConnection};
use crate::platform::privacy::Vault;

/// How long an answer of the roster holds; the promise is one second.
const FRESH: Duration = Duration::from_millis(900);
/// The age from which one caller asks anew while the others still hold to the answer: of those who come at once with
/// one session, one looks it up and not all.
const RENEWED: Duration = Duration::from_millis(600);
/// Sessions kept in memory.
const CAPACITY: u64 = 100_000;
/// Sessions share a count of forgetting with one in so many others, which are asked for anew along with them.
const COUNTS: usize = 1024;

/// Answers who holds a session; `app` wires the slice that knows.
pub trait Roster: Send + Sync {
    /// The holder of a session that has neither ended nor expired, with the posts held now.
    fn principal(&self, c: &mut DbConnection, session: Id<Session>) -> Result<Option<Principal>>;

    /// A member of staff in service, with the posts held now, without any sign-in: whoever asks has found a secret of
    /// theirs, such as that of a calendar feed. A roster of sign-ins alone knows nobody.
    fn staff(&self, _c: &mut DbConnection, _id: Id<Staff>) -> Result<Option<Principal>> {
        Ok(None)
    }
}

/// An answer of the roster.
#[derive(Clone)]
struct Answer {
    actor: Option<Actor>,
    asked_at: Instant,
    /// How often had been forgotten then.
    forgotten: (u64, u64),
    /// Whether somebody is asking anew.
    renewing: Arc<AtomicBool>,
}

impl Answer {
    fn new(actor: Option<Actor>, asked_at: Instant, forgotten: (u64, u64)) -> Self {
        Self { actor, asked_at, forgotten, renewing: Arc::new(AtomicBool::new(false)) }
    }

    fn holds(&self, now: Instant, forgotten: (u64, u64)) -> bool {
        self.forgotten == forgotten && now.saturating_duration_since(self.asked_at) < FRESH
    }

    /// Whether the caller is the one who asks anew; yes only once.
    fn is_mine_to_renew(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.asked_at) >= RENEWED
            && !self.renewing.swap(true, Ordering::Relaxed)
    }
}

/// Counts forgetting: of everything, and of sessions by a part of their id.
struct Forgotten {
    all: AtomicU64,
    some: [AtomicU64; COUNTS],
}

impl Forgotten {
    fn count_of(&self, session: Id<Session>) -> &AtomicU64 {
        // The low bits of a UUIDv7 are random.
        &self.some[session.uuid().as_u128() as usize % COUNTS]
    }

    fn now(&self, session: Id<Session>) -> (u64, u64) {
        (self.all.load(Ordering::SeqCst), self.count_of(session).load(Ordering::SeqCst))
    }
}

/// The roster with a short memory.
#[derive(Clone)]
pub struct Principals {
    roster: Arc<dyn Roster>,
    answers: Cache<Id<Session>, Answer>,
    forgotten: Arc<Forgotten>,
    aliases: Option<Arc<Vault>>,
}

impl Principals {
    /// A memory before `roster`.
    pub fn new(roster: Arc<dyn Roster>) -> Self {
        let forgotten = Forgotten { all: AtomicU64::new(0), some: [const { AtomicU64::new(0) }; COUNTS] };
        Self {
            roster,
            answers: Cache::builder().max_capacity(CAPACITY).time_to_live(FRESH).build(),
            forgotten: Arc::new(forgotten),
            aliases: None,
        }
    }

    /// The same, where everybody has an alias that `vault` makes and may act anonymously under it.
    pub fn with_aliases(self, vault: Arc<Vault>) -> Self {
        Self { aliases: Some(vault), ..self }
    }

    /// The actor behind a session, or `None` when it has ended.
    pub async fn actor(&self, db: &Db, session: Id<Session>) -> Result<Option<Actor>> {
        let (asked_at, forgotten) = (Instant::now(), self.forgotten.now(session));
        let known = self.answers.get(&session).filter(|known| known.holds(asked_at, forgotten));
        if let Some(known) = known.filter(|known| !known.is_mine_to_renew(asked_at)) {
            return Ok(known.actor);
        }
        let roster = Arc::clone(&self.roster);
        let found = db.read(move |c| roster.principal(c, session)).await?;
        let alias = |person| self.aliases.as_ref().map(|vault| vault.alias(person));
        let actor = found.map(|principal| {
            let alias = alias(principal.id);
            Actor::new(Arc::new(principal)).under(alias)
        });
        self.answers.insert(session, Answer::new(actor.clone(), asked_at, forgotten));
        Ok(actor)
    }

    /// The member of staff as they stand now, or `None` when they are out of service; see [`Roster::staff`]. Asked each
    /// time: programs come by themselves and seldom.
    pub async fn staff(&self, db: &Db, id: Id<Staff>) -> Result<Option<Actor>> {
        let roster = Arc::clone(&self.roster);
        let found = db.read(move |c| roster.staff(c, id)).await?;
        Ok(found.map(|principal| Actor::new(Arc::new(principal))))
    }

    /// Forgets a session at once on this node, when it has just been ended or its holder's posts changed.
    pub fn forget(&self, session: Id<Session>) {
        self.forgotten.count_of(session).fetch_add(1, Ordering::SeqCst);
        self.answers.invalidate(&session);
    }

    /// Forgets everything, when posts changed and nobody knows whose sessions that touches.
    pub fn forget_all(&self) {
        self.forgotten.all.fetch_add(1, Ordering::SeqCst);
        self.answers.invalidate_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, mpsc};

    use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
    use uuid::Uuid;

    use super::*;
    use crate::base::area_code::AreaCode;
    use crate::base::clock::{Clock, Timestamp};
    use crate::platform::access::ActorKind;
    use crate::platform::db::{DatabaseUrl, DbSettings};

    /// Says when it is asked, and answers when it is told what.
    struct Slow {
        asked: UnboundedSender<Instant>,
        answers: Mutex<mpsc::Receiver<bool>>,
    }

    impl Roster for Slow {
        fn principal(&self, _: &mut DbConnection, session: Id<Session>) -> Result<Option<Principal>> {
            self.asked.send(Instant::now()).unwrap();
            let stands = self.answers.lock().unwrap().recv().unwrap();
            Ok(stands.then(|| Principal {
                kind: ActorKind::Staff,
                id: Uuid::nil(),
                session,
                household: None,
                home: AreaCode::country(),
                posts: vec![],
                expires_at: Timestamp::from_millis(i64::MAX),
            }))
        }
    }

    struct Scene {
        principals: Principals,
        db: Db,
        session: Id<Session>,
        asked: UnboundedReceiver<Instant>,
        answer: mpsc::Sender<bool>,
        _folder: tempfile::TempDir,
    }

    fn scene() -> Scene {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::parse(&format!("sqlite:{}", folder.path().join("town.db").display())).unwrap();
        let settings = DbSettings { url, replica: None, connections: 1 };
        drop(settings.connect().unwrap());
        let db = Db::open(&settings, Clock::System).unwrap();
        let ((tell, asked), (answer, answers)) = (unbounded_channel(), mpsc::channel());
        let principals = Principals::new(Arc::new(Slow { asked: tell, answers: Mutex::new(answers) }));
        Scene { principals, db, session: Id::new(), asked, answer, _folder: folder }
    }

    /// Asks, and calls `meanwhile` between the question and its answer, which is that the session stands.
    async fn ask(scene: &mut Scene, meanwhile: impl FnOnce(&Principals)) -> Instant {
        let asking = scene.principals.actor(&scene.db, scene.session);
        let answering = async {
            let asked_at = scene.asked.recv().await.unwrap();
            meanwhile(&scene.principals);
            scene.answer.send(true).unwrap();
            asked_at
        };
        let (found, asked_at) = tokio::join!(asking, answering);
        assert!(found.unwrap().is_some());
        asked_at
    }

    #[actix_web::test]
    async fn an_answer_that_was_asked_for_before_a_session_was_forgotten_is_not_kept() {
        for everything in [false, true] {
            let mut scene = scene();
            let session = scene.session;
            let forget =
                |known: &Principals| if everything { known.forget_all() } else { known.forget(session) };
            ask(&mut scene, forget).await;
            scene.answer.send(false).unwrap();
            let again = scene.principals.actor(&scene.db, session).await.unwrap();
            assert!(again.is_none(), "the end of the session was not seen");
        }
    }

    #[actix_web::test]
    async fn an_answer_ages_from_the_moment_of_asking() {
        let mut scene = scene();
        let asked_at = ask(&mut scene, |_| ()).await;
        let kept = scene.principals.answers.get(&scene.session).unwrap();
        assert!(kept.asked_at <= asked_at);
        let after = |millis| kept.asked_at + Duration::from_millis(millis);
        assert!(kept.holds(after(899), kept.forgotten) && !kept.holds(after(900), kept.forgotten));
    }

    #[test]
    fn of_those_who_come_at_once_one_asks_anew() {
        let asked_at = Instant::now();
        let answer = Answer::new(None, asked_at, (0, 0));
        let at = |millis| asked_at + Duration::from_millis(millis);
        assert!(!answer.is_mine_to_renew(at(599)));
        let callers = [answer.clone(), answer.clone(), answer];
        assert_eq!(callers.map(|answer| answer.is_mine_to_renew(at(600))), [true, false, false]);
    }
}
