//! The reports of the API, one good body of each, and which odd values their fields may take.

use serde_json::{Value, json};
use wangge::base::id::Id;
use wangge::platform::access::Role;

use super::places::{Dispute, Dissuasion, Event, Hazard, Lead, Notice};
use crate::town::EAST;

/// A report, and which odd values its fields may take. Fields are JSON pointers.
pub struct Report {
    pub path: &'static str,
    pub role: Role,
    pub body: fn() -> Value,
    /// Any text will do.
    pub texts: &'static [&'static str],
    /// May be `null`.
    pub optional: &'static [&'static str],
    /// May be this number, `true`, `[]` or `{}`.
    pub others: &'static [(&'static str, &'static str)],
    /// All fields.
    pub fields: &'static [&'static str],
}

/// Hazards, disputes, events, notices, leads, dissuasions.
pub const REPORTS: &[Report] = &[
    Report {
        path: "/api/v1/hazards",
        role: Role::GridWorker,
        body: hazard,
        texts: &["/title", "/detail", "/place/address"],
        optional: &[
            "/place",
            "/place/address",
            "/place/accuracy_m",
            "/urgency",
            "/confidential",
            "/source",
            "/occurred_at",
            "/reported_at",
            "/place_id",
        ],
        others: &[
            ("/place/lat", "7"),
            ("/place/lng", "7"),
            ("/place/accuracy_m", "7"),
            ("/place", "{}"),
            ("/photos", "[]"),
        ],
        fields: &[
            "/id",
            "/area_code",
            "/field",
            "/title",
            "/detail",
            "/place",
            "/place/address",
            "/place/lat",
            "/place/lng",
            "/place/datum",
            "/place/accuracy_m",
            "/urgency",
            "/confidential",
            "/source",
            "/occurred_at",
            "/reported_at",
            "/place_id",
            "/anonymous",
            "/photos",
            "/photos/0",
        ],
    },
    Report {
        path: "/api/v1/disputes",
        role: Role::Mediator,
        body: dispute,
        texts: &["/title", "/detail", "/place/address"],
        optional: &[
            "/place",
            "/place/address",
            "/urgency",
            "/confidential",
            "/source",
            "/occurred_at",
            "/reported_at",
            "/amount_fen",
            "/parties/0/phone",
            "/parties/0/consents",
        ],
        others: &[("/amount_fen", "7"), ("/parties/0/consents", "true"), ("/photos", "[]"), ("/place", "{}")],
        fields: &[
            "/id",
            "/area_code",
            "/dispute_type",
            "/title",
            "/detail",
            "/place",
            "/place/address",
            "/urgency",
            "/confidential",
            "/source",
            "/amount_fen",
            "/parties",
            "/parties/0",
            "/parties/0/side",
            "/parties/0/name",
            "/parties/0/phone",
            "/parties/0/consents",
            "/occurred_at",
            "/reported_at",
            "/photos",
        ],
    },
    Report {
        path: "/api/v1/events",
        role: Role::GridWorker,
        body: event,
        texts: &["/title", "/detail", "/place/address"],
        optional: &[
            "/place/accuracy_m",
            "/place/address",
            "/urgency",
            "/confidential",
            "/source",
            "/people_count",
            "/scale",
            "/occurred_at",
            "/reported_at",
        ],
        others: &[
            ("/place/lat", "7"),
            ("/place/lng", "7"),
            ("/place/accuracy_m", "7"),
            ("/people_count", "7"),
            ("/photos", "[]"),
        ],
        fields: &[
            "/id",
            "/area_code",
            "/category",
            "/title",
            "/detail",
            "/place",
            "/place/address",
            "/place/lat",
            "/place/lng",
            "/place/datum",
            "/place/accuracy_m",
            "/urgency",
            "/confidential",
            "/source",
            "/people_count",
            "/scale",
            "/occurred_at",
            "/reported_at",
            "/photos",
            "/photos/0",
        ],
    },
    Report {
        path: "/api/v1/notices",
        role: Role::PublicityOfficer,
        body: notice,
        texts: &["/title", "/body", "/instruction"],
        optional: &["/fraud_type", "/instruction", "/expires_at"],
        others: &[("/wechat", "true")],
        fields: &[
            "/id",
            "/kind",
            "/level",
            "/fraud_type",
            "/title",
            "/body",
            "/instruction",
            "/areas",
            "/areas/0",
            "/wechat",
            "/expires_at",
        ],
    },
    Report {
        path: "/api/v1/fraud_leads",
        role: Role::PublicityOfficer,
        body: lead,
        texts: &["/detail"],
        optional: &["/lost_fen", "/at_risk_fen", "/occurred_at"],
        others: &[("/lost_fen", "7"), ("/at_risk_fen", "7"), ("/screenshots", "[]")],
        fields: &[
            "/id",
            "/area_code",
            "/fraud_type",
            "/way",
            "/suspect",
            "/suspect/kind",
            "/suspect/value",
            "/detail",
            "/lost_fen",
            "/at_risk_fen",
            "/occurred_at",
            "/screenshots",
        ],
    },
    Report {
        path: "/api/v1/dissuasions",
        role: Role::StationOfficer,
        body: dissuasion,
        texts: &["/note", "/police_ref"],
        optional: &["/dissuaded_by", "/resident_id", "/police_ref", "/note"],
        others: &[("/at_risk_fen", "7"), ("/saved_fen", "7")],
        fields: &[
            "/id",
            "/area_code",
            "/happened_at",
            "/fraud_type",
            "/way",
            "/dissuaded_by",
            "/resident_id",
            "/outsider_name",
            "/at_risk_fen",
            "/saved_fen",
            "/method",
            "/result",
            "/police_ref",
            "/note",
        ],
    },
];

fn hazard() -> Value {
    json!({
        "id": Id::<Hazard>::new().to_string(), "area_code": EAST, "field": "road_traffic", "title": "示例", "detail": "示例",
        "place": { "address": "示例", "lat": 29.42, "lng": 108.71, "datum": "wgs84", "accuracy_m": 5.0 },
        "urgency": "normal", "confidential": "internal", "source": "grid_patrol",
        "occurred_at": "2026-03-01T01:00:00.000Z", "reported_at": "2026-03-01T01:00:00.000Z", "photos": [],
        "place_id": null, "anonymous": false
    })
}

fn dispute() -> Value {
    json!({
        "id": Id::<Dispute>::new().to_string(), "area_code": EAST, "dispute_type": "water_irrigation", "title": "示例",
        "detail": "示例", "place": { "address": "示例" }, "urgency": "normal", "confidential": "internal",
        "source": "grid_patrol", "amount_fen": 100, "occurred_at": "2026-03-01T01:00:00.000Z",
        "reported_at": "2026-03-01T01:00:00.000Z", "photos": [],
        "parties": [
            { "side": "applicant", "name": "示例甲", "phone": "13800005678", "consents": true },
            { "side": "respondent", "name": "示例乙" }
        ]
    })
}

fn event() -> Value {
    json!({
        "id": Id::<Event>::new().to_string(), "area_code": EAST, "category": "facility", "title": "示例", "detail": "示例",
        "place": { "address": "示例", "lat": 29.42, "lng": 108.71, "datum": "wgs84", "accuracy_m": 5.0 },
        "urgency": "normal", "confidential": "internal", "source": "grid_patrol", "people_count": 5,
        "scale": "small_group", "occurred_at": "2026-03-01T01:00:00.000Z",
        "reported_at": "2026-03-01T01:00:00.000Z", "photos": []
    })
}

fn notice() -> Value {
    json!({
        "id": Id::<Notice>::new().to_string(), "kind": "warning", "level": "orange", "fraud_type": "fake_customer_service",
        "title": "示例", "body": "示例", "instruction": "示例", "areas": [EAST], "channels": [],
        "expires_at": "2026-12-31T16:00:00.000Z"
    })
}

fn lead() -> Value {
    json!({
        "id": Id::<Lead>::new().to_string(), "area_code": EAST, "fraud_type": "romance", "way": "call",
        "suspect": { "kind": "phone", "value": "13800005678" }, "detail": "示例", "lost_fen": 1, "at_risk_fen": 2,
        "occurred_at": "2026-03-01T01:00:00.000Z", "screenshots": []
    })
}

fn dissuasion() -> Value {
    json!({
        "id": Id::<Dissuasion>::new().to_string(), "area_code": EAST, "happened_at": "2026-03-01T01:00:00.000Z",
        "fraud_type": "romance", "way": "call", "dissuaded_by": null, "resident_id": null, "outsider_name": "示例甲",
        "at_risk_fen": 7, "saved_fen": 1, "method": "phone", "result": "stopped", "police_ref": "示例1号", "note": "示例"
    })
}
