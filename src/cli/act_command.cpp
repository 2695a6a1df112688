// The catalogue's rows as commands: words become the act's input, the answer its text.
#include "app/acts.hpp"
#include "app/app.hpp"
#include "cli/remote.hpp"

namespace evenkeel::cli {
namespace {

using catalogue::Act;
using catalogue::Argument;
using catalogue::Words;

/// What a value of this kind is called in the help.
std::string value_name(catalogue::ReadAs as) {
  using enum catalogue::ReadAs;
  return as == time ? "TIME" : as == duration ? "DURATION" : as == integer || as == number ? "N" : as == file || as == bytes ? "FILE" : "";
}

Param param_of(const Argument& a) {
  constexpr Param::Kind kinds[] = {Param::positional, Param::positional_list, Param::option, Param::option_list, Param::flag};
  return {a.name, a.help, kinds[a.kind], a.needed, a.fallback, "", a.choices, value_name(a.as)};
}

std::string percent_encoded(const json::Value& value) {
  if (value.is_string()) return http::percent_encode(std::string(value.get_string()));
  if (!value.is_array()) return json::dump(value);
  std::string all;
  for (const auto& item : value.get_array()) all += (all.empty() ? "" : ",") + percent_encoded(item);
  return all;
}

/// Where the call goes, and what goes with it.
struct Target {
  std::string path;
  json::Object body;
};

Result<json::Value> given(const Args& args, const Argument& argument) {
  if (!argument.make) return value_of(args, argument.name, argument.as);
  if (argument.kind != Argument::option_list && argument.kind != Argument::positional_list) return argument.make(args.text(argument.name));
  json::Array all;
  for (const auto& word : args.list(argument.name)) all.push_back(TRY(argument.make(word)));
  return json::Value(std::move(all));
}

Result<Target> target_of(const Act& act, const Words& words, const Args& args) {
  Target target{act.path, words.fixed};
  for (const auto& argument : words.arguments) {
    const auto mark = "{" + argument.field + "}";
    if (const auto at = target.path.find(mark); at != std::string::npos)
      target.path.replace(at, mark.size(), http::percent_encode(args.text(argument.name)));
    else if (args.has(argument.name))
      target.body[argument.field] = TRY(given(args, argument));
  }
  if (act.method == "GET" || act.method == "DELETE") {
    char before = '?';
    for (const auto& [field, value] : target.body) target.path += before + std::string(field) + "=" + percent_encoded(value), before = '&';
    target.body.clear();
  }
  return target;
}

/// What a person is shown of the answer.
Result<catalogue::Shown> shown(const Act& act, const json::Value& answer) {
  if (!act.print) return catalogue::Shown{};
  auto out = act.print(answer);
  if (!out)
    return fail(ErrorKind::unknown, fmt::format("it is done, but the server is of another version and its answer cannot be shown ({}); "
                                                "--json prints it as it is",
                                                out.error().message));
  return out;
}

Result<std::string> shown_next(const Act& act, const json::Value& answer, Api& api) {
  const auto& next = *catalogue::find(acts(), act.next_act);
  auto path = next.path;
  const auto from = path.find('{');
  path.replace(from, path.find('}') + 1 - from, http::percent_encode(act.next_subject(answer)));
  return TRY(shown(next, TRY(api.call("GET", path)))).text;
}

/// The pattern with each {x} as the input, else the answer, has it; nothing when neither does.
std::optional<std::string> filled_in(std::string pattern, const Words& words, const Args& args, const json::Value& answer) {
  const auto value_of = [&](const std::string& field) -> std::string {
    for (const auto& a : words.arguments)
      if (a.field == field && args.has(a.name)) return args.text(a.name);
    for (const auto& [name, value] : words.fixed)
      if (name == field && value.is_string()) return std::string(value.get_string());
    const auto* member = answer.is_object() ? answer.get_object().if_contains(field) : nullptr;
    return !member || member->is_null() ? "" : member->is_string() ? std::string(member->get_string()) : json::dump(*member);
  };
  for (std::size_t open; (open = pattern.find('{')) != std::string::npos;) {
    const auto end = pattern.find('}', open);
    const auto value = value_of(pattern.substr(open + 1, end - open - 1));
    if (value.empty()) return std::nullopt;
    pattern.replace(open, end + 1 - open, value.find('{') == std::string::npos ? value : "...");
  }
  return pattern;
}

Result<int> call(const Act& act, const Words& words, const Args& args) {
  const auto target = TRY(target_of(act, words, args));
  auto api = TRY(Api::open(args));
  const auto answer = TRY(api->call(act.method, target.path, act.method == "GET" ? json::Value(nullptr) : json::Value(target.body)));
  if (words.follows_run && args.flag("wait"))
    if (const auto run = act.run(answer); !run.empty()) return follow_run(args, *api, run);
  if (args.json) args.print_json(answer);
  const auto [text, code] = TRY(shown(act, answer));
  if (args.json) return code;
  const auto filled = [&](const std::string& pattern) { return filled_in(pattern, words, args, answer); };
  if (!text.empty())
    args.print(text);
  else if (const auto did = filled(act.did); !act.did.empty())
    args.print(did.value_or("Done."));
  if (!act.next_act.empty())
    if (const auto more = TRY(shown_next(act, answer, *api)); !more.empty()) args.print(more);
  if (const auto next = filled(act.next); next && !next->empty()) args.print("next: " + *next);
  return code;
}

Command command_of(const Act& act, const Words& words) {
  Command command{words.path, words.help, {}, {}, words.details};
  for (const auto& a : words.arguments) command.params.push_back(param_of(a));
  if (words.follows_run) {
    command.params.push_back({"wait", "Follow the run until it ends, waits for a person, or is held", Param::flag});
    command.params.push_back({"timeout", "With --wait: give up after this long", Param::option});
  }
  command.params = with_connection(std::move(command.params));
  command.run = [&act, &words](const Args& args) { return call(act, words, args); };
  return command;
}

}  // namespace

const std::vector<Act>& acts() {
  static const auto gates = app::all_gates();
  static const auto awaited = app::all_awaited();
  static const auto all = app::all_acts(gates, awaited);
  return all;
}

std::vector<Command> commands_of(const std::vector<Act>& acts) {
  std::vector<Command> all;
  for (const auto& act : acts)
    for (const auto& words : act.commands) all.push_back(command_of(act, words));
  return all;
}

}  // namespace evenkeel::cli
