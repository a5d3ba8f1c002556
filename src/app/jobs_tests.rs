use std::sync::{Mutex, OnceLock};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::*;
use crate::app::commands;
use crate::base::clock::Clock;
use crate::platform::config::Settings;

/// Tables that grow with the town and its years.
const LARGE: [&str; 13] = [
    "audit_entries",
    "cases",
    "clocks",
    "deliveries",
    "events",
    "household_reach",
    "households",
    "idempotency_keys",
    "messages",
    "outbox_jobs",
    "residents",
    "sessions",
    "timeline_entries",
];

/// Indexes that hold only what waits or has to be looked after: walking one reads no more than that.
const SMALL: [&str; 2] = ["ix_outbox_jobs__waiting", "ix_outbox_jobs__given_up"];

static FOLDER: OnceLock<String> = OnceLock::new();
static SAID: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Hears what is said over the connections to one file.
#[derive(Default)]
struct Ear {
    listens: bool,
}

impl Instrumentation for Ear {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => {
                self.listens = FOLDER.get().is_some_and(|folder| url.contains(folder.as_str()));
            }
            InstrumentationEvent::StartQuery { query, .. } if self.listens => {
                SAID.lock().unwrap().push(query.to_string());
            }
            _ => {}
        }
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// A town with every channel, of which no gateway is there.
fn settings(data: &str) -> Settings {
    let environment = [
        ("WANGGE_DATA_DIR", data),
        ("WANGGE_WECHAT__APPID", "wxexample"),
        ("WANGGE_WECHAT__SECRET", "example"),
        ("WANGGE_WECHAT__BASE_URL", "http://127.0.0.1:9"),
        ("WANGGE_WECHAT__NOTICE_TEMPLATE", "T1"),
        ("WANGGE_SMS__ORDER", "aliyun"),
        ("WANGGE_SMS__ALIYUN__ENDPOINT", "http://127.0.0.1:9"),
        ("WANGGE_SMS__ALIYUN__KEY_ID", "LTAIexample"),
        ("WANGGE_SMS__ALIYUN__KEY_SECRET", "example"),
        ("WANGGE_SMS__ALIYUN__SIGN_NAME", "示例镇"),
        ("WANGGE_SMS__ALIYUN__TEMPLATE", "SMS_1"),
    ];
    Settings::from_parts("", &environment).unwrap()
}

/// What is asked all day long must not take the longer the more there is: in a town of any age each of these statements
/// finds its rows by an index. SQLite sees no index that holds "what waits" when the word is bound, so such a
/// condition is spelt (`text_enum!`, `spelt`).
#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_runs_by_itself_reads_a_large_table_from_end_to_end() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    FOLDER.set(data.clone()).unwrap();
    set_default_instrumentation(|| Some(Box::<Ear>::default())).unwrap();
    let settings = settings(&data);
    commands::migrate(&settings).unwrap();
    SAID.lock().unwrap().clear();
    let app = crate::app::app(&settings, Clock::System).unwrap();
    let jobs = Jobs::new(app, vec![], folder.path()).unwrap();
    assert_eq!(jobs.senders.len(), 2);
    let (stop, stopped) = watch::channel(false);
    tokio::join!(jobs.run(stopped), async {
        tokio::time::sleep(2 * SECOND).await;
        stop.send(true).unwrap();
    });

    let mut said = std::mem::take(&mut *SAID.lock().unwrap());
    said.iter_mut().for_each(|text| text.truncate(text.find(" -- binds").unwrap_or(text.len())));
    said.sort();
    said.dedup();
    assert!(said.iter().any(|text| text.contains("deliveries")), "the senders have not looked: {said:#?}");
    let mut c = settings.database.connect().unwrap();
    let mut slow = Vec::new();
    for text in &said {
        // Nothing to look for (an empty list), or the first rows in an index's order, whichever they are.
        let ends = text.contains("(1=0)") || text.contains(" LIMIT ") && !text.contains(" WHERE ");
        let plan = diesel::sql_query(format!("EXPLAIN QUERY PLAN {text}")).load::<Line>(&mut c);
        let Ok(plan) = plan else { continue }; // what begins and ends transactions has none
        let walks = |line: &&Line| {
            LARGE.iter().any(|table| line.detail.starts_with(&format!("SCAN {table}")))
                && !SMALL.iter().any(|index| line.detail.ends_with(index))
        };
        let walked = plan.iter().filter(walks).filter(|_| !ends);
        slow.extend(walked.map(|line| format!("{}: {text}", line.detail)));
    }
    assert!(slow.is_empty(), "these read whole tables, over and over:\n{}", slow.join("\n"));
}
