//! What stands above the rows of a file, and what it shows of a case. Persons are not named; numbers of persons that
//! somebody wrote into a text are masked.

use super::model::ExportSubject;
use crate::base::clock::Timestamp;
use crate::base::masking::masked_numbers;
use crate::features::cases::{CaseFile, CaseKind};
use crate::features::disputes::DisputeType;
use crate::features::events::EventCategory;
use crate::features::fraud;
use crate::features::hazards::HazardField;
use crate::platform::access::Actor;
use crate::platform::sheet::{Cells, Column, Top};

const COLUMNS: &[Column] = &[
    Column { name: "案卷号", width: 26 },
    Column { name: "种类", width: 10 },
    Column { name: "类别", width: 12 },
    Column { name: "标题", width: 30 },
    Column { name: "情况", width: 60 },
    Column { name: "区划代码", width: 18 },
    Column { name: "地点", width: 30 },
    Column { name: "来源", width: 12 },
    Column { name: "紧急程度", width: 10 },
    Column { name: "保密程度", width: 10 },
    Column { name: "阶段", width: 10 },
    Column { name: "上报人", width: 10 },
    Column { name: "发生时间", width: 17 },
    Column { name: "收到时间", width: 17 },
    Column { name: "期限", width: 12 },
    Column { name: "结案时间", width: 17 },
];

/// What stands above the rows: who took the file, in which posts, when and what for.
pub fn top(subject: ExportSubject, by: &Actor, purpose: &str, now: Timestamp) -> Top {
    let posts = by.posts().iter().map(|post| format!("{} {}", post.role.label(), post.area));
    let posts = posts.collect::<Vec<_>>().join("、");
    let watermark = format!(
        "{}({posts})于 {} 导出;用途:{purpose};内部资料,不得外传,用后销毁",
        by.shown_id(),
        now.local_minute()
    );
    let columns = match subject {
        ExportSubject::Cases => COLUMNS,
        ExportSubject::Leads => fraud::LEAD_COLUMNS,
        ExportSubject::Dissuasions => fraud::DISSUASION_COLUMNS,
    };
    Top { sheet: subject.label(), watermark, columns }
}

/// The cells of a case, in the order of the columns.
pub fn cells(file: &CaseFile) -> Cells {
    vec![
        file.no.clone(),
        file.kind.label().to_owned(),
        category(file).to_owned(),
        masked_numbers(&file.title),
        masked_numbers(&file.detail),
        file.area_code.to_string(),
        file.address.as_deref().map(masked_numbers).unwrap_or_default(),
        file.source.label().to_owned(),
        file.urgency.label().to_owned(),
        file.confidential.label().to_owned(),
        file.phase.label().to_owned(),
        file.reporter_kind.label().to_owned(),
        file.occurred_at.local_minute(),
        file.received_at.local_minute(),
        file.due_on.map(|day| day.to_string()).unwrap_or_default(),
        file.closed_at.map(Timestamp::local_minute).unwrap_or_default(),
    ]
}

/// What people call the category; a word that only a newer program knows stays as it is.
fn category(file: &CaseFile) -> &str {
    let word = file.category.as_str();
    let label = match file.kind {
        CaseKind::Hazard => word.parse().map(HazardField::label),
        CaseKind::Dispute => word.parse().map(DisputeType::label),
        CaseKind::Event => word.parse().map(EventCategory::label),
    };
    label.unwrap_or(word)
}
