// Two examples for every command: as it is usually called, and with its most telling option. Made from the table of commands, so that each
// of them can be typed (a test parses them all).
#include <map>

#include "cli/renderings.hpp"

namespace evenkeel::cli {
namespace {

/// What stands for a value in an example, where its kind does not say enough.
const std::map<std::string, std::string>& samples() {
  static const std::map<std::string, std::string> all{{"release", "1.4.0"},
                                                      {"version", "1.4.0"},
                                                      {"service", "checkout"},
                                                      {"area", "shop"},
                                                      {"login", "rita"},
                                                      {"name", "pipeline"},
                                                      {"email", "rita@example.org"},
                                                      {"reason", "the bank is closed today"},
                                                      {"because", "nobody outside sees it"},
                                                      {"file", "notes.md"},
                                                      {"entry", "ent_01"},
                                                      {"run", "run_01"},
                                                      {"incident", "inc_01"},
                                                      {"change", "4f2a9c1"},
                                                      {"comment", "ncm_01"},
                                                      {"question", "qst_01"},
                                                      {"communication", "com_01"},
                                                      {"proposal", "wrd_01"},
                                                      {"job", "job_01"},
                                                      {"request", "exc_01"},
                                                      {"id", "tok_01"},
                                                      {"late", "lat_01"},
                                                      {"commit", "4f2a9c1"},
                                                      {"absence", "abs_01"},
                                                      {"swap", "swp_01"},
                                                      {"deputy", "quinn"},
                                                      {"which", "waivers"},
                                                      {"reverted-by", "9c41d07"},
                                                      {"behind", "aster@flags"},
                                                      {"before", "2026-10-01"},
                                                      {"audience", "customers"},
                                                      {"locale", "de"},
                                                      {"component", "checkout=1.3.0..1.4.0"},
                                                      {"title", "Lamps by room"},
                                                      {"window-start", "+2h"},
                                                      {"window-end", "+4h"},
                                                      {"scope-freeze", "+1h"},
                                                      {"digest", "sha256:2c26b4"},
                                                      {"verdict", "go"},
                                                      {"role", "qa"},
                                                      {"gate", "testing"},
                                                      {"until", "+3d"},
                                                      {"expires", "+2h"},
                                                      {"freeze", "Light week"},
                                                      {"tier", "normal"},
                                                      {"text", "Search finds lamps by their room"},
                                                      {"step", "2"},
                                                      {"item", "schema is there"},
                                                      {"evidence", "https://example.org/run/7"},
                                                      {"env", "staging"},
                                                      {"environment", "production"},
                                                      {"junit", "report.xml"},
                                                      {"month", "2026-10"},
                                                      {"period", "2026-Q3"},
                                                      {"what", "A canary for every release"},
                                                      {"owner", "eli"},
                                                      {"summary", "The canary caught it"},
                                                      {"words", "lamps"},
                                                      {"checkpoint", "1h"},
                                                      {"output", "1.4.0.zip"},
                                                      {"repo", "."},
                                                      {"from", "v1.3.0"},
                                                      {"to", "HEAD"},
                                                      {"server", "https://evenkeel.example.org"},
                                                      {"code", "123456"},
                                                      {"connection", "mail"},
                                                      {"shell", "bash"},
                                                      {"weeks", "6"},
                                                      {"lives", "90d"},
                                                      {"db", "evenkeel.db"},
                                                      {"deadline", "2027-01-31"},
                                                      {"criteria", "criteria.yaml"},
                                                      {"csv", "changes.csv"},
                                                      {"model", "model.json"},
                                                      {"stream", "rollout.jsonl"},
                                                      {"input", "deployments.json"},
                                                      {"backstage", "catalog-info.yaml"},
                                                      {"type", "fixed"},
                                                      {"cause", "A price list without prices"},
                                                      {"note", "The payment provider answers slowly"},
                                                      {"question-text", "Who is affected?"},
                                                      {"answer", "Customers with more than one shop"},
                                                      {"key", "key.txt"},
                                                      {"folder", "attempt"},
                                                      {"person", "Rita Osei"},
                                                      {"definition", "dora-2025"},
                                                      {"deployments", "deployments.json"},
                                                      {"incidents", "incidents.json"},
                                                      {"last", "10"},
                                                      {"timeout", "30m"},
                                                      {"port", "8480"}};
  return all;
}

std::string sample_of(const Param& p) {
  if (!p.choices.empty()) return p.choices.front();
  if (const auto known = samples().find(p.name); known != samples().end()) return known->second;
  if (p.value == "TIME") return "+2h";
  if (p.value == "DURATION") return "30m";
  if (p.value == "N") return "3";
  if (p.value == "FILE") return "notes.md";
  return p.fallback.empty() ? "..." : p.fallback;
}

void add(std::vector<std::string>& words, const Param& p) {
  const bool positional = p.kind == Param::positional || p.kind == Param::positional_list;
  if (!positional) words.push_back("--" + p.name);
  if (p.kind != Param::flag) words.push_back(sample_of(p));
}

}  // namespace

std::vector<std::vector<std::string>> examples_of(const Command& c) {
  std::vector<std::string> plain;
  for (std::size_t at = 0; at < c.path.size();) {
    const auto end = std::min(c.path.find(' ', at), c.path.size());
    plain.push_back(c.path.substr(at, end - at));
    at = end + 1;
  }
  for (const auto& p : c.params)
    if (p.required && !p.unseen) add(plain, p);
  auto telling = plain;
  const auto option = std::find_if(c.params.begin(), c.params.end(), [](const Param& p) {
    const bool of_the_connection = p.name == "server" || p.name == "token" || p.name == "db";
    return !p.required && !p.unseen && !of_the_connection && !p.name.starts_with("test-") &&
           (p.kind == Param::flag || sample_of(p) != "...");
  });
  if (option != c.params.end())
    add(telling, *option);
  else
    telling.emplace_back("--json");
  return {std::move(plain), std::move(telling)};
}

}  // namespace evenkeel::cli
