//! The command line; what the commands do is in `app`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use wangge::app::{self, Refusal, commands};
use wangge::platform::config::Settings;

/// Many small allocations on many threads are what it is good at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
    /// 升级数据库;可重复执行
    Migrate,
    /// 输出接口说明(OpenAPI,JSON)
    Openapi,
    /// 备份 SQLite 数据库到一个新文件;服务运行时也可执行
    Backup {
        /// 备份文件;已存在时拒绝覆盖
        file: PathBuf,
    },
}

fn main() -> ExitCode {
    match run(Line::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(refusal) => {
            eprintln!("{refusal}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), Refusal> {
    if let Command::Openapi = command {
        let json = app::api().to_pretty_json().map_err(|error| Refusal::new("接口说明无法输出", error))?;
        println!("{json}");
        return Ok(());
    }
    let settings = Settings::load().map_err(|mistakes| Refusal::new("无法启动", mistakes))?;
    match command {
        Command::Openapi => Ok(()),
        Command::Serve => actix_web::rt::System::new().block_on(app::serve::serve(settings)),
        Command::Migrate => {
            let applied = commands::migrate(&settings)?;
            applied.iter().for_each(|name| println!("{name}"));
            println!("数据库已是最新(本次执行 {} 项)", applied.len());
            Ok(())
        }
        Command::Backup { file } => {
            commands::backup(&settings, &file)?;
            println!("已备份到 {}", file.display());
            Ok(())
        }
    }
}
