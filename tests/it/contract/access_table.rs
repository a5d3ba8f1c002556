//! THE table: every operation, the permissions it asks for, what its answer depends on, and what it answers to those
//! who hold them, first inside and then outside of their areas.
//!
//! Every request names version 0, which no record has: a step answers 412 to those who may take it (409 where the
//! state or a guard speaks first, 200 where there is nothing left to do) and changes nothing. Whoever lacks one of the permissions is answered 403, whoever is nobody 401. What the policy says of
//! each role is in `docs/access.md`; here stands only what each operation asks of it.

use wangge::platform::access::Role;
use wangge::platform::access::policy::*;

/// What decides whether somebody who holds the permission finds what is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// Nothing: everyone is answered alike.
    Anything,
    /// The area: inside the caller's own; a resident's whole town.
    Area,
    /// As `Area`; a resident sees only what is their own.
    Own,
    /// Whose report it is: staff reported nothing of what there is.
    Reported,
    /// As `Area`, except that a resident reads what came to their home.
    Home,
    /// The caller's own sign-in and nobody else's.
    Session,
    /// As `Area`, for whoever leads it; another's is not found by those who do not.
    Led,
    /// As `Own`, and of staff only those find it who oversee the area; others find what they wrote themselves.
    Overseen,
}

/// An operation.
pub struct Row {
    /// `METHOD /path` of the description.
    pub operation: &'static str,
    /// The roles of each permission that it asks for; none: everyone who is signed in.
    pub needs: &'static [&'static [Role]],
    /// What its answer depends on.
    pub on: On,
    /// The answers inside; several where the second of two equal requests is a resend.
    pub inside: &'static [u16],
    /// The answer outside.
    pub outside: u16,
    /// JSON, `?query`, the lines of a CSV, or `photo`. `$words` name things of the place, see `requests`.
    pub sends: &'static str,
}

macro_rules! table {
    ($($operation:literal [$($permission:ident)*] $on:ident $($inside:literal)|+ / $outside:literal $sends:literal;)+) => {
        /// All operations that need a sign-in.
        pub const TABLE: &[Row] = &[$(Row {
            operation: $operation,
            needs: &[$($permission::ROLES),*],
            on: On::$on,
            inside: &[$($inside),+],
            outside: $outside,
            sends: $sends,
        }),+];
    };
}

table! {
    // Oneself: whoever is signed in.
    "POST /api/v1/auth/sign-out" [] Session 204 / 204 "";
    "GET /api/v1/me" [] Anything 200 / 200 "";
    "GET /api/v1/me/sessions" [] Anything 200 / 200 "";
    "DELETE /api/v1/me/sessions/{id}" [] Session 204 / 404 "";
    "POST /api/v1/me/wx-tickets" [] Anything 409 / 409 r#"{"answers":[{"template":"t","answer":"accept"}]}"#;

    // Times and alerts.
    "GET /api/v1/clocks/preview" [] Anything 200 / 200 "?rule=XF-HANDLE&start=2026-02-01";
    "GET /api/v1/calendar/{year}" [] Anything 200 / 200 "";
    "GET /api/v1/me/due" [SeeDue] Anything 200 / 200 "";
    "GET /api/v1/me/messages" [] Anything 200 / 200 "";
    "GET /api/v1/me/messages/unread" [] Anything 200 / 200 "";
    "POST /api/v1/me/messages/read" [] Anything 200 / 200 r#"{"ids":["message_01h455vb4pex5vsknk084sn02q"]}"#;
    "GET /api/v1/me/alerts" [SeeDue] Anything 200 / 200 "";
    "POST /api/v1/alerts/{id}/acknowledgement" [AcknowledgeAlert] Anything 404 / 404 "";
    "POST /api/v1/me/calendar" [SeeDue] Anything 201 / 201 r#"{"scope":"desk"}"#;
    "GET /api/v1/me/calendar" [SeeDue] Anything 200 / 200 "";
    "DELETE /api/v1/me/calendar" [SeeDue] Anything 204 / 204 "";

    // Areas.
    "GET /api/v1/areas" [SeeAreas] Anything 200 / 200 "";
    "GET /api/v1/areas/{code}" [SeeAreas] Area 200 / 404 "";
    "POST /api/v1/areas" [KeepAreas] Area 201 / 422 r#"{"code":"$area$nn","name":"示例微网格"}"#;
    "PATCH /api/v1/areas/{code}" [KeepAreas] Area 412 / 404 r#"{"name":"示例"}"#;
    "POST /api/v1/areas/{code}/closure" [KeepAreas] Area 412 / 404 "";
    "POST /api/v1/areas/import" [KeepAreas] Area 200 / 422 "code,name,level,parent\n$area,示例,grid,$village\n";

    "GET /api/v1/areas/at" [SeeAreas] Anything 200 / 200 "?lat=29.005&lng=108.005&datum=wgs84";
    "GET /api/v1/areas/{code}/boundary" [SeeAreas] Area 200 / 404 "";
    "GET /api/v1/areas/{code}/boundary/versions" [SeeAreas] Area 200 / 404 "";
    "PUT /api/v1/areas/{code}/boundary" [KeepAreas] Area 412 / 404 r#"{"datum":"wgs84","geometry":{"type":"Polygon",
        "coordinates":[[[108.5,29.0],[108.51,29.0],[108.51,29.01],[108.5,29.0]]]}}"#;
    // A file without its datum is refused wherever its grids lie; `areas::boundary_imports` asks the rest.
    "POST /api/v1/areas/boundaries/import" [KeepAreas] Anything 422 / 422 r#"{"type":"FeatureCollection","features":[]}"#;

    // Staff.
    "GET /api/v1/staff" [SeeStaff] Anything 200 / 200 "";
    "POST /api/v1/staff" [KeepStaff] Area 201 / 422 r#"{"area":"$area","name":"示例人员","phone":"$phone"}"#;
    "GET /api/v1/staff/{id}" [SeeStaff] Area 200 / 404 "";
    "POST /api/v1/staff/{id}/suspension" [KeepStaff] Area 412 / 404 "";
    "POST /api/v1/staff/{id}/reactivation" [KeepStaff] Area 412 / 404 "";
    "POST /api/v1/staff/{id}/password" [KeepStaff] Area 412 / 404 r#"{"password":"River7-Bend-example"}"#;
    "POST /api/v1/staff/{id}/reveal" [RevealStaff] Area 200 / 404 r#"{"purpose":"示例核对","fields":["name"]}"#;
    "GET /api/v1/staff/{id}/posts" [SeeStaff] Area 200 / 404 "";
    "POST /api/v1/staff/{id}/posts" [KeepPosts] Area 201|409 / 404 r#"{"role":"grid_worker","area":"$area"}"#;
    "DELETE /api/v1/posts/{id}" [KeepPosts] Area 204 / 404 "";

    // Displays.
    "GET /api/v1/displays" [KeepDisplays] Anything 200 / 200 "";
    "POST /api/v1/displays" [KeepDisplays] Area 201 / 422 r#"{"area":"$area","name":"示例看板"}"#;
    "DELETE /api/v1/displays/{id}" [KeepDisplays] Area 204 / 404 "";

    // Households.
    "GET /api/v1/households" [SeeHouseholds] Anything 200 / 200 "";
    "GET /api/v1/households/{id}" [SeeHouseholds] Area 200 / 404 "";
    "POST /api/v1/households" [KeepHouseholds] Area 201 / 422 r#"{"id":"$new_household","area_code":"$area","code":"$new_code",
        "address":"示例村","residents":[{"id":"$new_resident","name":"示例甲","relation":"head"}]}"#;
    "PATCH /api/v1/households/{id}" [KeepHouseholds] Area 412 / 404 r#"{"smartphone":"no"}"#;
    "POST /api/v1/households/{id}/residents" [KeepHouseholds] Area 412 / 404 r#"{"id":"$new_resident","name":"示例乙","relation":"spouse"}"#;
    "PATCH /api/v1/households/{id}/residents/{resident}" [KeepHouseholds] Area 412 / 404 r#"{"gender":"female"}"#;
    "DELETE /api/v1/households/{id}/residents/{resident}" [KeepHouseholds] Area 409 / 404 "";
    "POST /api/v1/households/{id}/head" [KeepHouseholds] Area 200 / 404 r#"{"resident_id":"$resident","former_becomes":"spouse"}"#;
    "POST /api/v1/households/{id}/reveal" [RevealPersonal SeeHouseholds] Area 200 / 404 r#"{"purpose":"示例走访","fields":["name"]}"#;
    "POST /api/v1/households/import" [ImportHouseholds] Area 200 / 422 "网格编码,户编号,姓名,与户主关系,住址\n$area,$new_code,示例丙,户主,示例村\n";

    // Photos. One that no case has claimed is seen by who uploaded it.
    "POST /api/v1/photos" [UploadPhoto] Anything 201 / 201 "photo";
    "GET /api/v1/photos/{id}" [SeeCases] Own 200 / 404 "";
    "GET /api/v1/photos/{id}/thumbnail" [SeeCases] Own 200 / 404 "";
    "POST /api/v1/uploads" [UploadPhoto] Anything 201 / 201 r#"{"photo":"$new_photo","length":9,
        "sha256":"0000000000000000000000000000000000000000000000000000000000000000"}"#;
    "HEAD /api/v1/uploads/{id}" [UploadPhoto] Anything 404 / 404 "";
    "PATCH /api/v1/uploads/{id}" [UploadPhoto] Anything 404 / 404 "";

    // Exports: whoever asked for one, and nobody else.
    "POST /api/v1/exports" [ExportCases] Area 202 / 404 r#"{"format":"csv","purpose":"示例核对","filter":{"area":"$area"}}"#;
    "POST /api/v1/fraud_exports" [ExportFraud] Area 202 / 404 r#"{"ledger":"leads","format":"csv","purpose":"示例核对","filter":{"area":"$area"}}"#;
    "GET /api/v1/exports" [TakeExports] Anything 200 / 200 "";
    "GET /api/v1/exports/{id}" [TakeExports] Anything 404 / 404 "";
    "POST /api/v1/exports/{id}/cancellation" [TakeExports] Anything 404 / 404 "";
    "GET /api/v1/exports/{id}/file" [TakeExports] Anything 404 / 404 "";

    // Cases and hazards. A resident reports anything in the town and sees their own.
    "GET /api/v1/cases" [SeeCases] Anything 200 / 200 "";
    "GET /api/v1/cases/duplicate_candidates" [SeeCases] Anything 200 / 200 "?kind=event&category=facility&lat=29.005&lng=108.005&datum=wgs84";
    "GET /api/v1/cases/{id}/duplicate_candidates" [SeeCases] Own 200 / 404 "";
    "GET /api/v1/cases/{id}/links" [SeeCases] Own 200 / 404 "";
    "PUT /api/v1/cases/{id}/links/{other}" [LinkCases] Own 200 / 404 "";
    "DELETE /api/v1/cases/{id}/links/{other}" [LinkCases] Own 204 / 404 "";
    "GET /api/v1/cases/{id}/me_too" [SeeCases] Own 200 / 404 "";
    // A resident's own report: nobody has met it "too".
    "PUT /api/v1/cases/{id}/me_too" [JoinCase] Own 200|409 / 404 "";
    "DELETE /api/v1/cases/{id}/me_too" [JoinCase] Own 200 / 404 "";
    "GET /api/v1/cases/{id}/rating" [SeeCases] Own 404 / 404 "";
    "GET /api/v1/me/cases/{id}/progress" [SeeCases] Reported 200 / 404 "";
    "POST /api/v1/me/cases/{id}/rating" [RateCase SeeCases] Reported 412 / 404 r#"{"stars":5}"#;
    "POST /api/v1/hazards" [ReportHazard SeeCases] Area 201 / 422 r#"{"id":"$new_hazard","area_code":"$area","field":"road_traffic",
        "title":"示例","detail":"示例"}"#;
    "GET /api/v1/hazards/{id}" [SeeCases] Own 200 / 404 "";
    "GET /api/v1/hazards/{id}/timeline" [SeeCases] Own 200 / 404 "";
    "GET /api/v1/hazards/{id}/photos" [SeeCases] Own 200 / 404 "";
    "POST /api/v1/hazards/{id}/grading" [GradeHazard SeeCases] Own 412 / 404 r#"{"grade":"general"}"#;
    "POST /api/v1/hazards/{id}/order" [OrderRectification SeeCases] Own 412 / 404 r#"{"due":"2026-03-06"}"#;
    "POST /api/v1/hazards/{id}/rectification" [RectifyHazard SeeCases] Own 412 / 404 "{}";
    "POST /api/v1/hazards/{id}/dismissal" [DismissHazard SeeCases] Own 412 / 404 r#"{"reason":"harmless","note":"示例"}"#;
    "POST /api/v1/hazards/{id}/spot_fix" [RectifyHazard SeeCases] Own 412 / 404 r#"{"photos":["photo_01h455vb4pex5vsknk084sn02q"]}"#;
    "POST /api/v1/hazards/{id}/submission" [RectifyHazard SeeCases] Own 412 / 404 r#"{"note":"示例"}"#;
    "POST /api/v1/hazards/{id}/reinspection" [ReinspectHazard SeeCases] Own 412 / 404 r#"{"passed":true}"#;
    "GET /api/v1/hazards" [SeeCases] Anything 200 / 200 "?supervised=true";
    "POST /api/v1/hazards/{id}/extension" [ExtendHazard SeeCases] Own 412 / 404 r#"{"due":"2026-03-06","reason":"示例"}"#;
    "POST /api/v1/hazards/{id}/supervision" [SuperviseHazard SeeCases] Own 412 / 404 r#"{"until":"2026-03-31","supervisor":"$inspector"}"#;
    "POST /api/v1/hazards/{id}/transfer" [TransferHazard SeeCases] Own 412 / 404 r#"{"office":"示例局","note":"示例",
        "papers":["photo_01h455vb4pex5vsknk084sn02q"]}"#;
    "POST /api/v1/hazards/{id}/return" [TransferHazard SeeCases] Own 412 / 404 r#"{"note":"示例"}"#;
    "POST /api/v1/hazards/{id}/reward" [RewardReport SeeCases] Own 412 / 404 r#"{"amount_fen":1}"#;
    "POST /api/v1/hazards/{id}/reveal" [RevealPersonal] Own 200 / 404 r#"{"purpose":"示例送达"}"#;
    "POST /api/v1/hazards/{id}/papers/{paper}/reveal" [RevealPersonal] Own 404 / 404 r#"{"purpose":"示例核对"}"#;
    "POST /api/v1/hazards/{id}/reporter/reveal" [RevealReporter] Own 200 / 404 r#"{"purpose":"示例核查"}"#;

    // The ledger of places.
    "GET /api/v1/places" [SeePlaces] Anything 200 / 200 "";
    "POST /api/v1/places" [KeepPlaces] Area 201 / 422 r#"{"id":"$new_place","area_code":"$area","name":"示例","kind":"shop",
        "risk":"blue","address":"示例","responsible":{"name":"示例甲"},"check_every_days":30}"#;
    "GET /api/v1/places/{id}" [SeePlaces] Area 200 / 404 "";
    "PATCH /api/v1/places/{id}" [KeepPlaces SeePlaces] Area 412 / 404 r#"{"risk":"red"}"#;
    "POST /api/v1/places/{id}/reveal" [RevealPersonal SeePlaces] Area 200 / 404 r#"{"purpose":"示例联系","who":["responsible"]}"#;

    // Campaigns. Each place has one of its own, which is nowhere else.
    "GET /api/v1/campaigns" [SeeCampaigns] Anything 200 / 200 "";
    "POST /api/v1/campaigns" [KeepCampaigns] Area 201 / 422 r#"{"id":"$new_campaign","name":"示例行动","field":"fire",
        "from":"2026-03-01","to":"2026-03-31","areas":["$area"],"items":[{"text":"示例"}]}"#;
    "GET /api/v1/campaigns/{id}" [SeeCampaigns] Area 200 / 404 "";
    "PATCH /api/v1/campaigns/{id}" [KeepCampaigns SeeCampaigns] Area 412 / 404 r#"{"to":"2026-04-30"}"#;
    "PUT /api/v1/campaigns/{id}/checklist" [KeepCampaigns SeeCampaigns] Area 412 / 404 r#"{"items":[{"text":"示例"}]}"#;
    "GET /api/v1/campaigns/{id}/statistics" [SeeCampaigns] Area 200 / 404 "";
    "GET /api/v1/campaigns/{id}/inspections" [SeeCampaigns] Area 200 / 404 "";
    "POST /api/v1/campaigns/{id}/inspections" [Inspect ReportHazard SeeCampaigns] Area 201 / 404 r#"{"id":"$new_inspection",
        "area_code":"$area","spot":{"address":"示例"},"checklist":1,"inspectors":["$inspector"],
        "results":[{"item":1,"result":"pass"}]}"#;
    "GET /api/v1/inspections/{id}" [SeeCampaigns] Area 200 / 404 "";
    "GET /api/v1/inspections/{id}/photos/{photo}" [SeeCampaigns] Area 404 / 404 "";

    // Disputes.
    "POST /api/v1/disputes" [RegisterDispute SeeCases] Area 201 / 422 r#"{"id":"$new_dispute","area_code":"$area",
        "dispute_type":"water_irrigation","title":"示例","detail":"示例",
        "parties":[{"side":"applicant","name":"示例甲"},{"side":"respondent","name":"示例乙"}]}"#;
    "GET /api/v1/disputes/{id}" [SeeCases] Own 200 / 404 "";
    "GET /api/v1/disputes/{id}/timeline" [SeeCases] Own 200 / 404 "";
    "GET /api/v1/disputes/{id}/photos" [SeeCases] Own 200 / 404 "";
    "POST /api/v1/disputes/{id}/reveal" [RevealPersonal] Own 200 / 404 r#"{"purpose":"示例联系","fields":["name"]}"#;
    "POST /api/v1/disputes/{id}/papers/{paper}/reveal" [RevealPersonal] Own 404|403 / 404 r#"{"purpose":"示例核对"}"#;
    "POST /api/v1/disputes/{id}/consents" [AcceptDispute SeeCases] Own 412 / 404 r#"{"parties":[{"side":"respondent","name":"示例乙"}]}"#;
    "POST /api/v1/disputes/{id}/acceptance" [AcceptDispute SeeCases] Own 412 / 404 "{}";
    "POST /api/v1/disputes/{id}/mediation" [Mediate SeeCases] Own 412 / 404 r#"{"mode":"on_site"}"#;
    "POST /api/v1/disputes/{id}/agreement" [Mediate SeeCases] Own 412 / 404 r#"{"form":"oral_agreement","items":["示例"]}"#;
    "POST /api/v1/disputes/{id}/mediators" [Mediate SeeCases] Own 412 / 404 r#"{"mediators":["staff_01h455vb4pex5vsknk084sn02q"],"reason":"示例"}"#;
    "POST /api/v1/disputes/{id}/extension" [Mediate SeeCases] Own 412 / 404 r#"{"days":15,"agreed_by":["party_01h455vb4pex5vsknk084sn02q"]}"#;
    "GET /api/v1/disputes/{id}/sessions" [SeeCases] Own 200 / 404 "";
    "POST /api/v1/disputes/{id}/sessions" [Mediate SeeCases] Own 412 / 404 r#"{"at":"2026-03-01T01:00:00.000Z","place":"示例","mode":"on_site",
        "open":false,"mediators":["staff_01h455vb4pex5vsknk084sn02q"],"attendees":["party_01h455vb4pex5vsknk084sn02q"],"summary":"示例","result":"continued"}"#;
    "GET /api/v1/disputes/{id}/draft" [Mediate] Own 404 / 404 "";
    "POST /api/v1/disputes/{id}/draft" [Mediate SeeCases] Own 412 / 404 r#"{"form":"written_agreement"}"#;
    "POST /api/v1/disputes/{id}/draft/reveal" [RevealPersonal] Own 404|403 / 404 r#"{"purpose":"示例打印","format":"text"}"#;
    "POST /api/v1/disputes/{id}/confirmation" [Mediate SeeCases] Own 412 / 404 r#"{"court":"示例法院","applied_on":"2026-03-02",
        "applicants":["party_01h455vb4pex5vsknk084sn02q"]}"#;
    "POST /api/v1/disputes/{id}/court_decision" [Mediate SeeCases] Own 412 / 404 r#"{"result":"withdrawn","decided_on":"2026-03-02"}"#;
    "GET /api/v1/disputes/{id}/checks" [SeeCases] Own 200 / 404 "";
    "POST /api/v1/disputes/{id}/checks" [Mediate SeeCases] Own 412 / 404 r#"{"kind":"return_visit","finding":"performed","words":"示例"}"#;
    "GET /api/v1/disputes/{id}/recurrences" [SeeCases] Own 200 / 404 "";
    "POST /api/v1/disputes/{id}/transfer" [Mediate SeeCases] Own 412 / 404 r#"{"to":"court","receiver":"示例法院","handed_over":["示例"]}"#;
    "POST /api/v1/disputes/{id}/violence_risk" [ReportViolence SeeCases] Own 412 / 404 r#"{"reason":"示例"}"#;
    "GET /api/v1/disputes/{id}/police_reports" [ReportViolence] Own 200 / 404 "";
    "POST /api/v1/disputes/{id}/police_reports" [ReportViolence SeeCases] Own 412 / 404 r#"{"told_at":"2026-03-01T01:00:00.000Z","station":"示例派出所"}"#;
    "POST /api/v1/disputes/{id}/violence_clearance" [ClearViolence SeeCases] Own 412 / 404 r#"{"reason":"示例"}"#;
    "POST /api/v1/disputes/{id}/performance" [Mediate SeeCases] Own 412 / 404 "{}";
    "POST /api/v1/disputes/{id}/fulfilment" [Mediate SeeCases] Own 412 / 404 r#"{"performed_on":"2026-03-02","return_visit":"示例"}"#;
    "POST /api/v1/disputes/{id}/failure" [Mediate SeeCases] Own 412 / 404 r#"{"reason":"示例","remedies_told":true}"#;
    "POST /api/v1/disputes/{id}/refusal" [Mediate SeeCases] Own 412 / 404 "{}";
    "POST /api/v1/disputes/{id}/withdrawal" [WithdrawDispute SeeCases] Own 412 / 404 r#"{"reason":"示例"}"#;
    "POST /api/v1/disputes/{id}/breach" [Mediate SeeCases] Own 412 / 404 r#"{"reason":"示例","remedies_told":true}"#;
    "POST /api/v1/disputes/{id}/archive" [Mediate SeeCases] Own 412 / 404 r#"{"archive_no":"示例"}"#;

    // Events.
    "POST /api/v1/events" [ReportEvent SeeCases] Area 201 / 422 r#"{"id":"$new_event","area_code":"$area","category":"facility",
        "title":"示例","detail":"示例","place":{"address":"示例"}}"#;
    "GET /api/v1/events/{id}" [SeeCases] Own 200 / 404 "";
    "GET /api/v1/events/{id}/timeline" [SeeCases] Own 200 / 404 "";
    "GET /api/v1/events/{id}/photos" [SeeCases] Own 200 / 404 "";
    "GET /api/v1/events/{id}/stations" [DispatchEvent] Own 200 / 404 "";
    "POST /api/v1/events/{id}/acceptance" [AcceptEvent SeeCases] Own 412 / 404 "{}";
    "POST /api/v1/events/{id}/return" [TriageEvent SeeCases] Own 412 / 404 r#"{"note":"示例"}"#;
    "POST /api/v1/events/{id}/supplement" [ReportEvent SeeCases] Own 412 / 404 r#"{"note":"示例"}"#;
    "POST /api/v1/events/{id}/rejection" [TriageEvent SeeCases] Own 412 / 404 r#"{"reason":"unclear","note":"示例"}"#;
    "POST /api/v1/events/{id}/withdrawal" [ReportEvent SeeCases] Own 412 / 404 "{}";
    "POST /api/v1/events/{id}/merger" [AcceptEvent SeeCases] Own 412 / 404 r#"{"original_no":"SJ-1","note":"示例"}"#;
    "POST /api/v1/events/{id}/separation" [AcceptEvent SeeCases] Own 412 / 404 r#"{"note":"示例"}"#;
    "POST /api/v1/events/{id}/self_handling" [SelfHandleEvent SeeCases] Own 412 / 404 r#"{"note":"示例","photos":["photo_01h455vb4pex5vsknk084sn02q"]}"#;
    "POST /api/v1/events/{id}/conversion" [ConvertEvent SeeCases ReportHazard RegisterDispute] Own 412 / 404 r#"{"to":"hazard","field":"fire","note":"示例"}"#;
    "POST /api/v1/events/{id}/dispatch" [DispatchEvent SeeCases] Own 412 / 404 r#"{"station":"示例"}"#;
    "POST /api/v1/events/{id}/refusal" [HandleEvent SeeCases] Own 412 / 404 r#"{"reason":"示例"}"#;
    "POST /api/v1/events/{id}/handling" [HandleEvent SeeCases] Own 412 / 404 "{}";
    "POST /api/v1/events/{id}/completion" [HandleEvent SeeCases] Own 412 / 404 r#"{"note":"示例"}"#;
    "POST /api/v1/events/{id}/closure" [VerifyEvent SeeCases] Own 412 / 404 r#"{"resolution":"resolved","note":"示例"}"#;
    "POST /api/v1/events/{id}/rework" [VerifyEvent SeeCases] Own 412 / 404 r#"{"reason":"示例"}"#;
    "POST /api/v1/events/{id}/reopening" [ReopenEvent SeeCases] Own 412 / 404 r#"{"reason":"示例"}"#;
    "POST /api/v1/events/{id}/suspension_request" [TriageEvent SeeCases] Own 412 / 404 r#"{"until":"2026-03-06","reason":"示例"}"#;
    "POST /api/v1/events/{id}/suspension" [ApproveEvent SeeCases] Own 412 / 404 "{}";
    "POST /api/v1/events/{id}/resumption" [TriageEvent SeeCases] Own 412 / 404 "{}";
    "POST /api/v1/events/{id}/extension_request" [HandleEvent SeeCases] Own 412 / 404 r#"{"amount":1,"reason":"示例"}"#;
    "POST /api/v1/events/{id}/extension" [ApproveEvent SeeCases] Own 412 / 404 "{}";
    "POST /api/v1/events/{id}/request_denial" [ApproveEvent SeeCases] Own 412 / 404 r#"{"reason":"示例"}"#;

    // Notices.
    "GET /api/v1/notices" [SeeNotices] Anything 200 / 200 "";
    "POST /api/v1/notices" [DraftNotice SeeNotices] Area 201 / 422 r#"{"id":"$new_notice","kind":"policy","title":"示例","body":"示例",
        "areas":["$area"]}"#;
    "GET /api/v1/notices/{id}" [SeeNotices] Area 200 / 404 "";
    "PUT /api/v1/notices/{id}" [DraftNotice SeeNotices] Area 412 / 404 r#"{"id":"$notice","kind":"policy","title":"示例","body":"示例",
        "areas":["$area"]}"#;
    "POST /api/v1/notices/{id}/submission" [DraftNotice SeeNotices] Area 412 / 404 "";
    "POST /api/v1/notices/{id}/approval" [ApproveNotice SeeNotices] Area 412 / 404 "";
    "POST /api/v1/notices/{id}/return" [ApproveNotice SeeNotices] Area 412 / 404 r#"{"reason":"示例"}"#;
    "POST /api/v1/notices/{id}/ratification" [ApproveNotice SeeNotices] Area 412 / 404 "";
    "POST /api/v1/notices/{id}/schedule" [PublishNotice SeeNotices] Area 412 / 404 r#"{"publish_at":"2026-03-09T01:00:00.000Z"}"#;
    "POST /api/v1/notices/{id}/emergency-publication" [PublishNotice SeeNotices] Area 412 / 404 "";
    "GET /api/v1/notices/{id}/texts" [SeeNotices] Area 200 / 404 "";
    "POST /api/v1/notices/{id}/publication" [PublishNotice SeeNotices] Area 412 / 404 "";
    "POST /api/v1/notices/{id}/cancellation" [PublishNotice SeeNotices] Area 412 / 404 r#"{"reason":"示例"}"#;
    "GET /api/v1/notices/{id}/coverage" [SeeNotices] Area 200 / 404 "";
    "GET /api/v1/notices/{id}/households" [SeeNotices SeeHouseholds] Area 200 / 404 "?area=$area";

    // Fraud. A resident's lead lies in their own grid; whoever only reports sees their own.
    "GET /api/v1/fraud_leads" [SeeLeads] Anything 200 / 200 "";
    "POST /api/v1/fraud_leads" [ReportLead SeeLeads] Home 201 / 422 r#"{"id":"$new_lead","area_code":"$area","fraud_type":"romance",
        "way":"call","suspect":{"kind":"phone","value":"$phone"},"detail":"示例"}"#;
    "GET /api/v1/fraud_leads/{id}" [SeeLeads] Overseen 200 / 404 "";
    "POST /api/v1/fraud_leads/{id}/correction" [HandleLeads SeeLeads] Overseen 412 / 404 r#"{"fraud_type":"romance","way":"call",
        "suspect":{"kind":"app","value":"示例"},"detail":"示例"}"#;
    "POST /api/v1/fraud_leads/{id}/forwarding" [HandleLeads SeeLeads] Overseen 412 / 404 r#"{"station":"示例派出所"}"#;
    "POST /api/v1/fraud_leads/{id}/answer" [AnswerLeads SeeLeads] Overseen 412 / 404 r#"{"verdict":"verified","reply":"示例"}"#;
    "POST /api/v1/fraud_leads/{id}/dismissal" [HandleLeads SeeLeads] Overseen 412 / 404 r#"{"reason":"not_fraud","reply":"示例"}"#;
    "POST /api/v1/fraud_leads/{id}/reveal" [RevealSuspect SeeLeads] Overseen 200 / 404 r#"{"purpose":"示例核查"}"#;
    "POST /api/v1/fraud_leads/{id}/screenshots/{photo}/reveal" [RevealSuspect SeeLeads] Overseen 404 / 404 r#"{"purpose":"示例核查"}"#;
    "GET /api/v1/dissuasions" [SeeDissuasions] Anything 200 / 200 "";
    "POST /api/v1/dissuasions" [KeepDissuasions] Area 201 / 422 r#"{"id":"$new_dissuasion","area_code":"$area",
        "happened_at":"2026-03-01T01:00:00.000Z","fraud_type":"romance","way":"call","outsider_name":"示例甲","at_risk_fen":1,
        "saved_fen":1,"method":"phone","result":"stopped"}"#;
    "GET /api/v1/dissuasions/{id}" [SeeDissuasions] Overseen 200 / 404 "";
    "GET /api/v1/dissuasions/{id}/versions" [SeeDissuasions] Overseen 200 / 404 "";
    "POST /api/v1/dissuasions/{id}/correction" [KeepDissuasions SeeDissuasions] Overseen 412 / 404 r#"{"reason":"示例","entry":{
        "id":"$dissuasion","area_code":"$area","happened_at":"2026-03-01T01:00:00.000Z","fraud_type":"romance","way":"call",
        "outsider_name":"示例甲","at_risk_fen":1,"saved_fen":1,"method":"phone","result":"stopped"}}"#;
    "POST /api/v1/dissuasions/{id}/reveal" [RevealPersonal SeeDissuasions] Overseen 200 / 404 r#"{"purpose":"示例回访"}"#;
    "GET /api/v1/fraud_figures" [SeeFraudFigures] Area 200 / 404 "?area=$area";
    // Visits. Each place has tasks for its notice.
    "POST /api/v1/notices/{id}/visit_tasks" [OpenVisits SeeNotices] Area 202 / 404 r#"{"due_on":"2026-03-20"}"#;
    "GET /api/v1/notices/{id}/visit_tasks" [SeeVisits SeeNotices] Area 200 / 404 "?area=$area";
    "GET /api/v1/notices/{id}/visit_tasks/{household}" [SeeNotices SeeHouseholds] Area 200 / 404 "";
    "GET /api/v1/visit_rounds" [SeeNotices] Anything 200 / 200 "";
    "POST /api/v1/visits" [RecordVisit] Area 201 / 422 r#"{"id":"$new_visit","notice_id":"$notice","household_id":"$household",
        "result":"absent"}"#;
    "GET /api/v1/visits/{id}" [SeeHouseholds] Area 200 / 404 "";
    "POST /api/v1/visits/{id}/papers/{paper}/reveal" [RevealPersonal SeeHouseholds] Area 404 / 404 r#"{"purpose":"示例核对"}"#;
    // Of two callers the second corrects what was corrected already.
    "POST /api/v1/visits/{id}/correction" [RecordVisit] Area 201|409 / 404 r#"{"id":"$new_visit","result":"absent","reason":"示例"}"#;

    // Outlets, and what is shown on them. Each place has one with a machine.
    "GET /api/v1/outlets" [SeeOutlets] Anything 200 / 200 "";
    "POST /api/v1/outlets" [KeepOutlets] Area 201 / 422 r#"{"id":"$new_outlet","area_code":"$area","kind":"paper","name":"示例"}"#;
    "GET /api/v1/outlets/{id}" [SeeOutlets] Area 200 / 404 "";
    "PATCH /api/v1/outlets/{id}" [KeepOutlets SeeOutlets] Area 412 / 404 r#"{"in_use":false}"#;
    "GET /api/v1/notices/{id}/exposures" [SeeOutlets SeeNotices] Area 200 / 404 "";
    "POST /api/v1/notices/{id}/exposures" [RecordExposure SeeNotices] Area 201 / 404 r#"{"id":"$new_exposure","outlet_id":"$outlet"}"#;
    "GET /api/v1/exposures/{id}/photos/{photo}" [SeeOutlets] Anything 404 / 404 "";
    "POST /api/v1/notices/{id}/broadcast" [SendExposures SeeNotices] Area 202 / 404 r#"{"outlets":["$outlet"]}"#;
    "GET /api/v1/notices/{id}/exposure_summary" [SeeOutlets SeeNotices] Area 200 / 404 "";

    // What residents read.
    "GET /api/v1/me/feed" [ReadFeed] Anything 200 / 200 "";
    "GET /api/v1/me/feed/{id}" [ReadFeed] Home 200 / 404 "";
    "POST /api/v1/me/feed/{id}/read" [ReadFeed] Home 200 / 404 "";
    "POST /api/v1/me/feed/{id}/acknowledgement" [ReadFeed] Home 200 / 404 "";
    "GET /api/v1/me/why/{id}" [ReadFeed] Home 200 / 404 "";
    "GET /api/v1/me/declaration" [ReadFeed] Anything 200 / 200 "";
    "PUT /api/v1/me/declaration" [ReadFeed] Anything 200 / 200 r#"{"tags":["farmer"],"no_targeting":false}"#;

    // Offline work. What cannot be read is refused by itself.
    "POST /api/v1/sync/push" [UseSync] Anything 200 / 200 r#"{"device":"device_01h455vb4pex5vsknk084sn02q",
        "sent_at":"2026-03-02T01:00:00Z","operations":[{}]}"#;
    "GET /api/v1/sync/pull" [UseSync SeeCases] Anything 200 / 200 "";
    "GET /api/v1/sync/pack" [UseSync SeeCases] Anything 200 / 200 "";
    "GET /api/v1/sync/devices" [UseSync] Anything 200 / 200 "";
    "GET /api/v1/sync/conflicts" [UseSync] Anything 200 / 200 "";
    "GET /api/v1/sync/conflicts/{id}" [UseSync] Led 200 / 404 "";
    "POST /api/v1/sync/conflicts/{id}/reveal" [UseSync RevealPersonal] Led 200 / 404 r#"{"purpose":"示例核对"}"#;
    "POST /api/v1/sync/conflicts/{id}/settlement" [UseSync] Led 412 / 404 r#"{"way":"keep_server"}"#;

    // The audit log.
    "GET /api/v1/audit" [SeeAudit] Area 200 / 404 "?area=$area";

    // The dashboard.
    "GET /api/v1/dashboard" [SeeDashboard] Area 200 / 404 "?area=$area";
    "GET /api/v1/dashboard/events" [SeeDashboard] Anything 200 / 200 "";
}
