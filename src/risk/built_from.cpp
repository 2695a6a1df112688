#include "risk/built_from.hpp"

#include "planning/find.hpp"
#include "risk/risk.hpp"

namespace evenkeel::risk {
namespace {

using planning::Component;
using planning::Finding;
using planning::GateVerdict;
using planning::Release;

struct ScopeReading {
  Id<ScopeReading> id;
  ReleaseId release_id;
  std::string up_to;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(ScopeReading, (), (id, release_id, up_to, at))

std::optional<ScopeReading> latest_reading(store::Tx& tx, const ReleaseId& release_id) {
  return store::one<ScopeReading>(tx, "scope_reading", "WHERE release_id = $1 ORDER BY at DESC, id DESC LIMIT 1", {release_id});
}

/// One of them may be written short.
bool same_commit(std::string_view a, std::string_view b) {
  constexpr std::size_t shortest = 7;
  return std::min(a.size(), b.size()) >= shortest && (a.starts_with(b) || b.starts_with(a));
}
std::string brief(const std::string& commit) { return commit.substr(0, 10); }

/// What is wrong with one component's artefact; empty: it was built from the scope.
std::string not_from_scope(const Component& c, const std::optional<ScopeReading>& reading, std::vector<Change> of_it) {
  if (reading && same_commit(reading->up_to, c.commit_id)) return {};
  std::ranges::stable_sort(of_it, {}, &Change::merged_at);
  const auto built = std::ranges::find_if(of_it, [&](const Change& change) { return same_commit(change.external_id, c.commit_id); });
  if (built == of_it.end())
    return reading
               ? fmt::format("the artefact of {} was built from {}, the scope was read up to {}: what lies between is in one of them only",
                             c.service, brief(c.commit_id), brief(reading->up_to))
               : fmt::format("the artefact of {} was built from {}, which is no change of the scope", c.service, brief(c.commit_id));
  std::string missing;
  for (auto newer = built + 1; newer != of_it.end(); ++newer) missing += (missing.empty() ? "" : ", ") + newer->title;
  if (missing.empty()) return {};
  return fmt::format("the artefact of {} was built from {}, before these changes of the scope: {}", c.service, brief(c.commit_id), missing);
}

}  // namespace

std::string note_reading(Work& work, const Release& release, const std::string& up_to) {
  const auto last = latest_reading(work.tx, release.id);
  if (up_to.empty() || (last && last->up_to == up_to)) return {};
  const ScopeReading row{work.new_id("rdg"), release.id, up_to, work.now};
  store::insert(work.tx, "scope_reading", row);
  return row.id;
}

Finding artefact_from_scope(store::Tx& tx, const Release& r, SysTime) {
  const std::string limit = "each artefact built from the newest commit of the scope";
  const auto reading = latest_reading(tx, r.id);
  const auto changes = changes_of(tx, r.id);
  std::string built;
  for (const auto& c : planning::components_of(tx, r.id)) {
    const auto name = fmt::format("`evenkeel release artefact {} {} --commit COMMIT`", planning::called(r), c.service);
    if (c.commit_id.empty())
      return {GateVerdict::unknown,
              fmt::format("nobody said from which commit the artefact of {} was built", c.service),
              limit,
              "",
              name,
              "coordinator or engineering_lead"};
    std::vector<Change> of_it;
    std::ranges::copy_if(changes, std::back_inserter(of_it), [&](const Change& change) {
      return change.services.empty() || std::ranges::find(change.services, c.service) != change.services.end();
    });
    if (const auto wrong = not_from_scope(c, reading, std::move(of_it)); !wrong.empty())
      return {GateVerdict::fail,
              wrong,
              limit,
              "",
              "build it from the commit that was looked at, and name it: " + name,
              "coordinator or engineering_lead"};
    built += fmt::format("{}{} from {}", built.empty() ? "" : ", ", c.service, brief(c.commit_id));
  }
  return planning::passed(built.empty() ? "the release has no component" : "built of the scope: " + built, limit);
}

}  // namespace evenkeel::risk
