//! Writes the file of an export: a job.
//!
//! It acts for whoever asked, in the posts that they hold while it runs. Rows flow from the database through a thread
//! that makes the file into parts that are sealed and put into the blob store; each of the three waits for the next, so
//! that a file of any length takes a few mebibytes. An XLSX lies in between in files without a name.
//!
//! Twice is harmless: every run is an attempt of its own, with parts of its own. The latest attempt that began is the only
//! one that may go on and finish; whatever others wrote is purged. A run that was cut off is begun anew from the first row.
//! Rows come page by page: one that changes meanwhile stands as it is when its page is read, none is missing or double.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::timeout;

use super::actions::record;
use super::asker::{Asker, Wanted};
use super::columns::top;
use super::model::{Attempt, Export, ExportFailure, ExportRow, ExportState, ExportStep, KEPT};
use super::parts::{self, Cutter};
use super::source::Source;
use super::store::{self, PartRow};
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::blobs::BlobKey;
use crate::platform::outbox::{Job, Outcome};
use crate::platform::sheet::{self, Cells, FileKind, Top};
use crate::platform::web::App;

/// Pages between two looks whether to go on.
const LOOK: usize = 10;
/// Files that this process writes at a time; one takes a core.
static WRITERS: Semaphore = Semaphore::const_new(2);
/// How long a run waits for its turn; a third of what the outbox gives it.
const TURN_WAIT: Duration = Duration::from_secs(20);

/// Writes one export.
#[derive(Debug, Serialize, Deserialize)]
pub struct WriteExport {
    /// The export.
    pub export: Id<Export>,
}

impl Job for WriteExport {
    const KIND: &'static str = "export.write";
}

/// Why a run ended without a file.
enum Halt {
    /// It was cancelled, or another run has taken over.
    Stopped,
    /// It cannot be had.
    Refused(ExportFailure),
    /// It may succeed later.
    Failed(Problem),
}

impl From<Problem> for Halt {
    fn from(problem: Problem) -> Self {
        Self::Failed(problem)
    }
}

/// What one run works on.
#[derive(Clone)]
struct Run {
    app: App,
    by: Asker,
    export: Id<Export>,
    attempt: Id<Attempt>,
}

/// Runs [`WriteExport`].
pub async fn write(app: App, job: WriteExport) -> Outcome {
    let Ok(Ok(_turn)) = timeout(TURN_WAIT, WRITERS.acquire()).await else {
        return Outcome::Retry("other exports are being written".to_owned());
    };
    match run(&app, job.export).await {
        Ok(()) | Err(Halt::Stopped) => Outcome::Done,
        Err(Halt::Refused(failure)) => match fail(&app, job.export, failure).await {
            Ok(()) => Outcome::Done,
            Err(problem) => Outcome::Retry(problem.to_string()),
        },
        Err(Halt::Failed(problem)) => Outcome::Retry(problem.to_string()),
    }
}

async fn run(app: &App, export: Id<Export>) -> Result<(), Halt> {
    let row = app.db.read(move |c| store::find(c, export)).await?.ok_or(Halt::Stopped)?;
    let actor = app.principals.actor(&app.db, row.session_id).await?;
    let actor = actor.filter(|actor| actor.id() == row.requested_by.uuid());
    let by = actor
        .and_then(|actor| Asker::of(&actor, row.subject).ok())
        .ok_or(Halt::Refused(ExportFailure::NotPermitted))?;
    let run = Run { app: app.clone(), by, export, attempt: Id::new() };
    let row = run.begin().await?;
    let wanted = Wanted::open(&app.vault, row.subject, &row.filter_sealed)?;
    let source = match Source::of(&run.by, wanted, row.created_at) {
        Err(problem) if problem.code() == Code::NotFound => {
            return Err(Halt::Refused(ExportFailure::NotPermitted));
        }
        source => source?,
    };
    let top = top(row.subject, run.by.actor(), &row.purpose, app.clock.now());
    let (rows_in, rows_out) = channel(2);
    let (parts_in, parts_out) = channel(2);
    let (kind, folder) = (row.format.file(row.mark), app.uploads.clone());
    let making = tokio::task::spawn_blocking(move || make(kind, &top, rows_out, parts_in, folder));
    let feeding = run.feed(source, rows_in);
    // Whichever of the two fails first ends the other, and the maker, who finds nobody at one of its ends.
    let (rows, bytes) = tokio::try_join!(feeding, run.keep(parts_out))?;
    making.await.map_err(|_| Problem::internal("making a file panicked"))??;
    run.finish(rows, bytes).await
}

/// Makes the file of the rows that come, and cuts it into parts. Blocks.
fn make(
    kind: FileKind,
    top: &Top,
    mut rows: Receiver<Vec<Cells>>,
    parts: Sender<Vec<u8>>,
    folder: PathBuf,
) -> Result<()> {
    let mut cutter = Cutter::new(parts);
    sheet::write(kind, top, || rows.blocking_recv(), &mut cutter, &folder)?;
    cutter.finish().map_err(Problem::internal)
}

impl Run {
    /// Makes this run the one that may go on.
    async fn begin(&self) -> Result<ExportRow, Halt> {
        let run = self.clone();
        let begun = self.app.db.write(move |tx| {
            let row = store::find(tx, run.export)?.ok_or_else(Problem::not_found)?;
            if row.state.after(ExportStep::Begin).is_err() {
                return Ok(None);
            }
            let mut row = row.taken(ExportStep::Begin, tx.now())?;
            row.attempt = Some(run.attempt);
            row.outline = Some(run.by.scope().outline());
            row.rows = 0;
            row.expires_at = Some(tx.now().plus(KEPT));
            if store::update(tx, &row)? { Ok(Some(row)) } else { Err(overtaken()) }
        });
        begun.await?.ok_or(Halt::Stopped)
    }

    /// Reads the rows page by page and hands them to the maker; answers how many.
    async fn feed(&self, source: Source, to: Sender<Vec<Cells>>) -> Result<i32, Halt> {
        let (mut after, mut rows) = (None, 0);
        for page in 1.. {
            let (source, vault) = (source.clone(), self.app.vault.clone());
            let read = self.app.db.read_lagging(move |c| source.page(c, &vault, after));
            let (lines, next) = read.await?;
            rows += lines.len() as i32;
            if rows > self.app.export_limits.rows {
                return Err(Halt::Refused(ExportFailure::TooManyRows));
            }
            if to.send(lines).await.is_err() {
                // The maker has failed and says itself why.
                return Ok(rows);
            }
            if page % LOOK == 0 {
                self.go_on(rows).await?;
            }
            after = next;
            if after.is_none() {
                break;
            }
        }
        Ok(rows)
    }

    /// Says how far it is; stops when somebody has cancelled it or another run has taken over.
    async fn go_on(&self, rows: i32) -> Result<(), Halt> {
        let (export, attempt) = (self.export, self.attempt);
        let going_on = self.app.db.write(move |tx| store::progress(tx, export, attempt, rows)).await?;
        if going_on { Ok(()) } else { Err(Halt::Stopped) }
    }

    /// Seals the parts and keeps them; answers how many bytes they are.
    async fn keep(&self, mut parts: Receiver<Vec<u8>>) -> Result<i64, Halt> {
        let mut bytes = 0;
        for nth in 0.. {
            let Some(plain) = parts.recv().await else { break };
            bytes += plain.len() as i64;
            let (vault, export, attempt) = (self.app.vault.clone(), self.export, self.attempt);
            let sealing = move || parts::seal(&vault, export, attempt, nth, &plain);
            let sealed = tokio::task::spawn_blocking(sealing);
            let sealed = sealed.await.map_err(|_| Problem::internal("sealing a part panicked"))??;
            let key = BlobKey::of(&sealed);
            let part = PartRow { export_id: export, attempt, nth, sha256: key.sha256().to_owned() };
            self.app.db.write(move |tx| store::add_part(tx, &part)).await?;
            self.app.blobs.put(&key, sealed).await?;
        }
        Ok(bytes)
    }

    /// Says that the file is there.
    async fn finish(&self, rows: i32, bytes: i64) -> Result<(), Halt> {
        let run = self.clone();
        let finished = self.app.db.write(move |tx| {
            let row = store::find(tx, run.export)?.ok_or_else(Problem::not_found)?;
            if row.state != ExportState::Running || row.attempt != Some(run.attempt) {
                return Ok(false);
            }
            let mut row = row.taken(ExportStep::Finish, tx.now())?;
            (row.rows, row.bytes) = (rows, bytes);
            if !store::update(tx, &row)? {
                return Err(overtaken());
            }
            record(tx, run.by.actor(), "export.finish", &row, json!({ "rows": rows, "bytes": bytes }))?;
            Ok(true)
        });
        if finished.await? { Ok(()) } else { Err(Halt::Stopped) }
    }
}

/// Two changed the same export at the same moment: the transaction is tried again and sees what the other did.
pub(super) fn overtaken() -> Problem {
    Problem::new(Code::Busy).retry_after(1).caused_by("the export was changed at the same moment")
}

/// Says that there will be no file, and why.
pub(super) async fn fail(app: &App, export: Id<Export>, failure: ExportFailure) -> Result<()> {
    let failed = app.db.write(move |tx| {
        let Some(row) = store::find(tx, export)? else { return Ok(()) };
        if row.state.after(ExportStep::Fail).is_err() {
            return Ok(());
        }
        let mut row = row.taken(ExportStep::Fail, tx.now())?;
        row.failure = Some(failure);
        if store::update(tx, &row)? { Ok(()) } else { Err(overtaken()) }
    });
    failed.await
}
