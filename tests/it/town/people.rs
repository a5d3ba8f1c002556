//! People of the test township, signed in.

use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::test::TestRequest;
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;
use wangge::base::area_code::AreaCode;
use wangge::base::clock::Timestamp;
use wangge::base::id::{Id, Kind};
use wangge::base::sensitive::{Address, PersonName, Phone};
use wangge::platform::access::token::{Subject, SubjectKind};
use wangge::platform::access::{Household, Resident, Role, Session, Staff};
use wangge::platform::db::Doc;
use wangge::platform::db::schema::{households, posts, residents, sessions, staff_members};

use super::{Answer, Town};

/// The id of a photo, as a phone makes it.
enum Photo {}
impl Kind for Photo {
    const PREFIX: &'static str = "photo";
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Person {
    /// Staff or resident.
    pub id: Uuid,
    /// A resident's household.
    pub household: Option<Id<Household>>,
    /// The number that they sign in with.
    pub phone: String,
    token: String,
    signed_in_at: Timestamp,
}

/// Less than an access token lasts.
const MINUTES: i64 = 10;

impl Person {
    /// The same person, signed in anew when the clock of the town has moved by more than a token lasts.
    fn now(&self, town: &Town) -> Self {
        let fresh = town.clock.now() < self.signed_in_at.plus(chrono::TimeDelta::minutes(MINUTES));
        if fresh { self.clone() } else { town.signed_in_anew(self) }
    }

    /// A request of this person.
    pub fn signs(&self, request: TestRequest, path: &str) -> TestRequest {
        request.uri(path).insert_header(("Authorization", format!("Bearer {}", self.token)))
    }

    /// The access token.
    pub fn token(&self) -> &str {
        &self.token
    }

    pub async fn get(&self, town: &Town, path: &str) -> Answer {
        town.ask(self.now(town).signs(TestRequest::get(), path)).await
    }

    pub async fn post(&self, town: &Town, path: &str, body: Value) -> Answer {
        town.ask(self.now(town).signs(TestRequest::post(), path).set_json(body)).await
    }

    /// Uploads a photo; answers its id.
    pub async fn photo(&self, town: &Town) -> String {
        let id = Id::<Photo>::new().to_string();
        let (media, form) = upload(&id);
        let request = self
            .now(town)
            .signs(TestRequest::post(), "/api/v1/photos")
            .insert_header(("Content-Type", media));
        let answer = town.ask(request.set_payload(form)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        id
    }

    /// Takes a step on the version that was seen.
    pub async fn step(&self, town: &Town, path: &str, version: i64, body: Value) -> Answer {
        let request = self
            .now(town)
            .signs(TestRequest::post(), path)
            .insert_header(("If-Match", format!("\"{version}\"")));
        town.ask(request.set_json(body)).await
    }
}

impl Town {
    /// A staff member with one post.
    pub fn staff(&self, role: Role, area: &str) -> Person {
        let (id, now) = (Id::<Staff>::new(), self.clock.now());
        let area: AreaCode = area.parse().unwrap();
        let vault = &self.house.app.vault;
        let phone = unused_phone();
        let sealed = Phone::parse(&phone).unwrap();
        let mut c = self.connect();
        diesel::insert_into(staff_members::table)
            .values((
                (staff_members::id.eq(id), staff_members::area_code.eq(area.town())),
                staff_members::name_sealed
                    .eq(vault.seal_value(&PersonName::parse("示例人员").unwrap()).unwrap()),
                staff_members::phone_sealed.eq(vault.seal_value(&sealed).unwrap()),
                staff_members::phone_index.eq(vault.index_value(&sealed)),
                staff_members::status.eq("active"),
                staff_members::password_history.eq(Doc(serde_json::json!([]))),
                staff_members::sessions_since.eq(now),
                staff_members::version.eq(1),
                (staff_members::created_at.eq(now), staff_members::updated_at.eq(now)),
            ))
            .execute(&mut c)
            .unwrap();
        let token = self.session(SubjectKind::Staff, id.uuid());
        let person = Person { id: id.uuid(), household: None, phone, token, signed_in_at: self.clock.now() };
        self.appoint(&person, role, area.as_str());
        person
    }

    /// Gives somebody of the staff a post more.
    pub fn appoint(&self, person: &Person, role: Role, area: &str) {
        let post = (
            posts::id.eq(Id::<Staff>::new()),
            posts::staff_id.eq(Id::<Staff>::from_uuid(person.id)),
            posts::role.eq(role.as_str()),
            posts::area_code.eq(area.parse::<AreaCode>().unwrap()),
            posts::started_at.eq(self.clock.now()),
        );
        diesel::insert_into(posts::table).values(post).execute(&mut self.connect()).unwrap();
    }

    /// A resident who is the head of a household of one.
    pub fn resident(&self, grid: &str) -> Person {
        let (household, id, now) = (Id::<Household>::new(), Id::<Resident>::new(), self.clock.now());
        let grid: AreaCode = grid.parse().unwrap();
        let vault = &self.house.app.vault;
        let (name, address) =
            (PersonName::parse("示例居民").unwrap(), Address::parse("示例村1组1号").unwrap());
        let phone = unused_phone();
        let sealed = Phone::parse(&phone).unwrap();
        let mut c = self.connect();
        diesel::insert_into(households::table)
            .values((
                (households::id.eq(household), households::area_code.eq(&grid)),
                (households::town_code.eq(grid.town()), households::code.eq(household.to_string())),
                households::address_sealed.eq(vault.seal_value(&address).unwrap()),
                (
                    households::smartphone.eq("yes"),
                    households::members.eq(1),
                    households::status.eq("living"),
                ),
                (households::version.eq(1), households::created_at.eq(now), households::updated_at.eq(now)),
            ))
            .execute(&mut c)
            .unwrap();
        diesel::insert_into(residents::table)
            .values((
                (residents::id.eq(id), residents::household_id.eq(household), residents::area_code.eq(&grid)),
                residents::name_sealed.eq(vault.seal_value(&name).unwrap()),
                residents::name_index.eq(vault.index_value(&name)),
                residents::phone_sealed.eq(Some(vault.seal_value(&sealed).unwrap())),
                residents::phone_index.eq(Some(vault.index_value(&sealed))),
                (residents::relation.eq("head"), residents::version.eq(1)),
                (residents::created_at.eq(now), residents::updated_at.eq(now)),
            ))
            .execute(&mut c)
            .unwrap();
        super::database::take_census(&mut c);
        let token = self.session(SubjectKind::Resident, id.uuid());
        Person { id: id.uuid(), household: Some(household), phone, token, signed_in_at: self.clock.now() }
    }

    /// The same person, signed in anew: an access token does not last for days.
    pub fn signed_in_anew(&self, person: &Person) -> Person {
        let kind = if person.household.is_some() { SubjectKind::Resident } else { SubjectKind::Staff };
        Person { token: self.session(kind, person.id), signed_in_at: self.clock.now(), ..person.clone() }
    }

    /// The same person, signed in anew: a token ends after a quarter of an hour.
    pub fn anew(&self, person: &Person) -> Person {
        let kind = if person.household.is_some() { SubjectKind::Resident } else { SubjectKind::Staff };
        Person { token: self.session(kind, person.id), ..person.clone() }
    }

    /// Ends all posts of somebody of the staff.
    pub fn dismiss(&self, person: &Person) {
        let theirs = posts::table.filter(posts::staff_id.eq(Id::<Staff>::from_uuid(person.id)));
        let ended = posts::ended_at.eq(Some(self.clock.now()));
        diesel::update(theirs).set(ended).execute(&mut self.connect()).unwrap();
    }

    /// Signs somebody in without asking for a password; answers the access token.
    fn session(&self, kind: SubjectKind, subject: Uuid) -> String {
        let (session, now) = (Id::<Session>::new(), self.clock.now());
        let word = if kind == SubjectKind::Staff { "staff" } else { "resident" };
        let row = (
            (sessions::id.eq(session), sessions::subject_kind.eq(word), sessions::device_kind.eq("phone")),
            (sessions::subject_id.eq(Id::<Staff>::from_uuid(subject)), sessions::device.eq("示例手机")),
            (sessions::refresh_hash.eq(session.uuid().as_bytes().to_vec()), sessions::rotated_at.eq(now)),
            (
                sessions::created_at.eq(now),
                sessions::expires_at.eq(Timestamp::from_millis(4_000_000_000_000)),
            ),
        );
        diesel::insert_into(sessions::table).values(row).execute(&mut self.connect()).unwrap();
        let subject = Subject { kind, id: subject, session };
        self.house.app.tokens.issue(subject, now).unwrap().0
    }
}

/// A number that nobody else of this process has: two people with one number cannot both be staff.
pub fn unused_phone() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("199{:08}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The form with a small picture: its media type and its bytes.
pub fn upload(id: &str) -> (String, Vec<u8>) {
    let mut picture = std::io::Cursor::new(Vec::new());
    let pixels = image::RgbImage::from_pixel(32, 32, image::Rgb([90, 120, 30]));
    pixels.write_to(&mut picture, image::ImageFormat::Jpeg).unwrap();
    let mut form = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n{id}\r\n--edge\r\nContent-Disposition: form-data; \
         name=\"file\"; filename=\"p.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"
    )
    .into_bytes();
    form.extend(picture.into_inner());
    form.extend(b"\r\n--edge--\r\n");
    ("multipart/form-data; boundary=edge".to_owned(), form)
}
