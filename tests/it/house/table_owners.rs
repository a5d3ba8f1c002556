//! Each table is named by one store only.

use super::sources::below;

/// Which file or folder may name which tables.
const OWNERS: &[(&str, &[&str])] = &[
    ("src/platform/outbox", &["outbox_jobs"]),
    ("src/platform/leases.rs", &["leases"]),
    ("src/platform/audit", &["audit_entries", "audit_seals"]),
    ("src/platform/web/idempotency.rs", &["idempotency_keys"]),
    ("src/platform/counters", &["counters", "counter_deltas"]),
    ("src/features/areas/store", &["areas"]),
    ("src/features/areas/boundaries/store", &["area_boundaries", "map_revision"]),
    ("src/features/staff/store", &["staff_members", "posts", "sign_in_failures"]),
    ("src/features/households/store", &["households", "residents", "resident_tags"]),
    ("src/features/sessions/store", &["sessions", "displays", "wx_identities", "wx_tickets"]),
    ("src/features/callbacks/store", &["gateway_pushes"]),
    ("src/features/cases/store", &["cases", "case_numbers", "case_ratings", "me_toos"]),
    ("src/features/cases/search/store", &["case_search_blocks", "case_search_pages"]),
    ("src/features/timeline/store", &["timeline_entries"]),
    ("src/features/clocks/store", &["clocks", "clock_alerts"]),
    // The first two are views over the tables of cases and clocks (decision 0016).
    ("src/features/deadlines/store", &["open_clocks", "shown_alerts", "calendar_feeds"]),
    ("src/features/attachments/store", &["attachments", "awaited_photos", "uploads", "upload_chunks"]),
    ("src/features/exports/store", &["exports", "export_parts"]),
    ("src/features/hazards/store", &["hazards"]),
    ("src/features/places/store", &["places"]),
    (
        "src/features/campaigns/store",
        &["campaigns", "campaign_areas", "checklists", "inspections", "campaign_places"],
    ),
    ("src/features/events/store", &["events"]),
    ("src/features/duplicates/store", &["case_links"]),
    (
        "src/features/disputes/store",
        &[
            "disputes",
            "dispute_parties",
            "mediation_sessions",
            "performance_checks",
            "police_reports",
            "court_confirmations",
            "agreement_drafts",
        ],
    ),
    (
        "src/features/notices/store",
        &["notices", "notice_areas", "frozen_counts", "notice_denominators", "deliveries", "household_reach"],
    ),
    ("src/features/outlets/store", &["outlets", "exposures"]),
    ("src/features/visits/store", &["visit_rounds", "visit_tasks", "visits"]),
    ("src/features/messages/store", &["messages"]),
    ("src/features/fraud/store", &["fraud_leads", "dissuasions", "dissuasion_versions"]),
    ("src/features/sync/store", &["sync_ops", "sync_conflicts", "sync_devices"]),
];

/// Mentions outside of the owner, each with its reason. The list may only shrink.
const GUESTS: &[(&str, &str)] = &[
    ("src/platform/db/schema.rs", "declares them"),
    (
        "src/features/areas/store/dependents.rs",
        "an area must not close while posts, households or displays use it",
    ),
    ("src/platform/db/lots.rs", "raises the base above what the two followed tables hold"),
];

#[test]
fn a_table_is_named_by_its_store_only() {
    let mut wrong = Vec::new();
    for source in below("src", "rs") {
        if GUESTS.iter().any(|(path, _)| *path == source.path) {
            continue;
        }
        // A row struct in model.rs names its table for the derive; that is its shape, not a query.
        let code: String =
            source.code().lines().filter(|l| !l.contains("table_name")).map(|l| format!("{l}\n")).collect();
        for (owner, tables) in OWNERS {
            for table in *tables {
                if names(&code, table) && !source.path.starts_with(owner) {
                    wrong.push(format!("{} names {table}, which belongs to {owner}", source.path));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "ask the owner's face instead of its table.\n{}", wrong.join("\n"));
}

/// Whether `code` names `table` as a word of its own: `notice_areas::table` is not `areas`.
fn names(code: &str, table: &str) -> bool {
    [format!("{table}::table"), format!("{table}::dsl")].iter().any(|mention| {
        code.match_indices(mention.as_str())
            .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    })
}

#[test]
fn every_table_of_the_schema_has_an_owner() {
    let schema = std::fs::read_to_string("src/platform/db/schema.rs").unwrap();
    let tables = schema.lines().filter_map(|line| {
        let line = line.strip_prefix("    ")?;
        let (name, rest) = line.split_once(" (")?;
        (rest.ends_with("{") && !name.contains(' ')).then_some(name)
    });
    let owned: Vec<&str> = OWNERS.iter().flat_map(|(_, tables)| tables.iter().copied()).collect();
    let orphans: Vec<_> = tables.filter(|table| !owned.contains(table)).collect();
    assert!(orphans.is_empty(), "name the store that owns it in OWNERS: {orphans:?}");
}
