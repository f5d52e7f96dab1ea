//! `coofit role`: what the career is like.

use clap::ValueEnum;

use crate::bank::fault::quote;
use crate::render::{Page, RoleFormat, render_role};

use super::output::{Inputs, Output, PLAIN_WIDTH, Streams, Target, stdout_page};
use super::{Exit, Global, bank};

#[derive(Debug, Default, clap::Args)]
pub(super) struct Args {
    /// The role (default: the bank's own)
    #[arg(add = super::complete::roles())]
    id: Option<String>,
    /// List the bank's roles
    #[arg(long)]
    list: bool,
    /// The form
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: FormatName,
    #[command(flatten)]
    output: Output,
}

impl Args {
    /// The page of a role, as text.
    pub(super) fn of(id: Option<String>) -> Args {
        Args { id, ..Args::default() }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum FormatName {
    #[default]
    Text,
    Markdown,
    Html,
}

pub(super) fn role(args: &Args, global: &Global, streams: &Streams) -> anyhow::Result<Exit> {
    let target = args.output.target(&Inputs::new(global))?;
    let bank = bank::load(global)?;
    if args.list {
        let width = bank.roles.iter().map(|role| role.id.len()).max().unwrap_or(0);
        let lines: Vec<String> =
            bank.roles.iter().map(|role| format!("{:<width$}  {}\n", role.id, role.title)).collect();
        target.deliver(&lines.concat(), streams)?;
        return Ok(Exit::Done);
    }
    let Some(role) = bank::role(&bank, args.id.as_deref())? else {
        anyhow::bail!("the bank {} has no role", quote(&bank.id))
    };
    let format = match args.format {
        FormatName::Text if args.output.is_file() => {
            RoleFormat::Text(Page { width: PLAIN_WIDTH, color: false, bars: true, summary: false })
        }
        FormatName::Text => RoleFormat::Text(stdout_page(streams, true)),
        FormatName::Markdown => RoleFormat::Markdown,
        FormatName::Html => RoleFormat::Html(bank.language.as_deref().unwrap_or("en")),
    };
    let rendered = render_role(role, format, bank::this_month());
    match (target, args.format) {
        (Target::Stdout, FormatName::Text) => streams.page(&rendered)?,
        (target, _) => target.deliver(&rendered, streams)?,
    }
    Ok(Exit::Done)
}
