#include <gmock/gmock.h>

#include "stats/intervals.hpp"
#include "support/data.hpp"

namespace evenkeel::stats {
namespace {

namespace data = testing_data;
using json::Object;

std::string text(const Object& in, std::string_view name) {
  const auto* v = in.if_contains(name);
  return v && v->is_string() ? std::string(v->get_string()) : "";
}

TEST(IntervalConformance, ExactIntervalsAndTestsAgree) {
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
  SKIP_UNLESS(seen > 0);
}

}  // namespace
}  // namespace evenkeel::stats
