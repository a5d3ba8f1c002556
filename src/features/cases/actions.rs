//! What a procedure does to a file. Each runs inside the procedure's own transaction.

use serde_json::json;

use super::intake::Settled;
use super::model::{Case, CaseFile, CaseKind, Confidential, Desk, NewCase, Phase, shown_id};
use super::named::PathCase;
use super::progress::News;
use super::wire::CaseSummary;
use super::{counts, me_too, site, store, telling};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::clocks::{self, Change};
use crate::features::{areas, timeline};
use crate::platform::access::policy::SeeCases;
use crate::platform::access::{Actor, ActorKind, AreaInScope, AreaScope, Granted, Permission, Role};
use crate::platform::audit;
use crate::platform::db::{Db, DbConnection, Json, Tx};

/// What [`open`] found.
#[derive(Debug, Clone)]
pub enum Opened {
    /// The case is new, and where it lies.
    New(CaseFile, AreaInScope),
    /// The phone sent the same case before; nothing was written.
    Again(CaseFile),
}

impl Opened {
    /// The file, new or not.
    pub fn file(&self) -> &CaseFile {
        match self {
            Self::New(file, _) | Self::Again(file) => file,
        }
    }
}

/// Opens a case: the file, its first timeline entry, audit, counters, and the clocks that `starts` names. The same id
/// with the same content is [`Opened::Again`], also when its area was closed meanwhile; with other content, or someone
/// else's, 409 `id_reused`. 422 for an area where no case can lie, and where the place was not settled; `grid_ambiguous` when
/// somebody has to say which grid it is.
pub fn open<P: Permission>(
    tx: &mut Tx,
    by: &Granted<P>,
    settled: &Settled,
    new: &NewCase,
    starts: &[Change],
) -> Result<Opened> {
    let (now, id) = (tx.now(), new.id.uuid());
    let settled = settled.site().and_then(|(site, no)| {
        let area = site::of(tx, by.scope(), &site.area)?;
        let clocks = clocks::begin(&area, id, starts, now)?;
        Ok((area, clocks, site, no))
    });
    let (area, clocks, site, no) = match settled {
        Ok(settled) => settled,
        Err(problem) => return again(tx, by, new)?.ok_or(problem),
    };
    let mut file = CaseFile::opened(&area, no, new, by.actor(), now);
    file.assignment = site.assignment.clone().map(Json);
    (file.due_on, file.clocks) = (clocks.faces().due_on(), clocks.faces().clone());
    // A report is new nearly always, so its insert finds out.
    if !store::insert(tx, &area, &file)? {
        return again(tx, by, new)?.ok_or_else(|| Problem::internal("a case's id was taken and is free"));
    }
    clocks.write(tx, &area)?;
    let step = Step {
        name: "report",
        from: None,
        to: new.state,
        note: None,
        note_internal: None,
        device_at: Some(new.reported_at),
    };
    record(tx, by, &file, step)?;
    counts::count(tx, &file, 1)?;
    Ok(Opened::New(file, area))
}

/// What the phone sent before under the same id.
fn again<P: Permission>(tx: &mut Tx, by: &Granted<P>, new: &NewCase) -> Result<Option<Opened>> {
    let Some(known) = store::of_same_id(tx, new.id)? else { return Ok(None) };
    let same = known.content_hash == new.content_hash && known.reporter_id.uuid() == by.actor().id();
    if same { Ok(Some(Opened::Again(known))) } else { Err(Problem::new(Code::IdReused)) }
}

/// One step of a procedure, as far as the file is concerned.
#[derive(Debug, Clone)]
pub struct Advance<'a> {
    /// The step's name, a verb of the API.
    pub step: &'static str,
    /// The procedure's state before and after.
    pub states: (&'static str, &'static str),
    /// The phase that the state after maps to.
    pub phase: Phase,
    /// On whose desk the case is from now on.
    pub desk: Desk,
    /// What starts, stops, pauses … with this step; what is not named goes on. A step that closes the case ends all.
    pub clocks: &'a [Change],
    /// A remark that the reporter may read.
    pub note: Option<&'a str>,
    /// A remark for the office.
    pub note_internal: Option<&'a str>,
    /// What the reporter is told of it; none for what need not be told.
    pub news: Option<News>,
    /// Who may see it from now on; none for whoever might before.
    pub confidential: Option<Confidential>,
    /// When the phone took it down, for work done offline.
    pub device_at: Option<Timestamp>,
}

/// Takes a file one step further, if it still has the version that the caller saw: 412 otherwise.
pub fn advance<P: Permission>(
    tx: &mut Tx,
    by: &Granted<P>,
    file: &CaseFile,
    step: Advance,
) -> Result<CaseFile> {
    let mut moved = file.clone();
    moved.phase = step.phase;
    moved.version += 1;
    moved.updated_at = tx.now();
    moved.handler_id = match step.desk {
        Desk::Stays => moved.handler_id,
        Desk::Of(handler) => Some(handler),
        Desk::Nobodys => None,
    };
    moved.confidential = step.confidential.unwrap_or(moved.confidential);
    moved.closed_at = (step.phase == Phase::Closed).then(|| file.closed_at.unwrap_or(tx.now()));
    let area = areas::of_record(by.scope(), &file.area_code)?;
    let device_at = step.device_at.or(tx.device_at());
    turn_clocks(tx, &area, &mut moved, step.clocks, device_at)?;
    if !store::advance(tx, by.scope(), file, &moved)? {
        return Err(Problem::new(Code::StaleVersion));
    }
    if moved.phase != file.phase {
        counts::count(tx, file, -1)?;
        counts::count(tx, &moved, 1)?;
    }
    let (from, to) = step.states;
    let taken = Step {
        name: step.step,
        from: Some(from),
        to,
        note: step.note,
        note_internal: step.note_internal,
        device_at,
    };
    record(tx, by, &moved, taken)?;
    if let Some(news) = &step.news {
        telling::tell(tx, by.actor(), &moved, news, step.note)?;
    }
    if moved.phase == Phase::Closed && file.phase != Phase::Closed {
        me_too::on_closing(tx, by.scope(), &moved)?;
    }
    Ok(moved)
}

/// Writes into the timeline of `file`, which is in `state`, that something happened to it that is no step of its own: its
/// version stays, so that nobody who works on it is turned away.
pub fn remark<P: Permission>(
    tx: &mut Tx,
    by: &Granted<P>,
    file: &CaseFile,
    state: &'static str,
    name: &'static str,
    note_internal: &str,
) -> Result<()> {
    let device_at = tx.device_at();
    let note_internal = Some(note_internal);
    record(tx, by, file, Step { name, from: Some(state), to: state, note: None, note_internal, device_at })
}

/// Does `changes` to the clocks of `file`, and writes into it what they show afterwards.
fn turn_clocks(
    tx: &mut Tx,
    area: &AreaInScope,
    file: &mut CaseFile,
    changes: &[Change],
    device_at: Option<Timestamp>,
) -> Result<()> {
    let closed = file.phase == Phase::Closed;
    if changes.is_empty() && !closed {
        return Ok(());
    }
    let of = clocks::Of { case: file.id.uuid(), faces: &file.clocks, device_at, closed };
    let faces = clocks::apply(tx, area, of, changes)?;
    (file.due_on, file.clocks) = (faces.due_on(), faces);
    Ok(())
}

/// Checks the version that the caller saw, before anything is judged by it: 412 `stale_version`.
pub fn expect(file: &CaseFile, if_match: i32) -> Result<()> {
    if file.version == if_match {
        return Ok(());
    }
    Err(Problem::new(Code::StaleVersion).current_version(file.version))
}

/// Those of `ids` that `scope` shows and that came between `from` and `to`, as a list shows them, the latest first.
pub fn among(
    c: &mut DbConnection,
    scope: &AreaScope,
    ids: &[Id<Case>],
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<CaseSummary>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    Ok(store::among(c, scope, ids, (from, to))?.into_iter().map(CaseSummary::from).collect())
}

/// A case's timeline, oldest first, as `by` may see it: remarks for the office are not for residents. 404 when the
/// case is hidden from the caller or of another kind.
pub async fn timeline_of(
    db: &Db,
    by: Granted<SeeCases>,
    kind: CaseKind,
    id: Id<Case>,
) -> Result<Vec<timeline::EntryView>> {
    let internal = by.actor().kind() != ActorKind::Resident;
    let entries = db.read(move |c| {
        let file = PathCase { kind, id }.find(c, by.scope())?;
        timeline::of_case(c, by.scope(), file.id.uuid())
    });
    Ok(entries.await?.into_iter().map(|entry| entry.view(internal)).collect())
}

/// What the timeline and the audit are told.
pub(super) struct Step<'a> {
    pub name: &'static str,
    pub from: Option<&'static str>,
    pub to: &'static str,
    pub note: Option<&'a str>,
    pub note_internal: Option<&'a str>,
    pub device_at: Option<Timestamp>,
}

/// Writes the timeline entry and the audit entry of a step that has been taken.
pub(super) fn record<P: Permission>(tx: &mut Tx, by: &Granted<P>, file: &CaseFile, step: Step) -> Result<()> {
    let (by, roles) = (by.actor(), P::ROLES);
    let entry = timeline::Entry {
        id: Id::new(),
        case_id: file.id.same_as(),
        case_kind: file.kind.as_str().to_owned(),
        area_code: file.area_code.clone(),
        version: file.version,
        at: tx.now(),
        device_at: step.device_at,
        actor_kind: by.kind(),
        actor_id: by.traced_id().map(Id::from_uuid),
        role: role_in(by, roles, file),
        step: step.name.to_owned(),
        from_state: step.from.map(str::to_owned),
        to_state: step.to.to_owned(),
        phase: file.phase.as_str().to_owned(),
        note: step.note.map(str::to_owned),
        note_internal: step.note_internal.map(str::to_owned),
        hidden: matches!(file.confidential, Confidential::Private | Confidential::Sealed),
    };
    timeline::append(tx, entry)?;
    let action = match file.kind {
        super::CaseKind::Hazard => "hazard.step",
        super::CaseKind::Dispute => "dispute.step",
        super::CaseKind::Event => "event.step",
    };
    let object = (file.kind.as_str(), shown_id(file.kind, file.id));
    audit::record(
        tx,
        by,
        action,
        object,
        &file.area_code,
        json!({ "step": step.name, "version": file.version }),
    )
}

/// The post in which the actor took the step, which the timeline shows in place of a name: the finest of those that
/// hold the case and are among the `roles` that may take it.
fn role_in(by: &Actor, roles: &[Role], file: &CaseFile) -> Option<Role> {
    let posts = by.posts().iter().filter(|post| file.area_code.is_within(&post.area));
    let finest = posts.max_by_key(|post| (roles.contains(&post.role), post.area.as_str().len()));
    finest.or_else(|| by.posts().first()).map(|post| post.role)
}
