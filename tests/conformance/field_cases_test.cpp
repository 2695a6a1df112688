// Small inputs rebuilt from public bug reports of other tools, run against the built program. The cases are found by listing the folder;
// which kinds must be right stands in field/claimed. What some of them read with comes from npm by field/package-lock.json.
//
// A case that says RIGHT or WRONG by itself is believed. The others only show what the program does, and their expected.txt says in words
// what is right: no machine can hold the two together. They are run all the same: the program must get through them without breaking, and
// what each showed is left beside its expected.txt in the build folder (field-shown/) for a person to read. The right values stand in the
// product's own tests (base/recurrence_test, definitions/window_times_test, planning/freeze_test, dora/words_test, health/..., stories).
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include "base/process.hpp"
#include "support/data.hpp"

namespace evenkeel {
namespace {

namespace data = testing_data;
namespace fs = std::filesystem;

struct Case {
  fs::path folder;
  std::string kind;  // "words/g"
  std::string name() const { return folder.parent_path().filename().string() + "/" + folder.filename().string(); }
};

std::vector<Case> cases() {
  std::vector<Case> found;
  std::error_code none;
  for (const auto& area : fs::directory_iterator(data::root() / "data/field", none))
    for (const auto& entry : fs::directory_iterator(area.path(), none)) {
      if (!fs::exists(entry.path() / "run.sh")) continue;
      const auto name = entry.path().filename().string();
      const auto letters = std::min(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz"), name.size());
      found.push_back({entry.path(), area.path().filename().string() + "/" + name.substr(0, letters)});
    }
  std::sort(found.begin(), found.end(), [](const Case& a, const Case& b) { return a.folder < b.folder; });
  return found;
}

fs::path here() { return fs::path(EVENKEEL_SOURCE_DIR) / "tests/conformance/field"; }

std::set<std::string> claimed() {
  std::set<std::string> kinds;
  std::istringstream in(data::read(here() / "claimed"));
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && line[0] != '#') kinds.insert(line.substr(0, line.find(' ')));
  return kinds;
}

/// The folder that holds node_modules, installed once for a lock file; without npm the cases that read with it say so themselves.
fs::path node_folder() {
  const auto folder = fs::path(EVENKEEL_PROGRAM).parent_path() / "field-node";
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (data::read(folder / "installed") == data::read(here() / "package-lock.json")) return folder;
  for (const auto* file : {"package.json", "package-lock.json"})
    fs::copy_file(here() / file, folder / file, fs::copy_options::overwrite_existing, ec);
  const auto done = run_process({"npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", folder.string()},
                                {.cwd = folder.string(), .deadline = std::chrono::minutes{5}});
  if (done && done->ok())
    fs::copy_file(folder / "package-lock.json", folder / "installed", fs::copy_options::overwrite_existing, ec);
  else
    std::cout << "  npm ci did not succeed: " << (done ? done->err : done.error().message) << "\n";
  return folder;
}

enum class End { right, wrong, shown, broken };
struct Told {
  End end = End::shown;
  std::string output;
};

/// Signs that the program itself broke: no case asks for them.
bool breaks(const std::string& output) {
  for (const auto* sign : {"terminate called", "Segmentation fault", "core dumped", "Assertion", "AddressSanitizer",
                           "runtime error:", "a handler threw", "urn:evenkeel:problem:internal"})
    if (output.find(sign) != std::string::npos) return true;
  return false;
}

/// What a case showed, beside what it expects, for a person.
void keep(const Case& c, const std::string& output) {
  const auto folder = fs::path(EVENKEEL_PROGRAM).parent_path() / "field-shown";
  std::error_code ec;
  fs::create_directories(folder, ec);
  std::ofstream(folder / (c.folder.filename().string() + ".txt")) << "---- expected\n"
                                                                  << data::read(c.folder / "expected.txt") << "\n---- shown\n"
                                                                  << output;
}

Told run(const Case& c, const fs::path& node) {
  const auto ran = run_process({"bash", "run.sh"}, {.cwd = c.folder.string(),
                                                    .env = {{"EK", EVENKEEL_PROGRAM},
                                                            {"EVENKEEL_BIN", EVENKEEL_PROGRAM},
                                                            {"NODE_PATH", node.string()},
                                                            {"FIELD_NODE", (node / "node_modules").string()}},
                                                    .deadline = std::chrono::minutes{5}});
  if (!ran) return {End::wrong, ran.error().message};
  Told told{End::shown, ran->out + ran->err};
  const bool says_right = ran->out.ends_with("RIGHT\n"), says_wrong = ran->out.ends_with("WRONG\n");
  if (says_right && ran->ok()) told.end = End::right;
  if (says_wrong || (says_right && !ran->ok())) told.end = End::wrong;
  if (told.end == End::shown && breaks(told.output)) told.end = End::broken;
  if (!says_right && !says_wrong) keep(c, told.output);
  return told;
}

std::string complaints(const std::string& output) {
  std::istringstream in(output);
  std::string out;
  int more = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.find("WRONG:") != std::string::npos) more = 6;
    if (more-- > 0) out += line.substr(0, 400) + "\n";
  }
  return out.empty() ? output.substr(output.size() - std::min<std::size_t>(output.size(), 2000)) : out;
}

TEST(FieldCases, EveryClaimedKindIsAnsweredRightly) {
  const auto all = cases();
  SKIP_WITHOUT(all);
  const auto must = claimed();
  const auto node = node_folder();
  std::map<End, int> others;
  int right = 0, left = 0;
  for (const auto& c : all) {
    const auto area = c.kind.substr(0, c.kind.find('/') + 1);
    const bool shows_only = std::none_of(must.begin(), must.end(), [&](const auto& kind) { return kind.starts_with(area); });
    if (!must.contains(c.kind) && !shows_only && !std::getenv("EVENKEEL_SLOW")) {
      ++left;
      continue;
    }
    const auto told = run(c, node);
    if (must.contains(c.kind)) {
      right += told.end == End::right;
      EXPECT_EQ(told.end, End::right) << c.name() << "\n" << complaints(told.output);
      continue;
    }
    ++others[told.end];
    EXPECT_NE(told.end, End::broken) << c.name() << "\n" << complaints(told.output);
    std::cout << "  " << c.name() << ": "
              << (told.end == End::right    ? "right"
                  : told.end == End::wrong  ? "wrong"
                  : told.end == End::broken ? "broke the program"
                                            : "shown, to be compared with its expected.txt")
              << "\n";
  }
  std::cout << "claimed kinds: " << right << " cases right; other kinds: " << others[End::right] << " right, " << others[End::wrong]
            << " wrong, " << others[End::shown] << " shown, " << left << " not run" << (left ? " (make test-slow runs them)" : "") << "\n";
}

}  // namespace
}  // namespace evenkeel
