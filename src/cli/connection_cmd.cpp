// evenkeel connection list, connection test: the systems that evenkeel.yaml names, and whether each works.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/remote.hpp"

namespace evenkeel::cli {
namespace {

std::string joined(const json::Value& value, std::string_view member) {
  std::string out;
  for (const auto& one : list_of(value, member)) out += (out.empty() ? "" : ", ") + std::string(one.get_string());
  return out;
}

Result<int> show_all(const Args& args, const json::Value& all) {
  if (args.json) return 0;
  std::vector<std::vector<std::string>> rows{{"NAME", "KIND", "ADDRESS", "ABLE TO", "USED BY"}};
  for (const auto& c : list_of(all))
    rows.push_back({field(c, "name"), field(c, "kind"), field(c, "address"), joined(c, "able_to"), joined(c, "used_by")});
  args.print(table(rows));
  return 0;
}

/// 0 it works, as far as was asked · 1 it does not.
Result<int> tested(const Args& args, const json::Value& t) {
  const bool works = field(t, "tested.problem").empty();
  if (args.json) return works ? 0 : 1;
  args.print(field(t, "sentence"));
  if (const auto next = field(t, "tested.next_step"); !next.empty()) args.print(fmt::format("  {}: {}", works ? "more" : "change", next));
  return works ? 0 : 1;
}

}  // namespace

std::vector<Command> connection_commands() {
  return {
      remote("connection list", "The systems that evenkeel.yaml names: kind, address, what each is able to do, who uses it", "GET",
             "/api/v1/connections", {}, show_all),
      remote("connection test", "Whether a connection works: is it reachable, is its secret taken, what may it do", "POST",
             "/api/v1/connections/{connection}/test",
             {{{"connection", "Its name", Param::positional, true}},
              {{"send", "Let one real message go out: a mail to yourself, a line into the room, a page that is taken back", Param::flag},
               As::flag}},
             tested, "Exit codes: 0 it works, as far as was asked · 1 it does not, with what to change\n")};
}

}  // namespace evenkeel::cli
