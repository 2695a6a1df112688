// Reference data beside the repository: tests list the folder, name none of its cases, and skip clearly when it is absent.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace evenkeel::testing_data {

/// EVENKEEL_DATA, else ../shared beside the sources.
inline std::filesystem::path root() {
  const char* set = std::getenv("EVENKEEL_DATA");
  if (!set) return std::filesystem::path(EVENKEEL_SOURCE_DIR).parent_path() / "shared";
  const std::filesystem::path path(set);
  return path.is_absolute() ? path : std::filesystem::path(EVENKEEL_SOURCE_DIR) / path;
}

/// Files of a folder below the root with this ending, sorted; empty when the folder is absent.
inline std::vector<std::filesystem::path> files(const std::string& folder, const std::string& ending) {
  std::vector<std::filesystem::path> found;
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator(root() / folder, ec))
    if (entry.is_regular_file() && entry.path().filename().string().ends_with(ending)) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

inline std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The JSON files of a folder whose top level has the member `key`, each with its name.
inline std::vector<std::pair<std::string, json::Object>> json_with(const std::string& folder, const std::string& key) {
  std::vector<std::pair<std::string, json::Object>> found;
  for (const auto& path : files(folder, ".json")) {
    boost::system::error_code ec;
    auto value = boost::json::parse(read(path), ec);
    if (!ec && value.is_object() && value.get_object().contains(key)) found.emplace_back(path.filename().string(), value.get_object());
  }
  return found;
}

/// How far two computations of `want` may lie apart: relative to it, as an absolute distance says nothing at 2e11; absolute below one.
inline double within(double relative, double want) { return relative * std::max(1.0, std::abs(want)); }

/// Each of these numbers is that close to its counterpart.
MATCHER_P(AreWithin, relative, "are close") {
  const double got = std::get<0>(arg), want = std::get<1>(arg);
  return std::abs(got - want) <= within(relative, want);
}

inline std::string text_of(const json::Value& value) { return value.is_string() ? std::string(value.get_string()) : std::string(); }

}  // namespace evenkeel::testing_data

/// Whoever names a folder means one: that it is not there is a failure, never a pass.
#define SKIP_UNLESS(there)                                                                                  \
  if (!(there) && std::getenv("EVENKEEL_DATA") && !std::filesystem::exists(evenkeel::testing_data::root())) \
    FAIL() << "EVENKEEL_DATA names " << evenkeel::testing_data::root() << ", which is not there";           \
  else if (!(there))                                                                                        \
  GTEST_SKIP() << "skipped: no data of this kind (looked in " << evenkeel::testing_data::root() << "; set EVENKEEL_DATA)"
#define SKIP_WITHOUT(found) SKIP_UNLESS(!(found).empty())
