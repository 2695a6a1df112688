#include "cli/parse.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>

namespace evenkeel::cli {
namespace {

using Texts = std::vector<std::string>;

std::string joined(const Texts& words, std::size_t n) {
  return fmt::format("{}", fmt::join(words.begin(), words.begin() + std::ptrdiff_t(n), " "));
}
std::size_t words_in(const std::string& path) { return std::size_t(std::count(path.begin(), path.end(), ' ')) + 1; }

/// The command that these words begin with.
const Command* command_at(const Texts& words) {
  const Command* found = nullptr;
  for (const auto& c : commands()) {
    const auto n = words_in(c.path);
    if (n <= words.size() && joined(words, n) == c.path && (!found || n > words_in(found->path))) found = &c;
  }
  return found;
}

/// The words that may follow a beginning of a command; nothing when no command begins so.
Texts words_after(const std::string& beginning) {
  Texts known;
  for (const auto& c : commands()) {
    if (!beginning.empty() && !c.path.starts_with(beginning + " ")) continue;
    const auto rest = beginning.empty() ? c.path : c.path.substr(beginning.size() + 1);
    auto word = rest.substr(0, rest.find(' '));
    if (std::find(known.begin(), known.end(), word) == known.end()) known.push_back(std::move(word));
  }
  return known;
}

std::unexpected<Error> unknown_word(const char* what, const std::string& word, const Texts& known, const std::string& path) {
  const auto near = json::nearest(word, known);
  return invalid(fmt::format("'{}' is not {} of evenkeel{}{} `evenkeel{} --help` lists them", word, what, path.empty() ? "" : " " + path,
                             near.empty() ? ";" : fmt::format("; did you mean '{}'?", near), path.empty() ? "" : " " + path));
}

/// How far the words, that are no command, make sense. Error: invalid, with the first that does not and the nearest known one.
Result<std::string> beginning_of(const Texts& words) {
  std::string path;
  for (const auto& word : words) {
    if (word.starts_with('-')) break;
    const auto known = words_after(path);
    if (std::find(known.begin(), known.end(), word) == known.end()) return unknown_word("a command", word, known, path);
    path += (path.empty() ? "" : " ") + word;
  }
  return path;
}

/// A word and its short form; and one thing that people call by two names.
std::string flags_of(const std::string& name) {
  if (name == "output") return "-o,--output";
  if (name == "follow") return "-f,--follow";
  if (name == "reason") return "--reason,--because";
  if (name == "because") return "--because,--reason";
  return "--" + name;
}

void add_params(CLI::App& app, Args& args, const Command& command) {
  for (const auto& p : command.params) {
    const std::string flag = flags_of(p.name);
    const auto keep = [&args, name = p.name](const CLI::results_t& texts) {
      args.set(name, texts, Origin::flag);
      return true;
    };
    switch (p.kind) {
      case Param::flag:
        app.add_flag_callback(flag, [&args, name = p.name] { args.set(name, {"true"}, Origin::flag); });
        break;
      case Param::positional:
        app.add_option(p.name, keep)->type_size(1)->expected(1);
        break;
      case Param::positional_list:
        app.add_option(p.name, keep)->type_size(1)->expected(1, 1 << 20)->allow_extra_args();
        break;
      case Param::option:
        app.add_option(flag, keep)->type_size(1)->expected(1);
        break;
      case Param::option_list:
        app.add_option(flag, keep)->type_size(1)->expected(1, 1 << 20)->allow_extra_args(false);
        break;
    }
  }
  app.add_flag_callback("--json", [&args] { args.json = true; });
  app.add_flag_callback("--no-pager", [&args] { args.paged = false; });
  app.add_option("--color",
                 [&args](const CLI::results_t& texts) {
                   args.set("color", texts, Origin::flag);
                   return texts.front() == "always" || texts.front() == "never" || texts.front() == "auto";
                 })
      ->type_size(1)
      ->expected(1);
}

/// The words behind a command that takes a list of texts, with a '--' before these, so that a text like "-alpha" is judged as a text and
/// not taken for an option. Words with two dashes stay options, and a slip in one stays an error.
Texts with_texts_marked(const Command& command, Texts words) {
  const auto& params = command.params;
  if (std::none_of(params.begin(), params.end(), [](const Param& p) { return p.kind == Param::positional_list; })) return words;
  if (std::find(words.begin(), words.end(), "--") != words.end()) return words;
  const auto takes_value = [&](const std::string& word) {
    return std::any_of(params.begin(), params.end(),
                       [&](const Param& p) { return (p.kind == Param::option || p.kind == Param::option_list) && word == "--" + p.name; });
  };
  Texts marked, texts = {"--"};
  for (std::size_t i = 0; i < words.size(); ++i) {
    (words[i].starts_with("--") ? marked : texts).push_back(words[i]);
    if (takes_value(words[i]) && i + 1 < words.size()) marked.push_back(words[++i]);
  }
  if (texts.size() > 1) marked.insert(marked.end(), texts.begin(), texts.end());
  return marked;
}

std::unexpected<Error> not_understood(const Command& command, const Texts& words, const std::string& parse_error) {
  Texts known{"--json", "--color", "--no-pager", "--help"};
  for (const auto& p : command.params)
    if (p.kind != Param::positional && p.kind != Param::positional_list) known.push_back("--" + p.name);
  for (const auto& word : words) {
    const auto name = word.substr(0, word.find('='));
    if (name.size() > 2 && name.starts_with("--") && std::find(known.begin(), known.end(), name) == known.end())
      return unknown_word("an option", name, known, command.path);
  }
  return invalid(fmt::format("{}; `evenkeel {} --help` says more", parse_error, command.path));
}

/// What no flag said: from the environment, else the default. Error: invalid, when a required value is missing.
Result<void> complete(const Command& command, Args& args, const Environment& environment) {
  for (const auto& p : command.params) {
    if (args.has(p.name)) continue;
    const auto from_variable = p.env.empty() ? std::nullopt : environment(p.env);
    if (from_variable)
      args.set(p.name, {*from_variable}, Origin::variable);
    else if (!p.fallback.empty())
      args.set(p.name, {p.fallback}, Origin::fallback);
    else if (p.required && !p.unseen)
      return invalid(fmt::format("{} is required{}; `evenkeel {} --help` says more", name_of(p),
                                 p.env.empty() ? "" : ", or " + p.env + " in the environment", command.path),
                     p.name);
  }
  return {};
}

bool asks_for_help(const Texts& words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  return std::any_of(words.begin(), end, [](const auto& w) { return w == "--help" || w == "-h"; });
}

}  // namespace

std::optional<std::string> variable(const std::string& name) {
  const auto* value = std::getenv(name.c_str());
  return value && *value ? std::optional<std::string>(value) : std::nullopt;
}

Result<Call> parse(const std::vector<std::string>& given, const Environment& environment) {
  auto words = given;
  const bool said_help = !words.empty() && words.front() == "help";  // "help release plan" is "release plan --help"
  if (said_help) words.erase(words.begin());
  if (words == Texts{"--version"}) return Call{.version = true};
  const auto* command = command_at(words);
  if (said_help || words.empty() || asks_for_help(words)) return Call{.help_of = command ? command->path : TRY(beginning_of(words))};
  if (!command) {
    const auto path = TRY(beginning_of(words));
    if (path.empty()) return unknown_word("an option", words.front(), {"--help", "--version"}, "");
    return invalid(fmt::format("evenkeel {} needs one of: {}", path, fmt::join(words_after(path), ", ")));
  }
  words.erase(words.begin(), words.begin() + std::ptrdiff_t(words_in(command->path)));
  words = with_texts_marked(*command, std::move(words));
  Call call{.command = command};
  CLI::App app;
  app.set_help_flag();
  add_params(app, call.args, *command);
  try {
    app.parse(Texts(words.rbegin(), words.rend()));
  } catch (const CLI::ParseError& e) { return not_understood(*command, words, e.what()); }
  TRY(complete(*command, call.args, environment));
  return call;
}

}  // namespace evenkeel::cli
