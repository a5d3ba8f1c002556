//! What reads or changes rows of a slice is bounded by somebody's areas.

use super::sources::below;

/// Functions of stores that take neither an `AreaScope` nor an `AreaInScope`, by file (`*`: all of them), each with
/// what bounds it instead.
const EXCEPTIONS: &[(&str, &[&str], &str)] = &[
    ("areas/boundaries/store.rs", &["claim"], "the revision is a number of the whole map"),
    ("sessions/store/sessions.rs", &["*"], "found by its own id or subject, never listed for others"),
    (
        "sessions/store/identities.rs",
        &["*"],
        "found by the openid that WeChat vouched for, or by its own subject",
    ),
    (
        "sessions/store/displays.rs",
        &["find"],
        "a display signs in, or stands behind a session, before any areas",
    ),
    ("callbacks/store.rs", &["*"], "digests of what gateways told, which belong to no area"),
    ("sessions/store/tickets.rs", &["*"], "the tickets of one identity"),
    (
        "staff/store/credentials.rs",
        &["*"],
        "signing in and reading a session's holder come before anybody's areas",
    ),
    ("households/store/sign_in.rs", &["*"], "signing in, and reading oneself"),
    ("households/store/declared.rs", &["*"], "what one resident says of themselves"),
    (
        "households/store/lookup.rs",
        &["*"],
        "uniqueness in the whole town, and what is counted of one household; answers nobody's data",
    ),
    ("households/store/census.rs", &["write"], "follows a change that was made in scope"),
    (
        "households/store/census.rs",
        &["compare", "recount"],
        "`wangge counters verify` and `recount` count every household",
    ),
    (
        "staff/store/members.rs",
        &["sample"],
        "whether there is anybody at all, and whether our keys are theirs",
    ),
    ("attachments/store.rs", &["of_same_id"], "a resend must be told from a clash, wherever it lies"),
    ("attachments/store.rs", &["insert"], "a new photo belongs to its uploader; a case claims it later"),
    (
        "attachments/store.rs",
        &["claimed_before"],
        "the caller's own photos of a case that was found in scope",
    ),
    ("attachments/store.rs", &["delete_unclaimed", "referenced"], "the purge of what nobody claimed"),
    ("cases/store.rs", &["of_same_id"], "a resend must be told from a clash, wherever it lies"),
    ("attachments/store.rs", &["present"], "the caller's own photos"),
    ("attachments/store/awaited.rs", &["*"], "the caller's own, or a case's that was found in scope"),
    ("attachments/store/uploads.rs", &["*"], "the caller's own; the purge of what is over"),
    ("cases/store.rs", &["await_media"], "follows photos of a case that was found in scope"),
    (
        "cases/store/me_too.rs",
        &["add", "remove", "is_one", "cases_of"],
        "the caller's own, on a case that they were shown",
    ),
    ("cases/store.rs", &["reserve_numbers"], "numbers run through the town"),
    ("cases/store.rs", &["tally"], "`wangge counters verify` counts every case"),
    ("cases/store/ratings.rs", &["tally"], "`wangge counters verify` counts every rating"),
    ("clocks/store/mod.rs", &["move_on"], "background work on a clock that was found in scope"),
    (
        "clocks/store/alerts.rs",
        &["insert", "close", "acknowledge"],
        "told of a clock, or noted of an alert, that the caller found in scope in the same transaction",
    ),
    ("clocks/store/alerts.rs", &["tally"], "`wangge counters verify` counts every open escalation"),
    ("deadlines/store.rs", &["put_feed", "remove_feed", "feed_of"], "somebody's own feed"),
    ("deadlines/store.rs", &["feed_with"], "found by the secret in its address, before any areas"),
    ("hazards/store.rs", &["tally"], "`wangge counters verify` counts every hazard of a campaign"),
    ("places/store.rs", &["of_same_id"], "a resend must be told from a clash, wherever it lies"),
    ("campaigns/store/mod.rs", &["of_same_id"], "a resend must be told from a clash, wherever it is"),
    (
        "campaigns/store/inspections.rs",
        &["of_same_id"],
        "a resend must be told from a clash, wherever it lies",
    ),
    (
        "campaigns/store/inspections.rs",
        &["tally", "tally_places"],
        "`wangge counters verify` counts every inspection and every place",
    ),
    (
        "cases/search/store.rs",
        &["*"],
        "an index that shows nothing by itself: the rows that it leads to are asked for in somebody's scope",
    ),
    (
        "exports/store.rs",
        &["*"],
        "found by whoever asked for it, or by the work on it; what is in a file is asked for in that person's scope",
    ),
    ("fraud/store/leads.rs", &["of_same_id"], "a resend must be told from a clash, wherever it lies"),
    ("fraud/store/leads.rs", &["tally"], "`wangge counters verify` counts every lead"),
    ("fraud/store/dissuasions.rs", &["of_same_id"], "a resend must be told from a clash, wherever it lies"),
    ("fraud/store/dissuasions.rs", &["tally"], "`wangge counters verify` counts every dissuasion"),
    ("messages/store.rs", &["*"], "the messages of one person; the job that sends one of them"),
    ("notices/store/mod.rs", &["of_same_id"], "a resend must be told from a clash, wherever it is read"),
    ("notices/store/mod.rs", &["show_in_feeds"], "takes the row that `update` changed in scope"),
    ("notices/store/timing.rs", &["*"], "background work on what the clock demands, wherever it lies"),
    (
        "notices/store/receipts.rs",
        &["*"],
        "found by the id that a gateway was given; background work on the rest",
    ),
    ("notices/store/feed.rs", &["*"], "bounded by the lineage of the reader's own home"),
    ("notices/store/open.rs", &["*"], "what was published is for everybody; what was not is never shown"),
    ("notices/store/reach.rs", &["*"], "what happened in the households that the caller found"),
    ("notices/store/fan_out.rs", &["*"], "background work on a published notice, bounded by its own areas"),
    ("notices/store/deliveries.rs", &["*"], "background work on what is due, wherever it lies"),
    ("notices/store/ends.rs", &["*"], "the same: whoever holds the lease asks"),
    ("outlets/store/mod.rs", &["of_same_id"], "a resend must be told from a clash, wherever it lies"),
    ("outlets/store/exposures.rs", &["of_same_id"], "a resend must be told from a clash, wherever it was"),
    (
        "outlets/store/exposures.rs",
        &["with_outlet", "pace", "hold_pace", "begin", "end", "drop_waiting"],
        "background work on what an office asked for",
    ),
    ("visits/store/results.rs", &["of_same_id"], "a resend must be told from a clash, wherever it was"),
    ("visits/store/writing.rs", &["*"], "background work on a round, bounded by its own area"),
    ("sync/store/receipts.rs", &["*"], "found by its account and its own id, never listed for others"),
    ("sync/store/devices.rs", &["note", "forget"], "the caller's own; the purge of what is over"),
    ("sync/store/conflicts.rs", &["insert", "settle"], "the author's own; one that was found in scope"),
    ("timeline/store.rs", &["append"], "follows a change that was made in scope, in the same transaction"),
    ("timeline/store.rs", &["latest_lot"], "a number, no rows"),
];

/// A function of a store that works on the database.
struct Function {
    file: String,
    name: String,
    bounded: bool,
}

fn functions() -> Vec<Function> {
    let stores = below("src/features", "rs").into_iter().filter(|source| source.path.contains("/store"));
    let mut found = Vec::new();
    for source in stores {
        let code = source.code();
        // An item of a file or of an `impl`, public to whatever extent.
        for rest in code.split("\npub").skip(1).chain(code.split("\n    pub").skip(1)) {
            let head = rest.split('{').next().unwrap_or_default();
            let Some((visibility, signature)) = head.split_once("fn ") else { continue };
            let works = ["DbConnection", "Tx"].iter().any(|word| signature.contains(word));
            if works && !visibility.contains(';') {
                let name = signature.split(['(', '<']).next().unwrap_or_default().to_owned();
                // The `Sight` of `fraud` is an `AreaScope`, and in which part of it others' entries are shown.
                let bounded =
                    ["AreaScope", "AreaInScope", "sight: &Sight"].iter().any(|word| signature.contains(word));
                let file = source.path.trim_start_matches("src/features/").to_owned();
                found.push(Function { file, name, bounded });
            }
        }
    }
    assert!(found.len() > 60, "only {} functions of stores: the scan is broken", found.len());
    found
}

fn excepted(function: &Function) -> bool {
    EXCEPTIONS.iter().any(|(file, names, _)| {
        *file == function.file && names.iter().any(|name| *name == "*" || *name == function.name)
    })
}

#[test]
fn a_store_is_asked_within_somebodys_areas() {
    let wrong = functions().into_iter().filter(|function| !function.bounded && !excepted(function));
    let wrong: Vec<_> = wrong.map(|function| format!("{}: {}", function.file, function.name)).collect();
    assert!(
        wrong.is_empty(),
        "a function of a store takes `&AreaScope` and begins from what it shows, or an `AreaInScope` for what it \
         inserts; an exception needs a reason in this test.\n{}",
        wrong.join("\n")
    );
}

#[test]
fn no_exception_has_outlived_its_function() {
    let functions = functions();
    for (file, names, _) in EXCEPTIONS {
        for name in *names {
            let alive =
                functions.iter().any(|f| f.file == *file && !f.bounded && (*name == "*" || f.name == *name));
            assert!(alive, "{file}: {name} is gone or bounded now; take it off the list");
        }
    }
}
