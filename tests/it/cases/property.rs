//! The search against a scan of all cases in Rust.

use chrono::NaiveDate;
use proptest::prelude::*;
use uuid::Uuid;
use wangge::features::cases::search::{Sizes, keep_up};
use wangge::platform::access::Role;

use super::shelf::{Shelved, escaped};
use crate::town::{EAST, NEXT_TOWN, NEXT_VILLAGE, Person, TOWN, Town, WEST};

const VILLAGE: &str = "500114119201";
const AREAS: [&str; 5] = [EAST, WEST, NEXT_VILLAGE, NEXT_TOWN, VILLAGE];
const CATEGORIES: [&str; 2] = ["fire", "other"];
const CONFIDENTIAL: [&str; 4] = ["public", "internal", "private", "sealed"];
const PHASES: [&str; 3] = ["reported", "working", "closed"];
const TODAY: &str = "2026-03-02";

/// Few characters, so that they meet in every way; each with what it is compared as.
const LETTERS: [(char, &str); 10] = [
    ('漏', "漏"),
    ('水', "水"),
    ('管', "管"),
    ('A', "a"),
    ('ａ', "a"),
    ('１', "1"),
    ('1', "1"),
    (',', ""),
    (' ', ""),
    ('😀', ""),
];

fn compared(text: &str) -> String {
    let known =
        |c: char| LETTERS.iter().find(|(letter, _)| *letter == c).map(|(_, folded)| (*folded).to_owned());
    text.chars()
        .map(|c| {
            known(c).unwrap_or_else(|| if c == '-' { String::new() } else { c.to_lowercase().collect() })
        })
        .collect()
}

fn text(longest: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(0..LETTERS.len(), 1..=longest)
        .prop_map(|some| some.iter().map(|n| LETTERS[*n].0).collect())
}

/// Who asks, with their posts; the last one is a resident.
const CALLERS: [&[(Role, &str)]; 6] = [
    &[(Role::GridWorker, EAST)],
    &[(Role::Mediator, "500114119202"), (Role::GridWorker, EAST)],
    &[(Role::Dispatcher, TOWN)],
    &[(Role::Approver, TOWN)],
    &[(Role::DistrictViewer, "500114"), (Role::Mediator, VILLAGE)],
    &[],
];

#[derive(Debug, Clone)]
struct Draft {
    texts: (String, String, Option<String>),
    area: usize,
    dispute: bool,
    category: usize,
    confidential: usize,
    phase: usize,
    due: Option<u32>,
    reporter: usize,
    handler: Option<usize>,
    received: i64,
    /// Whether cases are filed after this one is written.
    then_file: bool,
}

fn draft() -> impl Strategy<Value = Draft> {
    let texts = (text(5), text(12), prop::option::of(text(4)));
    let who = (0..CALLERS.len(), prop::option::of(0..CALLERS.len()));
    let what = (0..AREAS.len(), any::<bool>(), 0..CATEGORIES.len(), 0..CONFIDENTIAL.len(), 0..PHASES.len());
    let when = (prop::option::of(1..5_u32), 0..40_i64, prop::bool::weighted(0.05));
    (texts, who, what, when).prop_map(|(texts, (reporter, handler), what, (due, received, then_file))| {
        let (area, dispute, category, confidential, phase) = what;
        Draft {
            texts,
            area,
            dispute,
            category,
            confidential,
            phase,
            due,
            reporter,
            handler,
            received,
            then_file,
        }
    })
}

#[derive(Debug, Clone)]
struct Question {
    words: Vec<String>,
    caller: usize,
    kind: Option<bool>,
    category: Option<usize>,
    phase: Option<usize>,
    area: Option<usize>,
    view: Option<usize>,
    overdue: bool,
    limit: u32,
}

fn question() -> impl Strategy<Value = Question> {
    let words = prop::collection::vec(text(3), 1..=2);
    let filter = (
        prop::option::weighted(0.2, any::<bool>()),
        prop::option::weighted(0.2, 0..CATEGORIES.len()),
        prop::option::weighted(0.3, 0..PHASES.len()),
        prop::option::weighted(0.2, 0..AREAS.len()),
        prop::option::weighted(0.3, 0..2_usize),
        prop::bool::weighted(0.1),
    );
    (words, 0..CALLERS.len(), filter, prop_oneof![3..9_u32, Just(100)]).prop_map(
        |(words, caller, filter, limit)| {
            let (kind, category, phase, area, view, overdue) = filter;
            Question { words, caller, kind, category, phase, area, view, overdue, limit }
        },
    )
}

impl Question {
    fn query(&self) -> String {
        let mut query = format!("q={}&limit={}", escaped(&self.words.join(" ")), self.limit);
        let mut add = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                query.push_str(&format!("&{name}={value}"));
            }
        };
        add("kind", self.kind.map(|dispute| if dispute { "dispute" } else { "hazard" }));
        add("category", self.category.map(|n| CATEGORIES[n]));
        add("phase", self.phase.map(|n| PHASES[n]));
        add("area", self.area.map(|n| AREAS[n]));
        add("view", self.view.map(|n| ["mine", "desk"][n]));
        add("overdue", self.overdue.then_some("true"));
        query
    }

    /// What the rules say of one case.
    fn asks_for(&self, case: &Shelved, me: &Person) -> bool {
        let texts = [&case.no, &case.title, &case.detail, case.address.as_ref().unwrap_or(&case.no)];
        let texts = texts.map(|text| compared(text));
        let joined = self.words.join(" ");
        let mut words = joined.split_whitespace().map(compared).filter(|word| !word.is_empty());
        words.all(|word| texts.iter().any(|text| text.contains(&word)))
            && sees(CALLERS[self.caller], case, me)
            && self.kind.is_none_or(|dispute| dispute == (case.kind == "dispute"))
            && self.category.is_none_or(|n| CATEGORIES[n] == case.category)
            && self.phase.is_none_or(|n| PHASES[n] == case.phase)
            // A resident sees what is their own, wherever it lies.
            && self.area.is_none_or(|n| CALLERS[self.caller].is_empty() || case.area.starts_with(AREAS[n]))
            && (!self.overdue
                || case.phase != "closed" && case.due_on.is_some_and(|due| due.to_string().as_str() < TODAY))
            && match self.view {
                Some(0) => case.reporter == me.id,
                Some(_) => case.handler == Some(me.id) && case.phase != "closed",
                None => true,
            }
    }

    /// Whether the caller has anything to do with the area at all; otherwise the answer is 404.
    fn reaches(&self) -> bool {
        let Some(area) = self.area.map(|n| AREAS[n]) else { return true };
        if CALLERS[self.caller].is_empty() {
            return area.starts_with(TOWN);
        }
        CALLERS[self.caller].iter().any(|(_, held)| area.starts_with(held) || held.starts_with(area))
    }
}

fn sees(posts: &[(Role, &str)], case: &Shelved, me: &Person) -> bool {
    let own = case.reporter == me.id;
    if posts.is_empty() {
        return own;
    }
    let holds =
        |roles: &[Role]| posts.iter().any(|(role, area)| roles.contains(role) && case.area.starts_with(area));
    let inside = posts.iter().any(|(_, area)| case.area.starts_with(area));
    let shown = match case.confidential {
        "private" => holds(&[Role::Approver, Role::Mediator]),
        "sealed" => holds(&[Role::Approver]),
        _ => true,
    };
    inside && (own || shown)
}

fn shelved(n: usize, draft: &Draft, people: &[Person]) -> Shelved {
    let (title, detail, address) = draft.texts.clone();
    Shelved {
        detail,
        address,
        area: AREAS[draft.area],
        kind: if draft.dispute { "dispute" } else { "hazard" },
        category: CATEGORIES[draft.category],
        confidential: CONFIDENTIAL[draft.confidential],
        phase: PHASES[draft.phase],
        due_on: draft.due.and_then(|day| NaiveDate::from_ymd_opt(2026, 3, day)),
        reporter: people[draft.reporter].id,
        handler: draft.handler.map(|n| people[n].id),
        received: draft.received,
        id: Uuid::now_v7(),
        ..Shelved::new(n, &title)
    }
}

async fn play(drafts: Vec<Draft>, questions: Vec<Question>) -> Result<(), TestCaseError> {
    let town = Town::new();
    let people: Vec<Person> = CALLERS.iter().map(|posts| engaged(&town, posts)).collect();
    let sizes = Sizes { cases: 8, steps: 8, full: 48, neighbours: 3 };
    let mut cases = Vec::new();
    for (n, draft) in drafts.iter().enumerate() {
        cases.push(shelved(n, draft, &people));
        town.shelve(&cases[n..]);
        if draft.then_file {
            keep_up(&town.house.app.db, sizes, |_| ()).await.unwrap();
        }
    }
    // Some of a village have been moved into a grid since they were filed.
    town.meddle(&format!(
        "UPDATE cases SET area_code = '{EAST}' WHERE area_code = '{VILLAGE}' AND category = 'fire'"
    ));
    for case in cases.iter_mut().filter(|case| case.area == VILLAGE && case.category == "fire") {
        case.area = EAST;
    }
    // UUIDs order cases of the same moment as both databases do.
    cases.sort_by_key(|case| std::cmp::Reverse((case.received, case.id)));
    let sensible = |question: &Question| {
        question.reaches() && !question.words.iter().all(|word| compared(word).is_empty())
    };
    let questions: Vec<_> = questions.into_iter().filter(sensible).collect();
    let asked = questions.iter().map(|question| (&people[question.caller], question.query())).collect();
    for (question, (found, _)) in questions.iter().zip(town.all_pages_of(asked).await) {
        let me = &people[question.caller];
        let expected: Vec<_> =
            cases.iter().filter(|case| question.asks_for(case, me)).map(Shelved::shown).collect();
        prop_assert_eq!(found, expected, "{:?}", question);
    }
    Ok(())
}

fn engaged(town: &Town, posts: &[(Role, &str)]) -> Person {
    let Some((first, more)) = posts.split_first() else { return town.resident(EAST) };
    let person = town.staff(first.0, first.1);
    more.iter().for_each(|(role, area)| town.appoint(&person, *role, area));
    person
}

/// A database of its own per case costs a server half a second.
fn cases() -> u32 {
    if std::env::var_os("TEST_DATABASE_URL").is_some() { 3 } else { 10 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, max_shrink_iters: 20, ..Default::default() })]
    #[test]
    fn a_search_finds_what_a_scan_finds_in_the_same_order(
        drafts in prop::collection::vec(draft(), 0..160),
        questions in prop::collection::vec(question(), 40),
    ) {
        actix_web::rt::System::new().block_on(play(drafts, questions))?;
    }
}
