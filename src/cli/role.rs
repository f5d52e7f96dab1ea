//! `coofit role`: what the career is like.

use crate::bank::fault::quote;
use crate::render::render_role;

use super::Exit;
use super::Global;
use super::bank;
use super::output::Streams;
use super::report::page;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The role (default: the bank's own)
    id: Option<String>,
    /// List the bank's roles
    #[arg(long)]
    list: bool,
}

pub(super) fn role(args: &Args, global: &Global, streams: &Streams) -> anyhow::Result<Exit> {
    let bank = bank::load(global)?;
    if args.list {
        let widest = bank.roles.iter().map(|role| role.id.len()).max().unwrap_or(0);
        for role in &bank.roles {
            streams.out(&format!("{:<widest$}  {}\n", role.id, role.title))?;
        }
        return Ok(Exit::Done);
    }
    match bank::role(&bank, args.id.as_deref())? {
        Some(role) => streams.page(&render_role(role, page(streams, true)))?,
        None => anyhow::bail!("the bank {} has no role", quote(&bank.id)),
    }
    Ok(Exit::Done)
}
