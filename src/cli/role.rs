//! `coofit role`: what the career is like.

use crate::bank::fault::quote;
use crate::report::role::document;

use super::output::Inputs;
use super::print::Print;
use super::streams::Streams;
use super::{Global, bank};

#[derive(Debug, Default, clap::Args)]
pub(super) struct Args {
    /// The role (default: the bank's own)
    #[arg(add = super::complete::roles())]
    pub(super) id: Option<String>,
    /// List the bank's roles
    #[arg(long)]
    pub(super) list: bool,
    #[command(flatten)]
    pub(super) print: Print,
}

pub(super) fn role(args: &Args, global: &Global, streams: &Streams) -> anyhow::Result<()> {
    let printer = args.print.open(&Inputs::new(global), streams)?;
    let bank = bank::load(global)?;
    if args.list {
        let width = bank.roles.iter().map(|role| role.id.len()).max().unwrap_or(0);
        let lines: Vec<String> =
            bank.roles.iter().map(|role| format!("{:<width$}  {}\n", role.id, role.title)).collect();
        return printer.text(&lines.concat());
    }
    let Some(role) = bank::role(&bank, args.id.as_deref())? else {
        anyhow::bail!("the bank {} has no role", quote(&bank.id))
    };
    printer.document(&document(role, bank.language.as_deref(), bank::this_month()), true, role)
}
