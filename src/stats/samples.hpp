// What a sample looks like, how far two samples are apart, which values stand out: the measures that canary judges use.
#pragma once
#include <span>
#include <vector>

namespace evenkeel::stats {

/// All 0 for no data; sd with n - 1, 0 for one value.
struct Summary {
  double min = 0, max = 0, mean = 0, sd = 0;
  double count = 0;
};
Summary summary(std::span<const double> values);

/// mean(experiment) / mean(control); NaN when either mean is 0.
double mean_ratio(std::span<const double> experiment, std::span<const double> control);
/// |difference of the means| over the pooled standard deviation.
double cohen_d(std::span<const double> experiment, std::span<const double> control);

/// Strictly outside mean +- factor * population standard deviation.
std::vector<bool> outliers_by_sigma(std::span<const double> values, double factor);
/// Strictly outside [Q1 - factor IQR, Q3 + factor IQR], quartiles of type 7. Less sensitive: the fences are moved out to the 1st and the
/// 99th percentile where those lie outside.
std::vector<bool> outliers_by_quartiles(std::span<const double> values, double factor, bool less_sensitive = false);
std::vector<double> without(std::span<const double> values, const std::vector<bool>& marked);

}  // namespace evenkeel::stats
