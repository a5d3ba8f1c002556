//! Bad input to the reports: refused in Chinese with a 4xx, nothing stored; harmless text is kept verbatim.

use actix_web::test::TestRequest;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde_json::{Value, json};

use super::is_chinese;
use super::reports::{REPORTS, Report};
use crate::town::{Answer, Person, TOWN, Town};

/// Text that is only text.
const HARMLESS: &[&str] = &[
    "'; DROP TABLE cases; --",
    "1' OR '1'='1",
    "\" UNION SELECT name FROM sqlite_master --",
    "%' AND (SELECT pg_sleep(10)) --",
    "\u{1f468}\u{200d}\u{1f33e}\u{1f30a}\u{1f1e8}\u{1f1f3}",
    "<script>alert(1)</script>{{7*7}}${jndi:ldap://x}",
    "\u{feff}../../etc/passwd%00",
    "第一行\n第二行\t=cmd|' /C calc'!A0",
];

/// Text that no field takes.
fn harmful() -> Vec<String> {
    let mut texts: Vec<String> =
        ["\0", "示\u{0}例", "\u{7}", "示\u{1b}[31m例", "示\u{7f}例", "示\u{85}例"].map(str::to_owned).into();
    texts.push("长".repeat(60_000));
    texts
}

/// What is sent, and whether it may be stored.
struct Input {
    what: String,
    body: Vec<u8>,
    fine: bool,
    /// A field and the text that must be found there again.
    kept: Option<(&'static str, String)>,
}

impl Report {
    /// A good report with `value` in the place of `field`.
    fn with(&self, field: &'static str, value: Value, fine: bool) -> Input {
        let kept = value.as_str().map(|text| (field, text.to_owned())).filter(|_| fine);
        let mut body = (self.body)();
        if field == "/photos/0" {
            body["photos"] = json!([null]);
        }
        *body.pointer_mut(field).unwrap() = value;
        let shown: String = body.pointer(field).unwrap().to_string().chars().take(40).collect();
        Input {
            what: format!("{} {field} = {shown}", self.path),
            body: serde_json::to_vec(&body).unwrap(),
            fine,
            kept,
        }
    }

    fn of_fields(&self) -> Vec<Input> {
        let mut inputs = Vec::new();
        for field in self.fields {
            let is_text = self.texts.contains(field);
            // Names of people are text too, but shorter and masked when shown.
            let is_name = ["/parties/0/name", "/outsider_name"].contains(field);
            for text in HARMLESS.iter().filter(|_| !is_name) {
                inputs.push(self.with(field, json!(text), is_text));
            }
            inputs.extend(harmful().into_iter().map(|text| self.with(field, json!(text), false)));
            inputs.push(self.with(field, Value::Null, self.optional.contains(field)));
            for (word, value) in
                [("7", json!(7)), ("true", json!(true)), ("[]", json!([])), ("{}", json!({}))]
            {
                inputs.push(self.with(field, value, self.others.contains(&(field, word))));
            }
            inputs.push(self.with(field, json!(-1e300), false));
            inputs.push(self.with(field, nested(100), false));
        }
        inputs
    }

    /// What is wrong with the body as a whole.
    fn of_bodies(&self) -> Vec<Input> {
        let good = (self.body)().to_string();
        let with = |more: &str| format!("{},{more}}}", &good[..good.len() - 1]).into_bytes();
        let replaced = |from: &str, to: &[u8]| {
            let at = good.find(from).unwrap();
            [&good.as_bytes()[..at], to, &good.as_bytes()[at + from.len()..]].concat()
        };
        let long = "a".repeat(10_000_000);
        // What is done to one text is done to the first: a title, where there is one.
        let name = self.texts[0].trim_start_matches('/');
        let title = format!("\"{name}\":\"示例\"");
        let replaced = |to: &[u8]| replaced(&title, &[format!("\"{name}\":").as_bytes(), to].concat());
        let bodies: Vec<(&str, Vec<u8>)> = vec![
            ("nothing", vec![]),
            ("no object", b"[]".to_vec()),
            ("null", b"null".to_vec()),
            ("a text", b"\"x\"".to_vec()),
            ("no JSON", b"title=x&detail=y".to_vec()),
            ("XML", b"<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>".to_vec()),
            ("cut off", good.as_bytes()[..good.len() / 2].iter().copied().take_while(u8::is_ascii).collect()),
            ("something after it", format!("{good}{good}").into_bytes()),
            ("a byte order mark", [b"\xef\xbb\xbf", good.as_bytes()].concat()),
            ("UTF-16", good.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            ("invalid UTF-8", replaced(b"\"\xff\xfe\xc0\xaf\"")),
            ("GBK", replaced(b"\"\xca\xbe\xc0\xfd\"")),
            ("half a surrogate", replaced(br#""\ud800""#)),
            ("a raw line break in a text", replaced(b"\"a\nb\"")),
            ("a text of 10 MB", replaced(format!("\"{long}\"").as_bytes())),
            ("a name of 10 MB", with(&format!("\"{long}\":1"))),
            ("spaces of 10 MB", format!("{good}{}", " ".repeat(10_000_000)).into_bytes()),
            ("a field twice", with(&format!("\"{name}\":\"另一个\""))),
            ("an unknown field", with("\"status\":\"closed\"")),
            ("a field of the server's", with("\"version\":9")),
            ("a prototype", with("\"__proto__\":{\"admin\":true}")),
            ("no number", replaced(b"NaN")),
            ("too large a number", replaced(b"1e999")),
            ("a number of 200,000 digits", replaced("9".repeat(200_000).as_bytes())),
            ("10,000 levels", "[".repeat(10_000).into_bytes()),
            ("10,000 levels in a field", replaced("{\"a\":".repeat(10_000).as_bytes())),
        ];
        let input = |(what, body)| Input {
            what: format!("{} with {what}", self.path),
            body,
            fine: false,
            kept: None,
        };
        bodies.into_iter().map(input).collect()
    }
}

fn nested(levels: usize) -> Value {
    (0..levels).fold(json!([]), |inner, _| json!([inner]))
}

async fn send(town: &Town, who: &Person, path: &str, inputs: &[Input]) -> Vec<Answer> {
    let request = |input: &Input| {
        let request =
            who.signs(TestRequest::post(), path).insert_header(("Content-Type", "application/json"));
        request.set_payload(input.body.clone())
    };
    town.ask_all(inputs.iter().map(request).collect()).await
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Rows of everything that a report writes.
fn rows(town: &Town) -> Vec<i64> {
    let tables = [
        "cases",
        "hazards",
        "disputes",
        "dispute_parties",
        "events",
        "notices",
        "notice_areas",
        "timeline_entries",
        "outbox_jobs",
        "attachments",
        "idempotency_keys",
        "deliveries",
        "counter_deltas",
        "staff_members",
        "households",
        "fraud_leads",
        "dissuasions",
    ];
    let mut c = town.connect();
    let count = |table: &str| {
        diesel::sql_query(format!("SELECT count(*) AS n FROM {table}")).get_result::<Count>(&mut c)
    };
    tables.map(count).into_iter().map(|count| count.unwrap().n).collect()
}

#[actix_web::test]
async fn what_is_refused_is_refused_in_chinese_and_leaves_no_trace() {
    let town = Town::new();
    let mut tried = 0;
    for report in REPORTS {
        let who = town.staff(report.role, TOWN);
        let mut inputs = report.of_fields();
        inputs.extend(report.of_bodies());
        inputs.retain(|input| !input.fine);
        let before = rows(&town);
        for (input, answer) in inputs.iter().zip(send(&town, &who, report.path, &inputs).await) {
            assert!((400..500).contains(&answer.status), "{}: {answer:?}", input.what);
            assert_eq!(answer.media, "application/problem+json", "{}: {answer:?}", input.what);
            assert!(is_chinese(&answer.text("detail")), "{}: {answer:?}", input.what);
            let fields = answer.body["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
            let chinese = fields.iter().all(|error| is_chinese(error["message"].as_str().unwrap()));
            assert!(chinese && (answer.status != 422 || !fields.is_empty()), "{}: {answer:?}", input.what);
        }
        assert_eq!(rows(&town), before, "{} stored something that it refused", report.path);
        tried += inputs.len();
    }
    println!("{tried} inputs refused");
}

#[actix_web::test]
async fn what_only_looks_bad_is_kept_as_it_was_written() {
    let town = Town::new();
    let mut tried = 0;
    for report in REPORTS {
        let who = town.staff(report.role, TOWN);
        let mut inputs = report.of_fields();
        inputs.retain(|input| input.fine);
        for (input, answer) in inputs.iter().zip(send(&town, &who, report.path, &inputs).await) {
            assert_eq!(
                (answer.status, answer.etag.as_deref()),
                (201, Some("\"1\"")),
                "{}: {answer:?}",
                input.what
            );
            if let Some((field, text)) = &input.kept {
                let read = who.get(&town, answer.location.as_deref().unwrap()).await;
                assert_eq!(read.body.pointer(field), Some(&json!(text)), "{}: {read:?}", input.what);
            }
        }
        tried += inputs.len();
    }
    println!("{tried} inputs kept");
}

#[actix_web::test]
async fn another_media_type_or_a_packed_body_is_refused_unread() {
    let town = Town::new();
    for report in REPORTS {
        let who = town.staff(report.role, TOWN);
        for (name, value) in [
            ("Content-Type", "text/plain"),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Content-Type", "multipart/form-data; boundary=x"),
            ("Content-Type", "application/xml"),
            ("Content-Encoding", "gzip"),
            ("Content-Encoding", "br"),
        ] {
            let request = who
                .signs(TestRequest::post(), report.path)
                .insert_header(("Content-Type", "application/json"));
            let request = request.set_payload((report.body)().to_string()).insert_header((name, value));
            assert_eq!(
                town.ask(request).await.told(),
                (415, "unsupported_media"),
                "{} {name}: {value}",
                report.path
            );
        }
    }
}
