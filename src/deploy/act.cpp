#include "deploy/act.hpp"

namespace evenkeel::deploy {
namespace {

bool was_begun(const steps::Step& s) { return s.state != steps::StepState::pending && s.state != steps::StepState::skipped; }

}  // namespace

health::Act smallest_act(store::Tx& tx, const planning::Release& release, const RunId& run_id, const std::string& service) {
  using health::ActKind;
  std::set<std::string> touched;
  std::string flags;
  for (const auto& s : steps::steps_of(tx, run_id)) {
    if (!was_begun(s)) continue;
    if (s.phase != steps::Phase::flag)
      touched.insert(s.service);
    else if (s.service == service)
      flags += (flags.empty() ? "" : " and ") + s.spec.flag;
  }
  const bool promoted = release.stage == planning::Stage::validation;
  if (!flags.empty() && promoted) return {ActKind::flag_off, fmt::format("return flag {} to what it was; {} itself stays", flags, service)};
  std::string back;
  for (const auto& c : planning::components_of(tx, release.id))
    if (c.service == service) back = c.from_version;
  if (!promoted && touched.size() == 1)
    return {ActKind::traffic_back, fmt::format("take the canary's traffic back to {} {}; nothing else has it yet", service, back)};
  if (promoted && touched.size() > 1)
    return {ActKind::component, fmt::format("roll {} back to {}; the other {} component{} stay{}", service, back, touched.size() - 1,
                                            touched.size() == 2 ? "" : "s", touched.size() == 2 ? "s" : "")};
  return {ActKind::release, touched.size() > 1 ? "roll the release back" : fmt::format("roll {} back to {}", service, back)};
}

Undoing undoing_of(const std::vector<steps::Step>& steps, health::ActKind act, const std::string& service) {
  using health::ActKind;
  Undoing u{act != ActKind::flag_off && act != ActKind::component, {}, {}};
  for (const auto& s : steps) {
    if (s.state == steps::StepState::pending) continue;
    const bool of_it = u.whole || s.service == service;
    if (s.phase == steps::Phase::flag && of_it)
      u.flags.insert(s.spec.flag);
    else if (s.phase != steps::Phase::flag && of_it && act != ActKind::flag_off)
      u.services.insert(s.service);
  }
  return u;
}

}  // namespace evenkeel::deploy
