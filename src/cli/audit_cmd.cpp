// evenkeel audit: the baseline audit of the last releases, from a plain git repository.
#include <fmt/format.h>

#include <filesystem>

#include "cli/audit.hpp"
#include "cli/commands.hpp"
#include "cli/remote.hpp"
#include "dora/baseline.hpp"
#include "gitlog/shallow.hpp"

namespace evenkeel::cli {
namespace {

/// A JSON array of records. Errors name the file and the place.
template <class Record>
Result<std::optional<std::vector<Record>>> read_records(const Args& args, const std::string& option) {
  if (!args.has(option)) return std::nullopt;
  const auto path = args.text(option);
  const auto within = [&](Error error) {
    error.message = path + ": " + error.message;
    error.kind = ErrorKind::invalid;
    return std::unexpected(std::move(error));
  };
  const auto text = TRY(read_input(path));
  const auto value = json::parse(text);
  if (!value) return within(value.error());
  if (!value->is_array()) return invalid(path + ": expected a JSON array of records", option);
  auto records = json::from_value<std::vector<Record>>(*value);
  if (!records) return within(records.error());
  return std::move(*records);
}

/// The repository as people call it: its folder, not where that lies on this machine.
std::string name_of(const Args& args) {
  std::error_code ec;
  const auto path = std::filesystem::weakly_canonical(args.text("repo"), ec);
  return ec ? std::string() : path.filename().string();
}

bool has_definitions(const Args& args) {
  std::error_code ec;
  return std::filesystem::exists(args.text("repo") + "/evenkeel.yaml", ec);
}

Result<int> run_audit(const Args& args) {
  const auto last = TRY(args.number("last"));
  if (last < 1) return invalid("--last: at least one release must be asked for", "last");
  auto deployments = TRY(read_records<retro::DeploymentRecord>(args, "deployments"));
  auto incidents = TRY(read_records<retro::IncidentRecord>(args, "incidents"));
  const auto audit =
      TRY(audit_of(args, {args.text("repo"), args.text("rev"), std::size_t(last), std::move(deployments), std::move(incidents)}));
  json::Value kept;
  if (args.flag("keep")) {
    auto api = TRY(Api::open(args));
    kept = TRY(api->call("POST", "/api/v1/dora/baseline", json::Object{{"audit", json::to_value(audit)}, {"repository", name_of(args)}}));
  }
  if (args.json)
    args.print_json(json::to_value(audit));
  else
    args.print(retro::report(audit, args.text("repo") == "." ? name_of(args) : args.text("repo"), has_definitions(args)));
  if (!kept.is_null() && !args.json) {
    const auto baseline = TRY(json::from_value<dora::Baseline>(kept));
    args.print(fmt::format("Kept as the baseline of {} releases since {}; every monthly report stands beside it.", baseline.releases,
                           catalogue::short_time(baseline.at)));
  }
  return 0;
}

}  // namespace

Result<retro::Audit> audit_of(const Args& args, AuditAsked asked) {
  const auto repository = TRY(gitlog::Repository::open(asked.repository));
  args.progress("reading the history ...");
  auto all_tags = TRY(repository.tags());
  const auto history = gitlog::make_history(TRY(repository.commits({.to = asked.revision})), all_tags);
  auto releases = retro::releases_to_audit(history, asked.last);
  for (auto& item : releases) {
    args.progress(fmt::format("measuring {} ...", item.release.tag->name));
    item.size = TRY(repository.diff_size(item.tag_before ? "refs/tags/" + *item.tag_before : "", "refs/tags/" + item.release.tag->name));
  }
  args.progress("");
  const auto warning = TRY(gitlog::shallow_warning(repository));
  if (!warning.empty()) fmt::print(stderr, "evenkeel: {}\n", warning);
  return retro::audit({.history = history,
                       .releases = std::move(releases),
                       .all_tags = std::move(all_tags),
                       .asked = asked.last,
                       .shallow = !warning.empty(),
                       .deployments = std::move(asked.deployments),
                       .incidents = std::move(asked.incidents)});
}

std::vector<Command> audit_commands() {
  return {{"audit", "How the last releases went, and which gates would have helped",
           with_connection(
               {{"repo", "Folder of the git repository", Param::option, false, "."},
                {"last", "How many releases", Param::option, false, "5"},
                {"rev", "History to look at", Param::option, false, "HEAD"},
                {"deployments", "Deployment records, a JSON array of {id, service, version, started, finished, result, environment}"},
                {"incidents", "Incident records, a JSON array of {id, created, resolved, service, source, deployment}"},
                {.name = "keep", .help = "Keep it on the server as the baseline; once", .kind = Param::flag}}),
           run_audit, "Nothing but a repository is needed; what it cannot say is listed with the flag that gives it."}};
}

}  // namespace evenkeel::cli
