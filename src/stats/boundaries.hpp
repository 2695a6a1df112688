// Boundaries that hold at every look, for one stream: how far a sum may wander before chance alone is no explanation. Formulas of Howard,
// Ramdas, McAuliffe and Sekhon (time-uniform Chernoff bounds, 2020 and 2021) and of Howard and Ramdas (sequential quantiles, 2022).
//
// s: the sum's distance from its mean under the null; v: its intrinsic time (variance so far); alpha: two-sided unless said; v_opt: where
// the boundary is tuned to be tightest. log_e: log of the mixture that is a supermartingale under the null; *_bound: the s at which it
// reaches log(1/alpha).
#pragma once
#include <span>

#include "stats/intervals.hpp"

namespace evenkeel::stats {

struct Tuning {
  double v_opt = 1;
  double alpha_opt = 0.05;
};

double normal_mixture_best_rho(double v, double alpha);
double normal_mixture_log_e(double s, double v, Tuning tuning, bool one_sided);
double normal_mixture_bound(double v, double alpha, Tuning tuning, bool one_sided);

/// Sub-exponential and sub-Poisson sums with scale c; one-sided.
double gamma_exponential_log_e(double s, double v, double c, Tuning tuning);
double gamma_exponential_bound(double v, double alpha, double c, Tuning tuning);
double gamma_poisson_log_e(double s, double v, double c, Tuning tuning);
double gamma_poisson_bound(double v, double alpha, double c, Tuning tuning);

/// Sub-Bernoulli sums whose steps lie in [-g, h].
double beta_binomial_log_e(double s, double v, double g, double h, Tuning tuning, bool one_sided);
double beta_binomial_bound(double v, double alpha, double g, double h, Tuning tuning, bool one_sided);

/// Polynomial stitching for sub-gamma sums with scale c.
double poly_stitching_bound(double v, double alpha, double v_min, double c, double s = 1.4, double eta = 2);
/// Band around an empirical distribution function after t values: A sqrt((log(1 + log(t/t_min)) + C) / t).
double empirical_process_bound(double t, double alpha, double t_min, double a);
/// Sum of "value <= its p quantile" less t p, uniformly over t and p.
double double_stitching_bound(double p, double t, double alpha, double t_opt, double delta = 0.5, double s = 1.4, double eta = 2);

/// Interval for a share after `trials`, valid at every look.
Interval bernoulli_sequence(double successes, double trials, double alpha, double t_opt, double alpha_opt);
/// Anytime p value of "both arms have the same q quantile". Values ascending.
double quantile_ab_p(double q, std::span<const double> arm1, std::span<const double> arm2, double t_opt, double alpha_opt);

/// Lindon's scale-free t test: log e of a t statistic with nu degrees of freedom after n values, prior weight g.
double anytime_t_log_e(double t, double nu, double n, double g);
/// Asymptotic two-sided sequence for a mean: half width after n values.
double asymptotic_half_width(double n, double sd, double alpha, double t_opt);

}  // namespace evenkeel::stats
