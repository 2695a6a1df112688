#include <gmock/gmock.h>

#include "dora/metrics.hpp"
#include "support/data.hpp"

namespace evenkeel::dora {
namespace {

namespace data = testing_data;

bool same(const json::Value& got, const json::Value& expected) {
  if (got.is_number() && expected.is_number())
    return std::abs(got.to_number<double>() - expected.to_number<double>()) <=
           1e-12 * std::max(1.0, std::abs(expected.to_number<double>()));
  return got == expected;
}

/// Every case of every file of the folder, by each definition that it expects.
TEST(DoraConformance, HistoriesAgreeInEveryDefinition) {
  const auto files = data::json_with("data/health/dora", "cases");
  SKIP_WITHOUT(files);
  int figures = 0;
  for (const auto& [name, file] : files) {
    const auto histories = read_histories(boost::json::serialize(file));
    ASSERT_TRUE(histories) << name << ": " << histories.error().message;
    for (std::size_t i = 0; i < histories->size(); ++i) {
      const auto& expected = file.at("cases").as_array()[i].at("expected").as_object();
      for (const auto& entry : expected)
        EXPECT_TRUE(entry.key() == "devlake" || entry.key() == "fourkeys") << name << " expects of an unknown definition: " << entry.key();
      for (const auto& [definition, key] : {std::pair{Definition::devlake_2023, "devlake"}, {Definition::fourkeys, "fourkeys"}}) {
        const auto* want = expected.if_contains(key);
        if (!want) continue;
        const auto got = report((*histories)[i], definition);
        for (const auto& [figure, value] : want->as_object()) {
          ASSERT_TRUE(got.contains(figure)) << figure;
          EXPECT_TRUE(same(got.at(figure), value))
              << name << " " << (*histories)[i].id << " " << key << " " << figure << ": got " << got.at(figure) << ", expected " << value;
          ++figures;
        }
      }
    }
  }
  std::printf("  %d figures\n", figures);
  EXPECT_GT(figures, 0);
}

}  // namespace
}  // namespace evenkeel::dora
