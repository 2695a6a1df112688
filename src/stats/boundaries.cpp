#include "stats/boundaries.hpp"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/zeta.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace evenkeel::stats {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Where a rising function reaches 0 on [low, ...): the bracket is doubled, then halved to the last bit.
template <class F>
double rising_root(double low, double first, F f) {
  double high = first;
  for (int i = 0; i < 200 && f(high) < 0; ++i) low = high, high *= 2;
  for (int i = 0; i < 200; ++i) {
    const double middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    (f(middle) < 0 ? low : high) = middle;
  }
  return (low + high) / 2;
}
template <class F>
double reaches(double alpha, double v, F log_e) {
  const double wanted = std::log(1 / alpha);
  return rising_root(0, std::sqrt(v) + 1, [&](double s) { return log_e(s) - wanted; });
}

double rho_of(Tuning t, bool one_sided) { return normal_mixture_best_rho(t.v_opt, one_sided ? 2 * t.alpha_opt : t.alpha_opt); }
double log_gamma_p(double a, double x) { return std::log(boost::math::gamma_p(a, x)); }
double log_gamma_q(double a, double x) { return std::log(boost::math::gamma_q(a, x)); }
/// log of the incomplete beta function, not regularised.
double log_beta(double a, double b, double x) {
  const double whole = std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
  return x >= 1 ? whole : whole + std::log(boost::math::ibeta(a, b, x));
}
double log_normal_below(double z) {
  const double p = 0.5 * std::erfc(-z / std::numbers::sqrt2);
  // far out, Mills' ratio
  return p > 1e-300 ? std::log(p) : -z * z / 2 - std::log(-z) - 0.5 * std::log(2 * std::numbers::pi);
}

struct Stitching {
  double k1, k2;
};
Stitching stitching(double eta) { return {(std::pow(eta, 0.25) + std::pow(eta, -0.25)) / std::numbers::sqrt2, (std::sqrt(eta) + 1) / 2}; }

}  // namespace

double normal_mixture_best_rho(double v, double alpha) {
  const double l = 2 * std::log(1 / alpha);
  return v / (l + std::log1p(l));
}

double normal_mixture_log_e(double s, double v, Tuning tuning, bool one_sided) {
  const double rho = rho_of(tuning, one_sided), both = v + rho;
  if (!one_sided) return 0.5 * std::log(rho / both) + s * s / (2 * both);
  return 0.5 * std::log(4 * rho / both) + s * s / (2 * both) + log_normal_below(s / std::sqrt(both));
}

double normal_mixture_bound(double v, double alpha, Tuning tuning, bool one_sided) {
  if (one_sided) return reaches(alpha, v, [&](double s) { return normal_mixture_log_e(s, v, tuning, true); });
  const double rho = rho_of(tuning, false);
  return std::sqrt((v + rho) * (std::log((v + rho) / rho) + 2 * std::log(1 / alpha)));
}

// exp(lambda s - psi(lambda) v) integrated over u = 1 - c lambda in (0, 1] with a gamma density cut off at 1.
double gamma_exponential_log_e(double s, double v, double c, Tuning tuning) {
  const double rho = rho_of(tuning, true) / (c * c), v_rho = v / (c * c) + rho, cs_v = s / c + v / (c * c), all = cs_v + rho;
  if (all <= 0) return -infinity;
  return rho * std::log(rho) - std::lgamma(rho) - log_gamma_p(rho, rho) + std::lgamma(v_rho) + log_gamma_p(v_rho, all) -
         v_rho * std::log(all) + cs_v;
}
double gamma_exponential_bound(double v, double alpha, double c, Tuning tuning) {
  return reaches(alpha, v, [&](double s) { return gamma_exponential_log_e(s, v, c, tuning); });
}

// The same over theta = exp(c lambda) >= 1.
double gamma_poisson_log_e(double s, double v, double c, Tuning tuning) {
  const double rho = rho_of(tuning, true) / (c * c), v_rho = v / (c * c) + rho, all = s / c + v_rho;
  if (all <= 0) return -infinity;
  return rho * std::log(rho) - std::lgamma(rho) - log_gamma_q(rho, rho) + std::lgamma(all) + log_gamma_q(all, v_rho) -
         all * std::log(v_rho) + v / (c * c);
}
double gamma_poisson_bound(double v, double alpha, double c, Tuning tuning) {
  return reaches(alpha, v, [&](double s) { return gamma_poisson_log_e(s, v, c, tuning); });
}

// A share p in place of g/(g+h), with a beta density for 1 - p.
double beta_binomial_log_e(double s, double v, double g, double h, Tuning tuning, bool one_sided) {
  const double r = std::max(rho_of(tuning, one_sided) - g * h, 1e-3 * g * h), sum = g + h, x = one_sided ? h / sum : 1;
  const double up = (v / h + s) / sum, down = (v / g - s) / sum, a = r / (g * sum), b = r / (h * sum);
  if (a + down <= 0 || b + up <= 0) return s > 0 ? infinity : -infinity;
  return v / (g * h) * std::log(sum) - up * std::log(g) - down * std::log(h) + log_beta(a + down, b + up, x) - log_beta(a, b, x);
}
double beta_binomial_bound(double v, double alpha, double g, double h, Tuning tuning, bool one_sided) {
  return reaches(alpha, v, [&](double s) { return beta_binomial_log_e(s, v, g, h, tuning, one_sided); });
}

double poly_stitching_bound(double v, double alpha, double v_min, double c, double s, double eta) {
  const auto [k1, k2] = stitching(eta);
  const double at = std::max(v, v_min);
  const double l = s * std::log(std::log(eta * at / v_min)) + std::log(boost::math::zeta(s) / (alpha * std::pow(std::log(eta), s)));
  return std::sqrt(k1 * k1 * at * l + k2 * k2 * c * c * l * l) + c * k2 * l;
}

double empirical_process_bound(double t, double alpha, double t_min, double a) {
  if (t < t_min) return infinity;
  // Error of (a, c): the least over eta in (1, 2 a^2) of 4 exp(-gamma^2 c) (1 + 1/((gamma^2 - 1) log eta)).
  const auto error = [&](double c, double eta) {
    const double root = a - std::sqrt(2 * (eta - 1) / c), gamma2 = 2 / eta * root * root;
    return root <= 0 || gamma2 <= 1 ? infinity : 4 * std::exp(-gamma2 * c) * (1 + 1 / ((gamma2 - 1) * std::log(eta)));
  };
  const auto least = [&](double c) {
    const double golden = (std::sqrt(5.0) - 1) / 2;
    double best = 1 + 1e-9, best_error = infinity;
    for (int i = 1; i < 400; ++i)
      if (const double eta = 1 + (2 * a * a - 1) * i / 400, e = error(c, eta); e < best_error) best = eta, best_error = e;
    double low = std::max(1 + 1e-12, best - (2 * a * a - 1) / 400), high = best + (2 * a * a - 1) / 400;
    for (int i = 0; i < 100; ++i) {
      const double left = high - golden * (high - low), right = low + golden * (high - low);
      (error(c, left) < error(c, right) ? high : low) = error(c, left) < error(c, right) ? right : left;
    }
    return error(c, (low + high) / 2);
  };
  const double c = rising_root(0.1, 1, [&](double at) { return alpha - least(at); });
  return a * std::sqrt((std::log1p(std::log(t / t_min)) + c) / t);
}

double double_stitching_bound(double p, double t, double alpha, double t_opt, double delta, double s, double eta) {
  const auto [k1, k2] = stitching(eta);
  const double at = std::max(t, t_opt), logit = std::log(p / (1 - p));
  const double r = p >= 0.5 ? p : std::min(0.5, 1 / (1 + std::exp(-(logit + 2 * delta * std::sqrt(eta * t_opt / at)))));
  const double variance = r * (1 - r), cells = std::sqrt(at / t_opt) * std::abs(logit) / (2 * delta) + 1, zeta = boost::math::zeta(s);
  const double l = s * std::log(std::log(eta * at / t_opt)) + s * std::log(cells) +
                   std::log(2 * zeta * (2 * zeta + 1) / (alpha * std::pow(std::log(eta), s)));
  const double c = (1 - 2 * p) / 3;
  return delta * std::sqrt(eta * at * variance / t_opt) + std::sqrt(k1 * k1 * variance * at * l + k2 * k2 * c * c * l * l) + c * k2 * l;
}

Interval bernoulli_sequence(double successes, double trials, double alpha, double t_opt, double alpha_opt) {
  const double seen = successes / trials, wanted = std::log(1 / alpha);
  const auto excluded = [&](double p) {
    const double v = p * (1 - p);
    return beta_binomial_log_e((seen - p) * trials, v * trials, p, 1 - p, {v * t_opt, alpha_opt}, false) >= wanted;
  };
  const auto edge = [&](double inside, double outside) {
    if (!excluded(outside)) return outside < inside ? 0.0 : 1.0;
    for (int i = 0; i < 200; ++i) {
      const double middle = (inside + outside) / 2;
      if (middle == inside || middle == outside) break;
      (excluded(middle) ? outside : inside) = middle;
    }
    return (inside + outside) / 2;
  };
  const double start = std::clamp(seen, 1e-9, 1 - 1e-9);
  return {successes <= 0 ? 0 : edge(start, 1e-9), successes >= trials ? 1 : edge(start, 1 - 1e-9)};
}

double quantile_ab_p(double q, std::span<const double> arm1, std::span<const double> arm2, double t_opt, double alpha_opt) {
  const double v = q * (1 - q);
  const auto log_e = [&](std::span<const double> arm, double at, bool strictly) {
    const double n = double(arm.size());
    const auto below = strictly ? std::lower_bound(arm.begin(), arm.end(), at) : std::upper_bound(arm.begin(), arm.end(), at);
    return beta_binomial_log_e(double(below - arm.begin()) - q * n, v * n, q, 1 - q, {v * t_opt, alpha_opt}, false);
  };
  // The common quantile that both arms speak against least; the sum changes only at a value. Both sides of a jump are looked at.
  double least = infinity;
  for (const auto arm : {arm1, arm2})
    for (const double at : arm)
      for (const bool s1 : {false, true})
        for (const bool s2 : {false, true}) least = std::min(least, log_e(arm1, at, s1) + log_e(arm2, at, s2));
  return std::min(1.0, std::exp(-least));
}

double anytime_t_log_e(double t, double nu, double n, double g) {
  const double r = g / (g + n);
  return 0.5 * std::log(r) + (nu + 1) / 2 * (std::log1p(t * t / nu) - std::log1p(r * t * t / nu));
}

double asymptotic_half_width(double n, double sd, double alpha, double t_opt) {
  const double l = -2 * std::log(alpha), rho2 = (std::log1p(l) + l) / t_opt;
  return sd * std::sqrt(2 * (n * rho2 + 1) / (n * n * rho2) * std::log(std::sqrt(n * rho2 + 1) / alpha));
}

}  // namespace evenkeel::stats
