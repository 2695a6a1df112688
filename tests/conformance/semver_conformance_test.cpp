#include "base/semver.hpp"
#include "support/data.hpp"

namespace evenkeel {
namespace {

namespace data = testing_data;

TEST(SemVerConformance, ValidAndInvalidTextsAreToldApart) {
  const auto files = data::json_with("data/changelog-cases", "precedence_chains");
  SKIP_WITHOUT(files);
  for (const auto& [name, cases] : files) {
    for (const auto& text : cases.at("valid").as_array()) EXPECT_TRUE(parse_semver(data::text_of(text))) << name << ": " << text;
    for (const auto& text : cases.at("invalid").as_array()) EXPECT_FALSE(parse_semver(data::text_of(text))) << name << ": " << text;
  }
}

TEST(SemVerConformance, PrecedenceChainsAscend) {
  const auto files = data::json_with("data/changelog-cases", "precedence_chains");
  SKIP_WITHOUT(files);
  for (const auto& [name, cases] : files) {
    for (const auto& chain : cases.at("precedence_chains").as_array())
      for (std::size_t i = 0; i < chain.as_array().size(); ++i)
        for (std::size_t j = 0; j < chain.as_array().size(); ++j) {
          const auto a = parse_semver(data::text_of(chain.as_array()[i])).value(),
                     b = parse_semver(data::text_of(chain.as_array()[j])).value();
          EXPECT_TRUE((compare(a, b) <=> 0) == (i <=> j)) << name << ": " << a.text << " and " << b.text;
        }
    for (const auto& pair : cases.at("equal_precedence").as_array())
      EXPECT_TRUE(
          compare(parse_semver(data::text_of(pair.as_array()[0])).value(), parse_semver(data::text_of(pair.as_array()[1])).value()) == 0);
  }
}

}  // namespace
}  // namespace evenkeel
