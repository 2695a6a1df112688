#include "planning/sequence.hpp"

#include "base/canonical.hpp"

namespace evenkeel::planning {
namespace {

using Variables = std::map<std::string, std::string>;

Variables variables_of(const Release& release, const Component& c, const ComponentTarget& t) {
  return {{"release", release.version}, {"service", c.service},
          {"version", c.version},       {"from_version", from_version_of(c, t)},
          {"digest", c.digest},         {"environment", release.environment},
          {"target", t.target},         {"expected", c.version}};
}

class Builder {
 public:
  explicit Builder(const definitions::Organisation& o) : o_(o) {}
  std::vector<SequenceStep> steps;

  void add(const definitions::ServiceDef& s, const std::string& environment, const std::string& target, Phase phase,
           const std::vector<steps::StepSpec>& specs, const Variables& variables) {
    for (const auto& spec : specs) {
      const bool check = spec.kind == steps::StepKind::check;
      steps.push_back({s.name, environment, target, phase == Phase::deploy && check ? Phase::validate : phase, spec, variables,
                       spec.owner.empty() ? s.owner : spec.owner});
    }
  }
  void add_flags(const std::vector<FlagChange>& flags, const std::string& service, const std::string& environment, bool back) {
    for (const auto& f : flags) {
      if (f.after_service != service) continue;
      steps::StepSpec spec{
          .name = fmt::format("{} flag {} to {}", back ? "return" : "switch", f.flag, back ? f.value_before : f.value_after),
          .kind = steps::StepKind::flag};
      spec.flag = f.flag;
      spec.platform = f.platform;
      spec.value = back ? f.value_before : f.value_after;
      const auto* s = definitions::find_service(o_, service);
      steps.push_back({service, environment, "", Phase::flag, spec, {{"flag", f.flag}}, s ? s->owner : ""});
    }
  }

 private:
  const definitions::Organisation& o_;
};

}  // namespace

const std::string& from_version_of(const Component& c, const ComponentTarget& t) {
  return t.from_version.empty() ? c.from_version : t.from_version;
}

std::vector<SequenceStep> deployment_sequence(const definitions::Organisation& o, const Release& release,
                                              const std::vector<Component>& components, const std::vector<ComponentTarget>& targets,
                                              const std::vector<FlagChange>& flags) {
  Builder b{o};
  for (const auto& c : components) {
    const auto* s = definitions::find_service(o, c.service);
    if (!s) continue;
    for (const auto& t : targets) {
      if (t.component_id != c.id) continue;
      const auto variables = variables_of(release, c, t);
      b.add(*s, t.environment, t.target, Phase::deploy, s->deploy, variables);
      b.add(*s, t.environment, t.target, Phase::validate, s->verify_version, variables);
    }
    b.add_flags(flags, c.service, release.environment, false);
  }
  b.add_flags(flags, "", release.environment, false);
  return std::move(b.steps);
}

std::vector<SequenceStep> rollback_sequence(const definitions::Organisation& o, const Release& release,
                                            const std::vector<Component>& touched, const std::vector<ComponentTarget>& targets,
                                            const std::vector<FlagChange>& flags) {
  Builder b{o};
  b.add_flags(flags, "", release.environment, true);
  for (auto c = touched.rbegin(); c != touched.rend(); ++c) {
    const auto* s = definitions::find_service(o, c->service);
    if (!s) continue;
    b.add_flags(flags, c->service, release.environment, true);
    for (auto t = targets.rbegin(); t != targets.rend(); ++t) {
      if (t->component_id != c->id) continue;
      auto variables = variables_of(release, *c, *t);
      variables["expected"] = from_version_of(*c, *t);
      b.add(*s, t->environment, t->target, Phase::rollback, s->rollback, variables);
      b.add(*s, t->environment, t->target, Phase::restore_proof, s->verify_version, variables);
    }
  }
  return std::move(b.steps);
}

std::vector<SequenceStep> flag_return_sequence(const definitions::Organisation& o, const Release& release,
                                               const std::vector<FlagChange>& flags) {
  Builder b{o};
  for (auto f = flags.rbegin(); f != flags.rend(); ++f) b.add_flags({*f}, f->after_service, release.environment, true);
  return std::move(b.steps);
}

std::vector<SequenceStep> rehearsal_sequence(const definitions::Organisation& o, const definitions::ServiceDef& s,
                                             const std::string& environment, const std::string& from_version, const std::string& version,
                                             const std::string& release) {
  Builder b{o};
  Variables variables{{"release", release}, {"service", s.name},          {"version", version},    {"from_version", from_version},
                      {"digest", ""},       {"environment", environment}, {"target", environment}, {"expected", version}};
  std::vector<steps::StepSpec> deploy;  // the canary's health verdict and waiting for people belong to production
  for (const auto& step : s.deploy)
    if (!step.health && step.kind != steps::StepKind::manual && step.kind != steps::StepKind::wait) deploy.push_back(step);
  b.add(s, environment, environment, Phase::deploy, deploy, variables);
  b.add(s, environment, environment, Phase::validate, s.verify_version, variables);
  variables["expected"] = from_version;
  b.add(s, environment, environment, Phase::rollback, s.rollback, variables);
  b.add(s, environment, environment, Phase::restore_proof, s.verify_version, variables);
  return std::move(b.steps);
}

std::string sequence_hash(const std::vector<SequenceStep>& sequence) {
  std::string bytes(1, '\1');
  const auto put = [&](std::string_view text) { put_field(bytes, text); };
  for (const auto& s : sequence) {
    for (const auto* t : {&s.service, &s.environment, &s.target, &s.owner}) put(*t);
    put(json::enum_text(s.phase));
    put(steps::canonical_bytes({s.spec}));
    for (const auto& [name, value] : s.variables) {
      put(name);
      put(value);
    }
  }
  return to_hex(sha256(bytes));
}

std::string flags_hash(const std::vector<FlagChange>& flags) {
  std::string bytes(1, '\1');
  for (const auto& f : flags)
    for (const auto* t : {&f.flag, &f.platform, &f.value_before, &f.value_after, &f.after_service}) {
      for (int shift = 24; shift >= 0; shift -= 8) bytes += char(t->size() >> shift);
      bytes += *t;
    }
  return to_hex(sha256(bytes));
}

std::vector<ComponentTarget> targets_of(store::Tx& tx, const ReleaseId& release_id) {
  return store::all<ComponentTarget>(tx, "component_target",
                                     "WHERE component_id IN (SELECT id FROM component WHERE release_id = $1) ORDER BY component_id, wave",
                                     {release_id});
}

}  // namespace evenkeel::planning
