//! Making the index of the search anew.

use indicatif::{ProgressBar, ProgressStyle};

use super::told;
use crate::app::{Refusal, app};
use crate::base::clock::Clock;
use crate::features::cases::search::{self, Sizes};
use crate::platform::config::Settings;

/// Empties the index and files every case anew; answers how many in words.
pub async fn rebuild(settings: &Settings) -> Result<String, Refusal> {
    let app = app(settings, Clock::System)?;
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} 已整理 {pos} 件,{elapsed}") {
        bar.set_style(style);
    }
    let filed = search::rebuild(&app.db, Sizes::default(), |filed| bar.set_position(filed)).await;
    bar.finish_and_clear();
    let filed = filed.map_err(told("检索目录没有整理完,请重新执行"))?;
    Ok(format!("检索目录已重建:{filed} 件;其余新近的案卷随查随看,由服务陆续归入"))
}
