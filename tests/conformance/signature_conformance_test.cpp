// Vectors of how senders sign their webhooks: each must be accepted or refused as it says.
#include "integrations/common/signature.hpp"
#include "support/data.hpp"

namespace evenkeel::integrations {
namespace {

namespace data = testing_data;

/// The vector's clock; where it gives none, the moment of signing (milliseconds are told by their size).
SysTime clock_of(const json::Object& vector, const http::Headers& headers) {
  if (const auto* now = vector.if_contains("now")) return from_millis(now->to_number<std::int64_t>() * 1000);
  for (const auto& [name, value] : headers)
    if (name.ends_with("Timestamp")) {
      const auto number = std::strtoll(value.c_str(), nullptr, 10);
      return from_millis(number > 100'000'000'000 ? number : number * 1000);
    }
  return {};
}

TEST(SignatureConformance, VectorsAreAcceptedOrRefusedAsTheySay) {
  const auto files = data::files("contracts/signatures", ".json");
  SKIP_WITHOUT(files);
  int vectors = 0, accepted = 0;
  for (const auto& path : files) {
    const auto document = boost::json::parse(data::read(path));
    for (const auto& item : document.as_array()) {
      const auto& vector = item.as_object();
      const auto* rule = find_signature_rule(data::text_of(vector.at("system")));
      ASSERT_NE(rule, nullptr) << item;
      http::Headers headers;
      for (const auto& [name, value] : vector.at("headers").as_object()) headers.add(std::string(name), data::text_of(value));
      const Secret secrets[] = {Secret{data::text_of(vector.at("secret"))}};
      const auto skew = vector.contains("max_skew_s") ? std::chrono::seconds{vector.at("max_skew_s").to_number<std::int64_t>()}
                                                      : std::chrono::seconds{300};
      const auto verdict = verify_signature(*rule, headers, data::text_of(vector.at("body")), secrets, clock_of(vector, headers), skew);
      EXPECT_EQ(verdict.has_value(), vector.at("valid").as_bool()) << item << (verdict ? "" : verdict.error().message);
      ++vectors, accepted += verdict.has_value();
    }
  }
  EXPECT_GT(accepted, 0);
  EXPECT_LT(accepted, vectors) << "no vector that must be refused was found";
}

}  // namespace
}  // namespace evenkeel::integrations
