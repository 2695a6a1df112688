// evenkeel connection list, connection test: the systems that evenkeel.yaml names, and whether each works.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/connection_view.hpp"
#include "cli/commands.hpp"
#include "cli/remote.hpp"

namespace evenkeel::cli {
namespace {

Result<int> show_all(const Args& args, const std::vector<api::ConnectionView>& all) {
  if (args.json) return 0;
  std::vector<std::vector<std::string>> rows{{"NAME", "KIND", "ADDRESS", "ABLE TO", "USED BY"}};
  for (const auto& c : all) {
    std::string able_to;
    for (const auto a : c.able_to) able_to += (able_to.empty() ? "" : ", ") + std::string(json::enum_text(a));
    rows.push_back({c.name, c.kind, c.address, std::move(able_to), fmt::format("{}", fmt::join(c.used_by, ", "))});
  }
  args.print(table(rows));
  return 0;
}

/// 0 it works, as far as was asked · 1 it does not.
Result<int> show_tested(const Args& args, const api::TestedView& t) {
  const bool works = t.tested.problem.empty();
  if (args.json) return works ? 0 : 1;
  args.print(t.sentence);
  if (!t.tested.next_step.empty()) args.print(fmt::format("  {}: {}", works ? "more" : "change", t.tested.next_step));
  return works ? 0 : 1;
}

}  // namespace

std::vector<Command> connection_commands() {
  return {
      remote("connection list", "The systems that evenkeel.yaml names: kind, address, what each is able to do, who uses it", "GET",
             "/api/v1/connections", {}, shown_as<std::vector<api::ConnectionView>>(show_all)),
      remote("connection test", "Whether a connection works: is it reachable, is its secret taken, what may it do", "POST",
             "/api/v1/connections/{connection}/test",
             {{{"connection", "Its name", Param::positional, true}},
              {{"send", "Let one real message go out: a mail to yourself, a line into the room, a page that is taken back", Param::flag},
               As::flag}},
             shown_as<api::TestedView>(show_tested), "Exit codes: 0 it works, as far as was asked · 1 it does not, with what to change\n")};
}

}  // namespace evenkeel::cli
