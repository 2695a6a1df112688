#include "changelog/take_merge.hpp"

#include "changelog/events.hpp"

namespace evenkeel::changelog {
namespace {

using planning::Stage;

struct WaitingMerge {
  std::string id, line;
  std::vector<std::string> services;
  std::string change;  // JSON of risk::NewChange
  SysTime received_at;
  std::string release_id;
};
BOOST_DESCRIBE_STRUCT(WaitingMerge, (), (id, line, services, change, received_at, release_id))

/// "git@host:acme/shop.git", "https://host/acme/shop", "/srv/acme/shop.git" and "acme/shop" end alike.
std::string tail_of(std::string name) {
  while (name.ends_with('/')) name.pop_back();
  if (name.ends_with(".git")) name.resize(name.size() - 4);
  std::replace(name.begin(), name.end(), ':', '/');
  const auto last = name.rfind('/');
  if (last == std::string::npos || last == 0) return name;
  const auto before = name.rfind('/', last - 1);
  return before == std::string::npos ? name : name.substr(before + 1);
}

std::vector<std::string> services_in(const definitions::Organisation& o, const std::vector<std::string>& repositories) {
  std::set<std::string> tails;
  for (const auto& r : repositories) tails.insert(tail_of(r));
  std::vector<std::string> out;
  for (const auto& s : o.services)
    if (tails.contains(tail_of(s.repository))) out.push_back(s.name);
  return out;
}

/// The release of one of these services whose scope is still open: the one whose window comes first.
std::optional<planning::Release> open_release(store::Tx& tx, const std::string& line, const std::vector<std::string>& services) {
  for (const auto& r : store::all<planning::Release>(tx, "release",
                                                     "WHERE line = $1 AND outcome = 'open' AND stage IN ('planning', 'assessment', "
                                                     "'changelog') ORDER BY CASE WHEN window_start IS NULL "
                                                     "THEN 1 ELSE 0 END, window_start, planned_at, id",
                                                     {line}))
    for (const auto& c : planning::components_of(tx, r.id))
      if (std::find(services.begin(), services.end(), c.service) != services.end()) return r;
  return {};
}

}  // namespace

Result<MergeTaken> take_merge(Work& work, const MergeTold& told) {
  if (work.actor.kind != ActorKind::integration) return forbidden("merges are told by the repository's host");
  const auto current = definitions::current(work.tx);
  if (!current) return unavailable("no organisation is set up here yet");
  auto change = told.change;
  change.services = services_in(**current, told.repositories);
  if (change.services.empty())
    return MergeTaken{MergeEnd::skipped, "", fmt::format("no service has the repository {}", told.repositories.front())};
  const auto id = told.connection + "/" + change.external_id;
  // Two deliveries at once end up in one row: whoever comes second sees what the first one left.
  const WaitingMerge merge{id, told.line, change.services, json::write(change), work.now, ""};
  const bool fresh = store::insert(work.tx, "waiting_merge", merge, "ON CONFLICT (id) DO NOTHING") == 1;
  work.tx.lock("waiting_merge", id);
  const auto kept = store::one<WaitingMerge>(work.tx, "waiting_merge", "WHERE id = $1", {id});
  if (!kept->release_id.empty()) return MergeTaken{MergeEnd::known, kept->release_id, "it was told before"};
  const auto release = open_release(work.tx, told.line, change.services);
  if (!release) {
    if (fresh) record(work, MergeWaits{.line = told.line}, {.subject = id});
    return MergeTaken{MergeEnd::waiting, "", "no open release has its services; the next one takes it"};
  }
  const auto imported = TRY(risk::import_changes(work, {release->id, {change}}));
  work.tx.exec("UPDATE waiting_merge SET release_id = $2 WHERE id = $1", {id, release->id});
  return MergeTaken{imported.added > 0 ? MergeEnd::taken : MergeEnd::known, release->id, ""};
}

Result<void> take_waiting_merges(Work& work, const ReleaseId& release_id) {
  const auto release = TRY(planning::find_release(work.tx, release_id));
  if (release.stage >= Stage::go_no_go) return {};
  std::set<std::string> services;
  for (const auto& c : planning::components_of(work.tx, release.id)) services.insert(c.service);
  std::vector<risk::NewChange> changes;
  for (const auto& merge :
       store::all<WaitingMerge>(work.tx, "waiting_merge", "WHERE release_id = '' AND line = $1 ORDER BY received_at, id", {release.line})) {
    if (std::none_of(merge.services.begin(), merge.services.end(), [&](const auto& s) { return services.contains(s); })) continue;
    changes.push_back(TRY(json::read_text<risk::NewChange>(merge.change)));
    work.tx.exec("UPDATE waiting_merge SET release_id = $2 WHERE id = $1", {merge.id, release.id});
  }
  if (!changes.empty()) (void)TRY(risk::import_changes(work, {release.id, std::move(changes)}));
  return {};
}

}  // namespace evenkeel::changelog
