//! `coofit bank audit`: prints the findings, and shows the progress on a terminal.

use std::path::PathBuf;

use anyhow::bail;
use indicatif::{ProgressBar, ProgressStyle};

use crate::audit::{self, Model, Setup};
use crate::cli::Global;
use crate::cli::output::Inputs;
use crate::cli::print::Print;
use crate::cli::streams::{Streams, Usage};

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The bank's directory (default: the one named by --bank, or the built-in one)
    #[arg(value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,
    /// Score against this role instead of the bank's own
    #[arg(long, value_name = "ID")]
    role: Option<String>,
    /// The seed of the random numbers; the same seed gives the same figures
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Simulated sheets of each kind
    #[arg(long, value_name = "N", default_value_t = 5000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    sheets: u32,
    /// Mean loading of the items, 0.2 to 0.85: how strongly answers follow the trait
    #[arg(long, value_name = "X", default_value_t = Model::default().loading)]
    loading: f64,
    /// Correlation of any two traits, 0 to 1
    #[arg(long, value_name = "X", default_value_t = Model::default().levels_correlated)]
    correlated: f64,
    /// Mean level of the traits, -3 to 3: above 0 if people rate themselves above the middle
    #[arg(long, value_name = "X", default_value_t = Model::default().levels_mean, allow_negative_numbers = true)]
    level: f64,
    /// How much the mean levels of the scales differ (SD), 0 to 2
    #[arg(long, value_name = "X", default_value_t = Model::default().levels_apart)]
    profile: f64,
    /// How much people differ in boldness, 0 to 2: SD of the steps that each person adds to every rating
    #[arg(long, value_name = "SD", default_value_t = 0.0)]
    leniency: f64,
    #[command(flatten)]
    print: Print,
}

pub(super) fn audit(args: &Args, global: &Global, streams: &Streams) -> anyhow::Result<()> {
    const STEPS: f64 = 1000.0;
    let printer = args.print.open(&Inputs::new(global).bank(args.dir.as_deref()), streams)?;
    let bank = super::load_from(args.dir.as_deref(), global)?;
    let role = super::role(&bank, args.role.as_deref())?.map(|role| role.id.clone());
    // Without a terminal it is not drawn.
    let bar = ProgressBar::new(1000);
    bar.set_style(ProgressStyle::with_template("{bar:40} {percent:>3} %  {eta} left")?);
    let in_range = (0.2..=0.85).contains(&args.loading)
        && (0.0..=1.0).contains(&args.correlated)
        && (-3.0..=3.0).contains(&args.level)
        && (0.0..=2.0).contains(&args.profile)
        && (0.0..=2.0).contains(&args.leniency);
    if !in_range {
        let message = "`--loading` must be from 0.2 to 0.85, `--correlated` from 0 to 1, `--level` from -3 to 3, \
                       `--profile` and `--leniency` from 0 to 2";
        bail!(Usage(message.to_owned()));
    }
    let model = Model {
        loading: args.loading,
        levels_correlated: args.correlated,
        levels_mean: args.level,
        levels_apart: args.profile,
        leniency: args.leniency,
        ..Model::default()
    };
    let setup = Setup { seed: args.seed, sheets: args.sheets as usize, model };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "shares of a thousand steps")]
    let mut progress = |share: f64| bar.set_position((share.clamp(0.0, 1.0) * STEPS) as u64);
    let audit = audit::audit(bank, role.as_deref(), setup, &mut progress);
    bar.finish_and_clear();
    printer.document(&audit::document(&audit), true, &audit)
}
