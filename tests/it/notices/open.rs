//! What everybody may read: the page, CAP 1.2 and the Atom feed, each checked with its schema by `xmllint`.

use std::io::Write;
use std::process::{Command, Stdio};

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use actix_web::test::{TestRequest, read_body};
use chrono::TimeDelta;
use serde_json::{Value, json};
use wangge::base::id::Id;
use wangge::features::notices::Notice;
use wangge::platform::access::Role;

use crate::town::{EAST, NEXT_TOWN, NEXT_VILLAGE, Person, TOWN, Town, WEST};

/// What anybody is answered who asks without a sign-in.
struct Read {
    status: u16,
    tag: String,
    media: String,
    keep: String,
    text: String,
}

async fn read(town: &Town, path: &str, held: Option<&str>) -> Read {
    let mut request = TestRequest::get().uri(path);
    if let Some(tag) = held {
        request = request.insert_header((IF_NONE_MATCH, tag));
    }
    let answer = town.send(request).await;
    let header = |name| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    let header = |name| header(name).unwrap_or_default();
    let (tag, media, keep) = (header(ETAG), header(CONTENT_TYPE), header(CACHE_CONTROL));
    let status = answer.status().as_u16();
    Read { status, tag, media, keep, text: String::from_utf8(read_body(answer).await.to_vec()).unwrap() }
}

impl Read {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|why| panic!("{why}: {}", self.text))
    }
}

/// What `xmllint` says against a document; nothing when it is as the schema says.
fn complaints(kind: &str, schema: &str, document: &str) -> String {
    let schema = format!("{}/tests/schemas/{schema}", env!("CARGO_MANIFEST_DIR"));
    let linter = Command::new("xmllint")
        .args(["--nonet", "--noout", kind, &schema, "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut linter = linter.expect("xmllint checks the documents: install libxml2-utils, as .ci/test does");
    linter.stdin.take().unwrap().write_all(document.as_bytes()).unwrap();
    let said = linter.wait_with_output().unwrap();
    if said.status.success() { String::new() } else { String::from_utf8_lossy(&said.stderr).into_owned() }
}

fn is_cap(document: &str) {
    assert_eq!(complaints("--schema", "CAP-v1.2.xsd", document), "", "{document}");
}

fn is_atom(document: &str) {
    assert_eq!(complaints("--relaxng", "atom.rng", document), "", "{document}");
    // The Schematron rules of RFC 4287: an author for each entry, one `self`, and each entry can be read somewhere.
    assert!(of(document, "author").len() > of(document, "entry").len(), "{document}");
    assert_eq!(document.matches("rel=\"self\"").count(), 1, "{document}");
}

/// The content of each element of this name.
fn of<'d>(document: &'d str, name: &str) -> Vec<&'d str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    document.split(&open).skip(1).map(|rest| rest.split(&close).next().unwrap()).collect()
}

/// Who writes, approves and publishes.
struct Office {
    writer: Person,
    approver: Person,
}

impl Office {
    fn of(town: &Town, area: &str) -> Self {
        Self { writer: town.staff(Role::PublicityOfficer, area), approver: town.staff(Role::Approver, area) }
    }

    async fn draft(&self, town: &Town, more: Value) -> String {
        let id = Id::<Notice>::new().to_string();
        let mut body = json!({
            "id": id, "kind": "warning", "level": "orange", "fraud_type": "fake_customer_service", "title": "示例:退款诈骗",
            "body": "示例:凡自称客服要求共享屏幕的都是诈骗。", "instruction": "示例:先打 96110 核实", "areas": [TOWN]
        });
        more.as_object().unwrap().iter().for_each(|(name, value)| body[name] = value.clone());
        let drafted = self.writer.post(town, "/api/v1/notices", body).await;
        assert_eq!(drafted.status, 201, "{drafted:?}");
        id
    }

    async fn publish(&self, town: &Town, more: Value) -> String {
        let id = self.draft(town, more).await;
        let url = format!("/api/v1/notices/{id}");
        let steps = [
            (&self.writer, "submission", 1),
            (&self.approver, "approval", 2),
            (&self.writer, "publication", 3),
        ];
        for (who, noun, version) in steps {
            let taken = who.step(town, &format!("{url}/{noun}"), version, json!({})).await;
            assert_eq!(taken.status, 200, "{taken:?}");
        }
        id
    }

    async fn cancel(&self, town: &Town, id: &str) {
        let url = format!("/api/v1/notices/{id}/cancellation");
        let cancelled = self.writer.step(town, &url, 4, json!({ "reason": "示例:内部原因" })).await;
        assert_eq!(cancelled.status, 200, "{cancelled:?}");
    }
}

fn page(id: &str) -> String {
    format!("/api/v1/public/notices/{id}")
}

fn feed(area: &str) -> String {
    format!("/api/v1/public/areas/{area}/notices.atom")
}

#[actix_web::test]
async fn a_published_notice_is_read_without_a_sign_in_and_kept_by_its_tag() {
    let town = Town::new();
    let office = Office::of(&town, TOWN);
    let id = office.publish(&town, json!({ "expires_at": "2026-03-03T01:00:00.000Z" })).await;
    let first = read(&town, &page(&id), None).await;
    assert_eq!((first.status, first.keep.as_str()), (200, "public, max-age=60"));
    let said = first.json();
    assert_eq!(
        (&said["state"], &said["issuer"], &said["level"]),
        (&json!("published"), &json!("示例"), &json!("orange"))
    );
    assert_eq!(said["areas"], json!([{ "code": TOWN, "name": "示例" }]));
    let mut members: Vec<_> = said.as_object().unwrap().keys().cloned().collect();
    members.sort();
    let known = [
        "areas",
        "body",
        "cap",
        "expires_at",
        "fraud_type",
        "id",
        "instruction",
        "issuer",
        "kind",
        "level",
        "published_at",
        "state",
        "title",
    ];
    assert_eq!(members, known, "and nobody's name or id");
    assert_eq!(read(&town, &page(&id), Some(&first.tag)).await.status, 304);
    town.pass(TimeDelta::days(2));
    let expired = read(&town, &page(&id), Some(&first.tag)).await;
    assert_eq!((expired.status, expired.json()["state"].clone()), (200, json!("expired")));
}

#[actix_web::test]
async fn what_was_not_published_is_nowhere() {
    let town = Town::new();
    let office = Office::of(&town, TOWN);
    let draft = office.draft(&town, json!({})).await;
    let dropped = office.draft(&town, json!({})).await;
    let url = format!("/api/v1/notices/{dropped}/cancellation");
    assert_eq!(office.writer.step(&town, &url, 1, json!({ "reason": "示例" })).await.status, 200);
    for id in [&draft, &dropped, &Id::<Notice>::new().to_string()] {
        for path in [page(id), format!("{}/cap", page(id)), format!("{}/cap?message=cancel", page(id))] {
            let hidden = read(&town, &path, None).await;
            assert_eq!((hidden.status, hidden.json()["code"].clone()), (404, json!("not_found")), "{path}");
        }
    }
    let empty = read(&town, &feed(TOWN), None).await;
    assert_eq!((empty.status, of(&empty.text, "entry").len()), (200, 0));
    assert_eq!(of(&empty.text, "updated"), ["1970-01-01T00:00:00.000Z"], "the same each time");
}

#[actix_web::test]
async fn a_notice_is_a_cap_message_and_its_cancellation_another() {
    let town = Town::new();
    let office = Office::of(&town, TOWN);
    let title = "示例<转账>&\"退款\"]]>诈骗";
    let id = office.publish(&town, json!({ "title": title, "level": "red" })).await;
    let cap = format!("{}/cap", page(&id));
    let alert = read(&town, &cap, None).await;
    assert_eq!((alert.status, alert.media.as_str()), (200, "application/cap+xml"));
    is_cap(&alert.text);
    let sent = "2026-03-02T09:00:00+08:00";
    for (name, said) in [
        ("identifier", id.as_str()),
        ("sender", "127.0.0.1:8080"),
        ("sent", sent),
        ("status", "Actual"),
        ("msgType", "Alert"),
        ("scope", "Public"),
        ("language", "zh-CN"),
        ("category", "Security"),
        ("urgency", "Immediate"),
        ("severity", "Extreme"),
        ("headline", "示例&lt;转账&gt;&amp;&quot;退款&quot;]]&gt;诈骗"),
    ] {
        assert_eq!(of(&alert.text, name), [said], "{name}: {}", alert.text);
    }
    assert_eq!(
        of(&alert.text, "geocode"),
        [format!("<valueName>CN-GB2260</valueName><value>{TOWN}</value>")]
    );
    assert!(of(&alert.text, "references").is_empty() && of(&alert.text, "polygon").is_empty());
    assert_eq!(read(&town, &format!("{cap}?message=cancel"), None).await.status, 404);
    assert_eq!(read(&town, &cap, Some(&alert.tag)).await.status, 304);

    town.pass(TimeDelta::minutes(5));
    office.cancel(&town, &id).await;
    let cancel = read(&town, &cap, Some(&alert.tag)).await;
    is_cap(&cancel.text);
    assert_eq!(of(&cancel.text, "identifier"), [format!("{id}.cancel")]);
    assert_eq!(
        (of(&cancel.text, "msgType"), of(&cancel.text, "sent")),
        (vec!["Cancel"], vec!["2026-03-02T09:05:00+08:00"])
    );
    assert_eq!(of(&cancel.text, "references"), [format!("127.0.0.1:8080,{id},{sent}")]);
    assert!(!cancel.text.contains("内部原因"));
    let first = read(&town, &format!("{cap}?message=alert"), None).await;
    assert_eq!(first.text, alert.text, "the first message stays as it was");
    assert_eq!(read(&town, &page(&id), None).await.json()["state"], json!("cancelled"));
}

#[actix_web::test]
async fn levels_and_kinds_have_their_words_in_cap() {
    let town = Town::new();
    let office = Office::of(&town, TOWN);
    for (more, severity, category) in [
        (json!({ "level": "orange" }), "Severe", "Security"),
        (json!({ "level": "yellow" }), "Moderate", "Security"),
        (json!({ "level": "blue", "fraud_type": null }), "Minor", "Safety"),
        (
            json!({ "level": null, "kind": "education", "fraud_type": null, "instruction": null }),
            "Unknown",
            "Safety",
        ),
    ] {
        let id = office.publish(&town, more).await;
        let said = read(&town, &format!("{}/cap", page(&id)), None).await.text;
        is_cap(&said);
        assert_eq!((of(&said, "severity"), of(&said, "category")), (vec![severity], vec![category]));
    }
}

#[actix_web::test]
async fn grids_with_a_boundary_are_closed_polygons_latitude_first() {
    let town = Town::new();
    let admin = town.staff(Role::Admin, TOWN);
    for (grid, west) in [(EAST, 108.0), (WEST, 108.01)] {
        let east = west + 0.01;
        let ring = json!([[[west, 29.0], [east, 29.0], [east, 29.01], [west, 29.0]]]);
        let body = json!({ "datum": "wgs84", "geometry": { "type": "Polygon", "coordinates": ring } });
        let request = admin.signs(TestRequest::put(), &format!("/api/v1/areas/{grid}/boundary"));
        assert_eq!(town.ask(request.insert_header(("If-Match", "\"1\"")).set_json(body)).await.status, 200);
    }
    let office = Office::of(&town, TOWN);
    for (area, outlines) in [(EAST, 1), ("500114119201", 2), (NEXT_VILLAGE, 0)] {
        let id = office.publish(&town, json!({ "areas": [area] })).await;
        let said = read(&town, &format!("{}/cap", page(&id)), None).await.text;
        is_cap(&said);
        let polygons = of(&said, "polygon");
        assert_eq!(polygons.len(), outlines, "{area}: {said}");
        for polygon in polygons {
            let points: Vec<&str> = polygon.split(' ').collect();
            assert!(points.len() >= 4 && points.first() == points.last(), "{polygon}");
            for point in points {
                let (lat, lng) = point.split_once(',').unwrap();
                let (lat, lng): (f64, f64) = (lat.parse().unwrap(), lng.parse().unwrap());
                assert!((28.9..29.1).contains(&lat) && (107.9..108.1).contains(&lng), "{point}");
            }
        }
    }
}

#[actix_web::test]
async fn a_feed_has_what_concerns_its_area_newest_first_and_goes_on_by_links() {
    let town = Town::new();
    let (office, far) = (Office::of(&town, TOWN), Office::of(&town, "500114120"));
    let district = Office::of(&town, "500114");
    let mut published = Vec::new();
    for (office, areas) in [
        (&office, json!([TOWN])),
        (&office, json!([EAST])),
        (&office, json!([NEXT_VILLAGE])),
        (&district, json!([TOWN, "500114120"])),
        (&far, json!([NEXT_TOWN])),
    ] {
        published.push(office.publish(&town, json!({ "areas": areas })).await);
        town.pass(TimeDelta::seconds(1));
    }
    office.cancel(&town, &published[1]).await;
    let entries = |document: &str| -> Vec<String> {
        let ids = document.split("<entry><id>").skip(1).map(|rest| rest.split("</id>").next().unwrap());
        ids.map(|id| id.rsplit('/').next().unwrap().to_owned()).collect()
    };
    let of_these = |which: &[usize]| which.iter().map(|n| published[*n].clone()).collect::<Vec<_>>();
    for (area, which) in [
        (TOWN, &[3, 2, 1, 0][..]),
        ("500114119201", &[3, 1, 0]),
        (WEST, &[3, 0]),
        (NEXT_VILLAGE, &[3, 2, 0]),
        (NEXT_TOWN, &[4, 3]),
    ] {
        let said = read(&town, &feed(area), None).await;
        assert_eq!((said.status, said.media.as_str()), (200, "application/atom+xml; charset=utf-8"));
        is_atom(&said.text);
        assert_eq!(entries(&said.text), of_these(which), "{area}");
    }
    let whole = read(&town, &feed(TOWN), None).await;
    assert!(whole.text.contains("<title>【已撤回】示例:退款诈骗</title>"));
    assert!(whole.text.contains(&format!("{}/cap?message=cancel\"", page(&published[1]))));
    assert_eq!(read(&town, &feed(TOWN), Some(&whole.tag)).await.status, 304);

    let mut found = Vec::new();
    let mut next = Some(format!("{}?limit=3", feed(TOWN)));
    while let Some(path) = next {
        let said = read(&town, &path, None).await;
        is_atom(&said.text);
        found.extend(entries(&said.text));
        let link = said.text.split("<link rel=\"next\"").nth(1);
        let href = link.map(|rest| rest.split("href=\"").nth(1).unwrap().split('"').next().unwrap());
        next = href.map(|href| href.strip_prefix("http://127.0.0.1:8080").unwrap().replace("&amp;", "&"));
    }
    assert_eq!(found, of_these(&[3, 2, 1, 0]), "nothing twice and nothing lost");
    for hidden in ["500114", "50", "500114999", "%E7%A4%BA"] {
        assert_eq!(read(&town, &feed(hidden), None).await.status, 404, "{hidden}");
    }
    assert_eq!(read(&town, &format!("{}?limit=0", feed(TOWN)), None).await.status, 422);
}

#[actix_web::test]
async fn an_update_refers_to_the_message_whose_place_it_takes() {
    let town = Town::new();
    let office = Office::of(&town, TOWN);
    let old = office.publish(&town, json!({})).await;
    let new = office.publish(&town, json!({ "replaces": old })).await;
    let update = read(&town, &format!("{}/cap", page(&new)), None).await;
    is_cap(&update.text);
    assert_eq!(of(&update.text, "msgType"), ["Update"]);
    let first = read(&town, &format!("{}/cap", page(&old)), None).await;
    let sent = of(&first.text, "sent");
    assert_eq!(of(&update.text, "references"), [format!("127.0.0.1:8080,{old},{}", sent[0])]);
    assert_eq!(read(&town, &page(&old), None).await.json()["state"], json!("updated"));
}
