//! The command line; what the commands do is in `app`.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::{Parser, Subcommand};
use secrecy::SecretString;
use wangge::app::commands::{self, BoundaryFile, NewAdministrator};
use wangge::app::demo::Demo;
use wangge::app::{self, Refusal};
use wangge::base::geo::Datum;
use wangge::platform::config::Settings;

/// Good at many small allocations on many threads, and gives back within a second what is not used any more
/// (`.cargo/config.toml`). SQLite allocates with it, too.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// 网格:乡镇(街道)网格化治理后台
///
/// 设置见 config.default.toml 的说明:用 WANGGE_CONFIG 指向自己的设置文件,用 WANGGE_… 环境变量覆盖单项。
#[derive(Parser)]
#[command(name = "wangge", version)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 启动服务;收到 SIGTERM 后办完手上的请求再退出
    Serve,
    /// 只做后台工作(发送、封存、汇总),在 work.address 上只答运行状况;仅用于 PostgreSQL
    Work,
    /// 升级数据库;可重复执行
    Migrate,
    /// 输出接口说明(OpenAPI,JSON)
    Openapi,
    /// 从 CSV、XLSX 或 GeoJSON 文件导入,全部成功或全部不写;服务须先停止(SQLite)
    Import {
        #[command(subcommand)]
        what: Import,
    },
    /// 工作人员
    Staff {
        #[command(subcommand)]
        what: Staff,
    },
    /// 审计记录
    Audit {
        #[command(subcommand)]
        what: Audit,
    },
    /// 看板计数
    Counters {
        #[command(subcommand)]
        what: Counters,
    },
    /// 案卷检索
    Search {
        #[command(subcommand)]
        what: Search,
    },
    /// 稍后再办的作业
    Outbox {
        #[command(subcommand)]
        what: Outbox,
    },
    /// 用明显虚构的示例数据填满一个空的数据库,供试用和演示
    Demo {
        /// 全部示例账号的登录密码
        #[arg(long, default_value = "Shili-Demo-2026")]
        password: String,
        /// 随机种子;相同的种子得到相同的内容
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// 备份 SQLite 数据库到一个新文件;服务运行时也可执行
    Backup {
        /// 备份文件;已存在时拒绝覆盖
        file: PathBuf,
    },
}

#[derive(Subcommand)]
enum Import {
    /// 区划和网格代码:列为 code,name,level,parent
    Areas {
        /// 文件
        file: PathBuf,
        /// 只检查,不写入
        #[arg(long)]
        dry_run: bool,
    },
    /// 网格边界:GeoJSON FeatureCollection,属性 code 为网格代码
    Boundaries {
        /// 文件
        file: PathBuf,
        /// 文件所用的坐标系:wgs84 或 gcj02
        #[arg(long)]
        datum: Datum,
        /// 自哪一天起生效(YYYY-MM-DD);不写则为今天
        #[arg(long)]
        valid_from: Option<NaiveDate>,
        /// 只检查,不写入
        #[arg(long)]
        dry_run: bool,
    },
    /// 住户台账:每人一行,同一户编号为一户
    Households {
        /// 文件
        file: PathBuf,
        /// 只检查,不写入
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Subcommand)]
enum Staff {
    /// 建立首任管理员;口令从标准输入读一行
    Add {
        /// admin(系统管理员)、security_admin(安全管理员)或 auditor(审计管理员)
        #[arg(long)]
        role: String,
        /// 乡镇代码(9 位)
        #[arg(long)]
        town: String,
        /// 姓名
        #[arg(long)]
        name: String,
        /// 手机号码
        #[arg(long)]
        phone: String,
    },
}

#[derive(Subcommand)]
enum Audit {
    /// 核对审计链,指出第一条被改动的记录
    Verify,
}

#[derive(Subcommand)]
enum Outbox {
    /// 列出已放弃的作业和原因;服务运行时也可执行
    List,
    /// 让已放弃的作业再次办理;SQLite 须先停止服务
    Retry {
        /// 作业编号,见 list;不写则为全部
        job: Option<String>,
    },
}

#[derive(Subcommand)]
enum Search {
    /// 清空并重建检索目录;SQLite 须先停止服务,PostgreSQL 重建期间检索暂答 503
    Rebuild,
}

#[derive(Subcommand)]
enum Counters {
    /// 逐件清点案卷,与看板计数比较
    Verify,
    /// 逐户清点,改正户数台账;各节点都换成新程序之后执行一次,清点期间住户的变更会等待
    Recount,
}

fn main() -> ExitCode {
    match run(Line::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(refusal) => {
            eprintln!("{refusal}");
            ExitCode::from(refusal.exit_code())
        }
    }
}

fn run(command: Command) -> Result<(), Refusal> {
    if let Command::Openapi = command {
        let json = app::api().to_pretty_json().map_err(|error| Refusal::new("接口说明无法输出", error))?;
        println!("{json}");
        return Ok(());
    }
    let settings = Settings::load().map_err(|mistakes| Refusal::settings("无法启动", mistakes))?;
    actix_web::rt::System::new().block_on(carry_out(command, settings))
}

async fn carry_out(command: Command, settings: Settings) -> Result<(), Refusal> {
    let done = match command {
        Command::Openapi => return Ok(()),
        Command::Serve => return app::serve::serve(settings).await,
        Command::Work => return app::serve::work(settings).await,
        Command::Migrate => {
            let applied = commands::migrate(&settings)?;
            applied.iter().for_each(|name| println!("{name}"));
            format!("数据库已是最新(本次执行 {} 项)", applied.len())
        }
        Command::Import { what: Import::Areas { file, dry_run } } => {
            commands::areas(&settings, &file, dry_run).await?
        }
        Command::Import { what: Import::Boundaries { file, datum, valid_from, dry_run } } => {
            let from = BoundaryFile { file, datum, valid_from };
            commands::boundaries(&settings, from, dry_run).await?
        }
        Command::Import { what: Import::Households { file, dry_run } } => {
            commands::households(&settings, &file, dry_run).await?
        }
        Command::Staff { what: Staff::Add { role, town, name, phone } } => {
            let new = NewAdministrator { role, town, name, phone, password: password()? };
            format!("已建立账号 {}", commands::add_administrator(&settings, new).await?)
        }
        Command::Audit { what: Audit::Verify } => commands::audit(&settings).await?,
        Command::Search { what: Search::Rebuild } => commands::rebuild(&settings).await?,
        Command::Counters { what: Counters::Verify } => commands::counters(&settings).await?,
        Command::Counters { what: Counters::Recount } => commands::recount(&settings).await?,
        Command::Outbox { what: Outbox::List } => commands::given_up(&settings)?,
        Command::Outbox { what: Outbox::Retry { job } } => commands::retry(&settings, job.as_deref()).await?,
        Command::Demo { password, seed } => {
            let password = SecretString::from(password);
            app::demo::fill(settings, Demo { password, seed }).await?
        }
        Command::Backup { file } => {
            commands::backup(&settings, &file)?;
            format!("已备份到 {}", file.display())
        }
    };
    // Whoever reads only the first lines has closed the pipe, and that is no failure.
    drop(writeln!(std::io::stdout(), "{done}"));
    Ok(())
}

/// One line from standard input, so that a password is neither in the list of processes nor in a history.
fn password() -> Result<SecretString, Refusal> {
    if std::io::stdin().is_terminal() {
        eprint!("口令(输入时可见):");
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|error| Refusal::new("读不到口令", error))?;
    Ok(SecretString::from(line.trim_end_matches(['\r', '\n'])))
}
