// `evenkeel help`, of everything (by the eight stages of a release), of a noun and of a command. Pure: from the table of commands.
#include <fmt/format.h>

#include <set>

#include "cli/renderings.hpp"
#include "cli/terminal.hpp"

namespace evenkeel::cli {
namespace {

struct Group {
  const char* title;
  std::vector<std::string> words;  // first words of commands
};
const std::vector<Group>& groups() {
  static const std::vector<Group> all{
      {"Start here", {"init", "login", "logout", "status", "doctor", "serve", "setup"}},
      {"What waits", {"today", "awaited", "action", "absence", "oncall"}},
      {"1  Plan", {"release", "calendar", "checklist", "exception", "line", "emergency"}},
      {"2  Assess", {"change", "risk", "rollback", "tests", "security"}},
      {"3  Changelog", {"changelog", "entries", "notes", "migration", "brief", "image", "commit", "version"}},
      {"4  Go / no-go", {"gate", "signoff", "waive", "decide", "decision"}},
      {"5  Deploy", {"deploy", "run"}},
      {"6  Validate", {"health", "criteria", "alerts", "recommendation", "page", "incident", "report-issue", "detection"}},
      {"7  Communicate", {"comms", "subscriptions", "digest", "archive", "text"}},
      {"8  Review", {"audit", "retro", "dora"}},
      {"Definitions and what is connected", {"config", "diff", "policy", "apply", "definitions", "service", "connection"}},
      {"Accounts", {"whoami", "token", "account", "second-factor", "person"}},
      {"The record", {"ledger", "register", "evidence", "backup", "restore", "jobs"}},
      {"The shell", {"completion"}},
  };
  return all;
}

bool is_shown(const Command& c) { return !c.help.starts_with("(internal)"); }
bool is_below(const std::string& path, const std::string& prefix) {
  return prefix.empty() || path == prefix || path.starts_with(prefix + " ");
}

constexpr std::size_t column = 26;

/// "  name    help", wrapped below the help.
std::string row(const std::string& name, const std::string& help, std::size_t width) {
  std::string out = "  " + name;
  if (columns_of(name) + 4 > column)
    out += "\n" + std::string(column, ' ');
  else
    out.append(column - 2 - columns_of(name), ' ');
  return out + wrapped(help, width, column) + "\n";
}

/// The words that may follow `prefix`, each with its help, or with its own words where it is a group.
std::vector<std::pair<std::string, std::string>> words_below(const std::vector<Command>& commands, const std::string& prefix) {
  std::vector<std::pair<std::string, std::string>> all;
  const auto from = prefix.empty() ? 0 : prefix.size() + 1;
  for (const auto& c : commands) {
    if (!is_shown(c) || !is_below(c.path, prefix) || c.path == prefix) continue;
    const auto rest = c.path.substr(from);
    const auto word = rest.substr(0, rest.find(' '));
    const bool is_command = word == rest;
    const auto text = is_command ? c.help : rest.substr(word.size() + 1);
    const auto known = std::find_if(all.begin(), all.end(), [&](const auto& w) { return w.first == word; });
    if (known == all.end())
      all.emplace_back(word, text);
    else
      known->second += (is_command ? "; " : ", ") + text;
  }
  return all;
}

std::string of_everything(const std::vector<Command>& commands, std::size_t width) {
  std::string out = "evenkeel: release management, from plan to retrospective\n\nUsage: evenkeel COMMAND [...]\n";
  auto words = words_below(commands, "");
  const auto print = [&](const std::string& title, const auto& wanted) {
    std::string rows;
    for (const auto& name : wanted)
      for (const auto& [word, text] : words)
        if (word == name) rows += row(word, text, width);
    if (!rows.empty()) out += "\n" + title + "\n" + rows;
  };
  for (const auto& g : groups()) print(g.title, g.words);
  return out +
         "\n`evenkeel COMMAND --help` says more of one, `evenkeel help yaml` of the keys of evenkeel.yaml; `evenkeel --version` which this "
         "is.\n";
}

std::string of_noun(const std::vector<Command>& commands, const std::string& path, std::size_t width) {
  std::string out = fmt::format("Usage: evenkeel {} COMMAND [...]\n\n", path);
  for (const auto& [word, text] : words_below(commands, path)) out += row(word, text, width);
  return out + fmt::format("\n`evenkeel {} COMMAND --help` says more of one.\n", path);
}

/// As a person types it in a shell.
std::string as_typed(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& w : words) {
    const bool plain = w.find_first_of(" \"'$?*<>|&;()") == std::string::npos;
    out += (out.empty() ? "" : " ") + (plain ? w : "\"" + w + "\"");
  }
  return out;
}

std::string of_command(const Command& c, std::size_t width) {
  std::string out = wrapped(c.help + ".", width) + "\n\n" + wrapped("Usage: " + synopsis(c) + " [--json]", width, 8) + "\n";
  std::string needed, possible, connection;
  const auto own = connection_params();
  for (const auto& p : c.params) {
    const bool connects = std::any_of(own.begin(), own.end(), [&](const Param& o) { return o.name == p.name && o.help == p.help; });
    (connects ? connection : p.required ? needed : possible) += row(named_value(p), explained(p), width);
  }
  if (!needed.empty()) out += "\nNeeded:\n" + needed;
  out += "\nOptions:\n" + possible + row("--json", "Print one JSON document to stdout; messages go to stderr", width) +
         row("--color WHEN", "always, never or auto; NO_COLOR and CLICOLOR_FORCE are heard too", width) +
         row("--no-pager", "Print what is longer than the terminal at once; else EVENKEEL_PAGER, PAGER or less shows it", width);
  if (!connection.empty()) out += "\nWhere it goes:\n" + connection;
  out += "\nExamples:\n";
  for (const auto& words : examples_of(c)) out += "  evenkeel " + as_typed(words) + "\n";
  if (!c.details.empty()) out += "\n" + c.details + (c.details.ends_with('\n') ? "" : "\n");
  return out;
}

}  // namespace

std::vector<std::string> grouped_words() {
  std::vector<std::string> all;
  for (const auto& g : groups()) all.insert(all.end(), g.words.begin(), g.words.end());
  return all;
}

std::string help(const std::vector<Command>& commands, const std::string& path, std::size_t width) {
  for (const auto& c : commands)
    if (c.path == path) return of_command(c, width);
  return path.empty() ? of_everything(commands, width) : of_noun(commands, path, width);
}

}  // namespace evenkeel::cli
