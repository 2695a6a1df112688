// What planning can be asked.
#include "planning/find.hpp"
#include "planning/in_force.hpp"
#include "planning/longest_window.hpp"
#include "planning/on_call.hpp"
#include "planning/voids.hpp"

#include "base/canonical.hpp"

namespace evenkeel::planning {

std::vector<Release> releases_called(store::Tx& tx, const std::string& reference) {
  const auto first = reference.find('/'), last = reference.rfind('/');
  if (first == std::string::npos) return store::all<Release>(tx, "release", "WHERE id = $1 OR version = $1", {reference});
  const auto area = reference.substr(0, first), version = reference.substr(last + 1);
  if (first == last) return store::all<Release>(tx, "release", "WHERE version = $1 AND area = $2", {version, area});
  return store::all<Release>(tx, "release", "WHERE version = $1 AND area = $2 AND line = $3",
                             {version, area, reference.substr(first + 1, last - first - 1)});
}

std::string called(const Release& r) {
  return r.line == "main" ? r.area + "/" + r.version : fmt::format("{}/{}/{}", r.area, r.line, r.version);
}

Result<Release> find_release(store::Tx& tx, const std::string& reference) {
  if (auto by_id = store::one<Release>(tx, "release", "WHERE id = $1", {reference})) return *by_id;
  auto found = releases_called(tx, reference);
  if (found.size() > 1)
    return conflict(fmt::format("several releases are called {}; write area/version, area/line/version or the id", reference));
  if (!found.empty()) return std::move(found.front());
  std::string newest;
  for (const auto& r : store::all<Release>(tx, "release", "ORDER BY planned_at DESC LIMIT 5"))
    newest += (newest.empty() ? "" : ", ") + r.version;
  return not_found(fmt::format("there is no release '{}'{}", reference,
                               newest.empty() ? "; plan one with `evenkeel release plan`" : "; the newest are " + newest));
}

std::vector<Component> components_of(store::Tx& tx, const ReleaseId& release_id) {
  return store::all<Component>(tx, "component", "WHERE release_id = $1 ORDER BY position", {release_id});
}
std::vector<FlagChange> flags_of(store::Tx& tx, const ReleaseId& release_id) {
  return store::all<FlagChange>(tx, "flag_change", "WHERE release_id = $1 ORDER BY flag", {release_id});
}
std::vector<ChecklistItem> checklist_of(store::Tx& tx, const ReleaseId& release_id) {
  return store::all<ChecklistItem>(tx, "checklist_item", "WHERE release_id = $1 ORDER BY id", {release_id});
}
std::shared_ptr<const definitions::Organisation> organisation_of(store::Tx& tx, const Release& release) {
  return definitions::organisation_of(tx, release.definitions_id);
}

std::vector<std::string> excepted_freezes(store::Tx& tx, const ReleaseId& release_id, SysTime at) {
  std::vector<std::string> names;
  tx.exec(
      "SELECT freeze_name FROM freeze_exception WHERE release_id = $1 AND expires_at > $2 AND id NOT IN (SELECT id FROM "
      "freeze_exception_revocation)",
      {release_id, to_millis(at)}, [&](const store::Row& row) { names.push_back(row.text(0)); });
  return names;
}

namespace {
std::string area_in(const definitions::Organisation& o, const Release& release, const std::string& service) {
  const auto* s = definitions::find_service(o, service);
  return s ? s->area : release.area;
}
}  // namespace

std::string area_of(store::Tx& tx, const Release& release, const std::string& service) {
  return area_in(*in_force(tx, release), release, service);
}
std::vector<std::string> areas_of(store::Tx& tx, const Release& release) {
  const auto o = in_force(tx, release);
  std::vector<std::string> areas;
  for (const auto& c : components_of(tx, release.id))
    if (auto area = area_in(*o, release, c.service); std::find(areas.begin(), areas.end(), area) == areas.end())
      areas.push_back(std::move(area));
  return areas;
}
std::vector<FreezeScope> scope_of(store::Tx& tx, const Release& release) {
  const auto o = in_force(tx, release);
  std::vector<FreezeScope> scopes;
  for (const auto& c : components_of(tx, release.id)) scopes.push_back({area_in(*o, release, c.service), {c.service}, release.environment});
  return scopes;
}

namespace {

/// A change as far as what was said of the scope depends on it: one that is completed, or dark now, is another.
struct ChangeInScope {
  std::vector<std::string> services;
  std::string bytes;
};
std::vector<ChangeInScope> changes_in_scope(store::Tx& tx, const ReleaseId& release_id) {
  std::vector<ChangeInScope> out;
  tx.exec(
      "SELECT c.source, c.external_id, c.completed_at, c.services, t.behind FROM change c LEFT JOIN change_taken_out t ON t.id = c.id "
      "WHERE "
      "c.release_id = $1 ORDER BY c.source, c.external_id",
      {release_id}, [&](const store::Row& row) {
        ChangeInScope change{json::read_text<std::vector<std::string>>(row.text(3)).value_or(std::vector<std::string>{}), {}};
        put_field(change.bytes, row.text(0));
        put_field(change.bytes, row.text(1));
        if (!row.null(2)) put_field(change.bytes, std::to_string(row.integer(2)));
        if (!row.null(4)) put_field(change.bytes, "behind " + row.text(4));
        out.push_back(std::move(change));
      });
  return out;
}

std::string bytes_of(const Component& c) {
  std::string bytes;
  for (const auto* t : {&c.service, &c.from_version, &c.version, &c.digest}) put_field(bytes, *t);
  return bytes;
}

}  // namespace

std::string scope_hash(store::Tx& tx, const Release& release) {
  std::string bytes(1, '\1');
  for (const auto& c : components_of(tx, release.id)) bytes += bytes_of(c);
  for (const auto& change : changes_in_scope(tx, release.id)) bytes += change.bytes;
  return to_hex(sha256(bytes));
}

ScopeParts scope_parts(store::Tx& tx, const Release& release) {
  std::map<std::string, std::string> bytes;
  for (const auto& c : components_of(tx, release.id)) bytes[c.service] = bytes_of(c);
  for (const auto& change : changes_in_scope(tx, release.id)) {
    const auto touches = [&](const std::string& service) { return std::ranges::find(change.services, service) != change.services.end(); };
    const bool some = std::any_of(bytes.begin(), bytes.end(), [&](const auto& part) { return touches(part.first); });
    for (auto& [service, part] : bytes)
      if (!some || touches(service)) part += change.bytes;
  }
  ScopeParts parts;
  for (const auto& [service, part] : bytes) parts[service] = to_hex(sha256(part));
  return parts;
}

std::vector<Conflict> conflicts_of(store::Tx& tx, const Release& release, SysTime now) {
  std::vector<Conflict> out;
  if (!release.window_start) return out;
  const auto organisation = organisation_of(tx, release);
  const Interval window{*release.window_start, *release.window_end};
  for (const auto& refusal : refusals_of(what_denies(tx, release, window), release))
    out.push_back({"window_in_freeze", refusal.value, refusal.evidence.substr(refusal.evidence.find(':') + 1)});
  tx.exec(
      "SELECT r.version, c.service FROM release r JOIN component c ON c.release_id = r.id WHERE r.id <> $1 AND r.stage <> 'closed' AND "
      "r.environment = $2 "
      "AND r.window_start < $4 AND r.window_end > $3 AND c.service IN (SELECT service FROM component WHERE release_id = $1) ORDER BY "
      "r.version, c.service",
      {release.id, release.environment, to_millis(window.start), to_millis(window.end)}, [&](const store::Row& row) {
        out.push_back(
            {"two_windows_on_one_service", fmt::format("release {} deploys {} in the same window", row.text(0), row.text(1)), row.text(0)});
      });
  if (const auto* area = definitions::find_area(*organisation, release.area);
      area && area->lead_time.count() > 0 && window.start - release.planned_at < area->lead_time && !release.emergency)
    out.push_back({"short_lead_time",
                   fmt::format("planned {} before its window; {} are agreed for area {}", to_words(window.start - release.planned_at),
                               to_words(area->lead_time), area->name),
                   area->name});
  if (const auto most = longest_window(*in_force(tx, release), areas_of(tx, release)); most > Millis{0} && window.end - window.start > most)
    out.push_back({"longest_window",
                   fmt::format("its window is {} long; the longest is {}", to_words(window.end - window.start), to_words(most)), ""});
  for (const auto& missing : who_is_missing(tx, release, window))
    out.push_back({missing.rule == "on_call_present" ? "nobody_on_call" : missing.rule, missing.value, ""});
  (void)now;
  return out;
}

}  // namespace evenkeel::planning
