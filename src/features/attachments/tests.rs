//! Photos on a migrated SQLite file and a folder of blobs.

use std::io::{Seek, Write};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::test::TestRequest;
use actix_web::{FromRequest, HttpMessage};
use chrono::TimeDelta;
use uuid::Uuid;

use super::actions::{self, Uploaded};
use super::model::{Photo, PhotoRow, Size, Stage};
use super::{purge_unclaimed, store, sweep_unnamed};
use crate::base::clock::{Clock, Timestamp};
use crate::base::id::Id;
use crate::base::problem::{Code, Result};
use crate::platform::access::policy::{SeeCases, UploadPhoto};
use crate::platform::access::{
    Actor, ActorKind, AreaInScope, Granted, Identity, Permission, Post, Principal, Principals, Role, Roster,
    Session,
};
use crate::platform::blobs::{BlobKey, BlobSettings, Blobs};
use crate::platform::db::{DatabaseUrl, Db, DbConnection, DbSettings, migrations};
use crate::platform::photo::Limits;
use crate::platform::privacy::Vault;
use crate::platform::secrets::{CipherKind, SecretSettings};

const GRID: &str = "500114119201001";

struct Town {
    db: Db,
    blobs: Blobs,
    vault: Arc<Vault>,
    _folder: tempfile::TempDir,
}

fn noon() -> Timestamp {
    Timestamp::from_millis(1_767_585_600_000)
}

fn town() -> Town {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::parse(&format!("sqlite:{}", folder.path().join("town.db").display())).unwrap();
    let settings = DbSettings { url, replica: None, connections: 1 };
    migrations::migrate(&mut settings.connect().unwrap()).unwrap();
    let blobs = Blobs::open(&BlobSettings::Local { dir: folder.path().join("blobs") }).unwrap();
    let secrets = SecretSettings::generate(CipherKind::Aes256Gcm).read().unwrap();
    let vault = Arc::new(Vault::new(&secrets).unwrap());
    Town { db: Db::open(&settings, Clock::manual(noon())).unwrap(), blobs, vault, _folder: folder }
}

/// Knows one grid worker, whoever asks.
struct OneWorker(Uuid);

impl Roster for OneWorker {
    fn principal(&self, _: &mut DbConnection, session: Id<Session>) -> Result<Option<Principal>> {
        let area: crate::base::area_code::AreaCode = GRID.parse().unwrap();
        Ok(Some(Principal {
            kind: ActorKind::Staff,
            id: self.0,
            session,
            household: None,
            home: area.clone(),
            posts: vec![Post { role: Role::GridWorker, area }],
            expires_at: Timestamp::from_millis(i64::MAX),
        }))
    }
}

async fn worker(db: &Db, id: u128) -> Actor {
    let principals = Principals::new(Arc::new(OneWorker(Uuid::from_u128(id))));
    principals.actor(db, Id::new()).await.unwrap().unwrap()
}

fn granted<P: Permission>(actor: &Actor) -> Granted<P> {
    let request = TestRequest::get().to_http_request();
    request.extensions_mut().insert(Identity::Known(actor.clone()));
    Granted::from_request(&request, &mut Payload::None).into_inner().unwrap()
}

fn png(shade: u8) -> std::fs::File {
    let mut bytes = std::io::Cursor::new(vec![]);
    let pixels = image::RgbImage::from_pixel(4, 3, image::Rgb([shade; 3]));
    pixels.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes.get_ref()).unwrap();
    file.rewind().unwrap();
    file
}

impl Town {
    async fn upload(&self, by: &Actor, id: Id<Photo>, shade: u8) -> Result<Uploaded> {
        self.upload_as(granted(by), id, shade).await
    }

    async fn upload_as(&self, by: Granted<UploadPhoto>, id: Id<Photo>, shade: u8) -> Result<Uploaded> {
        let limits = Limits::default();
        actions::upload(&self.db, &self.blobs, &self.vault, limits, by, id, png(shade)).await
    }

    async fn claim(&self, by: &Actor, photos: &[Id<Photo>], case: u128, stage: Stage) -> Result<()> {
        let (by, photos) = (by.clone(), photos.to_vec());
        let area = AreaInScope::found(granted::<SeeCases>(&by).scope(), &GRID.parse().unwrap()).unwrap();
        let claimed =
            self.db.write(move |tx| actions::claim(tx, &by, &photos, &area, Uuid::from_u128(case), stage));
        claimed.await
    }

    async fn row(&self, id: Id<Photo>) -> Option<PhotoRow> {
        self.db.read(move |c| store::of_same_id(c, id)).await.unwrap()
    }

    /// What hourly sweeps from `start` on take.
    async fn sweep_for_a_day(&self, start: Timestamp) -> usize {
        let mut swept = 0;
        for hour in 0..24 {
            let now = start.plus(TimeDelta::hours(hour));
            swept += sweep_unnamed(&self.db, &self.blobs, now).await.unwrap();
        }
        swept
    }

    async fn has_files(&self, photo: &PhotoRow) -> bool {
        let mut there = true;
        for size in [Size::Full, Size::Thumbnail] {
            let key = BlobKey::parse(photo.digest(size)).unwrap();
            there &= self.blobs.exists(&key).await.unwrap();
        }
        there
    }
}

#[actix_web::test]
async fn a_resend_is_the_same_photo_and_another_picture_or_person_is_refused() {
    let town = town();
    let (me, other, id) = (worker(&town.db, 1).await, worker(&town.db, 2).await, Id::new());
    let Uploaded::New(photo) = town.upload(&me, id, 1).await.unwrap() else { panic!("not new") };
    assert!(town.has_files(&photo).await);
    assert!(matches!(town.upload(&me, id, 1).await.unwrap(), Uploaded::Again(_)));
    assert_eq!(town.upload(&me, id, 2).await.unwrap_err().code(), Code::IdReused);
    assert_eq!(town.upload(&other, id, 1).await.unwrap_err().code(), Code::IdReused);
}

#[actix_web::test]
async fn an_unclaimed_photo_is_seen_by_its_uploader_alone() {
    let town = town();
    let (me, other, id) = (worker(&town.db, 1).await, worker(&town.db, 2).await, Id::new());
    town.upload(&me, id, 1).await.unwrap();
    assert!(actions::find(&town.db, granted(&me), id).await.is_ok());
    assert_eq!(actions::find(&town.db, granted(&other), id).await.unwrap_err().code(), Code::NotFound);
}

#[actix_web::test]
async fn only_ones_own_photos_are_claimed_and_for_one_case() {
    let town = town();
    let (me, other) = (worker(&town.db, 1).await, worker(&town.db, 2).await);
    let (first, second, foreign) = (Id::new(), Id::new(), Id::new());
    town.upload(&me, first, 1).await.unwrap();
    town.upload(&me, second, 2).await.unwrap();
    town.upload(&other, foreign, 3).await.unwrap();

    let refused = town.claim(&me, &[first, foreign], 7, Stage::Before).await.unwrap_err();
    let [error] = refused.errors() else { panic!("{refused:?}") };
    assert!(error.field == "photos" && error.message.contains(&foreign.to_string()));
    assert!(!error.message.contains(&first.to_string()));
    assert_eq!(town.row(first).await.unwrap().case_id, None, "nothing is claimed by half");

    town.claim(&me, &[first, first], 7, Stage::Before).await.unwrap();
    town.claim(&me, &[first, second], 7, Stage::After).await.unwrap();
    assert_eq!(town.row(first).await.unwrap().stage, Stage::Before, "a photo of before stays one");
    assert_eq!(town.row(second).await.unwrap().stage, Stage::After);
    assert!(town.claim(&me, &[first], 8, Stage::Before).await.is_err());
    assert!(town.claim(&me, &[Id::new()], 7, Stage::Before).await.is_err());
}

#[actix_web::test]
async fn a_paper_is_served_to_nobody_by_its_own_address_and_no_open_photo_becomes_one() {
    let town = town();
    let (me, paper, open) = (worker(&town.db, 1).await, Id::new(), Id::new());
    town.upload(&me, paper, 1).await.unwrap();
    town.upload(&me, open, 2).await.unwrap();
    town.claim(&me, &[paper], 7, Stage::Paper).await.unwrap();
    let unseen = actions::find(&town.db, granted(&me), paper).await.unwrap_err();
    assert_eq!(unseen.code(), Code::NotFound, "not even by who uploaded it");

    town.claim(&me, &[open], 7, Stage::Before).await.unwrap();
    let refused = town.claim(&me, &[open], 7, Stage::Paper).await.unwrap_err();
    assert_eq!(refused.errors()[0].field, "papers");
    town.claim(&me, &[paper], 7, Stage::After).await.unwrap();
    assert_eq!(town.row(paper).await.unwrap().stage, Stage::Paper, "a paper stays one");
}

#[actix_web::test]
async fn a_resend_puts_back_what_a_purge_took_while_the_first_upload_died() {
    let town = town();
    let (me, id) = (worker(&town.db, 1).await, Id::new());
    town.upload(&me, id, 1).await.unwrap();
    let photo = town.row(id).await.unwrap();
    for size in [Size::Full, Size::Thumbnail] {
        town.blobs.delete(&BlobKey::parse(photo.digest(size)).unwrap()).await.unwrap();
    }
    assert!(matches!(town.upload(&me, id, 1).await.unwrap(), Uploaded::Again(_)));
    assert!(town.has_files(&photo).await);
}

#[actix_web::test]
async fn a_day_of_sweeps_takes_every_old_file_that_no_photo_names() {
    let town = town();
    let (me, id) = (worker(&town.db, 1).await, Id::new());
    town.upload(&me, id, 1).await.unwrap();
    let lost: Vec<_> = (0..40_u8).map(|n| vec![n; 9]).collect();
    for content in &lost {
        town.blobs.put(&BlobKey::of(content), content.clone()).await.unwrap();
    }
    let written = Clock::System.now();
    assert_eq!(town.sweep_for_a_day(written.plus(-TimeDelta::hours(1))).await, 0, "they are young");
    assert_eq!(town.sweep_for_a_day(written.plus(TimeDelta::hours(25))).await, lost.len());
    assert!(town.has_files(&town.row(id).await.unwrap()).await);
}

#[actix_web::test]
async fn a_purge_takes_what_nobody_named_within_a_day_and_no_file_that_another_photo_has() {
    let town = town();
    let me = worker(&town.db, 1).await;
    let (named, twin, lonely) = (Id::new(), Id::new(), Id::new());
    for (id, shade) in [(named, 1), (twin, 1), (lonely, 2)] {
        town.upload(&me, id, shade).await.unwrap();
    }
    let alone = town.row(lonely).await.unwrap();
    town.claim(&me, &[named], 7, Stage::Before).await.unwrap();
    let day = TimeDelta::hours(24);
    assert_eq!(purge_unclaimed(&town.db, &town.blobs, noon().plus(day)).await.unwrap(), 0);
    let later = noon().plus(day).plus(TimeDelta::milliseconds(1));
    assert_eq!(purge_unclaimed(&town.db, &town.blobs, later).await.unwrap(), 2);
    assert!(town.row(twin).await.is_none() && town.row(lonely).await.is_none());
    assert!(town.has_files(&town.row(named).await.unwrap()).await);
    let key = BlobKey::parse(alone.digest(Size::Full)).unwrap();
    assert!(!town.blobs.exists(&key).await.unwrap());
}
