// Evidence, votes, waivers, readiness, the decision.
#include "api/endpoints.hpp"
#include "gonogo/gonogo.hpp"

namespace evenkeel::api {
namespace {

struct GateCheck {
  planning::Stage stage = planning::Stage::planning;
  gonogo::Verdict recommendation = gonogo::Verdict::no_go;
  std::string sentence;
  bool go = false;
  std::vector<gonogo::GateState> gates;
};
BOOST_DESCRIBE_STRUCT(GateCheck, (), (stage, recommendation, sentence, go, gates))

}  // namespace

std::vector<Endpoint> gonogo_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  const std::string release = "/api/v1/releases/{release}";
  list.push_back(command<gonogo::RecordTests, gonogo::TestEvidence>(
                     app, "POST", release + "/tests", "Record test evidence for an artefact (JUnit XML)",
                     [](Work& work, Call&, const gonogo::RecordTests& in) { return gonogo::record_tests(work, in); })
                     .taking_bodies_of(std::size_t{16} << 20)
                     .tagged("go/no-go")
                     .for_roles({Role::qa, Role::engineering_lead, Role::coordinator, Role::admin}));
  list.push_back(command<gonogo::SignOffCommand, gonogo::SignOff>(
                     app, "POST", release + "/sign-offs", "Sign off in a role",
                     [](Work& work, Call&, const gonogo::SignOffCommand& in) { return gonogo::sign_off(work, in); })
                     .tagged("go/no-go")
                     .for_roles(doers));
  list.push_back(command<gonogo::WaiveGate, gonogo::GateState>(
                     app, "POST", release + "/waivers", "Waive a gate, with a reason and an end",
                     [&app](Work& work, Call&, const gonogo::WaiveGate& in) { return gonogo::waive(work, in, app.gates); })
                     .tagged("go/no-go")
                     .for_roles({Role::risk_manager, Role::admin}));
  list.push_back(query<GateCheck>(app, release + "/gates", "Every gate up to go, and the computed recommendation",
                                  [&app](Work& work, Call& call) -> Result<GateCheck> {
                                    const auto r = TRY(planning::find_release(work.tx, call.param("release")));
                                    auto ready = gonogo::readiness(work.tx, r, app.gates, work.now);
                                    const auto decision = gonogo::latest_decision(work.tx, r.id);
                                    return GateCheck{
                                        r.stage, ready.recommendation, ready.sentence,
                                        r.stage >= planning::Stage::deployment && decision && decision->verdict == gonogo::Verdict::go,
                                        std::move(ready.gates)};
                                  })
                     .tagged("go/no-go")
                     .for_roles(insiders));
  list.push_back(command<gonogo::Decide, gonogo::Decision>(
                     app, "POST", release + "/decision", "Decide go or no-go; go seals",
                     [&app](Work& work, Call&, const gonogo::Decide& in) { return gonogo::decide(work, in, app.gates); })
                     .tagged("go/no-go")
                     .for_roles({Role::coordinator}));
  list.push_back(query<gonogo::Decision>(app, release + "/decision", "The newest decision",
                                         [](Work& work, Call& call) -> Result<gonogo::Decision> {
                                           const auto r = TRY(planning::find_release(work.tx, call.param("release")));
                                           auto decision = gonogo::latest_decision(work.tx, r.id);
                                           if (!decision) return not_found(fmt::format("release {} has no decision yet", r.version));
                                           return *decision;
                                         })
                     .tagged("go/no-go")
                     .for_roles(insiders));
  return list;
}

}  // namespace evenkeel::api
