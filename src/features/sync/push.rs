//! A push: each operation in a transaction of its own, its receipt in the same one (decision 0028).
//!
//! Operations on one record are done one after the other, in the order of the batch; records beside each other, so that
//! the writer of a SQLite file commits them together. After one that was not done the others on its record are not
//! tried. What was answered is on disk; a batch that is sent again, whole or in part, ends in the same state.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt};
use uuid::Uuid;

use super::model::{Account, DeviceRow, Op, Outcome, Receipt, account, may_pass};
use super::store::{devices, receipts};
use super::wire::{Answer, Batch, Todo};
use super::{conflicts, model};
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::attachments;
use crate::features::cases::Intake;
use crate::platform::access::policy::UseSync;
use crate::platform::access::{Actor, AreaScope, Granted};
use crate::platform::db::Doc;
use crate::platform::web::{App, Deed, Done};

/// Records that are worked on at a time: enough for the writer to commit many together, few enough to leave it to others.
const ABREAST: usize = 64;

/// Does what can be done, and answers each operation in its place. Fails only when nothing could be looked at.
pub async fn push(app: &App, intake: &Intake, by: &Granted<UseSync>, batch: Batch) -> Result<Vec<Answer>> {
    let pusher = Pusher { app, intake, actor: by.actor(), scope: by.scope(), device: batch.device };
    let known = pusher.known(&batch.operations).await?;
    let (mut answers, chains) = chains(batch.operations);
    let chains = chains.into_iter().map(|chain| pusher.chain(&known, chain));
    let done: Vec<_> = stream::iter(chains).buffer_unordered(ABREAST).collect().await;
    let mut notes = Vec::new();
    for (place, Judged { answer, note }) in done.into_iter().flatten() {
        notes.extend(note);
        if let Some(slot) = answers.get_mut(place) {
            *slot = Some(answer);
        }
    }
    pusher.remember(batch.clock_skew_ms, notes).await;
    let missing = || Problem::internal("an operation was lost on its way through a push");
    answers.into_iter().map(|answer| answer.ok_or_else(missing)).collect()
}

type Chain = Vec<(usize, Todo)>;

/// What is refused already, in its place; and the rest by record, in the order of the batch.
fn chains(operations: Vec<Result<Todo, Box<Answer>>>) -> (Vec<Option<Answer>>, Vec<Chain>) {
    let mut answers = Vec::with_capacity(operations.len());
    let mut chains: Vec<Chain> = Vec::new();
    let mut of_record = HashMap::<Uuid, usize>::new();
    for (place, operation) in operations.into_iter().enumerate() {
        match operation {
            Err(answer) => answers.push(Some(*answer)),
            Ok(todo) => {
                answers.push(None);
                let chain = *of_record.entry(todo.record_id).or_insert(chains.len());
                if chain == chains.len() {
                    chains.push(Vec::new());
                }
                chains[chain].push((place, todo));
            }
        }
    }
    (answers, chains)
}

/// What became of an operation, and what is to be remembered besides.
struct Judged {
    answer: Answer,
    note: Option<Note>,
}

/// A receipt that changes no record.
enum Note {
    /// The operation was rejected.
    Rejected(Receipt),
    /// It came to something else than its receipt foretold.
    Other(Receipt),
}

struct Pusher<'a> {
    app: &'a App,
    intake: &'a Intake,
    actor: &'a Actor,
    scope: &'a AreaScope,
    device: Id<model::Device>,
}

impl Pusher<'_> {
    fn account(&self) -> Id<Account> {
        account(self.actor.id())
    }

    /// The receipts that are there, in one question.
    async fn known(&self, operations: &[Result<Todo, Box<Answer>>]) -> Result<HashMap<Id<Op>, Receipt>> {
        let ops: Vec<_> = operations.iter().flatten().map(|todo| todo.op_id).collect();
        self.receipts(ops).await
    }

    async fn receipts(&self, ops: Vec<Id<Op>>) -> Result<HashMap<Id<Op>, Receipt>> {
        let account = self.account();
        let known = self.app.db.read(move |c| receipts::of_ops(c, account, &ops)).await?;
        Ok(known.into_iter().map(|receipt| (receipt.op_id, receipt)).collect())
    }

    /// The operations on one record, one after the other.
    async fn chain(&self, known: &HashMap<Id<Op>, Receipt>, chain: Chain) -> Vec<(usize, Judged)> {
        let mut judged = Vec::with_capacity(chain.len());
        let mut broken = false;
        for (place, todo) in chain {
            let (op_id, record) = (todo.op_id, todo.record.clone());
            let one = match known.get(&op_id) {
                Some(receipt) => Ok(self.again(&todo, receipt)),
                None if broken => {
                    Err(Problem::because(Code::Blocked, "同一记录上前一项操作没有办成,这一项没有办理"))
                }
                None => self.judge(todo).await,
            };
            let one = one.unwrap_or_else(|problem| {
                log(&problem);
                let retry = may_pass(problem.code());
                let answer = Answer::refused(Some(op_id.to_string()), Some(record), &problem, retry);
                Judged { answer, note: None }
            });
            broken |= !one.answer.is_done();
            judged.push((place, one));
        }
        judged
    }

    /// Does one operation. An error is a refusal that is not remembered.
    async fn judge(&self, todo: Todo) -> Result<Judged> {
        let todo = Arc::new(todo);
        let receipt = self.receipt(&todo);
        let problem = match self.act(&todo, &receipt).await {
            Ok(done) => return Ok(done_as(&todo, receipt, done)),
            Err(problem) => problem,
        };
        // Whoever sent the same at the same moment may have done it, and then this one was refused for that.
        if let Some(receipt) = self.receipts(vec![todo.op_id]).await?.get(&todo.op_id) {
            return Ok(self.again(&todo, receipt));
        }
        // Whoever must not be known reports it with a signal under the same id: no receipt may say whose that record is.
        if may_pass(problem.code()) || todo.is_anonymous() {
            return Err(problem);
        }
        if let Some(reason) = conflicts::reason(&problem, todo.base_version)? {
            let answer = conflicts::open(self.app, self.actor, &todo, receipt, reason).await?;
            return Ok(Judged { answer, note: None });
        }
        let answer =
            Answer::refused(Some(todo.op_id.to_string()), Some(todo.record.clone()), &problem, false);
        let refusal = serde_json::to_value(&answer.problem).map_err(Problem::internal)?;
        let receipt =
            Receipt { outcome: Outcome::Rejected, version: None, problem: Some(Doc(refusal)), ..receipt };
        Ok(Judged { answer, note: Some(Note::Rejected(receipt)) })
    }

    /// Does it as online, its receipt and its photos' announcement in the same transaction.
    async fn act(&self, todo: &Arc<Todo>, receipt: &Receipt) -> Result<Done> {
        let (actor, receipt, work) = (self.actor.clone(), receipt.clone(), Arc::clone(todo));
        let db = self.app.db.beginning_with(move |tx| {
            tx.done_at(work.device_at);
            receipts::begin(tx, &Receipt { received_at: tx.now(), ..receipt.clone() })?;
            attachments::announce(tx, &actor, &work.media)
        });
        let deed = Deed {
            app: App { db, ..self.app.clone() },
            by: self.actor.clone(),
            record: todo.record.clone(),
            base_version: todo.base_version,
            done_at: todo.device_at,
            payload: todo.payload.clone(),
        };
        (todo.operation.row().act)(deed, self.intake.clone()).await
    }

    /// The receipt of an operation that will be done.
    fn receipt(&self, todo: &Todo) -> Receipt {
        Receipt {
            account_id: self.account(),
            op_id: todo.op_id,
            area_code: self.actor.home().clone(),
            device_id: self.device,
            operation: todo.operation,
            record_id: Id::from_uuid(todo.record_id),
            outcome: Outcome::Applied,
            version: Some(todo.base_version.map_or(1, |seen| seen.saturating_add(1))),
            conflict_id: None,
            problem: None,
            digest: self.digest(todo),
            device_at: todo.device_at,
            received_at: self.app.clock.now(),
        }
    }

    /// By which the same operation is known again.
    fn digest(&self, todo: &Todo) -> Vec<u8> {
        let base = todo.base_version.map(|seen| seen.to_string()).unwrap_or_default();
        let parts = [todo.operation.as_str(), &todo.record, &base, todo.payload.get()];
        self.app.vault.digest(parts.join("\0").as_bytes()).to_vec()
    }

    /// The answer to an operation that was answered before.
    fn again(&self, todo: &Todo, receipt: &Receipt) -> Judged {
        let (op_id, record) = (Some(todo.op_id.to_string()), Some(todo.record.clone()));
        if receipt.digest != self.digest(todo) {
            let problem = Problem::because(Code::KeyReused, "这个 op_id 已用于另一项操作");
            return Judged { answer: Answer::refused(op_id, record, &problem, false), note: None };
        }
        let outcome = match receipt.outcome {
            Outcome::Applied => Outcome::Duplicate,
            outcome => outcome,
        };
        let problem = receipt.problem.as_ref().and_then(|doc| serde_json::from_value(doc.0.clone()).ok());
        let (version, conflict) = (receipt.version, receipt.conflict_id);
        let answer = Answer { op_id, outcome, record, version, conflict, problem, retry: false };
        Judged { answer, note: None }
    }

    /// Writes down refusals, corrections and the phone's clock. Nothing that was answered depends on it: what is not
    /// remembered is judged again, and comes to the same.
    async fn remember(&self, clock_skew_ms: i64, notes: Vec<Note>) {
        let (mut rejected, mut other) = (Vec::new(), Vec::new());
        for note in notes {
            match note {
                Note::Rejected(receipt) => rejected.push(receipt),
                Note::Other(receipt) => other.push(receipt),
            }
        }
        // Where its holder works, so that whoever leads them finds it.
        let area_code = self.scope.prefixes().first().unwrap_or(self.actor.home()).clone();
        let (account_id, device_id) = (self.account(), self.device);
        let written = self.app.db.write(move |tx| {
            let now = tx.now();
            receipts::remember(tx, &rejected)?;
            other.iter().try_for_each(|receipt| receipts::correct(tx, receipt))?;
            let (first_push_at, last_push_at, area_code) = (now, now, area_code.clone());
            let device =
                DeviceRow { account_id, device_id, area_code, clock_skew_ms, first_push_at, last_push_at };
            devices::note(tx, &device)
        });
        if let Err(problem) = written.await {
            tracing::warn!(?problem, "what a push was refused is not remembered");
        }
    }
}

fn done_as(todo: &Todo, receipt: Receipt, done: Done) -> Judged {
    let outcome = if done.new { Outcome::Applied } else { Outcome::Duplicate };
    let answer = Answer {
        op_id: Some(todo.op_id.to_string()),
        outcome,
        record: Some(todo.record.clone()),
        version: Some(done.version),
        conflict: None,
        problem: None,
        retry: false,
    };
    let foretold = (receipt.outcome, receipt.version) == (outcome, Some(done.version));
    let note =
        (!foretold).then_some(Note::Other(Receipt { outcome, version: Some(done.version), ..receipt }));
    Judged { answer, note }
}

/// The log has the cause of what is our fault, as a request's would be.
fn log(problem: &Problem) {
    if problem.code().status() >= 500 {
        tracing::error!(?problem, "an operation of a push failed");
    }
}
