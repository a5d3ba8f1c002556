//! Walks the table of operations: every role, at every place, is answered as the table and the policy say.

use std::collections::BTreeSet;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use wangge::base::id::Id;
use wangge::platform::access::policy::{LeadSync, OverseeFraud};
use wangge::platform::access::{Permission, Resident, Role};

use super::access_table::{On, Row, TABLE};
use super::openapi::OPEN;
use super::places::{
    Alert, Caller, Campaign, Dispute, Dissuasion, Event, Exposure, Hazard, Inspection, Lead, Notice, Outlet,
    Photo, Place, Site, Visit, area_of, callers, new_household, places, post_in, session_of,
};
use super::{described, operations};
use crate::town::{Answer, EAST, Person, TOWN, Town, upload};

impl Row {
    fn allows(&self, role: Role) -> bool {
        self.needs.iter().all(|roles| roles.contains(&role))
    }

    /// Whether the caller finds what is asked for at `place`.
    fn finds(&self, caller: &Caller, place: &Place) -> bool {
        let resident = caller.role == Role::Resident;
        match self.on {
            On::Anything => true,
            On::Session => place.name == "own",
            On::Reported => resident && place.name == "own",
            On::Led => LeadSync::ROLES.contains(&caller.role) && place.grid.starts_with(caller.area),
            On::Overseen if !resident => {
                OverseeFraud::ROLES.contains(&caller.role) && place.grid.starts_with(caller.area)
            }
            On::Own | On::Overseen if resident => place.name == "own",
            On::Home if resident => place.grid == caller.area,
            On::Area if resident => place.grid.starts_with(TOWN),
            On::Area | On::Own | On::Overseen | On::Home => place.grid.starts_with(caller.area),
        }
    }

    /// What the caller must be answered at `place`.
    fn expected(&self, caller: &Caller, place: &Place) -> Vec<u16> {
        match (self.allows(caller.role), self.finds(caller, place)) {
            (false, _) => vec![403],
            (true, true) => self.inside.to_vec(),
            (true, false) => vec![self.outside],
        }
    }

    /// The path with what stands for `{id}` at `place`.
    fn path(&self, town: &Town, place: &Place, asks: &Person) -> (Method, String) {
        let (method, path) = self.operation.split_once(' ').unwrap();
        let slice = path.split('/').nth(3).unwrap();
        if !path.contains("{id}") {
            let path = path.replace("{code}", place.grid).replace("{year}", "2026");
            return (method.parse().unwrap(), path);
        }
        let id = match slice {
            "hazards" => place.hazard.clone(),
            "disputes" => place.dispute.clone(),
            "events" | "cases" => place.event.clone(),
            "notices" => place.notice.clone(),
            "photos" => place.photo.clone(),
            "sync" => place.conflict.clone(),
            "households" => place.household.clone(),
            "staff" => place.staff.clone(),
            "displays" => place.display.clone(),
            "places" => place.site.clone(),
            "campaigns" => place.campaign.clone(),
            "fraud_leads" => place.lead.clone(),
            "dissuasions" => place.dissuasion.clone(),
            "inspections" => place.inspection.clone(),
            "visits" => place.visit.clone(),
            "outlets" => place.outlet.clone(),
            "posts" => post_in(town, place.grid),
            // Of nobody: who holds an alert is a question of levels and desks, see `deadlines`.
            "alerts" => Id::<Alert>::new().to_string(),
            "me" if path.contains("/feed/") || path.contains("/why/") => place.notice.clone(),
            "me" if path.contains("/cases/") => place.event.clone(),
            "me" if place.name == "own" => session_of(town, asks),
            _ => session_of(town, &town.staff(Role::GridWorker, EAST)),
        };
        let path = path
            .replace("{id}", &id)
            .replace("{other}", &place.hazard)
            .replace("{household}", &place.household)
            .replace("{resident}", &place.resident);
        let path = path.replace("{paper}", &place.photo).replace("{photo}", &place.photo);
        (method.parse().unwrap(), path)
    }

    /// The request of one cell.
    fn request(&self, town: &Town, caller: &Caller, place: &Place, n: usize) -> TestRequest {
        // Whoever signs out is somebody who is not needed any more.
        let leaver = (self.on == On::Session).then(|| leaver(town, caller.role));
        let person = leaver.as_ref().unwrap_or(&caller.person);
        let (method, mut path) = self.path(town, place, person);
        let sends = words(self.sends, place, n);
        if sends.starts_with('?') {
            path.push_str(&sends);
        }
        let request = person.signs(TestRequest::default().method(method), &path);
        let request =
            request.insert_header(("If-Match", "\"0\"")).insert_header(("Idempotency-Key", new_household()));
        match sends.as_str() {
            "" => request,
            "photo" => {
                let (media, form) = upload(&Id::<Photo>::new().to_string());
                request.insert_header(("Content-Type", media)).set_payload(form)
            }
            query if query.starts_with('?') => request,
            json if json.starts_with('{') => {
                request.insert_header(("Content-Type", "application/json")).set_payload(sends)
            }
            _ => request.insert_header(("Content-Type", "text/csv")).set_payload(sends),
        }
    }
}

fn leaver(town: &Town, role: Role) -> Person {
    if role == Role::Resident { town.resident(EAST) } else { town.staff(role, area_of(role)) }
}

/// `text` with the words that begin with `$` replaced; `n` is another number for each cell.
fn words(text: &str, place: &Place, n: usize) -> String {
    let ids = [
        ("$new_household", new_household()),
        ("$new_resident", Id::<Resident>::new().to_string()),
        ("$new_hazard", Id::<Hazard>::new().to_string()),
        ("$new_dispute", Id::<Dispute>::new().to_string()),
        ("$new_event", Id::<Event>::new().to_string()),
        ("$new_notice", Id::<Notice>::new().to_string()),
        ("$new_photo", Id::<Photo>::new().to_string()),
        ("$new_place", Id::<Site>::new().to_string()),
        ("$new_campaign", Id::<Campaign>::new().to_string()),
        ("$new_lead", Id::<Lead>::new().to_string()),
        ("$new_dissuasion", Id::<Dissuasion>::new().to_string()),
        ("$dissuasion", place.dissuasion.clone()),
        ("$new_inspection", Id::<Inspection>::new().to_string()),
        ("$new_outlet", Id::<Outlet>::new().to_string()),
        ("$new_exposure", Id::<Exposure>::new().to_string()),
        ("$outlet", place.outlet.clone()),
        ("$new_visit", Id::<Visit>::new().to_string()),
        ("$inspector", place.inspector.clone()),
        ("$new_code", format!("示例{n}")),
        ("$nn", format!("{:02}", n % 89 + 11)),
        ("$phone", format!("138{n:08}")),
        ("$area", place.grid.to_owned()),
        ("$village", place.grid[..12].to_owned()),
        ("$notice", place.notice.clone()),
        ("$household", place.household.clone()),
        ("$resident", place.resident.clone()),
    ];
    ids.iter().fold(text.to_owned(), |text, (word, id)| text.replace(word, id))
}

/// Ids of things outside of the caller's areas, or of a neighbour, that the answer shows all the same.
fn leaks<'a>(caller: &Caller, places: &'a [Place], answer: &Answer) -> Vec<&'a str> {
    let shown = answer.body.to_string();
    let foreign = places.iter().filter(|place| !place.grid.starts_with(caller.area));
    let mut ids: Vec<&str> = foreign.flat_map(Place::ids).collect();
    if caller.role == Role::Resident {
        // Of a neighbour's things only the notice is also theirs.
        ids.extend(places[1].ids().into_iter().filter(|id| *id != places[1].notice));
    }
    ids.into_iter().filter(|id| answer.status < 300 && shown.contains(*id)).collect()
}

#[test]
fn every_operation_has_a_row() {
    let api = described();
    let described: BTreeSet<String> = operations(&api).into_iter().map(|(operation, _)| operation).collect();
    let rows: BTreeSet<String> = TABLE.iter().map(|row| row.operation.to_owned()).collect();
    assert_eq!(rows.len(), TABLE.len(), "a row stands twice");
    let known: BTreeSet<String> =
        rows.iter().cloned().chain(OPEN.iter().map(|open| (*open).to_owned())).collect();
    let missing: Vec<_> = described.difference(&known).collect();
    assert!(
        missing.is_empty(),
        "add a row to TABLE in tests/it/contract/access_table.rs (the permissions of the handler's `Granted<..>`, what \
         decides whether it is found, the answers inside and outside, a smallest body) for: {missing:#?}"
    );
    let gone: Vec<_> = known.difference(&described).collect();
    assert!(gone.is_empty(), "no such operation any more: {gone:#?}");
}

#[actix_web::test]
async fn nobody_gets_anywhere_without_a_sign_in() {
    let town = Town::new();
    let own = town.resident(EAST);
    let places = places(&town, &own).await;
    let mut requests = Vec::new();
    for row in TABLE {
        let (method, path) = row.path(&town, &places[0], &own);
        requests.push(TestRequest::default().method(method).uri(&path));
    }
    for (row, answer) in TABLE.iter().zip(town.ask_all(requests).await) {
        assert_eq!(answer.told(), (401, "unauthenticated"), "{}", row.operation);
    }
}

#[actix_web::test]
async fn every_role_is_answered_as_the_policy_says_inside_and_outside_its_areas() {
    let town = Town::new();
    let own = town.resident(EAST);
    let places = places(&town, &own).await;
    let callers = callers(&town, own);
    let (mut cells, mut requests) = (Vec::new(), Vec::new());
    for row in TABLE {
        for caller in &callers {
            for place in &places {
                requests.push(row.request(&town, caller, place, requests.len()));
                cells.push((row, caller, place));
            }
        }
    }
    let mut wrong = Vec::new();
    for ((row, caller, place), answer) in cells.iter().zip(town.ask_all(requests).await) {
        let expected = row.expected(caller, place);
        let cell = format!("{} by {} at {}, {}", row.operation, caller.role, caller.area, place.name);
        if !expected.contains(&answer.status) {
            wrong.push(format!("{cell}: {expected:?} expected, {answer:?}"));
        }
        if answer.status == 403 && answer.body["code"] != "forbidden" {
            wrong.push(format!("{cell}: refused for another reason, {answer:?}"));
        }
        for leak in leaks(caller, &places, &answer) {
            wrong.push(format!("{cell}: shows {leak}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cells:\n{}", wrong.len(), cells.len(), wrong.join("\n"));
    println!(
        "{} cells: {} operations, {} roles, {} places",
        cells.len(),
        TABLE.len(),
        callers.len(),
        places.len()
    );
}
