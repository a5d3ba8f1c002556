//! The two ledgers as files show them, a line for each entry: masked as the lists are, and no resident by an id.

use super::model::{DissuasionRow, LeadRow};
use super::sight::Sight;
use super::store::{dissuasions, leads};
use super::wire::LedgerFilter;
use crate::base::clock::Timestamp;
use crate::base::masking::masked_numbers;
use crate::base::page::{PageRequest, Place};
use crate::base::problem::Result;
use crate::platform::access::Granted;
use crate::platform::access::policy::ExportFraud;
use crate::platform::db::DbConnection;
use crate::platform::privacy::Vault;
use crate::platform::sheet::{Cells, Column};

const fn column(name: &'static str, width: u8) -> Column {
    Column { name, width }
}

/// The columns of a file of leads.
pub const LEAD_COLUMNS: &[Column] = &[
    column("线索编号", 36),
    column("收到时间", 17),
    column("区划代码", 18),
    column("上报人", 10),
    column("诈骗类型", 20),
    column("接触方式", 14),
    column("涉诈对象", 14),
    column("号码、链接、账号", 24),
    column("情况", 60),
    column("发生时间", 17),
    column("损失金额(元)", 14),
    column("涉险金额(元)", 14),
    column("状态", 16),
    column("移送单位", 20),
    column("移送时间", 17),
    column("公安编号", 20),
    column("公安反馈", 14),
    column("是否处置", 10),
    column("不予移送原因", 18),
    column("答复", 40),
];

/// The columns of a file of dissuasions.
pub const DISSUASION_COLUMNS: &[Column] = &[
    column("劝阻编号", 40),
    column("发生时间", 17),
    column("区划代码", 18),
    column("诈骗类型", 20),
    column("接触方式", 14),
    column("被劝阻人", 12),
    column("涉及金额(元)", 14),
    column("止损金额(元)", 14),
    column("劝阻方式", 16),
    column("劝阻结果", 12),
    column("劝阻人", 36),
    column("公安编号", 20),
    column("经过", 60),
    column("更正次数", 10),
    column("登记时间", 17),
];

/// At most so many lines after a place, and the place from which to go on; none at the end.
type Lines = (Vec<Cells>, Option<Place>);

/// Lines of leads in the areas of `by`, newest first; 404 when `filter` names an area outside of them.
pub fn lead_lines(
    c: &mut DbConnection,
    by: &Granted<ExportFraud>,
    vault: &Vault,
    filter: &LedgerFilter,
    (after, most): (Option<Place>, u32),
) -> Result<Lines> {
    let (sight, page) = (Sight::of(by).asked(filter.area.as_ref())?, PageRequest::following(after, most));
    let rows = leads::list(c, &sight, &filter.leads(), &page)?;
    let (rows, next) = page.cut(rows, LeadRow::place);
    Ok((rows.iter().map(|row| lead(row, vault)).collect::<Result<_>>()?, next))
}

/// Lines of dissuasions in the areas of `by`, the latest first; 404 when `filter` names an area outside of them.
pub fn dissuasion_lines(
    c: &mut DbConnection,
    by: &Granted<ExportFraud>,
    vault: &Vault,
    filter: &LedgerFilter,
    (after, most): (Option<Place>, u32),
) -> Result<Lines> {
    let (sight, page) = (Sight::of(by).asked(filter.area.as_ref())?, PageRequest::following(after, most));
    let rows = dissuasions::list(c, &sight, &filter.dissuasions(), &page)?;
    let (rows, next) = page.cut(rows, DissuasionRow::place);
    Ok((rows.iter().map(|row| dissuasion(row, vault)).collect::<Result<_>>()?, next))
}

fn lead(row: &LeadRow, vault: &Vault) -> Result<Cells> {
    Ok(vec![
        row.id.to_string(),
        row.created_at.local_minute(),
        row.area_code.to_string(),
        row.reporter_kind.label().to_owned(),
        row.fraud_type.label().to_owned(),
        row.way.label().to_owned(),
        row.suspect_kind.label().to_owned(),
        row.suspect(vault)?.masked(),
        masked_numbers(&row.detail(vault)?),
        minute(row.occurred_at),
        row.lost_fen.map(yuan).unwrap_or_default(),
        row.at_risk_fen.map(yuan).unwrap_or_default(),
        row.state.label().to_owned(),
        row.station.clone().unwrap_or_default(),
        minute(row.forwarded_at),
        row.police_ref.clone().unwrap_or_default(),
        row.verdict.map(|verdict| verdict.label().to_owned()).unwrap_or_default(),
        row.blocked.map(|blocked| if blocked { "是" } else { "否" }.to_owned()).unwrap_or_default(),
        row.dismiss_reason.map(|why| why.label().to_owned()).unwrap_or_default(),
        row.reply.as_deref().map(masked_numbers).unwrap_or_default(),
    ])
}

fn dissuasion(row: &DissuasionRow, vault: &Vault) -> Result<Cells> {
    // Who of a household it was stays in the house: a file is passed on.
    let person = row.outsider(vault)?.map_or_else(|| "住户成员".to_owned(), |name| name.masked());
    Ok(vec![
        row.id.to_string(),
        row.happened_at.local_minute(),
        row.area_code.to_string(),
        row.fraud_type.label().to_owned(),
        row.way.label().to_owned(),
        person,
        yuan(row.at_risk_fen),
        yuan(row.saved_fen),
        row.method.label().to_owned(),
        row.result.label().to_owned(),
        row.dissuaded_by.to_string(),
        row.police_ref.clone().unwrap_or_default(),
        row.note(vault)?.as_deref().map(masked_numbers).unwrap_or_default(),
        (row.version - 1).to_string(),
        row.created_at.local_minute(),
    ])
}

fn minute(at: Option<Timestamp>) -> String {
    at.map(Timestamp::local_minute).unwrap_or_default()
}

/// Fen as yuan.
fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}
