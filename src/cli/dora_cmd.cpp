// evenkeel dora ...: the delivery metrics of a file, or of what the server holds, by a named definition.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/remote.hpp"
#include "dora/metrics.hpp"

namespace evenkeel::cli {
namespace {

Result<int> compute(const Args& args) {
  const auto definition = TRY(dora::definition_from(args.text("definition")));
  const auto path = args.text("input");
  auto histories = dora::read_histories(TRY(read_input(path)));
  if (!histories) {
    auto error = histories.error();
    error.message = path + ": " + error.message;
    return std::unexpected(std::move(error));
  }
  json::Array all;
  for (const auto& h : *histories) {
    if (args.json) {
      all.push_back(dora::report(h, definition));
      continue;
    }
    std::vector<std::vector<std::string>> rows = {{h.id + " by " + std::string(dora::name_of(definition)), "value", "n", "95% interval"}};
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
  const auto r = TRY(api->call("GET", "/api/v1/dora" + query));
  if (args.json) {
    args.print_json(r);
    return 0;
  }
  args.print(fmt::format("{} to {}, by {}: {}", field(r, "from").substr(0, 10), field(r, "to").substr(0, 10), field(r, "definition"),
                         field(r, "sentence")));
  std::vector<std::vector<std::string>> rows{{"FIGURE", "VALUE", "N", "95 % INTERVAL"}};
  for (const auto& m : list_of(r, "metrics"))
    rows.push_back({field(m, "title"), field(m, "text"), field(m, "n"),
                    field(m, "low").empty()
                        ? "-"
                        : fmt::format("{:.4g} to {:.4g}", m.at("low").to_number<double>(), m.at("high").to_number<double>())});
  args.print(table(rows));
  return 0;
}

Result<int> explain(const Args& args) {
  auto api = TRY(Api::open(args));
  const auto all = TRY(api->call("GET", "/api/v1/dora/explain" + TRY(query_of(args))));
  if (args.json) {
    args.print_json(all);
    return 0;
  }
  for (const auto& e : list_of(all)) {
    std::string in;
    for (const auto& key : list_of(e, "counted_in")) in += (in.empty() ? "" : ", ") + std::string(key.get_string());
    args.print(fmt::format("{} {} {} ({})\n    {}\n    counted in: {}", short_time(field(e, "at")), field(e, "kind"), field(e, "what"),
                           field(e, "id"), field(e, "because"), in.empty() ? "nothing" : in));
  }
  return 0;
}

/// Brings a history along: one deployment a line, sent in batches; repeating it changes nothing.
Result<int> backfill(const Args& args) {
  auto api = TRY(Api::open(args));
  const auto path = args.text("file");
  const auto text = TRY(read_input(path));
  json::Array batch;
  std::int64_t fresh = 0, changed = 0;
  std::size_t number = 0, first = 1;
  const auto send = [&]() -> Result<void> {
    if (batch.empty()) return {};
    const auto taken = api->call("POST", "/api/v1/dora/deployments", json::Object{{"deployments", std::move(batch)}});
    if (!taken) {
      auto error = taken.error();
      error.message = fmt::format("{}: lines {} to {}: {}", path, first, number, error.message);
      return std::unexpected(std::move(error));
    }
    batch = {}, first = number + 1;
    fresh += taken->at("fresh").as_int64(), changed += taken->at("changed").as_int64();
    return {};
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = std::string_view(text).substr(at, end - at);
    at = end + 1, ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto value = json::parse(line);
    if (!value) return invalid(fmt::format("{}:{}: {}", path, number, value.error().message));
    batch.push_back(std::move(*value));
    if (batch.size() == 5000) TRY(send());
  }
  TRY(send());
  if (args.json)
    args.print_json(json::Object{{"fresh", fresh}, {"changed", changed}});
  else
    args.print(fmt::format("{} new deployments, {} known ones", fresh, changed));
  return 0;
}

std::vector<Param> with_connection(std::vector<Param> params) {
  for (auto& p : connection_params()) params.push_back(std::move(p));
  return params;
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
       with_connection({{.name = "file", .help = "File ('-' is stdin)", .kind = Param::positional, .required = true}}), backfill,
       "Each: id, finished; optional service, version, environment, started, result (success, failure, rolled_back), restored, unplanned, "
       "commits [{id, authored}]."},
      remote("dora month", "The report that was made by itself for a month", "GET", "/api/v1/dora/months/{month}",
             {{{"month", "Such as 2026-03", Param::positional, true}}},
             [](const Args& a, const json::Value& r) -> Result<int> {
               if (!a.json) a.print(field(r, "markdown"));
               return 0;
             }),
      {"dora explain", "For each deployment and incident: counted or not, where, and why", with_connection(scope_params()), explain},
      {"dora compute",
       "Delivery metrics of a history, by a named definition, with counts and intervals",
       {{.name = "input", .help = "File with one history or {\"cases\": [...]} ('-' is stdin)", .required = true},
        {.name = "definition", .help = "devlake-2023, fourkeys or dora-2025", .required = true}},
       compute,
       "A history: window {from, to}, deployments [{id, finished, result, environment, changes}], changes [{id, first_commit, "
       "pr_created, merged}], incidents [{id, created, resolved, root_cause_change}]."}};
}

}  // namespace evenkeel::cli
