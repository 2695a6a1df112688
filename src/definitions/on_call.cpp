#include "definitions/on_call.hpp"

#include "base/zone.hpp"

namespace evenkeel::definitions {
namespace {

using WallTime = std::chrono::local_time<Millis>;

/// The hand-overs of a rota, by their number: the first turn begins at hand-over 0.
class HandOvers {
 public:
  HandOvers(const OnCallDef& def, std::string_view zone)
      : zone_(zone), first_(from_local(def.starts, "UTC").value().time_since_epoch()), turn_(def.turn) {}

  SysTime at(std::int64_t number) const {
    const SysTime on_the_wall{(first_ + number * turn_).time_since_epoch()};
    return from_local(to_iso(on_the_wall).substr(0, 19), zone_).value();
  }
  /// The last one that is not after `t`; negative: it has not begun.
  std::int64_t last_before(SysTime t) const {
    auto number = std::chrono::floor<Millis>(on_the_wall(t, zone_) - first_) / turn_;
    while (at(number + 1) <= t) ++number;  // where the clock is put forward or back, the wall is ahead of the hand-over or behind it
    while (number >= 0 && at(number) > t) --number;
    return number;
  }

 private:
  std::string_view zone_;
  WallTime first_;
  Millis turn_;
};

}  // namespace

std::optional<Turn> turn_at(const OnCallDef& def, std::string_view zone, SysTime at) {
  if (def.rota.empty()) return Turn{def.person, def.deputy, {}};
  const HandOvers hand_overs{def, zone};
  const auto number = hand_overs.last_before(at);
  if (number < 0) return {};
  const auto& person = def.rota[std::size_t(number) % def.rota.size()];
  const auto& next = def.rota[std::size_t(number + 1) % def.rota.size()];
  const auto& deputy = def.deputy.empty() ? next : def.deputy;
  return Turn{person, deputy == person ? "" : deputy, hand_overs.at(number + 1)};
}

std::optional<SysTime> begin_of_rota(const OnCallDef& def, std::string_view zone) {
  if (def.rota.empty()) return {};
  return HandOvers{def, zone}.at(0);
}

void complain_of_rota(const OnCallDef& def, const std::string& path, std::vector<Complaint>& complaints) {
  if (def.rota.empty()) {
    if (def.person.empty()) complaints.push_back({path + ".person", "name the person, or a `rota` of several"});
    if (!def.starts.empty()) complaints.push_back({path + ".starts", "only a rota has a start"});
    if (def.turn != OnCallDef{}.turn) complaints.push_back({path + ".turn", "only a rota has turns"});
    return;
  }
  if (!def.person.empty()) complaints.push_back({path + ".person", "the `rota` says who it is; leave one of them out"});
  if (!from_local(def.starts, "UTC"))
    complaints.push_back({path + ".starts", "say when the first turn begins, in local time: \"2026-06-01 09:00\""});
  if (def.turn < std::chrono::hours{1}) complaints.push_back({path + ".turn", "a turn is at least 1h"});
}

}  // namespace evenkeel::definitions
