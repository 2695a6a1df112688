#include "views/awaited.hpp"

#include "accounts/absence.hpp"
#include "gonogo/awaited.hpp"
#include "gonogo/gonogo.hpp"
#include "views/today.hpp"

namespace evenkeel::views {
namespace {

using planning::Awaited;
using planning::Release;
using planning::Stage;

/// So many open releases are looked at, those with the soonest window first; an organisation with more has a backlog, not a day.
constexpr std::int64_t most_releases = 200;

AwaitedItem item_of(Awaited awaited, const Release& release) {
  AwaitedItem item{std::move(awaited)};
  item.release_id = release.id, item.area = release.area, item.version = release.version, item.title = release.title;
  item.key = release.version.empty() ? release.area : planning::called(release);
  item.key += "/" + (item.gate.empty() ? item.act : item.gate);
  if (!item.subject.empty()) item.key += "/" + item.subject;
  return item;
}

/// The gate's own words, for the owner of the release.
Awaited for_the_owner(store::Tx& tx, const Release& release, const gonogo::GateState& gate) {
  const auto owner = accounts::person_by_id(tx, release.owner);
  return {.gate = gate.name,
          .what = gate.next_step.empty() ? gate.value : fmt::format("{}: {}", gate.value, gate.next_step),
          .people = owner ? std::vector{owner->login} : std::vector<std::string>{},
          .needs = gate.who,
          .due = release.window_start};
}

/// Who is away is not asked: who stands in is, where the person is asked by name; else the others of the same role. Where nobody is left it
/// stays with them, and others hear of it in time.
void ask_who_is_there(Awaited& item, const std::map<std::string, accounts::Away>& away) {
  std::vector<std::string> there, why;
  const auto add = [&](const std::string& login) {
    if (std::ranges::find(there, login) == there.end()) there.push_back(login);
  };
  for (const auto& login : item.people) {
    const auto absent = away.find(login);
    if (absent == away.end()) {
      add(login);
      continue;
    }
    const auto& [name, until, deputy] = absent->second;
    const bool stands_in = item.by_name && !deputy.empty();
    if (stands_in) add(deputy);
    why.push_back(fmt::format("{} is away until {}{}", name, to_iso(until), stands_in ? fmt::format("; {} stands in", deputy) : ""));
  }
  if (!there.empty()) item.people = std::move(there);
  item.note = fmt::format("{}", fmt::join(why, "; "));
}

/// One act may be asked for by several gates; the same people are asked once.
void one_for_each_command(std::vector<Awaited>& items) {
  std::set<std::string> seen;
  std::erase_if(items, [&](const Awaited& item) {
    return !item.command.empty() && !seen.insert(fmt::format("{}\n{}", item.command, fmt::join(item.people, ","))).second;
  });
}

bool asks(const gonogo::GateState& gate) {
  return gate.verdict != planning::GateVerdict::pass && gate.mode != definitions::GateMode::observe && !gate.waived_until;
}

void keep_what_gates_ask(store::Tx& tx, std::vector<Awaited>& items, const Release& release, const planning::Gates& gates, SysTime now) {
  if (release.stage > Stage::go_no_go) return;
  const auto states = gonogo::evaluate(tx, release, gates, Stage::go_no_go, now);
  std::erase_if(items, [&](const Awaited& item) {
    const auto gate = std::ranges::find(states, item.gate, &gonogo::GateState::name);
    return gate != states.end() && !asks(*gate);
  });
  for (const auto& gate : states)
    if (gate.blocks && std::ranges::find(items, gate.name, &Awaited::gate) == items.end())
      items.push_back(for_the_owner(tx, release, gate));
  one_for_each_command(items);
  const bool holds = std::ranges::none_of(states, &gonogo::GateState::blocks);
  if (holds) items.push_back(gonogo::decision_awaited(tx, release));
}

}  // namespace

std::int64_t releases_left_out(store::Tx& tx) {
  return std::max<std::int64_t>(0, tx.integer("SELECT count(*) FROM release WHERE stage <> 'closed'") - most_releases);
}

std::string thing_of(const std::string& area, const std::string& version) {
  if (version.empty()) return area == "*" ? "everywhere" : area;
  return area + " " + version;
}

std::vector<AwaitedItem> awaited_items(store::Tx& tx, const AwaitedSources& sources, const planning::Gates& gates, SysTime now) {
  std::vector<AwaitedItem> all;
  for (const auto& release : store::all<Release>(
           tx, "release", "WHERE stage <> 'closed' ORDER BY window_start IS NULL, window_start, id LIMIT $1", {most_releases})) {
    std::vector<Awaited> items;
    for (const auto source : sources.of_release) std::ranges::move(source(tx, release, now), std::back_inserter(items));
    keep_what_gates_ask(tx, items, release, gates, now);
    for (auto& item : items) all.push_back(item_of(std::move(item), release));
  }
  for (const auto source : sources.everywhere)
    for (auto& any : source(tx, now)) {
      const auto release = any.release_id.empty() ? Result<Release>(not_found("")) : planning::find_release(tx, any.release_id);
      all.push_back(item_of(std::move(any.awaited), release.value_or(Release{.area = any.area})));
    }
  const auto away = accounts::away_at(tx, now);
  for (auto& item : all) ask_who_is_there(item, away);
  const auto soonest = [](const AwaitedItem& item) { return item.due.value_or(SysTime::max()); };
  std::ranges::stable_sort(all, {}, soonest);
  return all;
}

}  // namespace evenkeel::views
