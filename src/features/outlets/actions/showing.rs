//! Showing notices on outlets.

use std::collections::BTreeMap;

use serde_json::json;

use crate::base::id::Id;
use crate::base::page::{Page, PageRequest, Place};
use crate::base::problem::{Code, FieldError, Problem, Result};
use crate::features::areas;
use crate::features::attachments::{self, Photo, RecordPhoto, Stage};
use crate::features::notices::{self, Brief, Notice, NoticeState, Said, Texts};
use crate::features::outlets::model::{
    Exposure, ExposureRow, ExposureState, NewExposure, Outlet, OutletKind, OutletRow,
};
use crate::features::outlets::sending::SendExposure;
use crate::features::outlets::store::{self, exposures as rows};
use crate::platform::access::policy::{RecordExposure, SeeNotices, SeeOutlets, SendExposures};
use crate::platform::access::{Granted, Permission};
use crate::platform::audit;
use crate::platform::db::{Db, DbConnection, Doc, Tx};
use crate::platform::outbox;

/// What all outlets of one kind have shown of a notice.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// How many outlets.
    pub outlets: i64,
    /// Entries.
    pub showings: i64,
    /// How often, or how many leaflets, all together.
    pub times: i64,
    /// Whom they may reach by estimate, each outlet once.
    pub audience: i64,
}

/// Writes down what was shown by hand; whether it is new. A resend answers the same record; 409 `id_reused` when the id is
/// another's, and before the notice was published.
pub async fn record(
    db: &Db,
    (by, sees): (Granted<RecordExposure>, Granted<SeeNotices>),
    notice: Id<Notice>,
    new: NewExposure,
) -> Result<(bool, ExposureRow)> {
    db.write(move |tx| {
        let brief = published(tx, &sees, notice)?;
        if let Some(known) = rows::of_same_id(tx, new.id)? {
            let same = known.content_hash == new.content_hash && known.notice_id == notice;
            return if same { Ok((false, known)) } else { Err(Problem::new(Code::IdReused)) };
        }
        let outlet = store::find(tx, by.scope(), new.outlet).map_err(|why| match why.code() {
            Code::NotFound => Problem::field("outlet_id", "没有这个宣传阵地,或不在辖区内").caused_by(why),
            _ => why,
        })?;
        if !outlet.in_use {
            return Err(Problem::field("outlet_id", "这个宣传阵地已停用"));
        }
        let row = ExposureRow {
            times: new.times,
            shown_at: new.shown_at,
            note: new.note.clone(),
            content_hash: new.content_hash.to_vec(),
            photos: Doc(json!(new.photos)),
            ..blank(tx, &by, &brief, &outlet, new.id)
        };
        let area = areas::of_record(by.scope(), &outlet.area_code)?;
        rows::insert(tx, &area, &row)?;
        attachments::claim(tx, by.actor(), &new.photos, &area, row.id.uuid(), Stage::Inspection)?;
        note(tx, &by, "exposure.record", &row)?;
        Ok((true, row))
    })
    .await
}

/// A showing of a notice on an outlet, recorded now and once.
fn blank<P: Permission>(
    tx: &Tx,
    by: &Granted<P>,
    notice: &Brief,
    outlet: &OutletRow,
    id: Id<Exposure>,
) -> ExposureRow {
    let now = tx.now();
    ExposureRow {
        id,
        notice_id: notice.id,
        outlet_id: outlet.id,
        area_code: outlet.area_code.clone(),
        kind: outlet.kind,
        state: ExposureState::Recorded,
        times: 1,
        audience: outlet.audience,
        shown_at: now,
        note: None,
        text: None,
        target_index: None,
        begun_at: None,
        attempts: 0,
        outcome: None,
        recorded_by: Id::from_uuid(by.actor().id()),
        content_hash: vec![],
        created_at: now,
        updated_at: now,
        photos: Doc(json!([])),
    }
}

/// Which machines show a notice.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The outlets, none twice.
    pub outlets: Vec<Id<Outlet>>,
    /// How often a loudspeaker reads it.
    pub times: i32,
}

/// Has machines show a notice: each is told once by a job, whoever asks and however often. One that failed is tried again.
/// 422 for an outlet that has no machine.
pub async fn broadcast(
    db: &Db,
    (by, sees): (Granted<SendExposures>, Granted<SeeNotices>),
    notice: Id<Notice>,
    asked: Asked,
) -> Result<Vec<ExposureRow>> {
    db.write(move |tx| {
        let brief = published(tx, &sees, notice)?;
        let outlets = store::find_all(tx, by.scope(), &asked.outlets)?;
        let outlets = machines(&asked.outlets, outlets)?;
        let texts = Texts::of(&Said::from(&brief));
        let mut known = rows::by_machines(tx, by.scope(), notice, &asked.outlets)?;
        let mut shown = Vec::with_capacity(outlets.len());
        for outlet in &outlets {
            let row = ExposureRow {
                state: ExposureState::Waiting,
                times: asked.times,
                text: outlet.kind.text(&texts).map(str::to_owned),
                // Only a group's robot has a pace; an address takes what it is sent.
                target_index: outlet.target_index.clone().filter(|_| outlet.kind == OutletKind::WecomGroup),
                ..blank(tx, &by, &brief, outlet, Id::new())
            };
            let area = areas::of_record(by.scope(), &outlet.area_code)?;
            let place = known.iter().position(|known| known.outlet_id == outlet.id);
            let row = match place.map(|place| known.swap_remove(place)) {
                None => {
                    rows::insert(tx, &area, &row)?;
                    row
                }
                Some(known) => {
                    let row = ExposureRow { id: known.id, ..row };
                    if !rows::again(tx, &area, &row)? {
                        shown.push(known);
                        continue;
                    }
                    row
                }
            };
            outbox::add(tx, &SendExposure { exposure: row.id })?;
            note(tx, &by, "exposure.send", &row)?;
            shown.push(row);
        }
        Ok(shown)
    })
    .await
}

/// The outlets in the order in which they were asked for, or 422 with an entry for each that no machine shows on.
fn machines(asked: &[Id<Outlet>], mut found: Vec<OutletRow>) -> Result<Vec<OutletRow>> {
    let mut errors = Vec::new();
    let mut outlets = Vec::with_capacity(asked.len());
    for (n, id) in asked.iter().enumerate() {
        let mut refuse = |message: &str| {
            errors.push(FieldError { field: format!("outlets[{n}]"), message: message.to_owned() });
        };
        match found.iter().position(|outlet| outlet.id == *id).map(|place| found.swap_remove(place)) {
            None => refuse("没有这个宣传阵地,或不在辖区内"),
            Some(outlet) if !outlet.in_use => refuse("这个宣传阵地已停用"),
            Some(outlet) if outlet.target_sealed.is_none() => {
                refuse("没有登记设备地址或机器人密钥,请人工展示后登记")
            }
            Some(outlet) => outlets.push(outlet),
        }
    }
    if errors.is_empty() { Ok(outlets) } else { Err(Problem::fields(errors)) }
}

/// The notice, when it is published and not cancelled; 404 when it is not for the caller, 409 otherwise.
fn published(c: &mut DbConnection, sees: &Granted<SeeNotices>, id: Id<Notice>) -> Result<Brief> {
    let state = notices::read(c, sees, id)?.row.state;
    if state != NoticeState::Published {
        let detail = format!("通知现为“{}”,不能展示", state.label());
        return Err(Problem::because(Code::StepNotAllowed, detail));
    }
    notices::briefs(c, sees.scope(), &[id])?.pop().ok_or_else(Problem::not_found)
}

/// A page of what was shown of a notice in the caller's areas, newest first.
pub async fn exposures(
    db: &Db,
    (by, sees): (Granted<SeeOutlets>, Granted<SeeNotices>),
    notice: Id<Notice>,
    page: PageRequest,
) -> Result<Page<ExposureRow>> {
    db.read_lagging(move |c| {
        notices::read(c, &sees, notice)?;
        let found = rows::list(c, by.scope(), notice, &page)?;
        Ok(page.page(found, |row| Place { at: row.created_at, id: row.id.uuid() }))
    })
    .await
}

/// A photo that proves a showing; 404 when the showing is hidden from the caller or has no such photo.
pub async fn photo(
    db: &Db,
    by: Granted<SeeOutlets>,
    (id, photo): (Id<Exposure>, Id<Photo>),
) -> Result<RecordPhoto> {
    db.read(move |c| {
        let row = rows::find(c, by.scope(), id)?;
        attachments::find_of_record(c, by.scope(), row.id.uuid(), photo)
    })
    .await
}

/// What outlets in the caller's areas have shown of a notice, kind by kind.
pub async fn summary(
    db: &Db,
    (by, sees): (Granted<SeeOutlets>, Granted<SeeNotices>),
    notice: Id<Notice>,
) -> Result<BTreeMap<OutletKind, Summary>> {
    db.read_lagging(move |c| {
        notices::read(c, &sees, notice)?;
        let mut kinds = BTreeMap::<OutletKind, Summary>::new();
        for shown in rows::shown(c, by.scope(), notice)? {
            let sum = kinds.entry(shown.kind).or_default();
            sum.outlets += 1;
            sum.showings += shown.showings;
            sum.times += shown.times.unwrap_or(0);
            sum.audience += i64::from(shown.audience.unwrap_or(0));
        }
        Ok(kinds)
    })
    .await
}

fn note<P: Permission>(tx: &mut Tx, by: &Granted<P>, action: &'static str, row: &ExposureRow) -> Result<()> {
    let details =
        json!({ "notice": row.notice_id, "outlet": row.outlet_id, "kind": row.kind, "times": row.times });
    audit::record(tx, by.actor(), action, ("exposure", row.id.to_string()), &row.area_code, details)
}
