#include "dora/words.hpp"

#include <fmt/format.h>

namespace evenkeel::dora {
namespace {

/// Letters small, anything else but digits left out.
std::string plain(std::string_view word) {
  std::string out;
  for (const unsigned char c : word)
    if (std::isalnum(c)) out += char(std::tolower(c));
  return out;
}

}  // namespace

Result<ToldResult> result_from(std::string_view word) {
  static const std::map<std::string, ToldResult> known{
      {"success", ToldResult::success},        {"succeeded", ToldResult::success},   {"successful", ToldResult::success},
      {"failure", ToldResult::failure},        {"failed", ToldResult::failure},      {"error", ToldResult::failure},
      {"abort", ToldResult::failure},          {"aborted", ToldResult::failure},     {"cancelled", ToldResult::failure},
      {"canceled", ToldResult::failure},       {"skipped", ToldResult::failure},     {"manual", ToldResult::failure},
      {"rolledback", ToldResult::rolled_back}, {"rollback", ToldResult::rolled_back}};
  if (const auto found = known.find(plain(word)); found != known.end()) return found->second;
  return invalid(
      fmt::format("unknown result '{}'; expected one of success, failure, rolled_back (cancelled, aborted and manual are no "
                  "success)",
                  word.substr(0, 80)));
}

bool is_production(std::string_view environment) {
  static const std::set<std::string> means{"production", "prod", "prd", "live"};
  static const std::set<std::string> before{"pre",     "non", "no",  "not", "test",    "testing", "stage",
                                            "staging", "stg", "dev", "qa",  "sandbox", "like"};
  bool production = false;
  std::string word;
  for (std::size_t i = 0; i <= environment.size(); ++i) {
    const auto c = i < environment.size() ? static_cast<unsigned char>(environment[i]) : ' ';
    if (std::isalpha(c)) {
      word += char(std::tolower(c));
      continue;
    }
    if (before.contains(word)) return false;
    production |= means.contains(word);
    word.clear();
  }
  return production;
}

}  // namespace evenkeel::dora
