//! `coofit page`: the questions as one page for a browser.

use std::io::{self, IsTerminal};

use anyhow::bail;

use crate::bank::Form;
use crate::prompt::page::page as render_page;
use crate::text;

use super::output::{Inputs, Output, Target};
use super::streams::{Streams, Usage};
use super::take::form_parser;
use super::{Global, bank};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Which form to ask
    #[arg(long, value_name = "FORM", default_value = "full", value_parser = form_parser())]
    form: Form,
    /// Ask about this person, in the wording for somebody who has watched them work
    #[arg(long, value_name = "NAME")]
    observe: Option<String>,
    /// Let the answers be shown only in the mean of three or more observers
    #[arg(long, requires = "observe")]
    anonymous: bool,
    #[command(flatten)]
    output: Output,
}

pub(super) fn page(args: &Args, global: &Global, streams: &Streams) -> anyhow::Result<()> {
    let target = args.output.target(&Inputs::new(global))?;
    if matches!(target, Target::Stdout) && io::stdout().is_terminal() {
        bail!(Usage("a page is for a browser; write it to a file with `-o quiz.html`".into()));
    }
    let bank = bank::load(global)?;
    let observed = args.observe.as_deref().map(text::name);
    if observed.as_deref() == Some("") {
        bail!(Usage("`--observe` needs the name of the person".into()));
    }
    let role = bank::role(&bank, None)?;
    target.deliver(&render_page(&bank, args.form, role, observed.as_deref(), args.anonymous), streams)
}
