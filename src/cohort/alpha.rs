//! Cronbach's alpha and its interval.

use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Alpha {
    /// Respondents who were counted.
    pub n: u64,
    /// k/(k − 1)·(1 − Σ s²ᵢ/s²).
    pub value: Option<f64>,
    /// Lower end of the 95 % interval.
    pub low: Option<f64>,
    /// Upper end of the 95 % interval.
    pub high: Option<f64>,
}

/// Alpha from the sum of the variances of k items and the variance of their total. It has no value with
/// fewer than two items or respondents, or if all totals are the same.
///
/// The interval is Feldt's (1965; Feldt, Woodruff and Salih 1987): (1 − α)/(1 − α̂) is distributed as F
/// with n − 1 and (n − 1)(k − 1) degrees of freedom.
pub(super) fn alpha(n_items: usize, n: u64, variances: Option<(f64, f64)>) -> Alpha {
    let variances = variances.filter(|(_, total)| n_items >= 2 && n >= 2 && *total > 0.0);
    let Some((items, total)) = variances else { return Alpha { n, value: None, low: None, high: None } };
    let k = n_items as f64;
    let value = k / (k - 1.0) * (1.0 - items / total);
    let (df1, df2) = ((n - 1) as f64, (n - 1) as f64 * (k - 1.0));
    let end = |p: f64| Some(1.0 - (1.0 - value) * f_quantile(p, df1, df2));
    Alpha { n, value: Some(value), low: end(0.975), high: end(0.025) }
}

/// The value under which F with these degrees of freedom falls with probability `p`.
fn f_quantile(p: f64, df1: f64, df2: f64) -> f64 {
    // F = (df2/df1)·x/(1 − x) with x from the beta distribution; x by halving its range.
    let (a, b) = (df1 / 2.0, df2 / 2.0);
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if beta_share(middle, a, b) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    let x = f64::midpoint(low, high);
    df2 / df1 * (x / (1.0 - x))
}

/// The regularized incomplete beta function.
///
/// Other libraries stop the continued fraction after a few hundred terms. A million respondents need
/// about √max(a, b) terms.
fn beta_share(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    let log_front =
        libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b) + a * x.ln() + b * libm::log1p(-x);
    let front = log_front.exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(x, a, b) / a
    } else {
        1.0 - front * fraction(1.0 - x, b, a) / b
    }
}

/// The continued fraction of the incomplete beta function, by Lentz's method.
#[expect(clippy::many_single_char_names, reason = "as in every book that has it")]
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    const MOST_TERMS: u32 = 1_000_000;
    let away = |x: f64| if x.abs() < TINY { TINY } else { x };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for m in 1..MOST_TERMS {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away(1.0 + even * d);
        c = away(1.0 + even / c);
        value *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away(1.0 + odd * d);
        c = away(1.0 + odd / c);
        value *= d * c;
        if (d * c - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}
