#include "api/printable.hpp"

#include <gmock/gmock.h>

#include "base/hex.hpp"
#include "health/chart.hpp"

namespace evenkeel::api {
namespace {

/// Every <style> of the document, as the policy must name it.
std::vector<std::string> hashes_in(const std::string& document) {
  std::vector<std::string> out;
  for (auto at = document.find("<style>"); at != std::string::npos; at = document.find("<style>", at + 1)) {
    const auto from = at + 7;
    out.push_back("'sha256-" + to_base64(as_bytes(sha256(document.substr(from, document.find("</style>", from) - from)))) + "'");
  }
  return out;
}

TEST(Printable, ThePolicyLetsInExactlyTheStylesThatThePageCarries) {
  const auto chart = health::to_svg({.service = "shop", .criterion = "<style>x</style>", .now = {0.1, 0.2}});
  const auto page = printable("A report", "# Words\n\n<style>body{display:none}</style>\n", {chart, chart});
  const std::string policy{page.headers.get("Content-Security-Policy")};
  const auto hashes = hashes_in(page.body);
  ASSERT_EQ(hashes.size(), 3u) << "the page's, and one in each picture; none of what others wrote";
  for (const auto& hash : hashes) EXPECT_THAT(policy, testing::HasSubstr(hash));
  EXPECT_THAT(policy, testing::Not(testing::HasSubstr("unsafe-inline")));
  const auto alone = picture(chart);
  EXPECT_THAT(std::string(alone.headers.get("Content-Security-Policy")), testing::HasSubstr(hashes_in(alone.body).at(0)));
}

}  // namespace
}  // namespace evenkeel::api
