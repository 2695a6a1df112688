// The guide names every setting of every kind of connection. That each key of evenkeel.yaml is read by something is held by
// tools/check_keys.py, which asks the compiler.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "capabilities/connection.hpp"

namespace evenkeel::definitions {
namespace {

TEST(Keys, EachSettingOfAConnectionStandsInTheGuide) {
  std::string pages;
  for (const auto& entry : std::filesystem::directory_iterator(GUIDE_DIR "/integrations")) {
    std::ifstream in(entry.path());
    pages += std::string(std::istreambuf_iterator<char>(in), {});
  }
  for (const auto& kind : capabilities::connection_kinds()) {
    EXPECT_THAT(pages, testing::HasSubstr(kind.name));
    for (const auto& key : kind.keys) EXPECT_THAT(pages, testing::HasSubstr("`" + key + "`")) << kind.name;
  }
}

}  // namespace
}  // namespace evenkeel::definitions
