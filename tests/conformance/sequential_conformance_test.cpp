#include <gmock/gmock.h>

#include <numeric>

#include "stats/boundaries.hpp"
#include "stats/group_sequential.hpp"
#include "support/data.hpp"

namespace evenkeel::stats {
namespace {

namespace data = testing_data;
using json::Object;

std::string text(const Object& in, std::string_view name) {
  const auto* v = in.if_contains(name);
  return v && v->is_string() ? std::string(v->get_string()) : "";
}

/// "the integers 71..1070".
std::vector<double> integers(const std::string& words) {
  const auto dots = words.find("..");
  const auto from = std::atoi(words.c_str() + words.find_last_of(' ', dots) + 1), to = std::atoi(words.c_str() + dots + 2);
  std::vector<double> out(std::size_t(to - from + 1));
  std::iota(out.begin(), out.end(), from);
  return out;
}

/// The function's value at the case's arguments; none when nothing computes it.
std::optional<std::vector<double>> computed(const std::string& f, const Object& args) {
  const auto a = [&](std::string_view name) { return args.at(name).to_number<double>(); };
  const auto tuning = [&] { return Tuning{a("v_opt"), a("alpha_opt")}; };
  if (f == "normal_mixture_best_rho") return {{normal_mixture_best_rho(a("v"), a("alpha"))}};
  for (const bool one : {false, true}) {
    const std::string name = one ? "normal_mixture_one_sided" : "normal_mixture_two_sided";
    if (f == name + "_log_evalue") return {{normal_mixture_log_e(a("s"), a("v"), tuning(), one)}};
    if (f == name + "_bound") return {{normal_mixture_bound(a("v"), a("alpha"), tuning(), one)}};
  }
  if (f == "gamma_exponential_log_evalue") return {{gamma_exponential_log_e(a("s"), a("v"), a("c"), tuning())}};
  if (f == "gamma_exponential_bound") return {{gamma_exponential_bound(a("v"), a("alpha"), a("c"), tuning())}};
  if (f == "gamma_poisson_log_evalue") return {{gamma_poisson_log_e(a("s"), a("v"), a("c"), tuning())}};
  if (f == "gamma_poisson_bound") return {{gamma_poisson_bound(a("v"), a("alpha"), a("c"), tuning())}};
  if (f == "beta_binomial_log_evalue")
    return {{beta_binomial_log_e(a("s"), a("v"), a("g"), a("h"), tuning(), args.at("one_sided").as_bool())}};
  if (f == "beta_binomial_bound")
    return {{beta_binomial_bound(a("v"), a("alpha"), a("g"), a("h"), tuning(), args.at("one_sided").as_bool())}};
  if (f == "poly_stitching_bound") return {{poly_stitching_bound(a("v"), a("alpha"), a("v_min"), a("c"), a("s"), a("eta"))}};
  if (f == "empirical_process_lil_bound") return {{empirical_process_bound(a("t"), a("alpha"), a("t_min"), a("A"))}};
  if (f == "double_stitching_bound") return {{double_stitching_bound(a("quantile_p"), a("t"), a("alpha"), a("t_opt"))}};
  if (f == "quantile_ab_p_value") {
    const auto arm1 = integers(text(args, "arm1")), arm2 = integers(text(args, "arm2"));
    return {{quantile_ab_p(a("quantile_p"), arm1, arm2, a("t_opt"), a("alpha_opt"))}};
  }
  if (f == "bernoulli_confidence_sequence") {
    const auto i = bernoulli_sequence(a("successes"), a("trials"), a("alpha"), a("t_opt"), a("alpha_opt"));
    return {{i.low, i.high}};
  }
  if (f == "anytime_t_log_evalue") return {{anytime_t_log_e(a("t_statistic"), a("nu"), a("n"), a("g"))}};
  if (f == "asymptotic_cs_half_width") return {{asymptotic_half_width(a("n"), a("sd"), a("alpha"), a("t_opt"))}};
  return std::nullopt;
}

void check_folder(const std::string& folder, double relative) {
  int seen = 0;
  for (const auto& [name, file] : data::json_with(folder, "cases"))
    for (const auto& value : file.at("cases").as_array()) {
      const auto& c = value.as_object();
      if (!c.contains("function") || !c.contains("args")) continue;
      SCOPED_TRACE(name + " " + text(c, "id") + " " + text(c, "function"));
      const auto got = computed(text(c, "function"), c.at("args").as_object());
      ++seen;
      if (!got) {
        ADD_FAILURE() << "nothing computes it";
        continue;
      }
      const auto& expected = c.at("expected");
      for (std::size_t i = 0; i < got->size(); ++i) {
        const double want = (expected.is_array() ? expected.as_array()[i] : expected).to_number<double>();
        const double tolerance = c.contains("tolerance") ? c.at("tolerance").to_number<double>() : relative * std::max(1.0, std::abs(want));
        EXPECT_NEAR((*got)[i], want, tolerance);
      }
    }
  if (seen == 0) GTEST_SKIP() << "no data folder";
}

TEST(SequentialConformance, BoundariesAgree) { check_folder("data/health/confseq", 1e-5); }
TEST(SequentialConformance, ReferenceBoundariesAgree) { check_folder("data/health/reference", 1e-9); }

TEST(SequentialConformance, PlannedLooksAgree) {
  int seen = 0;
  for (const auto& [name, file] : data::json_with("data/health/reference", "cases"))
    for (const auto& value : file.at("cases").as_array()) {
      const auto& c = value.as_object();
      if (!c.contains("information_fractions")) continue;
      std::vector<double> information;
      for (const auto& t : c.at("information_fractions").as_array()) information.push_back(t.to_number<double>());
      const auto got = group_sequential_bounds(information, c.at("alpha").to_number<double>(),
                                               text(c, "spending") == "lan_demets_pocock" ? Spending::pocock : Spending::obrien_fleming,
                                               int(c.at("sided").to_number<double>()));
      const auto& want = c.at("expected_z").as_array();
      ASSERT_EQ(got.size(), want.size());
      for (std::size_t i = 0; i < want.size(); ++i) {
        EXPECT_EQ(got[i].has_value(), !want[i].is_null()) << text(c, "id") << " look " << i;
        if (got[i] && !want[i].is_null()) {
          EXPECT_NEAR(*got[i], want[i].to_number<double>(), 0.6e-4) << text(c, "id") << " look " << i;  // given to four places
        }
      }
      ++seen;
    }
  if (seen == 0) GTEST_SKIP() << "no data folder";
}

TEST(SequentialConformance, ExactIntervalsAndTestsAgree) {
  int seen = 0;
  for (const auto& [name, file] : data::json_with("data/health/reference", "cases"))
    for (const auto& value : file.at("cases").as_array()) {
      const auto& c = value.as_object();
      const auto* expected = c.if_contains("expected");
      if (!expected || !expected->is_object()) continue;
      const auto n = [&](std::string_view key) { return c.at(key).to_number<std::int64_t>(); };
      const auto& want = expected->get_object();
      SCOPED_TRACE(text(c, "id"));
      if (const auto* cp = want.if_contains("clopper_pearson")) {
        const auto got = clopper_pearson(n("successes"), n("trials"), c.at("confidence").to_number<double>());
        EXPECT_NEAR(got.low, cp->as_array()[0].to_number<double>(), 1e-9);
        EXPECT_NEAR(got.high, cp->as_array()[1].to_number<double>(), 1e-9);
        ++seen;
      }
      if (const auto* p = want.if_contains("p_conditional_binomial_greater")) {
        const auto kc = n("canary_events"), nc = n("canary_total"), kt = n("control_events"), nt = n("control_total");
        const double w = p->to_number<double>(), f = want.at("p_fisher_greater").to_number<double>();
        EXPECT_NEAR(binomial_upper_tail(kc, kc + kt, double(nc) / double(nc + nt)), w, 1e-7 * w);
        EXPECT_NEAR(fisher_greater(kc, nc, kt, nt), f, 1e-7 * f);
        ++seen;
      }
    }
  if (seen == 0) GTEST_SKIP() << "no data folder";
}

}  // namespace
}  // namespace evenkeel::stats
