// The guides say what works: every command block of docs/guide is run, in the world and by the person that its marker names.
//
//   <!-- run: planned as rita -->      before a block: a world with release 1.4.0 in that state, the block's commands in order
//   <!-- not run: a reason -->         for what needs a real vendor or another machine
//
// A line may end with `# exit 1`: refusing is what it is for. From a line `# as rita` on another person types. The states: empty, planned,
// ready, frozen (ready, and a freeze over the window), decided, deployed, rolled_back. What stands between lines of ~~~ somebody was told.
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

struct Block {
  std::string file, state, login;
  int line = 0;
  struct Command {
    std::string line, login;
    int code = 0;
  };
  std::vector<Command> commands;
};

std::vector<Block> blocks_of(const std::filesystem::path& file, std::vector<std::string>& unmarked) {
  std::vector<Block> blocks;
  std::ifstream in(file);
  std::string marker, typist;
  bool inside = false, skipped = false, told = false;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.starts_with("~~~")) told = !told;
    if (told) continue;
    if (line.starts_with("<!-- ")) {
      marker = line.substr(5, line.find(" -->") - 5);
    } else if (line.starts_with("```")) {
      inside = !inside;
      skipped = marker.starts_with("not run: ");
      if (inside && marker.starts_with("run: ")) {
        std::istringstream words(marker.substr(5));
        std::string as;
        Block b{.file = file.filename(), .line = number};
        words >> b.state >> as >> b.login;
        typist = b.login;
        blocks.push_back(b);
      } else if (inside && !skipped) {
        blocks.push_back({.file = file.filename(), .line = number});
      }
      if (!inside) marker.clear();
    } else if (inside && line.starts_with("# as ")) {
      typist = line.substr(5, line.find_first_of(" ,:", 5) - 5);
    } else if (inside && !skipped && line.starts_with("evenkeel ")) {
      int code = 0;
      if (const auto at = line.find("# exit "); at != std::string::npos) code = std::atoi(line.c_str() + at + 7);
      if (blocks.back().state.empty()) unmarked.push_back(fmt::format("{}:{}: {}", blocks.back().file, number, line));
      blocks.back().commands.push_back({line.substr(0, line.find(" #")), typist, code});
    } else if (!inside && line.starts_with("    evenkeel ")) {
      unmarked.push_back(fmt::format("{}:{}: {}", file.filename().string(), number, line));
    }
  }
  std::erase_if(blocks, [](const Block& b) { return b.commands.empty() || b.state.empty(); });
  return blocks;
}

std::vector<Block> all_blocks(std::vector<std::string>& unmarked) {
  std::vector<Block> all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(GUIDE_DIR))
    if (entry.path().extension() == ".md")
      for (auto& b : blocks_of(entry.path(), unmarked)) all.push_back(std::move(b));
  std::sort(all.begin(), all.end(), [](const Block& a, const Block& b) { return std::tie(a.file, a.line) < std::tie(b.file, b.line); });
  return all;
}

std::vector<Block> runnable() {
  std::vector<std::string> unmarked;
  return all_blocks(unmarked);
}

void bring_to(World& w, const std::string& state) {
  if (state == "empty") return;
  w.plan("1.4.0", "1.3.0");
  if (state == "planned") return;
  w.rehearse("1.4.0");
  w.evidence("1.4.0");
  w.sign("1.4.0");
  if (state == "frozen") {
    const auto hour = [&](int n) { return to_iso(parse_time(w.now()).value() + std::chrono::hours{n}).substr(0, 16); };
    w.apply(World::small_shop() +
            fmt::format("freezes: [{{name: Fair, owner: rita, reason: \"the fair, our busiest day\", from: \"{}\", until: "
                        "\"{}\"}}]\n",
                        hour(-1), hour(30)));
    return;
  }
  if (state == "ready") return;
  ASSERT_EQ(w.as("ada", {"decide", "1.4.0", "go"}).code, 0);
  if (state == "decided") return;
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.4.0", "--wait"}).code, 0);
  if (state == "deployed") return;
  ASSERT_EQ(state, "rolled_back") << "no such world";
  ASSERT_EQ(w.as("eli", {"rollback", "start", "1.4.0", "--reason", "customers see empty lists", "--wait"}).code, 0);
  // The retrospective opens by itself, a moment after the rollback's end.
  for (int i = 0; i < 100 && w.as("ada", {"retro", "show", "1.4.0"}).code != 0; ++i) std::this_thread::sleep_for(Millis{100});
}

class GuideStory : public testing::TestWithParam<Block> {};

TEST_P(GuideStory, its_commands_do_what_the_page_says) {
  const auto& block = GetParam();
  World w{On::sqlite, World::small_shop(), true};
  ASSERT_NO_FATAL_FAILURE(bring_to(w, block.state));
  for (const auto& [line, login, code] : block.commands) {
    const auto said = w.shell(login, line);
    ASSERT_EQ(said.code, code) << block.file << ":" << block.line << ": " << line << "\n" << said.out << said.err;
  }
}
INSTANTIATE_TEST_SUITE_P(Guides, GuideStory, testing::ValuesIn(runnable()), [](const auto& info) {
  auto name = info.param.file.substr(0, info.param.file.find('.')) + "_line_" + std::to_string(info.param.line);
  std::replace_if(name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return name;
});

TEST(GuideStories, no_command_stands_in_a_guide_without_being_run_or_excused) {
  std::vector<std::string> unmarked;
  EXPECT_FALSE(all_blocks(unmarked).empty());
  EXPECT_THAT(unmarked, testing::IsEmpty());
}

/// The first two words behind "`evenkeel " in the product's sources: what its messages tell people to run.
std::set<std::string> told_commands() {
  const std::regex told{"`evenkeel ([a-z][a-z-]*)( [a-z][a-z-]*)?(?![a-z.-])"}, seam{"\"\\s*\\n\\s*\""};
  std::set<std::string> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(SOURCE_DIR)) {
    if (entry.path().extension() != ".cpp" || entry.path().string().ends_with("_test.cpp")) continue;
    std::ifstream in(entry.path());
    const auto text = std::regex_replace(std::string(std::istreambuf_iterator<char>(in), {}), seam, "");
    for (std::sregex_iterator at(text.begin(), text.end(), told), end; at != end; ++at) out.insert((*at)[1].str() + (*at)[2].str());
  }
  return out;
}

TEST(GuideStories, every_command_that_a_message_names_exists) {
  World w{On::sqlite};
  const auto told = told_commands();
  EXPECT_GT(told.size(), 30u);
  for (const auto& command : told) {
    if (command.starts_with("help")) {  // it explains, and has no help of its own
      EXPECT_EQ(w.shell("ada", "evenkeel " + command).code, 0) << command;
      continue;
    }
    EXPECT_THAT(w.shell("ada", "evenkeel " + command + " --help").out, testing::HasSubstr("Usage: evenkeel " + command + " "));
  }
}

/// The addresses of this server that the guides name: "/api/v1/dora/trend.svg".
std::set<std::string> named_addresses() {
  const std::regex address{R"([`( "](/(?:api/v1|changelog|calendar|metrics|healthz)[A-Za-z0-9_./{}-]*))"};
  std::set<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(GUIDE_DIR)) {
    if (entry.path().extension() != ".md") continue;
    std::ifstream in(entry.path());
    const std::string text(std::istreambuf_iterator<char>(in), {});
    for (std::sregex_iterator at(text.begin(), text.end(), address), end; at != end; ++at) {
      auto path = (*at)[1].str();
      while (path.ends_with('.') || path.ends_with('/')) path.pop_back();
      out.insert(path);
    }
  }
  return out;
}

TEST(GuideStories, every_address_that_a_guide_names_is_answered) {
  World w{On::sqlite};
  std::vector<std::regex> known;
  const auto document = w.get("/api/v1/openapi.json").json();
  for (const auto& [path, methods] : document.at("paths").as_object())
    known.emplace_back(
        std::regex_replace(std::regex_replace(std::string(path), std::regex{R"([.])"}, "[.]"), std::regex{R"(\{[^}]*\})"}, "[^/]+"));
  const auto named = named_addresses();
  EXPECT_GT(named.size(), 15u);
  for (const auto& path : named) {
    const bool listed = std::any_of(known.begin(), known.end(), [&](const std::regex& r) { return std::regex_match(path, r); });
    EXPECT_TRUE(listed || w.get(path).code != 404) << path << " is named in a guide, and there is nothing";
  }
}

}  // namespace
}  // namespace evenkeel::stories
