#include <gmock/gmock.h>

#include "health/kayenta.hpp"
#include "stats/intervals.hpp"
#include "stats/mann_whitney.hpp"
#include "stats/samples.hpp"
#include "support/data.hpp"

namespace evenkeel::health::kayenta {
namespace {

namespace data = testing_data;
using json::Object;
using json::Value;

std::vector<double> numbers(const Value& list) {
  std::vector<double> out;
  for (const auto& x : list.as_array()) out.push_back(x.is_null() ? NAN : x.to_number<double>());
  return out;
}
std::string text(const Object& in, std::string_view name) {
  const auto* v = in.if_contains(name);
  return v && v->is_string() ? std::string(v->get_string()) : "";
}
double number(const Object& in, std::string_view name, double fallback) {
  const auto* v = in.if_contains(name);
  return v && v->is_number() ? v->to_number<double>() : fallback;
}
bool truth(const Object& in, std::string_view name) { return in.contains(name) && in.at(name).as_bool(); }

/// Every case of the folder for which `handles` says yes; answers how many.
template <class Check>
int each_case(const std::string& folder, std::string_view member, Check check) {
  int seen = 0;
  for (const auto& [name, file] : data::json_with(folder, "cases"))
    for (const auto& c : file.at("cases").as_array())
      if (c.is_object() && c.get_object().contains(member)) {
        SCOPED_TRACE(name + " " + text(c.get_object(), "id"));
        seen += check(c.get_object());
      }
  return seen;
}

Metric metric_of(const Object& c) {
  const auto& in = c.at("config").as_object();
  Rules r;
  r.direction = text(in, "direction") == "increase"   ? Direction::increase
                : text(in, "direction") == "decrease" ? Direction::decrease
                                                      : Direction::either;
  r.nan = text(in, "nan_strategy") == "replace" ? NanStrategy::replace : NanStrategy::remove;
  r.critical = truth(in, "critical"), r.must_have_data = truth(in, "must_have_data");
  r.measure = text(in, "effect_size_measure") == "cles" ? Measure::cles : Measure::mean_ratio;
  r.allowed_increase = number(in, "allowed_increase", 1), r.allowed_decrease = number(in, "allowed_decrease", 1);
  r.critical_increase = number(in, "critical_increase", 1), r.critical_decrease = number(in, "critical_decrease", 1);
  return {text(c, "metric"), {}, r};
}

TEST(KayentaConformance, ClassificationsAgree) {
  const int seen = each_case("data/health/kayenta", "experiment", [](const Object& c) {
    if (!c.contains("config")) return 0;
    const auto& config = c.at("config").as_object();
    Settings settings;
    settings.tolerance = number(config, "tolerance", 0.25), settings.confidence = number(config, "conf_level", 0.98);
    const auto control = numbers(c.at("control")), experiment = numbers(c.at("experiment"));
    const auto got = text(config, "classifier") == "mean_inequality" ? classify_by_mean(metric_of(c), control, experiment)
                                                                     : classify(metric_of(c), control, experiment, settings);
    const auto& want = c.at("expected").as_object();
    EXPECT_EQ(json::enum_text(got.classification), text(want, "classification"));
    if (want.contains("critical")) { EXPECT_EQ(got.critical, want.at("critical").as_bool()); }
    if (const auto* d = want.if_contains("deviation")) {
      EXPECT_EQ(got.deviation.has_value(), d->is_number());
      if (d->is_number() && got.deviation) {
        EXPECT_NEAR(*got.deviation, d->to_number<double>(), testing_data::within(1e-9, d->to_number<double>()));
      }
    }
    if (const auto* r = want.if_contains("reason_non_empty"); r && r->is_bool() && r->get_bool()) { EXPECT_FALSE(got.reason.empty()); }
    return 1;
  });
  SKIP_UNLESS(seen > 0);
}

TEST(KayentaConformance, ScoresAgree) {
  const int seen = each_case("data/health/kayenta", "group_weights", [](const Object& c) {
    std::vector<Judged> metrics;
    for (const auto& m : c.at("metrics").as_array()) {
      Judged j{.name = text(m.get_object(), "name"),
               .classification = json::enum_from<Class>(text(m.get_object(), "classification")).value()};
      j.critical = truth(m.get_object(), "critical");
      for (const auto& g : m.at("groups").as_array()) j.groups.emplace_back(g.as_string());
      metrics.push_back(j);
    }
    std::map<std::string, double> weights;
    for (const auto& [name, w] : c.at("group_weights").as_object()) weights[std::string(name)] = w.to_number<double>();
    const auto got = score(metrics, weights, {});
    const double summary = c.at("expected").at("summary_score").to_number<double>();
    EXPECT_NEAR(got.score, summary, testing_data::within(1e-9, summary));
    if (const auto* groups = c.at("expected").as_object().if_contains("group_scores_sorted")) {
      std::vector<double> mine;
      for (const auto& g : got.groups) mine.push_back(g.score);
      std::sort(mine.begin(), mine.end());
      EXPECT_THAT(mine, testing::Pointwise(testing_data::AreWithin(1e-9), numbers(*groups)));
    }
    return 1;
  });
  SKIP_UNLESS(seen > 0);
}

void near(double got, const Value& want, double tolerance) {
  if (want.is_string()) {
    EXPECT_TRUE(std::isnan(got));
  } else {
    EXPECT_NEAR(got, want.to_number<double>(), std::max(tolerance, 1e-12 * std::abs(want.to_number<double>())));
  }
}

TEST(KayentaConformance, StatisticsOutliersAndTransformsAgree) {
  int unknown = 0;
  int seen = each_case("data/health/kayenta", "function", [&](const Object& c) {
    const auto function = text(c, "function");
    const double tolerance = c.contains("tolerance") && c.at("tolerance").is_number() ? number(c, "tolerance", 0) : 0;
    if (function == "summary") {
      const auto s = stats::summary(numbers(c.at("values")));
      const auto& want = c.at("expected").as_object();
      near(s.min, want.at("min"), tolerance), near(s.max, want.at("max"), tolerance), near(s.mean, want.at("mean"), tolerance);
      near(s.sd, want.at("std"), tolerance), near(s.count, want.at("count"), tolerance);
    } else if (function == "percentile_r7") {
      auto v = numbers(c.at("values"));
      std::sort(v.begin(), v.end());
      near(stats::quantile_r7(v, number(c, "p", 50) / 100).value_or(0), c.at("expected"), tolerance);
    } else if (function == "meanRatio" || function == "cohenD" || function == "cles") {
      const auto e = numbers(c.at("experiment")), k = numbers(c.at("control"));
      near(function == "meanRatio" ? stats::mean_ratio(e, k)
           : function == "cohenD"  ? stats::cohen_d(e, k)
                                   : stats::MannWhitney(e, k).cles(),
           c.at("expected"), tolerance);
    } else if (function == "remove_nans" || function == "replace_nans" || function == "remove_outliers") {
      auto v = numbers(c.at("values"));
      if (function == "replace_nans")
        for (auto& x : v) x = std::isnan(x) ? number(c, "replacement", 0) : x;
      if (function == "remove_nans") std::erase_if(v, [](double x) { return std::isnan(x); });
      if (function == "remove_outliers")
        v = stats::without(v, text(c, "detector") == "ksigma"
                                  ? stats::outliers_by_sigma(v, number(c, "factor", 3))
                                  : stats::outliers_by_quartiles(v, number(c, "factor", 3), truth(c, "reduce_sensitivity")));
      EXPECT_THAT(v, testing::Pointwise(testing_data::AreWithin(1e-12), numbers(c.at("expected"))));
    } else if (!c.contains("x"))
      ++unknown, ADD_FAILURE() << "nothing computes " << function;
    return 1;
  });
  seen += each_case("data/health/kayenta", "expected_outlier", [](const Object& c) {
    const auto v = numbers(c.at("values"));
    const auto got = text(c, "detector") == "ksigma"
                         ? stats::outliers_by_sigma(v, number(c, "factor", 3))
                         : stats::outliers_by_quartiles(v, number(c, "factor", 3), truth(c, "reduce_sensitivity"));
    const auto& want = c.at("expected_outlier").as_array();
    EXPECT_EQ(got.size(), want.size());
    for (std::size_t i = 0; i < got.size() && i < want.size(); ++i) EXPECT_EQ(got[i], want[i].as_bool()) << "value " << i;
    return 1;
  });
  SKIP_UNLESS(seen > 0);
}

TEST(KayentaConformance, RankStatisticAndIntervalAgree) {
  const int seen = each_case("data/health/kayenta", "x", [](const Object& c) {
    const stats::MannWhitney test(numbers(c.at("x")), numbers(c.at("y")));
    const auto function = text(c, "function");
    std::map<std::string, double> got;
    const double confidence = number(c, "conf_level", 0.95), z = stats::normal_quantile(0.5 + confidence / 2);
    if (function == "wilcoxon_diff") got["value"] = test.g(number(c, "mu", 0)) - number(c, "quantile", 0);
    if (function == "mann_whitney_u_test" || function == "mann_whitney_intermediate") {
      const auto s = test.solver_interval(confidence);
      if (!s) {
        ADD_FAILURE() << "undefined";
        return 1;
      }
      const double low = test.least_shift(), high = test.greatest_shift();
      got = {{"ci_lower", s->low},
             {"ci_upper", s->high},
             {"estimate", s->estimate},
             {"mu_min", low},
             {"mu_max", high},
             {"zq_lower", z},
             {"zq_upper", -z},
             {"f_at_mu_min_zq_lower", test.g(low) - z},
             {"f_at_mu_max_zq_lower", test.g(high) - z},
             {"f_at_mu_min_zq_upper", test.g(low) + z},
             {"f_at_mu_max_zq_upper", test.g(high) + z}};
    }
    if (function == "normal_quantile") got["value"] = stats::normal_quantile(number(c, "p", 0.5));
    for (const auto& [name, want] : c.at("expected").as_object()) {
      const auto found = got.find(std::string(name));
      if (found == got.end()) {
        ADD_FAILURE() << "nothing computes " << name;
        continue;
      }
      const double right = want.to_number<double>();
      EXPECT_NEAR(found->second, right, testing_data::within(number(c.at("tolerance").as_object(), name, 1e-6), right)) << name;
    }
    return 1;
  });
  SKIP_UNLESS(seen > 0);
}

TEST(KayentaConformance, RankTestValuesAgree) {
  const int seen = each_case("data/health/reference", "x", [](const Object& c) {
    const stats::MannWhitney test(numbers(c.at("x")), numbers(c.at("y")));
    const auto& want = c.at("expected").as_object();
    const auto check = [&](std::string_view name, double got, double relative) {
      const auto* w = want.if_contains(name);
      if (!w || w->is_null()) return;
      EXPECT_NEAR(got, w->to_number<double>(), relative * std::max(1e-3, std::abs(w->to_number<double>()))) << name;
    };
    check("u1", test.u1(), 1e-9), check("u2", test.u2(), 1e-9), check("cles_x_over_y", test.cles(), 1e-9);
    check("p_two_sided_asymptotic_cc", test.p_two_sided(), 1e-7), check("p_greater_asymptotic_cc", test.p_greater(), 1e-7);
    check("hodges_lehmann", test.exact_interval(0.95).estimate, 1e-9);
    if (want.contains("p_two_sided_exact") && want.at("p_two_sided_exact").is_number()) {
      const auto p = test.p_two_sided_exact();
      EXPECT_TRUE(p);
      if (p) check("p_two_sided_exact", *p, 1e-7);
    }
    for (const auto& [name, confidence] : {std::pair{"kayenta_ci_95", 0.95}, {"kayenta_ci_98", 0.98}}) {
      const auto* w = want.if_contains(name);
      if (!w) continue;
      const auto s = test.solver_interval(confidence);
      const double low = w->as_array()[0].to_number<double>(), high = w->as_array()[1].to_number<double>(),
                   estimate = number(want, "kayenta_estimate", 0);
      EXPECT_NEAR(s->low, low, testing_data::within(1e-6, low)) << name;
      EXPECT_NEAR(s->high, high, testing_data::within(1e-6, high)) << name;
      EXPECT_NEAR(s->estimate, estimate, testing_data::within(1e-6, estimate)) << name;
    }
    return 1;
  });
  SKIP_UNLESS(seen > 0);
}

}  // namespace
}  // namespace evenkeel::health::kayenta
