//! Days beyond the calendar are refused: SQLite would keep them and could never give them back.

use serde_json::json;
use wangge::platform::access::Role;

use crate::town::{TOWN, Town};

#[actix_web::test]
async fn no_body_takes_a_day_that_cannot_be_read_back() {
    let town = Town::new();
    let hazard = "/api/v1/hazards/hazard_01h455vb4pex5vsknk084sn02q";
    let dispute = "/api/v1/disputes/dispute_01h455vb4pex5vsknk084sn02q";
    for day in ["+10000-01-01", "-0001-01-01", "1969-12-31"] {
        for (role, path, field, body) in [
            (Role::StationOfficer, format!("{hazard}/order"), "due", json!({ "due": day })),
            (
                Role::Mediator,
                format!("{dispute}/agreement"),
                "performance_due_on",
                json!({ "form": "oral_agreement", "items": ["示例"], "performance_due_on": day }),
            ),
            (
                Role::Mediator,
                format!("{dispute}/agreement"),
                "effective_on",
                json!({ "form": "oral_agreement", "items": ["示例"], "effective_on": day }),
            ),
            (
                Role::Mediator,
                format!("{dispute}/fulfilment"),
                "performed_on",
                json!({ "performed_on": day, "return_visit": "示例" }),
            ),
            (
                Role::Admin,
                "/api/v1/areas".to_owned(),
                "valid_from",
                json!({ "code": "500114119203", "name": "示例村", "valid_from": day }),
            ),
        ] {
            let person = town.staff(role, TOWN);
            let answer = person.step(&town, &path, 1, body).await;
            assert_eq!((answer.status, answer.fields()), (422, vec![field]), "{day}: {answer:?}");
        }
    }
}
