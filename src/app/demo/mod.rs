//! A town full of sample data, for trying out and for showing: `wangge demo`.
//!
//! Everybody and everything in it is made up and marked 示例. Nothing is written past the slices: lists come in by
//! their imports, and a year of work by the same routes that phones use, each request by somebody who holds the post
//! for it, on a clock that is moved forward from a year ago until now. So the audit chain, the counters and the
//! timelines of the sample are what work leaves behind.

mod cast;
mod diary;
mod dice;
mod disputes;
mod door;
mod events;
mod fraud;
mod hazards;
mod inspections;
mod ledger;
mod notices;
mod outlines;
mod passwords;
mod places;
mod roster;
mod visits;
mod words;

use std::num::NonZeroU32;
use std::sync::Arc;

use actix_web::web;
use chrono::TimeDelta;
use indicatif::{ProgressBar, ProgressStyle};
use secrecy::{ExposeSecret, SecretString};

use self::cast::Cast;
use self::diary::Diary;
use self::dice::Dice;
use self::door::Door;
use self::roster::DemoRoster;
use super::{House, Refusal, commands};
use crate::base::clock::{Clock, Timestamp};
use crate::features::cases::search;
use crate::platform::access::Principals;
use crate::platform::access::password::About;
use crate::platform::audit::seal;
use crate::platform::config::{Gateways, Profile, Settings};
use crate::platform::counters;
use crate::platform::telemetry::Measurements;
use crate::platform::web::limits::{Rate, Rates};

/// How long the town has been at work.
const YEAR: TimeDelta = TimeDelta::days(365);

/// What may be chosen about the sample.
pub struct Demo {
    /// The password of every member of staff.
    pub password: SecretString,
    /// Another seed gives another year.
    pub seed: u64,
}

/// What all parts of the sample need.
struct Stage {
    house: House,
    clock: Clock,
    bar: ProgressBar,
    now: Timestamp,
}

impl Stage {
    /// Shows what is being done.
    fn says(&self, what: &'static str) {
        self.bar.set_message(what);
    }

    /// The day on which the year began.
    fn began(&self) -> Timestamp {
        self.now.plus(-YEAR)
    }
}

/// Fills an empty town; answers what is in it, in words.
pub async fn fill(mut settings: Settings, demo: Demo) -> Result<String, Refusal> {
    check(&settings, &demo)?;
    commands::migrate(&settings)?;
    if !commands::sealed(&settings)?.is_empty() {
        return Err(Refusal::new("示例数据只能写入空的数据库", "该数据库中已有工作人员或住户,没有写入"));
    }
    settings.limits = unhurried();
    settings.wechat = None;
    settings.gateways = Gateways::default();
    let now = Clock::System.now();
    let clock = Clock::manual(now.plus(-YEAR));
    let house = house(&settings, clock.clone())?;
    let stage = Stage { house, clock, bar: bar(), now };
    let told = play(&stage, &demo).await;
    stage.bar.finish_and_clear();
    told
}

/// Refuses before anything is written.
fn check(settings: &Settings, demo: &Demo) -> Result<(), Refusal> {
    if settings.profile == Profile::Production {
        return Err(Refusal::new("示例数据没有写入", "production 的数据库不接受示例数据"));
    }
    let against = settings.password_profile.check(demo.password.expose_secret(), About::default());
    against.map_err(|reasons| Refusal::new("--password", reasons.join(";")))
}

/// The whole house on the moved clock, with a roster that needs no sign-in.
fn house(settings: &Settings, clock: Clock) -> Result<House, Refusal> {
    let mut house = House::build(settings, clock.clone(), Measurements::none())?;
    let mut app = house.app.as_ref().clone();
    app.principals = Principals::new(Arc::new(DemoRoster::new(clock))).with_aliases(app.vault.clone());
    house.app = web::Data::new(app);
    Ok(house)
}

async fn play(stage: &Stage, demo: &Demo) -> Result<String, Refusal> {
    let mut dice = Dice::new(demo.seed);
    stage.says("区划和网格");
    places::fill(stage).await?;
    outlines::fill(stage).await?;
    stage.says("工作人员");
    let door = Door::open(stage).await;
    let cast = Cast::hire(stage, &door).await?;
    stage.says("住户台账");
    let homes = ledger::fill(stage, &mut dice).await?;
    let readers = notices::readers(stage).await?;
    let mut diary = Diary::default();
    let hazards = hazards::plan(stage, &cast, &mut dice, &mut diary);
    let checks = inspections::plan(stage, &cast, hazards, &mut dice, &mut diary);
    let disputes = disputes::plan(stage, &cast, &mut dice, &mut diary);
    let events = events::plan(stage, &cast, &readers, &mut dice, &mut diary);
    let residents = readers.clone();
    let notices = notices::plan(stage, &cast, readers, &mut dice, &mut diary);
    let fraud = fraud::plan(stage, &cast, &residents, &mut dice, &mut diary);
    stage.says("一年的工作");
    let done = diary.live(stage, &door).await?;
    stage.clock.set(stage.now);
    stage.says("入户走访");
    let brought = visits::fill(stage, &door, &cast).await?;
    stage.says("密码");
    passwords::choose(stage, &door, &cast, &demo.password).await?;
    stage.says("封存和汇总");
    let app = &stage.house.app;
    let failed = |what: &'static str| move |problem| Refusal::new(what, format!("{problem:?}"));
    counters::fold_all(&app.db).await.map_err(failed("计数没有汇总"))?;
    seal::seal_all(&app.db).await.map_err(failed("审计没有封存"))?;
    search::keep_up(&app.db, search::Sizes::default(), |_| ()).await.map_err(failed("检索目录没有整理"))?;
    Ok(format!(
        "示例乡镇已写好(均为虚构):{}\n工作人员 {} 名;{homes}\n安全隐患 {} 件;矛盾纠纷 {disputes} 件;网格事件 {events} 件;通知 {notices} 条;共办理 {done} 步\n场所 {} 处,排查行动 1 次,检查 {} 次,其中发现隐患 {} 件\n涉诈线索 {} 条,劝阻 {} 次\n入户走访 {} 户,宣传阵地 {} 处\n\n{}",
        places::told(),
        cast.people.len(),
        hazards + checks.found,
        checks.places,
        checks.inspections,
        checks.found,
        fraud.leads,
        fraud.dissuasions,
        brought.visits,
        brought.outlets,
        cast.table(demo.password.expose_secret()),
    ))
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::new(1);
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {elapsed}") {
        bar.set_style(style);
    }
    bar
}

/// The year goes by faster than any phone may ask.
fn unhurried() -> Rates {
    let most = NonZeroU32::MAX;
    let rate = Rate { per_minute: most, burst: most };
    Rates { account: rate, address: rate, auth: rate }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_nobody_could_sign_in_with_is_refused_before_anything_is_written() {
        let settings = Settings::from_parts("", &[]).unwrap();
        let demo = |password: &str| Demo { password: SecretString::from(password), seed: 1 };
        assert!(check(&settings, &demo("示例")).is_err());
        assert!(check(&settings, &demo("Shili-Demo-2026")).is_ok());
    }
}
