// evenkeel dora ...: the delivery metrics of a file, or of what the server holds, by a named definition.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "cli/commands.hpp"
#include "cli/remote.hpp"
#include "dora/devlake_tables.hpp"
#include "dora/intake.hpp"
#include "dora/metrics.hpp"
#include "dora/report.hpp"

namespace evenkeel::cli {
namespace {

/// The histories of a file, or the one that a folder of DevLake's tables tells.
Result<std::vector<dora::History>> histories_of(const Args& args) {
  if (args.has("devlake") == args.has("input"))
    return invalid("give either --input with a history, or --devlake with a folder of its tables", "input");
  if (args.has("input")) {
    const auto path = args.text("input");
    auto read = dora::read_histories(TRY(read_input(path)));
    if (!read) read.error().message = path + ": " + read.error().message;
    return read;
  }
  if (!args.has("from") || !args.has("to"))
    return invalid("--from and --to: a folder of tables does not say which window is asked for", "from");
  auto tables = TRY(dora::devlake::read_tables(args.text("devlake"), args.has("project") ? args.text("project") : ""));
  const auto name = tables.project;
  auto history = dora::devlake::history_of(std::move(tables), name);
  history.window = {TRY(parse_time(args.text("from"))), TRY(parse_time(args.text("to")))};
  if (history.window.to <= history.window.from) return invalid("the window ends before it begins", "to");
  return std::vector{std::move(history)};
}

Result<int> compute(const Args& args) {
  const auto definition = TRY(dora::definition_from(args.text("definition")));
  auto histories = histories_of(args);
  if (!histories) return std::unexpected(histories.error());
  json::Array all;
  for (auto& h : *histories) {
    if (args.has("zone") && !args.text("zone").empty()) h.zone = args.text("zone");
    if (!is_zone(h.zone)) return invalid(fmt::format("'{}' is not an IANA time zone; write one such as Europe/Berlin", h.zone), "zone");
    if (const auto said = dora::nothing_counts(h, definition); !said.empty()) fmt::print(stderr, "evenkeel: {}\n", said);
    if (args.json) {
      all.push_back(dora::report(h, definition));
      continue;
    }
    std::vector<std::vector<std::string>> rows = {
        {fmt::format("{} by {}, days of {}", h.id, dora::name_of(definition), h.zone), "value", "n", "95% interval"}};
    for (const auto& f : dora::compute(h, definition))
      if (!f.value.is_object())
        rows.push_back({f.key, json::dump(f.value), std::to_string(f.n),
                        f.interval ? fmt::format("{:.4g} to {:.4g}", f.interval->low, f.interval->high) : "-"});
    args.print(table(rows));
  }
  if (args.json) args.print_json(all);
  return 0;
}

/// The asked window and scope as a query.
Result<std::string> query_of(const Args& args) {
  std::string out;
  for (const auto* name : {"definition", "from", "to", "service", "area"}) {
    if (!args.has(name) || args.text(name).empty()) continue;
    const auto time = std::string_view(name) == "from" || std::string_view(name) == "to";
    const auto value = time ? to_iso(TRY(parse_time(args.text(name)))) : args.text(name);
    out += (out.empty() ? "?" : "&") + std::string(name) + "=" + http::percent_encode(value);
  }
  return out;
}

Result<int> stored_report(const Args& args) {
  auto api = TRY(Api::open(args));
  const auto query = TRY(query_of(args));
  for (const auto& [flag, document] : {std::pair{"markdown", "md"}, std::pair{"csv", "csv"}, std::pair{"html", "html"}})
    if (args.flag(flag)) {
      args.print(TRY(api->fetch(fmt::format("/api/v1/dora/report.{}{}", document, query))));
      return 0;
    }
  const auto answer = TRY(api->call("GET", "/api/v1/dora" + query));
  if (args.json) {
    args.print_json(answer);
    return 0;
  }
  const auto r = TRY(json::from_value<dora::Report>(answer));
  args.print(fmt::format("{} to {} ({}), by {}: {}", r.first_day.value_or(to_date(r.from)), r.last_day.value_or(to_date(r.to)), r.zone,
                         r.definition, r.sentence));
  std::vector<std::vector<std::string>> rows{{"FIGURE", "VALUE", "N", "95 % INTERVAL"}};
  for (const auto& m : r.metrics) rows.push_back({m.title, m.text, std::to_string(m.n), m.interval.empty() ? "-" : m.interval});
  args.print(table(rows));
  if (r.baseline.empty()) return 0;
  rows = {{"BESIDE THE FIRST AUDIT", "THEN", "NOW"}};
  const auto or_none = [](const std::string& text) { return text.empty() ? "no source" : text; };
  for (const auto& b : r.baseline) rows.push_back({b.title, or_none(b.then), or_none(b.now)});
  args.print(table(rows));
  return 0;
}

Result<int> trend(const Args& args) {
  auto api = TRY(Api::open(args));
  std::string query = "?months=" + args.text("months");
  for (const auto* name : {"service", "area"})
    if (args.has(name) && !args.text(name).empty()) query += fmt::format("&{}={}", name, http::percent_encode(args.text(name)));
  for (const auto& [flag, document] : {std::pair{"csv", "csv"}, std::pair{"html", "html"}})
    if (args.flag(flag)) {
      args.print(TRY(api->fetch(fmt::format("/api/v1/dora/trend.{}{}", document, query))));
      return 0;
    }
  if (args.json)
    args.print_json(TRY(api->call("GET", "/api/v1/dora/trend" + query)));
  else
    args.print(TRY(api->fetch("/api/v1/dora/trend.md" + query)));
  return 0;
}

/// Brings a history along, read line by line and sent in parts. The server keeps how far it came; repeating it changes nothing.
class HistoryRun {
 public:
  HistoryRun(const Args& args, Api& api, std::istream& in) : args_(args), api_(api), in_(in), path_(args.text("file")) {
    name_ = args.has("name") ? args.text("name") : path_ == "-" ? "stdin" : std::filesystem::path(path_).filename().string();
  }

  Result<int> run() {
    if (args_.flag("resume")) TRY(skip());
    for (std::string line; std::getline(in_, line);) {
      TRY(take(line));
      if (batch_.size() == at_once) TRY(send());
    }
    TRY(send());
    args_.progress("");
    if (args_.json)
      args_.print_json(json::Object{{"history", name_}, {"lines", line_}, {"skipped", skipped_}, {"fresh", fresh_}, {"changed", changed_}});
    else
      args_.print(fmt::format("{} new deployments, {} known ones{}", fresh_, changed_,
                              skipped_ > 0 ? fmt::format("; {} lines were stored before", skipped_) : ""));
    return 0;
  }

 private:
  static constexpr std::size_t at_once = 5000;

  /// Past the lines that are stored, which must be the same ones.
  Result<void> skip() {
    const auto known = api_.call("GET", "/api/v1/dora/backfills/" + http::percent_encode(name_));
    if (!known && known.error().kind == ErrorKind::not_found) return {};
    const auto stored = TRY(json::from_value<dora::Backfill>(TRY(known)));
    const auto lines = stored.lines;
    std::string line;
    while (line_ < lines && std::getline(in_, line)) ++line_, hash_ = dora::hash_line(hash_, line);
    if (line_ != lines || hash_ != stored.prefix_hash)
      return conflict(
          fmt::format("{} is not the file of which {} lines were stored as '{}'; leave --resume out to send it from its first "
                      "line (what is known changes nothing), or give it another --name",
                      path_, lines, name_));
    skipped_ = sent_ = lines;
    return {};
  }

  Result<void> take(const std::string& line) {
    ++line_, hash_ = dora::hash_line(hash_, line);
    if (line.find_first_not_of(" \t\r") == std::string::npos) return {};
    auto value = json::parse(line);
    if (!value)
      return invalid(fmt::format("{}:{}: {}{}", path_, line_, value.error().message,
                                 sent_ > 0 ? fmt::format(" ({} lines are stored; --resume goes on after them)", sent_) : ""));
    batch_.push_back(std::move(*value));
    return {};
  }

  Result<void> send() {
    if (batch_.empty()) return {};
    const json::Object part{{"after_line", sent_}, {"through_line", line_}, {"prefix_hash", hash_}, {"deployments", std::move(batch_)}};
    batch_ = {};
    const auto taken = api_.call("POST", "/api/v1/dora/backfills/" + http::percent_encode(name_), part);
    if (!taken) {
      auto error = taken.error();
      error.message = fmt::format("{}: lines {} to {}: {}{}", path_, sent_ + 1, line_, error.message,
                                  sent_ > 0 ? fmt::format(" ({} lines are stored; --resume goes on after them)", sent_) : "");
      return std::unexpected(std::move(error));
    }
    fresh_ = taken->at("fresh").as_int64(), changed_ = taken->at("changed").as_int64(), sent_ = line_;
    args_.progress(fmt::format("{} lines stored ...", sent_));
    return {};
  }

  const Args& args_;
  Api& api_;
  std::istream& in_;
  std::string path_, name_, hash_;
  json::Array batch_;
  std::int64_t line_ = 0, sent_ = 0, skipped_ = 0, fresh_ = 0, changed_ = 0;
};

Result<int> backfill(const Args& args) {
  auto api = TRY(Api::open(args));
  if (args.text("file") == "-") return HistoryRun(args, *api, std::cin).run();
  std::ifstream in(args.text("file"));
  if (!in) return invalid(fmt::format("{} cannot be read", args.text("file")), "file");
  return HistoryRun(args, *api, in).run();
}

std::vector<Param> scope_params() {
  return {{.name = "definition", .help = "dora-2025, devlake-2023 or fourkeys", .fallback = "dora-2025"},
          {.name = "from", .help = "First moment (default: 30 days before --to)"},
          {.name = "to", .help = "Last moment (default: now)"},
          {.name = "service", .help = "Only this service"},
          {.name = "area", .help = "Only this area"}};
}

}  // namespace

std::vector<Command> dora_commands() {
  auto report_params = scope_params();
  report_params.push_back({.name = "markdown", .help = "The whole report as Markdown", .kind = Param::flag});
  report_params.push_back({.name = "csv", .help = "The figures for a spreadsheet", .kind = Param::flag});
  report_params.push_back({.name = "html", .help = "The whole report as a page to print", .kind = Param::flag});
  return {
      {"dora report", "Delivery metrics of what the server holds, with counts, intervals and what is behind them",
       with_connection(report_params), stored_report,
       "Below five a figure says \"too few\" and shows what was counted. A rollback is a failed deployment."},
      {"dora backfill", "Bring along deployments that went past Evenkeel, one JSON object a line",
       with_connection({{.name = "file", .help = "File ('-' is stdin)", .kind = Param::positional, .required = true},
                        {.name = "name", .help = "What the history is called (default: the file's name)"},
                        {.name = "resume", .help = "Go on after the lines that are stored", .kind = Param::flag}}),
       backfill,
       "Each: id, finished; optional service, version, environment, started, result (success, failure, rolled_back), restored, unplanned, "
       "commits [{id, authored}]."},
      {"dora trend", "Fail rate, frequency, lead and recovery time by month, and which months stand out",
       with_connection({{.name = "months", .help = "How many, up to now", .fallback = "12"},
                        {.name = "service", .help = "Only this service"},
                        {.name = "area", .help = "Only this area"},
                        {.name = "csv", .help = "For a spreadsheet", .kind = Param::flag},
                        {.name = "html", .help = "As a page to print, with charts", .kind = Param::flag}}),
       trend,
       "Control charts: a month outside its limits, or the eighth in a row on one side, stands out; the rest is chance. What is behind "
       "such "
       "a month is named."},
      {"dora compute",
       "Delivery metrics of a history, by a named definition, with counts and intervals",
       {{.name = "input", .help = "File with one history or {\"cases\": [...]} ('-' is stdin)"},
        {.name = "devlake", .help = "Instead: folder with DevLake's tables as CSV (project_mapping.csv, cicd_deployment_commits.csv ...)"},
        {.name = "project", .help = "With --devlake: which of its projects (default: the only one)"},
        {.name = "from", .help = "With --devlake: first moment of the window"},
        {.name = "to", .help = "With --devlake: last moment"},
        {.name = "definition", .help = "devlake-2023, fourkeys or dora-2025", .required = true},
        {.name = "zone", .help = "Whose days and months are counted, such as Europe/Berlin (default: the history's own, else UTC)"}},
       compute,
       "A history: window {from, to}, zone, deployments [{id, service, started, finished, result, environment, changes}], changes [{id, "
       "first_commit, pr_created, merged}], incidents [{id, service, created, resolved, root_cause_change, deployment}]. Results are "
       "success, failure or rolled_back in any letters. An incident of which nobody said the cause belongs to the newest deployment of its "
       "service that had started by then, within seven days."}};
}

}  // namespace evenkeel::cli
